"""One process that empties an outbox: writes the key of each job it holds, and holds it for a moment, to its output."""

import sys
import time
from datetime import UTC, datetime
from random import Random

from xapi.database import open_database
from xapi.queue import Backoff, Done, Queue, Worker


def main() -> int:
    """`queue_process.py PLACE OWNER`: works until nothing is left to lease."""
    place, owner = sys.argv[1:]
    engine = open_database(place, schema="jampel_queue")

    def handler(jobs):
        print(*(job.key for job in jobs), sep="\n", flush=True)
        time.sleep(0.005)
        return [Done() for _ in jobs]

    worker = Worker(Queue(engine), {"a": handler}, lambda: datetime.now(UTC), owner, backoff=Backoff(Random(7)))
    print("siap", flush=True)
    sys.stdin.readline()  # all begin at once
    while worker.run_once(limit=3):
        pass
    engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
