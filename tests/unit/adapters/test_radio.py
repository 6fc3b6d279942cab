"""Forms for classes without a link: codes that find slips, plans and sheets that are read line by line."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from adapters.errors import AdapterError
from adapters.radio import ADAPTER
from adapters.radio.codes import ALPHABET, code_of, read_code
from adapters.testing import connection

PLAN = "Kelas;Sesi;Judul;Penyelenggara;Bentuk;JP;Tanggal;Mulai;Selesai;Zona;Tempat;Baris;Terlambat\n"
ONE = "k1;R1;Kelas radio;BPSDM;kursus;2;2026-03-03;09.00;10.30;WIT;Desa A;4;\n"
TWO = "k1;R1;Kelas radio;BPSDM;kursus;2;2026-03-03;09.00;10.30;WIT;Desa B;4;\n"
ROSTER = "Tempat;NIP;Nama\nDesa A;198203152099031001;Yosina\nDesa A;198711202099031002;Markus\n"
HEAD = "Kode formulir;Nomor baris;NIP;Nama;Hadir;Jam datang\n"
A, B = (code_of("BPSDM", "k1", "R1", place) for place in ("Desa A", "Desa B"))
YOSINA, MARKUS = "198203152099031001", "198711202099031002"
GOOD = f"{A};1;{YOSINA};Yosina;ya;\n{A};2;{MARKUS};Markus;ya;\n"
CONNECTION = connection()


class Class:
    """A folder with a plan, a list of people, and sheets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan(ONE + TWO)
        self.write("peserta.csv", ROSTER)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def plan(self, rows: str) -> Path:
        return self.write("kelas.csv", PLAN + rows)

    def read(self, rows: str, given=CONNECTION):
        return ADAPTER.exchange.read(self.write("hadir.csv", HEAD + rows), given)

    def slips(self, rows: str, given=CONNECTION) -> list[tuple[int, str, str]]:
        held = self.read(rows, given)
        return [(bad.row, bad.column, bad.code) for bad in held.refused]

    def slips_of_plan(self) -> list[tuple[str, int, str]]:
        _files, refused = ADAPTER.exchange.forms(self.folder / "kelas.csv", CONNECTION, ["csv"], "id")
        return [(bad.file, bad.row, bad.code) for bad in refused]


@pytest.fixture
def lesson(tmp_path: Path) -> Class:
    return Class(tmp_path)


def test_a_code_with_one_wrong_character_or_two_that_changed_places_is_never_another_code() -> None:
    for number in range(20):
        code = code_of("BPSDM", "kelas", str(number))
        plain = code.replace("-", "")
        for at in range(8):
            wrong = [plain[:at] + other + plain[at + 1 :] for other in ALPHABET if other != plain[at]]
            assert not [one for one in wrong if read_code(one)]
        for one in range(8):
            for two in range(one + 1, 8):
                letters = list(plain)
                letters[one], letters[two] = letters[two], letters[one]
                assert letters[one] == letters[two] or read_code("".join(letters)) is None


@pytest.mark.parametrize("written", [A.lower(), A.replace("-", " "), A.replace("-", ""), f" {A}. "])
def test_a_code_is_read_however_it_is_written(written: str) -> None:
    assert read_code(written) == A


def test_those_who_signed_are_recorded_with_the_time_that_they_were_there(lesson: Class) -> None:
    held = lesson.read(f"{A};1;{YOSINA};Yosina;ya;08.30\n{A};2;{MARKUS};Markus;ya;09.10\n")
    first, second = held.records
    assert (first.jp, first.form, first.zone, first.lasted.total_seconds()) == (200, "kursus", "WIT", 90 * 60)
    assert second.lasted.total_seconds() == 80 * 60
    assert first.at.isoformat() == "2026-03-03T10:30:00+09:00"
    assert first.activity == lesson.read(GOOD).records[1].activity
    assert [note.code for note in held.notes.kept] == ["radio.no_scan"]


@pytest.mark.parametrize(("late", "jp", "code"), [("", None, "radio.late"), ("dihitung", 200, "radio.late_counted")])
def test_the_plan_decides_what_a_late_arrival_gets(lesson: Class, late: str, jp: int | None, code: str) -> None:
    lesson.plan(ONE.replace(";4;", f";4;{late}"))
    held = lesson.read(f"{A};1;{YOSINA};Yosina;ya;09.16\n{A};2;{MARKUS};Markus;tidak;\n")
    assert [(one.jp, one.completed) for one in held.records] == [(jp, jp is not None)]
    assert code in [note.code for note in held.notes.kept]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (GOOD.replace(f"{A};1", "AAAA-AAAA;1"), [(2, "Kode formulir", "radio.code_slip")]),
        (f"{code_of('lain')};1;{YOSINA};Yosina;ya;\n", [(2, "Kode formulir", "radio.code_unknown")]),
        (GOOD + f"{A};2;{MARKUS};Markus;tidak;\n", [(4, "Nomor baris", "radio.line_twice")]),
        (f"{A};2;{MARKUS};Markus;ya;\n", [(0, "Nomor baris", "radio.lines_missing")]),
        (GOOD + f"{A};4;199204082099122003;Dorkas;ya;\n", [(0, "Nomor baris", "radio.lines_missing")]),
        (GOOD + f"{A};5;199204082099122003;Dorkas;ya;\n", [(4, "Nomor baris", "cell.number")]),
        (GOOD + f"{A};3;{YOSINA};Yosina;ya;\n", [(4, "NIP", "radio.person_twice")]),
        (GOOD + f"{B};1;{YOSINA};Yosina;ya;\n", [(4, "NIP", "radio.person_twice")]),
        (GOOD.replace(YOSINA, "199204082099122003"), [(2, "NIP", "radio.other_person")]),
        (GOOD + f"{A};3;;Tamu;ya;\n", [(4, "NIP", "cell.empty")]),
        (GOOD.replace("Yosina;ya", "Yosina;"), [(2, "Hadir", "radio.present_or_not")]),
        (GOOD.replace("Yosina;ya", "Yosina;mungkin"), [(2, "Hadir", "cell.yes_or_no")]),
        (GOOD.replace("ya;\n", "ya;10.30\n", 1), [(2, "Jam datang", "radio.after_end")]),
        (GOOD.replace(f";{YOSINA};", ";1.98203E+17;"), [(2, "NIP", "people.nip_number")]),
    ],
)  # fmt: skip
def test_a_slip_of_a_line_is_told_by_row_and_column(lesson: Class, rows: str, expected: list) -> None:
    assert lesson.slips(rows) == expected


def test_a_line_that_nobody_wrote_on_and_someone_without_a_nip_who_was_not_there_are_no_slips(lesson: Class) -> None:
    assert lesson.slips(GOOD + f"{A};3;;;;\n{A};4;;Tamu;tidak;\n") == []


def test_a_class_that_has_not_ended_is_not_recorded(lesson: Class) -> None:
    given = replace(CONNECTION, clock=lambda: datetime(2026, 3, 3, 1, 29, tzinfo=UTC))
    assert {code for _row, _column, code in lesson.slips(GOOD, given)} == {"radio.in_future"}
    assert lesson.slips(GOOD, replace(given, clock=lambda: datetime(2026, 3, 3, 1, 30, tzinfo=UTC))) == []


def test_a_photo_named_by_the_code_is_the_evidence_of_its_lines_and_a_second_one_is_refused(lesson: Class) -> None:
    (lesson.folder / f"{A.lower()}.jpg").write_bytes(b"foto")
    (lesson.folder / f"formulir-R1-{A}.pdf").write_bytes(b"formulir kosong")
    held = lesson.read(GOOD + f"{B};1;199204082099122003;Dorkas;ya;\n")
    assert [bool(one.evidence) for one in held.records] == [True, True, False]
    (lesson.folder / f"{A}.png").write_bytes(b"foto lain")
    assert lesson.slips(GOOD) == [(0, "", "radio.scan_twice")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (ONE + TWO + ONE, ("kelas.csv", 4, "radio.form_twice")),
        (ONE + TWO.replace(";2;2026", ";3;2026"), ("kelas.csv", 3, "radio.session_differs")),
        (ONE.replace("10.30", "09.00"), ("kelas.csv", 2, "radio.ends_before_start")),
        (ONE.replace("WIT", "WIX"), ("kelas.csv", 2, "cell.zone")),
        (ONE.replace("kursus", "siaran"), ("kelas.csv", 2, "cell.one_of")),
        (ONE.replace("k1", "k 1"), ("kelas.csv", 2, "radio.code")),
        ("", ("kelas.csv", 0, "radio.no_form")),
        (TWO, ("peserta.csv", 2, "radio.place_unknown")),
    ],
)
def test_a_slip_in_the_plan_is_told_and_no_form_is_made(lesson: Class, rows: str, expected: tuple) -> None:
    lesson.plan(rows)
    assert lesson.slips_of_plan() == [expected]


def test_without_a_plan_no_sheet_is_read(lesson: Class) -> None:
    (lesson.folder / "kelas.csv").unlink()
    with pytest.raises(AdapterError) as caught:
        lesson.read(GOOD)
    assert caught.value.code == "radio.no_plan"


def test_the_check_counts_the_forms_of_the_plan_or_says_what_is_wrong_with_it(lesson: Class) -> None:
    def told(path: str) -> list[tuple[str, object]]:
        lines = ADAPTER.check.lines(replace(CONNECTION, options={"classes": path}))
        return [(line.state, line.params.get("n")) for line in lines]

    plan = str(lesson.folder / "kelas.csv")
    assert told("") == [("missing", None)]
    assert told(plan) == [("ok", 2)]
    assert told(plan + "x") == [("failed", None)]
    lesson.plan(ONE.replace("WIT", "WIX"))
    assert told(plan) == [("failed", 1)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sheet_of_a_form_is_read_back_as_it_was_written(lesson: Class, kind: str) -> None:
    """Nobody is marked as present yet: all that is told is that the lines of the expected say nothing."""
    files, _refused = ADAPTER.exchange.forms(lesson.folder / "kelas.csv", CONNECTION, [kind], "en")
    path = lesson.folder / files[0].name
    path.write_bytes(files[0].content)
    held = ADAPTER.exchange.read(path, CONNECTION)
    assert [bad.code for bad in held.refused] == ["radio.present_or_not", "radio.present_or_not"]


def test_a_printed_form_has_its_code_on_every_page_and_every_line_once(lesson: Class) -> None:
    long = "Pelatihan <b>pelayanan</b> & " + "arsip " * 20
    for lines in (1, 12, 18, 19, 20, 21, 22, 23, 48, 49, 50, 51, 500):
        lesson.plan(ONE.replace(";4;", f";{lines};").replace("Kelas radio", long))
        (page, paper), _refused = ADAPTER.exchange.forms(lesson.folder / "kelas.csv", CONNECTION, ["html", "pdf"], "en")
        html = page.content.decode()
        assert html.count("<tr><td>") == max(lines, 2)
        assert "<b>pelayanan" not in html
        texts = [one.get_textpage().get_text_range() for one in PdfDocument(paper.content)]
        numbers = [line for text in texts for line in text.split() if line.isdigit() and len(line) < 4]
        assert all(A in text for text in texts)
        assert texts[-1].count("Officer at the place") == 1
        assert "1" in numbers
        assert str(max(lines, 2)) in numbers
