"""A blended course as its organiser plans it: subjects with JP, sessions with times, and what it takes to pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

VIDEO, TASK, CHAT, FORUM, CLASSROOM, IMPLEMENTATION = (
    "video", "tugas", "live chat", "forum", "tatap muka", "implementasi",
)  # fmt: skip
KINDS = (VIDEO, TASK, CHAT, FORUM, CLASSROOM, IMPLEMENTATION)
ONLINE = frozenset({VIDEO, TASK, CHAT, FORUM})
TOGETHER = frozenset({CHAT, CLASSROOM})
"""The kinds in which people are present from the beginning to the end; the others may be done at any time between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A mata pelatihan: its `code`, `title`, and JP in hundredths."""

    code: str
    title: str
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A part of the course, from `start` to `end`: for a task, `end` is when it is due.

    `group` is "" for everyone. `required` sessions decide over the pass. `row` is where it stands in its table.
    """

    code: str
    subject: str
    title: str
    kind: str
    start: datetime
    end: datetime
    group: str
    required: bool
    row: int

    @property
    def minutes(self) -> int:
        """How long it lasts, in whole minutes, at least one."""
        return max(1, int((self.end - self.start).total_seconds()) // 60)

    def is_for(self, group: str) -> bool:
        """Whether the members of `group` take part."""
        return self.group in ("", group)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRules:
    """What a participant must reach: `attendance` percent of the minutes of a session that is held together, `video`
    percent of a film, `posts` in a forum, `score` of a task (None: any), and whether a late task counts."""

    attendance: int = 80
    video: int = 90
    posts: int = 1
    score: int | None = None
    late_tasks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course: `first` to `last` are its days in `zone`, `form` is a slug, `jp` in hundredths.

    `revision` is 1, and one more each time the recorded credits were taken back to be recorded anew. `counted` says
    which days the credit declares: those of the online sessions (`daring`) or all of them (`semua`).
    """

    code: str
    title: str
    organiser: str
    form: str
    zone: tzinfo
    zone_name: str
    first: date
    last: date
    counted: str
    subjects: Mapping[str, Subject]
    rules: PassRules
    revision: int = 1
    competency: str = ""
    international: bool | None = None

    @property
    def jp(self) -> int:
        """The JP of all subjects, in hundredths."""
        return sum(subject.jp for subject in self.subjects.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A `course` and its `sessions`, by their start."""

    course: Course
    sessions: Sequence[Session]

    @property
    def awaits(self) -> bool:
        """Whether a pass is held until the implementation has been shown."""
        return any(session.kind == IMPLEMENTATION for session in self.sessions)

    def taught(self) -> list[Session]:
        """The sessions that are attended or done, without the implementation afterwards."""
        return [session for session in self.sessions if session.kind != IMPLEMENTATION]

    def days(self) -> int:
        """How many days the credit declares, for the forms that are paid or capped by days."""
        online = [session for session in self.taught() if session.kind in ONLINE]
        sessions = online if online and self.course.counted == "daring" else self.taught()
        return len({day for session in sessions for day in _days_of(session, self.course.zone)}) or 1

    def ends(self) -> datetime:
        """When the last session that decides over the pass ends."""
        return max(session.end for session in self.taught())

    def begins(self) -> datetime:
        """When the first session begins."""
        return min(session.start for session in self.taught())


def _days_of(session: Session, zone: tzinfo) -> Iterator[date]:
    day, last = session.start.astimezone(zone).date(), session.end.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def overlaps(sessions: Sequence[Session]) -> list[tuple[Session, Session]]:
    """Each session that begins before an earlier one of the same people has ended, with that earlier one."""
    held = sorted((session for session in sessions if session.kind in TOGETHER), key=lambda one: one.start)
    found: dict[tuple[int, int], tuple[Session, Session]] = {}
    for group in sorted({session.group for session in held if session.group} or {""}):
        before: Session | None = None
        for session in (one for one in held if one.is_for(group)):
            if before is not None and session.start < before.end:
                found[before.row, session.row] = before, session
            if before is None or session.end > before.end:
                before = session
    return list(found.values())
