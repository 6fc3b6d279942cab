"""What one person has completed in one course: the course, its activities, and the grade of the course."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.moodle.answers import Row, is_true, moment, number, rows, whole
from adapters.moodle.service import Moodle, MoodleError

COURSE = "core_completion_get_course_completion_status"
ACTIVITIES = "core_completion_get_activities_completion_status"
GRADES = "gradereport_user_get_grade_items"
NO_CRITERIA = "nocriteriaset"
NOT_ENROLLED = "usernotenroled"
ANY = 2  # of the criteria, in place of all

INCOMPLETE, COMPLETE, PASSED, FAILED = 0, 1, 2, 3
"""The states of an activity (lib/completionlib.php)."""


@dataclass(frozen=True, slots=True)
class Done:
    """A course completed `at`, in seconds since 1970; 0 where Moodle does not say when."""

    at: int


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of a course or activity, 0 to 1, and when it was given (0: not said)."""

    share: float
    at: int


@dataclass(frozen=True, slots=True)
class ActivityState:
    """One activity of a course as one person left it: `number` of the course module, `kind` (scorm, quiz, …), `state`
    as above, and when it changed. `tracked`: Moodle follows its completion."""

    number: int
    kind: str
    state: int
    at: int
    tracked: bool


@dataclass(frozen=True, slots=True)
class CourseGrades:
    """The grade of the whole course, None when there is none yet, and those of its activities by number."""

    whole: Grade | None
    grades: Mapping[int, Grade]


def course_done(moodle: Moodle, course: int, person: int) -> Done | None:
    """When `person` completed the course; None when they have not, or are no learner in it. Raises MoodleError.

    Moodle gives no moment for the course itself: it is that of the last criterion, or with "any" of the first
    (lib/completionlib.php, aggregate_completions).
    """
    try:
        answer = moodle.ask(COURSE, courseid=course, userid=person)
    except MoodleError as error:
        if error.says == NOT_ENROLLED:
            return None
        raise
    status = answer.get("completionstatus") if isinstance(answer, Mapping) else None
    if not isinstance(status, Mapping) or not is_true(status.get("completed")):
        return None
    met = [one for one in rows(status.get("completions")) if is_true(one.get("complete"))]
    times = [at for one in met if (at := moment(one.get("timecompleted")))]
    if not times:
        return Done(0)
    return Done(min(times) if whole(status.get("aggregation")) == ANY else max(times))


def activity_states(moodle: Moodle, course: int, person: int) -> list[ActivityState]:
    """The activities of the course that the account may see, as `person` left them. Raises MoodleError."""
    answer = moodle.ask(ACTIVITIES, courseid=course, userid=person)
    listed = rows(answer.get("statuses")) if isinstance(answer, Mapping) else []
    return [_state(row) for row in listed if whole(row.get("cmid")) > 0]


def _state(row: Row) -> ActivityState:
    return ActivityState(
        number=whole(row.get("cmid")),
        kind=str(row.get("modname", "")),
        state=whole(row.get("state")),
        at=moment(row.get("timecompleted")),
        tracked=whole(row.get("tracking")) > 0,
    )


def course_grades(moodle: Moodle, course: int, person: int) -> CourseGrades:
    """The grades of `person` in the course; hidden ones and those not yet given are none. Raises MoodleError."""
    answer = moodle.ask(GRADES, courseid=course, userid=person)
    listed = rows(answer.get("usergrades")) if isinstance(answer, Mapping) else []
    items = [item for one in listed if whole(one.get("userid")) == person for item in rows(one.get("gradeitems"))]
    total, grades = None, {}
    for item in items:
        grade, module = _grade(item), whole(item.get("cmid"))
        if item.get("itemtype") == "course":
            total = grade
        elif module and grade is not None and whole(item.get("itemnumber")) == 0:
            grades[module] = grade
    return CourseGrades(total, grades)


def _grade(item: Row) -> Grade | None:
    raw, least, most = number(item.get("graderaw")), number(item.get("grademin")), number(item.get("grademax"))
    if raw is None or most is None or most <= (least or 0.0):
        return None
    share = (raw - (least or 0.0)) / (most - (least or 0.0))
    return Grade(round(min(max(share, 0.0), 1.0), 4), moment(item.get("gradedategraded")))
