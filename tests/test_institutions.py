"""Every table of every store belongs to an institution: rows of one can never be taken for rows of another."""

import base64
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.lrs.scopes import SCOPES
from xapi.lrs.web import blueprint
from xapi.testing import EmbeddedLrs, embedded_lrs, encoded, make_agent, make_statement
from xapi.vocabulary import PASSED, VOIDED

#: Tables that name no institution, and why that is right.
EXEMPT = {"institution": "is the list of institutions itself"}


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The columns of every table, by `database.table`."""
    data = tmp_path_factory.mktemp("data")
    open_services(load_settings(data, {})).close()
    return dict(found for path in sorted(data.glob("*.db")) for found in tables(path))


def tables(path: Path) -> Iterator[tuple[str, set[str]]]:
    connection = sqlite3.connect(path)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if not name.startswith(("sqlite_", "version_")):
                yield f"{path.stem}.{name}", {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
    finally:
        connection.close()


def test_there_are_tables_to_look_at(columns: dict[str, set[str]]) -> None:
    assert len(columns) > 25


def test_every_table_names_its_institution(columns: dict[str, set[str]]) -> None:
    without = {name for name, found in columns.items() if "institution" not in found}
    assert {name.split(".")[1] for name in without} - set(EXEMPT) == set()


ONE, TWO = "1" * 32, "2" * 32
MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"
AGENT = json.dumps(make_agent())
ID = "00000000-0000-4000-8000-000000000001"
SECRET = b"hanya milik instansi satu"
SHA2 = hashlib.sha256(SECRET).hexdigest()
ATTACHED = {
    "usageType": "https://example.com/bukti", "display": {"id": "Bukti"}, "contentType": "text/plain",
    "length": len(SECRET), "sha2": SHA2,
}  # fmt: skip
DOCUMENTS = {
    "activities/state": {"activityId": MODULE, "agent": AGENT, "stateId": "d"},
    "activities/profile": {"activityId": MODULE, "profileId": "d"},
    "agents/profile": {"agent": AGENT, "profileId": "d"},
}


class TwoTenants:
    """One LRS; institution one has something everywhere, and two has a credential with every scope but `module`."""

    def __init__(self, place: Path | str) -> None:
        self.house: EmbeddedLrs = embedded_lrs(place)
        app = Flask("uji")
        app.register_blueprint(blueprint(self.house.lrs, self.house.credentials, self.house.clock))
        self._client = app.test_client()
        self._headers = {who: self._credential(who) for who in (ONE, TWO)}
        thing = {"id": MODULE, "definition": {"name": {"id": SECRET.decode()}}}
        actor = make_agent(name=SECRET.decode())
        parts = (
            b"--x\r\nContent-Type: application/json\r\n\r\n"
            + encoded(make_statement(id=ID, actor=actor, object=thing, attachments=[ATTACHED]))
            + b"\r\n--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: "
            + SHA2.encode() + b"\r\n\r\n" + SECRET + b"\r\n--x--"
        )  # fmt: skip
        assert self.ask(ONE, "POST", "statements", parts, "multipart/mixed; boundary=x").status_code == 200
        for path, query in DOCUMENTS.items():
            assert self.write(ONE, path, query, SECRET).status_code == 204

    def _credential(self, who: str) -> dict[str, str]:
        new = self.house.credentials.add(who, "uji", SCOPES - {"module"}, "lms_record")
        pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3"}

    def ask(
        self, who: str, method: str, path: str, body: bytes | None = None, kind: str = "application/json", **query: str
    ) -> TestResponse:
        return self._client.open(
            f"/xapi/{path}", method=method, data=body, headers=self._headers[who], query_string=query,
            content_type=None if body is None else kind,
        )  # fmt: skip

    def write(self, who: str, path: str, query: dict[str, str], body: bytes) -> TestResponse:
        headers = self._headers[who] | {"If-None-Match": "*", "Content-Type": "text/plain"}
        return self._client.put(f"/xapi/{path}", data=body, headers=headers, query_string=query)


@pytest.fixture
def tenants(place: Path | str) -> TwoTenants:
    return TwoTenants(place)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"agent": AGENT},
        {"agent": AGENT, "related_agents": "true"},
        {"verb": PASSED},
        {"activity": MODULE, "related_activities": "true"},
        {"since": "2020-01-01T00:00:00Z", "ascending": "true"},
        {"attachments": "true"},
        {"format": "canonical"},
    ],
)
def test_no_filter_finds_a_statement_of_another_institution(tenants: TwoTenants, query: dict[str, str]) -> None:
    answer = tenants.ask(TWO, "GET", "statements", **query)
    assert answer.status_code == 200
    assert ID.encode() not in answer.data
    assert SECRET not in answer.data
    assert ID.encode() in tenants.ask(ONE, "GET", "statements", **query).data


@pytest.mark.parametrize("name", ["statementId", "voidedStatementId"])
def test_a_statement_of_another_institution_is_not_there_by_id(tenants: TwoTenants, name: str) -> None:
    assert tenants.ask(TWO, "GET", "statements", **{name: ID}).status_code == 404


def test_the_same_id_is_free_in_another_institution_and_changes_nothing(tenants: TwoTenants) -> None:
    before = tenants.ask(ONE, "GET", "statements", statementId=ID).data
    other = make_statement(id=ID, verb={"id": "https://example.com/lain"})
    assert tenants.ask(TWO, "POST", "statements", encoded(other)).status_code == 200
    assert tenants.ask(ONE, "GET", "statements", statementId=ID).data == before


def test_nobody_voids_or_refers_to_a_statement_of_another_institution(tenants: TwoTenants) -> None:
    for verb in (VOIDED, PASSED):
        statement = make_statement(verb={"id": verb}, object={"objectType": "StatementRef", "id": ID})
        assert tenants.ask(TWO, "POST", "statements", encoded(statement)).status_code == 200
    assert tenants.ask(ONE, "GET", "statements", statementId=ID).status_code == 200
    assert len(tenants.ask(ONE, "GET", "statements", activity=MODULE).json["statements"]) == 1
    assert tenants.ask(TWO, "GET", "statements", activity=MODULE).json["statements"] == []


def test_a_more_link_of_another_institution_gives_ones_own(tenants: TwoTenants) -> None:
    tenants.ask(ONE, "POST", "statements", encoded(make_statement()))
    link = tenants.ask(ONE, "GET", "statements", limit="1").json["more"].removeprefix("/xapi/")
    assert tenants.ask(TWO, "GET", link).json["statements"] == []


def test_the_content_of_another_institutions_attachment_is_not_there(tenants: TwoTenants) -> None:
    mine = make_statement(attachments=[{**ATTACHED, "fileUrl": "https://example.com/bukti"}])
    assert tenants.ask(TWO, "POST", "statements", encoded(mine)).status_code == 200
    answer = tenants.ask(TWO, "GET", "statements", attachments="true")
    assert SHA2.encode() in answer.data
    assert SECRET not in answer.data


def test_what_is_known_of_agents_and_activities_stays_within(tenants: TwoTenants) -> None:
    assert SECRET not in tenants.ask(TWO, "GET", "activities", activityId=MODULE).data
    assert SECRET not in tenants.ask(TWO, "GET", "agents", agent=AGENT).data
    assert SECRET in tenants.ask(ONE, "GET", "activities", activityId=MODULE).data
    assert SECRET in tenants.ask(ONE, "GET", "agents", agent=AGENT).data


def test_a_definition_of_another_institution_changes_nothing(tenants: TwoTenants) -> None:
    forged = make_statement(object={"id": MODULE, "definition": {"name": {"id": "Palsu"}}})
    tenants.ask(TWO, "POST", "statements", encoded(forged))
    assert b"Palsu" not in tenants.ask(ONE, "GET", "activities", activityId=MODULE).data


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_of_another_institution_are_neither_read_nor_touched(tenants: TwoTenants, path: str) -> None:
    query = DOCUMENTS[path]
    every = {name: value for name, value in query.items() if name not in ("stateId", "profileId")}
    assert tenants.ask(TWO, "GET", path, **query).status_code == 404
    assert tenants.ask(TWO, "GET", path, **every).json == []
    tenants.ask(TWO, "DELETE", path, **query)
    tenants.ask(TWO, "DELETE", path, **every)
    assert tenants.write(TWO, path, query, b"milik dua").status_code == 204
    assert tenants.ask(ONE, "GET", path, **query).data == SECRET


def test_credentials_of_another_institution_are_neither_listed_nor_changed(tenants: TwoTenants) -> None:
    store = tenants.house.credentials
    new = store.add(ONE, "uji", ["all"], "foreign")
    assert new.key not in [one.key for one in store.list(TWO)]
    assert store.rotate(TWO, new.key) is None
    assert store.revoke(TWO, new.key) is False
    assert store.authenticate(new.key, new.secret).institution == ONE
