"""Headers of tables: in two rows, under groups, missing, chosen, remembered; and which worksheet it is."""

import pytest
from openpyxl import Workbook

from xapi.sheet import Sheet, open_sheet
from xapi.sheet_cells import SheetError
from xapi.sheet_layout import Known, Layout, find_head, mark_of, remembered_for

KNOWN = Known(
    names={"nip": (), "start": ("Tgl Mulai",), "end": ("Tgl Selesai",), "technical": (), "total": ("Jumlah",)},
    titles={"nip": "NIP", "start": "Tanggal mulai", "end": "Tanggal selesai", "technical": "JP Teknis", "total": "JP"},
    required=("nip", "start"),
    settable=("start",),
)


def opened(path, chosen: Layout | None = None, name: str = "") -> Sheet:
    return open_sheet(path, lambda lines: find_head(lines, chosen or Layout(), KNOWN), most_rows=1000, name=name)


def book(tmp_path, *sheets: tuple[str, list[list[object]]]):
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_columns_under_groups_are_named_by_both_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Rekap;;;;\nNIP;Tanggal;;JP;\n;Mulai;Selesai;Teknis;Jumlah\n1;2026-01-01;2026-01-02;8;9\n", "utf-8")
    sheet = opened(path)
    assert sheet.headers[1] == "Tanggal Mulai"
    (row,) = list(sheet.rows)
    assert row.cells == {"nip": "1", "start": "2026-01-01", "end": "2026-01-02", "technical": "8", "total": "9"}


def test_a_group_that_is_merged_downwards_is_one_column(tmp_path):
    path = book(tmp_path, ("A", [["NIP", "Tanggal", None], [None, "Mulai", "Selesai"], ["1", "2026-01-01", None]]))
    made = opened(path)
    assert (made.headers[0], made.headers[2]) == ("NIP", "Tanggal Selesai")


def test_what_is_the_same_for_all_rows_needs_no_column(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("NIP;Nama\n1;Ani\n", "utf-8")
    assert opened(path, Layout(fixed={"start": "2026-01-01"})).head.missing == ()


def test_the_visible_worksheet_comes_before_a_hidden_one_and_the_others_are_named(tmp_path):
    path = book(tmp_path, ("Contoh", [["NIP", "Tgl Mulai"]]), ("Maret", [["NIP", "Tgl Mulai"]]), ("April", [["x"]]))
    made = Workbook()
    from openpyxl import load_workbook

    made = load_workbook(path)
    made["Contoh"].sheet_state = "hidden"
    made.save(path)
    table = opened(path).table
    assert (table.name, table.hidden, table.beside) == ("Maret", False, ("April",))
    hidden = opened(path, name="contoh").table
    assert (hidden.name, hidden.hidden) == ("Contoh", True)


def test_a_worksheet_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    path = book(tmp_path, ("Januari", [["NIP", "Tgl Mulai"]]))
    with pytest.raises(SheetError) as caught:
        opened(path, name="Mei")
    assert (caught.value.code, caught.value.params["names"]) == ("sheet.no_such_sheet", "Januari")


def test_rows_that_a_filter_hides_are_read_and_counted(tmp_path):
    from openpyxl import load_workbook

    path = book(tmp_path, ("A", [["NIP", "Tgl Mulai"], ["1", "2026-01-01"], ["2", "2026-01-01"]]))
    made = load_workbook(path)
    made["A"].row_dimensions[3].hidden = True
    made.save(path)
    sheet = opened(path)
    assert ([row.cells["nip"] for row in sheet.rows], sheet.table.hidden_rows) == (["1", "2"], {3})


def test_a_layout_is_remembered_for_one_kind_of_table_and_headers_in_any_order():
    lines = [(1, ["Judul", None]), (2, ["Jam", "NIP"])]
    kept = {mark_of(["NIP", "jam"], "attendance"): Layout(columns={"total": "Jam"})}
    assert remembered_for(lines, kept.get, "attendance") == Layout(columns={"total": "Jam"})
    assert remembered_for(lines, kept.get, "recap") is None
    assert mark_of(["a", "b"]) != mark_of(["a", "b"], "attendance")
