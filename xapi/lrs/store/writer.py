"""The one writer of the store: statements of many requests in one transaction, and whatever else must be written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from xapi.errors import LrsError
from xapi.lrs.store.attachments import add_contents
from xapi.lrs.store.definitions import Definitions, Marks
from xapi.lrs.store.group import GroupCommit
from xapi.lrs.store.insert import Numbers, Tail, insert_batch, read_tail
from xapi.lrs.store.rows import NewStatement
from xapi.lrs.store.session import Session, Sessions, chunks
from xapi.lrs.store.terms import Terms
from xapi.lrs.store.times import micros, uuid_text

Clock = Callable[[], datetime]
Same = Callable[[NewStatement, bytes], bool]
_MOST = 2000  # statements in one transaction; a larger batch stands alone


class Batch(NamedTuple):
    """Statements of one request; the parameters are those of `StatementStore.add`."""

    institution: str
    statements: Sequence[NewStatement]
    clock: Clock
    same: Same
    contents: Mapping[str, bytes]


class Alone(NamedTuple):
    """Something else to do in the write transaction."""

    work: Callable[[Session], None]


class _Learned(NamedTuple):
    """What a transaction has found out that may be remembered once it is committed."""

    institution: str
    number: int
    numbers: Numbers
    marks: Marks


Work = Batch | Alone


class Writer:
    """Writes what several threads ask for; what one of them gets refused does not touch the others."""

    def __init__(self, sessions: Sessions, terms: Terms) -> None:
        self._sessions = sessions
        self._terms = terms
        self._definitions = Definitions()
        self._last = -1  # the seq of the last statement that this process knows to be stored
        self._group: GroupCommit[Work] = GroupCommit(self._commit, _size, _MOST)

    def add(self, batch: Batch) -> None:
        """Stores all of `batch` or nothing, as `StatementStore.add` says."""
        self._group.do(batch)

    def alone(self, work: Callable[[Session], None]) -> None:
        """Runs `work` in the write transaction, and returns when it is committed; raises what it raises."""
        self._group.do(Alone(work))

    def _commit(self, works: Sequence[Work], wait: bool) -> list[Exception | None]:
        errors: list[Exception | None] = [None] * len(works)
        learned: list[_Learned] = []
        batches = [(place, work) for place, work in enumerate(works) if isinstance(work, Batch)]
        with self._sessions.write(wait=wait) as session:
            if batches:
                tail = self._tail(session)
                for institution in dict.fromkeys(work.institution for _, work in batches):
                    some = [(place, work) for place, work in batches if work.institution == institution]
                    tail = self._store(session, some, tail, errors, learned)
            for place, work in enumerate(works):
                if isinstance(work, Alone):
                    errors[place] = _run(session, work, shared=len(works) > 1)
        if batches:
            self._last = tail.seq
        for one in learned:
            self._terms.remember(one.institution, one.number, one.numbers)
            self._definitions.remember(one.marks)
        return errors

    def _tail(self, session: Session) -> Tail:
        tail = read_tail(session)
        if tail.seq != self._last:
            self._definitions.forget()
        return tail

    def _store(
        self,
        session: Session,
        batches: Sequence[tuple[int, Batch]],
        tail: Tail,
        errors: list[Exception | None],
        learned: list[_Learned],
    ) -> Tail:
        """Stores those `batches` of one institution that have no conflict; returns the new end of the store."""
        _, first = batches[0]
        number = self._terms.add_institution(session, first.institution)
        known = _known(session, number, batches)
        fresh: list[NewStatement] = []
        contents: dict[str, bytes] = {}
        for place, batch in batches:
            errors[place] = _conflict(batch, known)
            if errors[place] is None:
                new = [one for one in batch.statements if one.id not in known]
                known.update((one.id, one) for one in new)
                fresh += new
                contents |= batch.contents
        numbers: Numbers = {}
        if fresh:
            now = micros(first.clock())
            numbers = insert_batch(session, self._terms, number, fresh, now=now, tail=tail)
            tail = Tail(tail.seq + len(fresh), max(now, tail.stored + 1) + len(fresh) - 1)
        if contents:
            add_contents(session, number, contents)
        marks = self._definitions.add(session, number, numbers, fresh)
        learned.append(_Learned(first.institution, number, numbers, marks))
        return tail


Known = dict[bytes, "bytes | NewStatement"]


def _known(session: Session, number: int, batches: Sequence[tuple[int, Batch]]) -> Known:
    """The bodies of those statements whose ids are there already."""
    found: Known = {}
    for some in chunks(one.id for _, batch in batches for one in batch.statements):
        condition, values = session.any_of("id", some)
        found.update(
            (row[0], row[1])
            for row in session.all(
                f"SELECT id, body FROM statement WHERE {condition} AND +institution = ?", (*values, number)
            )
        )
    return found


def _conflict(batch: Batch, known: Known) -> LrsError | None:
    for new in batch.statements:
        there = known.get(new.id)
        if there is not None:
            body = there if isinstance(there, bytes) else there.head + b"}"
            if not batch.same(new, body):
                return LrsError("lrs.conflict", "another statement has this id", status=409, id=uuid_text(new.id))
    return None


def _run(session: Session, work: Alone, *, shared: bool) -> Exception | None:
    """Does `work`; when it fails, what it did is taken back, and the rest of a shared transaction stays."""
    try:
        if shared:
            with session.keep():
                work.work(session)
        else:
            work.work(session)
    except LrsError as error:
        if not shared:
            raise
        return error
    return None


def _size(work: Work) -> int:
    return len(work.statements) if isinstance(work, Batch) else 1
