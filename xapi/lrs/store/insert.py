"""Writes new statements inside one transaction: rows, relations, references, voiding."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xapi.lrs.store.rows import NewStatement
from xapi.lrs.store.session import Row, Session, Shape, chunks
from xapi.lrs.store.terms import Terms
from xapi.lrs.store.times import text_of_micros

RELATED_ACTIVITY, RELATED_AGENT, DIRECT_AGENT, AGENT_AND_VERB = range(4)
_KINDS = 4
_LONGEST_CHAIN = 64  # a chain of references is followed no further, or n statements in a row would make n² rows
_STATEMENT = Shape(
    "statement",
    (
        "seq", "institution", "stored", "voided", "agent", "verb", "activity", "registration", "authority", "id",
        "target", "voids", "source", "body",
    ),
    (
        "int8", "int4", "int8", "int2", "int4", "int4", "int4", "int4", "int4", "bytea",
        "bytea", "int2", "text", "bytea",
    ),
)  # fmt: skip
_RELATION = Shape("relation", ("key", "seq", "institution"), ("int8", "int8", "int4"))
_DESCRIBED = "institution, agent, verb, activity, registration, authority"
Numbers = Mapping[str, int]


class Tail(NamedTuple):
    """The last statement of the store: its seq and its `stored` in microseconds; zeros when there is none."""

    seq: int
    stored: int


def read_tail(session: Session) -> Tail:
    """The end of the store, which only the writer can rely on."""
    row = session.one("SELECT seq, stored FROM statement ORDER BY seq DESC LIMIT 1")
    return Tail(*row) if row else Tail(0, 0)


def relation_key(term: int, kind: int) -> int:
    """The key under which `relation` holds a related activity or agent."""
    return term * _KINDS + kind


def insert_batch(
    session: Session, terms: Terms, number: int, batch: Sequence[NewStatement], *, now: int, tail: Tail
) -> Numbers:
    """Stores `batch` for the institution `number`, none of whose ids is there yet; returns the numbers of its terms.

    Each statement gets the next `seq` after `tail` and a `stored` of at least `now` (microseconds), later than every
    one before it, even when the clock went back.
    """
    numbers = terms.add(session, number, _texts(batch))
    first, stored = tail.seq + 1, max(now, tail.stored + 1)
    session.insert(_STATEMENT, list(_rows(batch, numbers, number, Tail(first, stored))))
    session.insert(_RELATION, list(_relations(batch, numbers, number, first)))
    _connect(session, number, {new.id: first + place for place, new in enumerate(batch)}, batch)
    return numbers


def _texts(batch: Sequence[NewStatement]) -> set[str]:
    texts: set[str] = set()
    for new in batch:
        texts.update((new.agent, new.verb, new.authority))
        if new.activity is not None:
            texts.add(new.activity)
        if new.registration is not None:
            texts.add(new.registration)
        if new.related_activities:
            texts.update(new.related_activities)
        if new.direct_agents:
            texts.update(new.direct_agents)
        if new.related_agents:
            texts.update(new.related_agents)
            texts.update(new.agents_and_verb)
    return texts


def _rows(batch: Sequence[NewStatement], numbers: Numbers, number: int, first: Tail) -> Iterator[Row]:
    seq, stored = first
    for new in batch:
        moment = text_of_micros(stored).encode()
        timestamp = b',"timestamp":"%b"' % moment if new.needs_timestamp else b""
        yield (
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
            int(new.voids),
            new.source,
            b'%b,"stored":"%b"%b}' % (new.head, moment, timestamp),
        )
        seq, stored = seq + 1, stored + 1


def _relations(batch: Sequence[NewStatement], numbers: Numbers, number: int, first: int) -> list[Row]:
    """The rows of `relation`, sorted by key, so that each page of the table is written once."""
    found: set[Row] = set()
    add = found.add
    for seq, new in enumerate(batch, first):
        for text in new.related_activities:
            add((numbers[text] * _KINDS + RELATED_ACTIVITY, seq, number))
        if new.related_agents:
            for text in new.related_agents:
                add((numbers[text] * _KINDS + RELATED_AGENT, seq, number))
            for text in new.agents_and_verb:
                add((numbers[text] * _KINDS + AGENT_AND_VERB, seq, number))
        for text in new.direct_agents:
            add((numbers[text] * _KINDS + DIRECT_AGENT, seq, number))
    return sorted(found)


def _connect(session: Session, number: int, seqs: dict[bytes, int], batch: Sequence[NewStatement]) -> None:
    """Voids what the batch voids, and what was voided before it came; records who refers to whom."""
    edges: list[tuple[int, int]] = []
    voided: list[int] = []
    for seq, target, voids in _targeting(session, number, list(seqs)):
        edges.append((seq, seqs[target]))
        voided += [seqs[target]] * voids
    pointing = [new for new in batch if new.target is not None and new.target not in seqs]
    there = _seqs_of(session, number, list({new.target for new in pointing if new.target is not None}))
    for new in pointing:
        if new.target in there:
            edges.append((seqs[new.id], there[new.target]))
            voided += [there[new.target]] * new.voids
    for some in chunks(sorted(set(voided))):
        condition, values = session.any_of("seq", some)
        session.run(f"UPDATE statement SET voided = 1 WHERE {condition} AND voids = 0", values)
    for seq, target in edges:
        _add_reference(session, seq, target)


def _targeting(session: Session, number: int, ids: list[bytes]) -> Iterator[Row]:
    """The statements that refer to one of `ids`: (seq, target, whether it voids)."""
    for some in chunks(ids):
        condition, values = session.any_of("target", some)
        sql = f"SELECT seq, target, voids FROM statement WHERE +institution = ? AND {condition}"
        yield from session.all(sql, (number, *values))


def _seqs_of(session: Session, number: int, ids: list[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for some in chunks(ids):
        condition, values = session.any_of("id", some)
        found.update(
            (row[0], row[1])
            for row in session.all(f"SELECT id, seq FROM statement WHERE +institution = ? AND {condition}",
                                   (number, *values))
        )  # fmt: skip
    return found


def _add_reference(session: Session, seq: int, target: int) -> None:
    """Makes `seq`, and all that refer to it, refer to `target` and all that it refers to."""
    above = [seq, *(row[0] for row in session.all("SELECT seq FROM reference WHERE target = ?", (seq,)))]
    chained = session.all("SELECT target FROM reference WHERE seq = ? LIMIT ?", (target, _LONGEST_CHAIN))
    below, values = session.any_of("seq", [target, *(row[0] for row in chained)])
    related, targets = session.any_of("target", [target, *(row[0] for row in chained)])
    for upper in above:
        session.run(
            f"INSERT INTO reference (seq, target, {_DESCRIBED}) SELECT ?, seq, {_DESCRIBED} FROM statement"
            f" WHERE {below} AND seq <> ? ON CONFLICT DO NOTHING",
            (upper, *values, upper),
        )
        session.run(
            "INSERT INTO reference_relation (key, seq, target, institution)"
            " SELECT k.key, r.seq, r.target, k.institution FROM reference r JOIN relation k ON k.seq = r.target"
            f" WHERE r.seq = ? AND r.{related} ON CONFLICT DO NOTHING",
            (upper, *targets),
        )
