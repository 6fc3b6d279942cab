"""QTI 2.1: every interaction we know, packages, and everything that cannot be kept or must not be opened."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm_packager.course import Choice, FillIn, Likert, Matching, Multiple, Numeric, Ordering, ShortText
from scorm_packager.findings import Findings
from scorm_packager.source.banks.read import read_bank

XMLNS = "http://www.imsglobal.org/xsd/imsqti_v2p1"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"


def item(
    declaration: str, body: str, rest: str = "", *, identifier: str = "soal-satu", template: str = "match_correct"
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{XMLNS}" identifier="{identifier}"'
        f' title="Soal" adaptive="false" timeDependent="false">\n{declaration}\n'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>\n'
        f"<itemBody>\n{body}\n</itemBody>\n"
        + (f'<responseProcessing template="{TEMPLATES}/{template}"/>\n' if template else "")
        + f"{rest}</assessmentItem>"
    )


def declared(*right: str, cardinality: str = "single", base: str = "identifier", mapping: str = "") -> str:
    values = "".join(f"<value>{value}</value>" for value in right)
    correct = f"<correctResponse>{values}</correctResponse>" if right else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">{correct}{mapping}'
        "</responseDeclaration>"
    )


CHOICES = (
    '<simpleChoice identifier="A">Warga<feedbackInline outcomeIdentifier="F" identifier="A" showHide="show">Bukan.'
    '</feedbackInline></simpleChoice><simpleChoice identifier="B">Penyelenggara <em>utama</em></simpleChoice>'
    '<simpleChoice identifier="C">Camat</simpleChoice>'
)


BARE = re.sub(r"<feedbackInline.*?</feedbackInline>", "", CHOICES)


def choice(most: int = 1, choices: str = CHOICES, shuffle: str = "false") -> str:
    return (
        f'<p>Baca &amp; pahami.</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="{most}"'
        f' shuffle="{shuffle}"><prompt>Siapa penyusunnya?</prompt>{choices}</choiceInteraction>'
    )


def plain(html: str | None) -> str:
    return re.sub(r"<[^>]+>", "", html or "").strip()


@pytest.fixture
def read(read_bank_text: Callable[..., Any]) -> Callable[..., Any]:
    return lambda text: read_bank_text(text, "butir.xml")


@pytest.fixture
def one(only_question: Callable[[str, str], Any]) -> Callable[..., Any]:
    return lambda text: only_question(text, "butir.xml")


def test_a_choice_with_feedback(one: Callable[..., Any]) -> None:
    feedback = (
        '<modalFeedback outcomeIdentifier="F" identifier="correct" showHide="show">Tepat.</modalFeedback>'
        '<modalFeedback outcomeIdentifier="F" identifier="incorrect" showHide="show">Baca lagi.</modalFeedback>'
        '<modalFeedback outcomeIdentifier="F" identifier="C" showHide="show">Camat tidak.</modalFeedback>'
    )
    question = one(item(declared("B"), choice(shuffle="true"), feedback))
    assert isinstance(question, Choice)
    assert question.id == "b-soal-satu"
    assert plain(question.prompt) == "Baca &amp; pahami.\nSiapa penyusunnya?"
    assert [(option.html, option.correct, plain(option.feedback)) for option in question.options] == [
        ("Warga", False, "Bukan."),
        ("Penyelenggara <em>utama</em>", True, ""),
        ("Camat", False, "Camat tidak."),
    ]
    assert (plain(question.feedback.correct), plain(question.feedback.incorrect)) == ("Tepat.", "Baca lagi.")
    assert question.shuffle is True


def test_several_choices_by_points(one: Callable[..., Any]) -> None:
    mapping = '<mapping><mapEntry mapKey="A" mappedValue="1"/><mapEntry mapKey="C" mappedValue="1"/></mapping>'
    question = one(item(declared(cardinality="multiple", mapping=mapping), choice(0), template="map_response"))
    assert isinstance(question, Multiple)
    assert [option.correct for option in question.options] == [True, False, True]


def test_a_choice_without_a_right_answer_is_a_scale(one: Callable[..., Any]) -> None:
    question = one(item(declared(), choice(choices=BARE), template=""))
    assert isinstance(question, Likert)
    assert question.points == 0
    assert len(question.options) == 3


def test_an_order(one: Callable[..., Any]) -> None:
    body = f'<orderInteraction responseIdentifier="RESPONSE"><prompt>Urutkan.</prompt>{BARE}</orderInteraction>'
    question = one(item(declared("C", "A", "B", cardinality="ordered"), body))
    assert isinstance(question, Ordering)
    assert [entry.html.split()[0] for entry in question.items] == ["Camat", "Warga", "Penyelenggara"]


def test_a_match_with_a_false_track(one: Callable[..., Any]) -> None:
    def side(*names: str) -> str:
        inside = "".join(
            f'<simpleAssociableChoice identifier="{name}" matchMax="1">kota {name}</simpleAssociableChoice>'
            for name in names
        )
        return f"<simpleMatchSet>{inside}</simpleMatchSet>"

    body = (
        '<matchInteraction responseIdentifier="RESPONSE" maxAssociations="2"><prompt>Pasangkan.</prompt>'
        f"{side('L1', 'L2')}{side('R1', 'R2', 'R3')}</matchInteraction>"
    )
    question = one(item(declared("L1 R2", "L2 R1", cardinality="multiple", base="directedPair"), body))
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [("kota L1", "kota R2"), ("kota L2", "kota R1")]
    assert question.extra == ("kota R3",)


def test_an_association_needs_every_choice_once(read: Callable[..., Any]) -> None:
    choices = "".join(f'<simpleAssociableChoice identifier="{n}">kata {n}</simpleAssociableChoice>' for n in "ABCD")
    body = (
        '<associateInteraction responseIdentifier="RESPONSE" maxAssociations="2"><prompt>Pasangkan.</prompt>'
        f"{choices}</associateInteraction>"
    )
    (question,), findings = read(item(declared("A D", "C B", cardinality="multiple", base="pair"), body))
    assert findings == []
    assert [(pair.left, pair.right) for pair in question.pairs] == [("kata A", "kata D"), ("kata C", "kata B")]
    _questions, findings = read(item(declared("A B", "B C", cardinality="multiple", base="pair"), body))
    assert [found.code for found in findings] == ["bank.right_unclear"]


def test_a_text_entry_accepts_the_best_spellings(read: Callable[..., Any]) -> None:
    mapping = (
        '<mapping defaultValue="0"><mapEntry mapKey="SOP" mappedValue="1" caseSensitive="false"/>'
        '<mapEntry mapKey="S.O.P." mappedValue="1"/><mapEntry mapKey="prosedur" mappedValue="0.5"/></mapping>'
    )
    body = '<p>Singkatannya <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="15"/>, bukan?</p>'
    text = item(declared("SOP", base="string", mapping=mapping), body, template="map_response")
    (question,), findings = read(text)
    assert isinstance(question, FillIn)
    assert plain(question.prompt) == "Singkatannya _____, bukan?"
    assert (question.accepted, question.case_sensitive) == (("SOP", "S.O.P."), False)
    assert [(found.code, found.level) for found in findings] == [("bank.weight", "warning")]


def test_a_number_with_its_tolerance(one: Callable[..., Any]) -> None:
    body = '<p>Suhu <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    rules = (
        '<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute" tolerance="0.5 0.5">'
        '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal><setOutcomeValue identifier="SCORE">'
        '<baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition>'
        "</responseProcessing>"
    )
    question = one(item(declared("20.5", base="float"), body, rules, template=""))
    assert isinstance(question, Numeric)
    assert (question.value, question.tolerance) == (20.5, 0.5)


def test_a_long_text_is_an_open_answer(one: Callable[..., Any]) -> None:
    body = '<extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Jelaskan.</prompt></extendedTextInteraction>'
    question = one(item(declared("Contoh *jawaban*", base="string"), body, template=""))
    assert isinstance(question, ShortText)
    assert plain(question.model) == "Contoh *jawaban*"


def test_a_choice_in_a_sentence(one: Callable[..., Any]) -> None:
    body = (
        '<p>Ibu kota <inlineChoiceInteraction responseIdentifier="RESPONSE" shuffle="false">'
        '<inlineChoice identifier="A">Ambon</inlineChoice><inlineChoice identifier="B">Sofifi</inlineChoice>'
        "</inlineChoiceInteraction> indah.</p>"
    )
    question = one(item(declared("A"), body))
    assert isinstance(question, Choice)
    assert plain(question.prompt) == "Ibu kota _____ indah."


SLIDER = '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="9"/>'
PICTURE = '<p><img src="peta.png" alt="Peta"/></p>' + choice()
STRANGE = '<modalFeedback outcomeIdentifier="F" identifier="x">Y</modalFeedback>'
NOT_A_NUMBER = '<mapping><mapEntry mapKey="A" mappedValue="NaN"/></mapping>'
LOOKUP = "<responseProcessing><lookupOutcomeValue/></responseProcessing>"
ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><assessmentItem>&x;</assessmentItem>'


@pytest.mark.parametrize(
    ("text", "code", "level", "line"),
    [
        (item(declared("3", base="integer"), SLIDER), "bank.interaction_unknown", "error", 6),
        (item(declared("A"), choice() + choice()), "bank.interactions", "error", 5),
        (item(declared("A"), "<p>Kosong</p>"), "bank.interactions", "error", 5),
        (item(declared("B"), PICTURE), "bank.picture", "error", 5),
        (item(declared("A"), "<span>" * 101 + "</span>" * 101 + choice()), "bank.html_deep", "error", 5),
        (item(declared("A", "B"), choice()), "bank.right_count", "error", 6),
        (item(declared(), choice(), template=""), "bank.feedback", "warning", 6),
        (item(declared("A"), choice(), STRANGE), "bank.feedback", "warning", 9),
        (item(declared("A"), choice(), LOOKUP, template=""), "bank.processing", "warning", 8),
        (item(declared("A", mapping=NOT_A_NUMBER), choice()), "bank.weight", "warning", 3),
        ("<html/>", "bank.not_an_item", "error", 1),
        ("<x " + " ".join(f"a{n}=''" for n in range(1001)) + "/>", "bank.xml_broken", "error", 1),
        ("\n<quiz><question/></quiz>", "bank.moodle_xml", "error", 2),
        ("<assessmentItem", "bank.xml_broken", "error", 1),
        ("", "bank.xml_broken", "error", 1),
        (ENTITY, "bank.xml_doctype", "error", 1),
    ],
)
def test_what_cannot_be_kept_is_said(text: str, code: str, level: str, line: int, read: Callable[..., Any]) -> None:
    _questions, findings = read(text)
    assert (code, level, line) in [(found.code, found.level, found.line) for found in findings]
    assert all("passwd" not in found.sentence(language) for found in findings for language in ("id", "en"))


def package(path: Path, files: dict[str, str], types: dict[str, str] | None = None) -> None:
    resources = "".join(
        f'<resource identifier="r{n}" type="{kind}" href="{name}"><file href="{name}"/></resource>'
        for n, (name, kind) in enumerate((types or {}).items())
    )
    with zipfile.ZipFile(path, "w") as out:
        if types is not None:
            out.writestr(
                "imsmanifest.xml",
                f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{resources}</resources></manifest>',
            )
        for name, text in files.items():
            out.writestr(name, text)


def test_a_package_gives_its_items_in_the_order_of_the_manifest(
    tmp_path: Path, questions_of: Callable[..., Any]
) -> None:
    files = {f"butir/{n}.xml": item(declared("B"), choice(), identifier=f"nomor-{n}") for n in (1, 2)}
    types = {"butir/2.xml": "imsqti_item_xmlv2p1", "butir/1.xml": "imsqti_item_xmlv2p2"}
    package(tmp_path / "q.zip", files, {**types, "tes.xml": "imsqti_test_xmlv2p1", "hilang.xml": "imsqti_item_xmlv2p1"})
    questions, findings = questions_of(tmp_path / "q.zip")
    assert [question.id for question in questions] == ["b-nomor-2", "b-nomor-1"]
    assert [(found.code, found.file) for found in findings] == [
        ("bank.item_missing", "q.zip/imsmanifest.xml"),
        ("bank.test", "q.zip/imsmanifest.xml"),
    ]


def test_a_package_without_a_manifest_is_read_and_that_is_said(
    tmp_path: Path, questions_of: Callable[..., Any]
) -> None:
    package(tmp_path / "q.zip", {"a.xml": item(declared("B"), choice())})
    questions, findings = questions_of(tmp_path / "q.zip")
    assert len(questions) == 1
    assert [found.code for found in findings] == ["bank.no_manifest"]


def test_what_macos_leaves_in_a_zip_is_no_question(tmp_path: Path, questions_of: Callable[..., Any]) -> None:
    package(tmp_path / "q.zip", {"a.xml": item(declared("B"), choice()), "__MACOSX/._a.xml": "\0\5\x16\7"})
    assert [found.code for found in questions_of(tmp_path / "q.zip")[1]] == ["bank.no_manifest"]


@pytest.mark.parametrize(
    ("kind", "version"), [("imsqti_xmlv1p2", "1.2"), ("imsqti_item_xmlv3p0", "3.0"), ("imsqti_test_xmlv3p0", "3.0")]
)
def test_a_package_of_another_version_of_qti_is_told_so(
    tmp_path: Path, kind: str, version: str, questions_of: Callable[..., Any]
) -> None:
    package(tmp_path / "q.zip", {"a.xml": "<x/>"}, {"a.xml": kind})
    [found] = questions_of(tmp_path / "q.zip")[1]
    assert (found.code, found.params) == ("bank.qti_version", {"version": version})


@pytest.mark.parametrize("name", ["../luar.xml", "/etc/x.xml", "a\\b.xml"])
def test_a_package_that_climbs_out_is_refused(tmp_path: Path, name: str) -> None:
    package(tmp_path / "q.zip", {name: "x"}, {})
    findings = Findings()
    assert read_bank(tmp_path / "q.zip", "q.zip", findings) == []
    assert [found.code for found in findings.errors] == ["archive.escapes"]


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "q.zip").write_bytes(b"bukan zip")
    findings = Findings()
    assert read_bank(tmp_path / "q.zip", "q.zip", findings) == []
    assert [found.code for found in findings.errors] == ["archive.broken"]


WHOLE = item(declared("B"), choice(), '<modalFeedback outcomeIdentifier="F" identifier="correct">Y</modalFeedback>')


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(WHOLE)), st.integers(0, 60), st.text(max_size=12) | st.sampled_from(["<a>", "&x;", "]]>", '"'])
)
def test_any_damage_gives_questions_or_findings(
    tmp_path_factory: pytest.TempPathFactory, questions_of: Callable[..., Any], at: int, cut: int, put: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    path.write_bytes((WHOLE[:at] + put + WHOLE[at + cut :]).encode("utf-8", "surrogatepass"))
    questions, findings = questions_of(path, strict=False)
    assert questions or findings
