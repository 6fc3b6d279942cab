"""ASN Unggul of LAN: a Moodle as third parties describe it; what it differs in is said here, the rest is Moodle's."""

from dataclasses import replace

import msgspec

from adapters.asn_unggul.check import TableCheck
from adapters.asn_unggul.files import MAPPING, SITE, ExportExchange
from adapters.base import Adapter, System
from adapters.moodle import PRESET as MOODLE_PRESET
from adapters.moodle import PROFILE as MOODLE_PROFILE
from adapters.remote import N_, Door, Option

PROFILE = replace(MOODLE_PROFILE, name="asn_unggul")

# Many learn on a telephone. The Moodle app plays, online and offline, what has the version SCORM_1.2, may be downloaded
# and has an address to download it from (moodleapp, addons/mod/scorm: isScormUnsupported); it plays no SCORM 2004.
PRESET = msgspec.structs.replace(
    MOODLE_PRESET,
    name="asnunggul",
    title="ASN Unggul (Moodle, aplikasi Moodle)",
    cannot_read=(*MOODLE_PRESET.cannot_read, "scorm2004-3", "scorm2004-4"),
)

ADAPTER: Adapter = System(
    name="asn_unggul",
    title="ASN Unggul (LAN)",
    launch_profile=PROFILE,
    package_preset=PRESET,
    exchange=ExportExchange(),
    check=TableCheck(),
    identity=MAPPING,
    options=(
        Option(
            name="mapping", text=N_("Tabel kursus: JP, bentuk, dasar lulus (bawaan: kursus.csv di samping berkas).")
        ),
        Option(name="site", text=N_("Alamat situsnya, untuk akun tanpa NIP."), default=SITE),
    ),
    doors=(
        Door(
            name="LTI 1.3",
            confirmed="no",
            text=N_("LTI 1.3 ada di Moodle; apakah LAN menyalakannya bagi alat instansi lain: tanyakan kepada LAN."),
        ),
        Door(
            name="SCORM 1.2",
            confirmed="partly",
            text=N_("SCORM 1.2 dimainkan Moodle dan aplikasinya; siapa yang boleh mengunggah: tanyakan kepada LAN."),
        ),
        Door(
            name="CSV, XLSX, ODS",
            confirmed="partly",
            text=N_("Laporan penyelesaian dan ekspor nilai ada di inti Moodle; pengajar kursus dapat mengunduhnya."),
        ),
        Door(
            name="Layanan web Moodle",
            confirmed="no",
            text=N_("Layanan web Moodle perlu token dari LAN; bila diberi, pakai adaptor moodle."),
        ),
        Door(name="xAPI", confirmed="no", text=N_("xAPI perlu plugin logstore_xapi di sana; anggap tidak terpasang.")),
    ),
)
