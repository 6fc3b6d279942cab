"""What lies in a course: the names of its activities, its packages, and which of them are modules of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adapters.moodle import scorm
from adapters.moodle.answers import plain, rows, whole
from adapters.moodle.courses import Course, Worth
from adapters.moodle.scorm import Package
from adapters.moodle.service import Moodle, MoodleError
from adapters.remote import OwnModule

CONTENTS = "core_course_get_contents"


@dataclass(frozen=True, slots=True)
class Contents:
    """The activities of a course by number of the course module: their `names`, which are `packages`, and which are
    modules of ours. `counts`: those modules count themselves, because the course does not."""

    names: Mapping[int, str] = field(default_factory=dict)
    packages: Mapping[int, Package] = field(default_factory=dict)
    ours: Mapping[int, OwnModule] = field(default_factory=dict)
    counts: bool = False

    def worth_of(self, number: int) -> Worth:
        """What completing the activity counts for."""
        own = self.ours.get(number)
        return Worth(jp=own.jp, form=own.form) if own is not None and self.counts else Worth()

    def title_of(self, number: int, kind: str) -> str:
        """The name of an activity, or what it is called by number where Moodle does not tell."""
        own = self.ours.get(number)
        return (own.title if own else "") or self.names.get(number, "") or f"{kind} {number}"


def contents_of(
    moodle: Moodle, course: Course, functions: frozenset[str], modules: Mapping[str, OwnModule]
) -> tuple[Course, Contents]:
    """The contents of `course`, and the course as its contents make it.

    A course worth nothing lets the modules of ours in it count, each for itself. One that is worth exactly what the
    only module of ours in it is, counts as that module: what the package sent itself then meets the record of the LMS.
    Any other course counts as a whole, and its modules do not count beside it. Raises MoodleError.
    """
    listed = _modules(moodle, course.number) if CONTENTS in functions else {}
    names = {number: one.name for number, one in listed.items()}
    scorms = {one.instance: number for number, one in listed.items() if one.kind == "scorm"}
    found = _packages(moodle, course.number, functions) if scorms else {}
    packages = {scorms[instance]: package for instance, package in found.items() if instance in scorms}
    ours = {number: modules[one.module] for number, one in packages.items() if one.module in modules}
    counts = course.worth.jp is None
    if not counts and len(ours) == 1 and course.activity == course.page:
        course = _as_module(course, next(iter(ours.values())))
    return course, Contents(names, packages, ours, counts)


@dataclass(frozen=True, slots=True)
class _Module:
    kind: str
    instance: int
    name: str


def _modules(moodle: Moodle, course: int) -> dict[int, _Module]:
    """The activities by number of the course module."""
    answer = moodle.ask(CONTENTS, courseid=course, options=[{"name": "excludecontents", "value": True}])
    return {
        whole(row.get("id")): _Module(str(row.get("modname", "")), whole(row.get("instance")), plain(row.get("name")))
        for section in rows(answer)
        for row in rows(section.get("modules"))
    }


def _packages(moodle: Moodle, course: int, functions: frozenset[str]) -> dict[int, Package]:
    if not {scorm.IN_COURSES, scorm.SCOES} <= functions:
        return {}
    try:
        return scorm.packages_of(moodle, course)
    except MoodleError as error:
        if error.whole:
            raise
        return {}  # a package that is closed to the account; the course can be read without


def _as_module(course: Course, module: OwnModule) -> Course:
    if (course.worth.jp, course.worth.form) != (module.jp, module.form):
        return course
    return replace(course, activity=module.iri, module=module.iri)
