"""How fast the LRS takes statements in, against the floor of the same machine: decoding and one plain SQLite insert.

    python bench/lrs_ingest.py [--statements 20000] [--batch 500] [--folder DIR]

Prints the best of three rounds in statements per second for both, and the ratio, which is what to compare between
machines and versions.
"""

import argparse
import json
import random
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from xapi.database import migrate, open_database
from xapi.lrs.service import Lrs
from xapi.lrs.store import StatementStore
from xapi.testing import make_principal
from xapi.validation import validate_statement

PEOPLE, ACTIVITIES = 2000, 150
ROUNDS = 3
VERBS = ("completed", "passed", "progressed", "answered")


def make_batches(count: int, size: int) -> list[bytes]:
    """`count` statements of about 1.3 kB in JSON lists of `size`, the same in each run."""
    source = random.Random(7)
    statements = [_statement(source) for _ in range(count)]
    return [json.dumps(statements[start : start + size]).encode() for start in range(0, count, size)]


def _statement(source: random.Random) -> dict:
    number, verb = source.randrange(ACTIVITIES), source.choice(VERBS)
    module = f"https://w3id.org/jampel/modul/contoh/modul-{number}"
    person = f"{source.randrange(PEOPLE):032x}"
    return {
        "id": str(uuid.UUID(int=source.getrandbits(128), version=4)),
        "actor": {
            "objectType": "Agent",
            "account": {
                "homePage": "https://w3id.org/jampel/instansi/00000000000000000000000000000001",
                "name": person,
            },
        },
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"id": verb, "en-US": verb}},
        "object": {
            "objectType": "Activity",
            "id": f"{module}#soal-{number % 10}",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/module",
                "name": {
                    "id": f"Modul Pelayanan Publik nomor {number}",
                    "en-US": f"Public service module number {number}",
                },
                "description": {"id": "Cara melayani masyarakat dengan cepat, ramah dan tepat di loket maupun daring."},
            },
        },
        "result": {
            "score": {"scaled": source.randrange(101) / 100, "raw": source.randrange(101), "min": 0, "max": 100},
            "success": True,
            "completion": True,
            "duration": f"PT{source.randrange(60)}M{source.randrange(60)}.{source.randrange(100)}S",
        },
        "context": {
            "registration": str(uuid.UUID(int=source.randrange(PEOPLE * 3), version=4)),
            "contextActivities": {
                "parent": [{"id": module}],
                "grouping": [{"id": "https://w3id.org/jampel/modul/contoh/kurikulum"}],
            },
            "platform": "Jampel",
            "language": "id",
            "extensions": {
                "https://w3id.org/jampel/extensions/jp": 200,
                "https://w3id.org/jampel/extensions/bentuk": "e-learning",
            },
        },
        "timestamp": f"2026-03-02T08:{source.randrange(60):02}:{source.randrange(60):02}.123456+07:00",
    }


def floor(batches: list[bytes], folder: Path) -> None:
    """The least that storing durably can cost: decode without looking, insert the body, one commit per batch."""
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE statement (seq INTEGER PRIMARY KEY, body BLOB)")
    decoder = msgspec.json.Decoder(list[msgspec.Raw])
    for batch in batches:
        msgspec.json.decode(batch)
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "INSERT INTO statement (body) VALUES (?)", [(bytes(raw),) for raw in decoder.decode(batch)]
        )
        database.execute("COMMIT")
    database.close()


def ingest(batches: list[bytes], folder: Path) -> None:
    """The whole way: strict validation, authority and times spliced in, indexes, one commit per batch."""
    engine = open_database(folder / "lrs.db")
    migrate(engine, "xapi.lrs")
    lrs, principal = Lrs(StatementStore(engine), lambda: datetime.now(UTC), uuid.uuid4), make_principal()
    for batch in batches:
        lrs.post_statements(principal, batch)
    engine.dispose()


def validate(batches: list[bytes], folder: Path) -> None:
    """Validation alone."""
    decoder = msgspec.json.Decoder(list[msgspec.Raw])
    for batch in batches:
        for raw in decoder.decode(batch):
            validate_statement(bytes(raw))


def rate(work: Callable[[list[bytes], Path], None], batches: list[bytes], count: int, where: str | None) -> float:
    """Statements per second of `work` in a folder of its own."""
    with tempfile.TemporaryDirectory(dir=where) as folder:
        begun = time.perf_counter()
        work(batches, Path(folder))
        return count / (time.perf_counter() - begun)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--statements", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--folder", help="where the databases go; a disk of the kind you will use")
    options = parser.parse_args()
    batches = make_batches(options.statements, options.batch)
    size = sum(map(len, batches)) // options.statements
    print(f"{options.statements} statements of {size} bytes, {options.batch} per batch, committed to disk per batch")
    rates = {
        work.__name__: rate(work, batches, options.statements, options.folder) for work in (floor, validate, ingest)
    }
    for name, value in rates.items():
        print(f"{name:10}{value:12,.0f} statements/s")
    print(f"ingest / floor = {rates['ingest'] / rates['floor']:.2f}")


if __name__ == "__main__":
    main()
