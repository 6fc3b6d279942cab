"""Who is who inside one transaction: persons, their NIPs and accounts, who waits, and aliases."""

from collections.abc import Iterable

from sqlalchemy import Connection, Select, Table, bindparam, delete, insert, select, update
from sqlalchemy.sql import ColumnElement

from xapi.clock import Ids
from xapi.people.store.tables import account, alias, nip, person, waiting

ASKED_AT_ONCE = 500  # numbers in one query
# asked for at every launch, so they are made once
_OF_ACCOUNT = select(account.c.person).where(
    account.c.institution == bindparam("institution"),
    account.c.issuer == bindparam("issuer"),
    account.c.subject == bindparam("subject"),
)
_NIPS_OF = (
    select(nip.c.nip)
    .where(nip.c.institution == bindparam("institution"), nip.c.person == bindparam("person"))
    .order_by(nip.c.seq)
)
#: The person of an account, whether a NIP is theirs, and whether they wait to be matched.
KNOWN = (
    "SELECT account.person,"
    " EXISTS (SELECT 1 FROM nip WHERE nip.institution = :institution AND nip.person = account.person"
    " AND nip.nip = :nip),"
    " EXISTS (SELECT 1 FROM waiting WHERE waiting.institution = :institution AND waiting.person = account.person)"
    " FROM account"
    " WHERE account.institution = :institution AND account.issuer = :issuer AND account.subject = :subject"
)
OF_NIP = "SELECT person FROM nip WHERE institution = :institution AND nip = :nip"
#: Whether a pseudonym is that of somebody whose processing is suspended.
IS_FROZEN = (
    "SELECT 1 FROM frozen WHERE institution = :institution AND (person = :person OR person ="
    " (SELECT person FROM alias WHERE institution = :institution AND alias = :person))"
)
#: What a person is made of who comes with an account that nobody knows.
NEWCOMER = (
    "INSERT INTO person (institution, id, name) VALUES (:institution, :person, :name)",
    "INSERT INTO account (institution, issuer, subject, person, first_seen)"
    " VALUES (:institution, :issuer, :subject, :person, :now)",
    "INSERT INTO waiting (institution, person, issuer, subject, name, first_seen)"
    " VALUES (:institution, :person, :issuer, :subject, :name, :now)",
)
NEW_NIP = "INSERT INTO nip (institution, nip, person) VALUES (:institution, :nip, :person)"
_WAITS = select(waiting.c.person).where(
    waiting.c.institution == bindparam("institution"), waiting.c.person == bindparam("person")
)
_INSERTS = {table: insert(table) for table in (account, alias, nip, person, waiting)}  # made once, as above


class Identities:
    """The identities of one institution, over one open `connection`; every query is of that institution alone."""

    def __init__(self, connection: Connection, institution: str) -> None:
        self.connection = connection
        self.institution = institution

    def of_account(self, issuer: str, subject: str) -> str | None:
        """The person an LMS account was linked to earlier."""
        return self._one(_OF_ACCOUNT, issuer=issuer, subject=subject)

    def of_nip(self, number: str) -> str | None:
        """The person who has this NIP (18 digits)."""
        return self._one(select(nip.c.person).where(self._here(nip), nip.c.nip == number))

    def of_nips(self, numbers: Iterable[str]) -> dict[str, str]:
        """The persons who have these NIPs, by NIP."""
        found: dict[str, str] = {}
        wanted = list(dict.fromkeys(numbers))
        for first in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[first : first + ASKED_AT_ONCE]
            query = select(nip.c.nip, nip.c.person).where(self._here(nip), nip.c.nip.in_(some))
            found.update((row.nip, row.person) for row in self.connection.execute(query))
        return found

    def nips_of(self, person_id: str) -> list[str]:
        """The NIPs of a person, the newest last."""
        rows = self.connection.execute(_NIPS_OF, {"institution": self.institution, "person": person_id})
        return [row.nip for row in rows]

    def name_of(self, person_id: str) -> str | None:
        """The name of a person, None when there is no such person."""
        return self._one(select(person.c.name).where(self._here(person), person.c.id == person_id))

    def canonical(self, person_id: str) -> str:
        """The person that an alias stands for, else the id itself."""
        return self._one(select(alias.c.person).where(self._here(alias), alias.c.alias == person_id)) or person_id

    def waits(self, person_id: str) -> bool:
        """Whether nobody has said yet who this person is."""
        return self._one(_WAITS, person=person_id) is not None

    def add_person(self, ids: Ids, name: str) -> str:
        """A new person with a random id."""
        new = ids().hex
        self._insert(person, id=new, name=name)
        return new

    def rename(self, person_id: str, name: str) -> None:
        """Gives a person another name."""
        here = (self._here(person), person.c.id == person_id)
        self.connection.execute(update(person).where(*here).values(name=name))

    def add_nip(self, person_id: str, number: str) -> None:
        """Gives a person one more NIP."""
        self._insert(nip, nip=number, person=person_id)

    def add_account(self, person_id: str, issuer: str, subject: str, now: int) -> None:
        """Links an LMS account to a person."""
        self._insert(account, issuer=issuer, subject=subject, person=person_id, first_seen=now)

    def add_waiting(self, person_id: str, issuer: str, subject: str, name: str, now: int) -> None:
        """Puts a person into the list of those that wait to be matched."""
        self._insert(waiting, person=person_id, issuer=issuer, subject=subject, name=name, first_seen=now)

    def stop_waiting(self, person_id: str) -> None:
        """Takes a person from the waiting list."""
        self.connection.execute(delete(waiting).where(self._here(waiting), waiting.c.person == person_id))

    def merge(self, old: str, into: str) -> None:
        """Makes `old` an alias of `into`: accounts, NIPs and earlier aliases follow; the old id stays readable."""
        for table in (account, nip, alias):
            self.connection.execute(update(table).where(self._here(table), table.c.person == old).values(person=into))
        self.stop_waiting(old)
        self._insert(alias, alias=old, person=into)

    def _here(self, table: Table) -> ColumnElement[bool]:
        return table.c.institution == self.institution

    def _one(self, query: Select, **values: object) -> str | None:
        """The one value that `query` finds; `values` are those of its parameters, beside the institution."""
        parameters = {**values, "institution": self.institution} if values else {}
        found: str | None = self.connection.execute(query, parameters).scalar_one_or_none()
        return found

    def _insert(self, table: Table, **values: object) -> None:
        self.connection.execute(_INSERTS[table], {"institution": self.institution, **values})
