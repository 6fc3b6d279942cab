"""The sheet of learning without an LMS: what its rows are worth, what is refused, and what is worth a look."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.babel import ADAPTER
from adapters.errors import AdapterError
from adapters.remote import OwnModule
from adapters.testing import connection

HEAD = "NIP;Nama;Jenis;Topik;Modul;Tanggal;Selesai;Mitra;JP;Nilai;SPT;Internasional;Bukti\n"
ROSMALA, HENDRA = "198404122099031011", "199007252099121012"
TALK = f"{ROSMALA};Rosmala;coaching;Rencana;;04-05-2026;;;;;;;\n"
WORK = f"{HENDRA};Hendra;magang;Pembekuan;;01-06-2026;26-06-2026;PT Contoh;;;SPT/1;;surat.txt\n"
STUDY = f"{HENDRA};Hendra;microlearning;;ikan;11-05-2026;;;;85;;;\n"
IRI = "https://jampel.example/modul/ikan"
FORMS = frozenset({"coaching", "mentoring", "magang", "pertukaran", "belajar-mandiri", "e-learning",
                   "bimbingan-di-tempat-kerja", "seminar"})  # fmt: skip
GIVEN = replace(
    connection(), forms=FORMS, modules={"ikan": OwnModule(iri=IRI, title="Ikan", jp=70, form="belajar-mandiri")}
)


@pytest.fixture
def read(tmp_path: Path):
    """Reads rows as a file, with a letter among the evidence."""
    (tmp_path / "bukti").mkdir()
    (tmp_path / "bukti" / "surat.txt").write_text("surat", encoding="utf-8")

    def read(rows: str, given=GIVEN):
        path = tmp_path / "kegiatan.csv"
        path.write_text(HEAD + rows, encoding="utf-8")
        return ADAPTER.exchange.read(path, given)

    return read


def test_the_rules_say_what_a_talk_and_an_internship_are_worth(read) -> None:
    held = read(
        TALK + WORK + TALK.replace(";coaching;Rencana;", ";mentoring;Lain;").replace("2026;;;;;;;", "2026;;;;;;ya;")
    )
    assert [(one.form, one.jp, bool(one.evidence)) for one in held.records] == [
        ("coaching", 200, False), ("magang", 2000, True), ("mentoring", 400, False),
    ]  # fmt: skip
    assert held.records[1].assigned is True
    assert held.records[1].organiser == "PT Contoh"
    assert held.records[0].organiser == "BKPSDMD Provinsi Kepulauan Bangka Belitung"


def test_a_module_studied_without_a_link_is_the_module_that_is_launched(read) -> None:
    (one,) = read(STUDY).records
    assert (one.activity, one.title, one.jp, one.form, one.score) == (IRI, "Ikan", 70, "belajar-mandiri", 0.85)


def test_a_talk_has_the_same_name_at_every_desk(read) -> None:
    (here,), (there,) = (
        read(TALK).records,
        read(TALK.replace("Rencana", "rencana!"), replace(GIVEN, institution="2" * 32)).records,
    )
    assert here.activity == there.activity
    assert here.key == there.key


def test_what_is_more_than_the_rules_count_in_a_month_is_recorded_and_told(read) -> None:
    rows = "".join(TALK.replace("04-05", day).replace("Rencana", day) for day in ("29-05", "04-05", "18-05", "01-06"))
    held = read(rows + TALK.replace(ROSMALA, HENDRA))
    assert len(held.records) == 5
    assert [(note.row, note.code) for note in held.notes.kept if note.code == "babel.month_full"] == [
        (2, "babel.month_full")
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (TALK + TALK, (3, "NIP", "spreadsheet.row_twice")),
        (TALK.replace("coaching", "PPP"), (2, "Jenis", "cell.one_of")),
        (TALK.replace("coaching", "seminar"), (2, "Jenis", "cell.one_of")),
        (TALK.replace("Rencana", ""), (2, "Topik", "cell.empty")),
        (TALK.replace("04-05-2026", "04-08-2026"), (2, "Tanggal mulai", "spreadsheet.in_future")),
        (TALK.replace(";;;;;;;\n", ";;;3;;;;\n"), (2, "JP", "babel.jp_differs")),
        (TALK.replace(ROSMALA, "1.98404E+17"), (2, "NIP", "people.nip_number")),
        (TALK.replace("Rencana", f"Rencana {HENDRA}"), (2, "Topik", "cell.nip_in_text")),
        (TALK.replace("Rencana;", "Rencana;ikan"), (2, "Modul", "babel.module_kind")),
        (WORK.replace("PT Contoh", ""), (2, "Mitra", "babel.partner")),
        (WORK.replace("surat.txt", "../kegiatan.csv"), (2, "Bukti", "evidence.missing")),
        (STUDY.replace("ikan", "udang"), (2, "Modul", "babel.module_unknown")),
        (STUDY.replace("ikan", "").replace("microlearning;", "microlearning;Es"), (2, "JP", "cell.empty")),
        (STUDY.replace("85", "850"), (2, "Nilai", "cell.number")),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_by_its_column(read, rows: str, expected: tuple) -> None:
    assert [(bad.row, bad.column, bad.code) for bad in read(rows).refused] == [expected]


def test_a_sheet_without_rows_is_no_sheet(read) -> None:
    with pytest.raises(AdapterError) as caught:
        read("")
    assert caught.value.code == "spreadsheet.no_rows"
