"""The layouts of institutions: what a row of each means, what is only compared, and how other columns are mapped."""

import contextlib
import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import AdapterError
from adapters.recap import compare_totals
from adapters.remote import Connection
from adapters.spreadsheet import SpreadsheetExchange
from adapters.table_files import TableChoice
from xapi.audit.rules import load_rules
from xapi.errors import JampelError
from xapi.sheet_cells import SheetError
from xapi.sheet_layout import Layout

ANI, BUDI = "198501012099031001", "198612312099032002"
RULES = load_rules()
HERE = Connection(
    institution="a" * 32, options={}, clock=lambda: datetime(2026, 6, 1, 12, tzinfo=UTC), zone=UTC,
    forms=frozenset(RULES.of_year(2026).forms), rules=RULES,
)  # fmt: skip
BPS = (
    "Tanggal Mulai;Tanggal Selesai;Nama Kegiatan;Penyelenggara Kegiatan;Total Jam Pelajaran;NIP Peserta;"
    "Kode Jenis Pengembangan\n"
)
SLEMAN = (
    "#,NIP,Nama Lengkap,Jenis Diklat,Sub Jenis Diklat,Nama Diklat,Penyelenggara Diklat,Tanggal Mulai,Tanggal Selesai,"
    "Lama Pendidikan,Nomor STTPP,Status\n"
)
KALTIM = "REKAP;;;\n#;NIP;NAMA;TOTAL JP\n"


def opened(tmp_path, text: str, **choice: object):
    path = tmp_path / "lembar.csv"
    path.write_text(text, encoding="utf-8")
    return SpreadsheetExchange().open(path, HERE, TableChoice(**choice))


def bps(tmp_path, dates: str, jp: str, code: str, **choice: object):
    return opened(tmp_path, f"{BPS}{dates};Kegiatan;BPS;{jp};{ANI};{code}\n", **choice)


@pytest.mark.parametrize(
    ("dates", "jp", "code", "form", "recorded"),
    [
        ("02-03-2026;03-03-2026", "8", "B6", "seminar", (800, 2, None)),
        ("02-03-2026;06-03-2026", "8", "b06", "seminar", (800, 2, None)),
        ("02-03-2026;02-03-2026", "40", "B3", "pelatihan-teknis", (4000, None, None)),
        ("05-01-2026;30-05-2026", "40", "A1", "tugas-belajar", (4000, None, 2)),
        ("02-03-2026;02-03-2026", "2", "C1", "coaching", (200, None, None)),
        ("02-03-2026;20-03-2026", "20", "C11", "magang", (2000, None, None)),
    ],
)
def test_jp_that_bps_converted_is_recorded_as_what_converts_to_it(tmp_path, dates, jp, code, form, recorded):
    held = bps(tmp_path, dates, jp, code)
    (one,) = held.rows
    assert (one.form, (one.jp, one.days, one.quantity)) == (form, recorded)
    assert not held.notes.counts


@pytest.mark.parametrize(
    ("dates", "jp", "code", "told"),
    [
        ("02-03-2026;02-03-2026", "8", "B6", ("8", "4")),  # two seminar days do not fit into one
        ("02-03-2026;03-03-2026", "6", "B6", ("6", "4")),  # half a day
        ("02-03-2026;02-03-2026", "4", "C1", ("4", "2")),  # two coachings in a row
    ],
)
def test_a_figure_that_no_rule_gives_is_recorded_as_it_is_and_told(tmp_path, dates, jp, code, told):
    held = bps(tmp_path, dates, jp, code)
    assert held.rows[0].jp == int(jp) * 100
    (note,) = held.notes.kept
    assert (note.code, note.error.params["sheet"], note.error.params["ledger"]) == ("spreadsheet.jp_differs", *told)


def test_what_was_added_for_an_international_event_is_not_added_again(tmp_path):
    held = bps(tmp_path, "02-03-2026;03-03-2026", "24", "B3", chosen=Layout(fixed={"international": "ya"}))
    assert (held.rows[0].jp, held.rows[0].international, held.notes.counts.total()) == (2000, True, 0)
    seminar = bps(tmp_path, "02-03-2026;03-03-2026", "12", "B6", chosen=Layout(fixed={"international": "ya"}))
    assert (seminar.rows[0].days, seminar.notes.counts.total()) == (2, 0)


def test_a_code_that_bps_does_not_have_is_refused(tmp_path):
    assert [bad.code for bad in bps(tmp_path, "02-03-2026;02-03-2026", "2", "C12").refused] == [
        "spreadsheet.code_unknown"
    ]


def test_a_report_of_sleman_gives_the_form_and_leaves_out_what_was_rejected(tmp_path):
    held = opened(
        tmp_path,
        f"{SLEMAN}1,'{ANI},Ani,Teknis,Bimbingan Teknis,Bimtek,BKPSDM,2026-03-02,2026-03-04,24,A-1,Disetujui\n"
        f"2,'{BUDI},Budi,Fungsional,Diklat Auditor,Diklat,BPKP,2026-03-02,2026-03-06,40,A-2,Ditinjau\n"
        f"3,'{BUDI},Budi,Teknis,Kursus,Kursus,BKPSDM,2026-04-02,2026-04-02,8,A-3,Ditolak\n",
    )
    assert [(one.row, one.form, one.jp, one.certificate) for one in held.rows] == [
        (2, "bimbingan-teknis", 2400, "A-1"), (3, "pelatihan-fungsional", 4000, "A-2"),
    ]  # fmt: skip
    assert [(one.row, one.code) for one in held.left_out.kept] == [(4, "spreadsheet.rejected_there")]


def test_a_total_of_a_person_is_no_activity(tmp_path):
    with pytest.raises(AdapterError) as caught:
        opened(tmp_path, f"{KALTIM}1;{ANI};ANI;24\n")
    assert caught.value.code == "spreadsheet.recap"


def test_totals_are_compared_person_by_person_the_furthest_apart_first(tmp_path):
    path = tmp_path / "rekap.csv"
    path.write_text(f"{KALTIM}1;{ANI};ANI;24\n2;{BUDI};BUDI;0\n3;199001012099031003;CICI;\n4;x;DEDI;satu\n", "utf-8")
    totals, refused = SpreadsheetExchange().totals(path, TableChoice())
    assert [(bad.row, bad.code) for bad in refused] == [(6, "people.nip_shape"), (6, "spreadsheet.jp_no_number")]
    ledger = {
        ANI: {"name": "Ani", "accepted": 2400, "pending": 0},
        BUDI: {"name": "Budi", "accepted": 500, "pending": 8},
    }
    compared = compare_totals(totals, ledger)
    assert [(one.nip, one.state, one.difference) for one in compared] == [(BUDI, "differs", -500), (ANI, "same", 0)]


def test_activities_are_no_totals(tmp_path):
    path = tmp_path / "lembar.csv"
    path.write_text(f"{BPS}1-3-2026;1-3-2026;K;BPS;2;{ANI};C1\n", "utf-8")
    with pytest.raises(AdapterError) as caught:
        SpreadsheetExchange().totals(path, TableChoice())
    assert caught.value.code == "spreadsheet.no_recap"


OWN = f"Nomor Induk;Peserta;Judul;Jam\n{ANI};Ani;Bimtek;8\n"
CHOSEN = Layout(
    columns={"nip": "Nomor Induk", "name": "Peserta", "event": "Judul", "jp": "Jam"},
    fixed={"form": "bimtek", "organiser": "BKPSDM", "start": "2-3-2026"},
)


def test_columns_are_mapped_and_what_is_the_same_for_all_rows_is_given(tmp_path):
    (one,) = opened(tmp_path, OWN, chosen=CHOSEN).rows
    assert (one.event, one.organiser, one.form, one.jp) == ("Bimtek", "BKPSDM", "bimbingan-teknis", 800)


def test_a_mapping_is_remembered_by_the_headers_of_the_file(tmp_path):
    found = opened(tmp_path, OWN, chosen=CHOSEN).found
    kept = {found.mark: found.applied}
    assert opened(tmp_path, OWN, remembered=kept.get).rows == opened(tmp_path, OWN, chosen=CHOSEN).rows


def test_a_changed_column_is_named_with_the_headers_that_nobody_knows(tmp_path):
    with pytest.raises(SheetError) as caught:
        opened(
            tmp_path,
            f"NIP;Nama;Kegiatan;Penyelenggara;Bentuk;Tanggal mulai;Jam Latihan\n{ANI};A;B;C;seminar;1-3-2026;4\n",
        )
    assert (caught.value.params["columns"], caught.value.params["unknown"]) == ("JP", "Jam Latihan")


def test_a_sheet_that_lacks_something_is_not_taken_for_another_layout(tmp_path):
    with pytest.raises(SheetError) as caught:
        opened(tmp_path, "NIP;Nama Peserta;Kegiatan;Penyelenggara;Jam;Tanggal\n1;A;B;C;8;1-3-2026\n")
    assert caught.value.params["columns"] == "Bentuk, JP"


def test_a_column_that_was_chosen_and_is_gone_is_named(tmp_path):
    with pytest.raises(SheetError) as caught:
        opened(tmp_path, OWN, chosen=dataclasses.replace(CHOSEN, columns={**CHOSEN.columns, "jp": "JP Total"}))
    assert caught.value.params["columns"] == "JP (JP Total)"


def test_an_unknown_layout_is_refused_with_those_that_there_are(tmp_path):
    with pytest.raises(AdapterError) as caught:
        opened(tmp_path, OWN, layout="bkn")
    assert caught.value.code == "spreadsheet.layout_unknown"


def test_an_event_over_several_days_that_says_no_number_of_days_is_told(tmp_path):
    head = "NIP;Nama;Kegiatan;Penyelenggara;Bentuk;Tanggal mulai;Tanggal selesai;JP\n"
    held = opened(tmp_path, f"{head}{ANI};Ani;Seminar;LAN;seminar;2-3-2026;4-3-2026;12\n")
    assert [(note.row, note.column, note.error.params["days"]) for note in held.notes.kept] == [(2, "Hari", 3)]


def test_reading_ends_when_more_is_wrong_than_anybody_reads(tmp_path):
    rows = "".join(f"1-3-2026;1-3-2026;K;BPS;2;{number};C1\n" for number in range(3000))
    assert len(opened(tmp_path, BPS + rows).refused) == 1000


def test_a_header_without_rows_is_no_success(tmp_path):
    with pytest.raises(AdapterError) as caught:
        opened(tmp_path, BPS)
    assert caught.value.code == "spreadsheet.no_rows"


ZOOM = "Name (Original Name);User Email;Join Time;Leave Time;Duration (Minutes);Kegiatan;Penyelenggara\n"
CELLS = st.text(max_size=10) | st.sampled_from(
    [ANI, "Ani", "a@x.id", "2026-03-02", "1/2/2026 9:00 AM", "46000", "8", "1,5", "=1", "B6", "ya", "Teknis", "60"]
)


@settings(max_examples=60)
@given(
    st.lists(st.lists(CELLS, min_size=12, max_size=12), min_size=1, max_size=4), st.sampled_from([BPS, ZOOM, KALTIM])
)
def test_no_cells_break_a_layout_and_what_is_taken_is_taken_the_same_again(tmp_path_factory, rows, head):
    path = tmp_path_factory.getbasetemp() / "acak.csv"
    clean = [";".join(cell.replace(";", "").replace('"', "").replace("\r", "") for cell in row) for row in rows]
    path.write_text(head + "\n".join(clean), encoding="utf-8", errors="replace")
    with contextlib.suppress(JampelError):
        held = SpreadsheetExchange().open(path, HERE, TableChoice())
        assert ANI not in f"{held.refused!r}{held.notes!r}{held.left_out!r}{held.rows!r}{held.found!r}"
        assert list(held.records) == list(SpreadsheetExchange().open(path, HERE, TableChoice()).records)
