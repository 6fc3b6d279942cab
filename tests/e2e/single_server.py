"""One `jampel serve` for tests of what happens to it, and a client that remembers what was acknowledged."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS, END_SECONDS = 90, 30


class Server:
    """`jampel serve` of the release in `release` over the data folder `data`, and a client of its LRS."""

    def __init__(self, data: Path, log: Path, release: Path = ROOT, workers: int = 1) -> None:
        self.data, self.log, self.port = data, log, free_port()
        self.environment = {**os.environ, "PYTHONPATH": str(release)}
        settings = f"[server]\nport = {self.port}\nworkers = {workers}\n[health]\ndisk_floor = 1048576\n"
        (data / "jampel.toml").write_text(settings, encoding="utf-8")
        made = json.loads(self.command("lrs", "credential", "add", "uji", "--scope", "all", "--json").stdout)
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (made["key"], made["secret"])
        self.session.headers["X-Experience-API-Version"] = "1.0.3"
        self.stored: list[str] = []
        self.start()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lti_tool.cli", *words, "--data", str(self.data)]
        return subprocess.run(
            command, cwd=self.data, env=self.environment, capture_output=True, text=True, timeout=90, check=False
        )

    def start(self) -> None:
        command = [sys.executable, "-m", "lti_tool.cli", "serve", "--data", str(self.data)]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=self.data, env=self.environment, stderr=log, stdout=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            with suppress(requests.ConnectionError):
                if self.ask("/healthz").status_code == 200:
                    return
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def ask(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(f"http://127.0.0.1:{self.port}{path}", timeout=30, **options)

    def send(self, size: int = 10) -> requests.Response:
        """Sends a statement with so many signs more than it needs; it is kept in mind when it was acknowledged."""
        told = {
            "id": str(uuid4()),
            "actor": {"account": {"homePage": "https://lms.contoh.go.id", "name": "1"}},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
            "object": {"id": "https://contoh.go.id/modul/1"},
            "context": {"extensions": {"https://contoh.go.id/x": "a" * size}},
        }
        answer = self.session.post(f"http://127.0.0.1:{self.port}/xapi/statements", json=told, timeout=30)
        if answer.status_code == 200:
            self.stored.append(told["id"])
        return answer

    def lost(self) -> list[str]:
        """The acknowledged statements that are not there."""
        wanted = [(one, self.ask("/xapi/statements", params={"statementId": one})) for one in self.stored]
        return [one for one, answer in wanted if answer.status_code != 200]

    def log_in(self) -> requests.Response:
        """What a person gets who sends the login form."""
        with requests.Session() as browser:
            browser.trust_env = False
            page = browser.get(f"http://127.0.0.1:{self.port}/masuk", timeout=30)
            (token,) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
            fields = {"csrf_token": token, "username": "rina", "password": "kalimat sandi untuk uji"}
            return browser.post(f"http://127.0.0.1:{self.port}/masuk", fields, timeout=30)

    def waits_until(self, is_so: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + END_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.3)
        return True

    def disk(self) -> str:
        """What the page of readiness says of the disk."""
        return str(self.ask("/healthz/siap").json()["parts"]["disk"])

    def stop(self) -> int:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            return self.process.wait(END_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
