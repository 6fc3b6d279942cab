"""Writes a batch of new statements inside one transaction: rows, relations, references, voiding.

Rows go in by multi-row VALUES of a few fixed sizes: the driver gives up the interpreter lock at every statement it
runs, so one statement for 500 rows keeps its pace beside busy threads where 500 statements do not.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from sqlite3 import Connection

from xapi.lrs.store.rows import NewStatement
from xapi.lrs.store.terms import Terms, chunks, marks
from xapi.lrs.store.times import text_of_micros

RELATED_ACTIVITY, RELATED_AGENT, DIRECT_AGENT = 0, 1, 2
_KINDS = 4
_SIZES = (500, 100, 20, 5, 1)
_LONGEST_CHAIN = 64  # a chain of references is followed no further, or n statements in a row would make n² rows
_STATEMENT = (
    "seq, institution, stored, voided, agent, verb, activity, registration, authority, id, target, voids, source, body",
    14,
)
_RELATION = ("key, seq, institution", 3)
_DESCRIBED = "institution, agent, verb, activity, registration, authority"


def relation_key(term: int, kind: int) -> int:
    """The key under which `relation` holds a related activity or agent."""
    return term * _KINDS + kind


def insert_batch(
    database: Connection, terms: Terms, institution: str, batch: Sequence[NewStatement], now: int
) -> dict[str, int]:
    """Stores `batch`, none of whose ids is there yet, and returns the numbers of its terms.

    Each statement gets the next `seq` and a `stored` of at least `now` (microseconds), later than every one before it,
    even when the clock went back.
    """
    number = terms.add_institution(database, institution)
    numbers = terms.add(database, number, _texts(batch))
    last, stored = database.execute("SELECT seq, stored FROM statement ORDER BY seq DESC LIMIT 1").fetchone() or (0, 0)
    first = max(now, stored + 1)
    rows: list[tuple] = []
    relations: list[tuple[int, int, int]] = []
    for place, new in enumerate(batch):
        seq = last + 1 + place
        rows.append(_row(new, seq, number, first + place, numbers))
        relations.extend((key, seq, number) for key in _relation_keys(new, numbers))
    _insert(database, "statement", _STATEMENT, rows)
    _insert(database, "relation", _RELATION, sorted(relations))
    _connect(database, number, {new.id: last + 1 + place for place, new in enumerate(batch)}, batch)
    return numbers


def _texts(batch: Sequence[NewStatement]) -> set[str]:
    texts: set[str] = set()
    for new in batch:
        texts.update(
            (new.agent, new.verb, new.authority), new.direct_agents, new.related_agents, new.related_activities
        )
        if new.activity is not None:
            texts.add(new.activity)
        if new.registration is not None:
            texts.add(new.registration)
    return texts


def _row(new: NewStatement, seq: int, number: int, stored: int, numbers: dict[str, int]) -> tuple:
    moment = text_of_micros(stored).encode()
    timestamp = b',"timestamp":"%b"' % moment if new.needs_timestamp else b""
    return (
        seq,
        number,
        stored,
        0,
        numbers[new.agent],
        numbers[new.verb],
        None if new.activity is None else numbers[new.activity],
        None if new.registration is None else numbers[new.registration],
        numbers[new.authority],
        new.id,
        new.target,
        new.voids,
        new.source,
        b'%b,"stored":"%b"%b}' % (new.head, moment, timestamp),
    )


def _relation_keys(new: NewStatement, numbers: dict[str, int]) -> set[int]:
    keys = {relation_key(numbers[text], RELATED_ACTIVITY) for text in new.related_activities}
    keys.update(relation_key(numbers[text], RELATED_AGENT) for text in new.related_agents)
    keys.update(relation_key(numbers[text], DIRECT_AGENT) for text in new.direct_agents)
    return keys


@lru_cache(maxsize=64)
def _insert_sql(table: str, columns: str, width: int, size: int) -> str:
    row = f"({marks(width)})"
    return f"INSERT INTO {table} ({columns}) VALUES {','.join([row] * size)}"


def _insert(database: Connection, table: str, shape: tuple[str, int], rows: Sequence[tuple]) -> None:
    columns, width = shape
    start = 0
    for size in _SIZES:
        sql = _insert_sql(table, columns, width, size)
        while len(rows) - start >= size:
            database.execute(sql, tuple(chain.from_iterable(rows[start : start + size])))
            start += size


def _connect(database: Connection, number: int, seqs: dict[bytes, int], batch: Sequence[NewStatement]) -> None:
    """Voids what the batch voids, and what was voided before it came; records who refers to whom."""
    edges = []
    for ids in chunks(seqs, 500):
        sql = f"SELECT seq, target, voids FROM statement WHERE institution = ? AND target IN ({marks(len(ids))})"
        for seq, target, voids in database.execute(sql, (number, *ids)).fetchall():
            edges.append((seq, seqs[target]))
            if voids:
                database.execute("UPDATE statement SET voided = 1 WHERE seq = ? AND voids = 0", (seqs[target],))
    for new in batch:
        if new.target is not None and new.target not in seqs:
            where = "WHERE id = ? AND institution = ?"
            row = database.execute(f"SELECT seq FROM statement {where}", (new.target, number)).fetchone()
            if row:
                edges.append((seqs[new.id], row[0]))
                if new.voids:
                    database.execute(f"UPDATE statement SET voided = 1 {where} AND voids = 0", (new.target, number))
    for seq, target in edges:
        _add_reference(database, seq, target)


def _add_reference(database: Connection, seq: int, target: int) -> None:
    """Makes `seq`, and all that refer to it, refer to `target` and all that it refers to."""
    above = [seq, *(row[0] for row in database.execute("SELECT seq FROM reference WHERE target = ?", (seq,)))]
    chained = database.execute("SELECT target FROM reference WHERE seq = ? LIMIT ?", (target, _LONGEST_CHAIN))
    below = [target, *(row[0] for row in chained)]
    sql = (
        f"INSERT OR IGNORE INTO reference (seq, target, {_DESCRIBED}) SELECT ?, seq, {_DESCRIBED} FROM statement"
        f" WHERE seq IN ({marks(len(below))}) AND seq != ?"
    )
    database.executemany(sql, [(upper, *below, upper) for upper in above])
