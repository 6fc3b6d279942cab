"""A class that starts at once: 200 launches at the same moment on `jampel serve --workers 2`.

    python -m bench.lti_flood [LAUNCHES]

Every learner comes for the first time in the first flood (a durable enrolment each) and comes back in the next ones. A
launch is the whole of it: all checks, all writes, and the page with the player. The clients run on the same machine and
take a part of it.
"""

import sys
import tempfile
from pathlib import Path

from bench._flood import Flood, flood, launches, prepare
from bench._server import serving

WANTED_MS = 300


def main(count: int = 200, rounds: int = 3) -> int:
    """Prints each flood; 1 when a launch failed."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="jampel-flood-") as name:
        platform = prepare(Path(name) / "data", Path(name) / "modul")
        with serving(Path(name) / "data", workers=2) as server:
            port = int(server.url.rpartition(":")[2])
            flood(port, launches(port, platform, 20, first=10_000))  # both processes have met a launch
            for number in range(rounds):
                requests, before = launches(port, platform, count), server.usage()["web"][0]
                found = flood(port, requests)
                show("first launches" if number == 0 else "coming back", found, server.usage()["web"][0] - before)
                failed += found.failed
    print(f"wanted: none fails, 95 of 100 within {WANTED_MS} ms")
    return 1 if failed else 0


def show(name: str, found: Flood, cpu: float) -> None:
    """Prints one flood, for which the server's processes needed `cpu` seconds of CPU."""
    half, most, last = (found.percentile(percent) * 1000 for percent in (50, 95, 100))
    print(f"{name:15} {len(found.statuses)} at once: {found.failed} failed, p50 {half:.0f} ms, p95 {most:.0f} ms,"
          f" last {last:.0f} ms, {cpu / len(found.statuses) * 1e6:.0f} µs of the server's CPU each")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
