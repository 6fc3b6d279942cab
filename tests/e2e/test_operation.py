"""A server as an operator runs it: two web processes behind the real nginx with TLS, restarted while people use it."""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
import requests

from lti_tool.services import open_services
from lti_tool.settings import load_settings
from lti_tool.store import NewPlatform
from tests.e2e.nginx_front import NAME, Front
from tests.ports import free_port

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
START_SECONDS = 90
ISSUER = "https://lms.contoh.go.id"
FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "jahat.example", "Forwarded": "host=jahat.example"}


class Installation:
    """`jampel serve --workers 2` behind nginx, with a registered LMS and a credential of the LRS."""

    def __init__(self, folder: Path, nginx: str) -> None:
        self.data, self.port = folder / "data", free_port()
        (folder / "nginx").mkdir()
        self.front = Front(nginx, folder / "nginx", self.port)
        try:
            self._start(folder)
        except BaseException:
            self.front.stop()
            raise

    def _start(self, folder: Path) -> None:
        self.data.mkdir()
        (self.data / "jampel.toml").write_text(f'[server]\nbase_url = "{self.front.address}"\nport = {self.port}\n')
        self._fill()
        command = [sys.executable, "-m", "lti_tool.cli", "serve", "--workers", "2", "--data", str(self.data)]
        self.log = folder / "log"
        with self.log.open("w") as log:
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log, start_new_session=True)

    def _fill(self) -> None:
        with open_services(load_settings(self.data, {})) as services:
            made = services.credentials.add(services.institution.id, "uji", ["all"], "package")
            platform = NewPlatform(
                name="LMS",
                issuer=ISSUER,
                client_id="abc",
                auth_url=f"{ISSUER}/auth",
                token_url=f"{ISSUER}/token",
                jwks_url=f"{ISSUER}/jwks",
            )
            services.lti.platforms.add(platform, "0" * 32, services.clock())
        told = base64.b64encode(f"{made.key}:{made.secret}".encode()).decode()
        self.lrs = {"Authorization": f"Basic {told}", "X-Experience-API-Version": "1.0.3"}

    def ask(self, path: str, method: str = "GET", **options) -> requests.Response:
        """Asks nginx as a browser would; its certificate must be the right one."""
        with requests.Session() as session:
            session.trust_env = False
            options = {"timeout": 30, "allow_redirects": False, "verify": str(self.front.certificate)} | options
            return session.request(method, self.front.address + path, **options)

    def wait(self) -> "Installation":
        """Returns when it answers."""
        deadline = time.monotonic() + START_SECONDS
        while self.ask("/healthz").status_code != 200:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)
        return self

    def web_processes(self) -> set[int]:
        """Those that listen at the port."""
        found = set()
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and os.getpgid(int(entry.name)) == self.process.pid:
                    found.add((int(entry.name), (entry / "cmdline").read_bytes()))
        return {number for number, command in found if b"multiprocessing.spawn" in command and b"spawn_main" in command}

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.front.stop()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A short path, which nginx may read as whoever runs it."""
    found = Path(tempfile.mkdtemp(prefix="jampel-nginx-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture(scope="module")
def here(folder: Path, require: Callable[[str], str]) -> Iterator[Installation]:
    found = Installation(folder, require("nginx"))
    try:
        yield found.wait()
    finally:
        found.stop()


def statement() -> dict:
    return {
        "id": str(uuid4()),
        "actor": {"account": {"homePage": ISSUER, "name": "1"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://contoh.go.id/modul/1"},
    }


def test_a_page_comes_through_tls_with_its_headers_and_whoever_comes_without_is_sent_there(here: Installation) -> None:
    page = here.ask("/masuk")
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"]
    assert "frame-ancestors" in page.headers["Content-Security-Policy"]
    assert re.search(r"jampel_\w+=[^;]+;.*Secure", page.headers.get("Set-Cookie", "")), page.headers
    for host in (NAME, "jahat.example"):
        asked, named = f"http://127.0.0.1:{here.front.plain}/masuk?x=1", {"Host": host}
        plain = requests.get(asked, headers=named, timeout=10, allow_redirects=False)
        wanted = f"https://{NAME}:{here.front.secure}/masuk?x=1"
        assert (plain.status_code, plain.headers["Location"]) == (301, wanted)


def test_a_launch_begins_with_the_public_https_address_whatever_the_sender_claims(here: Installation) -> None:
    begun = here.ask(
        "/lti/login",
        params={
            "iss": ISSUER,
            "login_hint": "1",
            "client_id": "abc",
            "target_link_uri": here.front.address + "/lti/launch",
        },
        headers=FORGED,
    )
    sent = begun.headers.get("Location", "") + begun.text
    assert f"{here.front.address}/lti/launch".replace(":", "%3A").replace("/", "%2F") in sent, (begun.status_code, sent)
    assert "jahat.example" not in sent


def test_static_files_are_packed_and_kept_by_nginx(here: Installation) -> None:
    address = re.search(r'href="(/static/jampel\.css[^"]*)"', here.ask("/masuk").text).group(1)
    answers = [here.ask(address) for _ in range(2)]
    assert [one.headers.get("Content-Encoding") for one in answers] == ["gzip", "gzip"]
    assert [path for path in (here.front.folder / "cache").rglob("*") if path.is_file()]


def test_large_statements_pass_and_larger_ones_are_refused_in_json(here: Installation) -> None:
    large = statement() | {"context": {"extensions": {"https://contoh.go.id/x": "a" * 3_000_000}}}
    stored = here.ask("/xapi/statements", "POST", json=large, headers=here.lrs)
    assert stored.status_code == 200, stored.text[:300]
    headers = here.lrs | {"Content-Type": "application/json"}
    ours = here.ask("/xapi/statements", "POST", data=b"x" * 12_000_000, headers=headers)
    assert (ours.status_code, ours.json()["error"]) == (413, "lrs.too_large")
    theirs = here.ask("/xapi/statements", "POST", data=b"x" * 35_000_000, headers=here.lrs)
    assert (theirs.status_code, theirs.json()["error"]) == (413, "proxy.too_large")


def test_a_form_that_is_far_too_large_gets_a_page(here: Installation) -> None:
    answer = here.ask("/masuk", "POST", data=b"x" * 10_000_000)
    assert answer.status_code == 413
    assert "terlalu besar" in answer.text
    assert 'lang="en"' in answer.text


def test_whoever_guesses_passwords_is_slowed_down_and_told_so(here: Installation) -> None:
    answers = Counter(here.ask("/masuk", "POST", data={"x": "1"}).status_code for _ in range(40))
    assert answers[429] > 0
    assert here.ask("/masuk").status_code == 200


def test_the_log_of_nginx_holds_no_token_and_no_query(here: Installation) -> None:
    here.ask("/awal/rahasia-sekali?token=rahasia-juga")
    lines = [json.loads(line) for line in here.front.log().splitlines()]
    assert {"/awal", "/xapi", "/masuk"} <= {line["part"] for line in lines}
    assert "rahasia" not in here.front.log()


def test_a_stopped_or_silent_server_is_explained(folder: Path, require: Callable[[str], str]) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        alone = folder / "alone"
        alone.mkdir()
        front = Front(
            require("nginx"), alone, silent.getsockname()[1], **{"proxy_read_timeout 120s": "proxy_read_timeout 1s"}
        )
        try:
            slow = requests.get(f"{front.address}/", verify=str(front.certificate), timeout=20)
            program = requests.get(f"{front.address}/xapi/about", verify=str(front.certificate), timeout=20)
            silent.close()
            away = requests.get(f"{front.address}/", verify=str(front.certificate), timeout=20)
        finally:
            front.stop()
    assert (slow.status_code, "Terlalu lama" in slow.content.decode()) == (504, True)
    assert (program.status_code, program.json()["error"]) == (504, "proxy.too_slow")
    assert (away.status_code, away.headers["Retry-After"]) == (502, "10")


def hammered(here: Installation, stop: Event) -> list[str]:
    """Sends statements over new connections until `stop`, straight to the server; what went wrong."""
    problems = []
    while not stop.is_set():
        sent = statement()
        connection = HTTPConnection("127.0.0.1", here.port, timeout=60)
        headers = {**here.lrs, "Content-Type": "application/json", "Connection": "close"}
        try:
            connection.request("POST", "/xapi/statements", json.dumps(sent), headers)
            answer = connection.getresponse()
            if answer.status != 200 or json.loads(answer.read()) != [sent["id"]]:
                problems.append(str(answer.status))
        except (OSError, RemoteDisconnected) as error:
            problems.append(repr(error))
        finally:
            connection.close()
        stop.wait(0.005)
    return problems


def test_a_reload_replaces_every_process_and_no_request_is_refused_or_lost(here: Installation) -> None:
    before, stop = here.web_processes(), Event()
    assert len(before) == 2
    with ThreadPoolExecutor(2) as pool:
        crowd = [pool.submit(hammered, here, stop) for _ in range(2)]
        through = [here.ask("/healthz").status_code]
        here.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + START_SECONDS
        while before & here.web_processes() and time.monotonic() < deadline:
            through.append(here.ask("/masuk").status_code)
            time.sleep(0.02)
        stop.set()
    assert [one.result() for one in crowd] == [[]] * 2
    assert set(through) == {200}
    after = here.web_processes()
    assert len(after) == 2
    assert not before & after


@pytest.mark.thorough
def test_a_reload_with_settings_that_cannot_be_read_changes_nothing(here: Installation) -> None:
    before, file = here.web_processes(), here.data / "jampel.toml"
    good = file.read_text()
    file.write_text(good + "[tidak_ada]\n")
    here.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + START_SECONDS
    while "was not ready" not in here.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.1)
    file.write_text(good)
    assert here.web_processes() == before
    assert here.ask("/healthz").status_code == 200
