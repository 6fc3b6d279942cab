"""LAN's blended courses: films, tasks, live chats and forums online, a classroom part, and a plan carried out after."""

from adapters.base import Adapter, System
from adapters.lan_elearning.files import ClassExchange
from adapters.remote import N_, Door, IdentityMapping

ADAPTER: Adapter = System(
    name="lan_elearning",
    title="E-learning LAN (kursus campuran)",
    exchange=ClassExchange(),
    identity=IdentityMapping(nip_fields=("nip", "account"), account_field="account", name_field="name"),
    doors=(
        Door(
            name="CSV, XLSX, ODS",
            confirmed="yes",
            text=N_("Jadwal dan tabel yang disusun penyelenggara; tata letaknya milik Jampel, bukan milik LAN."),
        ),
        Door(
            name="Ekspor e-learning LAN",
            confirmed="no",
            text=N_("Apakah situs LAN mengekspor live chat, forum, dan tugas, serta kolomnya: tanyakan kepada LAN."),
        ),
        Door(name="API", confirmed="no", text=N_("API e-learning LAN tidak didokumentasikan untuk umum.")),
        Door(
            name="LTI 1.3, SCORM 1.2",
            confirmed="no",
            text=N_("Apakah e-learning LAN menerima alat LTI atau paket SCORM: tanyakan kepada LAN."),
        ),
    ),
)
