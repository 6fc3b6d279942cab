"""What each scope may do over HTTP: every scope with every resource and every method (Communication 4.2)."""

import base64
import json
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from xapi.lrs.credentials import Limits
from xapi.lrs.scopes import RIGHTS, SCOPES
from xapi.lrs.web import blueprint
from xapi.testing import INSTITUTION, EmbeddedLrs, embedded_lrs, encoded, make_agent, make_statement

MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"
AGENT = json.dumps(make_agent())
STATE = {"activityId": MODULE, "agent": AGENT, "stateId": "jampel"}
ACTIVITY_PROFILE = {"activityId": MODULE, "profileId": "profil"}
AGENT_PROFILE = {"agent": AGENT, "profileId": "profil"}
STATEMENT_ID = "00000000-0000-4000-8000-000000000001"
VOIDED_ID = "00000000-0000-4000-8000-000000000002"


class Request(NamedTuple):
    """One request, and the scopes that it needs one of, as a person reads them in the standard."""

    method: str
    path: str
    query: dict[str, str]
    scopes: str
    body: bytes | None = None


WRITERS = "all, module, statements/write"
READERS = "all, all/read, statements/read, statements/read/mine"
STATE_READERS, STATE_WRITERS = "all, all/read, state", "all, state"
PROFILE_READERS, PROFILE_WRITERS = "all, all/read, profile", "all, profile"
KNOWN_READERS = "all, all/read, profile"
NEW = {**STATE, "stateId": "baru"}
STATEMENT = encoded(make_statement())

REQUESTS = {
    "post statements": Request("POST", "statements", {}, WRITERS, STATEMENT),
    "post a list of statements": Request("POST", "statements", {}, WRITERS, b"[" + STATEMENT + b"]"),
    "put statement": Request("PUT", "statements", {"statementId": VOIDED_ID}, WRITERS, STATEMENT),
    "get statement": Request("GET", "statements", {"statementId": STATEMENT_ID}, READERS),
    "get voided statement": Request("GET", "statements", {"voidedStatementId": STATEMENT_ID}, READERS),
    "get statements": Request("GET", "statements", {}, READERS),
    "head statements": Request("HEAD", "statements", {}, READERS),
    "more statements": Request("GET", "statements/more/eyJxdWVyeSI6e30sImxhc3QiOjl9", {}, READERS),
    "head more": Request("HEAD", "statements/more/eyJxdWVyeSI6e30sImxhc3QiOjl9", {}, READERS),
    "get state": Request("GET", "activities/state", STATE, STATE_READERS),
    "head state": Request("HEAD", "activities/state", STATE, STATE_READERS),
    "list states": Request("GET", "activities/state", {"activityId": MODULE, "agent": AGENT}, STATE_READERS),
    "put state": Request("PUT", "activities/state", NEW, STATE_WRITERS, b"{}"),
    "post state": Request("POST", "activities/state", NEW, STATE_WRITERS, b"{}"),
    "delete state": Request("DELETE", "activities/state", STATE, STATE_WRITERS),
    "clear states": Request("DELETE", "activities/state", {"activityId": MODULE, "agent": AGENT}, STATE_WRITERS),
    "get activity": Request("GET", "activities", {"activityId": MODULE}, KNOWN_READERS),
    "head activity": Request("HEAD", "activities", {"activityId": MODULE}, KNOWN_READERS),
    "get agent": Request("GET", "agents", {"agent": AGENT}, KNOWN_READERS),
    "head agent": Request("HEAD", "agents", {"agent": AGENT}, KNOWN_READERS),
}
for kind, address in (("activities", ACTIVITY_PROFILE), ("agents", AGENT_PROFILE)):
    some = {name: value for name, value in address.items() if name != "profileId"}
    path, new = f"{kind}/profile", {**address, "profileId": "baru"}
    REQUESTS |= {
        f"get {path}": Request("GET", path, address, PROFILE_READERS),
        f"head {path}": Request("HEAD", path, address, PROFILE_READERS),
        f"list {path}": Request("GET", path, some, PROFILE_READERS),
        f"put {path}": Request("PUT", path, new, PROFILE_WRITERS, b"{}"),
        f"post {path}": Request("POST", path, new, PROFILE_WRITERS, b"{}"),
        f"delete {path}": Request("DELETE", path, address, PROFILE_WRITERS),
    }


class Bench(NamedTuple):
    """An LRS with something in every resource, and its web door."""

    house: EmbeddedLrs
    client: FlaskClient

    def credential(self, scope: str) -> dict[str, str]:
        """The headers of a new credential with this one scope."""
        if scope == "module":
            new = self.house.credentials.add(INSTITUTION, scope, [scope], "package", limits=Limits(module=MODULE))
        else:
            new = self.house.credentials.add(INSTITUTION, scope, [scope], "foreign")
        pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3"}

    def send(self, headers: dict[str, str], request: Request) -> TestResponse:
        """The answer to `request`."""
        condition = {"If-None-Match": "*"} if request.method == "PUT" and "profile" in request.path else {}
        return self.client.open(
            f"/xapi/{request.path}", method=request.method, query_string=request.query, data=request.body,
            headers=headers | condition, content_type="application/json" if request.body else None,
        )  # fmt: skip


@pytest.fixture(scope="module")
def bench(lasting_place: Path | str) -> Bench:
    house = embedded_lrs(lasting_place)
    app = Flask("uji")
    app.register_blueprint(blueprint(house.lrs, house.credentials, house.clock))
    return Bench(house, app.test_client())


@pytest.fixture
def filled(bench: Bench) -> Bench:
    """The bench with a statement and a document in each resource; what a test before has left is away."""
    owner = bench.credential("all")
    bench.send(owner, Request("PUT", "statements", {"statementId": STATEMENT_ID}, "", STATEMENT))
    for path, address in (
        ("activities/state", STATE),
        ("activities/profile", ACTIVITY_PROFILE),
        ("agents/profile", AGENT_PROFILE),
    ):
        name = "stateId" if "stateId" in address else "profileId"
        bench.send(owner, Request("DELETE", path, {**address, name: "baru"}, ""))
        bench.send(owner, Request("PUT", path, address, "", b"{}"))
    return bench


def test_the_table_names_all_scopes_of_the_house() -> None:
    named = {scope for request in REQUESTS.values() for scope in request.scopes.split(", ")}

    assert named == SCOPES == set(RIGHTS)


@pytest.mark.parametrize("scope", sorted(SCOPES))
@pytest.mark.parametrize("name", REQUESTS)
def test_a_scope_may_do_what_the_table_says_and_nothing_else(filled: Bench, scope: str, name: str) -> None:
    request = REQUESTS[name]
    answer = filled.send(filled.credential(scope), request)

    if scope not in request.scopes.split(", "):
        assert answer.status_code == 403
        if request.method != "HEAD":
            assert answer.json["error"] == "lrs.scope"
            assert request.scopes in answer.json["message"]
    elif name == "get voided statement" or (name == "get statement" and scope == "statements/read/mine"):
        assert answer.status_code == 404  # it may ask, and there is none for it
    else:
        assert answer.status_code in (200, 204)


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_about_is_open_to_every_scope(filled: Bench, scope: str) -> None:
    assert filled.send(filled.credential(scope), Request("GET", "about", {}, "")).status_code == 200


def test_scopes_add_up(filled: Bench) -> None:
    new = filled.house.credentials.add(INSTITUTION, "dua", ["state", "statements/write"], "foreign")
    pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3"}

    allowed = {name for name, request in REQUESTS.items() if filled.send(headers, request).status_code != 403}
    wanted = {"state", "statements/write"}

    assert allowed == {name for name, request in REQUESTS.items() if wanted & set(request.scopes.split(", "))}


def test_the_documents_show_the_same_table() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "kredensial.md").read_text(encoding="utf-8")

    for scope, may in RIGHTS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{scope}` |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")][1:5]
        words = {"": "–", "read": "baca", "read mine": "baca miliknya", "write": "tulis", "read write": "baca, tulis"}
        assert cells == [words[" ".join(sorted(rights))] for rights in may], scope
