"""Measures the ledger on SQLite in CPU seconds: projecting statements, an increment, and rebuilding the trail.

    python -m bench.audit_ledger                                   # 2,300 people, 46,000 statements
    python -m bench.audit_ledger --people 23000 --statements 460000    # a province
    python -m bench.audit_ledger --people 250000 --statements 5000000  # increments on a large ledger

The floor of the projector is the least that any projector must do: decode the same statements, and insert the same
rows into a table with the same columns and indexes. The trail is `accepted` and `person_year` of everyone, made from
the credits that are there; an increment is everything from 1,000 new statements to the figures of the people touched.
Other programs on the machine cost some CPU time as well, through the caches: compare within one run.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine

from bench._audit_corpus import MadeStatements, person_of, roster
from xapi.audit.meanings import Credit
from xapi.audit.people import People
from xapi.audit.projector import BATCH, project, rebuild
from xapi.audit.rules import load_rules
from xapi.audit.statements import StatementShape, read_statement
from xapi.audit.store.engine import SqlEngine
from xapi.audit.store.ledger import Ledger
from xapi.audit.store.writer import MATERIALISED, PLACES, LedgerWriter
from xapi.audit.testing import HOME_PAGE, INSTITUTION, ListedStatement
from xapi.bulk_database import add_rows, make_room
from xapi.database import migrate, open_database, writing

SHARE, TRAIL_MICROSECONDS = 0.45, 6 / 0.46
INCREMENTS = {100: 0.15, 1_000: 1.0}
NEW = 1_000
SAMPLE = 50_000
RULES = load_rules()
DECODE = msgspec.json.Decoder(StatementShape).decode


def main() -> int:
    """Makes a ledger and prints every measure with its target; 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_300)
    parser.add_argument("--statements", type=int, default=46_000)
    parser.add_argument("--repeats", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), wanted.people, wanted.statements, wanted.repeats)


def measure(folder: Path, people: int, count: int, repeats: int) -> int:
    """Everything in one run, as a table on stdout."""
    statements, persons = MadeStatements(people, count), roster(people)
    engine = open_database(folder / "ledger.db", durability="NORMAL")
    migrate(engine, "xapi.audit")
    ledger = Ledger(engine, INSTITUTION)
    missed = _projector(folder, statements, min(count, SAMPLE), repeats)
    rebuild(ledger, statements, persons, RULES)
    trail = min(_trail(engine, people) for _ in range(repeats))
    each = trail / count * 1e6
    missed += _say(f"trail of {count:,} credits", f"{trail:.2f} s, {each:.1f} us a credit", each <= TRAIL_MICROSECONDS)
    for touched, most in INCREMENTS.items():
        if touched <= people:
            taken = _increment(ledger, statements, persons, touched, repeats)
            missed += _say(f"{NEW:,} new statements on {touched:,} people", f"{taken:.3f} s", taken <= most)
    print(f"load {os.getloadavg()[0]:.1f}, ledger {(folder / 'ledger.db').stat().st_size / 1e6:.0f} MB")
    engine.dispose()
    return 1 if missed else 0


def _projector(folder: Path, statements: MadeStatements, count: int, repeats: int) -> int:
    """Reading and adding, in turn with the floor, on the first `count` statements."""
    stored = [one for at in range(0, count, BATCH) for one in statements.after(INSTITUTION, at, BATCH)][:count]
    rows = _finished(stored)
    ours, floor = [], []
    for turn in range(repeats):
        ours.append(_in_new_file(folder / f"p{turn}.db", lambda connection: _project(connection, stored)))
        floor.append(_in_new_file(folder / f"f{turn}.db", lambda connection: _floor(connection, stored, rows)))
    share = min(floor) / min(ours)
    rate = f"{count / min(ours):,.0f}/s, floor {count / min(floor):,.0f}/s, {share:.0%}"
    return _say("projector", rate, share >= SHARE)


def _in_new_file(path: Path, work: Callable[[Connection], None]) -> float:
    engine = open_database(path, durability="NORMAL")
    migrate(engine, "xapi.audit")
    with writing(engine) as connection:
        taken = cpu(lambda: work(connection))
    engine.dispose()
    path.unlink()
    return taken


def _project(connection: Connection, stored: Sequence[ListedStatement]) -> None:
    make_room(connection)
    writer = LedgerWriter(connection, INSTITUTION)
    writer.reset(RULES)
    for start in range(0, len(stored), BATCH):
        writer.add([read_statement(one, RULES, HOME_PAGE) for one in stored[start : start + BATCH]])


def _floor(connection: Connection, stored: Sequence[ListedStatement], rows: Sequence[tuple[Any, ...]]) -> None:
    """Decoding every statement, and adding the finished rows."""
    make_room(connection)
    table, columns = PLACES[Credit]
    for start in range(0, len(stored), BATCH):
        for one in stored[start : start + BATCH]:
            DECODE(one.body)
        add_rows(connection, table, columns, rows[start : start + BATCH])


def _finished(stored: Sequence[ListedStatement]) -> list[tuple[Any, ...]]:
    """The rows that the projector makes of them."""
    credits = [read_statement(one, RULES, HOME_PAGE) for one in stored]
    return [
        (INSTITUTION, one.actor, one.default_review, one.awaits, 1, *msgspec.structs.astuple(one))
        for one in credits
        if isinstance(one, Credit)
    ]


def _trail(engine: Engine, people: int) -> float:
    """Into empty tables, as in a rebuild."""
    with writing(engine) as connection:
        make_room(connection)
        for name in MATERIALISED:
            connection.exec_driver_sql(f"DELETE FROM ledger_{name}")
        persons = sorted(person_of(number) for number in range(people))
        return cpu(lambda: SqlEngine(connection, INSTITUTION).recompute(MATERIALISED, persons, everyone=True))


def _increment(ledger: Ledger, statements: MadeStatements, people: People, touched: int, repeats: int) -> float:
    taken = []
    for turn in range(repeats):
        statements.add(NEW, range(turn * touched, (turn + 1) * touched))
        taken.append(cpu(lambda: project(ledger, statements, people, RULES)))
    return min(taken)


def _say(what: str, found: str, good: bool) -> int:
    print(f"{what:<44} {found}{'' if good else '  MISSED'}", flush=True)
    return not good


def cpu(work: Callable[[], object]) -> float:
    """The CPU seconds of this process that `work` takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
