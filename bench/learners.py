"""Two hundred people learn at once, as fast as people do, while auditors and an admin work: does the server keep up?

    python -m bench.learners                                  # 200 learners, 10 minutes, two web processes on SQLite
    python -m bench.learners --kill-every 30                  # a web process or the worker is killed every 30 s
    python -m bench.learners --learners 20 --minutes 1 --people 500

Each learner opens modules by real LTI launches, reads a page for 5 to 40 seconds, answers, and sends what the player
sends: statements, the state after every step, the score at the end. Whatever breaks is tried again as the player and
people do. The LMS, with its gradebook, is in this process. A year of records of `--people` employees is there before.
Afterwards all that was acknowledged is looked for in the databases and in the gradebook. Exit 1 when anything failed.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Coroutine
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, TextColumn

from bench._postgres import cluster
from bench._server import BenchError, Server, serving
from bench.crowd.book import Book
from bench.crowd.browser import Browser, CutOff, Unwanted
from bench.crowd.install import HOST, Installation, install, province, staff
from bench.crowd.killer import Killer
from bench.crowd.learner import Learner, Pace
from bench.crowd.lms import Lms
from bench.crowd.report import figures, lines
from bench.crowd.staff import Officer
from bench.crowd.verify import verify
from bench.crowd.watch import Watcher
from lti_tool.services import open_services
from xapi.queue.worker import LEASE_SECONDS

#: Seconds in which all have come, and after the end until scores and credits must have arrived: what a worker that was
#: killed had taken comes back when its lease is over.
COMING, DRAINING = 60.0, 60.0 + LEASE_SECONDS
MONITOR_EVERY = 10.0
FIRST_ADDRESS = IPv4Address("10.0.0.0")
QUEUED = (
    "jampel_queue_jobs",
    "jampel_queue_overdue_seconds",
    "jampel_ledger_unread_seconds",
    "jampel_scores_unread_seconds",
)


class Crowd:
    """Everybody around one server: who they are, what they met, and what is looked at meanwhile."""

    def __init__(self, server: Server, place: Installation, lms: Lms, wanted: argparse.Namespace) -> None:
        self.book = Book()
        self.waiting: list[dict[str, float]] = []
        self.problems: list[str] = []
        self._port = int(server.url.rpartition(":")[2])
        self._place, self._lms, self._wanted = place, lms, wanted
        assert server.process is not None
        self.watcher = Watcher(server.process.pid, place.data)
        self.killer = Killer(server.process.pid, self._port, wanted.workers, random.Random(wanted.seed))
        self._end = time.monotonic() + wanted.minutes * 60
        pace = Pace(self._end, wanted.hurry, wanted.least)
        self.learners = [
            Learner(number, nip, lms=lms, browser=self._browser(number), modules=place.modules, pace=pace)
            for number, nip in enumerate(place.nips)
        ]
        self._staff = [
            Officer(name, role, browser=self._browser(60_000 + number), year=place.year, pace=pace)
            for number, (name, role) in enumerate(staff())
        ]

    async def live(self) -> None:
        """From the first who comes until everything that they did has arrived."""
        lms = await self._lms.open()
        self.watcher.start()
        async with asyncio.TaskGroup() as tasks:
            beside = [tasks.create_task(self._monitor()), tasks.create_task(self._tell())]
            if self._wanted.kill_every:
                tasks.create_task(self.killer.work(self._wanted.kill_every, self._end))
            work = [tasks.create_task(self._noted("staff", officer.work())) for officer in self._staff]
            work += [tasks.create_task(self._noted(one.subject, self._come(one))) for one in self.learners]
            await asyncio.wait(work)
            self.watcher.stop()
            await self._drained()
            for task in beside:
                task.cancel()
        lms.close()

    def _browser(self, number: int) -> Browser:
        return Browser(self._port, self.book, host=HOST, address=str(FIRST_ADDRESS + number))

    async def _noted(self, who: str, life: Coroutine[Any, Any, None]) -> None:
        """One life; what ends it early is told at the end, and the others go on."""
        try:
            await life
        except Exception as error:  # noqa: BLE001 - whatever it is, the run of all others is worth its figures
            self.problems.append(f"{who} gave up: {type(error).__name__} {error}"[:200])

    async def _come(self, learner: Learner) -> None:
        coming = min(COMING, self._wanted.minutes * 6)
        await asyncio.sleep(random.Random(learner.subject).uniform(0, coming))
        await learner.learn()

    async def _monitor(self) -> None:
        browser = self._browser(65_000)
        while True:
            self.waiting.append(await self._figures(browser))
            await asyncio.sleep(MONITOR_EVERY)

    async def _figures(self, browser: Browser) -> dict[str, float]:
        """What waits in the queue and before the ledger, as a monitor reads it."""
        token = {"Authorization": f"Bearer {self._place.monitor}"}
        try:
            page = (await browser.ask("figures", "GET", "/metrics", headers=token)).body.decode()
        except (CutOff, Unwanted):
            return {}
        told = (line.rpartition(" ") for line in page.splitlines() if line.startswith(QUEUED))
        return {name: float(value) for name, _, value in told}

    async def _drained(self) -> None:
        """Returns when nothing waits any more, or it took too long: what is missing then is found afterwards."""
        browser, end = self._browser(65_001), time.monotonic() + DRAINING
        while time.monotonic() < end:
            await asyncio.sleep(1)
            found = await self._figures(browser)
            self.waiting.append(found)
            if all(any(name.startswith(one) for name in found) for one in QUEUED) and not any(found.values()):
                break
        browser.close()

    async def _tell(self) -> None:
        """A line of progress on stderr."""
        shown = TextColumn("{task.fields[now]}")
        with Progress(*Progress.get_default_columns(), shown, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("learning", total=self._wanted.minutes * 60, now="")
            while True:
                await asyncio.sleep(1)
                row = self.book.row(["statements", "state", "launch"])
                now = f"{self.book.answered} answers, p95 {row['p95']} ms, {self.book.errors.total()} errors"
                progress.update(task, advance=1, now=f"{now}, {len(self.killer.kills)} kills")


def run(wanted: argparse.Namespace, data: Path, database: str = "") -> dict[str, Any]:
    """One whole run on the new data folder `data`: the figures, with `failed` for whatever is not good."""
    lms = Lms()
    province(wanted.people, wanted.folder, data, database)
    place = install(data, lms, wanted.learners, database)
    with serving(data, workers=wanted.workers, database=database) as server:
        crowd = Crowd(server, place, lms, wanted)
        before, begun = os.times(), time.monotonic()
        asyncio.run(crowd.live())
        after, seconds = os.times(), time.monotonic() - begun
    with open_services(place.settings) as services:
        findings = verify(services, place, crowd.learners, lms)
    findings.wrong += crowd.problems
    kills = crowd.killer.kills if wanted.kill_every else None
    told = figures(crowd.book, crowd.watcher, kills, findings)
    grades = [grade for some in lms.grades.values() for grade in some]
    return told | {
        "run": {name: str(value) for name, value in vars(wanted).items()},
        "driver cores": (after.user + after.system - before.user - before.system) / seconds,
        "driver memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "modules finished": sum(learner.finished for learner in crowd.learners),
        "grades arrived": len(grades),
        "most waiting": {
            name: max(one.get(name, 0.0) for one in crowd.waiting) for name in sorted(set().union(*crowd.waiting))
        },
        "log": (data / "server.log").read_text(errors="replace").splitlines()[-200:],
    }


def options() -> argparse.ArgumentParser:
    """What can be chosen."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.learners", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--kill-every", type=float, default=0, metavar="SECONDS", help="0 (usual): nobody is killed")
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--people", type=int, default=5000, help="employees whose year of records is there before")
    parser.add_argument(
        "--database", default="", help="'postgresql' for a server of its own, or the URL of an empty one"
    )
    parser.add_argument("--folder", type=Path, help="keep the filled province here for the next run (SQLite only)")
    parser.add_argument("--hurry", type=float, default=1, help="everybody is so many times faster than people are")
    parser.add_argument("--least", type=int, default=0, help="modules that a learner goes through, however late it is")
    parser.add_argument("--seed", type=int, default=1, help="which processes are killed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


def main() -> int:
    """Runs it, prints the table, writes the file; 1 when anything failed."""
    wanted = options().parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="jampel-learners-") as name:
            if wanted.database == "postgresql":
                with cluster() as url:
                    told = run(wanted, Path(name) / "data", url)
            else:
                told = run(wanted, Path(name) / "data", wanted.database)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines(told)))
    print("most that waited: " + ", ".join(f"{name} {most:g}" for name, most in told["most waiting"].items() if most))
    print(f"this program itself: {told['driver cores']:.2f} processors, {told['driver memory']:.0f} MB")
    if wanted.json:
        wanted.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    return 1 if told["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
