"""How far each participant has come: what was done of every session, what is missing, and whether that passes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.lan_elearning.implementation import Implementation
from adapters.lan_elearning.participants import Participant
from adapters.lan_elearning.schedule import (
    CHAT,
    CLASSROOM,
    FORUM,
    TASK,
    TOGETHER,
    VIDEO,
    PassRules,
    Session,
)
from adapters.lan_elearning.traces import Reading, Trace
from adapters.remote import N_

DONE, LATE, SHORT, MISSING, PENDING = "done", "late", "short", "missing", "pending"
Said = tuple[str, Mapping[str, object]]
"""A message id of this package, and what fills it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a participant did of a `session`.

    `state` is done, late (a task after its time), short (less than the rules ask for), missing (nothing, and it is
    over) or pending (it is not over). `amount` is what counts: percent of the minutes or of the film, posts, or the
    score (None: none given). `minutes` someone was present, `first` and `last` are when they began and were done.
    """

    session: Session
    state: str
    amount: float | None = None
    minutes: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a participant is: the `outcomes` of their sessions, the `implementation` (None: not shown), whether the
    sessions are `passed`, and `notes` that change nothing (two sessions at once, a session of another group)."""

    who: Participant
    outcomes: Sequence[Outcome]
    implementation: Implementation | None
    passed: bool
    notes: Sequence[Said] = ()

    def missing(self, rules: PassRules) -> list[Said]:
        """What stands between the participant and the pass, one sentence for each session."""
        failed = [one for one in self.outcomes if one.session.required and one.state not in (DONE, PENDING)]
        return [_reason(one, rules) for one in failed]


def standings(reading: Reading, traces: Sequence[Trace], shown: Mapping[str, Implementation]) -> list[Standing]:
    """The standing of everyone in the list, in its order; `shown` are the implementations by NIP."""
    by_person: dict[str, list[Trace]] = {}
    for trace in traces:
        by_person.setdefault(trace.who.nip.digits, []).append(trace)
    return [
        _standing(who, by_person.get(who.nip.digits, []), shown.get(who.nip.digits), reading)
        for who in reading.people.listed
    ]


def _standing(who: Participant, traces: list[Trace], shown: Implementation | None, reading: Reading) -> Standing:
    mine = [session for session in reading.schedule.taught() if session.is_for(who.group)]
    by_session: dict[str, list[Trace]] = {}
    for trace in traces:
        by_session.setdefault(trace.session.code, []).append(trace)
    outcomes = [_outcome(session, by_session.get(session.code, []), reading) for session in mine]
    required = [one for one in outcomes if one.session.required]
    passed = bool(required) and all(one.state == DONE for one in required) and reading.schedule.ends() <= reading.now
    return Standing(who=who, outcomes=outcomes, implementation=shown, passed=passed, notes=_notes(who, traces))


def _outcome(session: Session, traces: list[Trace], reading: Reading) -> Outcome:
    if not traces:
        return Outcome(session=session, state=PENDING if session.end > reading.now else MISSING)
    return _JUDGES[session.kind](session, traces, reading.schedule.course.rules)


def _together(session: Session, traces: list[Trace], rules: PassRules) -> Outcome:
    """By the minutes of presence, those of several lines added up, no minute twice."""
    seconds, until = 0.0, session.start
    for trace in sorted(traces, key=lambda one: one.start):
        begin = max(trace.start, until)
        if trace.end > begin:
            seconds += (trace.end - begin).total_seconds()
            until = trace.end
    share = int(100 * seconds / (session.end - session.start).total_seconds())
    first, last = min(one.start for one in traces), max(one.end for one in traces)
    state = DONE if share >= rules.attendance else SHORT
    return Outcome(session=session, state=state, amount=share, minutes=int(seconds) // 60, first=first, last=last)


def _forum(session: Session, traces: list[Trace], rules: PassRules) -> Outcome:
    timely = sorted(trace.start for trace in traces if trace.start <= session.end)
    state = DONE if len(timely) >= rules.posts else SHORT if timely else LATE
    moments = timely or sorted(trace.start for trace in traces)
    return Outcome(session=session, state=state, amount=len(timely), first=moments[0], last=moments[-1])


def _task(session: Session, traces: list[Trace], rules: PassRules) -> Outcome:
    """By the best of what was handed in: in time before late, then by its score, then the earliest."""

    def rank(trace: Trace) -> tuple[bool, float, float]:
        return trace.start <= session.end, trace.value if trace.value is not None else -1.0, -trace.start.timestamp()

    best = max(traces, key=rank)
    late = best.start > session.end and not rules.late_tasks
    low = rules.score is not None and (best.value is None or best.value < rules.score)
    state = LATE if late else SHORT if low else DONE
    return Outcome(session=session, state=state, amount=best.value, first=best.start, last=best.start)


def _video(session: Session, traces: list[Trace], rules: PassRules) -> Outcome:
    timely = [trace for trace in traces if trace.start <= session.end]
    best = max(timely or traces, key=lambda one: (one.value or 0.0, -one.start.timestamp()))
    enough = (best.value or 0.0) >= rules.video
    state = (DONE if timely else LATE) if enough else SHORT
    return Outcome(session=session, state=state, amount=best.value or 0.0, first=best.start, last=best.start)


_JUDGES: Mapping[str, Callable[[Session, list[Trace], PassRules], Outcome]] = {
    CHAT: _together, CLASSROOM: _together, FORUM: _forum, TASK: _task, VIDEO: _video,
}  # fmt: skip


def _reason(one: Outcome, rules: PassRules) -> Said:
    session = {"session": one.session.code, "title": one.session.title}
    amount = f"{one.amount:g}" if one.amount is not None else "–"
    if one.state == MISSING:
        return _NOTHING[one.session.kind], session
    if one.state == LATE:
        return N_("%(session)s (%(title)s): terlambat, sesudah batas waktunya."), session
    least = {CHAT: rules.attendance, CLASSROOM: rules.attendance, FORUM: rules.posts, VIDEO: rules.video,
             TASK: rules.score or 0}[one.session.kind]  # fmt: skip
    return _TOO_LITTLE[one.session.kind], session | {"amount": amount, "least": least}


_NOTHING: Mapping[str, str] = {
    CHAT: N_("%(session)s (%(title)s): tidak hadir di live chat."),
    CLASSROOM: N_("%(session)s (%(title)s): tidak hadir di kelas."),
    FORUM: N_("%(session)s (%(title)s): tidak menulis di forum."),
    TASK: N_("%(session)s (%(title)s): tugas belum dikumpulkan."),
    VIDEO: N_("%(session)s (%(title)s): video belum ditonton."),
}
_TOO_LITTLE: Mapping[str, str] = {
    CHAT: N_("%(session)s (%(title)s): hadir %(amount)s persen, paling sedikit %(least)s persen."),
    CLASSROOM: N_("%(session)s (%(title)s): hadir %(amount)s persen, paling sedikit %(least)s persen."),
    FORUM: N_("%(session)s (%(title)s): %(amount)s tulisan tepat waktu, paling sedikit %(least)s."),
    TASK: N_("%(session)s (%(title)s): nilai tugas %(amount)s, paling sedikit %(least)s."),
    VIDEO: N_("%(session)s (%(title)s): video ditonton %(amount)s persen, paling sedikit %(least)s persen."),
}


def _notes(who: Participant, traces: Sequence[Trace]) -> list[Said]:
    """What an organiser should look at: sessions of other groups (not counted), and presence in two at once."""
    others = sorted({trace.session.code for trace in traces if not trace.session.is_for(who.group)})
    notes: list[Said] = [
        (N_("%(session)s: hadir di sesi kelompok lain; tidak dihitung."), {"session": code}) for code in others
    ]
    present = sorted((one for one in traces if one.session.kind in TOGETHER), key=lambda one: one.start)
    pairs: set[tuple[str, str]] = set()
    for place, before in enumerate(present):
        for after in present[place + 1 :]:
            if after.start >= before.end:
                break
            if after.session.code != before.session.code:
                pairs.add((before.session.code, after.session.code))
    text = N_("%(first)s dan %(second)s: tercatat hadir di dua sesi pada waktu yang sama.")
    return [*notes, *((text, {"first": first, "second": second}) for first, second in sorted(pairs))]
