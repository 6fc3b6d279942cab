"""The player on xAPI, against a small server of the test: statements by the book, nothing lost, nothing twice."""

import json
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from xapi.statement import decode

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
ACTIVITY = "https://w3id.org/jampel/modul/uji/uji-pemutar"
JP, BENTUK, VERSION = (f"https://w3id.org/jampel/extensions/{name}" for name in ("jp", "bentuk", "module-version"))
ACTOR = {
    "objectType": "Agent",
    "account": {"homePage": "https://w3id.org/jampel/instansi/" + "a" * 32, "name": "b" * 32},
}
REGISTRATION = "6f1d1c2e-8d2b-4f6a-9b1e-0a1b2c3d4e5f"
ADL = "http://adlnet.gov/expapi/verbs/"


class Lrs:
    """What the server was told. `status` answers every write when it is not 0; `refuse` is a verb it never takes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.received: list[dict[str, Any]] = []
        self.states: dict[str, str] = {}
        self.headers: list[dict[str, str]] = []
        self.status = 0
        self.refuse = ""

    def statements(self) -> list[dict[str, Any]]:
        """One of each id, in the order of their first arrival."""
        with self.lock:
            return list({one["id"]: one for one in reversed(self.received)}.values())[::-1]

    def verbs(self) -> list[str]:
        return [one["verb"]["id"].removeprefix(ADL) for one in self.statements()]

    def handler(self, folder: Path) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (_Handler,), {"lrs": self, "folder": folder})


class _Handler(BaseHTTPRequestHandler):
    """The LRS and the module on one address."""

    protocol_version = "HTTP/1.1"
    lrs: "Lrs"
    folder: Path

    def log_message(self, *_: object) -> None:
        """Tests read no access log."""

    def reply(self, status: int, body: bytes = b"", kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def state_key(self) -> str:
        query = parse_qs(urlparse(self.path).query)
        return json.dumps([query[name] for name in ("activityId", "agent", "registration", "stateId")])

    def do_GET(self) -> None:  # noqa: N802
        if self.path.startswith("/xapi/activities/state"):
            state = self.lrs.states.get(self.state_key())
            return self.reply(self.lrs.status or (200 if state else 404), (state or "").encode())
        place = self.folder / urlparse(self.path).path.lstrip("/")
        kinds = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
        if not place.is_file():
            return self.reply(204)
        return self.reply(200, place.read_bytes(), kinds.get(place.suffix, "application/octet-stream"))

    def do_PUT(self) -> None:  # noqa: N802
        body = self.body()
        if not self.lrs.status:
            self.lrs.states[self.state_key()] = body.decode()
        self.reply(self.lrs.status or 204)

    def do_POST(self) -> None:  # noqa: N802
        lrs = self.lrs
        batch = json.loads(self.body())
        with lrs.lock:
            lrs.headers.append(dict(self.headers.items()))
        if lrs.status:
            return self.reply(lrs.status)
        if any(one["verb"]["id"] == ADL + lrs.refuse for one in batch):
            return self.reply(400, b'{"error": "statement.rule"}')
        with lrs.lock:
            lrs.received += batch
        return self.reply(200, json.dumps([one["id"] for one in batch]).encode())


class Launch:
    """A module launched with a token."""

    def __init__(self, page: Any, address: str, lrs: Lrs, learner: Callable[[Any], Any]) -> None:
        self.page, self.address, self.lrs, self.learner = page, address, lrs, learner

    def open(self) -> Any:
        self.page.goto(f"{self.address}/modul/index.html")
        return self.learner(self.page)

    def settled(self) -> list[dict[str, Any]]:
        """The statements once nothing waits in the browser."""
        self.page.wait_for_function("""() => {
            const outbox = Jampel.player.session.transport.outbox;
            return !outbox.waiting().length && outbox.document === null && !outbox.busy;
        }""")
        return self.lrs.statements()

    def leave(self) -> None:
        self.page.goto("about:blank")
        for _ in range(100):
            if "terminated" in self.lrs.verbs():
                return
            self.page.wait_for_timeout(20)


@pytest.fixture
def lrs() -> Lrs:
    return Lrs()


@pytest.fixture
def config() -> dict[str, Any]:
    return {
        "transport": "xapi",
        "language": "id",
        "endpoint": "/xapi/",
        "token": "kunci-uji",
        "actor": ACTOR,
        "registration": REGISTRATION,
        "activity": ACTIVITY,
        "extensions": {JP: 150, BENTUK: "e-learning", VERSION: "1.0.0"},
        "learner": "Sari",
        "returnUrl": None,
    }


@pytest.fixture
def launch(
    browser: Any,
    lrs: Lrs,
    config: dict[str, Any],
    write_module: Callable[..., Path],
    serving: Callable[..., Any],
    learner: Callable[[Any], Any],
) -> Iterator[Launch]:
    folder = write_module(config)
    with serving(lrs.handler(folder.parent)) as address:
        context = browser.new_context()
        yield Launch(context.new_page(), address, lrs, learner)
        context.close()


def test_a_module_becomes_statements_in_the_order_of_learning(launch: Launch) -> None:
    launch.open().play({"q-true": True})
    launch.settled()
    launch.leave()
    assert launch.lrs.verbs() == [
        "initialized",
        "experienced",
        "answered",
        "experienced",
        *["answered"] * 3,
        "experienced",
        *["answered"] * 3,
        "completed",
        "passed",
        "terminated",
    ]


def test_every_statement_is_valid_and_names_actor_registration_and_parent(launch: Launch) -> None:
    launch.open().play()
    launch.settled()
    launch.leave()
    for one in launch.lrs.statements():
        decode(json.dumps(one).encode())
        uuid.UUID(one["id"])
        assert one["actor"] == ACTOR
        assert one["context"]["registration"] == REGISTRATION
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one["timestamp"])
        if one["object"]["id"] != ACTIVITY:
            assert one["object"]["id"].startswith(ACTIVITY + "#")
            assert one["context"]["contextActivities"]["parent"][0]["id"] == ACTIVITY
        if duration := one.get("result", {}).get("duration"):
            assert re.fullmatch(r"PT\d+(\.\d{1,2})?S", duration)
    assert all(
        headers["Authorization"] == "Bearer kunci-uji" and headers["X-Experience-API-Version"] == "1.0.3"
        for headers in launch.lrs.headers
    )


def test_the_credit_travels_on_passed_alone(launch: Launch) -> None:
    launch.open().play({"q-true": True})
    launch.settled()
    carrying = [
        one
        for one in launch.lrs.statements()
        if JP in one["context"]["extensions"] or BENTUK in one["context"]["extensions"]
    ]
    assert [one["verb"]["id"] for one in carrying] == [ADL + "passed"]
    assert carrying[0]["context"]["extensions"] == {JP: 150, BENTUK: "e-learning", VERSION: "1.0.0"}
    assert carrying[0]["result"]["score"] == {"scaled": 0.875, "raw": 87.5, "min": 0, "max": 100}
    assert carrying[0]["result"]["success"] is True
    assert carrying[0]["result"]["completion"] is True


def test_a_module_without_questions_carries_its_credit_on_completed(
    launch: Launch, config: dict[str, Any], write_module: Callable[..., Path], sample_without_questions: dict[str, Any]
) -> None:
    write_module(config, sample_without_questions)
    someone = launch.open()
    someone.next()
    someone.next()
    launch.settled()
    carrying = [one["verb"]["id"] for one in launch.lrs.statements() if JP in one["context"]["extensions"]]
    assert carrying == [ADL + "completed"]
    assert "passed" not in launch.lrs.verbs()


def test_a_failed_module_earns_nothing(launch: Launch) -> None:
    launch.open().play({"q-choice": 0, "q-true": True})
    launch.settled()
    assert launch.lrs.verbs()[-2:] == ["completed", "failed"]
    assert not [one for one in launch.lrs.statements() if JP in one["context"]["extensions"]]


def test_answers_are_written_in_the_formats_of_the_standard(launch: Launch) -> None:
    launch.open().play({"q-order": [2, 0, 1]})
    launch.settled()
    found = {
        one["object"]["id"].split("#")[1]: (
            one["object"]["definition"]["interactionType"],
            one["object"]["definition"]["correctResponsesPattern"],
            one["result"]["response"],
            one["result"]["success"],
        )
        for one in launch.lrs.statements()
        if one["verb"]["id"] == ADL + "answered"
    }
    assert found == {
        "q-choice": ("choice", ["b"], "b", True),
        "q-multiple": ("choice", ["b[,]c"], "b[,]c", True),
        "q-true": ("true-false", ["false"], "false", True),
        "q-match": ("matching", ["1[.]a[,]2[.]b[,]3[.]c"], "1[.]a[,]2[.]b[,]3[.]c", True),
        "q-order": ("sequencing", ["a[,]b[,]c"], "c[,]a[,]b", False),
        "q-fill": ("fill-in", ["{case_matters=false}Standar Pelayanan Minimal"], "standar  pelayanan minimal", True),
        "q-number": ("numeric", ["20[:]21"], "20.8", True),
    }


def test_progress_comes_back_on_another_machine(launch: Launch, browser: Any) -> None:
    someone = launch.open()
    someone.answer("q-choice", 1)
    someone.next()
    launch.settled()
    context = browser.new_context()
    launch.page = context.new_page()
    back = launch.open()
    assert back.heading() == "Asas dan aturan"
    assert "1 dari 7 soal" in launch.page.locator(".jp-bar-text").inner_text()
    context.close()


def test_an_expired_session_is_said_and_nothing_is_lost(launch: Launch) -> None:
    someone = launch.open()
    launch.settled()
    launch.lrs.status = 401
    someone.answer("q-choice", 1)
    launch.page.locator("[data-key=expired]").wait_for()
    assert "Buka kembali modul ini dari LMS" in launch.page.locator("[data-key=expired]").inner_text()
    asked = len(launch.lrs.headers)
    someone.next()
    launch.page.wait_for_timeout(200)
    assert len(launch.lrs.headers) == asked
    launch.lrs.status = 0
    launch.open()
    launch.settled()
    assert launch.lrs.verbs().count("answered") == 1


def test_without_storage_and_link_the_learner_is_told_to_stay_until_everything_is_sent(launch: Launch) -> None:
    launch.page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})")
    someone = launch.open()
    launch.settled()
    asks = "!!(window.onbeforeunload && window.onbeforeunload())"
    assert not launch.page.evaluate(asks)
    launch.lrs.status = 503
    someone.answer("q-choice", 1)
    notice, line = launch.page.locator("[data-key=unsentOnly]"), launch.page.locator(".jp-saved")
    assert "Jangan tutup halaman ini" in notice.inner_text()
    assert "Belum tersimpan" in line.inner_text()
    assert launch.page.evaluate(asks)
    launch.lrs.status = 0
    launch.page.evaluate("window.dispatchEvent(new Event('online'))")
    notice.wait_for(state="detached")
    assert "Tersimpan pukul" in line.inner_text()
    assert not launch.page.evaluate(asks)
    assert launch.lrs.verbs().count("answered") == 1


def test_a_refused_statement_is_kept_with_its_reason_and_holds_nothing_up(launch: Launch) -> None:
    launch.lrs.refuse = "answered"
    someone = launch.open()
    someone.answer("q-choice", 1)
    someone.next()
    launch.settled()
    assert launch.lrs.verbs() == ["initialized", "experienced", "experienced"]
    kept = json.loads(
        launch.page.evaluate("localStorage.getItem(Object.keys(localStorage).find(key => key.includes(':refused:')))")
    )
    assert kept["status"] == 400
    assert "statement.rule" in kept["reason"]
    assert kept["statement"]["verb"]["id"] == ADL + "answered"
    assert "1 catatan ditolak" in launch.page.locator(".jp-notice-bad").inner_text()


def test_a_better_result_after_the_pass_is_a_new_completion(launch: Launch) -> None:
    someone = launch.open()
    someone.play({"q-true": True})
    launch.page.get_by_role("button", name="Soal 3: Asas dan aturan").click()
    someone.form("q-true").get_by_text("Coba lagi").click()
    someone.answer("q-true", False)
    launch.settled()
    assert [
        one["result"]["score"]["raw"] for one in launch.lrs.statements() if one["verb"]["id"] == ADL + "passed"
    ] == [87.5, 100]


def test_the_token_never_lies_in_the_browser(launch: Launch) -> None:
    launch.open().play()
    launch.settled()
    assert "kunci-uji" not in launch.page.evaluate("JSON.stringify(localStorage)")


def test_without_randomuuid_ids_are_still_unique(launch: Launch) -> None:
    launch.page.add_init_script("delete Crypto.prototype.randomUUID")
    launch.open().next()
    ids = [one["id"] for one in launch.settled()]
    assert len(set(ids)) == 3
    assert all(uuid.UUID(one).version == 4 for one in ids)


@pytest.mark.parametrize("missing", ["endpoint", "token", "actor", "registration", "activity"])
def test_a_launch_without_what_it_needs_becomes_a_readable_page(
    missing: str, launch: Launch, config: dict[str, Any], write_module: Callable[..., Path]
) -> None:
    write_module({name: value for name, value in config.items() if name != missing})
    launch.page.goto(f"{launch.address}/modul/index.html")
    assert f"config.{missing}" in launch.page.locator("main").inner_text()
