"""Looks at the server's processes and files once a second while a crowd is there: memory, CPU, write-ahead logs."""

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench._server import cost_of, descendants, role_of

#: What counts as flat, in MB a minute, over the last half of a run: until then SQLite's caches fill, one by one, each
#: with at most some MB. The last part is told too.
FLAT, LAST_PART, LAST_HALF = 1.0, 0.8, 0.5
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


class Process(NamedTuple):
    """A process at one moment: its role, resident memory in MB, and CPU seconds so far."""

    role: str
    memory: float
    cpu: float


class Sample(NamedTuple):
    """One look, `second` seconds after the first: processes by id, MB of write-ahead logs by file, load average."""

    second: float
    processes: dict[int, Process]
    logs: dict[str, float]
    load: float


@dataclass(frozen=True)
class Grown:
    """How the memory of a process that lived through the last part of a run went: MB at its end, and MB a minute over
    the last part and over the last half."""

    role: str
    pid: int
    memory: float
    slope: float
    half: float


class Watcher(threading.Thread):
    """Samples the server whose first process is `first` and whose data folder is `data`, until it is stopped."""

    def __init__(self, first: int, data: Path) -> None:
        super().__init__(name="watcher", daemon=True)
        self.samples: list[Sample] = []
        self._first = first
        self._data = data
        self._stopping = threading.Event()
        self._begun = time.monotonic()

    def run(self) -> None:
        """Looks once a second."""
        while not self._stopping.wait(1):
            self.samples.append(self._look())

    def stop(self) -> None:
        """Ends it."""
        self._stopping.set()
        self.join()

    def grown(self) -> list[Grown]:
        """Every process that lived through the last part of the run."""
        late = self._last(LAST_PART)
        lasting = set.intersection(*(set(sample.processes) for sample in late)) if late else set()
        half, found = self._last(LAST_HALF), []
        for pid in sorted(lasting):
            last = late[-1].processes[pid]
            found.append(Grown(last.role, pid, last.memory, _slope(pid, late), _slope(pid, half)))
        return found

    def _last(self, part: float) -> list[Sample]:
        since = self.samples[-1].second * (1 - part) if self.samples else 0
        return [sample for sample in self.samples if sample.second >= since]

    def peaks(self) -> dict[str, float]:
        """The most memory of one process by role, in MB."""
        found: dict[str, float] = {}
        for sample in self.samples:
            for process in sample.processes.values():
                found[process.role] = max(found.get(process.role, 0.0), process.memory)
        return found

    def series(self, every: int = 10) -> list[dict[str, float]]:
        """Seconds, load, and MB of memory by `role pid`, of every tenth look."""
        return [
            {"second": round(sample.second, 1), "load": round(sample.load, 2)}
            | {f"{one.role} {pid}": round(one.memory, 1) for pid, one in sample.processes.items()}
            for sample in self.samples[::every]
        ]

    def logs(self) -> dict[str, tuple[float, float]]:
        """The most and the last MB of each write-ahead log."""
        names = {name for sample in self.samples for name in sample.logs}
        return {
            name: (
                max(sample.logs.get(name, 0.0) for sample in self.samples),
                self.samples[-1].logs.get(name, 0.0),
            )
            for name in sorted(names)
        }

    def cores(self) -> dict[str, float]:
        """Processors used on average, by role; also of processes that have ended."""
        spent: dict[int, tuple[str, float, float]] = {}
        for sample in self.samples:
            for pid, process in sample.processes.items():
                _, first, _ = spent.get(pid, (process.role, process.cpu, process.cpu))
                spent[pid] = (process.role, first, process.cpu)
        seconds = self.samples[-1].second - self.samples[0].second if len(self.samples) > 1 else 1.0
        found: dict[str, float] = {}
        for role, first, last in spent.values():
            found[role] = found.get(role, 0.0) + (last - first) / seconds
        return found

    def _look(self) -> Sample:
        processes = {}
        for pid in [self._first, *descendants(self._first)]:
            with contextlib.suppress(OSError, IndexError):
                resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
                processes[pid] = Process(role_of(pid, self._first), resident, cost_of(pid)[0])
        logs = {}
        for path in self._data.glob("*.db-wal"):
            with contextlib.suppress(OSError):
                logs[path.name] = path.stat().st_size / 2**20
        return Sample(time.monotonic() - self._begun, processes, logs, os.getloadavg()[0])


def _slope(pid: int, samples: list[Sample]) -> float:
    """MB a minute, by least squares."""
    points = [(sample.second / 60, sample.processes[pid].memory) for sample in samples]
    middle_x, middle_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread if spread else 0.0
