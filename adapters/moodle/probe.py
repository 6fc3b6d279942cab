"""Tries in one course what a pull will ask, so that a missing permission is named before a night's run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adapters.errors import AdapterError
from adapters.moodle import completions, scorm
from adapters.moodle.completions import NO_CRITERIA
from adapters.moodle.courses import Course
from adapters.moodle.people import Member
from adapters.moodle.service import Moodle, MoodleError
from adapters.moodle.site import Site


@dataclass(frozen=True, slots=True)
class Probe:
    """A question that was refused in `course`, and the capability that it needs (lib/db/access.php)."""

    capability: str
    course: Course
    error: AdapterError


def try_course(moodle: Moodle, site: Site, course: Course, people: list[Member]) -> Iterator[Probe]:
    """What is refused when asked about the first of `people`."""
    if not people:
        return
    person = people[0].number
    questions: list[tuple[str, str, Callable[[], object]]] = [
        ("report/completion:view", completions.COURSE,
         lambda: completions.course_done(moodle, course.number, person)),
        ("report/progress:view", completions.ACTIVITIES,
         lambda: completions.activity_states(moodle, course.number, person)),
        ("moodle/grade:viewall", completions.GRADES,
         lambda: completions.course_grades(moodle, course.number, person)),
        ("mod/scorm:viewreport", scorm.TRACKS, lambda: _tracks(moodle, site, course, person)),
    ]  # fmt: skip
    for capability, function, question in questions:
        if function in site.functions and (error := _refusal(question)) is not None:
            yield Probe(capability, course, error)


def _refusal(question: Callable[[], object]) -> AdapterError | None:
    try:
        question()
    except MoodleError as error:
        return None if error.person or error.says == NO_CRITERIA else error
    except AdapterError as error:
        return error
    return None


def _tracks(moodle: Moodle, site: Site, course: Course, person: int) -> None:
    if site.functions.issuperset((scorm.IN_COURSES, scorm.SCOES)):
        for package in list(scorm.packages_of(moodle, course.number).values())[:1]:
            scorm.last_attempt(moodle, package, person)
