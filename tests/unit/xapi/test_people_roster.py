"""The roster import: tolerant of how people write tables, strict about what they say, all or nothing."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from openpyxl import Workbook

from xapi.database import migrate, open_database
from xapi.people import PeopleStore, import_roster, read_roster
from xapi.sheet import SheetError

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANI, BUDI = "198501012099031001", "198612312099032002"


@pytest.fixture
def people(place):
    engine = open_database(place)
    migrate(engine, "xapi.people")
    yield PeopleStore(engine, "a" * 32, uuid.uuid4)
    engine.dispose()


def csv(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "pegawai.csv"
    path.write_bytes(text.encode(encoding))
    return path


def load(people, path, **options):
    return import_roster(people, read_roster(path), NOON, **options)


def problems(report) -> list[tuple[int, str, str]]:
    return [(refusal.row, refusal.column, refusal.code) for refusal in report.refused]


def test_a_roster_is_imported_and_the_second_time_changes_nothing(people, tmp_path):
    path = csv(tmp_path, f"NIP;Nama;OPD;Status;Jabatan;Golongan\n{ANI};Ani;Dinkes;PNS;Analis;III/a\n"
                         f"'{BUDI};Budi;Bappeda;p3k;;IX\n")  # fmt: skip
    report = load(people, path)
    assert (report.added, report.changed, report.unchanged, report.written) == (2, 0, 0, True)
    stored = [(employee.name, employee.status, employee.grade) for employee in people.roster(NOON.date())]
    assert stored == [("Budi", "PPPK", "IX"), ("Ani", "PNS", "III/a")]
    again = load(people, path)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)


def test_headers_may_be_english_or_of_another_office(people, tmp_path):
    head = "DAFTAR PEGAWAI\n\nno,nip_baru,NAMA PEGAWAI,perangkat  daerah,Status Kepegawaian,TMT\n"
    text = f"{head}1,{ANI},Ani,Dinkes,Calon PNS,1 Maret 2026\n"
    assert load(people, csv(tmp_path, text, "cp1252")).added == 1
    assert people.roster(date(2026, 2, 28)) == []
    assert people.roster(date(2026, 3, 1))[0].status == "CPNS"
    english = f"Employee number,Full name,Agency,Employment status\n{BUDI},Budi,Bappeda,PNS\n"
    assert load(people, csv(tmp_path, english, "utf-8-sig")).added == 1


def test_every_bad_cell_is_named_and_nothing_is_written(people, tmp_path):
    path = csv(tmp_path, "\n".join([
        "NIP;Nama;OPD;Status;Tanggal mulai",
        f"{ANI};Ani;Dinkes;PNS;",
        f"{BUDI};;;Honorer;31/02/2026",
        f"{ANI};Ani lagi;Dinkes;PNS;",
        "1,98501E+17;Cici;Dinkes;PNS;",
        "198501012099031000;Dedi;Dinkes;PNS;",
        f'="{BUDI}";=A1;Dinkes;PNS;',
        ";Euis;Dinkes;PNS;",
        "123;Fani;Dinkes;PNS;",
    ]))  # fmt: skip
    report = load(people, path)
    assert problems(report) == [
        (3, "Nama", "people.name_empty"), (3, "OPD", "people.opd_empty"), (3, "Status", "people.status_unknown"),
        (3, "Tanggal mulai", "sheet.date"), (4, "NIP", "people.nip_twice"), (5, "NIP", "people.nip_number"),
        (6, "NIP", "people.nip_number"), (7, "NIP", "sheet.formula"), (7, "Nama", "sheet.formula"),
        (8, "NIP", "people.nip_empty"), (9, "NIP", "people.nip_shape"),
    ]  # fmt: skip
    assert not report.written
    assert people.roster(NOON.date()) == []


def test_good_rows_are_written_when_bad_ones_may_be_skipped(people, tmp_path):
    path = csv(tmp_path, f"NIP,Nama,OPD,Status\n{ANI},Ani,Dinkes,PNS\n{BUDI},,Dinkes,PNS\n")
    report = load(people, path, skip_bad=True)
    assert (report.added, report.written, problems(report)) == (1, True, [(3, "Nama", "people.name_empty")])


def test_a_nip_stored_as_a_number_in_excel_is_refused_with_its_row(people, tmp_path):
    book = Workbook()
    book.active.append(["NIP", "Nama", "OPD", "Status"])
    book.active.append([ANI, "Ani", "Dinkes", "PNS"])
    book.active.append([int(BUDI), "Budi", "Dinkes", "PNS"])
    book.active.append([BUDI, "=B2", "Dinkes", "PNS"])
    book.save(tmp_path / "pegawai.xlsx")
    report = load(people, tmp_path / "pegawai.xlsx")
    assert problems(report) == [(3, "NIP", "people.nip_number"), (4, "Nama", "sheet.formula")]


def test_a_conflict_with_what_is_known_is_a_bad_row_too(people, tmp_path):
    head = "NIP,Nama,OPD,Status,Mulai\n"
    load(people, csv(tmp_path, f"{head}{ANI},Ani,Dinkes,PNS,2026-01-01\n"))
    report = load(people, csv(tmp_path, f"{head}{BUDI},Budi,Dinkes,PNS,\n{ANI},Ani,Bappeda,PNS,2025-01-01\n"))
    assert problems(report) == [(3, "Tanggal mulai", "people.starts_before")]
    assert people.by_nip(BUDI) is None


def test_a_change_without_a_date_begins_on_the_local_day(people, tmp_path):
    wit = timezone(timedelta(hours=9))
    evening = datetime(2026, 6, 1, 20, tzinfo=UTC)
    head = "NIP,Nama,OPD,Status\n"
    import_roster(people, read_roster(csv(tmp_path, f"{head}{ANI},Ani,Dinkes,PNS\n")), evening, zone=wit)
    import_roster(people, read_roster(csv(tmp_path, f"{head}{ANI},Ani,Bappeda,PNS\n")), evening, zone=wit)
    assert people.roster(date(2026, 6, 1))[0].opd == "Dinkes"
    assert people.roster(date(2026, 6, 2))[0].opd == "Bappeda"


def test_a_missing_column_is_named(people, tmp_path):
    with pytest.raises(SheetError) as caught:
        read_roster(csv(tmp_path, "NIP,Nama\n1,2\n"))
    assert caught.value.params["columns"] == "OPD, Status"


def test_no_refusal_shows_a_nip(people, tmp_path):
    path = csv(tmp_path, f"NIP,Nama,OPD,Status\n{ANI},A,D,PNS\n{ANI},A,D,PNS\n{ANI}9,A,D,PNS\n")
    report = load(people, path)
    assert len(report.refused) == 2
    assert all(ANI not in f"{refusal!r} {refusal.error.params}" for refusal in report.refused)
