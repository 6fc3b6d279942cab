"""Filled stores: data folders of an installation with 100 thousand to millions of statements, kept for the next run.

They are filled through the product's own LRS, in process, in batches, by a clock that runs through the year 2025, with
`synchronous=OFF` for the filling only. A larger one grows from the next smaller one. What the worker would have done
meanwhile is nothing, because the corpus grants no JP and no score: its cursors are set to the end.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, text

from bench import _corpus as corpus
from bench._server import BenchError
from lti_tool.grades import CURSOR
from lti_tool.services import Services, open_services
from lti_tool.settings import load_settings
from xapi.database import migrate, open_database, reading
from xapi.lrs.service import Lrs
from xapi.lrs.store import StatementStore
from xapi.testing import make_principal

BYTES_PER_STATEMENT = 2_600
"""Of the file, with its indexes; rounded up."""
IN_MEMORY = ("tmpfs", "ramfs")
AT_ONCE = 5_000
START = datetime(2025, 1, 1, tzinfo=UTC)
FILLED = ("institution", "term", "statement", "relation", "activity")
_CACHE_KIB = 512 * 1024
_PIECE = 4 * 1024 * 1024
Say = Callable[[str], None]


class Stores:
    """The filled stores in `folder`; `say` is told what takes long."""

    def __init__(self, folder: Path, say: Say) -> None:
        self._folder = folder
        self._say = say
        self._shape = _shape()

    def ready(self, count: int) -> Path:
        """A data folder with the first `count` statements; filled now when it is not there. Do not write to it."""
        place = self._place(count)
        if not (place / "filled.json").exists():
            self._fill(count, place)
        return place

    @contextmanager
    def copy(self, count: int) -> Iterator[Path]:
        """A copy of `ready(count)` that may be written to, an empty folder for 0; it goes with the block."""
        if not count:
            with tempfile.TemporaryDirectory(dir=self._folder, prefix="copy-") as empty:
                yield Path(empty)
            return
        source = self.ready(count)
        require_space(self._folder, _size(source))
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="copy-") as copy:
            shutil.copytree(source, copy, dirs_exist_ok=True)
            _settle(source, Path(copy))
            yield Path(copy)

    def _place(self, count: int) -> Path:
        return self._folder / f"store-{count}-{self._shape}"

    def _fill(self, count: int, place: Path) -> None:
        for old in self._folder.glob(f"store-{count}-*"):
            if old != place:  # of another release
                shutil.rmtree(old)
        smaller = max((n for n in self._there() if n < count), default=0)
        require_space(self._folder, count * BYTES_PER_STATEMENT)
        if smaller and not place.exists():
            part = place.with_name(f"part-{place.name}")  # a copy that is broken off must not look like a beginning
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(self._place(smaller), part)
            (part / "filled.json").unlink()
            part.rename(place)
        begun = time.perf_counter()
        start = grow(place, count, self._say)
        told = {"statements": count, "seconds": round(time.perf_counter() - begun, 1), "from": start}
        (place / "filled.json").write_text(json.dumps(told))

    def _there(self) -> list[int]:
        found = self._folder.glob(f"store-*-{self._shape}/filled.json")
        return [int(path.parent.name.split("-")[1]) for path in found]


def grow(data: Path, count: int, say: Say) -> int:
    """Stores what is missing of the first `count` statements in the data folder `data`, which is made when it is not
    there; returns how many there were. Batches go in whole and in order, so a filling that was broken off goes on."""
    with open_services(load_settings(data, {})) as services:
        start = count_stored(data / "lrs.db")
        _store(data / "lrs.db", services.institution.id, start, count, say)
        _catch_up(services, count)
    return start


def moment(number: int) -> datetime:
    """The clock when statement `number` is stored."""
    return START + timedelta(seconds=number * corpus.SECONDS_APART)


def require_space(folder: Path, size: int) -> None:
    """BenchError when fewer than `size` bytes (and some more) are free in `folder`."""
    free = shutil.disk_usage(folder).free
    if free < size * 1.1 + 2**29:
        raise BenchError(
            f"{folder} has {free / 2**30:.1f} GiB free and {size * 1.1 / 2**30 + 0.5:.1f} are needed: give another "
            "--folder, or fewer --sizes"
        )


def kind_of_disk(folder: Path) -> str:
    """The file system that `folder` is on, such as ext4; empty when it cannot be told."""
    mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines() if Path("/proc/mounts").exists() else []
    fields = [line.split() for line in mounts]
    holding = [(len(one[1]), one[2]) for one in fields if folder.resolve().is_relative_to(one[1])]
    return max(holding, default=(0, ""))[1]


def count_stored(where: Path | str) -> int:
    """How many statements the LRS database at a path or URL holds."""
    engine = open_database(where, schema="jampel_lrs")
    try:
        with reading(engine) as connection:
            return int(connection.execute(text("SELECT COUNT(*) FROM statement")).scalar_one())
    finally:
        engine.dispose()


def _store(path: Path, institution: str, start: int, count: int, say: Say) -> None:
    engine = open_database(path)
    event.listen(engine, "connect", _in_a_hurry)
    migrate(engine, "xapi.lrs")
    principal, now = make_principal(institution), moment(start)  # one authority, however often the store grows
    lrs = Lrs(StatementStore(engine), lambda: now, uuid.uuid4)
    begun = told = time.monotonic()
    at_once = min(AT_ONCE, 1 + count // 4)  # several moments, also in a small store
    for place in range(start, count, at_once):
        now = moment(place)
        lrs.post_statements(principal, corpus.batch(place, min(at_once, count - place)))
        if time.monotonic() - told > 10:
            told = time.monotonic()
            done = min(place + at_once, count)
            pace = (done - start) / (told - begun)
            say(f"filling: {done:,} of {count:,} statements, {pace:,.0f}/s, {(count - done) / pace:,.0f} s to go")
    engine.dispose()  # the last connection that closes brings the log into the file


def _in_a_hurry(connection, _record) -> None:
    for pragma in ("synchronous = OFF", f"cache_size = -{_CACHE_KIB}", "wal_autocheckpoint = 20000"):
        connection.execute(f"PRAGMA {pragma}")


def _catch_up(services: Services, count: int) -> None:
    """Sets the cursors of the ledger and the scores after the last statement."""
    institution, last = services.institution.id, max(0, count - AT_ONCE)
    while some := services.statements.after(institution, last, AT_ONCE):
        last = some[-1].seq
    with services.ledger.writing() as writer:
        writer.reset(services.rules)
        writer.advance(last)
    services.lti.scores.advance(CURSOR, last, {})


def _shape() -> str:
    """Changes with the tables that statements are in and with the corpus: a store of other ones is not used."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(Path(folder) / "lrs.db")
        migrate(engine, "xapi.lrs")
        with reading(engine) as connection:
            found = connection.execute(text("SELECT tbl_name, sql FROM sqlite_master ORDER BY name")).all()
        engine.dispose()
    tables = [row.sql for row in found if row.tbl_name in FILLED]
    return hashlib.sha256(repr(tables).encode() + Path(corpus.__file__).read_bytes()).hexdigest()[:8]


def _settle(source: Path, copy: Path) -> None:
    """Makes the copying part of the past: the copy is on the disk and in memory, and what it was copied from is not."""
    os.sync()
    for path in source.rglob("*.db"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    for path in copy.rglob("*.db"):
        with path.open("rb", buffering=0) as file:
            while file.read(_PIECE):
                pass


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
