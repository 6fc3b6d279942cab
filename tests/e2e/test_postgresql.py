"""Two whole servers on one PostgreSQL database: what one stores the other shows, also after the database restarts."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lti_tool.services import open_services
from lti_tool.settings import load_settings
from tests.ports import free_ports

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
SECONDS = 60
AGENT = {"account": {"homePage": "https://lms.example.go.id", "name": "peserta-1"}}


class Server:
    """A `jampel serve` with its worker."""

    def __init__(self, environment: dict[str, str], *more: str) -> None:
        self.port = free_ports()
        command = [sys.executable, "-m", "lti_tool.cli", "serve", "--port", str(self.port), *more]
        self.process = subprocess.Popen(command, env=environment, start_new_session=True)
        until(lambda: self.send("GET", "/healthz")[0] == 200)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, bytes]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        content = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, content, timeout=SECONDS) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.2)


@pytest.fixture
def environment(tmp_path: Path, postgres) -> dict[str, str]:
    return os.environ | {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_DATABASE__URL": postgres.new_database()}


@pytest.fixture
def credential(environment: dict[str, str]) -> dict[str, str]:
    """The headers of a client that may do everything."""
    command = [sys.executable, "-m", "lti_tool.cli", "lrs", "credential", "add", "uji", "--scope", "all", "--json"]
    made = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    token = base64.b64encode(f"{made['key']}:{made['secret']}".encode()).decode()
    return {
        "Authorization": f"Basic {token}", "X_Experience_API_Version": "1.0.3", "Content_Type": "application/json",
    }  # fmt: skip


@pytest.fixture
def servers(environment: dict[str, str], credential: dict[str, str]) -> Iterator[list[Server]]:
    started = [Server(environment), Server(environment, "--workers", "2")]
    yield started
    for one in started:
        one.stop()


def statement(number: int) -> dict[str, object]:
    return {
        "id": str(uuid.UUID(int=number, version=4)), "actor": AGENT,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"}, "object": {"id": "https://example.go.id/a"},
    }  # fmt: skip


def test_two_servers_share_one_database_and_outlive_its_restart(servers, credential, environment, postgres) -> None:
    def post(number: int) -> int:
        return servers[number % 2].send("POST", "/xapi/statements", [statement(number)], **credential)[0]

    with ThreadPoolExecutor(8) as pool:  # each statement to both servers: one stores it, the other knows it already
        answers = list(pool.map(lambda number: (post(number), post(number + 1 - 2 * (number % 2))), range(60)))
    assert {status for pair in answers for status in pair} == {200}
    for server in servers:
        shown = json.loads(server.send("GET", "/xapi/statements?limit=100", **credential)[1])["statements"]
        assert len({one["id"] for one in shown}) == len(shown) == 60
    postgres.restart()
    for number, server in enumerate(servers):
        until(lambda server=server, number=number: server.send(
            "POST", "/xapi/statements", [statement(100 + number)], **credential)[0] == 200)  # fmt: skip
        until(lambda server=server: server.send("GET", "/masuk")[0] == 200)
    with open_services(load_settings(None, environment)) as services:
        stored = services.statements.after(services.institution.id, 0, 100)
        assert len(stored) == 62
        assert [one.seq for one in stored] == sorted(one.seq for one in stored)
