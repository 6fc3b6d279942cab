"""Banks in a module: drawn, defaulted, counted, in the digest; and rules of the module for all its questions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scorm_packager.course import Choice, Likert, ShortText, TrueFalse, decode_course, encode_course
from scorm_packager.findings import Finding, Findings
from scorm_packager.source.banks.convert import convert_bank
from scorm_packager.source.module import Module, check_module

GIFT = "::Satu::Satu? {=a ~b}\n\n::Dua::Dua? {T}\n\n::Tiga::Tiga? {=x =y}\n\n::Empat::Ceritakan. {}\n"


@pytest.fixture
def with_bank(module_folder: Path) -> Callable[..., Module]:
    """`with_bank(block, gift)` is the module with a bank block on a page of its own."""

    def read(block: str, gift: str = GIFT, rules: str = "") -> Module:
        (module_folder / "soal").mkdir(exist_ok=True)
        (module_folder / "soal" / "b.gift").write_text(gift, encoding="utf-8")
        (module_folder / "isi" / "03-bank.md").write_text(f"# Bank\n\n{block}\n", encoding="utf-8")
        with (module_folder / "modul.toml").open("a", encoding="utf-8") as settings:
            settings.write(rules)
        findings = Findings()
        module = check_module(module_folder, findings)
        assert module is not None, findings.errors
        return module

    return read


def test_a_bank_puts_its_questions_on_the_page_and_draws(with_bank: Callable[..., Module]) -> None:
    module = with_bank("::: soal bank #b ambil=2 percobaan=3 nilai=4 acak\nsoal/b.gift\n:::")
    page = module.course.pages[2]
    assert page.questions == ("b-satu", "b-dua", "b-tiga", "b-empat")
    assert all(f'data-question="{name}"' in page.html for name in page.questions)
    assert [(pool.id, pool.draw, pool.questions) for pool in module.course.pools] == [("b", 2, page.questions)]
    first, essay = module.course.questions["b-satu"], module.course.questions["b-empat"]
    assert isinstance(first, Choice)
    assert (first.points, first.attempts, first.shuffle) == (4, 3, True)
    assert isinstance(essay, ShortText)
    assert (essay.points, essay.attempts) == (0, None)
    assert decode_course(encode_course(module.course)) == module.course


def test_what_a_question_says_itself_is_stronger_than_its_bank(
    module_folder: Path, with_bank: Callable[..., Module]
) -> None:
    (module_folder / "soal").mkdir()
    (module_folder / "soal" / "c.md").write_text(
        "::: soal pilihan #c nilai=1 percobaan=5 tetap\nx\n\n- [x] a\n- [ ] b\n:::\n", encoding="utf-8"
    )
    question = with_bank("::: soal bank #b nilai=4 percobaan=2 acak\nsoal/c.md\nsoal/b.gift\n:::").course.questions["c"]
    assert isinstance(question, Choice)
    assert (question.points, question.attempts, question.shuffle) == (1, 5, False)


def test_a_bank_without_a_draw_gives_all_to_everyone(with_bank: Callable[..., Module]) -> None:
    assert with_bank("::: soal bank #b\nsoal/b.gift\n:::").course.pools == ()


def test_a_changed_bank_is_another_module(with_bank: Callable[..., Module]) -> None:
    block = "::: soal bank #b\nsoal/b.gift\n:::"
    before = with_bank(block).course.digest
    assert with_bank(block, GIFT.replace("Satu?", "Satu ?")).course.digest != before


def test_rules_of_the_module_hold_where_a_question_says_nothing(with_bank: Callable[..., Module]) -> None:
    course = with_bank(
        "::: soal bank #b tetap\nsoal/b.gift\n:::\n\n::: soal skala #s\nSuka?\n\n- tidak\n- ya\n:::",
        rules='\n[soal]\npercobaan = 2\nputaran = 3\nacak = true\ntinjau = "jawaban"\n',
    ).course
    assert (course.rounds, course.review) == (3, "own")
    own, banked, scale = (course.questions[name] for name in ("q1", "b-satu", "s"))
    assert isinstance(own, Choice)
    assert isinstance(banked, Choice)
    assert (own.attempts, own.shuffle) == (2, True)
    assert (banked.attempts, banked.shuffle) == (2, False)
    assert isinstance(scale, Likert)
    assert scale.attempts is None
    assert isinstance(course.questions["b-dua"], TrueFalse)


@pytest.mark.parametrize(
    ("block", "code", "file", "line"),
    [
        ("::: soal bank #b\nsoal/hilang.gift\n:::", "media.missing", "isi/03-bank.md", 4),
        ("::: soal bank #b\n../../luar.gift\n:::", "path.outside", "isi/03-bank.md", 4),
        ("::: soal bank #b ambil=9\nsoal/b.gift\n:::", "bank.draw_too_many", "isi/03-bank.md", 3),
        ("::: soal bank #b ambil=0\nsoal/b.gift\n:::", "question.attribute_bad", "isi/03-bank.md", 3),
        ("::: soal bank #b\n:::", "bank.no_file", "isi/03-bank.md", 3),
        ("::: soal bank\nsoal/b.gift\n:::", "question.id_missing", "isi/03-bank.md", 3),
        ("::: soal bank #b\nsoal/b.gift\nsoal/b.gift\n:::", "question.id_twice", "soal/b.gift", 1),
        ("::: soal bank #b\nsoal/c.md\n:::", "question.number_bad", "soal/c.md", 5),
        ("::: soal skala #s nilai=2\nx\n\n- a\n- b\n:::", "question.attribute_unknown", "isi/03-bank.md", 3),
        ("::: soal uraian #s nilai=2\nx\n:::", "question.points_idle", "isi/03-bank.md", 3),
    ],
)
def test_a_fault_of_a_bank_is_found_where_it_is(
    module_folder: Path, found: Callable[[Path], list[Finding]], block: str, code: str, file: str, line: int
) -> None:
    (module_folder / "soal").mkdir()
    (module_folder / "soal" / "b.gift").write_text(GIFT, encoding="utf-8")
    (module_folder / "soal" / "c.md").write_text("\n::: soal angka #c\nx\n\n= dua\n:::\n", encoding="utf-8")
    (module_folder / "isi" / "03-bank.md").write_text(f"# Bank\n\n{block}\n", encoding="utf-8")
    assert (code, file, line) in [(one.code, one.file, one.line) for one in found(module_folder)]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("soal = 3\n", "module.not_table"),
        ("[soal]\npercobaan = 0\n", "module.not_whole"),
        ("[soal]\nacak = 1\n", "module.not_yes_no"),
        ('[soal]\ntinjau = "semua"\n', "module.review_unknown"),
        ("[soal]\ntinjau = [1]\n", "module.review_unknown"),
        ("[soal]\npercoban = 2\n", "module.key_unknown_close"),
    ],
)
def test_a_fault_in_the_rules_is_found(
    module_folder: Path, found: Callable[[Path], list[Finding]], rules: str, code: str
) -> None:
    path = module_folder / "modul.toml"
    path.write_text(path.read_text(encoding="utf-8") + rules, encoding="utf-8")
    (fault,) = [one for one in found(module_folder) if one.level == "error"]
    assert (fault.code, fault.line) == (code, 8)
    assert fault.sentence("id") != fault.sentence("en")


def test_a_converted_bank_reads_back_as_the_same_questions(
    tmp_path: Path, with_bank: Callable[..., Module], module_folder: Path
) -> None:
    path = tmp_path / "b.gift"
    path.write_text(GIFT, encoding="utf-8")
    markdown, findings = convert_bank(path)
    assert findings == []
    before = with_bank("::: soal bank #b\nsoal/b.gift\n:::").course.questions
    (module_folder / "isi" / "03-bank.md").write_text(f"# Bank\n\n{markdown}", encoding="utf-8")
    (module_folder / "soal" / "b.gift").unlink()
    module = check_module(module_folder, Findings())
    assert module is not None
    assert module.course.questions == before
