"""Rumah Belajar of Kumham: e-books that were read, competency tests, and training that was assigned or chosen."""

from adapters.base import Adapter, System
from adapters.remote import N_, Door, IdentityMapping
from adapters.rumah_belajar.files import LearningExchange

ADAPTER: Adapter = System(
    name="rumah_belajar",
    title="Rumah Belajar (Kumham)",
    exchange=LearningExchange(),
    identity=IdentityMapping(nip_fields=("nip",), account_field="", name_field="name"),
    doors=(
        Door(
            name="CSV, XLSX, ODS",
            confirmed="yes",
            text=N_("Tiga tabel yang disusun pengelola; tata letaknya milik Jampel, bukan milik Rumah Belajar."),
        ),
        Door(
            name="Ekspor Rumah Belajar",
            confirmed="no",
            text=N_(
                "Apakah Rumah Belajar mengekspor log baca, hasil uji, dan pelatihan: tanyakan kepada pengelolanya."
            ),
        ),
        Door(
            name="SCORM 1.2",
            confirmed="no",
            text=N_("E-book PDF dapat dibungkus sebagai SCORM dengan jampel pack; apakah diterima di sana: tanyakan."),
        ),
        Door(
            name="LTI 1.3",
            confirmed="no",
            text=N_("Apakah Rumah Belajar dapat meluncurkan alat LTI: tanyakan kepada pengelolanya."),
        ),
        Door(name="API", confirmed="no", text=N_("API Rumah Belajar tidak didokumentasikan untuk umum.")),
    ),
)
