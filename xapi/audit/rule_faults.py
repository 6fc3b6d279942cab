"""What is wrong in rule files: each fault with file, line and path, all of them collected before one is told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from xapi.errors import AuditError

MOST_FAULTS = 200  # a file with more is not a rule file
MOST_SHOWN = 300  # characters of a key or value that a sentence repeats
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

    @property
    def full(self) -> bool:
        """Whether there are so many that looking for more is of no use to anyone."""
        return len(self._found) >= MOST_FAULTS

    def add(self, error: AuditError) -> None:
        """Keeps `error`; the same fault at the same place is kept once."""
        if not self.full:
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
    path = _plain(".".join(where))[:MOST_SHOWN]
    params = {key: _plain(value)[:MOST_SHOWN] if isinstance(value, str) else value for key, value in params.items()}
    line, column = place_of(file.text, where) or (UNKNOWN_LINE, UNKNOWN_LINE)
    detail = ", ".join([path or "file", *(f"{key} {value}" for key, value in params.items())])
    return AuditError(code, detail, file=file.path.name, line=line, column=column, path=path, **params)


def _plain(text: str) -> str:
    """`text` without the characters that could steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line (from 1) in a TOML `text` where the deepest known part of the key `path` stands."""
    found = place_of(text, path)
    return found[0] if found else None


def place_of(text: str, path: Sequence[str]) -> tuple[int, int] | None:
    """The line and the column (from 1) in a TOML `text` where the deepest known part of the key `path` begins."""
    lines, parts = _lines(text), tuple(path)
    depth = next((depth for depth in range(len(parts), 0, -1) if parts[:depth] in lines), 0)
    if not depth:
        return None
    number = lines[parts[:depth]]
    line = text.split("\n", number)[number - 1]
    at = max(0, line.find(parts[depth - 1]))
    for part in parts[depth:]:  # the rest stands in a table on the same line
        inner = re.compile(rf"""["']?(?<![\w-]){re.escape(part)}["']?\s*=""").search(line, at)
        if inner is None:
            break
        at = inner.start()
    return number, at + 1


@lru_cache(maxsize=8)
def _lines(text: str) -> Mapping[tuple[str, ...], int]:
    """The first line of each key and table of `text`: read once, for a file may have many faults."""
    table: list[str] = []
    found: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            here = table = _keys(header.group(1))
        elif key := _KEY.match(line):
            here = [*table, *_keys(key.group(1))]
        else:
            continue
        found.setdefault(tuple(here), number)
    return found


def _keys(dotted: str) -> list[str]:
    """The parts of a dotted TOML key; a quoted part may hold dots."""
    return [(quoted or single or bare).strip() for quoted, single, bare in _PARTS.findall(dotted)]


_HEADER = re.compile(r"\s*\[([^\[\]]+)\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PARTS = re.compile(r""""([^"]*)"|'([^']*)'|([^.\s"']+)""")


def _place(error: AuditError) -> tuple[str, int, str]:
    line = error.params.get("line")
    return str(error.params.get("file", "")), line if isinstance(line, int) else 0, str(error.params.get("path", ""))
