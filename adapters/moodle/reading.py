"""Reads one person in one course, and says what is new since the last time, as records and as things to tell."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from adapters.errors import AdapterError
from adapters.moodle import completions as done
from adapters.moodle import scorm
from adapters.moodle.completions import ActivityState, CourseGrades, Grade
from adapters.moodle.contents import Contents
from adapters.moodle.courses import Course, Worth
from adapters.moodle.memory import NO_SCORE, Known
from adapters.moodle.people import Member
from adapters.moodle.service import Moodle, MoodleError
from adapters.records import LearningRecord
from xapi.vocabulary import COMPLETED, FAILED, PASSED
from xapi.vocabulary.adl import TYPE_COURSE, TYPE_LESSON, TYPE_MODULE

_VERBS = {done.COMPLETE: COMPLETED, done.PASSED: PASSED, done.FAILED: FAILED}
_NOTHING = CourseGrades(None, {})


@dataclass(slots=True)
class Told:
    """What changed over there and is not recorded again, by number of the person, and `problems` of the course."""

    withdrawn: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    regraded: list[int] = field(default_factory=list)
    timeless: list[int] = field(default_factory=list)
    problems: list[AdapterError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads people of one `course`. `functions` are those the service offers, `certificates` numbers by person."""

    moodle: Moodle
    home: str
    course: Course
    contents: Contents
    functions: frozenset[str]
    certificates: Mapping[int, str]
    zone: tzinfo
    activities: bool
    criteria: bool

    def read(self, member: Member, known: Known, told: Told) -> tuple[list[LearningRecord], Known]:
        """The records that are new about `member`, and what to remember. Raises MoodleError, AdapterError."""
        at = self._course_done(member)
        states = self._states(member, told)
        grades = self._grades(member) if at is not None or any(one.state for one in states) else _NOTHING
        if at is None and self.course.pass_mark is not None and not self.criteria:
            at, grades = self._passed(member)
        found, after = self._of_course(member, known, told, at, grades.whole)
        facts = self._of_activities(member, states, grades)
        digest = zlib.crc32("\n".join("\t".join(fact.key) for fact in facts).encode()) if facts else 0
        if digest != known.digest:
            found += facts
        return found, replace(after, digest=digest)

    def _course_done(self, member: Member) -> int | None:
        if not (self.criteria and self.course.completion):
            return None
        completed = done.course_done(self.moodle, self.course.number, member.number)
        return None if completed is None else completed.at

    def _passed(self, member: Member) -> tuple[int | None, CourseGrades]:
        """By the grade of the course, where the institution said which is enough."""
        grades = self._grades(member)
        enough = (self.course.pass_mark or 100.0) / 100
        total = grades.whole
        return (total.at if total is not None and total.share >= enough else None), grades

    def _states(self, member: Member, told: Told) -> list[ActivityState]:
        """Those that Moodle follows, and the packages of ours that it does not."""
        found: list[ActivityState] = []
        if self.course.completion and done.ACTIVITIES in self.functions and (self.activities or self.contents.ours):
            try:
                found = done.activity_states(self.moodle, self.course.number, member.number)
            except MoodleError as error:
                if error.whole:
                    raise
                if not error.person:
                    told.problems.append(error)
        listed = {one.number for one in found}
        return found + [_unfollowed(number) for number in self.contents.ours if number not in listed]

    def _grades(self, member: Member) -> CourseGrades:
        """None where the account may not see them: a grade is no part of what counts."""
        if done.GRADES not in self.functions:
            return _NOTHING
        try:
            return done.course_grades(self.moodle, self.course.number, member.number)
        except MoodleError as error:
            if error.whole:
                raise
            return _NOTHING

    def _of_course(
        self, member: Member, known: Known, told: Told, at: int | None, grade: Grade | None
    ) -> tuple[list[LearningRecord], Known]:
        if at is None:
            if known.done:
                told.withdrawn.append(member.number)
            return [], Known()
        moment = at or (grade.at if grade else 0)
        if not moment:
            told.timeless.append(member.number)
            return [], known
        score = NO_SCORE if grade is None else round(grade.share * 1000)
        if not known.done:
            return [self._course_record(member, moment, grade)], Known(moment, score)
        if known.done != moment:
            told.moved.append(member.number)
        elif known.score != score:
            told.regraded.append(member.number)
        return [], Known(moment, score)

    def _course_record(self, member: Member, at: int, grade: Grade | None) -> LearningRecord:
        course, counts = self.course, self.course.worth.jp is not None
        how = ("selesai", str(at)) if self.criteria else ("lulus",)  # a grade that is counted anew has a new moment
        return LearningRecord(
            key=(self.home, "kursus", str(course.number), *how, "jp" if counts else "tanpa-jp"),
            who=member.who,
            accounts=member.accounts,
            place=f"{course.title} · {member.number}",
            verb=COMPLETED if self.criteria else PASSED,
            activity=course.activity,
            activity_type=TYPE_MODULE if course.module else TYPE_COURSE,
            title=course.title,
            at=self._local(at),
            score=grade.share if grade else None,
            passed=None if self.criteria else True,
            completed=True,
            jp=course.worth.jp,
            form=course.worth.form,
            organiser=course.worth.organiser,
            certificate=self.certificates.get(member.number, ""),
        )

    def _of_activities(self, member: Member, states: list[ActivityState], grades: CourseGrades) -> list[LearningRecord]:
        found = []
        for state in states:
            package = self.contents.packages.get(state.number)
            own = self.contents.ours.get(state.number)
            if (state.state in _VERBS and state.at and self.activities) or own:
                attempt = self._attempt(package, state, member) if package else None
                found += self._activity_record(member, state, grades.grades.get(state.number), attempt)
        return found

    def _attempt(self, package: scorm.Package, state: ActivityState, member: Member) -> scorm.Attempt | None:
        if scorm.TRACKS not in self.functions or not (state.state or not state.tracked):
            return None
        try:
            return scorm.last_attempt(self.moodle, package, member.number)
        except MoodleError as error:
            if error.whole:
                raise
            return None  # the package may be closed by now; its completion stands all the same

    def _activity_record(
        self, member: Member, state: ActivityState, grade: Grade | None, attempt: scorm.Attempt | None
    ) -> list[LearningRecord]:
        """A record of a finished activity, none of one that is not."""
        verdict = _verdict(state, attempt)
        if verdict is None:
            return []
        verb, at, passed = verdict
        own = self.contents.ours.get(state.number)
        worth = self.contents.worth_of(state.number) if verb != FAILED else Worth()
        share = grade.share if grade else attempt.score if attempt and (attempt.score or 0) >= 0 else None
        seconds = round(attempt.seconds) if attempt else 0
        key = (self.home, "aktivitas", str(state.number), verb, str(at), str(share), str(seconds), str(worth.jp))
        return [
            LearningRecord(
                key=key,
                who=member.who,
                accounts=member.accounts,
                place=f"{self.course.title} · {member.number}",
                verb=verb,
                activity=own.iri if own else f"{self.home}/mod/{state.kind}/view.php?id={state.number}",
                activity_type=TYPE_MODULE if own else TYPE_LESSON,
                title=self.contents.title_of(state.number, state.kind),
                at=self._local(at),
                lasted=timedelta(seconds=seconds) if seconds else None,
                score=share,
                passed=passed,
                completed=True,
                jp=worth.jp,
                form=worth.form,
                organiser=worth.organiser,
                parent="" if own and own.iri == self.course.activity else self.course.activity,
            )
        ]

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at, UTC).astimezone(self.zone)


def _unfollowed(number: int) -> ActivityState:
    return ActivityState(number, "scorm", done.INCOMPLETE, 0, tracked=False)


def _verdict(state: ActivityState, attempt: scorm.Attempt | None) -> tuple[str, int, bool | None] | None:
    """The verb, the moment, and whether it was passed; None for what is not finished, or has no moment.

    Moodle's own completion comes first; where it follows none, what the package itself has said is all there is.
    """
    if state.state in _VERBS and state.at:
        verb = _VERBS[state.state]
        if verb == COMPLETED and attempt is not None and attempt.passed is not None:
            verb = PASSED if attempt.passed else FAILED
        return verb, state.at, {PASSED: True, FAILED: False}.get(verb)
    if state.tracked or attempt is None or not attempt.at or not (attempt.completed or attempt.passed):
        return None
    if attempt.passed is None:
        return COMPLETED, attempt.at, None
    return (PASSED if attempt.passed else FAILED), attempt.at, attempt.passed


def cannot_read(error: AdapterError) -> bool:
    """Whether the answer to one question broke Moodle itself (PHP ran out of memory or time), as far as one can see."""
    return error.code == "remote.busy" and error.params.get("status") == 500
