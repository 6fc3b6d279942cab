"""The player as a package ships it: a script, a style sheet and later parts, packed small, always the same bytes.

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
from scorm_packager.player import FOLDER, LANGUAGES, LATER, LATER_STYLES, PACKED, PARTS, STYLES, WORDS

PLACE = "player"
SCRIPT = "player.js"
STYLE = "player.css"
LATER_STYLE = "lanjut.css"
SOURCES = "sources.json"
#: Around packed scripts: the player's space, and what makes elements as soon as it is there, under one short name each.
_BEFORE, _AFTER = b'(J=>{"use strict";', b"})(window.Jampel=window.Jampel||{});"
_MAKER, _SHORT_MAKER = "element.js", b"var h=J.h;"


def player_entries(names: Sequence[str], language: str = LANGUAGES[0], folder: Path = FOLDER) -> list[Entry]:
    """The player of the scripts `names`, speaking `language`, as entries of a package; raises PackagerError."""
    return [
        Entry(f"{PLACE}/{SCRIPT}", player_script(first_names(names), language, folder)),
        *(Entry(f"{PLACE}/{part}.js", player_script(part_names(names, part), language, folder)) for part in PARTS),
        Entry(f"{PLACE}/{STYLE}", player_style(STYLES, folder)),
        Entry(f"{PLACE}/{LATER_STYLE}", player_style(LATER_STYLES, folder)),
    ]


def first_names(names: Sequence[str]) -> tuple[str, ...]:
    """Of the scripts `names` those of the first screen; the others, `LATER`, are scripts of their own, one a part."""
    return tuple(name for name in names if name not in LATER)


def part_names(names: Sequence[str], part: str) -> tuple[str, ...]:
    """Of the scripts `names` those of the part `part`, one of `PARTS`."""
    return tuple(name for name in names if name in PARTS[part])


@cache
def player_script(names: Sequence[str], language: str = LANGUAGES[0], folder: Path = FOLDER) -> bytes:
    """The scripts in the tuple `names` as one, in that order, with the words of one language of the player.

    A language that the player does not speak gives Indonesian. Raises PackagerError when a script is not there.
    """
    spoken = next((name for name in LANGUAGES if language.lower().split("-")[0] == name), LANGUAGES[0])
    if not _is_packed(folder):
        return b"".join(_read(folder, name) for name in names)
    parts = [_read(folder / PACKED.name, f"{spoken}.{name}" if name in WORDS else name) for name in names]
    parts.insert(names.index(_MAKER) + 1 if _MAKER in names else 0, _SHORT_MAKER)
    return _BEFORE + b"".join(parts) + _AFTER


@cache
def player_style(names: Sequence[str] = STYLES, folder: Path = FOLDER) -> bytes:
    """The style sheets in the tuple `names` as one; raises PackagerError when one is not there."""
    place = folder / PACKED.name if _is_packed(folder) else folder
    return b"".join(_read(place, name) for name in names)


@cache
def _is_packed(folder: Path) -> bool:
    """Whether the packed files were made of the sources in `folder` as they are: packed, they share short names."""
    try:
        made_of = msgspec.json.decode((folder / PACKED.name / SOURCES).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return False
    return all(hashlib.sha256(_read(folder, name)).hexdigest() == digest for name, digest in made_of.items())


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as cause:
        raise PackagerError("player.incomplete", f"no {name} in {folder}", name=name) from cause
