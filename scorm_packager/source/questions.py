"""Turns a `::: soal` block into a question, noting every fault with its line.

    ::: soal pilihan #sp-01 nilai=1
    Prompt in Markdown.

    - [ ] wrong option
      > feedback of this option
    - [x] right option

    Petunjuk: …
    Benar: …
    Salah: …
    :::
"""

import difflib
import re
from collections.abc import Callable
from typing import Any, Protocol

from scorm_packager.course import (
    Choice, Feedback, FillIn, Item, Matching, Multiple, Numeric, Option, Ordering, Pair, Question, TrueFalse,
)
from scorm_packager.findings import Finding, Findings
from scorm_packager.source.question_text import ANSWER_LINES, Part, QuestionText, cut

KINDS = tuple(ANSWER_LINES)
MOST_ANSWERS = 26
MOST_POINTS = 100
LONGEST_ANSWER = 255  # CMIFeedback, the correct response pattern of SCORM 1.2
LONGEST_ID = 64
ID = re.compile(r"[a-z][a-z0-9-]*")
WORD = re.compile(r"""\s*(?:(#\S*)|([A-Za-z][\w-]*)=("[^"]*"|\S*)|(\S+))""")
NUMBER = re.compile(r"[-+−]?\d{1,15}(\.\d{1,12})?")
THOUSANDS = re.compile(r"[-+−]?[1-9]\d{0,2}(\.\d{3})+")
PLUS_MINUS = re.compile(r"\s*(?:±|\+/-|\+-)\s*")
ATTRIBUTES = {"nilai": KINDS, "satuan": ("angka",)}
FLAGS = {"peka-huruf": ("isian",)}


class Renderer(Protocol):
    """Markdown as clean HTML; `line` is the file's line of the first line of `text`."""

    def block(self, text: str, line: int) -> str: ...

    def inline(self, text: str, line: int) -> str: ...


class Header:
    """The first line: kind, id, points and attributes."""

    def __init__(self, kind: str = "", id: str = "", points: int = 1) -> None:
        self.kind = kind
        self.id = id
        self.points = points
        self.unit: str | None = None
        self.case_sensitive = False


class QuestionReader:
    """Reads one block. `file` and `line` (of the `:::` line) place every finding."""

    def __init__(self, file: str, line: int, findings: Findings, renderer: Renderer) -> None:
        self.file = file
        self.line = line
        self.findings = findings
        self.renderer = renderer
        self.bad = False

    def read(self, header: str, body: list[str]) -> Question | None:
        """The question of `header` (what follows `::: soal`) and `body`, or None when it has a fault."""
        head = self.read_header(header)
        if head is None:
            return None
        text = cut(head.kind, body, self.line + 1)
        self._check_lines(head, text)
        fields = self._common(head, text)
        question = MAKERS[head.kind](self, head, text.answers, fields)
        return None if self.bad else question

    def fault(self, finding: Finding) -> None:
        """Note a fault that makes the question unusable."""
        self.findings.add(finding)
        self.bad = True

    def read_header(self, header: str) -> Header | None:
        """The first line's words; None when the kind is unknown."""
        head = Header()
        words = list(WORD.finditer(header))
        kind = words[0].group(0).strip() if words else ""
        if kind not in KINDS:
            close = difflib.get_close_matches(kind.lower(), KINDS, 1, cutoff=0.4)
            self.fault(Finding("question.kind_unknown", file=self.file, line=self.line,
                               params={"kind": kind[:40], "meant": close[0] if close else KINDS[0],
                                       "known": ", ".join(KINDS)}))
            return None
        head.kind = kind
        for word in words[1:]:
            self._take_word(head, word)
        if not head.id and not self.bad:
            self.fault(Finding("question.id_missing", file=self.file, line=self.line, params={"kind": kind}))
        return head

    def _take_word(self, head: Header, word: re.Match[str]) -> None:
        mark, key, value, flag = word.groups()
        if mark is not None:
            if head.id or not ID.fullmatch(mark[1:]) or len(mark) > LONGEST_ID:
                self.fault(Finding("question.id_bad", file=self.file, line=self.line, params={"id": mark[:80]}))
            head.id = mark[1:]
        elif key is not None and head.kind in ATTRIBUTES.get(key, ()):
            self._take_attribute(head, key, value.strip('"'))
        elif flag is not None and head.kind in FLAGS.get(flag, ()):
            head.case_sensitive = True
        else:
            allowed = [f"{name}=…" for name, kinds in ATTRIBUTES.items() if head.kind in kinds]
            allowed += [name for name, kinds in FLAGS.items() if head.kind in kinds]
            self.fault(Finding("question.attribute_unknown", file=self.file, line=self.line,
                               params={"word": word.group(0).strip()[:80], "kind": head.kind,
                                       "known": ", ".join(["#id", *allowed])}))

    def _take_attribute(self, head: Header, key: str, value: str) -> None:
        if key == "satuan":
            head.unit = value.strip() or None
        elif re.fullmatch(r"[0-9]{1,3}", value) and 1 <= int(value) <= MOST_POINTS:
            head.points = int(value)
        else:
            self.fault(Finding("question.points_bad", file=self.file, line=self.line,
                               params={"value": value[:40], "most": MOST_POINTS}))

    def _check_lines(self, head: Header, text: QuestionText) -> None:
        if not text.prompt.text.strip():
            self.fault(Finding("question.prompt_missing", file=self.file, line=self.line, params={"id": head.id}))
        for part in text.strange:
            self.fault(Finding("question.line_strange", file=self.file, line=part.line,
                               params={"text": part.text.strip()[:60], "kind": head.kind}))
        for part in text.repeated:
            self.fault(Finding("question.trailer_twice", file=self.file, line=part.line, params={"word": part.text}))
        if len(text.answers) > MOST_ANSWERS:
            self.fault(Finding("question.too_many_answers", file=self.file, line=text.answers[MOST_ANSWERS].line,
                               params={"most": MOST_ANSWERS}))
            del text.answers[MOST_ANSWERS:]

    def _common(self, head: Header, text: QuestionText) -> dict[str, Any]:
        def trailer(word: str) -> str | None:
            part = text.trailers.get(word)
            if part is None:
                return None
            if not part.text.strip():
                self.fault(Finding("question.trailer_empty", file=self.file, line=part.line, params={"word": word}))
                return None
            return self.renderer.block(part.text, part.line)

        return {
            "id": head.id,
            "points": head.points,
            "prompt": self.renderer.block(text.prompt.text, text.prompt.line),
            "hint": trailer("Petunjuk"),
            "feedback": Feedback(correct=trailer("Benar"), incorrect=trailer("Salah")),
        }

    def need(self, head: Header, answers: list[Part], least: int) -> bool:
        """Whether there are at least `least` answer lines; notes the fault otherwise."""
        if len(answers) >= least:
            return True
        self.fault(Finding("question.too_few_answers", file=self.file, line=self.line,
                           params={"id": head.id, "kind": head.kind, "least": least, "count": len(answers)}))
        return False

    def words(self, part: Part, group: int) -> str:
        """The inline text of one group, its continuation lines included, as HTML; an empty one is a fault."""
        text = "\n".join([(part.groups[group] or ""), *(part.lines if group == len(part.groups) - 1 else [])]).strip()
        if not text:
            self.fault(Finding("question.answer_empty", file=self.file, line=part.line))
        return self.renderer.inline(text, part.line)

    def refuse_twins(self, texts: list[str], answers: list[Part]) -> None:
        """Two equal answers cannot be told apart by a learner."""
        for index, text in enumerate(texts):
            if text and text in texts[:index]:
                self.fault(Finding("question.answer_twice", file=self.file, line=answers[index].line))


def _options(reader: QuestionReader, head: Header, answers: list[Part]) -> tuple[Option, ...]:
    reader.need(head, answers, 2)
    options = []
    for index, part in enumerate(answers):
        note = "\n".join(part.notes).strip()
        options.append(Option(id=chr(ord("a") + index), html=reader.words(part, 1), correct=part.groups[0] != " ",
                              feedback=reader.renderer.block(note, part.note_line) if note else None))
    reader.refuse_twins([option.html for option in options], answers)
    return tuple(options)


def _choice(reader: QuestionReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    options = _options(reader, head, answers)
    right = [part for part in answers if part.groups[0] != " "]
    if not right:
        reader.fault(Finding("question.no_right_answer", file=reader.file, line=reader.line, params={"id": head.id}))
    elif len(right) > 1:
        reader.fault(Finding("question.two_right_answers", file=reader.file, line=right[1].line,
                             params={"id": head.id, "count": len(right)}))
    return Choice(options=options, **fields)


def _multiple(reader: QuestionReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    options = _options(reader, head, answers)
    if not any(option.correct for option in options):
        reader.fault(Finding("question.no_right_answer", file=reader.file, line=reader.line, params={"id": head.id}))
    return Multiple(options=options, **fields)


def _true_false(reader: QuestionReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    answer = _only_answer(reader, head, answers)
    if answer is not None and answer.lower() not in ("benar", "salah"):
        reader.fault(Finding("question.true_false_bad", file=reader.file, line=answers[0].line,
                             params={"value": answer[:40]}))
    return TrueFalse(answer=(answer or "").lower() == "benar", **fields)


def _matching(reader: QuestionReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    reader.need(head, answers, 2)
    pairs = tuple(Pair(id=str(index), left=reader.words(part, 0), right=reader.words(part, 1))
                  for index, part in enumerate(answers, 1))
    reader.refuse_twins([pair.left for pair in pairs], answers)
    reader.refuse_twins([pair.right for pair in pairs], answers)
    return Matching(pairs=pairs, **fields)


def _ordering(reader: QuestionReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    reader.need(head, answers, 3)
    items = tuple(Item(id=chr(ord("a") + index), html=reader.words(part, 1)) for index, part in enumerate(answers))
    reader.refuse_twins([item.html for item in items], answers)
    return Ordering(items=items, **fields)


def _fill_in(reader: QuestionReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    reader.need(head, answers, 1)
    accepted = [" ".join((part.groups[0] or "").split()) for part in answers]
    for text, part in zip(accepted, answers, strict=True):
        if not text:
            reader.fault(Finding("question.answer_empty", file=reader.file, line=part.line))
        elif len(text) > LONGEST_ANSWER:
            reader.fault(Finding("question.answer_long", file=reader.file, line=part.line,
                                 params={"most": LONGEST_ANSWER}))
    reader.refuse_twins([text if head.case_sensitive else text.casefold() for text in accepted], answers)
    return FillIn(accepted=tuple(accepted), case_sensitive=head.case_sensitive, **fields)


def _numeric(reader: QuestionReader, head: Header, answers: list[Part], fields: dict[str, Any]) -> Question:
    answer = _only_answer(reader, head, answers)
    parts = PLUS_MINUS.split(answer) if answer is not None else ["0"]
    if len(parts) > 2 or not all(NUMBER.fullmatch(part) for part in parts):
        reader.fault(Finding("question.number_bad", file=reader.file, line=answers[0].line,
                             params={"value": (answer or "")[:40]}))
        return Numeric(value=0.0, **fields)
    for part in parts:
        if THOUSANDS.fullmatch(part):
            reader.fault(Finding("question.number_ambiguous", file=reader.file, line=answers[0].line,
                                 params={"value": part, "plain": part.replace(".", "")}))
    value, tolerance = float(parts[0].replace("−", "-")), float(parts[1].replace("−", "-")) if len(parts) > 1 else 0.0
    if tolerance < 0:
        reader.fault(Finding("question.number_bad", file=reader.file, line=answers[0].line,
                             params={"value": (answer or "")[:40]}))
    return Numeric(value=value, tolerance=tolerance, unit=head.unit, **fields)


def _only_answer(reader: QuestionReader, head: Header, answers: list[Part]) -> str | None:
    """The text of the one `= …` line; none or two are faults."""
    if not answers:
        reader.fault(Finding("question.no_right_answer", file=reader.file, line=reader.line, params={"id": head.id}))
        return None
    if len(answers) > 1:
        reader.fault(Finding("question.two_right_answers", file=reader.file, line=answers[1].line,
                             params={"id": head.id, "count": len(answers)}))
    return (answers[0].groups[0] or "").strip()


MAKERS: dict[str, Callable[[QuestionReader, Header, list[Part], dict[str, Any]], Question]] = {
    "pilihan": _choice,
    "pilihan-jamak": _multiple,
    "benar-salah": _true_false,
    "jodohkan": _matching,
    "urutkan": _ordering,
    "isian": _fill_in,
    "angka": _numeric,
}
