"""Measures the ledger on SQLite in CPU seconds: projecting statements, an increment, and rebuilding the trail.

    python -m bench.audit_ledger                                   # 2,300 people, 46,000 statements
    python -m bench.audit_ledger --people 23000 --statements 460000    # a province
    python -m bench.audit_ledger --people 23000 --statements 460000 --times 11 --folder DIR    # increments at 5 million

The floor of the projector is the least that any projector must do: decode the same statements, and insert the same
rows into a table with the same columns and indexes. The trail is `accepted` and `person_year` of everyone, made from
the credits that are there; an increment is everything from 1,000 new statements to the figures of the people touched.
With `--times` the ledger is multiplied (see `_audit_copies`) and only increments are measured; `--folder` keeps it.
Other programs on the machine cost some CPU time as well, through the caches: compare within one run.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine

from bench._audit_copies import MOST, multiply, person_in
from bench._audit_corpus import MadeStatements, person_of, roster
from xapi.audit.meanings import Credit
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
NOBODY_ELSE = roster(0)
DECODE = msgspec.json.Decoder(StatementShape).decode


def main() -> int:
    """Makes a ledger and prints every measure with its target; 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_300)
    parser.add_argument("--statements", type=int, default=46_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--times", type=int, default=1, choices=range(1, MOST + 1), metavar=f"1-{MOST}")
    parser.add_argument("--folder", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place, size = wanted.folder or Path(folder), (wanted.people, wanted.statements)
        if wanted.times > 1:
            return measure_large(place, *size, wanted.times, wanted.repeats)
        return measure(place, *size, wanted.repeats)


def measure(folder: Path, people: int, count: int, repeats: int) -> int:
    """Everything in one run, as a table on stdout."""
    statements, persons = MadeStatements(people, count), roster(people)
    missed = _projector(folder, statements, min(count, SAMPLE), repeats)
    path = folder / f"ledger-{people}-{count}.db"
    path.unlink(missing_ok=True)
    ledger = _open(path)
    rebuild(ledger, statements, persons, RULES)
    trail = min(_trail(ledger.engine, people) for _ in range(repeats))
    each = trail / count * 1e6
    missed += _say(f"trail of {count:,} credits", f"{trail:.2f} s, {each:.1f} us a credit", each <= TRAIL_MICROSECONDS)
    missed += _increments(ledger, statements, [person_of(number) for number in range(people)], repeats)
    return _end(ledger, path, missed)


def measure_large(folder: Path, people: int, count: int, times: int, repeats: int) -> int:
    """Increments alone, on a ledger of `times` as many people and credits; made if `folder` has none."""
    path = folder / f"ledger-{people}-{count}-{times}.db"
    ledger = _open(path)
    if not ledger.is_made_by(RULES):
        rebuild(ledger, MadeStatements(people, count), roster(people), RULES)
        with writing(ledger.engine) as connection:
            multiply(connection, times)
        ledger.engine.dispose()
    statements = MadeStatements(people, ledger.cursor())
    persons = [person_in(number, people) for number in range(people * times)]
    random.Random(count).shuffle(persons)
    missed = _increments(ledger, statements, persons, repeats)
    return _end(ledger, path, missed)


def _open(path: Path) -> Ledger:
    engine = open_database(path, durability="NORMAL")
    migrate(engine, "xapi.audit")
    return Ledger(engine, INSTITUTION)


def _end(ledger: Ledger, path: Path, missed: int) -> int:
    print(f"load {os.getloadavg()[0]:.1f}, {ledger.cursor():,} statements, {path.stat().st_size / 1e6:.0f} MB")
    ledger.engine.dispose()
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


def _increments(ledger: Ledger, statements: MadeStatements, persons: Sequence[str], repeats: int) -> int:
    missed = 0
    for touched, most in INCREMENTS.items():
        if touched <= len(persons):
            taken = min(_increment(ledger, statements, persons, touched, turn) for turn in range(repeats))
            missed += _say(f"{NEW:,} new statements on {touched:,} people", f"{taken:.3f} s", taken <= most)
    return missed


def _increment(ledger: Ledger, statements: MadeStatements, persons: Sequence[str], touched: int, turn: int) -> float:
    """Each turn is about other people, as far as there are others."""
    start = turn * touched % (len(persons) - touched + 1)
    statements.add(NEW, persons[start : start + touched])
    return cpu(lambda: project(ledger, statements, NOBODY_ELSE, RULES))


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
