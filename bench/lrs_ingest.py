"""What taking in statements costs without the web: validation alone and the whole way, beside the chain of the floor.

    python -m bench.lrs_ingest [--statements 20000] [--batch 500] [--folder DIR]

Runs in this process, so it takes seconds and a profiler can look at it. Prints statements a second by CPU time and by
the clock, the best of three rounds; what counts is the ratio. `bench.lrs_http` measures what clients see.
"""

import argparse
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench import _corpus as corpus
from bench._floor import store_by_the_chain
from xapi.database import migrate, open_database
from xapi.lrs.service import Lrs
from xapi.lrs.store import StatementStore
from xapi.testing import make_principal
from xapi.validation import validate_statement

ROUNDS = 3
Work = Callable[[list[bytes], Path], object]


def ingest(batches: list[bytes], folder: Path) -> None:
    """The whole way: strict validation, authority and times spliced in, indexes, one commit per batch."""
    engine = open_database(folder / "lrs.db")
    migrate(engine, "xapi.lrs")
    lrs, principal = Lrs(StatementStore(engine), lambda: datetime.now(UTC), uuid.uuid4), make_principal()
    for batch in batches:
        lrs.post_statements(principal, batch)
    engine.dispose()


def validate(batches: list[bytes], _folder: Path) -> None:
    """Validation alone."""
    decoder = msgspec.json.Decoder(list[msgspec.Raw])
    for batch in batches:
        for raw in decoder.decode(batch):
            validate_statement(bytes(raw))


def chain(batches: list[bytes], folder: Path) -> None:
    """The floor: see `bench._floor`."""
    store_by_the_chain(folder / "floor.db", batches)


def rates(work: Work, batches: list[bytes], count: int, where: str | None) -> tuple[float, float]:
    """Statements per second of `work` in a folder of its own, by CPU time and by the clock."""
    with tempfile.TemporaryDirectory(dir=where) as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        work(batches, Path(folder))
        return count / (time.process_time() - cpu), count / (time.perf_counter() - wall)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--folder", help="where the databases go; a disk of the kind you will use")
    options = parser.parse_args()
    batches = [corpus.batch(start, options.batch) for start in range(0, options.statements, options.batch)]
    count = len(batches) * options.batch
    size = sum(map(len, batches)) // count
    print(f"{count} statements of {size} bytes, {options.batch} per batch, committed to disk per batch")
    by_cpu = {}
    for work in (chain, validate, ingest):
        found = [rates(work, batches, count, options.folder) for _ in range(ROUNDS)]
        by_cpu[work.__name__], by_clock = (max(values) for values in zip(*found, strict=True))
        print(f"{work.__name__:10}{by_cpu[work.__name__]:10,.0f} statements/s of CPU{by_clock:10,.0f} /s by the clock")
    print(f"ingest / chain = {by_cpu['ingest'] / by_cpu['chain']:.2f} by CPU")


if __name__ == "__main__":
    main()
