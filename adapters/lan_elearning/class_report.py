"""The class report of a blended course."""

from adapters.classes import ClassReport, ClassRow, ClassSession, Mark
from adapters.lan_elearning.implementation import Implementation
from adapters.lan_elearning.reading import ReadClass
from adapters.lan_elearning.schedule import FORUM, TASK, Course, Schedule, Session
from adapters.lan_elearning.standing import PENDING, Outcome, Standing
from adapters.remote import N_

_OTHER_GROUP = Mark(state="other")


def report_of(found: ReadClass) -> ClassReport | None:
    """The report of a class that was read, None when its files could not be used."""
    if found.schedule is None or found.refused:
        return None
    course, sessions = found.schedule.course, found.schedule.taught()
    return ClassReport(
        title=course.title, organiser=course.organiser, first=course.first, last=course.last, zone=course.zone_name,
        form=course.form, jp=course.jp, sessions=[_column(session) for session in sessions],
        rows=[_row(standing, sessions, found.schedule) for standing in found.standings],
    )  # fmt: skip


def _column(session: Session) -> ClassSession:
    return ClassSession(code=session.code, title=session.title, kind=session.kind, start=session.start,
                        end=session.end, required=session.required)  # fmt: skip


def _row(standing: Standing, sessions: list[Session], schedule: Schedule) -> ClassRow:
    by_session = {outcome.session.code: outcome for outcome in standing.outcomes}
    marks = [_mark(by_session[one.code]) if one.code in by_session else _OTHER_GROUP for one in sessions]
    who = standing.who
    return ClassRow(
        nip=who.nip.digits, name=who.name, group=who.group, unit=who.unit, marks=marks,
        state=_state(standing, schedule), jp=schedule.course.jp if standing.passed else 0,
        certificate=who.certificate, missing=_missing(standing, schedule.course, awaits=schedule.awaits),
        notes=standing.notes,
    )  # fmt: skip


def _mark(outcome: Outcome) -> Mark:
    if outcome.amount is None:
        return Mark(state=outcome.state)
    percent = "" if outcome.session.kind in (TASK, FORUM) else "%"
    return Mark(state=outcome.state, amount=f"{outcome.amount:g}{percent}")


def _state(standing: Standing, schedule: Schedule) -> str:
    if not standing.passed:
        open_still = any(one.state == PENDING for one in standing.outcomes if one.session.required)
        return N_("Berlangsung") if open_still else N_("Belum lulus")
    if not schedule.awaits or _is_validated(standing.implementation):
        return N_("Lulus")
    return N_("Lulus, JP ditahan")


def _missing(standing: Standing, course: Course, *, awaits: bool) -> list[tuple[str, dict[str, object]]]:
    """What is missing of the sessions, and of the implementation once they are passed."""
    found = [(text, dict(params)) for text, params in standing.missing(course.rules)]
    shown = standing.implementation
    if standing.passed and awaits and not _is_validated(shown):
        if shown is None or not shown.evidence:
            found.append((N_("Bukti implementasi rancangan belum ada."), {}))
        else:
            found.append((N_("Implementasi rancangan belum disetujui: %(status)s."), {"status": shown.status}))
    return found


def _is_validated(shown: Implementation | None) -> bool:
    return shown is not None and shown.validated
