"""The server under test as it is shipped: `jampel serve` in a process of its own, with its worker beside it.

Also what its processes cost: CPU seconds and memory, read from /proc, so it measures on Linux only.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lti_tool.settings import load_settings

ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """A run that cannot go on; the text says what to do."""


@dataclass(frozen=True)
class Server:
    """A running LRS: where it is, who may use it, its first process when that is looked at, its statements' path."""

    url: str
    key: str
    secret: str
    process: subprocess.Popen[bytes] | None
    statements: str = "/xapi/statements"

    def usage(self) -> dict[str, tuple[float, float]]:
        """CPU seconds and peak memory in MB by role: `web`, `beside`, `worker` and `keeper`; of several processes the
        largest memory."""
        found: dict[str, tuple[float, float]] = {}
        if self.process is None:
            return found
        for pid in [self.process.pid, *descendants(self.process.pid)]:
            with contextlib.suppress(OSError, IndexError):
                role, cpu, peak = role_of(pid, self.process.pid), *cost_of(pid)
                before = found.get(role, (0.0, 0.0))
                found[role] = (before[0] + cpu, max(before[1], peak))
        return found


@contextlib.contextmanager
def serving(data: Path, *, workers: int = 1, database: str = "") -> Iterator[Server]:
    """`jampel serve` on the data folder `data`, on a free port, with a new credential; ends with the block.

    `database` is the URL of a PostgreSQL database instead of SQLite files, `workers` the number of web processes.
    """
    environment = environment_for(database)
    key, secret = _credential(data, environment)
    port = free_port()
    command = [*_jampel(), "serve", "--data", str(data), "--port", str(port), "--workers", str(workers)]
    with open(data / "server.log", "ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/healthz", process, data / "server.log")
        yield Server(url, key, secret, process)
    finally:
        stop(process)


def settings_of(data: Path) -> str:
    """The server's setting in words, for the table."""
    server = load_settings(data, {}).server
    several = "es" if server.workers > 1 else ""
    return (
        f"jampel serve: {server.workers} server process{several} (one event loop, threads for pages), with a process "
        f"for large batches beside it, every commit on disk (synchronous FULL), one worker process (pause "
        f"{server.worker_pause} s)"
    )


def environment_for(database: str = "") -> dict[str, str]:
    """This environment without Jampel's own settings, so that no setting of the shell changes what is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JAMPEL_")}
    chosen = {"JAMPEL_DATABASE__URL": database} if database else {}
    return {**kept, **chosen, "PYTHONPATH": str(ROOT)}


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = STARTS_WITHIN) -> None:
    """Waits until `url` answers anything; BenchError when the process ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise BenchError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a server that was started in a session of its own, and all its processes."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _jampel() -> list[str]:
    return [sys.executable, "-m", "lti_tool.cli"]


def _credential(data: Path, environment: dict[str, str]) -> tuple[str, str]:
    command = [*_jampel(), "lrs", "credential", "add", "bench", "--json", "--data", str(data)]
    made = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True)
    if made.returncode:
        raise BenchError(f"no credential: {made.stderr.decode(errors='replace')[-2000:]}")
    found = json.loads(made.stdout)
    return found["key"], found["secret"]


def descendants(pid: int) -> list[int]:
    """All processes below `pid`."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def role_of(pid: int, first: int) -> str:
    """What the process `pid` is in the server whose first process is `first`, as in `Server.usage`; OSError when it has
    ended."""
    if pid == first:
        return "keeper"
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    if b"worker" in command:
        return "worker"
    if b"xapi.lrs.beside" in command:
        return "beside"
    return "keeper" if any(b"resource_tracker" in part for part in command) else "web"


def cost_of(pid: int) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of a process; OSError when it has ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")), "0")
    return (int(fields[11]) + int(fields[12])) / _TICKS, int(peak) / 1024
