"""The commands that the documents show, page by page and in order, and what a marker says of each.

A block of commands is fenced or indented. A comment before it marks what a test cannot do as it stands:

    <!-- contoh: lewati, perlu root -->     not run, for this reason; still read: the command and its options exist
    <!-- contoh: keluar 0 atau 1 -->        each command of the block ends with one of these exit codes (0 otherwise)
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
MARKER = re.compile(r"^\s*<!-- contoh: (?:lewati, (?P<reason>\S.*)|keluar (?P<codes>\d(?: atau \d)*)) -->$")
FENCE = re.compile(r"^\s*```(\w*)")
#: Languages in which a block is no commands.
OTHERS = {"toml", "yaml", "ini", "json", "python", "html", "sql", "nginx", "csv", "halaman", "markdown", "xml"}
PROGRAMS = "jampel|pip|make|git|curl|createuser|createdb|apt-get|systemctl|sudo|python|python3|pytest|docker|nginx|cp"
COMMAND = re.compile(rf"^(?:\$ )?((?:[A-Z_]+=\S+ )*(?:\S*/)?(?:{PROGRAMS}) .*|jampel|make)$")
DAY = "2026-11-23"
INLINE = re.compile(r"`(jampel [^`\n]+)`")


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it; `skipped` is why it is not run, or empty."""

    line: int
    text: str
    skipped: str = ""
    codes: tuple[int, ...] = (0,)

    @property
    def words(self) -> list[str]:
        """What a shell makes of it, on the day DAY and without its comment."""
        return shlex.split(self.text.replace("$(date +%F)", DAY), comments=True)


def pages() -> list[Path]:
    """Every page of the repository that people read."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    return sorted(path for path in found if path.name != "CHANGELOG.md" and "modul" not in path.relative_to(ROOT).parts)


def shown_in(text: str) -> list[Shown]:
    """The commands in the blocks of a page."""
    return [command for marker, block in _blocks(text) for command in _commands(block, marker)]


def named_in(text: str) -> list[str]:
    """The commands that sentences name, in code between backticks."""
    return INLINE.findall(text)


def _blocks(text: str) -> Iterator[tuple[re.Match[str] | None, list[tuple[int, str]]]]:
    """Each block of code as its numbered lines, with its marker."""
    marker, block, fence = None, list[tuple[int, str]](), ""
    for number, line in enumerate([*text.splitlines(), "."], start=1):
        opening = FENCE.match(line)
        if fence:
            if opening:
                yield marker, block if fence not in OTHERS else []
                marker, block, fence = None, [], ""
            else:
                block.append((number, line.strip()))
        elif opening:
            if block:
                yield marker, block
                marker, block = None, []
            fence = opening[1] or "plain"
        elif line.startswith("    "):
            block.append((number, line.strip()))
        elif line.strip():
            if block:
                yield marker, block
                marker, block = None, []
            marker = MARKER.match(line)


def _commands(block: list[tuple[int, str]], marker: re.Match[str] | None) -> Iterator[Shown]:
    skipped = (marker["reason"] or "") if marker else ""
    codes = tuple(map(int, re.findall(r"\d", (marker and marker["codes"]) or "0")))
    lines = iter(block)
    for number, line in lines:
        found = COMMAND.match(line)
        if not found:
            continue
        whole = found[1]
        while whole.endswith("\\"):
            whole = whole[:-1] + next(lines)[1]
        yield Shown(number, whole, skipped, codes)
