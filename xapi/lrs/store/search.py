"""Finds statements by the filters of the standard, newest or oldest first, through the index that fits.

A statement is found by what it says itself and, when it refers to another statement, by what that one says
(Communication 2.1.3). So a filter becomes one branch per way to match, each in the order of an index, and SQLite
merges the branches.
"""

from dataclasses import dataclass, field
from itertools import product
from sqlite3 import Connection
from typing import NamedTuple

from xapi.lrs.store.insert import DIRECT_AGENT, RELATED_ACTIVITY, RELATED_AGENT, relation_key
from xapi.lrs.store.rows import Filter
from xapi.lrs.store.terms import Terms

_DRIVERS = ("registration", "agent", "activity", "authority", "verb")  # the most selective index first
_RESULT = "s.seq, s.id, s.stored, s.source, s.body"


class Condition(NamedTuple):
    """One way to match: a column has the value, or `relation` (column is None) has the key."""

    column: str | None
    value: int


class Branch(NamedTuple):
    """One way to match as SQL with its values; `ordered` is the table whose seq comes in the order of an index."""

    sql: str
    ordered: str
    values: list[int]


@dataclass
class Bounds:
    """The part of the store to look at, as SQL on the column seq, and its values."""

    sql: str = ""
    values: list[int] = field(default_factory=list)

    def add(self, comparison: str, value: int) -> None:
        self.sql += f" AND {{seq}} {comparison} ?"
        self.values.append(value)


def search(database: Connection, terms: Terms, institution: str, wanted: Filter) -> list[tuple]:
    """Rows (seq, id, stored, source, body) of `institution` that match `wanted`, in its order, at most its limit."""
    number = terms.institution(database, institution)
    bounds = _bounds(database, number, wanted) if number is not None else None
    if number is None or bounds is None:
        return []
    ways, own = _ways(database, terms, number, wanted), _own(database, terms, number, wanted)
    if ways is None or own is None:
        return []
    direction = "ASC" if wanted.ascending else "DESC"
    if not ways and not own:
        return _everything(database, number, wanted, direction)
    branches = [branch for conditions in product(*ways) for branch in _branches(database, conditions, bounds, own)]
    return _run(database, branches, wanted, direction)


def _bounds(database: Connection, number: int, wanted: Filter) -> Bounds | None:
    bounds = Bounds()
    for comparison, order, bound, moment in (
        (">", "ASC", ">=", wanted.since),
        ("<=", "DESC", "<=", wanted.until),
    ):
        if moment is None:
            continue
        sql = (
            f"SELECT seq FROM statement WHERE institution = ? AND stored {comparison} ? ORDER BY stored {order} LIMIT 1"
        )
        row = database.execute(sql, (number, moment)).fetchone()
        if row is None:
            return None
        bounds.add(bound, row[0])
    if wanted.after_seq is not None:
        bounds.add(">", wanted.after_seq)
    if wanted.before_seq is not None:
        bounds.add("<", wanted.before_seq)
    return bounds


def _ways(database: Connection, terms: Terms, number: int, wanted: Filter) -> list[list[Condition]] | None:
    """For each filter the ways to match it; None when one can match nothing, because no statement has its value."""
    ways = []
    for column, text in zip(Filter._fields[:4], wanted[:4], strict=True):
        if text is None:
            continue
        term = terms.find(database, number, text)
        if term is None:
            return None
        ways.append([way for way in _ways_of(column, term, wanted) if way.column or _related(database, way.value)])
    return ways


def _own(database: Connection, terms: Terms, number: int, wanted: Filter) -> tuple[Condition, ...] | None:
    """The condition that a statement itself has the authority asked for, if one is; None when no statement has it."""
    if wanted.authority is None:
        return ()
    term = terms.find(database, number, wanted.authority)
    return None if term is None else (Condition("authority", term),)


def _ways_of(column: str, term: int, wanted: Filter) -> list[Condition]:
    ways = [Condition(column, term)]
    if column == "agent" and wanted.related_agents:
        ways += [Condition("authority", term), Condition(None, relation_key(term, RELATED_AGENT))]
    elif column == "agent":
        ways.append(Condition(None, relation_key(term, DIRECT_AGENT)))
    elif column == "activity" and wanted.related_activities:
        ways.append(Condition(None, relation_key(term, RELATED_ACTIVITY)))
    return ways


def _related(database: Connection, key: int) -> bool:
    return database.execute("SELECT 1 FROM relation WHERE key = ? LIMIT 1", (key,)).fetchone() is not None


def _branches(
    database: Connection, conditions: tuple[Condition, ...], bounds: Bounds, own: tuple[Condition, ...]
) -> list[Branch]:
    """The branch of statements that match themselves and, when there are any, of those that refer to a match."""
    branches = [_branch((*conditions, *own), bounds, "statement s", "s", "s.seq")]
    if not conditions:
        return branches
    driver = _driver(conditions)
    probe = f"SELECT 1 FROM reference WHERE {driver} = ? LIMIT 1" if driver else "SELECT 1 FROM reference LIMIT 1"
    values = [condition.value for condition in conditions if driver and condition.column == driver]
    if database.execute(probe, values).fetchone():
        joined = "reference r CROSS JOIN statement s ON s.seq = r.seq"
        sql, ordered, some = _branch(conditions, bounds, joined, "r", "r.target")
        authored = "".join(f" AND +s.{condition.column} = ?" for condition in own)
        branches.append(Branch(sql + authored, ordered, [*some, *(condition.value for condition in own)]))
    return branches


def _branch(conditions: tuple[Condition, ...], bounds: Bounds, table: str, described: str, link: str) -> Branch:
    """One branch; a plus before a column keeps SQLite from using a less selective index."""
    driver = _driver(conditions)
    joins, where, join_values, values = "", ["s.voided = 0"], [], []
    for place, condition in enumerate(conditions):
        if condition.column is None:
            joins += f" JOIN relation k{place} ON k{place}.key = ? AND k{place}.seq = {link}"
            join_values.append(condition.value)
        else:
            sign = "" if condition.column == driver else "+"
            where.append(f"{sign}{described}.{condition.column} = ?")
            values.append(condition.value)
    limits = bounds.sql.format(seq=f"{described}.seq")
    sql = f"{{columns}} FROM {table}{joins} WHERE {' AND '.join(where)}{limits}"
    related = next((f"k{place}" for place, condition in enumerate(conditions) if condition.column is None), "s")
    ordered = related if driver is None and described == "s" else described
    return Branch(sql, ordered, [*join_values, *values, *bounds.values])


def _driver(conditions: tuple[Condition, ...]) -> str | None:
    columns = {condition.column for condition in conditions}
    if None in columns and columns & set(_DRIVERS) <= {"verb"}:
        return None  # a related agent or activity is more selective than a verb
    return next((column for column in _DRIVERS if column in columns), None)


def _run(database: Connection, branches: list[Branch], wanted: Filter, direction: str) -> list[tuple]:
    if len(branches) == 1:
        sql, _, values = branches[0]
        whole = f"SELECT {sql.format(columns=_RESULT)} ORDER BY s.seq {direction} LIMIT ?"
        return database.execute(whole, (*values, wanted.limit)).fetchall()
    union = " UNION ".join("SELECT " + sql.format(columns=f"{ordered}.seq AS seq") for sql, ordered, _ in branches)
    whole = (
        f"SELECT {_RESULT} FROM ({union} ORDER BY seq {direction} LIMIT ?) m"
        f" CROSS JOIN statement s ON s.seq = m.seq ORDER BY m.seq {direction}"
    )
    values = [value for _, _, some in branches for value in some]
    return database.execute(whole, (*values, wanted.limit)).fetchall()


def _everything(database: Connection, number: int, wanted: Filter, direction: str) -> list[tuple]:
    """All statements of the institution; `stored` rises with seq, so its index gives them in order."""
    where, values = ["s.institution = ?", "s.voided = 0"], [number]
    of_seq = "(SELECT stored FROM statement WHERE seq = ?)"
    for comparison, place, value in (
        (">", "?", wanted.since),
        ("<=", "?", wanted.until),
        (">", of_seq, wanted.after_seq),
        ("<", of_seq, wanted.before_seq),
    ):
        if value is not None:
            where.append(f"s.stored {comparison} {place}")
            values.append(value)
    sql = f"SELECT {_RESULT} FROM statement s WHERE {' AND '.join(where)} ORDER BY s.stored {direction} LIMIT ?"
    return database.execute(sql, (*values, wanted.limit)).fetchall()
