"""Texts that databases find hard work on both, or are refused clearly: very long ones, NUL, marks, other planes.

PostgreSQL takes no NUL in a text and no index row above 2,700 bytes; random signs are used, because a run of one sign
is compressed away.
"""

import base64
import random
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import Ask
from xapi.testing import EmbeddedLrs, embedded_lrs, encoded, make_agent, make_statement

pytestmark = pytest.mark.conformance
LENGTHS = (900, 2700, 20_000, 300_000)


@pytest.fixture
def house(place: Path | str) -> EmbeddedLrs:
    """An LRS on each database."""
    return embedded_lrs(place)


def long_text(length: int, seed: int = 1) -> str:
    """Letters that do not compress."""
    return "".join(random.Random(seed).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))


def agent_named(name: str) -> dict[str, Any]:
    return {"account": {"homePage": "https://a.example/", "name": name}}


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.data
    return [one["id"] for one in response.get_json()["statements"]]


@pytest.mark.parametrize("length", LENGTHS)
def test_long_iris_are_stored_and_found(ask: Ask, length: int) -> None:
    verb, activity = (f"https://a.example/{long_text(length, seed)}" for seed in (1, 2))
    other = make_statement(verb={"id": verb[:-1]}, object={"id": activity[:-1]})
    [stored, _] = ask(
        "POST", "statements", [make_statement(verb={"id": verb}, object={"id": activity}), other]
    ).get_json()

    assert ids(ask("GET", "statements", verb=verb)) == [stored]
    assert ids(ask("GET", "statements", activity=activity)) == [stored]
    assert ids(ask("GET", "statements", activity=activity, related_activities="true")) == [stored]
    assert ask("GET", "activities", activityId=activity).get_json()["id"] == activity


@pytest.mark.parametrize(
    "name", [long_text(length) for length in LENGTHS] + ["a\u0000b", "\u0000", "😀\u202eꦗ\ufeff", " "], ids=ascii
)
def test_hard_account_names_are_stored_and_found(ask: Ask, name: str) -> None:
    other = make_statement(actor=agent_named(name + "x"))
    [stored, _] = ask("POST", "statements", [make_statement(actor=agent_named(name)), other]).get_json()
    query = {"agent": encoded(agent_named(name)).decode()}

    assert ids(ask("GET", "statements", **query)) == [stored]
    assert ids(ask("GET", "statements", related_agents="true", **query)) == [stored]
    assert ask("GET", "agents", **query).get_json()["account"][0]["name"] == name


@pytest.mark.parametrize("length", [760, 800, 900, 2700, 100_000])
def test_a_document_may_have_long_names_in_every_part_of_its_address(ask: Ask, length: int) -> None:
    query = {
        "activityId": f"https://a.example/{long_text(length, 1)}",
        "agent": encoded(agent_named(long_text(length, 2))).decode(),
        "stateId": long_text(length, 3),
    }
    there = {key: value for key, value in query.items() if key != "stateId"}

    assert ask("PUT", "activities/state", b"satu", kind="text/plain", **query).status_code == 204
    assert (
        ask(
            "PUT", "activities/state", b"dua", kind="text/plain", **{**query, "stateId": query["stateId"] + "x"}
        ).status_code
        == 204
    )
    assert ask("GET", "activities/state", **query).data == b"satu"
    assert sorted(ask("GET", "activities/state", **there).get_json()) == [query["stateId"], query["stateId"] + "x"]
    assert ask("DELETE", "activities/state", **query).status_code == 204
    assert ask("GET", "activities/state", **query).status_code == 404


@pytest.mark.parametrize("name", ["\u0000", "a\u0000b", "😀", "\u202e", " ", "'", '"', "%", "../x", "\n"], ids=ascii)
def test_a_document_may_have_any_name(ask: Ask, name: str) -> None:
    query = {"activityId": "https://a.example/", "profileId": name}
    fresh = {"If-None-Match": "*"}

    assert ask("PUT", "activities/profile", b"{}", headers=fresh, **query).status_code == 204
    assert ask("GET", "activities/profile", **query).data == b"{}"
    assert ask("GET", "activities/profile", activityId="https://a.example/").get_json() == [name]


def test_any_text_is_kept_where_nothing_is_looked_up_by_it(ask: Ask) -> None:
    hard = "\u0000\u0001\u202e\ufffe😀ꦗ" + long_text(100_000)
    statement = make_statement(
        actor=make_agent(name=hard),
        object={"id": "https://a.example/", "definition": {"name": {"id": hard}, "extensions": {"a:b": {hard: hard}}}},
        result={"response": hard},
    )
    [stored] = ask("POST", "statements", statement).get_json()
    found = ask("GET", "statements", statementId=stored).get_json()
    defined = ask("GET", "activities", activityId="https://a.example/").get_json()

    assert {key: found[key] for key in statement} == statement
    assert defined["definition"]["name"] == {"id": hard}
    for form in ("ids", "canonical"):
        assert ask("GET", "statements", statementId=stored, format=form).status_code == 200


def test_a_key_of_a_credential_may_be_anything_and_is_nobody(ask: Ask) -> None:
    for pair in ["\u0000:x", "a\u0000:\u0000", ":", "x" * 1_000_000 + ":y", "é:é", "\ud83d\ude00:x"]:
        raw = pair.encode("utf-8", "surrogatepass")
        given = "Basic " + base64.b64encode(raw).decode()
        assert ask("GET", "statements", headers={"Authorization": given}).status_code == 401
    assert ask("GET", "statements", headers={"Authorization": "Bearer \u00ff"}).status_code == 401


def test_numbers_and_times_come_back_digit_by_digit(ask: Ask) -> None:
    body = encoded(make_statement(timestamp="2026-03-02T08:00:00.123456789012+07:00", result={"score": {"raw": 1}}))
    sent = body.replace(b'"raw":1', b'"raw":1.00000000000000000000001e0,"max":123456789012345678901234567890')
    [stored] = ask("POST", "statements", sent).get_json()
    found = ask("GET", "statements", statementId=stored).data

    assert sent[1:-1] in found
