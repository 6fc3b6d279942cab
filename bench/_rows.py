"""The rows of the LRS benchmark: what is asked, at which sizes, and what each is to reach."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bench import _corpus as corpus
from bench._store import moment

SIZES = {"0": 0, "2k": 2_000, "100k": 100_000, "1m": 1_000_000, "5m": 5_000_000}
PAGE = 100
FASTEST, FASTEST_SINGLE = 20_000, 3_000
"""Statements a second for which there are bodies; a faster server gets them again, under other ids."""
Targets = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Row:
    """One thing to measure. `targets` gives by size what is wanted at least and what is aimed at: statements or
    requests a second, or with `by_p99` milliseconds. `floor` names what it is compared with; `page` is how many
    statements every answer must have."""

    name: str
    title: str
    sizes: tuple[str, ...]
    targets: Targets
    floor: str
    statements: int = 0  # sent by one request; 0 asks
    connections: int = 4
    by_p99: bool = False
    page: int | None = None
    postgres: int = 0  # server processes on PostgreSQL; 0 is SQLite and one process

    @property
    def writes(self) -> bool:
        """Whether it stores statements."""
        return self.statements > 0

    @property
    def unit(self) -> int:
        """What a request counts for in the rate."""
        return max(1, self.statements)


_READS = ("2k", "100k", "1m", "5m")
_AT_100K = ("2k", "100k")


def _reads(least: float, aim: float) -> Targets:
    return dict.fromkeys(("100k", "1m", "5m"), (least, aim))


_BIG = ("2k", "1m", "5m")
_BIGGER = ("100k", "1m", "5m")
_RELATED: Targets = {"5m": (50, 20)}
ROWS = (
    Row("id", "GET by id", _READS, _reads(3_500, 6_000), "id"),
    Row("recent", "GET agent + verb + since", ("2k", "100k", "5m"), {"100k": (1_800, 3_000), "5m": (1_500, 2_500)},
        "recent"),
    Row("activity", "GET activity, page of 100", _BIGGER, _reads(600, 1_100), "page", page=PAGE),
    Row("related", "GET related activities, page of 100", _BIGGER, _reads(600, 1_100), "page",
        page=PAGE),
    Row("agents-page", "related agents: in a fifth of all, page of 100", _BIG, _RELATED, "", by_p99=True, page=PAGE),
    Row("agents-never", "related agents: in a fifth of all, with a common verb it never has", _BIG, _RELATED, "",
        by_p99=True, page=0),
    Row("agents-rare", "related agents: in a fifth of all, with a rare verb", _BIG, _RELATED, "", by_p99=True),
    Row("agents-few", "related agents: a learner with a verb", _BIG, _RELATED, "", by_p99=True),
    Row("agents-authority", "related agents: the authority of all, with a rare verb", _BIG, _RELATED, "",
        by_p99=True),
    Row("agents-since", "related agents: in a fifth of all, verb it never has, since the middle", _BIG, _RELATED, "",
        by_p99=True, page=0),
    Row("agents-activity", "related agents: in a fifth of all, with a module it is not in", _BIG, _RELATED, "",
        by_p99=True, page=0),
    Row("post500", "POST batches of 500", ("0", "2k", "100k", "1m", "5m"),
        {"0": (10_000, 16_000), "1m": (7_000, 11_000), "5m": (5_000, 8_000)}, "chain", statements=500),
    Row("post1", "POST one, 4 connections", _AT_100K, {"100k": (900, 1_800)}, "commit", statements=1),
    Row("post1x16", "POST one, 16 connections", _AT_100K, {"100k": (1_100, 2_500)}, "commit", statements=1,
        connections=16),
    Row("post500-pg1", "POST batches of 500 on PostgreSQL, one server process", ("0",), {}, "chain", statements=500,
        postgres=1),
    Row("post500-pg2", "POST batches of 500 on PostgreSQL, two server processes", ("0",), {}, "chain", statements=500,
        postgres=2),
)  # fmt: skip


def paths_of(row: Row, count: int, endpoint: str, *, authority: str = "") -> list[str]:
    """Addresses that `row` asks for, in a random order that is the same in every run; `authority` is the Agent who
    stands as authority in the statements."""
    dice = random.Random(f"{row.name} {count}")
    queries = [_query(row.name, count, dice, authority) for _ in range(5_000 if row.name == "id" else 2_000)]
    return [f"{endpoint}?{urlencode(query, quote_via=quote)}" for query in queries]


def bodies_of(row: Row, count: int, turn: int, seconds: float) -> Iterator[list[bytes]]:
    """The pieces of what a writing row sends: more than it can in `seconds`, and other statements each `turn`."""
    many = 1 + round(seconds * (FASTEST if row.statements > 1 else FASTEST_SINGLE) / row.statements)
    start = count + (turn + 1) * 500_000
    for place in range(many):
        some = list(corpus.pieces(start + place * row.statements, row.statements))
        yield _list_of(some) if row.statements > 1 else some


def _list_of(pieces: list[bytes]) -> list[bytes]:
    """The pieces of a JSON list of statements: what follows an id runs to the id of the next statement."""
    joints = [b"%b,%b" % (pieces[i], pieces[i + 1]) for i in range(1, len(pieces) - 1, 2)]
    return [b"[" + pieces[0], *joints, pieces[-1] + b"]"]


def _query(name: str, count: int, dice: random.Random, authority: str) -> dict[str, str]:
    """The parameters of one request of the row `name`."""
    everywhere = corpus.EVERYWHERE.json
    learner = corpus.learner(dice.randrange(corpus.people(count))).json
    oldest = corpus.modules(0)  # the first modules have the most statements, and each more than a page
    module = corpus.module_iri(dice.randrange(oldest))
    related = {"related_agents": "true"}
    middle = json.dumps(moment(count // 2).isoformat())[1:-1]
    other = corpus.module_iri(dice.randrange(oldest // 4) * 4 + 1)
    never, rare = {"verb": corpus.ANSWERED.id}, {"verb": corpus.RARE.id}
    return {
        "id": lambda: {"statementId": corpus.statement_id(dice.randrange(count))},
        "recent": lambda: {"agent": learner, "verb": corpus.COMPLETED.id, "since": middle},
        "activity": lambda: {"activity": module, "limit": str(PAGE)},
        "related": lambda: {"activity": module, "related_activities": "true", "limit": str(PAGE)},
        "agents-page": lambda: {"agent": everywhere, **related, "limit": str(PAGE)},
        "agents-never": lambda: {"agent": everywhere, **related, **never},
        "agents-rare": lambda: {"agent": everywhere, **related, **rare},
        "agents-few": lambda: {"agent": learner, **related, **never},
        "agents-authority": lambda: {"agent": authority or everywhere, **related, **rare},
        "agents-since": lambda: {"agent": everywhere, **related, **never, "since": middle},
        "agents-activity": lambda: {"agent": everywhere, **related, "activity": other},
    }[name]()
