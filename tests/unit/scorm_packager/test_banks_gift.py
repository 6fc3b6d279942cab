"""GIFT and Aiken: every kind as Moodle's documentation shows it, every loss with its line, and no text that crashes."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm_packager.course import Choice, FillIn, Likert, Matching, Multiple, Numeric, Question, ShortText, TrueFalse
from scorm_packager.findings import Finding

Found = tuple[list[Question], list[Finding]]


Read = Callable[..., Found]


@pytest.fixture
def read(read_bank_text: Callable[..., Found]) -> Read:
    return lambda text, name="bank.gift": read_bank_text(text, name)


@pytest.fixture
def one(only_question: Callable[[str, str], Any]) -> Callable[[str], Any]:
    return lambda text: only_question(text, "bank.gift")


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).strip()


def test_a_choice_with_a_name_and_feedback(one: Callable[[str], Any]) -> None:
    question = one(
        "// pembuka\n$CATEGORY: $course$/Bab 1\n\n::Ibu Kota::Apa ibu kota Maluku? {\n=Ambon # Tepat."
        "\n~Sofifi #Itu Maluku Utara.\n~Ternate\n####Lihat peta.}\n",
    )
    assert isinstance(question, Choice)
    assert question.id == "b-ibu-kota"
    assert plain(question.prompt) == "Apa ibu kota Maluku?"
    assert [(option.html, option.correct) for option in question.options] == [
        ("Ambon", True),
        ("Sofifi", False),
        ("Ternate", False),
    ]
    assert [plain(option.feedback or "") for option in question.options] == ["Tepat.", "Itu Maluku Utara.", ""]
    assert plain(question.feedback.correct or "") == plain(question.feedback.incorrect or "") == "Lihat peta."


@pytest.mark.parametrize(
    ("text", "answer", "right", "wrong"),
    [
        ("Bumi bulat.{T}", True, None, None),
        ("Bumi datar.{FALSE}", False, None, None),
        ("Matahari terbit di timur.{true#Salah itu#Benar itu}", True, "Benar itu", "Salah itu"),
        ("Satu.{F#Hanya bila salah}", False, None, "Hanya bila salah"),
    ],
)
def test_true_and_false(
    text: str, answer: bool, right: str | None, wrong: str | None, one: Callable[[str], Any]
) -> None:
    question = one(text)
    assert isinstance(question, TrueFalse)
    assert question.answer is answer
    assert [html and plain(html) for html in (question.feedback.correct, question.feedback.incorrect)] == [right, wrong]


def test_a_short_answer_accepts_each_of_its_texts(one: Callable[[str], Any]) -> None:
    question = one("Dua tambah dua? {=empat =4 =\\= 4}")
    assert isinstance(question, FillIn)
    assert question.accepted == ("empat", "4", "= 4")
    assert question.case_sensitive is False


def test_a_missing_word_leaves_a_gap(one: Callable[[str], Any]) -> None:
    question = one("Jampel mencatat {=JP ~SKS ~poin} setiap pegawai.")
    assert isinstance(question, Choice)
    assert plain(question.prompt) == "Jampel mencatat _____ setiap pegawai."


@pytest.mark.parametrize(
    ("text", "value", "tolerance"),
    [
        ("Kapan lahir?{#1822:5}", 1822, 5),
        ("Berapa pi?{#3.14159:0.0005}", 3.14159, 0.0005),
        ("Berapa?{#1..5}", 3, 2),
        ("Berapa?{#-3}", -3, 0),
        ("Berapa?{#=0.125:0.005}", 0.125, 0.005),
        ("Berapa?{# = 1500 }", 1500, 0),
        ("Berapa?{#1.125}", 1.125, 0),
    ],
)
def test_numbers_with_tolerance_and_range(text: str, value: float, tolerance: float, one: Callable[[str], Any]) -> None:
    question = one(text)
    assert isinstance(question, Numeric)
    assert (question.value, question.tolerance) == (value, tolerance)


def test_a_numeric_list_keeps_the_full_answer_and_the_feedback_of_all_others(read: Read) -> None:
    questions, findings = read("Kapan?{#\n=1822:0 #Tepat\n=%50%1822:2 #Hampir\n~#Bukan}")
    (question,) = questions
    assert isinstance(question, Numeric)
    assert (question.value, question.tolerance) == (1822, 0)
    assert plain(question.feedback.correct or "") == "Tepat"
    assert plain(question.feedback.incorrect or "") == "Bukan"
    assert [(found.code, found.level) for found in findings] == [
        ("bank.weight", "warning"),
        ("bank.feedback", "warning"),
    ]


def test_matching_keeps_false_tracks(one: Callable[[str], Any]) -> None:
    question = one("Pasangkan. {\n=Jawa -> Semarang\n=Bali -> Denpasar\n=Papua -> Jayapura\n= -> Medan\n}")
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [
        ("Jawa", "Semarang"),
        ("Bali", "Denpasar"),
        ("Papua", "Jayapura"),
    ]
    assert question.extra == ("Medan",)


def test_what_is_said_about_a_bank_cannot_command_a_terminal(read: Read) -> None:
    questions, findings = read("Teks \x1b[2J\u202esaja.\n\nA\x1b[31m? {=a\x9bx ~b}")
    assert all(letter.isprintable() for found in findings for letter in found.sentence())
    assert [option.html for option in questions[0].options] == ["ax", "b"]  # type: ignore[union-attr]


def test_weights_make_a_multiple_choice_and_are_said_to_be_lost(read: Read) -> None:
    questions, findings = read("\nSiapa? {\n~%50%Budi\n~%50%Ani\n~%-100%Tidak ada}")
    (question,) = questions
    assert isinstance(question, Multiple)
    assert [option.correct for option in question.options] == [True, True, False]
    assert [(found.code, found.level, found.line) for found in findings] == [("bank.weight", "warning", 2)] * 3
    assert "-100%" in findings[-1].sentence()


def test_an_essay_is_an_open_answer_with_a_model(one: Callable[[str], Any]) -> None:
    question = one("Ceritakan pengalaman Anda. {####Sebut tempat dan waktu.}")
    assert isinstance(question, ShortText)
    assert question.points == 0
    assert plain(question.model or "") == "Sebut tempat dan waktu."


@pytest.mark.parametrize(
    ("mark", "text", "html"),
    [
        ("", "a*b_c* 5 < 6 & x\\n1. satu", "<p>a*b_c* 5 &lt; 6 &amp; x\n1. satu</p>"),
        ("[html]", "<p>Satu <b>dua</b></p><p>tiga*empat*</p>", "<p>Satu <b>dua</b></p>\n<p>tiga*empat*</p>"),
        ("[moodle]", "<i>miring</i> &eacute;", "<p><i>miring</i> é</p>"),
        ("[plain]", "<b>tetap</b>", "<p>&lt;b&gt;tetap&lt;/b&gt;</p>"),
        ("[markdown]", "**tebal** $a$", None),
        ("[html]", "<table><tr><td>a*b*</td></tr></table>", None),
        ("", "5 \\{ 6 \\} \\~ \\# \\: \\\\", "<p>5 { 6 } ~ # : \\</p>"),
    ],
)
def test_format_marks_and_escapes(mark: str, text: str, html: str | None, one: Callable[[str], Any]) -> None:
    question = one(f"{mark}{text} {{T}}")
    if html is not None:
        assert question.prompt == html
    elif "table" in text:
        assert "<td>a*b*</td>" in question.prompt
    else:
        assert question.prompt.startswith("<p><strong>tebal</strong> <math")


@pytest.mark.parametrize(
    ("answers", "right"),
    [("#3:2~#Jauh sekali.", None), ("#1..5 #Tepat. ~ #Jauh sekali.", "Tepat."), ("#=3:2~#Jauh sekali.", None)],
)
def test_a_number_has_feedback_for_every_other_number(
    answers: str, right: str | None, one: Callable[[str], Any]
) -> None:
    question = one(f"Angka dari 1 sampai 5? {{{answers}}}")
    assert isinstance(question, Numeric)
    assert plain(question.feedback.incorrect or "") == "Jauh sekali."
    assert plain(question.feedback.correct or "") == (right or "")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("\n\nHanya teks.\n\nA?{T}", "bank.description", 3),
        ("A?{=a ~b\n\n~c}", "bank.braces", 1),
        ("A? {=a ~b} dan {=c ~d}", "bank.many_answers", 1),
        ("A? {apa saja}", "bank.answers_unclear", 1),
        ("\nA? {=a =b ~c}", "bank.right_count", 2),
        ("A? {~a ~b}", "bank.right_count", 1),
        ("A? {=pel*}", "bank.wildcard", 1),
        ("A? {#tiga}", "bank.number", 1),
        ("A? {#1e30}", "bank.number", 1),
        ('[html]<img src="@@PLUGINFILE@@/a.png" alt="peta"> Apa? {T}', "bank.picture", 1),
        (f"\n[html]{'<span>' * 101}Apa? {{T}}", "bank.html_deep", 2),
        ("[html]<a href='http://x'>Ini</a>? {T}", "bank.element", 1),
        ("A? {=a ~%50%b ~c}", "bank.weight", 1),
        ("A? {=a#satu =b#dua}", "bank.feedback", 1),
        ("{=a ~b}", "bank.no_prompt", 1),
        ("", "bank.empty", 0),
        (f"[html]{' ' * 60_000}<img alt=" + "'" + " {T}", "bank.question_long", 1),
    ],
)
def test_what_cannot_be_kept_is_said_with_its_line(text: str, code: str, line: int, read: Read) -> None:
    _questions, findings = read(text)
    assert (code, line) in [(found.code, found.line) for found in findings]
    assert all(found.sentence(language).startswith("bank.gift") for found in findings for language in ("id", "en"))


@pytest.mark.parametrize(
    "body",
    [
        "\ufeffDi mana? {=Café ~Sofifi}".encode(),
        "Di mana? {=Café ~Sofifi}".encode("utf-16"),
        "// Windows\r\nDi mana? {\r\n=Café\r\n~Sofifi}\r\n".encode(),
        "Di mana? {=Café ~Sofifi}".encode("cp1252"),
    ],
)
def test_encodings_and_line_ends(body: bytes, read: Read) -> None:
    questions, findings = read(body)
    assert [option.html for option in questions[0].options] == ["Café", "Sofifi"]  # type: ignore[union-attr]
    assert [found.code for found in findings] == (["bank.encoding"] if b"\xe9 " in body else [])


MOODLE = """// the examples of Moodle's documentation
::Q1:: 1+1\\=2 {T}

::Q2:: What's between orange and green in the spectrum?
{ =yellow # right; good! ~red # wrong, it's yellow ~blue # wrong, it's yellow }

::Q3:: Two plus {=two =2} equals four.

::Q4:: Which animal eats which food? { =cat -> cat food =dog -> dog food }

::Q5:: What is a number from 1 to 5? {#3:2}

::Q6:: What is a number from 1 to 5? {#1..5}

::Q7:: When was Ulysses S. Grant born? {#
         =1822:0      # Correct! Full credit.
         =%50%1822:2  # He was born in 1822. Half credit for being close.
}

::Q8:: How are you? {}

Who's buried in Grant's tomb? {=%100%nobody =Nobody at all}

What two people are entombed in Grant's tomb? {
   ~%-100%No one
   ~%50%Grant
   ~%50%Grant's wife
   ~%-100%Grant's father
}
"""


def test_the_examples_of_moodles_documentation(read: Read) -> None:
    questions, findings = read(MOODLE)
    assert [type(question) for question in questions] == [
        *(TrueFalse, Choice, FillIn, Matching, Numeric, Numeric, Numeric, ShortText, FillIn, Multiple),
    ]
    assert [question.id for question in questions] == [*(f"b-q{n}" for n in range(1, 9)), "b-9", "b-10"]
    assert {found.code for found in findings} == {"bank.weight", "bank.feedback"}
    assert all(found.level == "warning" for found in findings)


AIKEN = """Siapa yang menyusun standar pelayanan?
A. Warga
B) Penyelenggara * utama
C. Kepala desa
ANSWER: B

Mana yang benar?
Pilih semua.
A. satu
B. dua
C. tiga
answer: A, C
"""


def test_aiken(read: Read) -> None:
    questions, findings = read(AIKEN, "bank.txt")
    assert findings == []
    first, second = questions
    assert isinstance(first, Choice)
    assert [(option.html, option.correct) for option in first.options] == [
        ("Warga", False),
        ("Penyelenggara * utama", True),
        ("Kepala desa", False),
    ]
    assert isinstance(second, Multiple)
    assert plain(second.prompt) == "Mana yang benar?\nPilih semua."
    assert [option.correct for option in second.options] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("A?\nA. a\nB. b\nANSWER: C\n", "bank.letter_unknown", 4),
        ("A?\nA. a\nB. b\n\nB?\nA. a\nB. b\nANSWER: A", "bank.no_right_answer", 1),
        ("A?\nA. a\nA. b\nB. c\nANSWER: A", "bank.letter_twice", 3),
        ("A?\nA. a\nANSWER: A", "bank.too_few_options", 1),
        ("ANSWER: A", "bank.too_few_options", 1),
    ],
)
def test_aiken_faults(text: str, code: str, line: int, read: Read) -> None:
    _questions, findings = read(text, "bank.txt")
    assert (code, line) in [(found.code, found.line) for found in findings]


def test_a_text_file_without_answer_lines_is_gift(read: Read) -> None:
    questions, _findings = read("Bumi bulat.{T}", "bank.txt")
    assert isinstance(questions[0], TrueFalse)
    assert not isinstance(questions[0], Likert)


# fmt: off
PIECES = st.sampled_from([
    "{", "}", "=", "~", "#", "####", "->", "%50%", "%-1%", "::", "\\", "\\n", "//", "\n", "\n\n", "[html]",
    "[markdown]", "<b>", "<img src=x>", "<p>", "T", "#3:2", "1..2", "A. a\n", "B) b\n", "ANSWER: A", "::: soal",
    "- [x] a", "$x$", "Benar: ya", "a => b", "1. satu", "= x", "```", "> x", "|a|b|", "&amp;", "&", "\u2028", "\0",
    "\t", "ä", "💧", " ",
])
LETTERS = st.text(
    st.sampled_from("abcÄ é*_`[]()<>#+-.!|&~=:$^\\\"'1 2{}\n")
    | st.characters(codec="utf-8", exclude_categories=["C", "Z"]),
    min_size=1,
    max_size=40,
).filter(lambda text: any(letter.isalnum() for letter in text))
# fmt: on


@settings(max_examples=80, deadline=None)
@given(st.lists(PIECES | st.text(max_size=6), max_size=25).map("".join), st.sampled_from(["a.gift", "a.txt"]))
def test_any_text_gives_questions_or_findings(
    tmp_path_factory: pytest.TempPathFactory, questions_of: Callable[..., Found], text: str, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any-{name}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    questions, findings = questions_of(path, strict=False)
    assert questions or findings


def _gift(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")


@settings(max_examples=100, deadline=None)
@given(LETTERS, LETTERS, LETTERS)
def test_plain_letters_arrive_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, questions_of: Callable[..., Found], prompt: str, right: str, wrong: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "letters.gift"
    path.write_text(f"[plain]{_gift(prompt)} {{\n={_gift(right)}\n~{_gift(wrong)} x\n}}", encoding="utf-8")
    if " ".join(right.split()) == " ".join(wrong.split()) + " x":
        return
    (question,), _findings = questions_of(path)
    assert isinstance(question, Choice)
    assert unescape(plain(question.prompt)).split() == prompt.split()
    assert unescape(plain(question.options[0].html.replace("<br>", " "))).split() == right.split()
