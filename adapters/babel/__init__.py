"""BKPSDMD Bangka Belitung: small modules for islands, and coaching, mentoring and internships that no LMS sees."""

import msgspec

from adapters.babel.check import RulesCheck
from adapters.babel.exchange import ORGANISER, NoLmsExchange
from adapters.base import Adapter, System
from adapters.launch_profile import LaunchProfile
from adapters.remote import N_, Door, IdentityMapping, Option
from scorm_packager.preset import GENERIC

PRESET = msgspec.structs.replace(GENERIC, name="babel", title="LMS BKPSDMD Babel (belum diketahui)")

ADAPTER: Adapter = System(
    name="babel",
    title="BKPSDMD Kepulauan Bangka Belitung",
    launch_profile=LaunchProfile(name="babel"),
    package_preset=PRESET,
    exchange=NoLmsExchange(),
    check=RulesCheck(),
    identity=IdentityMapping(nip_fields=("nip",), account_field="", name_field="name"),
    options=(
        Option(name="organiser", text=N_("Penyelenggara bagi baris yang tidak menyebutnya."), default=ORGANISER),
        Option(name="evidence", text=N_("Folder berkas bukti (bawaan: folder bukti di samping lembar).")),
    ),
    doors=(
        Door(
            name="CSV, XLSX, ODS",
            confirmed="yes",
            text=N_("Lembar coaching, mentoring, magang, dan modul yang dipelajari tanpa jaringan; tata letaknya milik "
                    "Jampel."),
        ),
        Door(
            name="Paket SCORM 1.2 dan cmi5",
            confirmed="partly",
            text=N_("Modul kecil dari pustaka Jampel; LMS Babel sendiri baru diharapkan, jadi paketnya ditulis menurut "
                    "standar saja."),
        ),
        Door(
            name="LTI 1.3",
            confirmed="no",
            text=N_("Apakah LMS BKPSDMD Babel sudah ada dan menerima alat LTI: tanyakan kepada BKPSDMD Babel."),
        ),
        Door(
            name="API",
            confirmed="no",
            text=N_("Tidak ada API BKPSDMD Babel yang didokumentasikan untuk umum."),
        ),
    ),
)  # fmt: skip
