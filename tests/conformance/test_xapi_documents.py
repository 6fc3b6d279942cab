"""Clauses of xAPI 1.0.3 Communication 2.2, 2.3, 2.6, 2.7 and 3.1, and what 2.0 changed: states and profiles."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from werkzeug.test import TestResponse

from xapi.testing import make_agent

pytestmark = pytest.mark.conformance

Ask = Callable[..., TestResponse]
AGENT = json.dumps(make_agent())
MODULE = "https://example.com/modul"
JSON = {"a": 1}
FRESH = {"If-None-Match": "*"}


class Resource(NamedTuple):
    path: str
    where: dict[str, str]
    identifier: str


RESOURCES = (
    Resource("activities/state", {"activityId": MODULE, "agent": AGENT}, "stateId"),
    Resource("activities/profile", {"activityId": MODULE}, "profileId"),
    Resource("agents/profile", {"agent": AGENT}, "profileId"),
)
PROFILES = RESOURCES[1:]


@pytest.fixture(params=RESOURCES, ids=lambda resource: resource.path)
def resource(request: pytest.FixtureRequest) -> Resource:
    return request.param


@pytest.fixture
def send(ask: Ask, resource: Resource) -> Ask:
    """A request about the document `name` of the resource."""

    def one(method: str, value: Any = None, name: str | None = "satu", **options: Any) -> TestResponse:
        named = {} if name is None else {resource.identifier: name}
        return ask(method, resource.path, value, **{**resource.where, **named, **options})

    return one


class TestContent:
    """Communication 2.2"""

    def test_put_stores_bytes_and_content_type_as_sent(self, send: Ask) -> None:
        assert send("PUT", b"\x00\xff", kind="image/x-uji; a=b", headers=FRESH).status_code == 204
        response = send("GET")

        assert (response.status_code, response.data) == (200, b"\x00\xff")
        assert response.headers["Content-Type"] == "image/x-uji; a=b"

    def test_post_without_a_document_stores_one(self, send: Ask) -> None:
        assert send("POST", JSON).status_code == 204
        assert send("GET").json == JSON

    def test_post_merges_top_level_properties(self, send: Ask) -> None:
        send("POST", {"a": {"x": 1}, "b": 1})
        assert send("POST", {"a": {"y": 2}}).status_code == 204
        assert send("GET").json == {"a": {"y": 2}, "b": 1}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ((b"{}", "text/plain"), (b"{}", "application/json")),
            ((b"{}", "application/json"), (b"{}", "text/plain")),
            ((b"[]", "application/json"), (b"{}", "application/json")),
            ((b"{}", "application/json"), (b"[]", "application/json")),
            ((b"{}", "application/json"), (b"{", "application/json")),
        ],
    )
    def test_post_merges_json_objects_only(self, send: Ask, old: tuple[bytes, str], new: tuple[bytes, str]) -> None:
        send("PUT", old[0], kind=old[1], headers=FRESH)
        assert send("POST", new[0], kind=new[1]).status_code == 400
        assert send("GET").data == old[0]

    def test_delete_deletes(self, send: Ask) -> None:
        send("POST", JSON)
        assert send("DELETE").status_code == 204
        assert send("GET").status_code == 404

    def test_without_an_id_the_ids_since_a_moment_are_listed(self, send: Ask) -> None:
        send("POST", JSON)
        since = "2026-03-02T01:00:01Z"
        send("POST", JSON, "dua")

        assert send("GET", name=None).json == ["dua", "satu"]
        assert send("GET", name=None, since=since).json == ["dua"]
        assert send("GET", name=None, since="kemarin").status_code == 400

    def test_every_part_of_the_address_is_required(self, ask: Ask, resource: Resource) -> None:
        whole = {**resource.where, resource.identifier: "satu"}
        for missing in whole:
            rest = {name: text for name, text in whole.items() if name != missing}
            for method in ("PUT", "POST"):
                assert ask(method, resource.path, JSON, headers=FRESH, **rest).status_code == 400
            assert ask(method, resource.path, JSON, **{**rest, missing.upper(): whole[missing]}).status_code == 400

    def test_last_modified_says_when_it_changed(self, send: Ask) -> None:
        send("POST", JSON)
        first = send("GET").headers["Last-Modified"]
        send("POST", JSON)

        assert first == "Mon, 02 Mar 2026 01:00:01 GMT"
        assert send("GET").headers["Last-Modified"] == "Mon, 02 Mar 2026 01:00:03 GMT"

    def test_one_resource_does_not_see_the_documents_of_another(self, ask: Ask) -> None:
        for one in RESOURCES:
            ask("POST", one.path, {"path": one.path}, **one.where, **{one.identifier: "satu"})
        for one in RESOURCES:
            assert ask("GET", one.path, **one.where, **{one.identifier: "satu"}).json == {"path": one.path}


class TestConcurrency:
    """Communication 3.1"""

    @pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
    def test_the_etag_is_a_sha1_in_quotes(self, send: Ask, version: str) -> None:
        send("POST", JSON, version=version)

        assert re.fullmatch(r'"[0-9a-f]{40}"', send("GET", version=version).headers["ETag"])

    @pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
    @pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
    def test_if_match_must_match(self, send: Ask, method: str, version: str) -> None:
        send("POST", JSON)
        etag = send("GET").headers["ETag"]
        body = None if method == "DELETE" else {"b": 1}

        assert send(method, body, headers={"If-Match": '"1234"'}, version=version).status_code == 412
        assert send("GET").json == JSON
        assert send(method, body, headers={"If-Match": etag}, version=version).status_code == 204

    def test_a_tag_that_a_proxy_has_weakened_still_matches(self, send: Ask) -> None:
        send("POST", JSON)
        weak = "W/" + send("GET").headers["ETag"]

        assert send("PUT", {"b": 1}, headers={"If-None-Match": weak}).status_code == 412
        assert send("PUT", {"b": 1}, headers={"If-Match": f'"1234", {weak}'}).status_code == 204

    def test_if_none_match_any_needs_an_empty_place(self, send: Ask) -> None:
        assert send("PUT", JSON, headers=FRESH).status_code == 204
        assert send("PUT", {"b": 1}, headers=FRESH).status_code == 412
        assert send("GET").json == JSON

    def test_in_2_0_a_put_over_a_document_needs_a_condition(self, send: Ask) -> None:
        assert send("PUT", JSON, version="2.0.0").status_code == 204
        response = send("PUT", {"b": 1}, version="2.0.0")

        assert (response.status_code, response.json["error"]) == (409, "lrs.no_precondition")
        assert send("GET").json == JSON

    @pytest.mark.parametrize("profile", PROFILES, ids=lambda one: one.path)
    def test_in_1_0_3_a_put_of_a_profile_needs_a_condition_in_any_case(self, ask: Ask, profile: Resource) -> None:
        query = {**profile.where, profile.identifier: "satu"}
        assert ask("PUT", profile.path, JSON, **query).status_code == 400
        assert ask("GET", profile.path, **query).status_code == 404
        ask("PUT", profile.path, JSON, headers=FRESH, **query)
        assert ask("PUT", profile.path, {"b": 1}, **query).status_code == 409
        assert ask("GET", profile.path, **query).json == JSON

    def test_in_1_0_3_a_put_of_a_state_needs_none(self, ask: Ask) -> None:
        query = {**RESOURCES[0].where, "stateId": "satu"}
        for body in (JSON, {"b": 1}):
            assert ask("PUT", RESOURCES[0].path, body, **query).status_code == 204


def test_2_3_delete_without_id_clears_states_and_2_6_2_7_no_profiles(ask: Ask) -> None:
    for one in RESOURCES:
        ask("POST", one.path, JSON, **one.where, **{one.identifier: "satu"})
    state, *profiles = RESOURCES

    assert ask("DELETE", state.path, **state.where).status_code == 204
    assert ask("GET", state.path, **state.where).json == []
    for one in profiles:
        assert ask("DELETE", one.path, **one.where).status_code == 400
        assert ask("GET", one.path, **one.where).json == ["satu"]


@pytest.mark.parametrize("agent", ["true", "{}", '{"name":"Siti"}', '{"objectType":"Group"}', "x"])
def test_2_6_agent_must_be_an_agent(ask: Ask, agent: str) -> None:
    for method in ("GET", "PUT", "POST", "DELETE"):
        body = JSON if method in ("PUT", "POST") else None
        assert ask(method, "agents/profile", body, headers=FRESH, agent=agent, profileId="satu").status_code == 400


def test_2_7_activity_must_be_an_iri(ask: Ask) -> None:
    assert ask("GET", "activities/profile", activityId="modul", profileId="satu").status_code == 400


def test_an_account_name_like_a_nip_is_refused(ask: Ask) -> None:
    response = ask("GET", "agents/profile", agent=json.dumps(make_agent("198501012099031001")))

    assert (response.status_code, response.json["error"]) == (400, "statement.nip")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.path, indirect=True)
def test_an_institution_has_its_own_documents(send: Ask, resource: Resource, authorization: Callable[..., str]) -> None:
    other = {"Authorization": authorization(institution="00000000000000000000000000000002")}
    send("POST", JSON)

    assert send("GET", headers=other).status_code == 404
    assert send("GET", name=None, headers=other).json == []
    assert send("POST", {"b": 2}, headers=other).status_code == 204
    assert send("DELETE", headers=other).status_code == 204
    assert send("GET").json == JSON


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.path, indirect=True)
def test_a_scope_that_does_not_have_it_is_403(send: Ask, resource: Resource, authorization: Callable[..., str]) -> None:
    send("POST", JSON)
    for scopes, method, status in (
        (("all/read",), "GET", 200),
        (("all/read",), "POST", 403),
        (("all/read",), "DELETE", 403),
        (("statements/read", "statements/write"), "GET", 403),
        (("statements/read", "statements/write"), "POST", 403),
    ):
        body = JSON if method == "POST" else None
        assert send(method, body, headers={"Authorization": authorization(*scopes)}).status_code == status
