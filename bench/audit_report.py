"""Measures the audit reports on SQLite beside one plain GROUP BY over the same credits in the same run.

    python -m bench.audit_report                        # 400 people, 30,000 credits
    python -m bench.audit_report --people 6363 --credits 460000     # a province

The floor of a report is a scan of the ledger's credits, grouped by person. Reports read what was materialised, so their
target is a ratio of at most 2 to the floor; materialising (once per projection) is shown beside it.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import text

from xapi.audit.projector import project, rebuild
from xapi.audit.report import report
from xapi.audit.report_columns import FILES
from xapi.audit.rules import load_rules
from xapi.audit.simulate import synthetic_roster
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedEmployee, ListedPeople, ListedStatements, credit, person_id
from xapi.database import migrate, open_database, reading

TARGET = 2.0
FORMS = ("e-learning",) * 6 + (
    "kursus",
    "seminar",
    "coaching",
    "belajar-mandiri",
    "komunitas-belajar",
    "pelatihan-teknis",
)
FLOOR = (
    "SELECT person, SUM(raw_jp), COUNT(*) FROM ledger_credit WHERE institution = :i AND year = 2026 AND standing = 1"
    " GROUP BY person"
)


def main() -> int:
    """Makes a ledger, times the floor, every report and an increment, and prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--credits", type=int, default=30_000)
    parser.add_argument("--repeats", type=int, default=5)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), wanted.people, wanted.credits, wanted.repeats)


def measure(folder: Path, people: int, credits: int, repeats: int) -> int:
    """Times everything in one run; 1 when a report is slower than its target."""
    engine = open_database(folder / "ledger.db", durability="NORMAL")
    migrate(engine, "xapi.audit")
    ledger, store, rules = Ledger(engine, INSTITUTION), roster(people), load_rules()
    statements = ListedStatements()
    started = time.perf_counter()
    for statement, source in records(people, credits):
        statements.add(statement, source)
    print(f"{people} people, {credits} credits made in {time.perf_counter() - started:.1f} s")
    print(f"project from the start    {timed(lambda: rebuild(ledger, statements, store, rules), 1):8.3f} s")
    for number in range(credits, credits + 1000):
        statements.add(credit(number + 1, person=1 + number % min(people, 100)))
    print(f"project 1,000 statements  {timed(lambda: project(ledger, statements, store, rules), 1):8.3f} s")

    def scan() -> None:
        with reading(engine) as connection:
            connection.execute(text(FLOOR), {"i": INSTITUTION}).all()

    floor = timed(scan, repeats)
    print(f"floor: one GROUP BY       {floor:8.3f} s")
    slow = 0
    for by in FILES:
        taken = timed(lambda by=by: report(ledger, store, 2026, by), repeats)  # type: ignore[misc]
        slow += taken > TARGET * floor and taken > 0.1
        print(f"report by {by:<15} {taken:8.3f} s  ratio {taken / floor:5.2f} (target {TARGET})")
    engine.dispose()
    return 1 if slow else 0


def roster(people: int) -> ListedPeople:
    """A synthetic roster in memory."""
    rows = enumerate(synthetic_roster(people, 12), start=1)
    return ListedPeople(
        [ListedEmployee(person_id(i), r.nip.digits, r.name, r.opd, r.status, r.position, r.grade) for i, r in rows]
    )


def records(people: int, credits: int) -> Iterator[tuple[dict[str, object], str]]:
    """Credits of random people in order of arrival, so that a person's rows are scattered."""
    rng = random.Random(1)
    sources: Sequence[str] = ("launch",) * 6 + ("lms_record",) * 3 + ("sheet",)
    for number in range(1, credits + 1):
        day = f"2026-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        at = f"{day}T{rng.randint(0, 9):02d}:{rng.randint(0, 59):02d}:00Z"
        certificate = f"S-{rng.randrange(credits)}" if rng.random() < 0.2 else None
        activity = f"https://example.test/kegiatan/{rng.randrange(2000)}"
        made = credit(
            number, rng.randint(1, people), rng.choice((50, 100, 200)), rng.choice(FORMS), at=at, activity=activity,
            certificate=certificate,
        )  # fmt: skip
        yield made, rng.choice(sources)


def timed(work: Callable[[], object], repeats: int) -> float:
    """The median wall time in seconds."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    sys.exit(main())
