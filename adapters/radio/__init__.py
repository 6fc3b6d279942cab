"""Classes by radio, or anywhere without a link: forms on paper, typed into a sheet later, and read as records."""

from adapters.base import Adapter, System
from adapters.radio.check import PlanCheck
from adapters.radio.exchange import RadioExchange
from adapters.remote import N_, Door, Option

ADAPTER: Adapter = System(
    name="radio",
    title="Kelas radio dan tempat tanpa jaringan",
    exchange=RadioExchange(),
    check=PlanCheck(),
    options=(
        Option(
            name="classes", text=N_("Rencana kelas: satu baris satu formulir (bawaan: kelas.csv di samping lembar).")
        ),
    ),
    doors=(
        Door(
            name="PDF, HTML",
            confirmed="yes",
            text=N_("Formulir daftar hadir untuk dicetak; tata letaknya milik Jampel."),
        ),
        Door(
            name="CSV, XLSX, ODS",
            confirmed="yes",
            text=N_("Lembar tempat formulir diketik; tata letaknya milik Jampel."),
        ),
        Door(
            name="Berkas pertukaran",
            confirmed="yes",
            text=N_("Catatan dari laptop tanpa jaringan lewat USB atau surel: jampel outbox export dan import."),
        ),
        Door(
            name="Stasiun radio",
            confirmed="no",
            text=N_("Apakah penyiar mencatat pendengarnya, dan di mana: tanyakan kepada penyelenggara."),
        ),
    ),
)  # fmt: skip
