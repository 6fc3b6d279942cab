"""Turns the standing of each participant into records: learning on the way, one credit, and what releases it."""

from collections.abc import Iterator
from datetime import datetime, time

from adapters.lan_elearning.implementation import Implementation
from adapters.lan_elearning.participants import Participant
from adapters.lan_elearning.schedule import CHAT, CLASSROOM, FORUM, TASK, Schedule, Session
from adapters.lan_elearning.standing import DONE, Outcome, Standing
from adapters.records import LearningRecord
from adapters.remote import Connection
from xapi.intake import Identity
from xapi.vocabulary import ATTENDED, COMPLETED, EXPERIENCED, EXT_ROLE, JAMPEL, PASSED, TYPE_EVENT
from xapi.vocabulary.adl import TYPE_COURSE, TYPE_LESSON, TYPE_MEETING

_VERBS = {CHAT: ATTENDED, CLASSROOM: ATTENDED, FORUM: ATTENDED, TASK: COMPLETED}  # a film is experienced
_TYPES = {CHAT: TYPE_MEETING, CLASSROOM: TYPE_EVENT}


def course_iri(connection: Connection, schedule: Schedule) -> str:
    """The IRI of a course of an institution: its code names it, whatever else is changed."""
    return f"{JAMPEL}kegiatan/{connection.institution}/lan-elearning/{schedule.course.code}"


def records_of(standing: Standing, schedule: Schedule, connection: Connection) -> Iterator[LearningRecord]:
    """The records of one participant: a session that left a trace, the credit of a pass, an implementation."""
    course = course_iri(connection, schedule)
    for outcome in standing.outcomes:
        if outcome.last is not None:
            yield _on_the_way(standing, outcome, schedule, course)
    if standing.passed:
        yield _credit(standing, schedule, course)
    if standing.implementation is not None and standing.implementation.evidence:
        yield _implementation(standing.implementation, schedule, course)


def _on_the_way(standing: Standing, outcome: Outcome, schedule: Schedule, course: str) -> LearningRecord:
    """What was done of a session: it has no JP. What was done is in the key, so that a longer export adds to it."""
    session, last = outcome.session, outcome.last or outcome.session.end
    amount = "" if outcome.amount is None else f"{outcome.amount:g}"
    is_score = session.kind == TASK and outcome.amount is not None
    return LearningRecord(
        key=(course, session.code, outcome.state, last.isoformat(), amount),
        who=_identity(standing),
        place=_place(standing.who),
        verb=_VERBS.get(session.kind, EXPERIENCED),
        activity=f"{course}/sesi/{session.code}",
        activity_type=_TYPES.get(session.kind, TYPE_LESSON),
        title=session.title,
        description=_description(session, schedule),
        at=last,
        lasted=last - outcome.first if outcome.first and outcome.first < last else None,
        score=(outcome.amount or 0.0) / 100 if is_score else None,
        completed=outcome.state == DONE,
        organiser=schedule.course.organiser,
        zone=schedule.course.zone_name,
        parent=course,
    )


def _credit(standing: Standing, schedule: Schedule, course: str) -> LearningRecord:
    """The course, passed: all its JP, by its form, held when an implementation is awaited."""
    plan = schedule.course
    first, last = plan.first.isoformat(), plan.last.isoformat()
    return LearningRecord(
        key=(course, "lulus") if plan.revision == 1 else (course, "lulus", str(plan.revision)),
        who=_identity(standing),
        place=_place(standing.who),
        verb=PASSED,
        activity=course,
        activity_type=TYPE_COURSE,
        title=plan.title,
        description=f"{plan.organiser}, {first} – {last}",
        at=schedule.ends(),
        lasted=schedule.ends() - schedule.begins(),
        passed=True,
        completed=True,
        jp=plan.jp,
        form=plan.form,
        days=schedule.days(),
        international=plan.international,
        certificate=standing.who.certificate,
        organiser=plan.organiser,
        competency=plan.competency,
        zone=plan.zone_name,
        awaits=schedule.awaits,
    )


def _implementation(one: Implementation, schedule: Schedule, course: str) -> LearningRecord:
    """The plan carried out. Only one that was validated says which course it releases."""
    decided = one.decided if one.validated and one.decided else one.day
    return LearningRecord(
        key=(course, "implementasi", one.status, one.evidence, decided.isoformat()),
        who=Identity(nip=one.who.nip, name=one.who.name),
        place=_place(one.who),
        verb=COMPLETED if one.validated else EXPERIENCED,
        activity=f"{course}/implementasi",
        activity_type=TYPE_LESSON,
        title=one.plan,
        at=datetime.combine(decided, time(12), schedule.course.zone),
        completed=one.validated,
        evidence=one.evidence,
        organiser=schedule.course.organiser,
        zone=schedule.course.zone_name,
        implements=course if one.validated else "",
        parent=course,
        more={EXT_ROLE: one.role} if one.validated else {},
    )


def _place(who: Participant) -> str:
    """Where to look: the participant's row, for a record rests on lines of several files."""
    return f"{who.row} ({who.file})"


def _identity(standing: Standing) -> Identity:
    return Identity(nip=standing.who.nip, name=standing.who.name)


def _description(session: Session, schedule: Schedule) -> str:
    subject = schedule.course.subjects[session.subject].title
    zone = schedule.course.zone_name
    return f"{subject}, {session.kind}, {session.start:%Y-%m-%d %H:%M} – {session.end:%Y-%m-%d %H:%M} {zone}"
