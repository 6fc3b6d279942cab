"""Two processes empty one outbox: each job goes out once, on SQLite and on PostgreSQL."""

import subprocess
import sys
from pathlib import Path

from xapi.database import migrate, open_database
from xapi.queue import Entry, Queue

HERE = "a" * 32
PROGRAM = Path(__file__).with_name("queue_process.py")
JOBS = 300


def test_two_processes_on_one_outbox_never_do_a_job_twice_within_its_lease(place: Path | str) -> None:
    engine = open_database(place, schema="jampel_queue")
    migrate(engine, "xapi.queue")
    queue = Queue(engine)
    queue.put_all(HERE, "a", [Entry(b"", key=f"{number:03}") for number in range(JOBS)])
    processes = [
        subprocess.Popen(
            [sys.executable, str(PROGRAM), str(place), owner],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
        )
        for owner in ("w1", "w2")
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "siap\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("mulai\n")
        process.stdin.flush()
    shares = [process.communicate(timeout=60)[0].split() for process in processes]
    assert sorted([key for share in shares for key in share]) == [f"{number:03}" for number in range(JOBS)]
    assert all(shares), "both worked"
    assert queue.status(HERE)["a"]["done"] == JOBS
    engine.dispose()
