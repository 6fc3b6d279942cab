"""Finds statements by the filters of the standard, newest or oldest first, through the index that fits.

A statement is found by what it says itself and, when it refers to another statement, by what that one says
(Communication 2.1.3). So a filter becomes one branch per way to match. Each branch walks one index in the order of
`seq` and stops when the page is full, whatever the size of the store; the page is merged from those of the branches.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from xapi.lrs.store.insert import (
    AGENT_AND_VERB,
    DIRECT_AGENT,
    RELATED_ACTIVITY,
    RELATED_AGENT,
    relation_key,
)
from xapi.lrs.store.rows import Filter, agent_and_verb
from xapi.lrs.store.session import Row, Session
from xapi.lrs.store.terms import Terms

_RESULT = "s.seq, s.id, s.stored, s.source, s.body"
_PREFERENCE = ("registration", "agent", "relation", "activity", "authority", "verb")  # what tends to match least first
_FEW = (
    200,
    2_000,
    20_000,
    80_000,
)  # entries in the range; an index with fewer is walked without asking for a better one


class Condition(NamedTuple):
    """One way to match: a column has the value, or `relation` (column is "relation") has the key."""

    column: str
    value: int


class Bounds(NamedTuple):
    """The part of the store to look at, as SQL on `{seq}`, and its values."""

    sql: str
    values: tuple[int, ...]


class Page(NamedTuple):
    """Where branches look, in which direction, and how many rows they need."""

    bounds: Bounds
    direction: str
    limit: int


class Table(NamedTuple):
    """How a branch reads the rows that describe statements: those themselves, or what is known of what they refer to.

    `described` is the alias of the describing rows; the rest is where to read from when a column drives, when a
    relation does, how a further relation is looked up, and DISTINCT when a statement can come more than once.
    """

    described: str
    by_column: str
    by_relation: str
    lookup: str
    distinct: str


class Branch(NamedTuple):
    """One way to match: FROM … LIMIT with its values, and the column that is its `seq`."""

    sql: str
    seq: str
    distinct: str
    values: tuple[int, ...]


_THEMSELVES = Table(
    "s",
    "statement s",
    "relation d JOIN statement s ON s.seq = d.seq",
    "relation k WHERE k.key = ? AND k.seq = s.seq",
    "",
)
_REFERRING = Table(
    "r",
    "reference r JOIN statement s ON s.seq = r.seq",
    "reference_relation d JOIN reference r ON r.seq = d.seq AND r.target = d.target JOIN statement s ON s.seq = d.seq",
    "reference_relation k WHERE k.key = ? AND k.seq = r.seq AND k.target = r.target",
    "DISTINCT ",
)
Conditions = tuple[Condition, ...]


def search(session: Session, terms: Terms, number: int, wanted: Filter) -> list[Row]:
    """Rows (seq, id, stored, source, body) of institution `number` that match, in its order, at most its limit."""
    direction = "ASC" if wanted.ascending else "DESC"
    own = _owner(session, terms, number, wanted)
    ways = _ways(session, terms, number, wanted)
    if ways is None or own is None:
        return []
    if not ways and not own:
        return _everything(session, number, wanted, direction)
    bounds = _bounds(session, number, wanted)
    if bounds is None:
        return []
    page = Page(bounds, direction, wanted.limit)
    return _run(session, [branch for some in product(*ways) for branch in _branches(session, some, own, page)], page)


def _owner(session: Session, terms: Terms, number: int, wanted: Filter) -> Conditions | None:
    """The condition that a statement is the authority's own; None when that one has none."""
    if wanted.authority is None:
        return ()
    term = terms.find(session, number, wanted.authority)
    return None if term is None else (Condition("authority", term),)


def _bounds(session: Session, number: int, wanted: Filter) -> Bounds | None:
    parts: list[tuple[str, int]] = []
    for comparison, order, bound, moment in (
        (">", "ASC", ">=", wanted.since),
        ("<=", "DESC", "<=", wanted.until),
    ):
        if moment is None:
            continue
        sql = (
            f"SELECT seq FROM statement WHERE institution = ? AND stored {comparison} ? ORDER BY stored {order} LIMIT 1"
        )
        row = session.one(sql, (number, moment))
        if row is None:
            return None
        parts.append((bound, row[0]))
    if wanted.after_seq is not None:
        parts.append((">", wanted.after_seq))
    if wanted.before_seq is not None:
        parts.append(("<", wanted.before_seq))
    return Bounds("".join(f" AND {{seq}} {sign} ?" for sign, _ in parts), tuple(value for _, value in parts))


def _ways(session: Session, terms: Terms, number: int, wanted: Filter) -> list[list[Condition]] | None:
    """For each filter the ways to match it; None when one can match nothing, because no statement has its value."""
    found: dict[str, int] = {}
    for column, text in zip(Filter._fields[:4], wanted[:4], strict=True):
        if text is not None:
            term = terms.find(session, number, text)
            if term is None:
                return None
            found[column] = term
    paired = None
    if wanted.related_agents and wanted.agent is not None and wanted.verb is not None:
        paired = terms.find(session, number, agent_and_verb(wanted.agent, wanted.verb))
    ways = [_ways_of(column, term, wanted, paired) for column, term in found.items()]
    return [[way for way in some if way.column != "relation" or _is_related(session, way.value)] for some in ways]


def _ways_of(column: str, term: int, wanted: Filter, paired: int | None) -> list[Condition]:
    ways = [Condition(column, term)]
    if column == "agent" and wanted.related_agents:
        ways.append(Condition("authority", term))
        if wanted.verb is None:
            ways.append(Condition("relation", relation_key(term, RELATED_AGENT)))
        elif paired is not None:
            ways.append(Condition("relation", relation_key(paired, AGENT_AND_VERB)))
    elif column == "agent":
        ways.append(Condition("relation", relation_key(term, DIRECT_AGENT)))
    elif column == "activity" and wanted.related_activities:
        ways.append(Condition("relation", relation_key(term, RELATED_ACTIVITY)))
    return ways


def _is_related(session: Session, key: int) -> bool:
    return session.one("SELECT 1 FROM relation WHERE key = ? LIMIT 1", (key,)) is not None


def _branches(session: Session, conditions: Conditions, own: Conditions, page: Page) -> Iterator[Branch]:
    """The branch of statements that match themselves and, when there are any, of those that refer to a match.

    Only statements that are `own` are wanted, whatever they refer to.
    """
    yield _branch(session, _THEMSELVES, (*conditions, *own), (), page)
    if conditions and _is_referred_to(session, conditions):
        yield _branch(session, _REFERRING, conditions, own, page)


def _is_referred_to(session: Session, conditions: Conditions) -> bool:
    """Whether any statement refers to one that meets the condition which tends to match least."""
    column, value = min(conditions, key=_rank)
    table, name = ("reference_relation", "key") if column == "relation" else ("reference", column)
    return session.one(f"SELECT 1 FROM {table} WHERE {name} = ? LIMIT 1", (value,)) is not None


def _branch(session: Session, table: Table, conditions: Conditions, own: Conditions, page: Page) -> Branch:
    """One branch; a plus before a column keeps the database from walking another index than that of the driver."""
    driver = _driver(session, table, conditions, page.bounds)
    source, seq, start = _start(table, driver)
    sql = f"FROM {source} WHERE {start}{page.bounds.sql.format(seq=seq)}"
    values = [driver.value, *page.bounds.values]
    for condition in conditions:
        if condition is not driver:
            related = condition.column == "relation"
            one = f"EXISTS (SELECT 1 FROM {table.lookup})" if related else f"+{table.described}.{condition.column} = ?"
            sql += f" AND {one}"
            values.append(condition.value)
    for condition in own:
        sql += f" AND +s.{condition.column} = ?"
        values.append(condition.value)
    sql += f" AND s.voided = 0 ORDER BY {seq} {page.direction} LIMIT ?"
    return Branch(sql, seq, table.distinct, (*values, page.limit))


def _start(table: Table, driver: Condition) -> tuple[str, str, str]:
    """Where a branch reads from, the column that is its seq, and the condition of its index."""
    if driver.column == "relation":
        return table.by_relation, "d.seq", "d.key = ?"
    return table.by_column, f"{table.described}.seq", f"{table.described}.{driver.column} = ?"


def _driver(session: Session, table: Table, conditions: Conditions, bounds: Bounds) -> Condition:
    """The condition whose index is walked: one with few entries in the range, else the usual order decides.

    Counting ends at a few entries, then at more: a walk over the longest index for a match that never comes would cost
    far more than looking which is the shortest.
    """
    ranked = sorted(conditions, key=_rank)
    for most in _FEW if len(ranked) > 1 else ():
        for condition in ranked:
            if _count(session, table, condition, bounds, most) < most:
                return condition
    return ranked[0]


def _count(session: Session, table: Table, condition: Condition, bounds: Bounds, most: int) -> int:
    """How many entries the index of `condition` has in the range, counted up to `most`."""
    source, seq, start = _start(table, condition)
    part = f"SELECT 1 FROM {source.partition(' JOIN')[0]} WHERE {start}{bounds.sql.format(seq=seq)} LIMIT {most}"
    row = session.one(f"SELECT count(*) FROM ({part}) few", (condition.value, *bounds.values))
    return int(row[0]) if row else 0


def _rank(condition: Condition) -> int:
    return _PREFERENCE.index(condition.column)


def _run(session: Session, branches: list[Branch], page: Page) -> list[Row]:
    if len(branches) == 1:
        return session.all(f"SELECT {_RESULT} {branches[0].sql}", branches[0].values)
    parts = [
        f"SELECT seq FROM (SELECT {one.distinct}{one.seq} AS seq {one.sql}) b{place}"
        for place, one in enumerate(branches)
    ]
    whole = (
        f"SELECT {_RESULT} FROM ({' UNION '.join(parts)} ORDER BY seq {page.direction} LIMIT ?) m"
        f" JOIN statement s ON s.seq = m.seq ORDER BY m.seq {page.direction}"
    )
    return session.all(whole, (*(value for one in branches for value in one.values), page.limit))


def _everything(session: Session, number: int, wanted: Filter, direction: str) -> list[Row]:
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
    return session.all(sql, (*values, wanted.limit))
