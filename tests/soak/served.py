"""`jampel serve` in processes of its own, as it ships, and clients that keep their connections."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CONNECTIONS = 16


class Answer(NamedTuple):
    """What a server answered; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


class Served:
    """A `jampel serve` on the data folder `data`, with a PostgreSQL database at `url` or SQLite files."""

    def __init__(self, data: Path, url: str = "", *, workers: int = 1) -> None:
        self._workers = workers
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), "JAMPEL_LANG": "en"}
        if url:
            self._environment["JAMPEL_DATABASE__URL"] = url
        self.port = free_port()
        made = json.loads(self._jampel("lrs", "credential", "add", "uji", "--json"))
        self.key, self.secret = made["key"], made["secret"]
        self.authorization = "Basic " + base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()

    def start(self) -> None:
        """Starts it and returns when it answers."""
        arguments = ["serve", "--port", str(self.port), "--workers", str(self._workers), "--data", str(self._data)]
        command = [sys.executable, "-m", "lti_tool.cli", *arguments]
        log = (self._data / "serve.log").open("ab")
        self._process = subprocess.Popen(
            command, start_new_session=True, stdout=log, stderr=log, cwd=ROOT, env=self._environment
        )
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            assert self._process.poll() is None, "the server ended by itself: " + self.log()
            try:
                if Client(self).ask("GET", "about").status == 200:
                    return
            except OSError:
                threading.Event().wait(0.05)
        raise AssertionError("the server did not start: " + self.log())

    def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        """Ends it and all its children by `sign`; returns when they are gone."""
        if self._process is not None:
            os.killpg(self._process.pid, sign)
            self._process.wait()
            self._process = None

    def beside(self) -> list[int]:
        """Its processes that prepare large batches."""
        first = 0 if self._process is None else self._process.pid
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                mine = entry.name.isdigit() and os.getpgid(int(entry.name)) == first
                if mine and b"xapi.lrs.beside" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found

    def log(self) -> str:
        """What it has written."""
        return (self._data / "serve.log").read_text(errors="replace")

    def _jampel(self, *arguments: str) -> bytes:
        command = [sys.executable, "-m", "lti_tool.cli", *arguments, "--data", str(self._data)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, env=self._environment, cwd=ROOT).stdout


class Client:
    """One connection that is kept; for one thread."""

    def __init__(self, served: Served, version: str = "1.0.3") -> None:
        self._connection = HTTPConnection("127.0.0.1", served.port, timeout=60)
        self._usual = {"Authorization": served.authorization, "X-Experience-API-Version": version}

    def ask(
        self, method: str, path: str, body: Any = None, /, headers: dict[str, str] | None = None, **query: str
    ) -> Answer:
        """The answer to a request; a body that is no bytes becomes JSON, and a path may be one of `more`."""
        target = path if path.startswith("/") else f"/xapi/{path}"
        if query:
            target += "?" + urlencode(query)
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        usual = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, target, sent, {**self._usual, **usual, **(headers or {})})
        response = self._connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())


@contextmanager
def running(data: Path, url: str = "", *, workers: int = 1) -> Iterator[Served]:
    """A server for the block."""
    served = Served(data, url, workers=workers)
    served.start()
    try:
        yield served
    finally:
        served.kill()


def together(served: Served, work: Callable[[Client, int], Any]) -> list[Any]:
    """What `work` gives for each of CONNECTIONS clients that begin at the same moment, in their order."""
    gate = threading.Barrier(CONNECTIONS)

    def begin(number: int) -> Any:
        client = Client(served)
        client.ask("GET", "about")  # connected before the others begin
        gate.wait()
        return work(client, number)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return list(pool.map(begin, range(CONNECTIONS)))
