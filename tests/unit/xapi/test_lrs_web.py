"""The web resources: headers, parameters, statuses, and never a server error for what a client sends."""

import base64
import json
import logging
import sqlite3
import string
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, TestResponse

from xapi.errors import DatabaseError
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.principal import LaunchGrant
from xapi.lrs.web import BodyLimits, blueprint
from xapi.lrs.web.exchange import knows
from xapi.testing import INSTITUTION, EmbeddedLrs, embedded_lrs, encoded, make_agent, make_statement
from xapi.vocabulary import PASSED

MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"
ID = "00000000-0000-4000-8000-000000000001"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MOST = 20_000
Ask = Callable[..., TestResponse]


@pytest.fixture
def house(tmp_path: Path) -> EmbeddedLrs:
    return embedded_lrs(tmp_path)


@pytest.fixture
def client(house: EmbeddedLrs) -> FlaskClient:
    app = Flask("uji")
    app.register_blueprint(blueprint(house.lrs, house.credentials, house.clock, BodyLimits(MOST, MOST)))
    return app.test_client()


def basic(house: EmbeddedLrs, *scopes: str) -> dict[str, str]:
    new = house.credentials.add(INSTITUTION, "uji", scopes or ("all",), "foreign")
    pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3"}


@pytest.fixture
def ask(house: EmbeddedLrs, client: FlaskClient) -> Ask:
    headers = basic(house)

    def send(method: str, path: str, body: bytes | None = None, **options: Any) -> TestResponse:
        sent = {**headers, **options.pop("headers", {})}
        kind = options.pop("content_type", JSON if body is not None else None)
        return client.open("/xapi/" + path, method=method, data=body, headers=sent, content_type=kind, **options)

    return send


def state(**changes: Any) -> dict[str, str]:
    found = {"activityId": MODULE, "agent": json.dumps(make_agent()), "registration": REGISTRATION, "stateId": "jampel"}
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


def code(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.json["error"]


class TestStatements:
    def test_post_answers_the_ids(self, ask: Ask) -> None:
        response = ask("POST", "statements", encoded([make_statement(id=ID)]))

        assert (response.status_code, response.json) == (200, [ID])

    def test_put_answers_no_content_also_the_second_time(self, ask: Ask) -> None:
        for _ in range(2):
            response = ask("PUT", "statements", encoded(make_statement()), query_string={"statementId": ID})
            assert (response.status_code, response.data) == (204, b"")

    def test_another_statement_under_the_id_is_a_conflict(self, ask: Ask) -> None:
        ask("PUT", "statements", encoded(make_statement()), query_string={"statementId": ID})
        response = ask(
            "PUT", "statements", encoded(make_statement(verb={"id": MODULE})), query_string={"statementId": ID}
        )

        assert code(response) == (409, "lrs.conflict")

    def test_one_statement_has_its_headers(self, ask: Ask) -> None:
        ask("POST", "statements", encoded(make_statement(id=ID)))
        response = ask("GET", "statements", query_string={"statementId": ID})

        assert response.json["id"] == ID
        assert response.headers["Last-Modified"] == "Mon, 02 Mar 2026 01:00:00 GMT"
        assert response.headers["Content-Type"] == JSON
        assert len(response.headers["ETag"]) == 42
        assert response.headers["X-Experience-API-Consistent-Through"] == "2026-03-02T00:59:59.999Z"

    def test_more_leads_through_all_pages(self, ask: Ask) -> None:
        ask("POST", "statements", encoded([make_statement() for _ in range(5)]))
        response, seen = ask("GET", "statements", query_string={"limit": 2, "verb": PASSED}), []
        while True:
            seen += [one["id"] for one in response.json["statements"]]
            more = response.json["more"]
            if not more:
                break
            assert more.startswith("/xapi/statements/more/")
            response = ask("GET", more.removeprefix("/xapi/"))
            assert "X-Experience-API-Consistent-Through" in response.headers

        assert len(set(seen)) == len(seen) == 5

    @pytest.mark.parametrize(
        "query",
        [
            {"agent": json.dumps(make_agent()), "related_agents": "true"},
            {"activity": MODULE, "related_activities": "true"},
            {"since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z", "ascending": "true"},
            {"format": "ids"},
            {"format": "canonical"},
            {"limit": "0"},
            {"limit": "99999999999999999999"},
        ],
        ids=str,
    )
    def test_every_filter_is_understood(self, ask: Ask, query: dict[str, str]) -> None:
        ask("POST", "statements", encoded(make_statement(id=ID)))
        response = ask("GET", "statements", query_string=query)

        assert [one["id"] for one in response.json["statements"]] == [ID]

    @pytest.mark.parametrize(
        ("query", "error"),
        [
            ({"StatementId": ID}, "lrs.parameter_unknown"),
            ({"Limit": "1"}, "lrs.parameter_unknown"),
            ({"limit": ["1", "2"]}, "lrs.parameter_twice"),
            ({"limit": "-1"}, "lrs.parameter_value"),
            ({"limit": "\u0661"}, "lrs.parameter_value"),
            ({"ascending": "TRUE"}, "lrs.parameter_value"),
            ({"attachments": "1"}, "lrs.parameter_value"),
            ({"format": "xml"}, "lrs.parameter_value"),
            ({"statementId": ID, "voidedStatementId": ID}, "lrs.parameter_mixed"),
            ({"statementId": ID, "limit": "1"}, "lrs.parameter_mixed"),
            ({"statementId": "1"}, "statement.uuid"),
            ({"voidedStatementId": "1"}, "statement.uuid"),
            ({"agent": "x"}, "statement.json"),
            ({"agent": "[]"}, "statement.shape"),
            ({"agent": '{"mbox":"mailto:a@b.c","mbox":"mailto:a@b.c"}'}, "statement.duplicate_key"),
            ({"agent": "[" * 99 + "]" * 99}, "statement.too_deep"),
            ({"verb": "x"}, "statement.iri"),
            ({"since": "x"}, "statement.timestamp"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_a_wrong_parameter_is_refused_and_the_answer_still_says_how_far_it_knows(
        self, ask: Ask, query: dict, error: str
    ) -> None:
        response = ask("GET", "statements", query_string=query)

        assert code(response) == (400, error)
        assert "X-Experience-API-Consistent-Through" in response.headers

    def test_an_unknown_statement_is_404(self, ask: Ask) -> None:
        assert code(ask("GET", "statements", query_string={"statementId": ID})) == (404, "lrs.no_statement")

    def test_a_made_up_more_link_is_refused(self, ask: Ask) -> None:
        assert code(ask("GET", "statements/more/x")) == (400, "lrs.more")
        assert code(ask("POST", "statements/more/x", b"")) == (405, "lrs.method")

    def test_attachments_are_answered_as_multipart(self, ask: Ask) -> None:
        ask("POST", "statements", encoded(make_statement(id=ID)))
        response = ask("GET", "statements", query_string={"statementId": ID, "attachments": "true"})
        boundary = response.headers["Content-Type"].removeprefix("multipart/mixed; boundary=").encode()
        head, _, part = response.data.partition(b"\r\n\r\n")

        assert head == b"--" + boundary + b"\r\nContent-Type: application/json"
        assert json.loads(part.removesuffix(b"\r\n--" + boundary + b"--\r\n"))["id"] == ID

    @pytest.mark.parametrize(
        ("kind", "error"),
        [
            ("text/plain", "lrs.content_type"),
            ("multipart/mixed; boundary=x", "lrs.multipart"),
            (None, "lrs.content_type"),
        ],
    )
    def test_a_body_that_is_not_json_is_refused(self, ask: Ask, kind: str | None, error: str) -> None:
        assert code(ask("POST", "statements", encoded(make_statement()), content_type=kind)) == (400, error)

    def test_a_body_with_a_charset_is_accepted(self, ask: Ask) -> None:
        body = encoded(make_statement())

        assert ask("POST", "statements", body, content_type="application/json; charset=utf-8").status_code == 200

    def test_put_needs_a_statement_id(self, ask: Ask) -> None:
        assert code(ask("PUT", "statements", encoded(make_statement()))) == (400, "lrs.parameter_missing")

    def test_put_takes_one_statement_only(self, ask: Ask) -> None:
        response = ask("PUT", "statements", encoded([make_statement()]), query_string={"statementId": ID})

        assert code(response) == (400, "statement.shape")

    def test_a_body_that_is_too_large_is_refused(self, ask: Ask) -> None:
        assert code(ask("POST", "statements", b" " * (MOST + 1))) == (413, "lrs.too_large")

    def test_an_invalid_statement_is_told_with_its_place(self, ask: Ask) -> None:
        response = ask("POST", "statements", encoded([make_statement(actor={"mbox": "a"})]))

        assert code(response) == (400, "statement.mbox")
        assert response.json["path"] == "$[0].actor.mbox"
        assert response.json["clause"] == "Data 2.4.2.3"

    def test_a_version_2_request_is_answered_as_version_2(self, ask: Ask) -> None:
        headers = {"X-Experience-API-Version": "2.0.0"}
        ask("POST", "statements", encoded(make_statement(id=ID)), headers=headers)
        response = ask("GET", "statements", query_string={"statementId": ID}, headers=headers)

        assert response.headers["X-Experience-API-Version"] == "2.0.0"
        assert response.json["version"] == "2.0.0"


class TestState:
    def test_a_document_comes_back_as_it_was_sent(self, ask: Ask) -> None:
        assert ask("PUT", "activities/state", b"<b>", query_string=state(), content_type="text/html").status_code == 204
        response = ask("GET", "activities/state", query_string=state())

        assert (response.data, response.headers["Content-Type"]) == (b"<b>", "text/html")
        assert response.headers["Last-Modified"] == "Mon, 02 Mar 2026 01:00:00 GMT"
        assert len(response.headers["ETag"]) == 42
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    def test_etags_guard_a_document(self, ask: Ask) -> None:
        def put(**headers: str) -> int:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return ask("PUT", "activities/state", b"1", query_string=state(), headers=named).status_code

        assert put(If_None_Match="*") == 204
        assert put(If_None_Match="*") == 412
        etag = ask("GET", "activities/state", query_string=state()).headers["ETag"]
        assert put(If_Match='"x"') == 412
        assert put(If_Match=etag) == 204
        assert put(X_Experience_API_Version="2.0.0") == 409

    def test_post_merges(self, ask: Ask) -> None:
        for body in (b'{"a":1}', b'{"b":2}'):
            assert ask("POST", "activities/state", body, query_string=state()).status_code == 204

        assert ask("GET", "activities/state", query_string=state()).json == {"a": 1, "b": 2}

    def test_without_state_id_the_ids_are_listed_and_all_deleted(self, ask: Ask) -> None:
        everything = state(stateId=None)
        ask("PUT", "activities/state", b"1", query_string=state())
        listed = ask("GET", "activities/state", query_string={**everything, "since": "2026-01-01T00:00:00Z"})

        assert listed.json == ["jampel"]
        assert "Last-Modified" in listed.headers
        assert ask("DELETE", "activities/state", query_string=everything).status_code == 204
        assert ask("GET", "activities/state", query_string=everything).json == []
        assert code(ask("GET", "activities/state", query_string=state())) == (404, "lrs.no_document")

    @pytest.mark.parametrize("missing", ["activityId", "agent", "stateId"])
    def test_parts_of_the_address_are_required(self, ask: Ask, missing: str) -> None:
        response = ask("PUT", "activities/state", b"1", query_string=state(**{missing: None}))

        assert code(response) == (400, "lrs.parameter_missing")

    def test_since_goes_with_the_list_only(self, ask: Ask) -> None:
        response = ask("GET", "activities/state", query_string=state(since="2026-01-01T00:00:00Z"))

        assert code(response) == (400, "lrs.parameter_mixed")

    def test_a_content_type_that_cannot_be_a_header_is_refused(self, ask: Ask) -> None:
        response = ask("PUT", "activities/state", b"1", query_string=state(), content_type="a/\u00e9")

        assert code(response) == (400, "lrs.content_type")


class TestEveryAnswer:
    def test_about_needs_neither_credentials_nor_version(self, client: FlaskClient) -> None:
        response = client.get("/xapi/about")

        assert response.json == {"version": ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0"]}
        assert response.headers["X-Experience-API-Version"] == "1.0.3"
        assert code(client.get("/xapi/about?x=1")) == (400, "lrs.parameter_unknown")
        assert code(client.post("/xapi/about")) == (405, "lrs.method")

    @pytest.mark.parametrize("version", ["", "0.9", "1.1.0", "1.0.x", "2.1.0", "3"])
    def test_another_version_is_refused(self, ask: Ask, version: str) -> None:
        response = ask("GET", "statements", headers={"X-Experience-API-Version": version})

        assert code(response) == (400, "lrs.version")
        assert response.headers["X-Experience-API-Version"] == "1.0.3"

    @pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.9"])
    def test_each_1_0_version_is_answered_as_the_last(self, ask: Ask, version: str) -> None:
        response = ask("GET", "statements", headers={"X-Experience-API-Version": version})

        assert response.headers["X-Experience-API-Version"] == "1.0.3"

    def test_head_is_get_without_body(self, ask: Ask) -> None:
        ask("POST", "statements", encoded(make_statement(id=ID)))
        for path, query in (
            ("statements", {}),
            ("statements", {"statementId": ID}),
            ("about", {}),
            ("statements", {"x": "1"}),
        ):
            head, get = ask("HEAD", path, query_string=query), ask("GET", path, query_string=query)
            assert (head.status_code, head.data) == (get.status_code, b"")
            assert dict(head.headers) == dict(get.headers)

    def test_an_unknown_resource_is_404_and_a_wrong_method_405(self, ask: Ask) -> None:
        assert code(ask("GET", "agents/none")) == (404, "lrs.no_resource")
        assert code(ask("GET", "")) == (404, "lrs.no_resource")
        response = ask("DELETE", "statements")
        assert code(response) == (405, "lrs.method")
        assert response.headers["Allow"] == "GET, PUT, POST, HEAD"

    def test_no_answer_sets_a_cookie(self, ask: Ask) -> None:
        assert "Set-Cookie" not in ask("GET", "statements").headers


class TestCredentials:
    @pytest.mark.parametrize(
        "header",
        [
            "",
            "Basic",
            "Basic x",
            "Basic \u00ff",
            "Basic " + base64.b64encode(b"\xff:\xff").decode(),
            "Basic YTpi",
            "Bearer",
            "Bearer x",
            "Digest x",
        ],
    )
    def test_nobody_is_401_and_told_how(self, client: FlaskClient, header: str) -> None:
        headers = {"Authorization": header.encode().decode("latin-1"), "X-Experience-API-Version": "1.0.3"}
        response = client.get("/xapi/statements", headers=headers)

        assert code(response) == (401, "lrs.unauthorized")
        assert response.headers["WWW-Authenticate"].startswith("Basic ")

    def test_a_missing_scope_is_403(self, house: EmbeddedLrs, client: FlaskClient) -> None:
        response = client.get("/xapi/statements", headers=basic(house, "statements/write"))

        assert code(response) == (403, "lrs.scope")

    def test_a_launch_token_writes_its_statements_and_state(self, house: EmbeddedLrs, client: FlaskClient) -> None:
        grant = LaunchGrant(make_agent(), MODULE, REGISTRATION, house.clock() + timedelta(hours=1), {})
        token = house.credentials.grant(INSTITUTION, grant)
        headers = {"Authorization": f"Bearer {token}", "X-Experience-API-Version": "1.0.3"}
        body = encoded(make_statement(context={"registration": REGISTRATION}))

        assert client.post("/xapi/statements", data=body, headers=headers, content_type=JSON).status_code == 200
        assert client.put("/xapi/activities/state", data=b"1", headers=headers, query_string=state()).status_code == 204
        assert code(client.get("/xapi/statements", headers=headers)) == (403, "lrs.scope")
        assert code(
            client.post("/xapi/statements", data=encoded(make_statement()), headers=headers, content_type=JSON)
        ) == (403, "lrs.grant")

    def test_neither_tokens_nor_people_are_logged(
        self, house: EmbeddedLrs, ask: Ask, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        ask("POST", "statements", encoded(make_statement(actor=make_agent("198501012099031001"))))
        ask(
            "GET",
            "statements",
            query_string={"agent": json.dumps(make_agent("rahasia"))},
            headers={"Authorization": "Bearer rahasia"},
        )

        assert "rahasia" not in caplog.text
        assert "198501012099031001" not in caplog.text


@pytest.mark.parametrize(("known", "left"), [(True, b""), (False, b"x" * 1000)])
def test_a_refused_body_is_read_to_its_end_for_those_with_credentials(
    house: EmbeddedLrs, client: FlaskClient, known: bool, left: bytes
) -> None:
    headers = basic(house) if known else {"X-Experience-API-Version": "1.0.3"}
    stream = BytesIO(b"x" * 1000)
    response = client.post(
        "/xapi/statements", headers=headers, content_type="text/plain", input_stream=stream, content_length=1000
    )

    assert response.status_code == (400 if known else 401)
    assert stream.read() == left


def test_a_fault_of_the_server_is_answered_as_json(
    house: EmbeddedLrs, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    house.statements._terms = None  # type: ignore[assignment]
    response = ask("GET", "statements")

    assert code(response) == (500, "lrs.internal")
    assert "the LRS failed to answer" in caplog.text


def test_a_page_of_another_site_may_use_the_lrs_with_its_own_credentials(client: FlaskClient, ask: Ask) -> None:
    asked = {"Origin": "https://lms.example", "Access-Control-Request-Headers": "authorization"}
    allowed = client.options("/xapi/statements", headers=asked)

    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Authorization" in allowed.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    assert ask("GET", "statements").headers["Access-Control-Allow-Origin"] == "*"


_TEXT = st.text(string.printable + "\u00e9\u2603\x00", max_size=12)
_QUERY = st.dictionaries(
    st.sampled_from(
        [
            "statementId",
            "agent",
            "verb",
            "since",
            "limit",
            "format",
            "activityId",
            "stateId",
            "registration",
            "attachments",
            "profileId",
            "method",
        ]
    )
    | _TEXT,
    _TEXT
    | st.sampled_from([ID, MODULE, json.dumps(make_agent()), "true", "1", "2026-01-01T00:00:00Z", "{}", "[]", "null"]),
    max_size=4,
)
_PATHS = [
    "statements",
    "activities",
    "activities/state",
    "activities/profile",
    "agents",
    "agents/profile",
    "about",
    "statements/more/e30",
    "x",
]
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_FIELDS = ["content", "agent", "activityId", "stateId", "profileId", "Content-Type", "If-Match", "Authorization"]
_PIECES = [
    b"--a\r\n",
    b"--a--",
    b"\r\n",
    b"Content-Type: application/json\r\n\r\n" + json.dumps(make_statement()).encode() + b"\r\n",
    b"Content-Transfer-Encoding: binary\r\n",
    b"X-Experience-API-Hash: " + b"0" * 64 + b"\r\n\r\n",
]
_BODY = (
    st.binary(max_size=60)
    | _VALUE.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(
        st.sampled_from(["id", "actor", "verb", "object", "result", "context", "timestamp", "attachments"]),
        _VALUE,
        max_size=3,
    ).map(lambda changes: json.dumps(make_statement(**changes)).encode())
    | st.dictionaries(st.sampled_from(_FIELDS) | _TEXT, _TEXT, max_size=4).map(lambda form: urlencode(form).encode())
    | st.lists(st.sampled_from(_PIECES) | st.binary(max_size=12), max_size=12).map(b"".join)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"]),
    path=st.sampled_from(_PATHS),
    query=_QUERY,
    body=_BODY,
    kind=st.sampled_from([JSON, "text/plain", "multipart/mixed; boundary=a", FORM, ""]),
    version=st.sampled_from(["1.0.3", "2.0.0"]),
    header=st.sampled_from(["If-Match", "If-None-Match", "Accept-Language", "X-Experience-API-Version"]),
    value=st.text(string.digits + string.ascii_letters + '"*,;.=- ', max_size=8),
)
def test_whatever_is_sent_the_server_does_not_fail(
    ask: Ask, method: str, path: str, query: dict, body: bytes, kind: str, version: str, header: str, value: str
) -> None:
    headers = {"X-Experience-API-Version": version, header: value}
    response = ask(method, path, body, query_string=query, content_type=kind, headers=headers)

    assert response.status_code < 500
    assert "X-Experience-API-Version" in response.headers


def test_a_sender_whom_the_database_cannot_name_now_may_send_the_body() -> None:
    """The door then answers 503. Refused a body here, it would answer 400, for good, were the database back by then."""
    credentials = create_autospec(CredentialStore, instance=True)
    credentials.authenticate.side_effect = DatabaseError("database.unreachable", "the server is starting up")
    environ = EnvironBuilder(method="POST", headers={"Authorization": "Basic YTpi"}).get_environ()
    assert knows(environ, credentials, datetime(2026, 11, 26, tzinfo=UTC))


def test_a_database_that_fails_is_said_to_be_unavailable_for_a_while(
    house: EmbeddedLrs, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("xapi.lrs.store.sqlite.SqliteSession.insert", full)
    refused = ask("POST", "statements", encoded(make_statement()))
    monkeypatch.undo()

    assert code(refused) == (503, "lrs.unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert ask("POST", "statements", encoded(make_statement())).status_code == 200
