"""From an attendance sheet to SIASN and back, without a network: a SIASN of one's own stands in for BKN's.

    python examples/siasn/kirim_ke_siasn.py [FOLDER]

Three people come from a sheet and are approved, one more course was recorded by the LMS. The plan is shown and written
as a file for SIMPEG; then it is sent, twice: the second time there is nothing left to send. Someone had typed Budi's
course from the LMS into SIASN by hand: it is found, not written again, and the audit names it when the history is read
back. All people are invented.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from adapters.recording import take_all, take_each
from adapters.records import LearningRecord
from adapters.remote import Connection
from adapters.siasn import ADAPTER
from adapters.siasn.testing import FakeSiasn
from adapters.spreadsheet import SpreadsheetExchange
from lti_tool.reviews import Decision, record_review
from lti_tool.services import Services, open_services
from lti_tool.settings import load_settings
from lti_tool.systems.connections import connection_of
from lti_tool.systems.plan_files import write_plan
from lti_tool.systems.pull import desk_of, pull_into
from lti_tool.systems.push import Sender
from lti_tool.systems.push_plan import Plan, plan_of
from lti_tool.systems.runs import run_of
from lti_tool.worker import Work
from xapi.audit.anomalies import find_anomalies
from xapi.audit.report import report
from xapi.intake import Identity
from xapi.people.layouts import read_layout
from xapi.people.roster import Wanted, import_roster, open_roster
from xapi.vocabulary import COMPLETED
from xapi.vocabulary.adl import TYPE_COURSE
from xapi.words import translate

HERE = Path(__file__).parent
YEAR = 2026
SITI, BUDI, RINA = "198501012099031001", "198612312099032002", "199002022099121003"
NUMBERS = {SITI: "A5EB03E2-SITI", BUDI: "A5EB03E2-BUDI", RINA: "A5EB03E2-RINA"}  # what BKN calls them
BY_HAND = {
    "namaKursus": "Pelayanan Publik Prima", "noSertipikat": "55/LMS/2026", "jumlahJam": 6, "jenisDiklatId": "16",
    "institusiPenyelenggara": "BPSDM Contoh", "tanggalKursus": "11-05-2026", "tanggalSelesaiKursus": "11-05-2026",
}  # fmt: skip


def now() -> datetime:
    """The day on which the example happens."""
    return datetime(YEAR, 11, 20, 2, tzinfo=UTC)


def main(folder: Path) -> None:
    """Makes a data folder in `folder`, and everything that the docstring above tells."""
    with FakeSiasn(people=NUMBERS, clock=now) as siasn:
        siasn.put("kursus", BUDI, BY_HAND)
        (folder / "data").mkdir()
        (folder / "data" / "jampel.toml").write_text(_settings(siasn), encoding="utf-8")
        with open_services(load_settings(folder / "data", {}), clock=now) as services:
            record(services)
            connection = replace(connection_of(services, ADAPTER), sleep=lambda _seconds: None)  # nobody else asks here
            plan = plan_of(services, ADAPTER, connection, YEAR)
            show(plan)
            for kind in (".json", ".xlsx", ".csv"):
                with (folder / f"rencana{kind}").open("wb") as file:
                    write_plan(plan, file, kind, ADAPTER.push)
            send(services, connection)
            send(services, connection)
            written = sum(len(rows) for rows in siasn.records.values())
            print(f"Di SIASN: {written} riwayat, satu di antaranya diketik orang")
            audit(services, connection)


def record(services: Services) -> None:
    """The roster, the sheet (then approved) and a course from the LMS, up to the ledger of JP."""
    roster = open_roster(HERE / "pegawai.csv", read_layout((), ()), services.people.layouts.find)
    import_roster(services.people, roster, now(), Wanted(zone=services.zone))
    sheet = SpreadsheetExchange().read(HERE / "daftar-hadir.csv", connection_of(services, ADAPTER))
    desk = desk_of(services)
    print(f"{take_all(sheet.records, desk, 'sheet').recorded} kehadiran dari lembar, menunggu ditinjau")
    take_each([_from_lms(services)], desk, "lms_record")
    deliver(services)
    for row in services.ledger.pending(YEAR, 100):
        decision = Decision(statement_id=str(row["statement_id"]), status="Disetujui", reason="Sertifikat asli dilihat",
                            reviewer="a" * 32, role="BKPSDM")  # fmt: skip
        record_review(services, decision)


def deliver(services: Services) -> None:
    """From the outbox to the LRS and into the ledger, as the worker does."""
    work = Work(services)
    while work.run_once():
        pass
    services.bring_ledger_up_to_date()


def show(plan: Plan) -> None:
    """What would be sent, with the rounding of each."""
    print(f"Rencana {plan.code}:")
    for item in plan.items:
        assert item.prepared is not None
        notes = [translate("adapters", "id", text, params) for text, params in item.prepared.notes]
        print(f"  {item.action}: {item.title}. {' '.join(notes)}")


def send(services: Services, connection: Connection) -> None:
    """Sends the plan as it is now."""
    plan = plan_of(services, ADAPTER, connection, YEAR)
    with run_of(services, plan.system, "push", connection=plan.connection, subject=plan.code) as run:
        Sender(services, ADAPTER, connection, run).send(plan, lambda _reach: None)
    sent, found = run.counts.get("sent", 0), run.counts.get("found", 0)
    print(f"Kirim: {len(plan.to_send)} dari {len(plan.items)} kredit: {sent} terkirim, {found} sudah ada")


def audit(services: Services, connection: Connection) -> None:
    """Reads the history back, and prints what the audit says then."""
    with run_of(services, ADAPTER.name, "pull", connection=connection.name) as run:
        pull_into(ADAPTER, connection, desk_of(services), run, lambda _reach: None)
    deliver(services)
    found = find_anomalies(services.ledger, services.people, YEAR, kinds=("double_entry",))
    for row in found.rows:
        print(f"Temuan {row.kind}: {row.name}: {row.sentence('id')}")
    for line in _lines(services):
        print(line)


def _lines(services: Services) -> Iterator[str]:
    """What the audit says of each person."""
    for row in report(services.ledger, services.people, YEAR, "pegawai").rows:
        accepted, pending = (int(row[name]) / 100 for name in ("accepted", "pending"))
        yield f"Audit {YEAR}: {row['name']}: {accepted:g} JP diakui, {pending:g} JP ditinjau"


def _settings(siasn: FakeSiasn) -> str:
    options = {**siasn.options, "push": "ya", "structural": "kepemimpinan pengawas=2"}
    return "[adapters.siasn]\n" + "".join(f'{name} = "{value}"\n' for name, value in options.items())


def _from_lms(services: Services) -> LearningRecord:
    return LearningRecord(
        key=("lms", "pelayanan-publik-prima"),
        who=Identity(nip=BUDI, name="Budi Contoh"),
        place="kursus 12",
        verb=COMPLETED,
        activity="https://lms.example.go.id/kursus/12",
        activity_type=TYPE_COURSE,
        title="Pelayanan publik prima",
        at=datetime(YEAR, 5, 11, 9, tzinfo=services.zone),
        completed=True,
        jp=600,
        form="e-learning",
        certificate="55/LMS/2026",
        organiser="BPSDM Contoh",
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
