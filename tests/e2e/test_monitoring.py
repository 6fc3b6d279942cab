"""A real server of several processes: one sum over all of them, also of a dead one, and a log of JSON lines alone."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 60


class Server:
    """`jampel serve` with two web processes over a new data folder; what it logs lies in `log`."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.log = folder / "log"
        self.scratch = folder / "tmp"
        self.scratch.mkdir()
        options = ["--data", str(folder / "data"), "--port", str(port), "--workers", "2"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.scratch)}
        with self.log.open("w") as log:
            command = [sys.executable, "-m", "lti_tool.cli", "serve", *options]
            self.process = subprocess.Popen(command, env=environment, stderr=log)

    def get(self, path: str) -> requests.Response:
        """Asks until somebody answers: connections that wait at a process that dies are cut off."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                return requests.get(self.address + path, timeout=10, headers={"Connection": "close"})
            except requests.ConnectionError:
                time.sleep(0.2)
        pytest.fail(f"{path} does not answer: {self.log.read_text()}")

    def wait(self, path: str) -> requests.Response:
        """The first answer of `path` with 200."""
        deadline = time.monotonic() + START_SECONDS
        while (answer := self.get(path)).status_code != 200:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.2)
        return answer

    def counted(self, route: str) -> int:
        """How often `route` was asked with success, by all processes, as each of a few answers says."""
        pattern = re.escape(f'_count{{method="GET",route="{route}",status="2xx"}} ') + r"(\d+)"
        answers = [self.get("/metrics").text for _ in range(6)]
        found = {int(match.group(1)) if (match := re.search(pattern, page)) else 0 for page in answers}
        assert len(found) == 1, found
        return found.pop()

    def web_processes(self) -> list[int]:
        """The processes that have counted requests."""
        return [int(path.stem) for path in self.scratch.glob("jampel-*/*.json")]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    found = Server(tmp_path)
    yield found
    if found.process.poll() is None:
        found.process.kill()
        found.process.wait()


def settled(server: Server) -> None:
    """Processes share their counts once a second."""
    time.sleep(1.5)


def test_figures_health_and_logs_of_several_processes(server: Server) -> None:
    assert set(server.wait("/healthz/siap").json()["parts"].values()) == {"ok"}
    for _ in range(40):
        assert server.get("/openapi.json").status_code == 200
    settled(server)
    assert server.counted("/openapi.json") == 40
    last = time.monotonic() + 60
    while len(processes := server.web_processes()) < 2 and time.monotonic() < last:
        with ThreadPoolExecutor(8) as pool:  # one process may take all that comes one by one
            list(pool.map(lambda _: server.get("/healthz"), range(40)))
        settled(server)
    assert len(processes) >= 2
    os.kill(processes[0], signal.SIGKILL)
    server.wait("/healthz")
    for _ in range(5):
        assert server.get("/openapi.json").status_code == 200
    settled(server)
    assert server.counted("/openapi.json") == 45
    server.get("/awal/tautan-yang-salah")
    assert server.stop() == 0
    assert list(server.scratch.glob("jampel-*")) == []
    lines = [line for line in server.log.read_text().splitlines() if line.startswith("{")]
    refused = [json.loads(line) for line in lines if '"refused"' in line]
    assert [(line["route"], line["code"], line["program"]) for line in refused] == [
        ("/awal/<token>", "accounts.link_closed", "web")
    ]
    rest = [line for line in server.log.read_text().splitlines() if not line.startswith("{")]
    assert len(rest) == 2  # that an installation begins, and the greeting for the person who started it
