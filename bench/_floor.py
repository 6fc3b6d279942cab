"""The floor of this machine: the same statements through msgspec and SQLite in this process, with nothing around them.

The chain is what storing a statement costs at the least: typed decoding and the rules with a cache for fragments that
repeat, the LRS's properties spliced into the received bytes, integer columns with plain indexes, a table of relations,
multi-row VALUES, and a durable commit for each 500. It leaves out duplicates, voiding, references, definitions,
attachments and HTTP. Reads are the same queries as over HTTP, on this floor's own tables.
"""

import random
import re
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec import Raw, Struct

from bench import _corpus as corpus

REFERENCE = {"chain": 19_800.0, "commit": 1_474.0}
"""What the targets were set by: statements a second of the chain by its CPU time, single durable commits a second."""
BATCH = 500
STORED = 100_000
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"P(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)")
_TABLES = """
CREATE TABLE st (seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, stored INTEGER, agent INTEGER, verb INTEGER,
                 act INTEGER, reg INTEGER, body BLOB);
CREATE INDEX st_agent ON st (agent, seq, verb);
CREATE INDEX st_verb ON st (verb);
CREATE INDEX st_act ON st (act);
CREATE INDEX st_reg ON st (reg);
CREATE TABLE rel (k INTEGER, seq INTEGER, PRIMARY KEY (k, seq)) WITHOUT ROWID;
"""
_ROW, _RELATION = ("st", 8), ("rel", 2)
_AUTHORITY = b',"stored":"2025-01-01T00:00:00.000000Z","authority":{"account":{"homePage":"https://x.id","name":"y"}}}'


class _Account(Struct, forbid_unknown_fields=True, rename="camel"):
    home_page: str
    name: str


class _Actor(Struct, forbid_unknown_fields=True, rename="camel"):
    object_type: str = "Agent"
    account: _Account | None = None
    name: str | None = None


class _Verb(Struct, forbid_unknown_fields=True):
    id: str
    display: dict[str, str] = {}


class _Component(Struct, forbid_unknown_fields=True):
    id: str
    description: dict[str, str] = {}


class _Definition(Struct, forbid_unknown_fields=True, rename="camel"):
    type: str | None = None
    name: dict[str, str] = {}
    description: dict[str, str] = {}
    interaction_type: str | None = None
    correct_responses_pattern: list[str] = []
    choices: list[_Component] = []


class _Activity(Struct, forbid_unknown_fields=True, rename="camel"):
    id: str
    object_type: str = "Activity"
    definition: _Definition | None = None


class _Score(Struct, forbid_unknown_fields=True):
    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None


class _Result(Struct, forbid_unknown_fields=True):
    score: _Score | None = None
    success: bool | None = None
    completion: bool | None = None
    response: str | None = None
    duration: str | None = None
    extensions: dict[str, Raw] = {}


class _Context(Struct, forbid_unknown_fields=True, rename="camel"):
    registration: str
    instructor: Raw
    team: Raw
    context_activities: Raw
    platform: str
    language: str
    extensions: dict[str, Raw]


class _Statement(Struct, forbid_unknown_fields=True):
    id: str
    actor: Raw
    verb: Raw
    object: Raw
    result: _Result
    context: _Context
    timestamp: str


@dataclass
class Floor:
    """What this machine does at the least: one value per repetition, a second, by name."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """One more repetition."""
        self.values.setdefault(name, []).append(value)

    def of(self, name: str) -> float | None:
        """The median of `name`, None when it was not measured."""
        return statistics.median(self.values[name]) if self.values.get(name) else None

    def share(self, name: str) -> float:
        """By what a target is multiplied here: 1 where this machine reaches the reference."""
        measured, reference = self.of(name if name in REFERENCE else "chain"), REFERENCE.get(name, REFERENCE["chain"])
        return 1.0 if measured is None else min(1.0, measured / reference)


def measure_floor(floor: Floor, folder: Path, *, repeats: int = 3, stored: int = STORED, seconds: float = 1.0) -> None:
    """Adds `repeats` repetitions of each part to `floor`: `stored` statements through the chain into an empty file, and
    reads and single commits on that file."""
    path = folder / "floor.db"
    for _ in range(repeats):
        keys = _chain(floor, path, stored)
        _reads(floor, path, keys, stored, seconds)
        _commits(floor, path, stored, seconds)
        path.unlink()


class _Keys:
    """Fragments seen before with the numbers of what they name, and the numbers of all texts."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._seen: dict[bytes, tuple[int, ...]] = {}
        actor, activity = msgspec.json.Decoder(_Actor), msgspec.json.Decoder(_Activity)
        verb, around = msgspec.json.Decoder(_Verb), msgspec.json.Decoder(dict[str, list[_Activity]])
        self.read: dict[str, Callable[[bytes], Iterable[str]]] = {
            "actor": lambda raw: [actor_key(actor.decode(raw))],
            "verb": lambda raw: [verb.decode(raw).id],
            "object": lambda raw: [activity.decode(raw).id],
            "around": lambda raw: [one.id for some in around.decode(raw).values() for one in some],
        }

    def of(self, kind: str, raw: Raw) -> tuple[int, ...]:
        """The numbers of what the fragment names; decoded and checked only when it is new."""
        key = bytes(raw)
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = tuple(self.number(text) for text in self.read[kind](key))
        return found

    def number(self, text: str) -> int:
        """The number of a text, given now when it has none."""
        return self._numbers.setdefault(text, len(self._numbers) + 1)


def actor_key(actor: _Actor) -> str:
    """What identifies an actor."""
    if actor.account is None:
        raise ValueError("the corpus has accounts only")
    return f"{actor.account.home_page}|{actor.account.name}"


_LIST, _STATEMENT = msgspec.json.Decoder(list[Raw]), msgspec.json.Decoder(_Statement)


def _prepare(keys: _Keys, body: bytes, seq: int) -> tuple[list[tuple], list[tuple[int, int]]]:
    """Rows and relations of a batch, checked."""
    str(body, "utf-8")
    rows, relations = [], []
    for raw in _LIST.decode(body):
        text = bytes(raw)
        statement = _STATEMENT.decode(text)
        context, result = statement.context, statement.result
        if not (_UUID.fullmatch(statement.id) and _UUID.fullmatch(context.registration)):
            raise ValueError("id")
        if not _TIME.fullmatch(statement.timestamp) or not _DURATION.fullmatch(result.duration or "P1D"):
            raise ValueError("time")
        if result.score is not None and not -1 <= (result.score.scaled or 0) <= 1:
            raise ValueError("score")
        (agent,), (verb,) = keys.of("actor", statement.actor), keys.of("verb", statement.verb)
        (act,) = keys.of("object", statement.object)
        teacher, team = keys.of("actor", context.instructor), keys.of("actor", context.team)
        related = {act, *keys.of("around", context.context_activities)}
        seq += 1
        rows.append(
            (seq, UUID(statement.id).bytes, seq, agent, verb, act, keys.number(context.registration),
             text[:-1] + _AUTHORITY)
        )  # fmt: skip
        relations += [(key * 2, seq) for key in related]
        relations += [(key * 2 + 1, seq) for key in (*teacher, *team)]
    return rows, sorted(relations)


def _insert(database: sqlite3.Connection, shape: tuple[str, int], rows: list[tuple]) -> None:
    table, width = shape
    row = f"({','.join('?' * width)})"
    start = 0
    for size in (500, 100, 20, 5, 1):
        while len(rows) - start >= size:
            sql = f"INSERT INTO {table} VALUES {','.join([row] * size)}"
            database.execute(sql, tuple(chain.from_iterable(rows[start : start + size])))
            start += size


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4000",
                   "cache_size = -65536"):  # fmt: skip
        database.execute(f"PRAGMA {pragma}")
    return database


def _store(database: sqlite3.Connection, keys: _Keys, bodies: Iterable[bytes], seq: int = 0) -> None:
    for body in bodies:
        rows, relations = _prepare(keys, body, seq)
        database.execute("BEGIN IMMEDIATE")
        _insert(database, _ROW, rows)
        _insert(database, _RELATION, relations)
        database.execute("COMMIT")
        seq += len(rows)


def store_by_the_chain(path: Path, bodies: Iterable[bytes]) -> _Keys:
    """Stores lists of statements in a new file, one durable commit for each list."""
    database, keys = _open(path), _Keys()
    database.executescript(_TABLES)
    _store(database, keys, bodies)
    database.close()
    return keys


def _chain(floor: Floor, path: Path, count: int) -> _Keys:
    bodies = [corpus.batch(start, BATCH) for start in range(0, count, BATCH)]
    wall, cpu = time.perf_counter(), time.process_time()
    keys = store_by_the_chain(path, bodies)
    floor.add("chain", len(bodies) * BATCH / (time.process_time() - cpu))
    floor.add("chain by the clock", len(bodies) * BATCH / (time.perf_counter() - wall))
    return keys


def _commits(floor: Floor, path: Path, stored: int, seconds: float) -> None:
    database, keys = _open(path), _Keys()
    (seq,) = database.execute("SELECT max(seq) FROM st").fetchone()
    bodies = [b"[%b]" % corpus.statement(stored + seq + number) for number in range(5_000)]
    done, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds and done < len(bodies):
        _store(database, keys, [bodies[done]], seq + done)
        done += 1
    floor.add("commit", done / (time.perf_counter() - begun))
    database.close()


def _reads(floor: Floor, path: Path, keys: _Keys, stored: int, seconds: float) -> None:
    database, dice = _open(path), random.Random(1)
    completed, middle = keys.number(corpus.COMPLETED.id), stored // 2
    home = msgspec.json.decode(corpus.EVERYWHERE.json)["account"]["homePage"]

    def by_id() -> object:
        wanted = UUID(corpus.statement_id(dice.randrange(stored))).bytes
        return database.execute("SELECT body FROM st WHERE id = ?", (wanted,)).fetchone()

    def recent() -> object:
        agent = keys.number(f"{home}|{corpus.learner(dice.randrange(corpus.people(stored))).name}")
        sql = "SELECT body FROM st WHERE agent = ? AND +verb = ? AND seq > ? ORDER BY seq DESC LIMIT 101"
        return b",".join(row[0] for row in database.execute(sql, (agent, completed, middle)))

    def page() -> object:
        module = keys.number(corpus.module_iri(dice.randrange(corpus.modules(0)))) * 2
        sql = "SELECT s.body FROM rel r JOIN st s ON s.seq = r.seq WHERE r.k = ? ORDER BY r.seq DESC LIMIT 101"
        return b",".join(row[0] for row in database.execute(sql, (module,)))

    for name, ask in (("id", by_id), ("recent", recent), ("page", page)):
        done, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds / 2:
            ask()
            done += 1
        floor.add(name, done / (time.perf_counter() - begun))
    database.close()
