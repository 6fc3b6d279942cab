"""Logs: one JSON object a line, and nothing personal or secret in any of them, whatever was sent."""

import base64
import io
import json
import logging
import logging.config
import sys
import threading
import time
from urllib.parse import quote

import pytest
from sqlalchemy.exc import IntegrityError

from lti_tool.logs import LineFormatter, init_logging, server_logs
from lti_tool.logs.mask import MOST, mask, visible
from lti_tool.settings import Institution, Log, Settings
from lti_tool.web.testing import send
from xapi.errors import LrsError

NIP = "198501012099031001"
SPACED = "19850101 209903 1 001"
TOKEN = "kA9-_fH3Zq7rT2vX5yB8nM1cD4eG6hJ0"
SECRET = "r4h4s1a-Zz9"


@pytest.fixture
def lines(capsys, tmp_path):
    """What is logged from now on, read as JSON objects."""
    written: list[str] = []

    def read() -> list[dict]:
        written.append(capsys.readouterr().err)
        return [json.loads(line) for line in "".join(written).splitlines()]

    root = logging.getLogger()
    before = (list(root.handlers), root.level, threading.excepthook)
    init_logging(Settings(data=tmp_path, institution=Institution(slug="contoh"), log=Log("json", "debug")), "uji")
    yield read
    logging.captureWarnings(False)
    root.handlers[:], threading.excepthook = before[0], before[2]
    root.setLevel(before[1])


@pytest.mark.parametrize(
    "text",
    [
        NIP, f"nip={NIP}", SPACED, "198501012099031001".replace("2", "２"), f"/orang/{quote(SPACED)}/x",
        quote(quote(SPACED)), "19850101\u200b2099031001", f"%20{NIP}", f"'{NIP}'", "1985-0101.2099 031001",
        f"{NIP} {NIP}", f"{NIP}\n{SPACED}", f"62{NIP}",
    ],
)  # fmt: skip
def test_a_nip_is_hidden_however_it_is_written(text: str) -> None:
    assert sum(sign.isdigit() for sign in mask(text)) <= 3


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("{'authorization': 'Bearer abcdefgh'}", "abcdefgh"),
        (f"bearer {TOKEN}", TOKEN),
        (f"https://x.example/?id_token={SECRET}&a=1", SECRET),
        (f"https%3A%2F%2Fx.example%2F%3Ftoken%3D{SECRET}", SECRET),
        (f'{{"client_secret": "{SECRET}"}}', SECRET),
        ("jampel_session=eyJrIjoxfQ.abc.def; x=1", "eyJrIjoxfQ"),
        (f"postgresql://jampel:{SECRET}@db.example/jampel", SECRET),
        ("surat ke budi.contoh@example.go.id gagal", "budi.contoh"),
        ("/awal/" + TOKEN, TOKEN),
        ("0f8fad5bd9cb469fa16570867728950e", "0f8fad5bd9cb469fa16570867728950e"),
        ("duplicate key\nDETAIL:  Key (name)=(Budi Contoh) already exists.", "Budi"),
        ("INSERT\n[parameters: ('Budi Contoh', 1)]\n(Background)", "Budi"),
    ],
)
def test_a_secret_is_hidden(text: str, secret: str) -> None:
    assert secret not in mask(text)


@pytest.mark.parametrize(
    "text",
    ["worker: credits failed: database.failed", "aa97b177-9383-4934-8543-0f91a7a02837", "state: waiting, 5 jobs",
     "/xapi/statements/more/<token>", "a_function_with_quite_a_long_name_in_it", "LRS 1.0.3 at 2026-11-23T02:00:00Z"],
)  # fmt: skip
def test_what_says_nothing_of_anyone_stays(text: str) -> None:
    assert mask(text) == text


def test_a_line_is_one_json_object_with_time_level_logger_and_event(lines) -> None:
    logging.getLogger("jampel.uji").warning("besar: %s\nbaris kedua", "ya", extra={"code": "lrs.scope", "status": 403})
    (line,) = lines()
    assert line.pop("time").endswith("Z")
    assert line.pop("pid") > 0
    assert line == {
        "level": "warning",
        "logger": "jampel.uji",
        "event": "besar: ya\nbaris kedua",
        "program": "uji",
        "institution": "contoh",
        "status": 403,
        "code": "lrs.scope",
    }


def test_an_exception_tells_its_type_place_and_cause_without_what_it_quotes(lines) -> None:
    try:
        try:
            raise IntegrityError("INSERT", {"nip": NIP, "nama": "Budi Contoh"}, ValueError(f"bad {NIP}"))
        except IntegrityError as cause:
            raise LrsError("lrs.internal", f"token={SECRET}") from cause
    except LrsError:
        logging.getLogger("jampel.uji").exception("rusak")
    (line,) = lines()
    assert line["error"]["type"] == "LrsError"
    assert line["error"]["code"] == "lrs.internal"
    assert "test_logs.py" in line["error"]["trace"][-1]
    assert line["error"]["cause"].startswith("IntegrityError")
    for hidden in (NIP, "Budi", SECRET):
        assert hidden not in json.dumps(line)


@pytest.mark.parametrize("wrong", ["\ud800", "\x00\x1b[31m", "%s %s", "x" * 100_000])
def test_no_message_breaks_the_log(wrong: str) -> None:
    record = logging.LogRecord("jampel.uji", logging.WARNING, "uji.py", 1, wrong, ("satu",), None)
    line = json.loads(LineFormatter().format(record))
    assert line["logger"] == "jampel.uji"
    assert len(line["event"]) <= MOST


@pytest.mark.parametrize(
    "piece", ["x", "1 ", "token", "eyJ", "a@", "://a:", "[parameters: ", "%25", "bearer ", "authorization:", "1\u200b"]
)
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    text, begun = piece * 20_000, time.process_time()
    mask(text)
    assert time.process_time() - begun < 0.5


def test_a_warning_and_a_dying_thread_take_the_same_way(lines) -> None:
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    (line,) = lines()
    assert (line["logger"], line["error"]["type"]) == ("jampel.crash", "ZeroDivisionError")


def test_text_for_a_terminal_has_no_signs_that_move_it(monkeypatch, tmp_path) -> None:
    assert visible("a\x1b[2Jb\nc\u202ed") == "a\\x1b[2Jb\\ncd"


def test_each_try_of_a_connection_is_no_line_for_the_reader(lines) -> None:
    logging.getLogger("urllib3.connectionpool").warning("Retrying after connection broken")
    assert lines() == []


def test_a_second_start_of_the_log_replaces_the_first(lines, tmp_path) -> None:
    init_logging(Settings(data=tmp_path, log=Log("json", "error")), "uji")
    logging.getLogger("jampel.uji").error("sekali")
    logging.getLogger("jampel.uji").warning("tidak")
    assert [line["event"] for line in lines()] == ["sekali"]


def test_uvicorn_writes_the_same_lines_and_only_warnings(monkeypatch, tmp_path) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logger = logging.getLogger("uvicorn.error")
    owner = logging.getLogger("uvicorn")
    before = (list(owner.handlers), owner.level, owner.propagate)
    try:
        logging.config.dictConfig(server_logs(Settings(data=tmp_path, log=Log("json"))))
        logger.info("Started")
        logger.error("Unexpected exit from %s", f"worker {NIP}")
    finally:
        owner.handlers[:], owner.propagate = before[0], before[2]
        owner.setLevel(before[1])
    line = json.loads(stream.getvalue())
    assert (line["program"], line["logger"], NIP in line["event"]) == ("server", "uvicorn.error", False)


BASIC = base64.b64encode(f"{NIP}:{SECRET}".encode()).decode()
AGENT = json.dumps({"account": {"homePage": "https://x.example", "name": NIP}})
HOSTILE_HEADERS = [
    {"Authorization": f"Basic {BASIC}"},
    {"Authorization": f"Bearer {TOKEN}"},
    {"X-Experience-API-Version": NIP, "Authorization": f"Bearer {TOKEN}"},
    {"Cookie": f"jampel_session={TOKEN}", "Referer": f"https://x.example/{NIP}"},
    {"X-Request-ID": NIP, "User-Agent": f"{NIP} {TOKEN}"},
    {"X-Forwarded-For": NIP, "Content-Type": f"multipart/mixed; boundary={NIP}"},
]
HOSTILE_PATHS = [
    f"/{NIP}", f"/xapi/{NIP}", f"/xapi/statements?agent={quote(AGENT)}", f"/xapi/statements/more/{NIP}{TOKEN}",
    f"/xapi/activities/state?agent={quote(AGENT)}&activityId={NIP}&stateId={TOKEN}", f"/xapi/agents?agent={NIP}",
    f"/audit/orang/{NIP}", f"/awal/{TOKEN}", f"/lti/launch?id_token={TOKEN}&state={TOKEN}", f"/lti/login?iss={NIP}",
    f"/masuk?lanjut=/{NIP}", f"/pustaka/modul/{NIP}", f"/static/{NIP}", f"/admin/pernyataan/?orang={NIP}", "/rusak",
    f"/healthz?{NIP}", f"/metrics?{TOKEN}",
]  # fmt: skip
BODIES = [
    b"", NIP.encode(), AGENT.encode(), f"username={NIP}&password={SECRET}&id_token={TOKEN}".encode(),
    json.dumps({"actor": json.loads(AGENT), "verb": {"id": NIP}, "object": {"id": TOKEN}}).encode(), b"\xff\xfe",
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", NIP])
def test_no_request_leaves_a_nip_or_a_token_in_the_log(site, lines, method: str) -> None:
    @site.app.route("/rusak", methods=["GET", "POST", "PUT", "DELETE"])
    def _broken() -> str:
        from flask import request

        raise RuntimeError(f"{request.headers} {request.get_data(as_text=True)} {request.url}")

    site.app.wsgi_app._access_log = True
    browser = site.browser()
    for path in HOSTILE_PATHS:
        for headers in HOSTILE_HEADERS:
            browser.open(path, method=method, headers=headers)
        for body in BODIES:
            browser.open(path, method=method, data=body)
    found = lines()
    written = json.dumps(found, ensure_ascii=False)
    assert len(found) > 90
    for hidden in (NIP, TOKEN, SECRET, BASIC):
        assert hidden not in written


def test_staff_leave_nothing_of_what_they_typed(site, lines) -> None:
    admin = site.staff("admin")
    send(admin, "/admin/akun", "/admin/akun", username=NIP, name=NIP, role="admin", password=SECRET + TOKEN)
    send(site.browser(), "/masuk", "/masuk", username=NIP, password=SECRET + TOKEN)
    written = json.dumps(lines())
    assert NIP not in written
    assert TOKEN not in written


def test_a_line_names_the_request_and_its_route_and_the_answer_carries_the_id(site, lines) -> None:
    answer = site.browser().get("/awal/salah", headers={"X-Request-ID": "gerbang-0001"})
    assert answer.headers["X-Request-ID"] == "gerbang-0001"
    line = next(one for one in lines() if one["event"] == "refused")
    assert (line["request"], line["method"], line["route"]) == ("gerbang-0001", "GET", "/awal/<token>")
    assert line["code"] == "accounts.link_closed"


@pytest.mark.parametrize(
    "given", ["", "pendek", "x" * 65, "ada spasi di sini", "a\u00e9bcdefgh", NIP, "1985.0101-2099.0310.01"]
)
def test_an_id_that_is_not_sane_is_replaced(site, given: str) -> None:
    answer = site.browser().get("/healthz", headers={"X-Request-ID": given.encode().decode("latin-1")})
    assert answer.headers["X-Request-ID"] not in ("", given)


@pytest.mark.parametrize(
    "given", ["2f6c1a0b9d8e7f60514233241506a7b8", "fd41c918-b88b-4b20-a0a5-a4c32391aaa0", "gerbang-1"]
)
def test_the_ids_of_common_proxies_are_kept(site, given: str) -> None:
    assert site.browser().get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


def test_every_request_has_an_id_of_its_own(site) -> None:
    browser = site.browser()
    assert len({browser.get("/healthz").headers["X-Request-ID"] for _ in range(5)}) == 5


def test_the_access_log_is_off_until_it_is_wanted(site, lines) -> None:
    site.browser().get("/healthz")
    assert [line for line in lines() if line["logger"] == "jampel.access"] == []
    site.app.wsgi_app._access_log = True
    site.browser().get("/xapi/statements?agent=x")
    (line,) = [line for line in lines() if line["logger"] == "jampel.access"]
    assert (line["status"], line["route"], line["code"]) == (401, "/xapi/statements", "lrs.unauthorized")
    assert line["ms"] >= 0
