"""SiPetis of Kabupaten Tegal: an LMS with the bangkom data of all OPD. Nothing of its interface is public."""

from adapters.bangkom_files import COLUMNS
from adapters.base import Adapter, LaunchProfile, System
from adapters.remote import N_, Door, IdentityMapping
from adapters.sipetis.check import SipetisCheck
from adapters.sipetis.recap import SipetisExchange
from scorm_packager.preset import GENERIC

ADAPTER: Adapter = System(
    name="sipetis",
    title="SiPetis (Kabupaten Tegal)",
    launch_profile=LaunchProfile(name="sipetis"),
    package_preset=GENERIC,
    exchange=SipetisExchange(),
    identity=IdentityMapping(nip_fields=("nip", "username"), account_field="username", name_field="nama"),
    check=SipetisCheck(),
    options=(COLUMNS,),
    doors=(
        Door(
            name="LTI 1.3",
            confirmed="no",
            text=N_("Jampel siap sebagai alat LTI menurut standar; apakah SiPetis dapat meluncurkannya: tanyakan."),
        ),
        Door(
            name="SCORM 1.2",
            confirmed="no",
            text=N_(
                "Paket Jampel berjalan di LMS mana pun yang memutar SCORM 1.2; apakah SiPetis memutarnya: tanyakan."
            ),
        ),
        Door(
            name="JSON, XLSX, ODS, CSV",
            confirmed="no",
            text=N_("Data bangkom OPD masuk lewat berkas; nama kolom SiPetis tidak diumumkan, jadi dapat dipetakan."),
        ),
        Door(
            name="Rekap JSON, XLSX",
            confirmed="no",
            text=N_("Kredit yang diterima per orang dan OPD sebagai berkas; apa yang dapat dimuat SiPetis: tanyakan."),
        ),
        Door(
            name="API", confirmed="no", text=N_("Tidak ada antarmuka SiPetis yang diumumkan; tidak ada yang dikarang.")
        ),
    ),
)
