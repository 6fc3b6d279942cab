"""A question as another program meant it, before it is one of ours: every text is Markdown already."""

from typing import Any

import msgspec

from scorm_packager.findings import Finding, Findings, Level


class Answer(msgspec.Struct):
    """One answer: an option, a left side with its `partner`, a step, an accepted text, or a number as text."""

    text: str
    right: bool = False
    note: str = ""
    partner: str = ""


class Draft(msgspec.Struct):
    """A question. `kind` is one of our Markdown's, `line` where it begins in its file, `name` what its author gave it.

    `extra` are right sides of pairs without a partner; `model` is an answer to compare an open one with.
    """

    kind: str
    line: int
    prompt: str
    name: str = ""
    answers: list[Answer] = []
    extra: list[str] = []
    hint: str = ""
    right_note: str = ""
    wrong_note: str = ""
    model: str = ""
    case_sensitive: bool = False
    shuffle: bool = False


class Log:
    """Notes what one file holds that cannot be kept. `file` is its name, for every finding."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.file = file
        self.findings = findings

    def warning(self, code: str, line: int, **params: Any) -> None:
        """Something is left out, but the question still is what its author meant."""
        self._add(code, line, "warning", params)

    def finding(self, code: str, line: int, **params: Any) -> None:
        """The question cannot be what its author meant, so it is left out."""
        self._add(code, line, "error", params)

    def _add(self, code: str, line: int, level: Level, params: dict[str, Any]) -> None:
        shown = {name: _shown(value) if isinstance(value, str) else value for name, value in params.items()}
        self.findings.add(Finding(code, level=level, file=self.file, line=line, params=shown))


def _shown(text: str) -> str:
    """`text` of a stranger's file without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
