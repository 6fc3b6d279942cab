"""The exports of Moodle's core as ASN Unggul would give them, with the table that says what each course is worth."""

import dataclasses
import shutil
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from openpyxl import Workbook

from adapters.asn_unggul import ADAPTER
from adapters.asn_unggul.courses import course_in
from adapters.errors import AdapterError
from adapters.remote import Connection
from xapi.vocabulary import COMPLETED, PASSED
from xapi.words import explain

EXAMPLE = Path(__file__).parents[3] / "examples" / "asn-unggul"
COMPLETION = "completion-layanan-prima_2026-20260316_0215-comma_separated.csv"
GRADES = "Antikorupsi 2026 Nilai-20260316_0230-comma_separated.csv"
PROGRESS = "progress.layanan-prima_2026.csv"
WIB = timezone(timedelta(hours=7))
FORMS = frozenset({"e-learning", "pelatihan-jarak-jauh"})
HERE = Connection(
    institution="a" * 32, options={}, clock=lambda: datetime(2026, 4, 1, tzinfo=UTC), zone=WIB, forms=FORMS
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example, to be changed."""
    shutil.copytree(EXAMPLE, tmp_path / "ekspor")
    return tmp_path / "ekspor"


def read(path: Path):
    return ADAPTER.exchange.read(path, HERE)


def credits(path: Path) -> dict[str, tuple]:
    held = read(path)
    assert not held.refused
    return {one.who.nip.digits[-3:]: (one.verb, one.jp, one.form, one.at) for one in held.records if one.jp is not None}


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def slips(path: Path) -> list[tuple[str, int, str, str]]:
    refused = read(path).refused
    for one in refused:
        assert all(one.code not in explain(one.error, language) for language in ("id", "en"))
    return [(one.file, one.row, one.column, one.code) for one in refused]


def test_who_completed_a_course_gets_its_jp_at_the_time_of_the_sites_zone() -> None:
    wita = timezone(timedelta(hours=8))
    assert credits(EXAMPLE / COMPLETION) == {
        "001": (COMPLETED, 600, "e-learning", datetime(2026, 3, 10, 10, 5, tzinfo=wita)),
        "004": (COMPLETED, 600, "e-learning", datetime(2026, 3, 12, 8, 50, tzinfo=wita)),
    }


def test_what_was_done_of_a_course_is_learning_on_the_way() -> None:
    found = [
        (one.who.nip.digits[-3:], one.title, one.passed) for one in read(EXAMPLE / COMPLETION).records if not one.jp
    ]
    assert found == [
        ("001", "Video pembuka", None), ("001", "Kuis akhir", True), ("002", "Video pembuka", None),
        ("002", "Kuis akhir", False), ("004", "Video pembuka", None), ("004", "Kuis akhir", True),
    ]  # fmt: skip


def test_an_activity_report_in_two_languages_is_read_and_gives_jp_only_where_it_is_the_basis(folder: Path) -> None:
    assert credits(folder / PROGRESS) == {}
    assert len(read(folder / PROGRESS).records) == 4
    at = [one.at.strftime("%d %H:%M") for one in read(folder / PROGRESS).records]
    assert at == ["09 09:15", "10 10:02", "09 20:40", "11 21:00"]
    change(folder / "kursus.csv", "6;penyelesaian", "6;aktivitas")
    assert list(credits(folder / PROGRESS)) == ["001"]  # the quiz of the other was not passed


def test_the_same_report_for_excel_is_read_alike(folder: Path) -> None:
    text = (folder / PROGRESS).read_text(encoding="utf-8").replace('","', '"\t"')
    (folder / PROGRESS).write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    assert len(read(folder / PROGRESS).records) == 4


def test_a_grade_passes_when_it_reaches_the_mark_on_the_day_that_the_table_says() -> None:
    assert credits(EXAMPLE / GRADES) == {
        "001": (PASSED, 1000, "pelatihan-jarak-jauh", datetime(2026, 3, 14, 12, tzinfo=WIB)),
    }


def test_a_workbook_of_grades_in_english_percentages_is_read(folder: Path) -> None:
    book = Workbook()
    book.active.append(
        ["First name", "Surname", "ID number", "Course total (Percentage)", "Last downloaded from this course"]
    )
    book.active.append(["Made", "Suartana", "198001102099011001", "86.50 %", "1773628200"])
    book.active.append(["Luh", "Widiastuti", 198102112099022002, "61.00 %", "1773628200"])
    path = folder / "Antikorupsi 2026 Grades.xlsx"
    book.save(path)
    assert slips(path) == [(path.name, 3, "ID number", "people.nip_number")]
    book.active.delete_rows(3)
    book.save(path)
    (record,) = read(path).records
    assert (record.score, record.who.name) == (0.865, "Made Suartana")


def test_an_account_without_a_nip_is_known_by_its_name_at_the_site(folder: Path) -> None:
    path = folder / COMPLETION
    change(path, '"Nomor ID"', '"Nama pengguna"')
    change(path, "198001102099011001", "made.suartana")
    who = read(path).records[0].who
    assert (who.nip, who.issuer, who.subject) == (None, "https://asn-unggul.lan.go.id", "made.suartana")
    change(path, "made.suartana", "")
    assert slips(path) == [(path.name, 2, "", "asn.nobody")]


@pytest.mark.parametrize(
    ("name", "course"),
    [
        (COMPLETION, "layanan-prima_2026"), (PROGRESS, "layanan-prima_2026"), (GRADES, "antikorupsi_2026"),
        ("Antikorupsi 2026 Grades.xlsx", "antikorupsi_2026"), ("completion-a-b-20260101_0000.csv", "a-b"),
    ],
)  # fmt: skip
def test_the_course_stands_in_the_name_that_moodle_gives_the_file(name: str, course: str) -> None:
    assert course_in(Path(name)) == course


def test_a_renamed_file_needs_its_name_in_the_table(folder: Path) -> None:
    renamed = (folder / COMPLETION).rename(folder / "laporan maret.csv")
    with pytest.raises(AdapterError, match=r"asn\.course_unknown"):
        read(renamed)
    change(folder / "kursus.csv", "Zona\n", "Zona;Berkas\n")
    change(folder / "kursus.csv", "2;WITA", "2;WITA;laporan maret.csv")
    assert len(credits(renamed)) == 2


def test_every_slip_of_the_table_and_the_export_is_named_by_file_row_and_column(folder: Path) -> None:
    table = folder / "kursus.csv"
    change(table, "e-learning;6;penyelesaian", "kuliah;enam;hadir")
    change(table, "nilai;70;14-03-2026;;WIB", "nilai;70;;0;WIX")
    assert slips(folder / COMPLETION) == [
        ("kursus.csv", 2, "Bentuk", "cell.one_of"), ("kursus.csv", 2, "JP", "spreadsheet.jp_no_number"),
        ("kursus.csv", 2, "Dasar", "cell.one_of"), ("kursus.csv", 3, "Hari", "cell.number"),
        ("kursus.csv", 3, "Zona", "cell.zone"),
    ]  # fmt: skip
    shutil.copy(EXAMPLE / "kursus.csv", table)
    path = folder / COMPLETION
    change(path, '198203122099031003,"Tidak selesai"', "198001102099011001,Terminé")
    change(path, '198304132099042004,Selesai,"2026-03-12 08:00:00"', "198203122099031003,Selesai,kemarin")
    change(path, "2026-03-10 10:05:00", "2026-05-10 10:05:00")
    assert slips(path) == [
        (path.name, 2, "", "asn.in_future"), (path.name, 4, "Video pembuka", "asn.state"),
        (path.name, 5, "Video pembuka - Tanggal penyelesaian", "cell.moment"),
    ]  # fmt: skip


def test_a_person_twice_in_an_export_is_refused(folder: Path) -> None:
    change(folder / COMPLETION, "198102112099022002", "198001102099011001")
    assert slips(folder / COMPLETION) == [(COMPLETION, 3, "", "asn.person_twice")]


@pytest.mark.parametrize(
    ("name", "before", "after", "code"),
    [
        (COMPLETION, "Kursus selesai", "Cours terminé", "asn.no_export"),
        (GRADES, "Nilai akhir (Riil)", "Nilai akhir (Huruf)", "asn.no_total"),
    ],
)
def test_a_changed_or_foreign_heading_is_no_export(folder: Path, name: str, before: str, after: str, code: str) -> None:
    change(folder / name, before, after)
    with pytest.raises(AdapterError, match=code) as caught:
        read(folder / name)
    assert name in explain(caught.value, "en")


def test_without_a_table_of_courses_nothing_is_guessed(folder: Path) -> None:
    (folder / "kursus.csv").unlink()
    with pytest.raises(AdapterError, match=r"asn\.no_courses"):
        read(folder / COMPLETION)


def test_the_check_says_whether_the_table_of_courses_can_be_used(folder: Path) -> None:
    def said(mapping: str) -> list[tuple[str, str]]:
        here = dataclasses.replace(HERE, options={"mapping": mapping})
        return [(line.state, line.sentence("en")) for line in ADAPTER.check.lines(here)]

    table = folder / "kursus.csv"
    assert said("") == [("missing", "The setting mapping is empty: every file needs a kursus.csv beside it.")]
    assert said(str(table)) == [("ok", "Table of courses kursus.csv: 2 courses.")]
    assert said(str(folder / "lain.csv")) == [("failed", "There is no table of courses lain.csv.")]
    change(table, "e-learning;6", "bimtek;6")
    assert said(str(table)) == [("failed", "Table of courses kursus.csv: 1 cells cannot be used, the first in row 2.")]


def test_its_profile_and_preset_are_those_of_moodle_and_of_the_moodle_app() -> None:
    assert ADAPTER.launch_profile.strict_single_accept
    assert ADAPTER.package_preset.name == "asnunggul"
    assert "scorm12" not in ADAPTER.package_preset.cannot_read
    assert {"scorm2004-3", "scorm2004-4", "cmi5"} <= set(ADAPTER.package_preset.cannot_read)
    assert date(2026, 3, 14) == read(EXAMPLE / GRADES).records[-1].at.date()
