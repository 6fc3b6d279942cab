"""What is wrong or doubtful in a module or package: a code with its place, and the sentence for people."""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from scorm_packager.errors import PackagerError
from scorm_packager.names import printable
from xapi.words import DEFAULT_LANGUAGE, explain

Level = Literal["error", "warning"]


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


class Findings:
    """Collects findings, so that a person sees every fault at once and not only the first."""

    def __init__(self) -> None:
        self._all: list[Finding] = []
        self._seen: set[str] = set()

    def add(self, finding: Finding) -> None:
        """Keep `finding`; the same one twice is kept once."""
        mark = repr(finding)
        if mark not in self._seen:
            self._seen.add(mark)
            self._all.append(finding)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops a build, in the order of files and lines."""
        return _in_order(found for found in self._all if found.level == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person should look at."""
        return _in_order(found for found in self._all if found.level == "warning")

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
        count = sum(found.level == "error" for found in self.findings)
        super().__init__(first.code, f"{count} errors, first at {first.place}", **first.as_error().params)
