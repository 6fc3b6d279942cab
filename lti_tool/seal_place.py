"""Where a report that was changed differs first from the one that was sealed."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from xapi.audit.report import Report
from xapi.audit.seal.form import SealedFile
from xapi.audit.seal.verify import is_same_file

Place = tuple[int, str]
"""A line or row, from 1, and what names it, such as an office or a person."""


def changed_place(made: Report, sealed: SealedFile, content: bytes) -> Place | None:
    """The first place where `content` is not what was `sealed`, which the report `made` anew must give again.

    None for a form that has no lines, and when the report follows otherwise now, so that nothing can be said.
    """
    found = FORMS.get(sealed.form)
    if found is None:
        return None
    write, compare = found
    before = write(made, sealed.language)
    return compare(made, before, content) if is_same_file(sealed, before) else None


def _csv(made: Report, before: bytes, after: bytes) -> Place:
    old, new = _records(before), _records(after)
    for number, record in enumerate(old):
        if number >= len(new) or new[number] != record:
            return number + 1, _name(made.rows[number - 1]) if number else ""
    return len(old) + 1, ""


def _records(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(errors="replace"), newline="")))


def _json(made: Report, before: bytes, after: bytes) -> Place:
    rows = _rows(after)
    for number, row in enumerate(_rows(before) or ()):
        if rows is not None and (number >= len(rows) or rows[number] != row):
            return number + 1, _name(made.rows[number])
    lines = after.splitlines()
    for number, line in enumerate(before.splitlines()):
        if number >= len(lines) or lines[number] != line:
            return number + 1, ""
    return len(before.splitlines()) + 1, ""


def _rows(content: bytes) -> list[Any] | None:
    try:
        rows = json.loads(content)["rows"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return rows if isinstance(rows, list) else None


def _name(row: Mapping[str, object]) -> str:
    """A person by name, a row of many by what they share; never a NIP."""
    for key in ("name", "opd", "status", "grade", "position", "quarter", "semester"):
        if row.get(key):
            return str(row[key])
    return ""


Writer = Callable[[Report, str], bytes]
Compare = Callable[[Report, bytes, bytes], Place]
FORMS: Mapping[str, tuple[Writer, Compare]] = {
    "csv": (lambda made, language: made.csv(language).encode(), _csv),
    "json": (lambda made, language: made.json().encode(), _json),
}
