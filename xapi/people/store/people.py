"""The people store of one institution: each door is one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, select

from xapi.clock import Ids, from_milliseconds, to_milliseconds
from xapi.database import reading, writing
from xapi.errors import PeopleError
from xapi.flush_database import writing_together
from xapi.identity import Nip, mask_nip, parse_nip
from xapi.list_database import SqlList
from xapi.people.person import Employee, Resolution, RosterEntry, Stay, Waiting
from xapi.people.store.employments import employees, histories, stays
from xapi.people.store.erasures import ErasureLog
from xapi.people.store.identities import IS_FROZEN, KNOWN, NEW_NIP, NEWCOMER, OF_NIP, Identities
from xapi.people.store.layouts import LayoutStore
from xapi.people.store.matches import MatchStore
from xapi.people.store.merges import merge_people
from xapi.people.store.roster_preview import RosterPreview
from xapi.people.store.roster_writer import Applied, Change, RosterWriter, Tick, applied
from xapi.people.store.standards import StandardStore
from xapi.people.store.subjects import SubjectStore
from xapi.people.store.tables import alias, employment, waiting
from xapi.quick_database import Quick
from xapi.vocabulary import JAMPEL

FOUND = 50  # people that a search shows


class PeopleStore:
    """Who the persons of `institution` (id, 32 hex) are, in the database of `engine` (migrated as "xapi.people").

    `ids` gives the random ids that stand for persons in statements; once given, an id never changes.
    """

    def __init__(self, engine: Engine, institution: str, ids: Ids) -> None:
        self._engine = engine
        self._quick = Quick(engine)
        self._ids = ids
        self.institution = institution
        self.home_page = f"{JAMPEL}instansi/{institution}"
        self.layouts = LayoutStore(engine, institution)
        self.erasures = ErasureLog(engine, institution)
        self.matches = MatchStore(engine, institution)
        self.standards = StandardStore(engine, institution)
        self.subjects = SubjectStore(engine, institution)

    def of(self, institution: str) -> "PeopleStore":
        """The people of another institution in the same database."""
        return PeopleStore(self._engine, institution, self._ids)

    def actor(self, person: str) -> dict[str, object]:
        """The xAPI Agent that stands for `person` (xAPI 1.0.3 Data 2.4.2.1): a pseudonym, nothing else."""
        return {"objectType": "Agent", "account": {"homePage": self.home_page, "name": person}}

    def resolve(
        self, issuer: str, subject: str, nip: Nip | str | None = None, name: str | None = None, *, now: datetime
    ) -> Resolution:
        """The person behind the LMS account (`issuer`, `subject`), made when there is none.

        By an earlier link of the account; else by `nip`, as the LMS gives it (what is no NIP is passed over); else a
        new person that waits to be matched. A person who waits is matched as soon as a known NIP arrives. Atomic: the
        same unknown account twice at once is one person.
        """
        number = _number(nip)
        found = self._known_at_once(issuer, subject, number) or self._add_newcomer(issuer, subject, number, name, now)
        if found is not None:
            return found
        with writing_together(self._engine) as connection:
            identities = Identities(connection, self.institution)
            known = self._known(identities, issuer, subject, number)
            return known or self._link_or_add(identities, issuer, subject, number, name or "", to_milliseconds(now))

    def _add_newcomer(
        self, issuer: str, subject: str, number: str | None, name: str | None, now: datetime
    ) -> Resolution | None:
        """A new person for an account that nobody knows, as when a class begins; None where there is more to think."""
        here = {"institution": self.institution, "issuer": issuer, "subject": subject, "nip": number or ""}
        with self._quick.writing() as run:
            if run(KNOWN, here) or (number is not None and run(OF_NIP, here)):
                return None
            person = self._ids().hex
            values = here | {"person": person, "name": name or "", "now": to_milliseconds(now)}
            for statement in (*NEWCOMER, *([NEW_NIP] if number is not None else [])):
                run(statement, values)
        return Resolution(person, False)

    def _known_at_once(self, issuer: str, subject: str, number: str | None) -> Resolution | None:
        """As `_known`, in one query: every launch asks for it."""
        here = {"institution": self.institution, "issuer": issuer, "subject": subject, "nip": number or ""}
        row = self._quick.first(KNOWN, here)
        return _resolution(str(row[0]), number is None or bool(row[1]), waits=bool(row[2])) if row else None

    def _known(self, identities: Identities, issuer: str, subject: str, number: str | None) -> Resolution | None:
        """The resolution when nothing has to be written."""
        person = identities.of_account(issuer, subject)
        if person is None:
            return None
        same = number is None or number in identities.nips_of(person)
        return _resolution(person, same, waits=identities.waits(person))

    def _link_or_add(
        self, identities: Identities, issuer: str, subject: str, number: str | None, name: str, now: int
    ) -> Resolution:
        of_account = identities.of_account(issuer, subject)
        of_nip = identities.of_nip(number) if number is not None else None
        if of_account is not None:  # it waits, and a NIP that it does not have has arrived
            return self._match(identities, of_account, of_nip, number or "", now)
        if of_nip is not None:
            identities.add_account(of_nip, issuer, subject, now)
            return Resolution(of_nip, not identities.waits(of_nip))
        person = identities.add_person(self._ids, name)
        identities.add_account(person, issuer, subject, now)
        identities.add_waiting(person, issuer, subject, name, now)
        if number is not None:
            identities.add_nip(person, number)
        return Resolution(person, False)

    def _match(self, identities: Identities, person: str, of_nip: str | None, number: str, now: int) -> Resolution:
        if of_nip is not None and of_nip != person:
            merge_people(identities, person, of_nip, now=now, decided_by="", rule="nip")
            return Resolution(of_nip, not identities.waits(of_nip))
        if identities.nips_of(person):  # a second unknown number on one account: only people can tell
            return Resolution(person, False, conflict=True)
        identities.add_nip(person, number)
        return Resolution(person, False)

    def is_frozen(self, person: str) -> bool:
        """Whether the processing of this person's data, or of whom this alias stands for, is suspended."""
        return self._quick.first(IS_FROZEN, {"institution": self.institution, "person": person}) is not None

    def by_account(self, issuer: str, subject: str) -> str | None:
        """The person whom an LMS account was linked to at a launch, or None; unlike `resolve` this makes nobody."""
        with reading(self._engine) as connection:
            return Identities(connection, self.institution).of_account(issuer, subject)

    def employees_by_account(self, issuer: str, subjects: Iterable[str]) -> dict[str, Employee]:
        """Those of the LMS accounts (`issuer`, each of `subjects`) that are linked, in their latest position; this
        makes nobody."""
        with reading(self._engine) as connection:
            identities = Identities(connection, self.institution)
            persons = {subject: identities.of_account(issuer, subject) for subject in dict.fromkeys(subjects)}
            return {
                subject: found[0]
                for subject, person in persons.items()
                if person and (found := employees(connection, self.institution, person_id=person))
            }

    def by_nip(self, nip: Nip | str) -> str | None:
        """The person who has `nip`, or None. Raises PeopleError when the text is no NIP."""
        return self._of_nip(parse_nip(nip).digits)

    def _of_nip(self, number: str) -> str | None:
        row = self._quick.first(OF_NIP, {"institution": self.institution, "nip": number})
        return str(row[0]) if row else None

    def person_of(self, nip: Nip | str) -> str:
        """As `by_nip`; raises PeopleError `people.unknown_nip` when nobody has it."""
        found = self.by_nip(nip)
        if found is None:
            raise PeopleError("people.unknown_nip", "nobody has this number", masked=mask_nip(parse_nip(nip).digits))
        return found

    def ensure_nip(self, nip: Nip | str, name: str | None = None) -> str:
        """The person who has `nip`, made with `name` when there is none. Raises PeopleError when it is no NIP."""
        number = parse_nip(nip).digits
        return self._of_nip(number) or self._ensure({number: name or ""})[number]

    def ensure_nips(self, names: Mapping[Nip | str, str | None]) -> None:
        """As `ensure_nip` for many, by NIP with their names, in one transaction."""
        wanted = {parse_nip(nip).digits: name or "" for nip, name in names.items()}
        if missing := {number: name for number, name in wanted.items() if self._of_nip(number) is None}:
            self._ensure(missing)

    def _ensure(self, names: Mapping[str, str]) -> dict[str, str]:
        """The person behind each number, made where there is none."""
        found = {}
        with writing(self._engine) as connection:
            identities = Identities(connection, self.institution)
            for number, name in names.items():
                person = identities.of_nip(number)
                if person is None:
                    person = identities.add_person(self._ids, name)
                    identities.add_nip(person, number)
                found[number] = person
        return found

    def by_nips(self, numbers: Iterable[str]) -> dict[str, str]:
        """The persons who have these `numbers` (18 digits each), by number; this makes nobody."""
        with reading(self._engine) as connection:
            return Identities(connection, self.institution).of_nips(numbers)

    def add_nip(self, person: str, nip: Nip | str) -> None:
        """Gives `person` one more NIP, as after a new contract. Raises PeopleError when another person has it."""
        number = parse_nip(nip).digits
        with writing(self._engine) as connection:
            identities = Identities(connection, self.institution)
            person = self._existing(identities, person)
            owner = identities.of_nip(number)
            if owner is not None and owner != person:
                raise PeopleError("people.nip_taken", "another person has this NIP")
            if owner is None:
                identities.add_nip(person, number)

    def waiting(self) -> list[Waiting]:
        """Who waits to be matched, the longest first."""
        here = waiting.c.institution == self.institution
        query = select(waiting).where(here).order_by(waiting.c.first_seen, waiting.c.person)
        with reading(self._engine) as connection:
            return [
                Waiting(row.person, row.issuer, row.subject, row.name, from_milliseconds(row.first_seen))
                for row in connection.execute(query)
            ]

    def count_waiting(self) -> int:
        """How many wait to be matched."""
        query = select(func.count()).select_from(waiting).where(waiting.c.institution == self.institution)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def waiting_list(self) -> SqlList:
        """The same for a page: `person`, `issuer`, `subject`, `name` and `first_seen` (a moment)."""
        query = select(waiting).where(waiting.c.institution == self.institution)
        newest = ("first_seen", "person")
        return SqlList(self._engine, query, searched=("name",), newest=newest, read=_waiting_row)

    def waiting_one(self, person: str) -> Waiting | None:
        """Who waits under this id."""
        query = select(waiting).where(waiting.c.institution == self.institution, waiting.c.person == person)
        with reading(self._engine) as connection:
            row = connection.execute(query.limit(1)).first()
        if row is None:
            return None
        return Waiting(row.person, row.issuer, row.subject, row.name, from_milliseconds(row.first_seen))

    def link(self, waiting_person: str, person: str, *, now: datetime, decided_by: str = "") -> None:
        """Says that `waiting_person` is `person`: its accounts follow, its id becomes an alias; it can be undone.

        Raises PeopleError `people.not_waiting`, `people.unknown_person`, or `people.same_person`.
        """
        with reading(self._engine) as connection:
            if not Identities(connection, self.institution).waits(waiting_person):
                raise PeopleError("people.not_waiting", "this person does not wait to be matched")
        self.matches.merge(waiting_person, person, now, decided_by=decided_by, rule="hand")

    def canonical(self) -> dict[str, str]:
        """For each alias the person it stands for; every other id stands for itself."""
        query = select(alias.c.alias, alias.c.person).where(alias.c.institution == self.institution)
        with reading(self._engine) as connection:
            return {row.alias: row.person for row in connection.execute(query)}

    def has_roster(self) -> bool:
        """Whether anybody has ever been in a roster."""
        query = select(employment.c.person).where(employment.c.institution == self.institution).limit(1)
        with reading(self._engine) as connection:
            return connection.execute(query).first() is not None

    def roster(self, as_of: date) -> list[Employee]:
        """Everyone employed on the day `as_of`, by OPD and name."""
        with reading(self._engine) as connection:
            return employees(connection, self.institution, as_of=as_of)

    def employee(self, person: str, as_of: date | None = None) -> Employee | None:
        """`person` (or whom this alias stands for) as employed on `as_of`, by default in the latest position.

        None when there is no such person, or with `as_of` no employment on that day. Someone never in a roster has an
        empty OPD and status.
        """
        with reading(self._engine) as connection:
            known = Identities(connection, self.institution).canonical(person)
            found = employees(connection, self.institution, as_of=as_of, person_id=known)
            return found[0] if found else None

    def history(self, person: str) -> list[Stay]:
        """Where `person` (or whom this alias stands for) has worked, the earliest first."""
        with reading(self._engine) as connection:
            known = Identities(connection, self.institution).canonical(person)
            return stays(histories(connection, self.institution, [known]).get(known, []))

    def find(self, text: str) -> list[Employee]:
        """Up to 50 people whose name or OPD contains `text`, or whose NIP begins with it (4 digits or more)."""
        if not text.strip():
            return []
        with reading(self._engine) as connection:
            aliases = select(alias.c.alias).where(alias.c.institution == self.institution)
            merged = set(connection.execute(aliases).scalars())
            found = employees(connection, self.institution, text=text.strip(), limit=FOUND + len(merged))
            return [employee for employee in found if employee.person not in merged][:FOUND]

    def apply_roster(
        self, entries: Sequence[RosterEntry], today: date, *, keep_good: bool
    ) -> list[Change | PeopleError]:
        """Brings the store to what `entries` say, in one transaction; for each what changed, or why it could not.

        When one could not, nothing is written, unless `keep_good`.
        """
        return self.apply_entries(entries, today, keep_good=keep_good).outcomes

    def apply_entries(
        self,
        entries: Sequence[RosterEntry],
        today: date,
        *,
        keep_good: bool,
        dry: bool = False,
        most_leaving: float | None = None,
        tick: Tick = lambda _entries: None,
    ) -> Applied:
        """As `apply_roster`; with `most_leaving` who is employed and not among `entries` leaves today.

        Raises PeopleError `people.many_leave` when they are a larger share of the employed than `most_leaving`. With
        `dry` nothing is written, and nobody who writes has to wait. `tick` hears how many entries are done.
        """
        if dry:
            with reading(self._engine) as connection:
                preview = RosterPreview(connection, self.institution, self._ids, today)
                return applied(preview, entries, keep_good=keep_good, most_leaving=most_leaving, tick=tick)
        with self._engine.connect().execution_options(jampel_writes=True) as connection, connection.begin() as change:
            writer = RosterWriter(connection, self.institution, self._ids, today)
            done = applied(writer, entries, keep_good=keep_good, most_leaving=most_leaving, tick=tick)
            if done.bad and not keep_good:
                change.rollback()
        return done

    def _existing(self, identities: Identities, person: str) -> str:
        known = identities.canonical(person)
        if identities.name_of(known) is None:
            raise PeopleError("people.unknown_person", "no such person")
        return known


def _resolution(person: str, same: bool, *, waits: bool) -> Resolution | None:
    """The resolution of an account of `person`; `same`: it brings no number but theirs. None: to be written."""
    if same:
        return Resolution(person, not waits)
    return None if waits else Resolution(person, True, conflict=True)


def _number(nip: Nip | str | None) -> str | None:
    """The digits of `nip`, None when the LMS gave none or something else in its place."""
    if nip is None:
        return None
    try:
        return parse_nip(nip).digits
    except PeopleError:
        return None


def _waiting_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "first_seen": from_milliseconds(row["first_seen"])}
