"""The rights of data subjects in the people store: freezing, erasing, what was erased, and the record of processing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, or_, select

from xapi.clock import from_milliseconds, to_milliseconds
from xapi.database import reading, writing
from xapi.erasing_database import erasing
from xapi.errors import PeopleError
from xapi.list_database import SqlList
from xapi.people.store.corrections import correct
from xapi.people.store.employments import histories, stays
from xapi.people.store.erasures import add_marks, remember_erasures
from xapi.people.store.identities import Identities
from xapi.people.store.tables import (
    account,
    alias,
    employment,
    frozen,
    match_refused,
    nip,
    person,
    person_merge,
    subject_log,
    waiting,
)
from xapi.people.subject import Erasure, Frozen, LogLine, PersonRecord, link


class SubjectStore:
    """What concerns the rights of the people of `institution`; each door is one transaction.

    Whoever decided something (`decided_by`) and on what `basis` is written to the record with it.
    """

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self.institution = institution

    def record_of(self, person_id: str) -> PersonRecord | None:
        """Everything known of a person, or of whom this alias stands for; None when there is no such person."""
        with reading(self._engine) as connection:
            return record_of(connection, self.institution, person_id)

    def require_record(self, person_id: str) -> PersonRecord:
        """As `record_of`; raises PeopleError `people.unknown_person` when there is no such person."""
        found = self.record_of(person_id)
        if found is None:
            raise PeopleError("people.unknown_person", "no such person")
        return found

    def freeze(self, person_id: str, now: datetime, *, basis: str, decided_by: str) -> bool:
        """Suspends the processing of a person; False when it is suspended already."""
        with writing(self._engine) as connection:
            who = self._existing(connection, person_id)
            values = {"at": to_milliseconds(now), "basis": basis, "decided_by": decided_by}
            known = select(frozen.c.person).where(frozen.c.institution == self.institution, frozen.c.person == who)
            if connection.execute(known).first() is not None:
                return False
            connection.execute(insert(frozen).values(institution=self.institution, person=who, **values))
            note(connection, self.institution, "freeze", now, who=who, basis=basis, decided_by=decided_by)
            return True

    def unfreeze(self, person_id: str, now: datetime, *, basis: str, decided_by: str) -> bool:
        """Ends the suspension; False when there is none."""
        with writing(self._engine) as connection:
            who = self._existing(connection, person_id)
            mine = (frozen.c.institution == self.institution, frozen.c.person == who)
            if not connection.execute(delete(frozen).where(*mine)).rowcount:
                return False
            note(connection, self.institution, "unfreeze", now, who=who, basis=basis, decided_by=decided_by)
            return True

    def frozen(self) -> dict[str, Frozen]:
        """Who is frozen, by pseudonym; the aliases of a person are among them."""
        here = frozen.c.institution == self.institution
        aliases = select(alias.c.alias, alias.c.person).where(alias.c.institution == self.institution)
        with reading(self._engine) as connection:
            rows = connection.execute(select(frozen).where(here)).all()
            found = {row.person: Frozen(row.person, from_milliseconds(row.at), row.basis, row.decided_by)
                     for row in rows}  # fmt: skip
            if found:
                found |= {row.alias: found[row.person] for row in connection.execute(aliases) if row.person in found}
        return found

    def erase(
        self, person_id: str, now: datetime, *, basis: str, decided_by: str, statements: Iterable[str], detail: str = ""
    ) -> tuple[str, ...]:
        """Forgets who a person is: their pseudonyms, which are returned, stand for nobody from now on.

        Of their `statements` (ids) a mark is kept, by which an audit can tell what was erased by law from what was
        removed. What is gone is overwritten in an SQLite file at once; PostgreSQL does so at its next VACUUM.
        """
        with erasing(self._engine) as connection:
            found = record_of(connection, self.institution, person_id)
            if found is None:
                raise PeopleError("people.unknown_person", "no such person")
            forget(connection, self.institution, found.pseudonyms)
            remember_erasures(connection, Erasure(self.institution, "", now, basis, decided_by), found.pseudonyms)
            add_marks(connection, self.institution, statements, now)
            note(connection, self.institution, "erase", now, who=found.pseudonyms[0], basis=basis,
                 decided_by=decided_by, detail=detail)  # fmt: skip
        return found.pseudonyms

    def correct(
        self, person_id: str, changes: Mapping[str, str], now: datetime, *, basis: str, decided_by: str
    ) -> None:
        """Sets right what is wrong about a person (art. 6): their `name`, newest `nip`, or fields of their last
        employment. Raises PeopleError when the number is another person's, or there is no employment to set right.
        """
        with writing(self._engine) as connection:
            who = self._existing(connection, person_id)
            correct(connection, self.institution, who, changes)
            note(connection, self.institution, "correct", now, who=who, basis=basis, decided_by=decided_by,
                 detail=" ".join(sorted(changes)))  # fmt: skip

    def mark(self, statements: Iterable[str], now: datetime) -> None:
        """Keeps the marks of statements that are destroyed because their time is over."""
        with writing(self._engine) as connection:
            add_marks(connection, self.institution, statements, now)

    def count(self) -> int:
        """How many people there are, aliases left out."""
        others = select(alias.c.alias).where(alias.c.institution == self.institution)
        mine = (person.c.institution == self.institution, person.c.id.not_in(others))
        with reading(self._engine) as connection:
            return int(connection.execute(select(func.count()).select_from(person).where(*mine)).scalar_one())

    def gone_before(self, day: date) -> list[str]:
        """Whose last employment ended before a day; who never had one is not among them."""
        lasting = employment.alias("lasting")
        still = or_(lasting.c.valid_to.is_(None), lasting.c.valid_to >= day.isoformat())
        stays_on = select(lasting.c.person).where(lasting.c.institution == self.institution, still)
        mine = (employment.c.institution == self.institution, employment.c.person.not_in(stays_on))
        with reading(self._engine) as connection:
            query = select(employment.c.person).where(*mine).distinct().order_by(employment.c.person)
            return list(connection.execute(query).scalars())

    def note(
        self, action: str, now: datetime, *, basis: str, decided_by: str, person_id: str = "", detail: str = ""
    ) -> None:
        """Adds a line to the record of processing."""
        with writing(self._engine) as connection:
            note(connection, self.institution, action, now, who=person_id, basis=basis, decided_by=decided_by,
                 detail=detail)  # fmt: skip

    def log(self, *, person_id: str | None = None, limit: int | None = None) -> list[LogLine]:
        """The record of processing, the newest first; of one pseudonym alone with `person_id`."""
        query = select(subject_log).where(subject_log.c.institution == self.institution)
        if person_id is not None:
            query = query.where(subject_log.c.person == person_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(subject_log.c.seq.desc()).limit(limit)).all()
        return [_line(row) for row in rows]

    def listed(self) -> SqlList:
        """The same record for a page: rows with `at` (a moment) and the other fields of a LogLine."""
        query = select(subject_log).where(subject_log.c.institution == self.institution)
        searched = ("person", "decided_by", "basis", "detail")
        return SqlList(self._engine, query, searched=searched, newest=("seq",), read=_row)

    def first_broken(self) -> int | None:
        """The number of the first line of the record that was changed, or before which one is missing; else None.

        That the last lines are missing shows only against a copy of the record.
        """
        before = ""
        for line in reversed(self.log()):
            at = to_milliseconds(line.at)
            before = link(before, at, line.action, line.person, line.basis, line.decided_by, line.detail)
            if line.chain != before:
                return line.seq
        return None

    def _existing(self, connection: Connection, person_id: str) -> str:
        identities = Identities(connection, self.institution)
        known = identities.canonical(person_id)
        if identities.name_of(known) is None:
            raise PeopleError("people.unknown_person", "no such person")
        return known


def record_of(connection: Connection, institution: str, person_id: str) -> PersonRecord | None:
    """Everything that the store has of a person."""
    identities = Identities(connection, institution)
    who = identities.canonical(person_id)
    name = identities.name_of(who)
    if name is None:
        return None
    aliases = select(alias.c.alias).where(alias.c.institution == institution, alias.c.person == who)
    accounts = select(account).where(account.c.institution == institution, account.c.person == who)
    freeze = select(frozen).where(frozen.c.institution == institution, frozen.c.person == who)
    cold = connection.execute(freeze).one_or_none()
    return PersonRecord(
        pseudonyms=(who, *sorted(connection.execute(aliases).scalars())),
        name=name,
        nips=tuple(identities.nips_of(who)),
        accounts=tuple(
            (row.issuer, row.subject, from_milliseconds(row.first_seen))
            for row in connection.execute(accounts.order_by(account.c.issuer, account.c.subject))
        ),
        stays=tuple(stays(histories(connection, institution, [who]).get(who, []))),
        waits=identities.waits(who),
        frozen=Frozen(who, from_milliseconds(cold.at), cold.basis, cold.decided_by) if cold else None,
    )


def forget(connection: Connection, institution: str, pseudonyms: Sequence[str]) -> None:
    """Deletes everything that says who the `pseudonyms` are."""
    own = list(pseudonyms)
    for table in (waiting, account, nip, employment, frozen):
        connection.execute(delete(table).where(table.c.institution == institution, table.c.person.in_(own)))
    pairs = ((alias, "alias", "person"), (match_refused, "person", "other"), (person_merge, "old", "target"))
    for table, one, other in pairs:
        either = or_(table.c[one].in_(own), table.c[other].in_(own))
        connection.execute(delete(table).where(table.c.institution == institution, either))
    connection.execute(delete(person).where(person.c.institution == institution, person.c.id.in_(own)))


def note(
    connection: Connection, institution: str, action: str, now: datetime, *, basis: str, decided_by: str,
    who: str = "", detail: str = "",
) -> None:  # fmt: skip
    """Adds a line to the record of processing, chained to the one before it."""
    last = select(subject_log.c.chain).where(subject_log.c.institution == institution)
    before = connection.execute(last.order_by(subject_log.c.seq.desc()).limit(1)).scalar_one_or_none() or ""
    at = to_milliseconds(now)
    values = {"at": at, "action": action, "person": who, "basis": basis, "decided_by": decided_by, "detail": detail}
    chain = link(before, at, action, who, basis, decided_by, detail)
    connection.execute(insert(subject_log).values(institution=institution, chain=chain, **values))


def _line(row: Row[Any]) -> LogLine:
    at = from_milliseconds(row.at)
    return LogLine(row.seq, at, row.action, row.person, row.basis, row.decided_by, row.detail, row.chain)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "at": from_milliseconds(row["at"])}
