"""How fast the LRS is over HTTP as `jampel serve` ships it, beside the floor of this machine and beside Ralph.

    python -m bench.lrs_http             everything: 5 million statements need 26 GB in --folder, kept for the next run
    python -m bench.lrs_http --quick     near-empty and 100 thousand statements
    python -m bench.lrs_http --rows post500@0 --seconds 3 --repeats 1 --skip-ralph --skip-floor     one row in seconds

wrk drives, on 4 connections that stay open. A row is the median of its repetitions; one answer other than 2xx makes it
invalid. Rows that read are measured on the kept stores, rows that write on copies.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from bench._floor import measure_floor
from bench._measure import Measured, Plan, measure
from bench._postgres import cluster
from bench._ralph import measure_ralph
from bench._rows import ROWS, SIZES, Row
from bench._server import BenchError, Server, serving, settings_of
from bench._store import IN_MEMORY, Stores, count_stored, kind_of_disk
from bench._table import Outcome, as_json, markdown
from bench._wrk import require_wrk

RALPH_SIZE = "100k"
MARKS = ("<!-- lrs_http -->", "<!-- /lrs_http -->")


def main(arguments: list[str] | None = None) -> int:
    """Measures what is wanted and prints the table; 1 when a row is invalid."""
    options = _options(arguments)
    try:
        require_wrk()
        outcome = Bench(options).run()
    except BenchError as problem:
        print(problem, file=sys.stderr)
        return 1
    table = markdown(outcome)
    print(table)
    if options.markdown:
        put(table, options.markdown)
    if options.json:
        options.json.write_text(json.dumps(as_json(outcome), indent=1) + "\n", encoding="utf-8")
    return 1 if any(one.problems for one in outcome.rows) else 0


def put(table: str, path: Path) -> None:
    """Writes `table` to the file at `path`: between its two marks when it has them, else as its whole content."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    before, mark, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    whole = f"{before}{mark}\n{table}{end}{after}" if mark and end else table
    path.write_text(whole, encoding="utf-8")


class Bench:
    """One run of the benchmark."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._plan = Plan(options.seconds, options.repeats, min(2, options.seconds))
        self._folder: Path = options.folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._stores = Stores(self._folder, say)
        self._outcome = Outcome(settings_of(self._folder), load_before=os.getloadavg()[0])
        for place in {self._folder, Path(tempfile.gettempdir())}:
            if kind_of_disk(place) in IN_MEMORY:
                self._outcome.notes.append(f"{place} is in memory: commits cost nothing there.")

    def run(self) -> Outcome:
        """Everything that is wanted: floor, ours by size, PostgreSQL, Ralph."""
        self._floor()
        for size in self._options.sizes:
            rows = [row for row in ROWS if self._wanted(row, size)]
            self._side(size, [row for row in rows if not row.writes], self._reading)
            self._side(size, [row for row in rows if row.writes and not row.postgres], self._writing)
            for row in rows:
                if row.postgres:
                    self._side(size, [row], self._postgres)
        if self._outcome.rows:
            self._ralph()
        return self._outcome

    def _wanted(self, row: Row, size: str) -> bool:
        if row.postgres and self._options.skip_postgres:
            return False
        return size in row.sizes and any(fnmatch(f"{row.name}@{size}", p) for p in self._options.rows)

    def _floor(self) -> None:
        if self._options.skip_floor:
            return
        say("the floor of this machine")
        with tempfile.TemporaryDirectory(dir=self._folder) as place:
            measure_floor(self._outcome.floor, Path(place), repeats=self._plan.repeats, stored=self._options.floor)

    def _side(self, size: str, rows: list[Row], open_server) -> None:
        """The rows that share a server; what cannot be measured is an invalid row, and the others go on."""
        if not rows:
            return
        try:
            with open_server(size, rows[0]) as (server, where):
                for row in rows:
                    self._outcome.rows.append(self._one(row, size, server, where))
        except BenchError as problem:
            say(str(problem))
            done = {one.row.name for one in self._outcome.rows if one.size == size}
            left = [row for row in rows if row.name not in done]
            self._outcome.rows += [Measured(row, size, problems=[str(problem)]) for row in left]

    def _one(self, row: Row, size: str, server: Server, where: Path | str) -> Measured:
        before = count_stored(where) if row.writes else 0
        try:
            with tempfile.TemporaryDirectory(dir=self._folder, prefix="scripts-") as scripts:
                found = measure(row, size, SIZES[size], server, self._plan, Path(scripts))
        except BenchError as problem:
            return Measured(row, size, problems=[str(problem)])
        if row.writes and (kept := count_stored(where) - before) < found.acknowledged:
            found.problems.append(f"{found.acknowledged} statements acknowledged and {kept} stored")
        say(f"{row.name}@{size}: {found.median:,.0f} [{min(found.values):,.0f}–{max(found.values):,.0f}]"
            f"{' ms p99' if row.by_p99 else ' /s'}, {found.web_us:,.0f} µs CPU, load {found.load:.1f}"
            f"{''.join(f'; {problem}' for problem in found.problems)}")  # fmt: skip
        return found

    @contextmanager
    def _reading(self, size: str, _row: Row) -> Iterator[tuple[Server, Path | str]]:
        data = self._stores.ready(SIZES[size])
        with serving(data) as server:
            yield server, data / "lrs.db"

    @contextmanager
    def _writing(self, size: str, _row: Row) -> Iterator[tuple[Server, Path | str]]:
        with self._stores.copy(SIZES[size]) as data, serving(data) as server:
            yield server, data / "lrs.db"

    @contextmanager
    def _postgres(self, _size: str, row: Row) -> Iterator[tuple[Server, Path | str]]:
        with cluster() as url, tempfile.TemporaryDirectory(dir=self._folder, prefix="data-") as data:
            with serving(Path(data), workers=row.postgres, database=url) as server:
                yield server, url

    def _ralph(self) -> None:
        """The rows that were measured at Ralph's size, once more with Ralph."""
        rows = [one.row for one in self._outcome.rows if one.size == RALPH_SIZE and not one.row.by_p99]
        if self._options.skip_ralph or not rows:
            return
        try:
            with tempfile.TemporaryDirectory(dir=self._folder, prefix="ralph-") as place:
                self._outcome.ralph = measure_ralph(rows, RALPH_SIZE, SIZES[RALPH_SIZE], Path(place), say)
        except BenchError as problem:
            self._outcome.notes.append(f"Ralph was not measured: {problem}.")


def say(text: str) -> None:
    """Tells what is going on, beside the table."""
    print(text, file=sys.stderr, flush=True)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "jampel-bench",
                        help="where stores are kept; a disk of the kind you will use")  # fmt: skip
    parser.add_argument("--sizes", type=_listed, default=["0", "100k", "1m", "5m"], help="of 0, 2k, 100k, 1m, 5m")
    parser.add_argument("--rows", type=_listed, default=["*"], help="patterns of NAME@SIZE: id@*,post500@0")
    parser.add_argument("--seconds", type=float, default=8, help="of a repetition")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--floor", type=int, default=100_000, help="statements that the floor stores")
    parser.add_argument("--quick", action="store_true", help="near-empty and 100 thousand statements only")
    for part in ("floor", "ralph", "postgres"):
        parser.add_argument(f"--skip-{part}", action="store_true")
    parser.add_argument(
        "--markdown", type=Path, help="writes the table to this file too, between its marks when it has them"
    )
    parser.add_argument("--json", type=Path, help="writes everything to this file")
    options = parser.parse_args(arguments)
    if options.quick:
        options.sizes = ["0", RALPH_SIZE]
    if unknown := [size for size in options.sizes if size not in SIZES]:
        parser.error(f"unknown size {', '.join(unknown)}: one of {', '.join(SIZES)}")
    return options


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


if __name__ == "__main__":
    sys.exit(main())
