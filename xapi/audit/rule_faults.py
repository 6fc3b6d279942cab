"""What is wrong in rule files: each fault with file, line and path, all of them collected before one is told."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from xapi.errors import AuditError

MOST_FAULTS = 200  # a file with more is not a rule file
UNKNOWN_LINE = "?"


class Written(Protocol):
    """A file with its text, to find the line of a fault in."""

    path: Path
    text: str


class Faults:
    """Collects errors, so that a person who mends a file is told all of them at once."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], AuditError] = {}

    @property
    def found(self) -> tuple[AuditError, ...]:
        """What was collected, each fault once, by file and line."""
        return tuple(sorted(self._found.values(), key=_place))

    def add(self, error: AuditError) -> None:
        """Keeps `error`; the same fault at the same place is kept once."""
        if len(self._found) < MOST_FAULTS:
            self._found.setdefault((error.code, *map(str, error.params.values())), error)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """An AuditError inside the block is kept and the block left."""
        try:
            yield
        except AuditError as error:
            self.add(error)

    def raise_first(self) -> None:
        """Raises the first fault, if there is one."""
        for error in self.found:
            raise error


def rule_finding(code: str, file: Written, where: Sequence[str], **params: object) -> AuditError:
    """The error `code` about the value at `where` in `file`; `params` fill its sentence."""
    path = ".".join(where)
    line = line_of(file.text, where) or UNKNOWN_LINE
    detail = ", ".join([path or "file", *(f"{key} {value}" for key, value in params.items())])
    return AuditError(code, detail, file=file.path.name, line=line, path=path, **params)


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line (from 1) in a TOML `text` where the deepest known part of the key `path` stands."""
    table: list[str] = []
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = _keys(header.group(1))
            here = table
        elif key := re.match(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""", line):
            here = [*table, *_keys(key.group(1))]
        else:
            continue
        depth = len(here) if list(path[: len(here)]) == here else 0
        if depth and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def _keys(dotted: str) -> list[str]:
    """The parts of a dotted TOML key; a quoted part may hold dots."""
    return [(quoted or single or bare).strip() for quoted, single, bare in _PARTS.findall(dotted)]


_PARTS = re.compile(r""""([^"]*)"|'([^']*)'|([^.\s"']+)""")


def _place(error: AuditError) -> tuple[str, int, str]:
    line = error.params.get("line")
    return str(error.params.get("file", "")), line if isinstance(line, int) else 0, str(error.params.get("path", ""))
