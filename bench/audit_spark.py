"""Compares every audit file on a Spark standalone cluster with DuckDB, row for row, at 4.6 million credits.

    python -m bench.audit_spark                                     # needs Java and make spark; about half an hour
    python -m bench.audit_spark --credits 460000 --folder DIR       # fewer, and the made-up credits are kept in DIR
    python -m bench.audit_spark --only accepted anomaly_overlap

A master and two workers on loopback, each a process of its own. Spark writes what a file gives as Parquet, and DuckDB
takes each side from the other, with the number of times each row occurs: nothing may be left.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from tools.spark_cluster import SparkCluster, programs
from xapi.audit.engines.duck import DuckDbEngine
from xapi.audit.engines.layout import columns_of
from xapi.audit.engines.made_up import make_up_nation
from xapi.audit.engines.manifest import ParquetPlace
from xapi.audit.engines.spark import SparkEngine, open_spark
from xapi.audit.rules import load_rules

YEAR = 2026
CREDITS_OF_ONE = 19.77  # of an employee of the made-up nation, on average
MADE = ("accepted", "person_year", "person_quarter")
SQL = resources.files("xapi.audit") / "sql"
NAMES = (*MADE, *sorted({file.name.removesuffix(".sql") for file in SQL.iterdir()} - set(MADE)))
WORKERS = 2
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.executor.memory": "1500m",
    "spark.sql.shuffle.partitions": "8",
    "spark.default.parallelism": "4",
}
MEMORY = 3_000  # megabytes of DuckDB: it also compares


def main() -> int:
    """Prints a row for each file; 1 when any row of any file differs, or there is no Spark here."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--credits", type=int, default=4_600_000)
    parser.add_argument("--folder", type=Path, help="where the made-up credits are kept for the next run")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="FILE")
    wanted = parser.parse_args()
    found = programs()
    if found is None:
        print("Spark or Java is missing: make spark, and apt-get install default-jre-headless", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="jampel-bench-") as scratch:
        place = nation(wanted.folder or Path(scratch) / "nation", wanted.credits)
        with both(found, place, Path(scratch)) as (session, spark, duck):
            different = [name for name in wanted.only if not compared(name, session, spark, duck, Path(scratch))]
    print(f"load {os.getloadavg()[0]:.1f}; {len(wanted.only)} files, different: {', '.join(different) or 'none'}")
    return 1 if different else 0


def nation(folder: Path, credits: int) -> ParquetPlace:
    """A made-up nation of about that many credits, made when it is not there."""
    if not folder.exists():
        asn = round(credits / CREDITS_OF_ONE)
        make_up_nation(folder, asn, YEAR, rules=load_rules(), made_at=datetime.now(UTC))
    place = ParquetPlace(folder)
    one_by_one = place.institutions(YEAR)
    rows = sum(place.rows("credit", one, YEAR) for one in one_by_one)
    print(f"{rows:,} credits of {len(one_by_one)} institutions")
    return place


@contextmanager
def both(found: Path, place: ParquetPlace, scratch: Path) -> Iterator[tuple[Any, SparkEngine, DuckDbEngine]]:
    """A running cluster with a session and its engine, and DuckDB, over all institutions of `place`."""
    institutions = place.institutions(YEAR)
    started = time.perf_counter()
    cluster, session = SparkCluster(found, scratch, WORKERS, memory="1900m"), None
    try:
        session = open_spark(cluster.master, settings=SETTINGS)
        print(f"a master and {WORKERS} workers, and a session: {time.perf_counter() - started:.0f} s", flush=True)
        print(f"{'file':<32}{'rows':>12}{'Spark s':>10}{'DuckDB s':>10}  different")
        with (
            SparkEngine(session, place, YEAR, institutions) as spark,
            DuckDbEngine(place, YEAR, institutions, spill=scratch / "spill", memory=MEMORY) as duck,
        ):
            yield session, spark, duck
    finally:
        if session is not None:
            session.stop()
        cluster.stop()


def compared(name: str, session: Any, spark: SparkEngine, duck: DuckDbEngine, scratch: Path) -> bool:
    """Whether both give the same rows of `name`; prints how many there are and the seconds by the clock."""
    theirs = scratch / "spark-rows"

    def by_spark() -> None:
        (spark.table if name in MADE else spark.view)(name)
        session.table(name).write.mode("overwrite").parquet(theirs.as_uri())

    spark_seconds, duck_seconds = clocked(by_spark), clocked(lambda: duck.table(name))
    written = f"read_parquet('{theirs}/*.parquet')"
    columns = ", ".join(_columns(duck, name))
    left = sum(
        _number(duck, f"SELECT COUNT(*) FROM (SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other})")
        for one, other in ((name, written), (written, name))
    )
    rows = duck.count(name)
    print(f"{name:<32}{rows:>12,}{spark_seconds:>10.1f}{duck_seconds:>10.1f}  {left:,}", flush=True)
    shutil.rmtree(theirs)
    if name not in MADE:
        duck.run(f"DROP TABLE whole_{name}")
    return left == 0


def _columns(duck: DuckDbEngine, name: str) -> Sequence[str]:
    """Those of a name that other files read are fixed; of another file, what DuckDB found."""
    if name in MADE:
        return columns_of(name)
    return [str(row[0]) for row in duck.run(f"DESCRIBE {name}").fetchall()]


def _number(duck: DuckDbEngine, query: str) -> int:
    return int(duck.run(query).fetchone()[0])


def clocked(work: Callable[[], object]) -> float:
    """The seconds by the clock: a cluster's CPU is used in other processes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
