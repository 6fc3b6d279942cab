"""What seals need of the database of the ledger: what a year's figures rest on, and the record of what was sealed."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, text

from xapi.audit.rule_set import RuleSet
from xapi.audit.seal.leaves import KEY_BYTES, Leaves, Set
from xapi.audit.store.ledger import FINDINGS, Ledger
from xapi.database import migrate, open_database, reading, writing

CURSOR = "SELECT cursor FROM ledger_state WHERE institution = :institution"
#: What may decide about a credit: a review of it, a release that it waits for, a void of any of these. And everything
#: that the report counts as unusable.
_AT_ONCE = 500  # rows: few enough to be gone before the garbage collector looks twice
_OF_CREDIT = "SELECT 1 FROM ledger_credit c WHERE c.institution = :institution AND c.year = :year{whose} AND"
_DECIDING = f"""
SELECT r.statement_id, r.seq FROM ledger_review r
WHERE r.institution = :institution AND EXISTS ({_OF_CREDIT} c.statement_id = r.target)
UNION ALL SELECT l.statement_id, l.seq FROM ledger_release l
WHERE l.institution = :institution
  AND EXISTS ({_OF_CREDIT} c.person = l.person AND c.activity = l.activity AND c.awaits = 1)"""
_CREDITS = f"""
SELECT c.statement_id, c.seq FROM ledger_credit c{{as_it_lies}}
WHERE c.institution = :institution AND c.year = :year{{whose}}
UNION ALL {_DECIDING}
UNION ALL SELECT v.statement_id, v.seq FROM ledger_void v
WHERE v.institution = :institution AND EXISTS ({_OF_CREDIT} c.statement_id = v.target)
UNION ALL SELECT v.statement_id, v.seq FROM ledger_void v
WHERE v.institution = :institution AND v.target IN (SELECT d.statement_id FROM ({_DECIDING}) d)"""
_UNUSABLE = f" UNION ALL SELECT statement_id, seq FROM ({FINDINGS}) f"
OF_YEAR = _CREDITS.format(whose="", as_it_lies="") + _UNUSABLE
#: For SQLite, which would look up each row by the index of persons; a year is most of a ledger.
OF_YEAR_AS_IT_LIES = _CREDITS.format(whose="", as_it_lies=" NOT INDEXED") + _UNUSABLE
OF_PERSON = _CREDITS.format(whose=" AND c.person = :person", as_it_lies="")
EMPLOYEES = "SELECT * FROM ledger_employee WHERE institution = :institution AND year = :year"
LINKS = """
SELECT DISTINCT actor, person FROM ledger_credit
WHERE institution = :institution AND year = :year AND actor <> person"""
WHOSE = " AND person = :person"
LAST = "SELECT number, root FROM ledger_seal_set WHERE institution = :institution AND name = :name ORDER BY number DESC"
UP_TO = """
SELECT size, changes FROM ledger_seal_set
WHERE institution = :institution AND name = :name AND number <= :number ORDER BY number"""
KNOWN = "SELECT MIN(number) FROM ledger_seal_set WHERE institution = :institution AND name = :name AND root = :root"
ADD = (
    "INSERT INTO ledger_seal_set (institution, name, number, root, size, changes)"
    " VALUES (:institution, :name, :number, :root, :size, :changes)"
)
ADD_RULES = (
    "INSERT INTO ledger_seal_rules (institution, hash, rules) VALUES (:institution, :hash, :rules)"
    " ON CONFLICT DO NOTHING"
)
RULES = "SELECT rules FROM ledger_seal_rules WHERE institution = :institution AND hash = :hash"


class Basis(NamedTuple):
    """What the figures of a year rest on, as the ledger has it at one moment.

    `statements` gives the `seq` of each by its id, `employees` the columns of each person that are filled, `links`
    pairs of pseudonyms: who was sent, and whose credit it is.
    """

    cursor: int
    statements: dict[str, int]
    employees: dict[str, dict[str, object]]
    links: list[tuple[str, str]]


def encoded_rules(rules: RuleSet) -> bytes:
    """The rule set as it is kept."""
    return msgspec.json.encode(rules, order="deterministic")


def rules_name(rules: RuleSet) -> str:
    """The hash (hex) under which the rule set is kept."""
    return sha256(encoded_rules(rules)).hexdigest()


class SealStore:
    """The seals of `institution` in the database of the ledger, migrated as `xapi.audit`.

    A set that was sealed is kept as what changed since the one before, under its root. It proves nothing by itself:
    what is recalled has the root that was asked for, or is not given out.
    """

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._here = {"institution": institution}

    @classmethod
    def beside(cls, ledger: Ledger) -> "SealStore":
        """The seals in the database of `ledger`."""
        return cls(ledger.engine, ledger.institution)

    def basis(self, year: int, person: str | None = None) -> Basis:
        """What the figures of `year` rest on, or of one `person` in it, in one snapshot."""
        with reading(self._engine) as connection:
            return basis_in(connection, self._here["institution"], year, person)

    def employees(self, year: int) -> dict[str, dict[str, object]]:
        """The columns of each person on the roster of `year` that are filled."""
        with reading(self._engine) as connection:
            return _employees(connection, self._here | {"year": year})

    def keep(self, name: str, found: Set) -> None:
        """Keeps the sealed set `name` (such as `2026/statements`); one that was kept before adds nothing."""
        root = found.root()
        with writing(self._engine) as connection:
            last = connection.execute(text(LAST), self._here | {"name": name}).first()
            if last is not None and (last.root == root or self._number(connection, name, root)):
                return
            number = last.number if last else 0
            before = self._fold(connection, name, number)
            size = len(next(iter(found.leaves.values()), b""))
            values = {"name": name, "number": number + 1, "root": root, "size": size}
            connection.execute(text(ADD), self._here | values | {"changes": _changes(before, found.leaves, size)})

    def recall(self, name: str, root: str) -> Set | None:
        """The sealed set `name` with this root, or None when it was not kept here or is not what was sealed."""
        with reading(self._engine) as connection:
            number = self._number(connection, name, root)
            found = Set(self._fold(connection, name, number)) if number else None
        return found if found is not None and found.root() == root else None

    def keep_rules(self, rules: RuleSet) -> str:
        """Keeps the rule set; returns the hash (hex) under which it is found again."""
        encoded = encoded_rules(rules)
        name = rules_name(rules)
        with writing(self._engine) as connection:
            connection.execute(text(ADD_RULES), self._here | {"hash": name, "rules": encoded.decode()})
        return name

    def rules(self, name: str) -> RuleSet | None:
        """The rule set kept under `name`; None when there is none, it was changed, or this release cannot read it."""
        with reading(self._engine) as connection:
            found = connection.execute(text(RULES), self._here | {"hash": name}).scalar()
        if found is None or sha256(found.encode()).hexdigest() != name:
            return None
        try:
            return msgspec.json.decode(found, type=RuleSet)
        except msgspec.DecodeError:
            return None

    def _number(self, connection: Connection, name: str, root: str) -> int:
        return int(connection.execute(text(KNOWN), self._here | {"name": name, "root": root}).scalar() or 0)

    def _fold(self, connection: Connection, name: str, number: int) -> dict[bytes, bytes]:
        """The set `name` as it was at `number`."""
        found: dict[bytes, bytes] = {}
        for size, changes in connection.execute(text(UP_TO), self._here | {"name": name, "number": number}):
            step = KEY_BYTES + size
            for at in range(0, len(changes) - step + 1, step):
                found[changes[at : at + KEY_BYTES]] = changes[at + KEY_BYTES : at + step]
        return {key: value for key, value in found.items() if any(value)}


def basis_in(connection: Connection, institution: str, year: int, person: str | None = None) -> Basis:
    """As `SealStore.basis`, in the transaction of `connection`."""
    values = {"institution": institution, "year": year, "person": person}
    whose = "" if person is None else WHOSE
    cursor = int(connection.execute(text(CURSOR), values).scalar() or 0)
    statements: dict[str, int] = {}
    of_year = OF_YEAR_AS_IT_LIES if connection.dialect.name == "sqlite" else OF_YEAR
    query = text(of_year if person is None else OF_PERSON)
    for some in connection.execute(query, values).partitions(_AT_ONCE):
        statements.update((row[0], row[1]) for row in some)
    employees = _employees(connection, values, whose)
    links = [(str(row[0]), str(row[1])) for row in connection.execute(text(f"{LINKS}{whose} ORDER BY 1, 2"), values)]
    return Basis(cursor, statements, employees, links)


def finding_count_in(connection: Connection, institution: str) -> int:
    """How many statements the ledger could not use, in the transaction of `connection`."""
    query = text(f"SELECT COUNT(*) FROM ({FINDINGS}) f")
    return int(connection.execute(query, {"institution": institution}).scalar_one())


def _employees(connection: Connection, values: Mapping[str, object], whose: str = "") -> dict[str, dict[str, object]]:
    return {
        str(row["person"]): {
            name: value
            for name, value in row.items()
            if name not in ("institution", "year", "person") and value not in (None, "")
        }
        for row in connection.execute(text(EMPLOYEES + whose), values).mappings()
    }


def _changes(before: Mapping[bytes, bytes], after: Leaves, size: int) -> bytes:
    """Keys and values that differ, one after the other; a value of zeros says that the key is gone."""
    size = size or len(next(iter(before.values()), b""))
    gone = [key + bytes(size) for key in sorted(before.keys() - after.keys())]
    new = [key + value for key, value in after.items() if before.get(key) != value]
    return b"".join(gone + new)


@contextmanager
def scratch_ledger(institution: str) -> Iterator[tuple[Ledger, SealStore]]:
    """An empty ledger in a file that is gone afterwards, and what a seal needs of it."""
    with tempfile.TemporaryDirectory(prefix="jampel-verify-") as folder:
        engine = open_database(Path(folder) / "ledger.db", durability="NORMAL")
        try:
            migrate(engine, "xapi.audit")
            yield Ledger(engine, institution), SealStore(engine, institution)
        finally:
            engine.dispose()
