"""Writes drafts as question blocks of our Markdown, which read back as the same questions."""

import re
from collections.abc import Iterable

from scorm_packager.names import slug
from scorm_packager.source.banks.draft import Answer, Draft
from scorm_packager.source.banks.texts import one_line
from scorm_packager.source.question_block import LONGEST_ID
from scorm_packager.source.question_text import ANSWER_LINES, FENCE, OPTION_LIKE, trailer_of

LONGEST_NAME = 32


def names_for(drafts: Iterable[Draft], prefix: str) -> list[str]:
    """An id for each draft: `prefix`, then what its author called it, or its number; no two are the same."""
    used: set[str] = set()
    names = []
    for number, draft in enumerate(drafts, 1):
        word = slug(draft.name, "")[:LONGEST_NAME].strip("-") or str(number)
        name = f"{prefix}-{word}"[:LONGEST_ID]
        if name in used:
            name = f"{prefix}-{number}-{word}"[:LONGEST_ID].strip("-")
        used.add(name)
        names.append(name)
    return names


def question_block(draft: Draft, name: str) -> tuple[str, list[str]]:
    """The words after `::: soal` and the lines of the block."""
    words = [draft.kind, f"#{name}"]
    if draft.case_sensitive:
        words.append("peka-huruf")
    if draft.shuffle:
        words.append("acak")
    lines = [*_guarded(draft.prompt, draft.kind), ""]
    for number, answer in enumerate(draft.answers, 1):
        lines += _answer_lines(draft.kind, answer, number)
    lines += [f"- => {_arrow(one_line(text))}" for text in draft.extra]
    trailers = {
        "Petunjuk": draft.hint,
        "Benar": draft.right_note,
        "Salah": draft.wrong_note,
        "Contoh": draft.model if draft.kind == "uraian" else "",
    }
    for word, text in trailers.items():
        if text.strip():
            lines += ["", *_trailer(word, text, draft.kind)]
    return " ".join(words), lines


def markdown_of(drafts: list[Draft], prefix: str) -> str:
    """All drafts as Markdown that can stand in a page."""
    blocks = []
    for draft, name in zip(drafts, names_for(drafts, prefix), strict=True):
        header, lines = question_block(draft, name)
        blocks.append("\n".join([f"::: soal {header}", *lines, ":::", ""]))
    return "\n".join(blocks)


def _answer_lines(kind: str, answer: Answer, number: int) -> list[str]:
    text = one_line(answer.text)
    if kind in ("pilihan", "pilihan-jamak"):
        notes = [f"  > {line}".rstrip() for line in answer.note.split("\n")] if answer.note.strip() else []
        return [f"- [{'x' if answer.right else ' '}] {text}", *notes]
    if kind == "jodohkan":
        return [f"- {_arrow(text)} => {_arrow(one_line(answer.partner))}"]
    if kind == "urutkan":
        return [f"{number}. {text}"]
    if kind == "skala":
        return [f"- {text}"]
    return [f"= {' '.join(answer.text.split())}"]


def _arrow(text: str) -> str:
    """An arrow inside a text is no mark between two sides."""
    return re.sub(r"(^|\s)=>", r"\1=\>", text)


def _trailer(word: str, text: str, kind: str) -> list[str]:
    first, *rest = text.strip().split("\n")
    return [f"{word}: {first}", *_guarded("\n".join(rest), kind)] if rest else [f"{word}: {first}"]


def _guarded(text: str, kind: str) -> list[str]:
    """Lines that cannot be taken for an answer, a trailer, or the end of the block; fenced code stays as it is."""
    lines, fence = [], ""
    for line in text.strip().split("\n"):
        mark = FENCE.match(line)
        if fence:
            fence = "" if mark and mark.group(1).startswith(fence) and not line.strip().strip(fence[0]) else fence
            lines.append(re.sub(r"^(\s*):::", "\\1\u200b:::", line))
        elif mark:
            fence = mark.group(1)
            lines.append(line)
        else:
            lines.append(_escaped(line, kind))
    return [*lines, fence] if fence else lines


def _escaped(line: str, kind: str) -> str:
    bare = line.strip()
    if bare.startswith(":::"):
        return "\\" + bare
    if trailer_of(kind).match(line.rstrip()):
        return line.replace(":", "\\:", 1)
    if ANSWER_LINES[kind].match(line.rstrip()) or OPTION_LIKE.match(line):
        return re.sub(r"^(\d+)", r"\1\\", line) if line[:1].isdigit() else "\\" + line
    return line
