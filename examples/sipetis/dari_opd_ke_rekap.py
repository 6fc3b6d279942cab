"""From the files of the OPDs to the recap of Kabupaten Tegal, without a network and without SiPetis.

    python examples/sipetis/dari_opd_ke_rekap.py [FOLDER]

Dinas Kesehatan sends JSON, Dinas Kependudukan a CSV whose columns have other names (the setting `columns` tells one of
them, the others are known). Both are read twice; the second time nothing is new. BKPSDM approves, and the recap
per OPD is written as XLSX and JSON, for SiPetis to load, and the figures without names for BPSDMD. All people are
invented.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from adapters.recording import take_all
from adapters.registry import load_adapters
from adapters.yearly import YearWriter
from lti_tool.reviews import Decision, record_review
from lti_tool.services import Services, open_services
from lti_tool.settings import load_settings
from lti_tool.systems.connections import connection_of
from lti_tool.systems.pull import desk_of
from lti_tool.systems.year_books import year_book
from lti_tool.systems.year_files import write_tables
from lti_tool.worker import Work
from xapi.audit.report import report
from xapi.people.layouts import read_layout
from xapi.people.roster import Wanted, import_roster, open_roster

HERE = Path(__file__).parent
YEAR = 2026
SETTINGS = """[institution]
name = "Kabupaten Tegal"

[adapters.sipetis]
columns = "jp=Jam"
"""


def now() -> datetime:
    """The day on which the example happens."""
    return datetime(YEAR, 11, 20, 2, tzinfo=UTC)


def main(folder: Path) -> None:
    """Makes a data folder in `folder`, and everything that the docstring above tells."""
    (folder / "data").mkdir()
    (folder / "data" / "jampel.toml").write_text(SETTINGS, encoding="utf-8")
    with open_services(load_settings(folder / "data", {}), clock=now) as services:
        roster = open_roster(HERE / "pegawai.csv", read_layout((), ()), services.people.layouts.find)
        import_roster(services.people, roster, now(), Wanted(zone=services.zone))
        for turn in ("pertama", "kedua"):
            for file in ("dinkes.json", "disdukcapil.csv"):
                read(services, file, turn)
        approve(services)
        audit(services)
        for system, file in (("sipetis", "rekap.xlsx"), ("sipetis", "rekap.json"), ("sinau_bareng", "tegal.json")):
            hand_on(services, system, folder / file)


def read(services: Services, file: str, turn: str) -> None:
    """The records of a file into the outbox, and on to the ledger."""
    sipetis = load_adapters().get("sipetis")
    assert sipetis.exchange is not None
    held = sipetis.exchange.read(HERE / file, connection_of(services, sipetis))
    taken = take_all(held.records, desk_of(services), sipetis.exchange.source)
    print(f"{file}, kali {turn}: {taken.recorded} baru, {taken.unchanged} sudah ada, {len(held.refused)} ditolak")
    work = Work(services)
    while work.run_once():
        pass
    services.bring_ledger_up_to_date()


def approve(services: Services) -> None:
    """BKPSDM looks at the certificates."""
    for row in services.ledger.pending(YEAR, 100):
        decision = Decision(statement_id=str(row["statement_id"]), status="Disetujui", reason="Sertifikat dilihat",
                            reviewer="a" * 32, role="BKPSDM")  # fmt: skip
        record_review(services, decision)


def audit(services: Services) -> None:
    """What the audit says of each OPD."""
    for row in report(services.ledger, services.people, YEAR, "opd").rows:
        accepted, average = (int(str(row[name])) / 100 for name in ("accepted", "average"))
        print(f"Audit {YEAR}: {row['opd']}: {row['met']} dari {row['employees']} terpenuhi, {accepted:g} JP, "
              f"rata-rata {average:g}")  # fmt: skip


def hand_on(services: Services, system: str, target: Path) -> None:
    """Writes what the kabupaten hands on to `target`."""
    found = load_adapters().get(system)
    assert isinstance(found.exchange, YearWriter)
    made = found.exchange.year_file(year_book(services, YEAR), connection_of(services, found))
    with target.open("wb") as file:
        write_tables(file, target.suffix, made.tables, made.value)
    print(f"{target.name} bagi {found.title}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made_folder:
            main(Path(made_folder))
