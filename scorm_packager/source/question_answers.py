"""The answer lines of each kind of question, and what can be wrong with them."""

import re
from collections.abc import Callable
from typing import Any

from scorm_packager.course import (
    Choice,
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
from scorm_packager.findings import Finding
from scorm_packager.source.question_block import BlockReader, Header
from scorm_packager.source.question_text import Part

LONGEST_ANSWER = 255  # CMIFeedback, the correct response pattern of SCORM 1.2
NUMBER = re.compile(r"[-+−]?\d{1,15}(\.\d{1,12})?")
THOUSANDS = re.compile(r"[-+−]?[1-9]\d{0,2}(\.\d{3})+")
PLUS_MINUS = re.compile(r"\s*(?:±|\+/-|\+-)\s*")


def _options(reader: BlockReader, head: Header, answers: list[Part]) -> tuple[Option, ...]:
    reader.need(head, answers, 2)
    options = []
    for index, part in enumerate(answers):
        note = "\n".join(part.notes).strip()
        options.append(
            Option(
                id=chr(ord("a") + index),
                html=reader.words(part, 1),
                correct=part.groups[0] != " ",
                feedback=reader.renderer.block(note, part.note_line) if note else None,
            )
        )
    reader.refuse_twins([option.html for option in options], answers)
    return tuple(options)


def _choice(reader: BlockReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    options = _options(reader, head, answers)
    right = [part for part in answers if part.groups[0] != " "]
    if not right:
        reader.fault(Finding("question.no_right_answer", file=reader.file, line=reader.line, params={"id": head.id}))
    elif len(right) > 1:
        reader.fault(
            Finding(
                "question.two_right_answers",
                file=reader.file,
                line=right[1].line,
                params={"id": head.id, "count": len(right)},
            )
        )
    return Choice(options=options, shuffle=head.shuffle, **fields)


def _multiple(reader: BlockReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    options = _options(reader, head, answers)
    if not any(option.correct for option in options):
        reader.fault(Finding("question.no_right_answer", file=reader.file, line=reader.line, params={"id": head.id}))
    return Multiple(options=options, shuffle=head.shuffle, **fields)


def _true_false(reader: BlockReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    answer = _only_answer(reader, head, answers)
    if answer is not None and answer.lower() not in ("benar", "salah"):
        reader.fault(
            Finding("question.true_false_bad", file=reader.file, line=answers[0].line, params={"value": answer[:40]})
        )
    return TrueFalse(answer=(answer or "").lower() == "benar", **fields)


def _matching(reader: BlockReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    paired = [part for part in answers if part.groups[0] is not None]
    alone = [part for part in answers if part.groups[0] is None]
    reader.need(head, paired, 2)
    pairs = tuple(
        Pair(id=str(index), left=reader.words(part, 0), right=reader.words(part, 1))
        for index, part in enumerate(paired, 1)
    )
    extra = tuple(reader.words(part, 1) for part in alone)
    reader.refuse_twins([pair.left for pair in pairs], paired)
    rights = list(dict.fromkeys(pair.right for pair in pairs))
    reader.refuse_twins([*rights, *extra], [*paired[: len(rights)], *alone])
    if pairs and len(rights) + len(extra) < 2:
        reader.fault(Finding("question.one_partner", file=reader.file, line=paired[0].line, params={"id": head.id}))
    return Matching(pairs=pairs, extra=extra, **fields)


def _ordering(reader: BlockReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    reader.need(head, answers, 3)
    items = tuple(Item(id=chr(ord("a") + index), html=reader.words(part, 1)) for index, part in enumerate(answers))
    reader.refuse_twins([item.html for item in items], answers)
    return Ordering(items=items, **fields)


def _fill_in(reader: BlockReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    reader.need(head, answers, 1)
    accepted = [" ".join((part.groups[0] or "").split()) for part in answers]
    for text, part in zip(accepted, answers, strict=True):
        if not text:
            reader.fault(Finding("question.answer_empty", file=reader.file, line=part.line))
        elif len(text) > LONGEST_ANSWER:
            reader.fault(
                Finding("question.answer_long", file=reader.file, line=part.line, params={"most": LONGEST_ANSWER})
            )
    exact = "peka-huruf" in head.flags
    reader.refuse_twins([text if exact else text.casefold() for text in accepted], answers)
    return FillIn(accepted=tuple(accepted), case_sensitive=exact, **fields)


def _short_text(reader: BlockReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    """Each `= …` line is a keyword, its spellings between bars; without one the answer is not judged."""
    keywords = []
    for part in answers:
        spellings = tuple(" ".join(word.split()) for word in (part.groups[0] or "").split("|"))
        if not all(re.search(r"\w", word) for word in spellings):
            reader.fault(Finding("question.answer_empty", file=reader.file, line=part.line))
        elif max(map(len, spellings)) > LONGEST_ANSWER:
            reader.fault(
                Finding("question.answer_long", file=reader.file, line=part.line, params={"most": LONGEST_ANSWER})
            )
        keywords.append(spellings)
    if not keywords:
        fields = fields | {"points": 0}
    return ShortText(keywords=tuple(keywords), least_words=head.numbers.get("minimal", 0), model=head.model, **fields)


def _likert(reader: BlockReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    """A scale, from one end to the other; nothing in it is right."""
    reader.need(head, answers, 2)
    options = tuple(
        Option(id=str(index), html=reader.words(part, 0), correct=False) for index, part in enumerate(answers, 1)
    )
    reader.refuse_twins([option.html for option in options], answers)
    return Likert(options=options, **fields | {"points": 0})


def _numeric(reader: BlockReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    answer = _only_answer(reader, head, answers)
    parts = PLUS_MINUS.split(answer) if answer is not None else ["0"]
    if len(parts) > 2 or not all(NUMBER.fullmatch(part) for part in parts):
        reader.fault(
            Finding(
                "question.number_bad", file=reader.file, line=answers[0].line, params={"value": (answer or "")[:40]}
            )
        )
        return Numeric(value=0.0, **fields)
    for part in parts:
        if THOUSANDS.fullmatch(part):
            reader.fault(
                Finding(
                    "question.number_ambiguous",
                    file=reader.file,
                    line=answers[0].line,
                    params={"value": part, "plain": part.replace(".", "")},
                )
            )
    value, tolerance = float(parts[0].replace("−", "-")), float(parts[1].replace("−", "-")) if len(parts) > 1 else 0.0
    if tolerance < 0:
        reader.fault(
            Finding(
                "question.number_bad", file=reader.file, line=answers[0].line, params={"value": (answer or "")[:40]}
            )
        )
    return Numeric(value=value, tolerance=tolerance, unit=head.unit, **fields)


def _only_answer(reader: BlockReader, head: Header, answers: list[Part]) -> str | None:
    """The text of the one `= …` line; none or two are faults."""
    if not answers:
        reader.fault(Finding("question.no_right_answer", file=reader.file, line=reader.line, params={"id": head.id}))
        return None
    if len(answers) > 1:
        reader.fault(
            Finding(
                "question.two_right_answers",
                file=reader.file,
                line=answers[1].line,
                params={"id": head.id, "count": len(answers)},
            )
        )
    return (answers[0].groups[0] or "").strip()


MAKERS: dict[str, Callable[[BlockReader, Header, list[Part], dict[str, Any]], Question]] = {
    "pilihan": _choice,
    "pilihan-jamak": _multiple,
    "benar-salah": _true_false,
    "jodohkan": _matching,
    "urutkan": _ordering,
    "isian": _fill_in,
    "angka": _numeric,
    "uraian": _short_text,
    "skala": _likert,
}
