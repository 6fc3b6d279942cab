"""Whatever is sent to the LRS, it answers as the standard says, tells nothing of its inside, and keeps what it had.

Requests are made of broken pieces: paths, parameters, headers, bodies and their lengths. SOAK_FUZZ sets how many:
150 for each database in the normal tests, 20,000 by `make soak`.
"""

import base64
import gzip
import json
import os
import random
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.rules.bases import Base
from tests.conformance.rules.mutate import mutant
from xapi.lrs.web import Application
from xapi.testing import INSTITUTION, EmbeddedLrs, embedded_lrs, encoded, make_agent, make_principal, make_statement

EXAMPLES = int(os.environ.get("SOAK_FUZZ", "150"))
ID = "aa97b177-9383-4934-8543-0f91a7a02836"
AGENT, IRI = json.dumps(make_agent()), "https://a.example/"
INSIDE = [
    b"Traceback",
    b'File "',
    b"site-packages",
    b".py",
    b"sqlite",
    b"psycopg",
    b"SELECT",
    b"INSERT",
    b"0x7f",
    b"<class",
]
RESOURCES = ["statements", "activities", "activities/state", "activities/profile", "agents", "agents/profile", "about"]
pytestmark = [pytest.mark.conformance, pytest.mark.soak, pytest.mark.timeout(300 + EXAMPLES // 10)]


class Sent(NamedTuple):
    """One request in the terms of WSGI; `length` is what the client says, None when it says nothing."""

    method: str
    path: bytes
    query: bytes
    headers: dict[str, str]
    body: bytes
    length: str | None


class Told(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Target:
    """An LRS that is asked, and watched."""

    def __init__(self, house: EmbeddedLrs) -> None:
        self._house = house
        self._app = Application(house.lrs, house.credentials, house.clock)
        self._last = 0
        new = house.credentials.add(INSTITUTION, "uji", ("all",), "foreign")
        self.basic = "Basic " + base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()

    def ask(self, sent: Sent) -> Told:
        """The answer to a request."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": sent.method, "SCRIPT_NAME": "", "PATH_INFO": sent.path.decode("latin-1"),
            "QUERY_STRING": sent.query.decode("latin-1"), "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(sent.body), "wsgi.errors": BytesIO(), "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        usual = {"Authorization": self.basic, "X-Experience-API-Version": "1.0.3"}
        for name, value in {**usual, **sent.headers}.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        if sent.length is not None:
            environ["CONTENT_LENGTH"] = sent.length
        else:
            environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        told: list[Any] = []
        body = b"".join(self._app(environ, lambda status, headers, error=None: told.extend([status, headers])))
        return Told(int(told[0][:3]), {name.lower(): value for name, value in told[1]}, body)

    def new(self) -> int:
        """How many statements there are that were not there when this was asked before."""
        found = self._house.statements.after(INSTITUTION, self._last, 100_000)
        self._last = found[-1].seq if found else self._last
        return len(found)

    def answers(self) -> bool:
        """Whether it still does what it is there for."""
        before = self._last
        ids = self._house.lrs.post_statements(make_principal(), encoded(make_statement()))
        return self.new() == 1 and self._last > before and len(ids) == 1


@pytest.fixture
def target(place: Path | str) -> Target:
    return Target(embedded_lrs(place))


def check(sent: Sent, told: Told) -> None:
    """What holds for every answer."""
    assert told.status < 500, sent
    assert told.headers["x-experience-api-version"] in ("1.0.3", "2.0.0"), sent
    assert all("\n" not in value and "\r" not in value for value in told.headers.values()), sent
    if told.status < 400 or sent.method == "HEAD" or not told.body:
        return
    answer = json.loads(told.body)
    assert told.headers["content-type"] == "application/json"
    assert answer["error"].split(".")[0] in ("lrs", "statement"), sent
    assert answer["message"] != answer["error"]
    quoted = {
        key: value for key, value in answer.items() if key not in ("path", "detail")
    }  # these repeat what was sent
    assert not [sign for sign in INSIDE if sign in json.dumps(quoted).encode()], answer


def statement_bodies() -> st.SearchStrategy[bytes]:
    """Statements broken like those of the rules, alone or in lists."""

    def make(seeds: list[int], several: bool) -> bytes:
        made = []
        for seed in seeds:
            source = random.Random(seed)
            made.append(mutant(source, Base(source, "2.0.0").statement(), seed % 3).body)
        return b"[%b]" % b",".join(made) if several else made[0]

    return st.builds(make, st.lists(st.integers(0, 2**32), min_size=1, max_size=4), st.booleans())


def deep(kind: bytes) -> bytes:
    return kind * 10_000 + b"1" + {b"[": b"]", b'{"a":': b"}"}[kind] * 10_000


_POOLS: dict[str, list[str]] = json.loads((Path(__file__).parent / "rules" / "requests.json").read_text())
_GOOD = encoded(make_statement())
_HUGE = base64.b64encode(b"x" * 1_000_000).decode()
FIELDS, NAMES = _POOLS["fields"], _POOLS["names"]
TEXTS = [*_POOLS["texts"], "a" * 5000, "0" * 400, "[" * 20_000]
ENCODED = [text.encode("latin-1") for text in _POOLS["encoded"]]
JSONS = [
    *(text.encode("latin-1") for text in _POOLS["json"]),
    b"1" * 5000,
    deep(b"["),
    deep(b'{"a":'),
    b"[" * 100_000,
    encoded([make_statement(id=ID)] * 2),
    encoded([make_statement(), {}]),
    encoded({"a": "x" * 100_000}),
]
PARTS = [
    *(text.encode("latin-1") for text in _POOLS["parts"]),
    b"Content-Type: application/json\r\n\r\n" + _GOOD + b"\r\n",
    _GOOD,
    b"x" * 9000,
    b"--a\r\n" * 1200,
]
HEADERS = {name.removeprefix("header "): pool for name, pool in _POOLS.items() if name.startswith("header ")}
HEADERS["Authorization"] += ["Bearer " + "x" * 10_000, f"Basic {_HUGE}"]
HEADERS["Content-Type"] += ["a" * 9000]
HEADERS["X-Experience-API-Version"] += ["1.0." + "9" * 500]
HEADERS["If-Match"] += ['"' + "a" * 9000]
HEADERS["Accept-Language"] += ["a" * 5000, "en;q=" + "1" * 400, ",".join("ab" * 999)]
TYPES = [kind for kind in HEADERS["Content-Type"] if "multipart" in kind]


def pairs() -> st.SearchStrategy[bytes]:
    """Query strings, well encoded or not."""
    value = (
        st.sampled_from(TEXTS).map(quote).map(str.encode)
        | st.sampled_from(ENCODED)
        | st.binary(max_size=9).map(lambda raw: quote_from_bytes(raw).encode())
    )
    name = st.sampled_from(NAMES).map(quote).map(str.encode) | st.sampled_from(ENCODED)
    return st.lists(st.builds(lambda key, text: key + b"=" + text, name, value), max_size=4).map(b"&".join)


def bodies() -> st.SearchStrategy[bytes]:
    """Bodies of every kind."""
    forms = st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(TEXTS)), max_size=5)
    packed = st.sampled_from(JSONS).map(lambda body: gzip.compress(body, 1)) | st.sampled_from(JSONS).map(zlib.compress)
    return (
        st.sampled_from(JSONS)
        | statement_bodies()
        | st.binary(max_size=50)
        | st.lists(st.sampled_from(PARTS) | st.binary(max_size=9), max_size=12).map(b"".join)
        | forms.map(lambda form: urlencode(form).encode())
        | packed
    )


def paths() -> st.SearchStrategy[bytes]:
    """Paths below the endpoint."""
    known = st.sampled_from([*RESOURCES, "statements"]).map(str.encode)
    tokens = st.sampled_from([b"", b"e30", b"x" * 9000, b"\xff", b"..", b"%00", b"bnVsbA", b"eyJhIjoxfQ"]) | st.binary(
        max_size=20
    )
    odd = st.sampled_from(
        [b"", b"/", b"statements/", b"statements//more/x", b"../x", b"STATEMENTS", b"activities/state/x", b"\xff"]
        + [b"a" * 9000, b"statements\x00", b"extensions/x"]
    )
    return st.one_of(known, known, tokens.map(lambda token: b"statements/more/" + token), odd).map(
        lambda path: b"/xapi/" + path
    )


def headers() -> st.SearchStrategy[dict[str, str]]:
    """Headers, a few of them, broken or not."""
    one = st.sampled_from(list(HEADERS)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name])))
    return st.lists(one, max_size=3).map(dict)


def requests() -> st.SearchStrategy[Sent]:
    """Whole requests."""
    methods = st.sampled_from(
        ["GET", "HEAD", "PUT", "POST", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "X", "get", ""]
    )

    def make(method: str, path: bytes, query: bytes, given: dict[str, str], body: bytes, lie: str | None) -> Sent:
        length = str(len(body)) if lie == "true" else lie
        return Sent(method, path, query, {"Content-Type": "application/json", **given}, body, length)

    lies = st.sampled_from(["true"] * 12 + [None, "", "0", "1", "99999", "-1", "x", "1.5", "9" * 30, "+5", " 7 "])
    return st.builds(make, methods, paths(), pairs(), headers(), bodies(), lies)


FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@FUZZ
@given(sent=requests())
def test_any_request_is_answered_and_a_refused_one_changes_nothing(target: Target, sent: Sent) -> None:
    told = target.ask(sent)

    check(sent, told)
    if told.status >= 400:
        assert target.new() == 0, sent
    assert target.new() >= 0


@FUZZ
@given(body=statement_bodies(), version=st.sampled_from(["1.0.3", "2.0.0"]))
def test_a_batch_is_stored_whole_or_not_at_all(target: Target, body: bytes, version: str) -> None:
    told = target.ask(Sent("POST", b"/xapi/statements", b"", {"Content-Type": "application/json",
                           "X-Experience-API-Version": version}, body, str(len(body))))  # fmt: skip
    stored = target.new()

    if told.status == 200:
        assert stored <= len(json.loads(told.body))
    else:
        check(Sent("POST", b"", b"", {}, body, None), told)
        assert stored == 0


@FUZZ
@given(pieces=st.lists(st.sampled_from(PARTS) | st.binary(max_size=9), max_size=12), kind=st.sampled_from(TYPES))
def test_broken_parts_store_nothing(target: Target, pieces: list[bytes], kind: str) -> None:
    body = b"".join(pieces)
    sent = Sent("POST", b"/xapi/statements", b"", {"Content-Type": kind}, body, str(len(body)))
    told = target.ask(sent)
    stored = target.new()

    check(sent, told)
    assert stored == (len(json.loads(told.body)) if told.status == 200 else 0)


@FUZZ
@given(
    path=st.sampled_from(RESOURCES[:-1]),
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "get", ""]),
    form=st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(TEXTS)), max_size=6),
    extra=st.sampled_from([b"", b"&method=GET", b"&x=1", b"&"]),
)
def test_the_alternate_syntax_is_no_way_around(
    target: Target, path: str, method: str, form: list[tuple[str, str]], extra: bytes
) -> None:
    body = urlencode(form).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = Sent("POST", f"/xapi/{path}".encode(), b"method=" + method.encode() + extra, kind, body, str(len(body)))
    told = target.ask(sent)

    check(sent, told)
    assert target.new() == (1 if told.status == 200 and told.body[:1] == b"[" and path == "statements" else 0)


@FUZZ
@given(
    token=st.binary(max_size=80) | st.text(max_size=60).map(str.encode),
    cut=st.integers(0, 400),
    sign=st.integers(0, 255),
)
def test_a_tampered_link_is_refused_or_leads_to_a_page(target: Target, token: bytes, cut: int, sign: int) -> None:
    if not hasattr(target, "more"):
        for _ in range(3):
            target.answers()
        answer = target.ask(Sent("GET", b"/xapi/statements", b"limit=1", {}, b"", "0"))
        target.more = json.loads(answer.body)["more"].encode()  # type: ignore[attr-defined]
    real: bytes = target.more  # type: ignore[attr-defined]
    bent = real[:cut] + bytes([sign]) + real[cut + 1 :] if cut < len(real) else b"/xapi/statements/more/" + token
    sent = Sent("GET", bent if bent.startswith(b"/xapi/") else b"/xapi/statements/more/x", b"", {}, b"", "0")
    told = target.ask(sent)

    check(sent, told)
    if told.status == 200:
        assert isinstance(json.loads(told.body).get("statements", []), list)


@pytest.fixture(autouse=True)
def _still_answers(target: Target) -> Iterator[None]:
    yield
    target.new()
    assert target.answers()


@pytest.mark.parametrize("name", ["stateId", "profileId", "activityId", "agent", "verb", "registration", "statementId"])
def test_every_text_may_come_in_every_parameter(target: Target, name: str) -> None:
    path = {"stateId": "activities/state", "profileId": "agents/profile", "activityId": "activities/profile"}.get(name)
    usual = {"agent": AGENT, "activityId": IRI, "stateId": "a", "profileId": "a"}
    for text in TEXTS:
        query = {**{key: usual[key] for key in _taken(path)}, name: text}
        for method, body in (("PUT", b"{}"), ("GET", b""), ("DELETE", b"")):
            headers = {"If-None-Match": "*", "Content-Type": "application/json"} if method == "PUT" else {}
            place = f"/xapi/{path or 'statements'}".encode()
            sent = Sent(method, place, urlencode(query).encode(), headers, body, str(len(body)))
            check(sent, target.ask(sent))


def _taken(path: str | None) -> tuple[str, ...]:
    taken: dict[str | None, tuple[str, ...]] = {
        "activities/state": ("activityId", "agent", "stateId"),
        "agents/profile": ("agent", "profileId"),
        "activities/profile": ("activityId", "profileId"),
    }
    return taken.get(path, ())
