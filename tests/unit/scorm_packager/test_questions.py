"""Question blocks: every kind, every fault with its line, and nothing that crashes the reader."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm_packager.course import (
    Choice,
    Feedback,
    FillIn,
    Item,
    Likert,
    Matching,
    Multiple,
    Numeric,
    Option,
    Ordering,
    Pair,
    Question,
    ShortText,
    TrueFalse,
)
from scorm_packager.findings import Finding, Findings
from scorm_packager.source.question_block import KINDS
from scorm_packager.source.questions import QuestionReader

FIRST = 10  # the line of `::: soal` in these tests


class Plain:
    """Renders nothing, so that texts come back as they were written."""

    def block(self, text: str, line: int) -> str:
        return text.strip()

    def inline(self, text: str, line: int) -> str:
        return text


def read(text: str) -> tuple[Question | None, list[Finding]]:
    header, *body = text.split("\n")
    findings = Findings()
    return QuestionReader("isi/a.md", FIRST, findings, Plain()).read(header, body), findings.all()


def test_a_choice_with_everything() -> None:
    question, findings = read(
        "pilihan #sp-01 nilai=2\nApa?\n\n- bukan opsi\n\n- [ ] salah\n  > tidak\n  > sama sekali\n- [x] benar\n  sekali"
        "\n\nPetunjuk: pikir\nlagi\nBenar: ya\n\nSalah: bukan"
    )
    assert findings == []
    assert question == Choice(
        id="sp-01",
        points=2,
        prompt="Apa?\n\n- bukan opsi",
        hint="pikir\nlagi",
        feedback=Feedback(correct="ya", incorrect="bukan"),
        options=(
            Option(id="a", html="salah", correct=False, feedback="tidak\nsama sekali"),
            Option(id="b", html="benar\nsekali", correct=True),
        ),
    )


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "pilihan-jamak #q\nApa?\n- [x] a\n- [X] b\n- [ ] c",
            Multiple(
                id="q",
                prompt="Apa?",
                options=(
                    Option(id="a", html="a", correct=True),
                    Option(id="b", html="b", correct=True),
                    Option(id="c", html="c", correct=False),
                ),
            ),
        ),
        ("benar-salah #q\nApa?\n= salah", TrueFalse(id="q", prompt="Apa?", answer=False)),
        (
            "jodohkan #q\nApa?\n- a => 1\n- b = c => 2",
            Matching(
                id="q", prompt="Apa?", pairs=(Pair(id="1", left="a", right="1"), Pair(id="2", left="b = c", right="2"))
            ),
        ),
        (
            "urutkan #q\nApa?\n1. a\n2. b\n3. c",
            Ordering(
                id="q", prompt="Apa?", items=(Item(id="a", html="a"), Item(id="b", html="b"), Item(id="c", html="c"))
            ),
        ),
        (
            "isian #q peka-huruf\nApa?\n= Dua  kata\n= dua kata",
            FillIn(id="q", prompt="Apa?", accepted=("Dua kata", "dua kata"), case_sensitive=True),
        ),
        ("angka #q\nApa?\n= 20", Numeric(id="q", prompt="Apa?", value=20.0)),
        (
            'angka #q satuan="°C"\nApa?\n= -20.5 ± 0.5',
            Numeric(id="q", prompt="Apa?", value=-20.5, tolerance=0.5, unit="°C"),
        ),
        ("angka #q satuan=kg\nApa?\n= −3 +/- 1", Numeric(id="q", prompt="Apa?", value=-3.0, tolerance=1.0, unit="kg")),
        (
            "isian #q\nLihat:\n```\n= bukan jawaban\n```\n= ya",
            FillIn(id="q", prompt="Lihat:\n```\n= bukan jawaban\n```", accepted=("ya",)),
        ),
    ],
)
def test_each_kind_is_read(text: str, question: Question) -> None:
    assert read(text) == (question, [])


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "question.kind_unknown", 0),
        ("pilihn #q\nApa?", "question.kind_unknown", 0),
        ("pilihan\nApa?\n- [x] a\n- [ ] b", "question.id_missing", 0),
        ("pilihan #Q!\nApa?\n- [x] a\n- [ ] b", "question.id_bad", 0),
        ("pilihan #q #r\nApa?\n- [x] a\n- [ ] b", "question.id_bad", 0),
        ("pilihan #q nilai=0\nApa?\n- [x] a\n- [ ] b", "question.attribute_bad", 0),
        ("pilihan #q nilai=1.5\nApa?\n- [x] a\n- [ ] b", "question.attribute_bad", 0),
        ("pilihan #q nilia=1\nApa?\n- [x] a\n- [ ] b", "question.attribute_unknown", 0),
        ("pilihan #q peka-huruf\nApa?\n- [x] a\n- [ ] b", "question.attribute_unknown", 0),
        ("pilihan #q\n- [x] a\n- [ ] b", "question.prompt_missing", 0),
        ("pilihan #q\nApa?\n- [ ] a\n- [ ] b", "question.no_right_answer", 0),
        ("pilihan #q\nApa?\n- [x] a\n- [x] b", "question.two_right_answers", 3),
        ("pilihan #q\nApa?\n- [x] a", "question.too_few_answers", 0),
        ("pilihan #q\nApa?\n- [x] a\n- [ ] a", "question.answer_twice", 3),
        ("pilihan #q\nApa?\n- [x] a\n- [ ] ", "question.answer_empty", 3),
        ("pilihan #q\nApa?\n- [x] a\n- [ ] b\nteks", "question.line_strange", 4),
        ("pilihan #q\nApa?\n- [x] a\n- [y] b", "question.line_strange", 3),
        ("pilihan #q\nApa?\n-[x] a\n- [ ] b", "question.line_strange", 2),
        ("pilihan #q\nApa?\n- [x] a\n- [ ] b\nPetunjuk:", "question.trailer_empty", 4),
        ("pilihan #q\nApa?\n- [x] a\n- [ ] b\nBenar: 1\nBenar: 2", "question.trailer_twice", 5),
        (
            "pilihan #q\nApa?\n- [x] 0\n" + "\n".join(f"- [ ] {n}" for n in range(1, 27)),
            "question.too_many_answers",
            28,
        ),
        ("pilihan-jamak #q\nApa?\n- [ ] a\n- [ ] b", "question.no_right_answer", 0),
        ("benar-salah #q\nApa?", "question.no_right_answer", 0),
        ("benar-salah #q\nApa?\n= ya", "question.true_false_bad", 2),
        ("benar-salah #q\nApa?\n= benar\n= salah", "question.two_right_answers", 3),
        ("jodohkan #q\nApa?\n- a => 1", "question.too_few_answers", 0),
        ("jodohkan #q\nApa?\n- a => 1\n- a => 2", "question.answer_twice", 3),
        ("jodohkan #q\nApa?\n- a => 1\n- b => 1", "question.one_partner", 2),
        ("jodohkan #q\nApa?\n- a => 1\n- b => 2\n- => 1", "question.answer_twice", 4),
        ("jodohkan #q\nApa?\n- a => 1\n- b =>", "question.answer_empty", 3),
        ("urutkan #q\nApa?\n1. a\n2. b", "question.too_few_answers", 0),
        ("isian #q\nApa?", "question.too_few_answers", 0),
        ("isian #q\nApa?\n= ya\n= Ya", "question.answer_twice", 3),
        ("isian #q\nApa?\n=", "question.answer_empty", 2),
        ("isian #q\nApa?\n= " + "a" * 256, "question.answer_long", 2),
        ("angka #q\nApa?\n= dua", "question.number_bad", 2),
        ("angka #q\nApa?\n= 2,5", "question.number_bad", 2),
        ("angka #q\nApa?\n= 2 ± -1", "question.number_bad", 2),
        ("angka #q\nApa?\n= 2 ± 1 ± 1", "question.number_bad", 2),
        ("angka #q\nApa?\n= 1.000", "question.number_ambiguous", 2),
        ("angka #q\nApa?\n= ", "question.number_bad", 2),
    ],
)
def test_a_fault_is_found_with_its_line(text: str, code: str, line: int) -> None:
    question, findings = read(text)
    assert question is None
    assert (code, FIRST + line) in [(finding.code, finding.line) for finding in findings]


def test_the_kind_that_was_meant_is_suggested() -> None:
    assert read("pilhan-jamak #q\nApa?")[1][0].params["meant"] == "pilihan-jamak"


WORDS = (
    st.text(string.ascii_letters + string.digits + " éß&<>\"'?!,", min_size=1, max_size=20)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and text[0].isalnum())
)
IDS = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
DISTINCT = st.lists(WORDS, min_size=3, max_size=6, unique_by=str.casefold)
COMMON = {
    "id": IDS,
    "prompt": WORDS,
    "points": st.integers(1, 100),
    "hint": st.none() | WORDS,
    "feedback": st.builds(Feedback, correct=st.none() | WORDS, incorrect=st.none() | WORDS),
}


@st.composite
def choices(draw: st.DrawFn) -> Choice | Multiple:
    texts, many = draw(DISTINCT), draw(st.booleans())
    right = draw(st.sets(st.integers(0, len(texts) - 1), min_size=1, max_size=len(texts) if many else 1))
    options = tuple(
        Option(id=chr(97 + n), html=text, correct=n in right, feedback=draw(st.none() | WORDS))
        for n, text in enumerate(texts)
    )
    fields = draw(st.fixed_dictionaries(COMMON))
    return Multiple(options=options, **fields) if many else Choice(options=options, **fields)


QUESTIONS = st.one_of(
    choices(),
    st.builds(TrueFalse, answer=st.booleans(), **COMMON),
    st.builds(
        Matching,
        pairs=st.tuples(DISTINCT, DISTINCT).map(
            lambda sides: tuple(
                Pair(id=str(n), left=left, right=right) for n, (left, right) in enumerate(zip(*sides, strict=False), 1)
            )
        ),
        **COMMON,
    ),
    st.builds(
        Ordering,
        items=DISTINCT.map(lambda texts: tuple(Item(id=chr(97 + n), html=text) for n, text in enumerate(texts))),
        **COMMON,
    ),
    st.builds(FillIn, accepted=DISTINCT.map(tuple), case_sensitive=st.booleans(), **COMMON),
    st.builds(
        Numeric,
        value=st.integers(-999, 999).map(float),
        tolerance=st.integers(0, 99).map(float),
        unit=st.none() | st.just("°C"),
        **COMMON,
    ),
)


def write(question: Question) -> str:
    """The block that means `question`, in the syntax of the reference."""
    words, lines = [f"#{question.id}", f"nilai={question.points}"], [question.prompt, ""]
    if isinstance(question, Choice | Multiple):
        words.insert(0, "pilihan" if isinstance(question, Choice) else "pilihan-jamak")
        for option in question.options:
            lines.append(f"- [{'x' if option.correct else ' '}] {option.html}")
            lines += [f"  > {option.feedback}"] if option.feedback else []
    elif isinstance(question, TrueFalse):
        words.insert(0, "benar-salah")
        lines.append(f"= {'benar' if question.answer else 'salah'}")
    elif isinstance(question, Matching):
        words.insert(0, "jodohkan")
        lines += [f"- {pair.left} => {pair.right}" for pair in question.pairs]
    elif isinstance(question, Ordering):
        words.insert(0, "urutkan")
        lines += [f"{n}. {item.html}" for n, item in enumerate(question.items, 1)]
    elif isinstance(question, FillIn):
        words = ["isian", *words, *(["peka-huruf"] if question.case_sensitive else [])]
        lines += [f"= {text}" for text in question.accepted]
    else:
        words = ["angka", *words, *([f'satuan="{question.unit}"'] if question.unit else [])]
        lines.append(f"= {question.value:g} ± {question.tolerance:g}")
    for word, text in (
        ("Petunjuk", question.hint),
        ("Benar", question.feedback.correct),
        ("Salah", question.feedback.incorrect),
    ):
        lines += ["", f"{word}: {text}"] if text else []
    return "\n".join([" ".join(words), *lines])


@given(QUESTIONS)
def test_what_is_written_is_read_again(question: Question) -> None:
    assert read(write(question)) == (question, [])


@given(
    st.sampled_from(KINDS),
    st.text(max_size=40),
    st.lists(
        st.text(max_size=20)
        | st.sampled_from(["- [x] a", "- [ ] b", "= 1", "1. a", "- a => b", "```", "Benar:", "  > x"]),
        max_size=12,
    ),
)
def test_any_text_is_a_question_or_a_finding(kind: str, header: str, body: list[str]) -> None:
    findings = Findings()
    lines = "\n".join(body).split("\n")
    question = QuestionReader("isi/a.md", 1, findings, Plain()).read(f"{kind} {header}", lines)
    assert (question is None) == bool(findings.errors)
    assert all(1 <= finding.line <= len(lines) + 1 for finding in findings.all())


def test_left_sides_may_share_a_partner_and_right_sides_may_have_none() -> None:
    question, findings = read("jodohkan #q\nApa?\n- kucing => mamalia\n- anjing => mamalia\n- => ikan")
    assert findings == []
    assert isinstance(question, Matching)
    assert [pair.right for pair in question.pairs] == ["mamalia", "mamalia"]
    assert question.extra == ("ikan",)


def test_an_open_answer_and_a_scale() -> None:
    text, findings = read(
        "uraian #u nilai=2 minimal=5 percobaan=3\nApa?\n= satu | SATU kata\n= dua\n\nContoh: begini\nBenar: ya"
    )
    assert findings == []
    assert text == ShortText(
        id="u",
        prompt="Apa?",
        points=2,
        attempts=3,
        keywords=(("satu", "SATU kata"), ("dua",)),
        least_words=5,
        model="begini",
        feedback=Feedback(correct="ya"),
    )
    scale, findings = read("skala #s\nSetuju?\n- tidak\n- ya")
    assert findings == []
    assert isinstance(scale, Likert)
    assert (scale.points, [option.html for option in scale.options]) == (0, ["tidak", "ya"])


def test_an_example_in_a_prompt_of_another_kind_is_part_of_the_prompt() -> None:
    question, findings = read("isian #q\nContoh: SOP\n= ya")
    assert findings == []
    assert question is not None
    assert question.prompt == "Contoh: SOP"
