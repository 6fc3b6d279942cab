"""A PostgreSQL server for the benchmark, with durable commits."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench._server import BenchError
from tools.postgres_server import PostgresServer, programs

DURABLE = ("fsync=on", "synchronous_commit=on", "max_wal_size=4GB", "shared_buffers=512MB")


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of an empty database of a new server; it goes with the block.

    It is in the folder for temporary files (`TMPDIR`), whose path is short enough for a socket and which PostgreSQL's
    own user can reach. Raises BenchError when PostgreSQL is missing or cannot run.
    """
    found = programs()
    if found is None:
        raise BenchError("PostgreSQL is not installed: apt-get install postgresql")
    place = Path(tempfile.mkdtemp(prefix="jampel-pg-"))
    try:
        server = _started(found, place)
        try:
            yield server.new_database()
        finally:
            server.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _started(found: Path, place: Path) -> PostgresServer:
    try:
        return PostgresServer(found, place, DURABLE)
    except subprocess.CalledProcessError as cause:
        said = cause.stderr.decode(errors="replace")[-1000:]
        raise BenchError(f"PostgreSQL did not start in {place}: {said}") from cause
