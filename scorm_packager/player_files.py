"""The player as a package ships it: two scripts and a style sheet, packed for slow links, the same bytes every time.

A slow link pays for every request and, where an LMS does not compress, for every letter. The sources beside the
player's module stay as people read them; `packed` holds what `tools.player` made of each, and `sources.json` of what.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from scorm_packager.archive import Entry
from scorm_packager.errors import PackagerError
from scorm_packager.player import FOLDER, LANGUAGES, LATER, PACKED, STYLES, WORDS

PLACE = "player"
SCRIPT = "player.js"
REST = "lanjut.js"
STYLE = "player.css"
SOURCES = "sources.json"


def player_entries(names: Sequence[str], language: str = LANGUAGES[0], folder: Path = FOLDER) -> list[Entry]:
    """The player of the scripts `names`, speaking `language`, as entries of a package; raises PackagerError."""
    return [
        Entry(f"{PLACE}/{SCRIPT}", player_script(first_names(names), language, folder)),
        Entry(f"{PLACE}/{REST}", player_script(LATER, language, folder)),
        Entry(f"{PLACE}/{STYLE}", player_style(folder)),
    ]


def first_names(names: Sequence[str]) -> tuple[str, ...]:
    """Of the scripts `names` those of the first screen; the others, `LATER`, are a script of their own."""
    return tuple(name for name in names if name not in LATER)


@cache
def player_script(names: Sequence[str], language: str = LANGUAGES[0], folder: Path = FOLDER) -> bytes:
    """The scripts in the tuple `names` as one, in that order, with the words of one language of the player.

    A language that the player does not speak gives Indonesian. Raises PackagerError when a script is not there.
    """
    spoken = next((name for name in LANGUAGES if language.lower().split("-")[0] == name), LANGUAGES[0])
    return b'"use strict";' + b"".join(_packed(folder, name, spoken) for name in names)


@cache
def player_style(folder: Path = FOLDER) -> bytes:
    """The style sheets of the player as one; raises PackagerError when one is not there."""
    return b"".join(_packed(folder, name, "") for name in STYLES)


def _packed(folder: Path, name: str, language: str) -> bytes:
    """The packed form of a source, or the source itself when it has changed since it was packed."""
    source = _read(folder, name)
    if _packed_from(folder).get(name) != hashlib.sha256(source).hexdigest():
        return source
    return _read(folder / PACKED.name, f"{language}.{name}" if name in WORDS else name)


@cache
def _packed_from(folder: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode((folder / PACKED.name / SOURCES).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as cause:
        raise PackagerError("player.incomplete", f"no {name} in {folder}", name=name) from cause
