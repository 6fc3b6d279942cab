"""Reads TOML, and refuses at once what would take the parser hours: a key of thousands of parts."""

import re
import tomllib
from typing import Any

#: The time that `tomllib` takes for one key grows with the square of its parts.
MOST_PARTS = 64
#: Texts and comments, whose dots part no key. What is never closed reaches to the end: no place is looked at twice.
_TEXT = re.compile(
    r'"""(?:\\.|[^\\]|\\\Z)*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"(?:\\.|[^"\\\n])*"?|\'[^\'\n]*\'?|#[^\n]*', re.DOTALL
)
_BETWEEN = re.compile(r"[=\[\]{},\n]")


def read_toml(text: str) -> dict[str, Any]:
    """The table in `text`.

    Raises what `tomllib.loads` raises, and RecursionError also for a key of too many parts.
    """
    if any(part.count(".") >= MOST_PARTS for part in _BETWEEN.split(_TEXT.sub("x", text))):
        raise RecursionError("a key of too many parts")
    return tomllib.loads(text)
