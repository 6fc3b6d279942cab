"""SCORM packages in a course: which of them are modules of ours, and what a person did in one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.moodle.answers import moment, number, plain, rows, whole
from adapters.moodle.service import Moodle

SCOES = "mod_scorm_get_scorm_scoes"
TRACKS = "mod_scorm_get_scorm_sco_tracks"
IN_COURSES = "mod_scorm_get_scorms_by_courses"
OURS = "jampel-"
"""How the identifier of the manifest of our packages begins; the id of the module follows."""

_CLOCK = re.compile(r"(?P<h>[0-9]{2,4}):(?P<m>[0-9]{2}):(?P<s>[0-9]{2}(?:\.[0-9]{1,2})?)")
_PERIOD = re.compile(
    r"P(?:(?P<d>[0-9]{1,5})D)?(?:T(?:(?P<h>[0-9]{1,5})H)?(?:(?P<m>[0-9]{1,6})M)?(?:(?P<s>[0-9]{1,8}(?:\.[0-9]{1,2})?)S)?)?"
)
_PARTS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_LONGEST = 366 * 86_400.0
_MOST_SCOS = 20


@dataclass(frozen=True, slots=True)
class Package:
    """A SCORM activity: its `name`, the numbers of its SCOs, and the id of the module of ours that it is, or ""."""

    name: str
    scos: tuple[int, ...]
    module: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one person did in a package, of the last attempt: its `number`, the `seconds` it took, the share of the
    score, whether it was `completed` and `passed` (None: not said), and when it last changed."""

    number: int
    seconds: float
    score: float | None
    completed: bool
    passed: bool | None
    at: int


def packages_of(moodle: Moodle, course: int) -> dict[int, Package]:
    """The packages of `course` by their instance. Raises MoodleError."""
    answer = moodle.ask(IN_COURSES, courseids=[course])
    listed = rows(answer.get("scorms")) if isinstance(answer, Mapping) else []
    found = {}
    for row in listed:
        instance = whole(row.get("id"))
        found[instance] = _package(moodle, instance, plain(row.get("name")))
    return found


def _package(moodle: Moodle, instance: int, name: str) -> Package:
    answer = moodle.ask(SCOES, scormid=instance)
    listed = rows(answer.get("scoes")) if isinstance(answer, Mapping) else []
    scos = [whole(row.get("id")) for row in listed if row.get("launch")][:_MOST_SCOS]
    manifest = next((str(row["manifest"]) for row in listed if row.get("manifest")), "")
    return Package(name, tuple(scos), manifest.removeprefix(OURS) if manifest.startswith(OURS) else "")


def last_attempt(moodle: Moodle, package: Package, person: int) -> Attempt | None:
    """The last attempt of `person` at `package`; None when there is none. Raises MoodleError."""
    found = [one for sco in package.scos if (one := _of_sco(moodle, sco, person)) is not None]
    if not found:
        return None
    scores = [one.score for one in found if one.score is not None]
    verdicts = [one.passed for one in found if one.passed is not None]
    return Attempt(
        number=max(one.number for one in found),
        seconds=sum(one.seconds for one in found),
        score=round(sum(scores) / len(scores), 4) if scores else None,
        completed=len(found) == len(package.scos) and all(one.completed for one in found),
        passed=all(verdicts) if verdicts else None,
        at=max(one.at for one in found),
    )


def _of_sco(moodle: Moodle, sco: int, person: int) -> Attempt | None:
    answer = moodle.ask(TRACKS, scoid=sco, userid=person, attempt=0)
    data = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(data, Mapping):
        return None
    said = {str(row.get("element")): str(row.get("value", "")) for row in rows(data.get("tracks"))}
    if not said:
        return None
    status = said.get("status", "")
    success = said.get("cmi.success_status", status)
    return Attempt(
        number=whole(data.get("attempt")),
        seconds=seconds_in(said.get("total_time", "")),
        score=_score(said),
        completed=status in ("completed", "passed", "failed"),
        passed={"passed": True, "failed": False}.get(success),
        at=moment(said.get("timemodified")),
    )


def _score(said: Mapping[str, str]) -> float | None:
    scaled = number(said.get("cmi.score.scaled"))
    if scaled is not None:
        return scaled if -1 <= scaled <= 1 else None
    raw = number(said.get("cmi.core.score.raw", said.get("cmi.score.raw")))
    most = number(said.get("cmi.core.score.max", said.get("cmi.score.max"))) or 100.0
    return raw / most if raw is not None and 0 <= raw <= most else None


def seconds_in(written: str) -> float:
    """A duration of SCORM 1.2 (`HH:MM:SS.ss`) or 2004 (`PT1H2M3S`) in seconds; 0 for anything else, or over a year."""
    match = _CLOCK.fullmatch(written) or _PERIOD.fullmatch(written)
    if match is None:
        return 0.0
    found = sum(float(value) * _PARTS[part] for part, value in match.groupdict().items() if value)
    return found if found <= _LONGEST else 0.0
