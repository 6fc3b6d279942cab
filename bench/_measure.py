"""Measures one row against a running server: warm-up, repetitions, what it costs the server, whether answers fit."""

import base64
import json
import os
import statistics
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench._rows import ROWS, Row, bodies_of, paths_of
from bench._server import BenchError, Server
from bench._wrk import VERSION, Run, drive, get_script, post_script


@dataclass(frozen=True)
class Plan:
    """How long and how often: seconds of a repetition and of the warm-up, and answers looked at beforehand."""

    seconds: float = 8
    repeats: int = 3
    warm: float = 2
    looks: int = 20


@dataclass
class Measured:
    """What a row showed on a store of `size`; CPU in microseconds for each statement or request, memory in MB.

    With `problems` it is invalid. `acknowledged` counts the statements that were answered with 2xx, the warm-up's too.
    """

    row: Row
    size: str
    runs: list[Run] = field(default_factory=list)
    web_us: float = 0
    worker_cores: float = 0
    peak_mb: dict[str, float] = field(default_factory=dict)
    per_answer: float | None = None
    acknowledged: int = 0
    load: float = 0
    problems: list[str] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        """Statements or requests a second, by repetition."""
        return [run.rate * self.row.unit for run in self.runs]

    @property
    def values(self) -> list[float]:
        """What is compared with the target: rates, or p99 in milliseconds."""
        return [run.p99 for run in self.runs] if self.row.by_p99 else self.rates

    @property
    def median(self) -> float:
        """The median of `values`."""
        return statistics.median(self.values)

    def middle(self, name: str) -> float:
        """The median of an attribute of the runs."""
        return statistics.median(getattr(run, name) for run in self.runs)


def measure(row: Row, size: str, count: int, server: Server, plan: Plan, folder: Path) -> Measured:
    """Runs `row` on the store of `count` statements behind `server`; scripts go into `folder`.

    An answer other than 2xx, a broken connection, or an answer that is not what was asked for is among the `problems`.
    """
    found = Measured(row, size)
    scripts = _writing(row, count, server, plan, folder) if row.writes else _asking(found, count, server, plan, folder)

    def once(turn: int, seconds: float) -> Run:
        login = f"{server.key}:{server.secret}"
        run = drive(scripts(turn), server.url, login, connections=row.connections, seconds=seconds)
        found.acknowledged += (run.requests - run.refused) * row.statements
        if run.broken or run.refused:
            found.problems.append(f"{run.refused} refused and {run.broken} broken of {run.requests} requests")
        return run

    if plan.warm:
        once(0, plan.warm)
    before = server.usage()
    found.runs = [once(turn, plan.seconds) for turn in range(1, plan.repeats + 1)]
    _account(found, before, server.usage())
    return found


def ask(server: Server, path: str) -> Any:
    """The JSON answer to a GET; BenchError when it is not 200."""
    request = urllib.request.Request(server.url + path)
    token = base64.b64encode(f"{server.key}:{server.secret}".encode()).decode()
    request.add_header("Authorization", f"Basic {token}")
    request.add_header("X-Experience-API-Version", VERSION)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())
    except OSError as cause:
        raise BenchError(f"GET {path[:200]}: {cause}") from cause


def _writing(row: Row, count: int, server: Server, plan: Plan, folder: Path) -> Callable[[int], Path]:
    return lambda turn: post_script(folder, server.statements, bodies_of(row, count, turn, plan.seconds))


def _asking(found: Measured, count: int, server: Server, plan: Plan, folder: Path) -> Callable[[int], Path]:
    row = found.row
    authority = _authority(server, count) if row.name == "agents-authority" else ""
    paths = paths_of(row, count, server.statements, authority=authority)
    try:
        found.per_answer = _look(server, row, paths[: plan.looks])
    except BenchError as problem:
        found.problems.append(str(problem))
    script = get_script(folder, paths)
    return lambda _turn: script


def _look(server: Server, row: Row, paths: list[str]) -> float | None:
    """Statements in an answer, on average; BenchError when an answer is not what the row is about."""
    if row.name == "id":
        for path in paths:
            found = ask(server, path)
            if found.get("statements", [found])[0].get("id", "-") not in path:  # Ralph answers with a list
                raise BenchError("another statement was answered")
        return None
    lengths = [len(ask(server, path)["statements"]) for path in paths]
    if row.page is not None and set(lengths) != {row.page}:
        raise BenchError(f"answers of {min(lengths)} to {max(lengths)} statements instead of {row.page}")
    if row.page is None and not row.by_p99 and not sum(lengths):
        raise BenchError("answers without any statement")
    return statistics.mean(lengths)


def _authority(server: Server, count: int) -> str:
    """The Agent that stands as authority in the filled statements."""
    row = next(row for row in ROWS if row.name == "id")
    return json.dumps(ask(server, paths_of(row, count, server.statements)[0])["authority"])


def _account(found: Measured, before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]) -> None:
    seconds = sum(run.seconds for run in found.runs)
    units = sum(run.requests for run in found.runs) * found.row.unit

    def spent(role: str) -> float:
        return after.get(role, (0, 0))[0] - before.get(role, (0, 0))[0]

    found.web_us = (spent("web") + spent("beside")) / units * 1e6
    found.worker_cores = spent("worker") / seconds
    found.peak_mb = {role: peak for role, (_, peak) in after.items()}
    found.load = os.getloadavg()[0]
