"""The file of erasures beside the databases: what a restore of an older backup must erase again."""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from lti_tool.errors import ToolError
from xapi.people.subject import Erasure

NAME = "erasures.jsonl"
_FIELDS = ("institution", "person", "erased", "basis", "decided_by")
MOST_BYTES = 256 * 1024 * 1024


def keep_erasures(data: Path, erasures: Iterable[Erasure]) -> None:
    """Adds `erasures` to the file in the data folder. It says which pseudonyms are nobody's, and nothing of who they
    were; copy it with your backups, or apart from them. It is replaced as a whole, so it is never half."""
    path = data / NAME
    known = {(one.institution, one.person): one for one in read_erasures(path)} if path.exists() else {}
    wanted = known | {(one.institution, one.person): one for one in erasures}
    if wanted == known:
        return
    ordered = sorted(wanted.values(), key=lambda one: (one.erased, one.person))
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        for one in ordered:
            values = {name: getattr(one, name) for name in _FIELDS} | {"erased": one.erased.isoformat()}
            file.write(json.dumps(values, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def read_erasures(path: Path) -> list[Erasure]:
    """The erasures in a file that `keep_erasures` wrote. Raises ToolError `subject.erasure_file` with the line that is
    none: a restore must not leave one out."""
    found = []
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ToolError("subject.erasure_file", "too large", file=path.name, line=0)
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise ToolError("subject.erasure_file", type(cause).__name__, file=path.name, line=1) from cause
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            found.append(_read(line, path, number))
    return found


def _read(line: str, path: Path, number: int) -> Erasure:
    try:
        values = json.loads(line)
        texts = {name: values[name] for name in _FIELDS}
        if not all(isinstance(value, str) for value in texts.values()):
            raise TypeError("not a text")
        erased = datetime.fromisoformat(texts.pop("erased"))
        if erased.tzinfo is None:
            raise ValueError("a time without a zone")
        return Erasure(erased=erased, **texts)
    except (ValueError, KeyError, TypeError, RecursionError) as cause:
        raise ToolError("subject.erasure_file", type(cause).__name__, file=path.name, line=number) from cause
