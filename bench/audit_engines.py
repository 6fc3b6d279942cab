"""Measures the audit's SQL on SQLite and DuckDB, a province and a nation, each beside a floor in the same run.

    python -m bench.audit_engines                           # a province: 23,000 people, 460,000 credits
    python -m bench.audit_engines --asn 4168118             # and the nation: 83 million credits, about half an hour
    python -m bench.audit_engines --asn 200000 --skip-province

CPU seconds of this process, which are less disturbed by what else the machine does than the clock is. The nation is
summed in batches, as `jampel audit nation` does, and in the same run by the best of two forms written for DuckDB alone.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import track

from bench._duckdb_floor import FLOORS
from bench.audit_report import records, roster
from xapi.audit.anomaly_kinds import KINDS
from xapi.audit.engines.duck import DuckDbEngine
from xapi.audit.engines.export import export_parquet
from xapi.audit.engines.made_up import make_up_nation
from xapi.audit.engines.manifest import ParquetPlace
from xapi.audit.engines.nation import batches
from xapi.audit.projector import rebuild
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedStatements
from xapi.database import migrate, open_database

YEAR = 2026
REPORTS = ("report_institution", "report_opd", "report_person", "report_quarter", "report_semester", "report_grade")
WANTED = {"sqlite": 1.0, "duckdb": 0.3, "trail": 1.2, "nation": 1.1, "megabytes": 2_000}


def main() -> int:
    """Prints a row for each figure; 1 when one misses what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=23_000)
    parser.add_argument("--credits", type=int, default=460_000)
    parser.add_argument("--asn", type=int, default=100_000, help="employees of the made-up nation")
    parser.add_argument("--skip-province", action="store_true")
    parser.add_argument("--folder", type=Path, help="where a made-up nation is kept for the next run")
    wanted = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="jampel-bench-") as scratch:
        if not wanted.skip_province:
            missed += sum(province(Path(scratch), wanted.people, wanted.credits))
        missed += nation(Path(scratch), wanted.folder or Path(scratch) / "nation", wanted.asn)
    print(f"load {os.getloadavg()[0]:.1f}, peak of this process {megabytes():,.0f} MB")
    return 1 if missed else 0


def province(folder: Path, people: int, credits: int) -> Iterator[bool]:
    """Reports and anomalies of a province; true for what is slower than wanted."""
    engine = open_database(folder / "ledger.db", durability="NORMAL")
    migrate(engine, "xapi.audit")
    ledger, statements = Ledger(engine, INSTITUTION), ListedStatements()
    rng = random.Random(7)
    for statement, source in records(people, credits):
        if rng.random() < 0.9:  # so that there is something to compare with the clock
            statement["result"] = {"success": True, "duration": f"PT{rng.randint(20, 240)}M"}
        statements.add(statement, source)
    rebuild(ledger, statements, roster(people), load_rules())
    statements.listed.clear()
    place = _exported(ledger, folder / "parquet")
    with DuckDbEngine(place, YEAR, [INSTITUTION], spill=folder / "spill") as duck:
        yield told("the trail anew, DuckDB", timed(lambda: _trail(duck), 3), WANTED["trail"])
        yield told("years by sums, DuckDB", timed(lambda: duck.rows("person_year_lean"), 1), WANTED["trail"])
        duck.table("person_year")
        duck.table("person_quarter")
        for name in (*REPORTS, *(kind.file for kind in KINDS.values())):
            yield told(f"{name}, SQLite", timed(lambda n=name: ledger.rows([n], YEAR), 3), WANTED["sqlite"])
            yield told(f"{name}, DuckDB", timed(lambda n=name: duck.rows(n), 3), WANTED["duckdb"])
    engine.dispose()


def _trail(duck: DuckDbEngine) -> None:
    for name in ("priced", "accepted"):
        duck.table(name)


def nation(scratch: Path, folder: Path, asn: int) -> int:
    """The sums of a made-up nation beside the floors, batch by batch, in turn; 1 when it is slower than wanted."""
    if not folder.exists():
        make_up_nation(folder, asn, YEAR, rules=load_rules(), made_at=datetime.now(UTC))
    place = ParquetPlace(folder)
    groups = list(batches(place, YEAR))
    credits = sum(place.rows("credit", one, YEAR) for group in groups for one in group)
    spent = dict.fromkeys(("portable", *FLOORS), 0.0)
    for turn, group in enumerate(track(groups, description="batches", disable=not sys.stderr.isatty())):
        answers = {}
        for name in list(spent) if turn % 2 else list(reversed(spent)):
            with DuckDbEngine(place, YEAR, group, spill=scratch / "spill") as duck:
                before = cpu()
                if name == "portable":
                    duck.table("person_year", by="person_year_lean")
                else:
                    duck.run(f"CREATE TEMP TABLE whole_person_year AS {FLOORS[name]}")
                    duck.run("CREATE OR REPLACE TEMP VIEW person_year AS SELECT * FROM whole_person_year")
                answers[name] = duck.run(_sums()).fetchall()
                spent[name] += cpu() - before
        assert len({str(answer) for answer in answers.values()}) == 1, answers
    floor = min(spent[name] for name in FLOORS)
    print(f"nation: {credits:,} credits in {len(groups)} batches")
    for name, seconds in spent.items():
        print(f"  {name:<12} {seconds:8.2f} s CPU  {seconds / credits * 1e6:6.2f} us a credit")
    ratio = spent["portable"] / floor
    print(f"  portable beside the best floor: {ratio:.2f} (wanted {WANTED['nation']})")
    return int(ratio > WANTED["nation"] or megabytes() > WANTED["megabytes"])


def _sums() -> str:
    from xapi.audit.store.engine import sql_query

    return sql_query("sum_institution")


def _exported(ledger: Ledger, folder: Path) -> ParquetPlace:
    before = cpu()
    export_parquet(ledger, folder, made_at=datetime.now(UTC), name="0" * 32)
    print(f"{'export as Parquet':<44}{cpu() - before:8.3f} s CPU")
    return ParquetPlace(folder)


def timed(work: Callable[[], object], repeats: int) -> float:
    """The median of the CPU seconds."""
    taken = []
    for _ in range(repeats):
        before = cpu()
        work()
        taken.append(cpu() - before)
    return sorted(taken)[len(taken) // 2]


def told(what: str, seconds: float, wanted: float) -> bool:
    """Prints the row, and says whether it is slower than wanted."""
    print(f"{what:<44}{seconds:8.3f} s CPU  (wanted {wanted})", flush=True)
    return seconds > wanted


def cpu() -> float:
    """CPU seconds of this process and its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
