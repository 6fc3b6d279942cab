"""Clauses of xAPI 1.0.3 Communication 1.1, 1.3, 2.8, 3.3 and of 2.0: one LRS for both versions."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from xapi.testing import encoded, make_agent, make_statement

pytestmark = pytest.mark.conformance

Ask = Callable[..., TestResponse]
VERSION = "X-Experience-API-Version"
THROUGH = "X-Experience-API-Consistent-Through"
FORM = "application/x-www-form-urlencoded"
ID = "00000000-0000-4000-8000-00000000000a"
MODULE = "https://example.com/modul"
AGENT = json.dumps(make_agent())
STATE = {"activityId": MODULE, "agent": AGENT, "stateId": "satu"}
GETS = {
    "statements": {},
    "activities": {"activityId": MODULE},
    "agents": {"agent": AGENT},
    "about": {},
    "activities/state": STATE,
    "activities/profile": {"activityId": MODULE, "profileId": "satu"},
    "agents/profile": {"agent": AGENT, "profileId": "satu"},
}
DOCUMENTS = [path for path in GETS if "/" in path]


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
class TestEveryResource:
    def test_1_1_head_is_get_without_a_body(self, ask: Ask, path: str, version: str) -> None:
        if path in DOCUMENTS:
            ask("POST", path, {"a": 1}, version=version, **GETS[path])
        get = ask("GET", path, version=version, **GETS[path])
        head = ask("HEAD", path, version=version, **GETS[path])
        moving = {THROUGH, "Date"}

        assert (get.status_code, head.status_code, head.data) == (200, 200, b"")
        assert {name: text for name, text in head.headers.items() if name not in moving} == {
            name: text for name, text in get.headers.items() if name not in moving
        }

    def test_3_3_the_answer_names_the_version_of_the_request(self, ask: Ask, path: str, version: str) -> None:
        assert ask("GET", path, version=version, **GETS[path]).headers[VERSION] == version
        assert ask("GET", path, version=version, salah="1").headers[VERSION] == version

    def test_3_2_an_unknown_parameter_is_refused(self, ask: Ask, path: str, version: str) -> None:
        assert ask("GET", path, version=version, **GETS[path], salah="1").status_code == 400


class TestVersionHeader:
    """Communication 3.3"""

    @pytest.mark.parametrize("path", [path for path in GETS if path != "about"])
    def test_without_it_a_request_is_refused_in_the_version_the_client_spoke_last(self, ask: Ask, path: str) -> None:
        for spoken in ("1.0.3", "2.0.0", "1.0.3"):
            ask("GET", "statements", version=spoken)
            for method in ("GET", "PUT", "POST"):
                body = None if method == "GET" else {}
                response = ask(method, path, body, version=None, **GETS[path])
                assert (response.status_code, response.json["error"]) == (400, "lrs.version")
                assert response.headers[VERSION] == spoken

    def test_a_client_that_never_spoke_is_answered_as_1_0_3(self, ask: Ask, authorization: Callable[..., str]) -> None:
        ask("GET", "statements", version="2.0.0")
        response = ask("GET", "statements", version=None, headers={"Authorization": authorization()})

        assert (response.status_code, response.headers[VERSION]) == (400, "1.0.3")

    def test_strangers_are_unauthorized_whatever_they_speak(self, client: FlaskClient) -> None:
        for headers in ({}, {VERSION: "1.0.3"}, {VERSION: "3"}):
            assert client.get("/xapi/agents", headers=headers).status_code == 401

    def test_2_8_about_tells_the_versions_to_anyone(self, client: FlaskClient) -> None:
        for version in ("1.0.3", "2.0.0"):
            response = client.get("/xapi/about", headers={VERSION: version})
            assert {"1.0.3", "2.0.0"} <= set(response.json["version"])
            assert response.headers[VERSION] == version
        assert client.get("/xapi/about").status_code == 200

    def test_2_4_10_a_statement_without_version_gets_that_of_the_request(self, ask: Ask) -> None:
        for version, given in (("1.0.3", "1.0.0"), ("2.0.0", "2.0.0")):
            [made] = ask("POST", "statements", make_statement(), version=version).json
            for reader in ("1.0.3", "2.0.0"):
                assert ask("GET", "statements", statementId=made, version=reader).json["version"] == given

    def test_2_1_3_every_get_of_statements_says_up_to_when_it_is_complete(self, ask: Ask) -> None:
        for query in ({}, {"statementId": ID}, {"salah": "1"}):
            assert ask("GET", "statements", **query).headers[THROUGH].endswith("Z")
        assert THROUGH not in ask("POST", "statements", []).headers


def person(**changes: Any) -> dict[str, Any]:
    return {"objectType": "contextAgent", "agent": make_agent("siti"), **changes}


def team(**changes: Any) -> dict[str, Any]:
    return {"objectType": "contextGroup", "group": {"objectType": "Group", "member": [make_agent("budi")]}, **changes}


class TestContextAgents:
    """IEEE 9274.1.1 4.2.2.5"""

    CONTEXT = {"contextAgents": [person(relevantTypes=[MODULE])], "contextGroups": [team(), team()]}

    def test_they_come_back_as_they_were_sent(self, ask: Ask) -> None:
        inner = {**make_statement(context=self.CONTEXT), "objectType": "SubStatement"}
        for changes in ({"context": self.CONTEXT}, {"object": inner}):
            [made] = ask("POST", "statements", make_statement(**changes), version="2.0.0").json
            found = ask("GET", "statements", statementId=made, version="2.0.0").json
            assert found.items() >= changes.items()

    def test_1_0_3_does_not_have_them(self, ask: Ask) -> None:
        inner = {**make_statement(context=self.CONTEXT), "objectType": "SubStatement"}
        for changes in ({"context": self.CONTEXT}, {"object": inner}, {"context": {"contextAgents": []}}):
            response = ask("POST", "statements", make_statement(**changes))
            assert (response.status_code, response.json["error"]) == (400, "statement.newer")

    @pytest.mark.parametrize("name", ["siti", "budi"])
    def test_related_agents_finds_them(self, ask: Ask, name: str) -> None:
        ask("POST", "statements", make_statement(context=self.CONTEXT), version="2.0.0")
        query = {"agent": json.dumps(make_agent(name))}

        assert ask("GET", "statements", **query).json["statements"] == []
        assert len(ask("GET", "statements", **query, related_agents="true").json["statements"]) == 1

    def test_format_ids_leaves_their_identifiers(self, ask: Ask) -> None:
        context = {"contextAgents": [person(agent=make_agent("siti", name="Siti"), relevantTypes=[MODULE])]}
        ask("POST", "statements", make_statement(context=context), version="2.0.0")
        [found] = ask("GET", "statements", format="ids").json["statements"]

        assert found["context"]["contextAgents"] == [person(relevantTypes=[MODULE])]

    def test_a_statement_sent_again_with_them_is_the_same(self, ask: Ask) -> None:
        for changes in ({}, {"timestamp": "2026-03-02T01:00:00Z"}):
            statement = make_statement(id=ID, context=self.CONTEXT)
            status = ask("POST", "statements", {**statement, **changes}, version="2.0.0").status_code
            assert status == (409 if changes else 200)
        other = make_statement(id=ID, context={"contextAgents": [person(agent=make_agent("lain"))]})
        assert ask("POST", "statements", other, version="2.0.0").status_code == 409

    @pytest.mark.parametrize(
        "context",
        [
            {"contextAgents": person()},
            {"contextAgents": [person(objectType="Agent")]},
            {"contextAgents": [{"agent": make_agent()}]},
            {"contextAgents": [person(agent={"name": "Siti"})]},
            {"contextAgents": [person(agent=team()["group"])]},
            {"contextAgents": [person(agent=make_agent("198501012099031001"))]},
            {"contextAgents": [person(relevantTypes=[])]},
            {"contextAgents": [person(relevantTypes=["abc"])]},
            {"contextAgents": [person(relevantTypes=MODULE)]},
            {"contextAgents": [person(lain=1)]},
            {"contextGroups": [team(objectType="Group")]},
            {"contextGroups": [team(group=make_agent())]},
            {"contextGroups": [team(group={"objectType": "Group"})]},
            {"contextGroups": [team(relevantTypes=[])]},
            {"contextGroups": [team(relevantTypes=["abc"])]},
            {"contextGroups": [None]},
        ],
        ids=str,
    )
    def test_a_malformed_one_is_refused(self, ask: Ask, context: dict[str, Any]) -> None:
        for changes in (
            {"context": context},
            {"object": {**make_statement(context=context), "objectType": "SubStatement"}},
        ):
            assert ask("POST", "statements", make_statement(**changes), version="2.0.0").status_code == 400

    def test_a_key_that_stands_twice_is_refused(self, ask: Ask) -> None:
        body = encoded(make_statement(context={"contextAgents": [person()]}))
        twice = body.replace(b'"objectType":"contextAgent"', b'"objectType":"contextAgent","objectType":"contextAgent"')

        assert ask("POST", "statements", twice, version="2.0.0").json["error"] == "statement.duplicate_key"


class TestAlternateSyntax:
    """Communication 1.3"""

    def send(self, ask: Ask, method: str, fields: Any, path: str = "statements", **options: Any) -> TestResponse:
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        return ask("POST", path, body, kind=FORM, method=method, **options)

    def test_every_method_of_every_resource_can_be_asked_for(self, ask: Ask) -> None:
        fields = {"statementId": ID, "content": json.dumps(make_statement())}
        assert self.send(ask, "PUT", fields).status_code == 204
        assert self.send(ask, "GET", {"statementId": ID}).json["id"] == ID
        assert self.send(ask, "POST", {"content": json.dumps(make_statement())}).status_code == 200
        assert self.send(ask, "PUT", {**STATE, "content": "{}"}, "activities/state").status_code == 204
        assert self.send(ask, "DELETE", STATE, "activities/state").status_code == 204
        assert self.send(ask, "GET", STATE, "activities/state").status_code == 404

    def test_a_get_has_the_headers_of_a_get_and_head_no_body(self, ask: Ask) -> None:
        get, head = self.send(ask, "GET", {"limit": "1"}), self.send(ask, "HEAD", {"limit": "1"})

        assert (get.status_code, get.json["statements"]) == (200, [])
        assert (head.status_code, head.data) == (200, b"")
        assert THROUGH in get.headers
        assert THROUGH not in self.send(ask, "POST", {"content": json.dumps(make_statement())}).headers

    def test_form_parameters_can_be_headers(self, ask: Ask, authorization: Callable[..., str]) -> None:
        nothing = {"headers": {"Authorization": None}, "version": None}
        named = {"Authorization": authorization(), VERSION: "1.0.3", "Content-Length": "2"}
        document = {**STATE, "content": "é", "Content-Type": "text/x-uji"}
        assert self.send(ask, "PUT", {**document, **named}, "activities/state", **nothing).status_code == 204
        found = ask("GET", "activities/state", **STATE)
        assert (found.data, found.headers["Content-Type"]) == ("é".encode(), "text/x-uji")
        for condition, status in (("If-None-Match", 412), ("If-Match", 412)):
            fields = {**document, **named, condition: "*" if condition == "If-None-Match" else '"x"'}
            assert self.send(ask, "PUT", fields, "activities/state", **nothing).status_code == status
        assert self.send(ask, "GET", STATE, "activities/state", **nothing).status_code == 401

    def test_another_version_in_the_form_is_refused(self, ask: Ask) -> None:
        fields = {"statementId": ID, "content": json.dumps(make_statement())}
        for version in ("0.8", "2.0.0"):
            assert self.send(ask, "PUT", {**fields, VERSION: version}).status_code == 400

    def test_2_0_does_not_have_it(self, ask: Ask) -> None:
        for method, fields in (("GET", {}), ("PUT", {"statementId": ID, "content": json.dumps(make_statement())})):
            assert self.send(ask, method, fields, version="2.0.0").status_code == 400

    def test_only_a_post_can_have_it(self, ask: Ask) -> None:
        for method in ("PUT", "GET", "DELETE"):
            assert ask(method, "statements", b"", kind=FORM, method="GET").status_code in (400, 405)

    @pytest.mark.parametrize(
        ("method", "fields", "query"),
        [
            ("PUT", {"statementId": ID}, {}),
            ("PUT", {"content": "{}"}, {"statementId": ID}),
            ("GET", {"content": "{}"}, {}),
            ("GET", {"salah": "1"}, {}),
            ("PATCH", {}, {}),
            ("get", {}, {}),
            ("GET", b"limit=1&limit=1", {}),
            ("GET", b"limit=%ff", {}),
            ("GET", b"\xff", {}),
            ("GET", b"limit", {}),
            ("GET", b"&".join(b"a%d=1" % number for number in range(99)), {}),
            ("PUT", json.dumps({"statementId": ID, "content": "{}"}).encode(), {}),
            ("POST", {"content": "{}", "Content-Type": "multipart/mixed; boundary=a"}, {}),
        ],
        ids=str,
    )
    def test_anything_else_is_refused(self, ask: Ask, method: str, fields: Any, query: dict[str, str]) -> None:
        assert self.send(ask, method, fields, **query).status_code == 400

    def test_a_form_without_its_content_type_is_no_form(self, ask: Ask) -> None:
        assert ask("POST", "statements", b"limit=1", method="GET").status_code == 400
