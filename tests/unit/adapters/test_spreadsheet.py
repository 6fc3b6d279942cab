"""Attendance sheets: every slip is named by row and column, and the same file twice changes nothing."""

import dataclasses
import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from adapters.base import Desk
from adapters.cells import hundredths_of_jp
from adapters.errors import AdapterError
from adapters.layouts import TITLES as ATTENDANCE_TITLES
from adapters.recording import take_all
from adapters.remote import Connection
from adapters.spreadsheet import SpreadsheetExchange
from xapi.database import migrate, open_database
from xapi.errors import JampelError, PeopleError, RecorderError
from xapi.intake import Intake
from xapi.people import PeopleStore
from xapi.people.layouts import TITLES
from xapi.queue import Queue
from xapi.recorder import Recorder
from xapi.recorder.deliver import unpack
from xapi.vocabulary import EXT_BENTUK, EXT_CERTIFICATE, EXT_DAYS, EXT_INTERNATIONAL, EXT_JP, EXT_QUANTITY

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WITA = timezone(timedelta(hours=8))
HERE = "a" * 32
ANI, BUDI = "198501012099031001", "198612312099032002"
HEAD = "NIP;Nama;Kegiatan;Penyelenggara;Bentuk;Tanggal mulai;Tanggal selesai;JP;Nomor sertifikat;Internasional;Hari\n"
FORMS = frozenset({"bimbingan-teknis", "seminar", "workshop"})


class Office:
    """A desk over real stores, and the statements that it recorded."""

    def __init__(self, folder) -> None:
        self.engines = [open_database(folder / name) for name in ("people.db", "queue.db")]
        migrate(self.engines[0], "xapi.people")
        migrate(self.engines[1], "xapi.queue")
        self.people = PeopleStore(self.engines[0], HERE, uuid.uuid4)
        self.queue = Queue(self.engines[1], lambda: NOON)
        numbers = count(1)
        recorder = Recorder(self.queue, HERE, lambda: NOON, lambda: uuid.UUID(int=next(numbers), version=4))
        intake = Intake(self.people, lambda: NOON)
        self.desk = Desk(institution=HERE, intake=intake, recorder=recorder)
        self.here = Connection(institution=HERE, options={}, clock=lambda: NOON, zone=WITA, forms=FORMS)

    def read(self, path):
        held = SpreadsheetExchange().read(path, self.here)
        return held if held.refused else take_all(held.records, self.desk, "sheet")

    def statements(self) -> list[dict]:
        jobs = self.queue.lease(["statement"], "w", NOON, 1, 1000)
        assert all(unpack(job.payload)[0] == "sheet" for job in jobs)
        return [json.loads(unpack(job.payload)[1]) for job in jobs]


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    for engine in made.engines:
        engine.dispose()


def csv(tmp_path, *rows: str, head: str = HEAD):
    path = tmp_path / "hadir.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def problems(report) -> list[tuple[int, str, str]]:
    return [(refusal.row, refusal.column, refusal.code) for refusal in report.refused]


def test_a_row_becomes_a_statement_that_earns_jp(office, tmp_path):
    row = f"'{ANI};Ani;Bimtek Arsip;BPSDM;Bimbingan Teknis;2-3-2026;4-3-2026;12,5;No. 1/2026;tidak;3"
    report = office.read(csv(tmp_path, row))
    assert (report.recorded, report.unchanged, problems(report)) == (1, 0, [])
    (statement,) = office.statements()
    assert statement["actor"] == office.people.actor(office.people.by_nip(ANI))
    assert statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/attended"
    assert statement["timestamp"] == "2026-03-04T12:00:00+08:00"
    assert statement["result"] == {"completion": True, "duration": "P2D"}
    assert statement["context"]["extensions"] == {
        EXT_JP: 1250, EXT_BENTUK: "bimbingan-teknis", EXT_INTERNATIONAL: False, EXT_CERTIFICATE: "No. 1/2026",
        EXT_DAYS: 3,
    }  # fmt: skip
    assert statement["object"]["id"].startswith(f"https://w3id.org/jampel/kegiatan/{HERE}/")
    assert statement["object"]["definition"]["name"] == {"id": "Bimtek Arsip"}
    assert ANI not in json.dumps(statement)
    assert "Ani" not in json.dumps(statement)


def test_a_row_may_declare_several_semesters(office, tmp_path):
    head = HEAD.strip() + ";Semester atau bulan\n"
    path = tmp_path / "semester.csv"
    path.write_text(head + f"{ANI};Ani;Tugas belajar S2;UI;workshop;2026-01-05;2026-02-27;40;;;;2\n", encoding="utf-8")
    assert office.read(path).recorded == 1
    (statement,) = office.statements()
    assert statement["context"]["extensions"][EXT_QUANTITY] == 2
    path.write_text(head + f"{ANI};Ani;Tugas belajar;UI;workshop;2026-01-05;;40;;;;0\n", encoding="utf-8")
    assert problems(office.read(path)) == [(2, "Semester atau bulan", "spreadsheet.quantity_range")]


def test_the_same_file_twice_changes_nothing(office, tmp_path):
    path = csv(
        tmp_path,
        f"{ANI};Ani;Seminar A;LAN;seminar;2026-03-02;;4;;;",
        f"{BUDI};Budi;Seminar A;LAN;seminar;2026-03-02;;4;;;",
    )
    assert office.read(path).recorded == 2
    again = office.read(path)
    assert (again.recorded, again.unchanged) == (0, 2)
    first, second = office.statements()
    assert first["object"]["id"] == second["object"]["id"]
    assert first["id"] != second["id"]


def test_a_row_that_says_otherwise_than_before_is_refused(office, tmp_path):
    office.read(csv(tmp_path, f"{ANI};Ani;Seminar A;LAN;seminar;2026-03-02;;4;;;"))
    report = office.read(csv(tmp_path, f"{BUDI};Budi;Seminar A;LAN;seminar;2026-03-02;;4;;;",
                             f"{ANI};Ani;Seminar A;LAN;seminar;2026-03-02;;6;;;"))  # fmt: skip
    assert [(one.place, one.error.code) for one in report.refused] == [("3", "record.recorded_otherwise")]
    assert len(office.statements()) == 1


def test_every_slip_is_named_and_nothing_is_recorded(office, tmp_path):
    report = office.read(csv(
        tmp_path,
        f"{ANI};Ani;Bimtek;BPSDM;bimtek;2026-03-02;2026-03-04;12;;;",
        f"{BUDI};;Bimtek;;Kuliah;31-02-2026;;0;;mungkin;",
        f"{BUDI};Budi;Bimtek;BPSDM;workshop;2026-06-02;;-4;;;",
        f"{BUDI};Budi;Bimtek;BPSDM;workshop;2026-03-04;2026-03-02;1.234,5;;;",
        f"{BUDI};Budi;Bimtek;BPSDM;workshop;2026-03-04;;1,255;;;2",
        f"{ANI};Ani;BIMTEK;bpsdm;bimtek;2026-03-02;2026-03-04;12;;;",
        f"1,98501E+17;Budi;=A1;BPSDM;workshop;;;banyak;sertifikat {ANI};;",
        f"{BUDI};Budi;Bimtek;BPSDM;workshop;2026-03-04;;600000;;;0",
    ))  # fmt: skip
    assert problems(report) == [
        (3, "Nama", "cell.empty"),
        (3, "Penyelenggara", "cell.empty"),
        (3, "Bentuk", "spreadsheet.form_unknown"),
        (3, "Tanggal mulai", "sheet.date"),
        (3, "JP", "spreadsheet.jp_range"),
        (3, "Internasional", "spreadsheet.yes_or_no"),
        (4, "Tanggal mulai", "spreadsheet.in_future"),
        (4, "JP", "spreadsheet.jp_range"),
        (5, "Tanggal selesai", "spreadsheet.ends_before_start"),
        (5, "JP", "spreadsheet.jp_no_number"),
        (6, "JP", "spreadsheet.jp_too_fine"),
        (6, "Hari", "spreadsheet.days_range"),
        (7, "NIP", "spreadsheet.row_twice"),
        (8, "NIP", "people.nip_number"),
        (8, "Kegiatan", "sheet.formula"),
        (8, "Tanggal mulai", "cell.empty"),
        (8, "JP", "spreadsheet.jp_no_number"),
        (8, "Nomor sertifikat", "cell.nip_in_text"),
        (9, "JP", "spreadsheet.jp_range"),
        (9, "Hari", "spreadsheet.days_range"),
    ]
    assert office.statements() == []
    assert office.people.by_nip(ANI) is None
    assert all(ANI not in f"{refusal!r}{refusal.error.params}" for refusal in report.refused)


def test_numeric_nip_cells_of_excel_are_refused_with_row_and_reason(office, tmp_path):
    book = Workbook()
    book.active.append(HEAD.strip().split(";"))
    book.active.append(
        [ANI, "Ani", "Bimtek", "BPSDM", "Bimtek", datetime(2026, 3, 2), datetime(2026, 3, 4), 12.5, None, "Ya", 3]
    )
    book.active.append(
        [int(BUDI), "Budi", "Bimtek", "BPSDM", "Bimtek", datetime(2026, 3, 2), None, 12, None, None, None]
    )
    book.save(tmp_path / "hadir.xlsx")
    assert problems(office.read(tmp_path / "hadir.xlsx")) == [(3, "NIP", "people.nip_number")]


def test_an_event_that_ends_today_where_the_institution_is_has_not_come_elsewhere(office, tmp_path):
    office.here = dataclasses.replace(office.here, clock=lambda: datetime(2026, 6, 1, 17, tzinfo=UTC))
    assert office.read(csv(tmp_path, f"{ANI};Ani;Seminar;LAN;seminar;2026-06-02;;4;;;")).recorded == 1


def test_a_certificate_number_that_holds_a_nip_never_reaches_the_recorder(office, tmp_path):
    report = office.read(csv(tmp_path, f"{ANI};Ani;Seminar {BUDI};LAN;seminar;2026-03-02;;4;{ANI};;"))
    assert [code for _row, _column, code in problems(report)] == ["cell.nip_in_text"] * 2


def test_what_the_intake_refuses_is_a_refused_row(office, tmp_path):
    class Strict(Intake):
        def admit(self, statement, identity=None):
            raise PeopleError("intake.nip_left", path="$.object")

    office.desk = dataclasses.replace(office.desk, intake=Strict(office.people))
    report = office.read(csv(tmp_path, f"{ANI};Ani;Seminar;LAN;seminar;2026-03-02;;4;;;"))
    assert [(one.place, one.error.code) for one in report.refused] == [("2", "intake.nip_left")]


def test_a_recorder_that_fails_otherwise_is_heard(office, tmp_path):
    class Broken(Recorder):
        def record_all(self, statements, source="package"):
            raise RecorderError("recorder.not_json", "broken")

    office.desk = dataclasses.replace(office.desk, recorder=Broken(office.queue, HERE))
    with pytest.raises(RecorderError):
        office.read(csv(tmp_path, f"{ANI};Ani;Seminar;LAN;seminar;2026-03-02;;4;;;"))


def test_the_page_about_sheets_names_every_column():
    page = (Path(__file__).parents[3] / "docs" / "reference" / "lembar.md").read_text(encoding="utf-8")
    titles = [*ATTENDANCE_TITLES.values(), *TITLES.values()]
    assert [title for title in titles if title not in page] == []


def test_what_is_no_table_is_refused(office, tmp_path):
    with pytest.raises(JampelError):
        office.read(csv(tmp_path, "1;2", head="NIP;Nama\n"))


@pytest.mark.parametrize(
    ("cell", "hundredths"),
    [("1,5", 150), ("1.5", 150), (12, 1200), (1.1, 110), ("0,01", 1), ("4 JP", 400), (2000, 200000)],
)
def test_jp_is_read_with_comma_or_dot_as_whole_hundredths(cell, hundredths):
    assert hundredths_of_jp(cell) == hundredths


@pytest.mark.parametrize(
    "cell",
    ["", None, "1.000,5", "1,000.5", "1e2", "NaN", "Infinity", "４", True, "2000,01", 0, "0,001", "1.250", "1,500"],
)
def test_jp_that_needs_guessing_is_refused(cell):
    with pytest.raises(AdapterError):
        hundredths_of_jp(cell)


@given(st.integers(1, 200_000))
def test_jp_written_and_read_is_the_same(hundredths):
    assert hundredths_of_jp(f"{hundredths // 100},{hundredths % 100:02}") == hundredths
    assert hundredths_of_jp(hundredths / 100) == hundredths
