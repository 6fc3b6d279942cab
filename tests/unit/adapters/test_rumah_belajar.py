"""The three tables of Rumah Belajar: e-books that were read, competency tests, training that was assigned or chosen."""

import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from adapters.errors import AdapterError
from adapters.remote import Connection
from adapters.rumah_belajar import ADAPTER
from xapi.vocabulary import COMPLETED, EXPERIENCED, FAILED, PASSED
from xapi.vocabulary.adl import REGISTERED
from xapi.words import explain

EXAMPLE = Path(__file__).parents[3] / "examples" / "rumah-belajar"
HERE = Connection(
    institution="a" * 32, options={}, clock=lambda: datetime(2026, 6, 1, tzinfo=UTC),
    zone=timezone(timedelta(hours=7)), forms=frozenset({"belajar-mandiri", "pelatihan-teknis", "e-learning"}),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example, to be changed."""
    shutil.copytree(EXAMPLE, tmp_path / "rb")
    return tmp_path / "rb"


def records(path: Path):
    held = ADAPTER.exchange.read(path, HERE)
    assert not held.refused
    return held.records


def slip(path: Path, before: str, after: str) -> list[tuple[int, str, str]]:
    """What is refused once `before` is `after` in the file; each refusal has a sentence without the NIP."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    refused = ADAPTER.exchange.read(path, HERE).refused
    for one in refused:
        for sentence in (explain(one.error, language) for language in ("id", "en")):
            assert one.code not in sentence
            assert "198501012099031001" not in sentence
    return [(one.row, one.column, one.code) for one in refused]


def test_each_time_of_reading_is_self_study_by_the_minute_and_a_finished_book_is_known() -> None:
    found = [
        (one.who.nip.digits[:4], one.verb, one.jp, one.form, one.competency) for one in records(EXAMPLE / "baca.csv")
    ]
    assert found == [
        ("1985", COMPLETED, 200, "belajar-mandiri", "T.01"),
        ("1985", COMPLETED, 200, "belajar-mandiri", "T.01"),
        ("1985", EXPERIENCED, None, "", ""),
        ("1985", COMPLETED, 88, "belajar-mandiri", "M.02"),
        ("1990", COMPLETED, 100, "belajar-mandiri", "T.01"),
    ]


def test_a_test_has_its_competency_level_score_and_result_and_no_jp() -> None:
    found = [
        (one.verb, one.competency, one.level, one.score, one.passed, one.standard, one.jp)
        for one in records(EXAMPLE / "uji.csv")
    ]
    assert found == [
        (PASSED, "T.01", 3, 0.84, True, "SKJ-AH", None), (PASSED, "M.01", 2, 0.75, True, "SKJ-AH", None),
        (FAILED, "T.01", 3, 0.615, False, "SKJ-AH", None), (PASSED, "M.02", 2, 0.9, True, "SKJ-PP", None),
    ]  # fmt: skip


def test_training_says_whether_it_was_assigned_or_chosen_and_counts_once_it_is_finished() -> None:
    found = [(one.verb, one.jp, one.form, one.assigned, one.competency) for one in records(EXAMPLE / "pelatihan.csv")]
    assert found == [
        (COMPLETED, 1200, "pelatihan-teknis", True, "M.02"),
        (COMPLETED, 1200, "pelatihan-teknis", False, "M.02"),
        (REGISTERED, None, "", True, "T.02"),
    ]


def test_what_was_left_or_has_not_begun_is_no_record(folder: Path) -> None:
    path = folder / "pelatihan.csv"
    assert slip(path, ";Berjalan;", ";Mengundurkan diri;") == []
    assert len(records(path)) == 2
    assert slip(path, ";Mengundurkan diri;", ";Terdaftar;") == []
    assert slip(path, "20-04-2026", "20-12-2026") == []
    assert len(records(path)) == 2


@pytest.mark.parametrize(
    ("file", "before", "after", "where"),
    [
        ("baca.csv", "2026-03-02 09:30;90", "2026-03-02 09:30;120", (2, "Selesai baca", "rumah.times")),
        ("baca.csv", "2026-03-02 09:30", "2026-03-02 07:30", (2, "Selesai baca", "rumah.times")),
        ("baca.csv", ";;45;32", ";;;32", (5, "Menit", "rumah.no_length")),
        ("baca.csv", "2026-03-05 19:30", "2026-07-05 19:30", (5, "Mulai baca", "rumah.in_future")),
        ("baca.csv", "Etika Pelayanan Publik", "198501012099031001", (4, "E-book", "cell.nip_in_text")),
        ("uji.csv", "84;70;Lulus", "84;;", (2, "Hasil", "rumah.no_result")),
        ("uji.csv", "84;70;Lulus", "64;70;Lulus", (2, "Hasil", "rumah.result_differs")),
        ("uji.csv", "T.01;Uji perancangan peraturan;3", "T.01;Uji;2,5", (2, "Tingkat", "cell.number")),
        ("uji.csv", "84;70;Lulus", "84;70;Bagus", (2, "Hasil", "cell.one_of")),
        ("pelatihan.csv", "Ditugaskan", "entah", (2, "Pendaftaran", "cell.one_of")),
        ("pelatihan.csv", "08-04-2026;3", "08-04-2026;9", (2, "Hari", "spreadsheet.days_range")),
        ("pelatihan.csv", "198501012099031001", "12345", (2, "NIP", "people.nip_shape")),
    ],
)
def test_a_slip_is_named_by_row_and_column(folder: Path, file: str, before: str, after: str, where: tuple) -> None:
    assert slip(folder / file, before, after) == [where]


def test_a_table_without_the_columns_of_any_of_the_three_is_refused(folder: Path) -> None:
    path = folder / "uji.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Tanggal uji", "Kapan"), encoding="utf-8")
    with pytest.raises(AdapterError, match=r"rumah\.no_table"):
        records(path)


def test_a_table_read_again_gives_the_same_keys(folder: Path) -> None:
    for name in ("baca.csv", "uji.csv", "pelatihan.csv"):
        keys = [(one.who.nip, *one.key) for one in records(folder / name)]
        assert keys == [(one.who.nip, *one.key) for one in records(folder / name)]
        assert len(set(keys)) == len(keys)
