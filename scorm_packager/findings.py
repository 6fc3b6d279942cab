"""What is wrong or doubtful in a module or package: a code with its place, and the sentence for people."""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from scorm_packager.errors import PackagerError
from scorm_packager.names import printable
from xapi.words import DEFAULT_LANGUAGE, explain

Level = Literal["error", "warning"]
#: Of one kind in one file; a person reads no more, and a bank of 220,000 broken questions must not fill the memory.
MOST_OF_A_KIND = 100
#: Stands for all further ones of its kind: `kind` is their code, `count` their number.
MORE = "error:finding.more".removeprefix("error:")


class Finding(msgspec.Struct, frozen=True):
    """One fault. `file` is relative to the module or package, `line` counts from 1 and is 0 when there is none."""

    code: str
    level: Level = "error"
    file: str = ""
    line: int = 0
    params: dict[str, str | int] = {}

    @property
    def place(self) -> str:
        """`file:line`, as editors and terminals make a link of it."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def as_error(self) -> PackagerError:
        """The same fault as an error, for `explain`; names that strangers chose are made harmless to show."""
        said: dict[str, Any] = {**self.params, "file": self.file, "line": self.line, "place": self.place}
        params = {name: printable(value) if isinstance(value, str) else value for name, value in said.items()}
        return PackagerError(self.code, **params)

    def sentence(self, language: str = DEFAULT_LANGUAGE) -> str:
        """What is wrong, where, and what to do, in `language`."""
        return explain(self.as_error(), language)

    def row(self, language: str = DEFAULT_LANGUAGE) -> dict[str, str | int]:
        """The finding as plain values, for `--json`."""
        return {
            "level": self.level,
            "code": self.code,
            "file": self.file,
            "line": self.line,
            "message": self.sentence(language),
        }


def as_finding(error: PackagerError) -> Finding:
    """A refusal as one more fault, to be kept or listed with others."""
    place = ("file", "line", "place")
    params = {name: value if isinstance(value, int) else str(value) for name, value in error.params.items()}
    return Finding(error.code, params={name: value for name, value in params.items() if name not in place})


def how_many(findings: Iterable[Finding]) -> int:
    """The number of faults in `findings`, those among them that are only counted."""
    return sum(int(found.params["count"]) if found.code == MORE else 1 for found in findings)


class Findings:
    """Collects findings, so that a person sees every fault at once and not only the first.

    Of one kind in one file the first `MOST_OF_A_KIND` are kept and the others counted, in one finding with the code
    `MORE`. With `whole` all files of a package count as one.
    """

    def __init__(self, *, whole: bool = False) -> None:
        self._whole = whole
        self._all: list[Finding] = []
        self._seen: set[int] = set()
        self._counts: dict[tuple[str, Level, str], int] = {}
        self._files: dict[tuple[str, Level, str], str] = {}

    def add(self, finding: Finding) -> None:
        """Keep `finding`, or count it; the same one twice is one."""
        mark = hash(repr(finding))
        if mark in self._seen:
            return
        self._seen.add(mark)
        kind = (finding.code, finding.level, "" if self._whole else finding.file)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self._files.setdefault(kind, finding.file)
        if self._counts[kind] <= MOST_OF_A_KIND:
            self._all.append(finding)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops a build, in the order of files and lines; after them what was only counted."""
        return self._of("error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person should look at."""
        return self._of("warning")

    def _of(self, level: Level) -> tuple[Finding, ...]:
        more = (
            Finding(
                MORE, level=level, file=self._files[kind], params={"kind": kind[0], "count": count - MOST_OF_A_KIND}
            )
            for kind, count in self._counts.items()
            if kind[1] == level and count > MOST_OF_A_KIND
        )
        return (*_in_order(found for found in self._all if found.level == level), *more)

    def all(self) -> list[Finding]:
        """Errors first, then warnings."""
        return [*self.errors, *self.warnings]


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda found: (found.file != "modul.toml", found.file, found.line)))


class ModuleProblems(PackagerError):
    """A module folder that cannot become a course; `findings` holds every fault, warnings included.

    It explains itself with the first error's sentence, so a caller that knows no findings still says file and line.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        first = next(found for found in self.findings if found.level == "error")
        count = how_many(found for found in self.findings if found.level == "error")
        super().__init__(first.code, f"{count} errors, first at {first.place}", **first.as_error().params)
