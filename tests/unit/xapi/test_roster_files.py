"""Rosters as offices send them: any layout, any encoding, any size; known again next time, and never half imported."""

import contextlib
import io
import uuid
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from xapi.database import migrate, open_database
from xapi.errors import PeopleError, XapiError
from xapi.people import PeopleStore
from xapi.people.layouts import NAMES, TITLES, read_layout
from xapi.people.roster import Wanted, import_roster, open_roster
from xapi.people.store import roster_writer
from xapi.sheet import SheetError
from xapi.sheet_layout import Layout
from xapi.words import explain

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
ANI, BUDI, CICI = "198501012099031001", "198612312099032002", "199002032099211003"
NOTHING = Layout()


@pytest.fixture
def people(place):
    engine = open_database(place)
    migrate(engine, "xapi.people")
    yield PeopleStore(engine, "a" * 32, uuid.uuid4)
    engine.dispose()


@pytest.fixture
def some(tmp_path):
    engine = open_database(tmp_path / "p.db")
    migrate(engine, "xapi.people")
    yield PeopleStore(engine, "a" * 32, uuid.uuid4)
    engine.dispose()


def load(people, path, layout=NOTHING, **wanted):
    roster = open_roster(path, layout, people.layouts.find)
    report = import_roster(people, roster, NOON, Wanted(**wanted))
    if report.written and (roster.layout.columns or roster.layout.fixed):
        people.layouts.remember(roster.mark, roster.layout, NOON)
    return report


def csv(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "pegawai.csv"
    path.write_bytes(text.encode(encoding))
    return path


def ods(tmp_path, rows: str):
    path = tmp_path / "pegawai.ods"
    names = "".join(
        f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "content.xml", f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Kosong"/><table:table table:name="Data">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )  # fmt: skip
    return path


def cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(one if '<' in one else cell(one) for one in cells)}</table:table-row>"


@pytest.mark.parametrize(
    ("head", "line", "fixed", "expected"),
    [
        ("NIP;Nama;Kode Unit Eselon 2;Kode Unit Eselon 3", f"{ANI};Ani;92100;92110", ["status=PNS"],
         ("92100", "", "92110", "")),  # BPS
        ("#;NIP;Nama Lengkap;Jabatan;Sub Satuan Organisasi;Satuan Organisasi;Perangkat Daerah;JP Total",
         f"1;'{ANI};Ani;Analis;Seksi A;Bidang B;Dinkes;12", ["status=PNS"],
         ("Dinkes", "Seksi A", "", "Analis")),  # Sleman
        ("#;NIP;NAMA;JABATAN;BIDANG;SUBBIDANG;TOTAL JP", f"1;{ANI};Ani;Analis;Bidang B;Sub C;12",
         ["status=NIP", "opd=Dinkes"], ("Dinkes", "Bidang B", "", "Analis")),  # Kaltim
        ("No.,NIP BARU,Nama Pegawai,SKPD,Status Kepegawaian,Nama Jabatan",
         "1,19850101 209903 1 001,Ani,Dinkes,PNS,Analis", [], ("Dinkes", "", "", "Analis")),
    ],
    ids=["bps", "sleman", "kaltim", "generic"],
)  # fmt: skip
def test_layouts_of_offices_are_known(some, tmp_path, head, line, fixed, expected):
    path = csv(tmp_path, f"REKAPITULASI\n\n{head}\n{line}\n")
    assert load(some, path, read_layout([], fixed)).added == 1
    (one,) = some.roster(TODAY)
    assert (one.opd, one.unit, one.unit_code, one.position) == expected
    assert one.status == "PNS"


def test_a_mapping_is_remembered_for_files_of_the_same_headers_and_can_be_forgotten(people, tmp_path):
    path = csv(tmp_path, f"DAFTAR,2026\n\nnomor,siapa,kantor\n{ANI},Ani,Dinkes\n")
    with pytest.raises(SheetError):
        load(people, path)
    given_once = read_layout(["NIP=nomor", "nama=siapa", "opd=kantor"], ["status=PNS"])
    assert load(people, path, given_once).added == 1
    assert load(people, path).nothing_new
    assert load(people, csv(tmp_path, f"kantor,nomor,siapa\nDinkes,{BUDI},Budi\n")).added == 1
    assert people.layouts.forget() == 1
    with pytest.raises(SheetError):
        load(people, path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_file_is_read_in_the_encoding_it_was_saved_in(some, tmp_path, encoding):
    assert load(some, csv(tmp_path, f"NIP;Nama;OPD;Status\n{ANI};Añi;Dinkes;PNS\n", encoding)).added == 1
    assert some.roster(TODAY)[0].name == "Añi"


def test_merged_cells_titles_and_numbered_columns_of_an_xlsx_are_read_as_people_see_them(some, tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["DAFTAR PEGAWAI"])
    for line in ([], ["NIP", "Nama", "OPD", "Status"], [1, 2, 3, 4], [ANI, "Ani", "Dinkes", "PNS"]):
        sheet.append(line)
    for line in ([BUDI, "Budi", None, "PNS"], [], [CICI, "Cici", "Bappeda", "PPPK"]):
        sheet.append(line)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("C5:C6")
    book.save(tmp_path / "a.xlsx")
    assert load(some, tmp_path / "a.xlsx").added == 3
    assert [(one.name, one.opd) for one in some.roster(TODAY)] == [
        ("Cici", "Bappeda"), ("Ani", "Dinkes"), ("Budi", "Dinkes"),
    ]  # fmt: skip


def test_an_ods_is_read_with_its_merged_repeated_and_empty_cells(some, tmp_path):
    covered = "<table:covered-table-cell/>"
    many = row("<table:table-cell table:number-columns-repeated='900'/>", more="table:number-rows-repeated='1048000'")
    date_of = 'office:value-type="date" office:date-value="2026-03-01"'
    day = f"<table:table-cell {date_of}><text:p>1/3</text:p></table:table-cell>"
    rows = row("NIP", "Nama", "OPD", "Status", "Mulai") + row(
        ANI, "Ani", cell("Dinkes", 'table:number-rows-spanned="2"'), "PNS", day
    ) + row(BUDI, cell("Budi <text:s/>B."), covered, "PNS") + many  # fmt: skip
    assert load(some, ods(tmp_path, rows)).added == 2
    assert [(one.name, one.opd) for one in some.roster(TODAY)] == [("Ani", "Dinkes"), ("Budi B.", "Dinkes")]
    assert [one.name for one in some.roster(date(2026, 2, 28))] == ["Budi B."]


def test_a_number_in_an_ods_is_refused_as_in_excel(some, tmp_path):
    number = (
        f'<table:table-cell office:value-type="float" office:value="{ANI}"><text:p>{ANI}</text:p></table:table-cell>'
    )
    report = load(some, ods(tmp_path, row("NIP", "Nama", "OPD", "Status") + row(number, "Ani", "Dinkes", "PNS")))
    assert [(bad.row, bad.column, bad.code) for bad in report.refused] == [(2, "NIP", "people.nip_number")]


@pytest.mark.parametrize("trick", ["<!DOCTYPE x [<!ENTITY a 'b'>]>", "<table:table"])
def test_an_ods_with_tricks_is_refused(some, tmp_path, trick):
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", f"{trick}<x/>")
    with pytest.raises(SheetError):
        load(some, path)


def test_an_unusual_number_is_used_and_flagged(some, tmp_path):
    odd = "198513452099031001"
    path = csv(tmp_path, f"NIP;Nama;OPD;Status\n{odd};Ani;Dinkes;PNS\n{CICI};Cici;Dinkes;PNS\n")
    report = load(some, path)
    assert report.added == 2
    assert [(flag.row, flag.column, flag.code) for flag in report.flagged] == [
        (2, "NIP", "people.nip_unusual"), (3, "Status", "people.status_other"),
    ]  # fmt: skip
    assert odd not in repr(report.flagged)


def test_rows_of_one_person_with_rising_dates_are_a_history_and_a_second_import_changes_nothing(people, tmp_path):
    path = csv(tmp_path, "NIP;Nama;OPD;Status;Gol;Mulai;Selesai\n"
                         f"{ANI};Ani;Dinkes;PPPK;IX;1 Januari 2026;\n{ANI};Ani;Bappeda;PNS;III/a;1 April 2026;\n"
                         f"{BUDI};Budi;Dinkes;PNS;;;30 April 2026\n")  # fmt: skip
    assert load(people, path).added == 2
    for day, found in (
        (date(2026, 3, 31), [("Dinkes", "PPPK", "IX")]),
        (date(2026, 4, 1), [("Bappeda", "PNS", "III/a")]),
    ):
        assert [(one.opd, one.status, one.grade) for one in people.roster(day) if one.name == "Ani"] == found
    assert [one.name for one in people.roster(date(2026, 4, 30))] == ["Ani", "Budi"]
    assert [one.name for one in people.roster(date(2026, 5, 1))] == ["Ani"]
    again = load(people, path)
    assert (again.nothing_new, again.unchanged) == (True, 3)
    assert [stay.opd for stay in people.history(people.by_nip(ANI))] == ["Dinkes", "Bappeda"]


def test_a_full_list_ends_the_employment_of_who_is_missing_and_deletes_nobody(people, tmp_path):
    head = "NIP;Nama;OPD;Status\n"
    load(people, csv(tmp_path, f"{head}{ANI};Ani;Dinkes;PNS\n{BUDI};Budi;Dinkes;PNS\n"))
    shorter = csv(tmp_path, f"{head}{ANI};Ani;Dinkes;PNS\n")
    with pytest.raises(PeopleError) as caught:
        load(people, shorter, full=True)
    assert caught.value.code == "people.many_leave"
    assert load(people, shorter, full=True, many_may_leave=True, dry=True).left == 1
    assert len(people.roster(TODAY)) == 2
    assert load(people, shorter, full=True, many_may_leave=True, day=date(2026, 5, 1)).left == 1
    assert [one.name for one in people.roster(date(2026, 5, 1))] == ["Ani"]
    assert len(people.roster(date(2026, 4, 30))) == 2
    assert load(people, shorter, full=True).nothing_new
    assert people.find("Budi")
    with pytest.raises(PeopleError):
        load(people, shorter, full=True, skip_bad=True)


NUMBERS = {"1": ANI, "2": BUDI, "3": CICI}
DAYS = st.sampled_from(["", "01/02/2025", "01/02/2026", "01/06/2026", "01/09/2026"])
LISTS = st.lists(st.tuples(st.sampled_from(sorted(NUMBERS)), st.sampled_from("AB"), DAYS, DAYS), max_size=6)


def list_of(tmp_path, rows):
    lines = [f"{NUMBERS[who]};Orang {work};Dinas {work};PNS;{start};{end}\n" for who, work, start, end in rows]
    return csv(tmp_path, "NIP;Nama;OPD;Status;TMT;Sampai\n" + "".join(lines))


def outcome(people, path, **wanted):
    try:
        report = load(people, path, **wanted)
    except PeopleError as error:
        return error.code, error.params
    refused = [(one.row, one.column, one.code) for one in report.refused]
    return report.added, report.changed, report.unchanged, report.left, refused


def test_somebody_writes_while_a_list_is_only_compared(people, tmp_path):
    met = []

    def another(_rows: int) -> None:
        met.append(people.resolve("https://lms.example", "1", None, "Dewi", now=NOON).person)

    path = csv(tmp_path, f"NIP;Nama;OPD;Status\n{ANI};Ani;D;PNS\n")
    assert load(people, path, dry=True, applies=lambda _total: another).added == 1
    assert len(met) == 1


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LISTS, LISTS, st.integers(1, 3), st.sampled_from(["", "skip_bad", "full"]), st.booleans())
@example([], [("1", "A", "01/02/2026", ""), ("1", "B", "", ""), ("1", "B", "", "")], 1, "skip_bad", True)
@example([("1", "A", "01/02/2026", "")], [("2", "A", "01/02/2026", "")], 1, "full", True)
@example([("1", "A", "01/02/2026", "")], [("2", "A", "01/02/2026", "")], 2, "full", False)
@example([("1", "A", "01/02/2026", "")], [("1", "A", "01/02/2025", "02/02/2025")] * 2, 1, "skip_bad", True)
def test_what_is_compared_is_what_is_then_taken(people, tmp_path, monkeypatch, known, said, size, how, many):
    monkeypatch.setattr(roster_writer, "BATCH", size)
    people = people.of(uuid.uuid4().hex)
    load(people, list_of(tmp_path, known), skip_bad=True)
    before = people.roster(TODAY)
    wanted = {"many_may_leave": many} | ({how: True} if how else {})
    path = list_of(tmp_path, said)
    compared = outcome(people, path, dry=True, **wanted)
    assert people.roster(TODAY) == before
    assert compared == outcome(people, path, **wanted)


def test_a_crash_in_the_middle_leaves_nothing(people, tmp_path, monkeypatch):
    monkeypatch.setattr(roster_writer, "BATCH", 1)
    done = []

    def crash(rows: int) -> None:
        done.append(rows)
        if len(done) == 2:
            raise KeyboardInterrupt

    path = csv(tmp_path, f"NIP;Nama;OPD;Status\n{ANI};Ani;D;PNS\n{BUDI};Budi;D;PNS\n{CICI};Cici;D;PPPK\n")
    with pytest.raises(KeyboardInterrupt):
        load(people, path, applies=lambda _total: crash)
    assert people.find("Ani") == []
    assert load(people, path).added == 3


def test_two_numbers_of_one_person_cannot_both_say_where_they_work(people, tmp_path):
    load(people, csv(tmp_path, f"NIP;Nama;OPD;Status\n{ANI};Ani;D;PNS\n"))
    people.add_nip(people.by_nip(ANI), BUDI)
    report = load(people, csv(tmp_path, f"NIP;Nama;OPD;Status\n{ANI};Ani;D;PNS\n{BUDI};Ani;E;PNS\n"))
    assert [(bad.row, bad.column, bad.code) for bad in report.refused] == [(3, "NIP", "people.person_twice")]
    assert people.roster(TODAY)[0].opd == "D"


def test_a_wrong_column_is_told_after_a_thousand_rows_and_not_half_a_million(some, tmp_path):
    lines = "".join(f"{n};Ani;D;PNS\n" for n in range(2000))
    with pytest.raises(PeopleError) as caught:
        load(some, csv(tmp_path, f"NIP;Nama;OPD;Status\n{lines}"))
    assert (caught.value.code, caught.value.params["first"]) == ("people.too_many_bad", "2, NIP")


def test_every_field_has_a_title():
    assert set(TITLES) == set(NAMES)


@pytest.mark.parametrize("text", ["nik=x", "opd", "=x", "opd="])
def test_a_mapping_that_says_nothing_is_refused(text):
    with pytest.raises(SheetError):
        read_layout([text], [])


CELLS = st.text(max_size=12) | st.sampled_from([ANI, BUDI, "PNS", "Dinkes", "2026-01-01", "=1", "1,9E+17"])


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    engine = open_database(folder / "p.db")
    migrate(engine, "xapi.people")
    yield PeopleStore(engine, "a" * 32, uuid.uuid4), folder / "a.csv"
    engine.dispose()


@settings(max_examples=40)
@given(st.lists(st.lists(CELLS, max_size=8), max_size=8), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_no_table_breaks_the_import_and_what_it_took_it_takes_again_for_nothing(lasting, rows, encoding):
    people, path = lasting
    lines = ["NIP;Nama;OPD;Status;Mulai", *(";".join(row) for row in rows)]
    path.write_bytes("\n".join(lines).encode(encoding, "replace"))
    with contextlib.suppress(XapiError):
        load(people, path, skip_bad=True)
        again = load(people, path, skip_bad=True)
        assert (again.added, again.changed) == (0, 0)


@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from(["xlsx", "ods", "bare"]))
def test_no_bytes_break_the_reader(tmp_path_factory, data, kind):
    path = tmp_path_factory.getbasetemp() / "any.bin"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        if kind == "ods":
            made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml" if kind == "ods" else "xl/workbook.xml", data)
    path.write_bytes(data if kind == "bare" else packed.getvalue())
    with contextlib.suppress(XapiError):
        list(open_roster(path, NOTHING, lambda _mark: None).rows)


def test_columns_that_were_mixed_up_are_refused_without_showing_a_number(some, tmp_path):
    path = csv(tmp_path, f"NIP;Nama;OPD;Status;Mulai;{BUDI}\nAni;{ANI};Dinkes;nip {ANI};{ANI};x\n")
    roster = open_roster(path, NOTHING, lambda _mark: None)
    report = import_roster(some, roster, NOON)
    told = " ".join(explain(bad.error, "id") for bad in report.refused)
    assert [bad.code for bad in report.refused] == ["people.nip_shape", "people.status_unknown", "sheet.date"]
    assert not any(number in f"{told} {roster.unused} {report!r}" for number in (ANI, BUDI))
