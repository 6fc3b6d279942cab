"""What the resources must do, in both versions and on both databases; each test cites its clause (Communication, Data).

Only what the store takes part in is here; what is decided before it is in the other modules of this folder.
"""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import Ask
from xapi.testing import EmbeddedLrs, embedded_lrs, encoded, make_agent, make_principal, make_statement
from xapi.vocabulary import VOIDED

pytestmark = pytest.mark.conformance
MODULE, OTHER, AROUND = (f"https://a.example/{name}" for name in ("modul", "lain", "kursus"))
VERB = "http://adlnet.gov/expapi/verbs/completed"
SITI, BUDI, GURU = make_agent("siti"), make_agent("budi"), make_agent("guru")
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"
FILTERS = [
    "agent",
    "verb",
    "activity",
    "registration",
    "related_activities",
    "related_agents",
    "since",
    "until",
    "limit",
]
THROUGH = "X-Experience-API-Consistent-Through"


def uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


@pytest.fixture
def house(place: Path | str) -> EmbeddedLrs:
    """An LRS on each database."""
    return embedded_lrs(place)


@pytest.fixture(params=["1.0.3", "2.0.0"])
def asks(request: pytest.FixtureRequest, ask: Ask) -> Ask:
    """Asks in each version."""
    return partial(ask, version=request.param)


def store(asks: Ask, *statements: dict[str, Any]) -> list[str]:
    response = asks("POST", "statements", list(statements))
    assert response.status_code == 200, response.data
    return response.get_json()


def found(asks: Ask, **query: str) -> list[int]:
    """The numbers of the statements that match, in order; every answer says up to when it is complete (2.1.3.s2.b5)."""
    response = asks("GET", "statements", **query)
    assert response.status_code == 200, response.data
    assert datetime.fromisoformat(response.headers[THROUGH]).tzinfo is not None
    assert response.headers["Content-Type"] == "application/json"
    return [int(one["id"][-12:], 16) for one in response.get_json()["statements"]]


def refers(to: int, **changes: Any) -> dict[str, Any]:
    return make_statement(object={"objectType": "StatementRef", "id": uid(to)}, **changes)


def test_2_1_3_every_filter_finds_what_it_says_and_nothing_else(asks: Ask) -> None:
    around = {"contextActivities": {"grouping": [{"id": AROUND}]}, "instructor": GURU, "registration": REGISTRATION}
    team = {"objectType": "Group", "member": [SITI, GURU], "mbox": "mailto:tim@example.com"}
    made = [
        make_statement(id=uid(1), actor=SITI, verb={"id": VERB}, object={"id": MODULE}, context=around),
        make_statement(id=uid(2), actor=BUDI, object={"id": OTHER}),
        make_statement(id=uid(3), actor=BUDI, object=SITI | {"objectType": "Agent"}),
        make_statement(id=uid(4), actor=team, object={"id": OTHER}),
        make_statement(id=uid(5), actor=GURU, object={"objectType": "SubStatement", **make_statement(actor=SITI)}),
    ]
    for one in made:
        store(asks, one)
    siti, guru, tim = (encoded(one).decode() for one in (SITI, GURU, {"mbox": "mailto:tim@example.com"}))

    assert found(asks) == [5, 4, 3, 2, 1]
    assert found(asks, ascending="true") == [1, 2, 3, 4, 5]
    assert found(asks, limit="2") == [5, 4]
    assert found(asks, agent=siti) == [4, 3, 1]  # actor, object, member: XAPI 2.1.3.s1.table1.row3
    assert found(asks, agent=tim) == [4]
    assert found(asks, agent=guru) == [5, 4]
    assert found(asks, agent=guru, related_agents="true") == [5, 4, 1]
    assert found(asks, agent=siti, related_agents="true") == [5, 4, 3, 1]
    assert found(asks, verb=VERB) == [1]
    assert found(asks, activity=OTHER) == [4, 2]
    assert found(asks, activity=AROUND) == []
    assert found(asks, activity=AROUND, related_activities="true") == [1]
    assert found(asks, registration=REGISTRATION.upper()) == [1]
    assert found(asks, agent=siti, verb=VERB, activity=MODULE, registration=REGISTRATION, ascending="true") == [1]
    assert found(asks, verb="https://a.example/never") == []


def test_2_1_3_since_and_until_go_by_stored_and_more_goes_on_with_the_same_filter(asks: Ask) -> None:
    for number in range(1, 7):
        store(asks, make_statement(id=uid(number), object={"id": MODULE}, timestamp="2020-01-01T00:00:00Z"))
        store(asks, make_statement(object={"id": OTHER}))
    times = {n: asks("GET", "statements", statementId=uid(n)).get_json()["stored"] for n in range(1, 7)}

    assert found(asks, activity=MODULE, since=times[2], until=times[5]) == [5, 4, 3]
    page = asks("GET", "statements", activity=MODULE, limit="4", ascending="true").get_json()
    rest = asks("GET", page["more"].removeprefix("/xapi/"))
    assert [one["id"] for one in page["statements"] + rest.get_json()["statements"]] == [uid(n) for n in range(1, 7)]
    assert rest.get_json().get("more", "") == ""
    assert THROUGH in rest.headers


def test_2_1_3_references_are_followed_through_chains_and_voided_statements(asks: Ask) -> None:
    """Communication 2.1.3.s4: statements that refer to a match, however far, are part of the result."""
    store(asks, refers(2, id=uid(3), verb={"id": "https://a.example/komentar"}))  # before what it refers to
    store(asks, refers(1, id=uid(2), verb={"id": "https://a.example/nilai"}))
    store(asks, make_statement(id=uid(1), actor=SITI, verb={"id": VERB}, object={"id": MODULE}))
    siti = encoded(SITI).decode()
    assert found(asks, verb=VERB, ascending="true") == [3, 2, 1]
    assert found(asks, agent=siti, activity=MODULE, ascending="true") == [3, 2, 1]

    store(asks, refers(1, id=uid(4), verb={"id": VOIDED}))
    assert found(asks, verb=VERB, ascending="true") == [3, 2, 4]
    assert found(asks, limit="1") == [4]


def test_2_3_2_a_voided_statement_has_no_way_out_but_its_own(asks: Ask) -> None:
    store(asks, make_statement(id=uid(1)))
    store(asks, refers(1, id=uid(2), verb={"id": VOIDED}))
    store(asks, refers(2, id=uid(3), verb={"id": VOIDED}))  # a voiding statement stays

    assert asks("GET", "statements", statementId=uid(1)).status_code == 404
    assert asks("GET", "statements", voidedStatementId=uid(1)).get_json()["id"] == uid(1)
    assert asks("GET", "statements", voidedStatementId=uid(2)).status_code == 404
    assert asks("GET", "statements", statementId=uid(2)).status_code == 200
    assert found(asks) == [3, 2]


@pytest.mark.parametrize("single", ["statementId", "voidedStatementId"])
def test_2_1_3_one_statement_goes_with_format_and_attachments_only(asks: Ask, single: str) -> None:
    values = {
        "agent": encoded(SITI).decode(), "verb": VERB, "activity": MODULE, "registration": REGISTRATION,
        "since": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z", "limit": "1",
    }  # fmt: skip
    for name in [*FILTERS, "ascending"]:
        response = asks("GET", "statements", **{single: uid(1), name: values.get(name, "true")})
        assert response.status_code == 400, name
        assert THROUGH in response.headers
    store(asks, make_statement(id=uid(1)))
    if single == "voidedStatementId":
        store(asks, refers(1, verb={"id": VOIDED}))
    for extra in ({"format": "ids"}, {"format": "canonical"}, {"attachments": "true"}, {}):
        assert asks("GET", "statements", **{single: uid(1)}, **extra).status_code == 200


def test_2_1_1_and_2_1_2_a_stored_statement_cannot_be_changed(asks: Ask) -> None:
    store(asks, make_statement(id=uid(1), actor=SITI))
    before = asks("GET", "statements", statementId=uid(1)).get_json()
    other = make_statement(id=uid(1), actor=BUDI)

    assert asks("PUT", "statements", other, statementId=uid(1)).status_code in (204, 409)
    assert asks("POST", "statements", [make_statement(id=uid(2)), other]).status_code == 409
    assert asks("GET", "statements", statementId=uid(1)).get_json() == before
    assert found(asks) == [1]


def test_2_4_10_a_statement_without_version_gets_that_of_its_request(asks: Ask) -> None:
    version = asks.keywords["version"]  # type: ignore[attr-defined]
    store(asks, make_statement(id=uid(1)), make_statement(id=uid(2), version="1.0.2"))

    assert asks("GET", "statements", statementId=uid(1)).get_json()["version"] == {"1.0.3": "1.0.0"}.get(
        version, version
    )
    assert asks("GET", "statements", statementId=uid(2)).get_json()["version"] == "1.0.2"


def test_2_4_8_stored_rises_whatever_the_clock_does_and_consistent_through_is_never_ahead(
    asks: Ask, house: EmbeddedLrs
) -> None:
    for hours in (0, -5, 3, -48, 0, 100, -100):
        house.clock.advance(hours=hours)
        store(asks, *(make_statement() for _ in range(3)))
        through = asks("GET", "statements").headers[THROUGH]
        seen = len(found(asks, until=through))
        store(asks, make_statement())
        assert len(found(asks, until=through)) == seen
    times = [one["stored"] for one in asks("GET", "statements", ascending="true").get_json()["statements"]]

    assert times == sorted(set(times))
    assert len(house.statements.after(make_principal().institution, 0, 100)) == len(times)


@pytest.mark.parametrize("resource", ["activities/state", "activities/profile", "agents/profile"])
def test_2_2_a_document_is_kept_merged_listed_guarded_and_deleted(asks: Ask, resource: str) -> None:
    address = {"activityId": MODULE, "agent": encoded(SITI).decode()}
    wanted = {"activities/state": ("activityId", "agent"), "agents/profile": ("agent",)}.get(resource, ("activityId",))
    query = {name: address[name] for name in wanted}
    name = "stateId" if resource == "activities/state" else "profileId"
    fresh = {"If-None-Match": "*"}

    assert asks("PUT", resource, b'{"a": 1, "b":[1]}', headers=fresh, **query, **{name: "satu"}).status_code == 204
    first = asks("GET", resource, **query, **{name: "satu"})
    assert (first.data, first.headers["Content-Type"]) == (b'{"a": 1, "b":[1]}', "application/json")
    assert asks("PUT", resource, {"x": 1}, headers=fresh, **query, **{name: "satu"}).status_code == 412
    assert asks("POST", resource, {"b": 2, "c": 3}, **query, **{name: "satu"}).status_code == 204
    merged = asks("GET", resource, **query, **{name: "satu"})
    assert merged.get_json() == {"a": 1, "b": 2, "c": 3}
    assert merged.headers["ETag"] != first.headers["ETag"]
    stale = {"If-Match": first.headers["ETag"]}
    assert asks("DELETE", resource, headers=stale, **query, **{name: "satu"}).status_code == 412
    assert asks("PUT", resource, {}, headers=fresh, **query, **{name: "dua"}).status_code == 204
    since = {"since": "2026-03-02T00:00:00Z"}
    assert sorted(asks("GET", resource, **query, **since).get_json()) == ["dua", "satu"]
    assert asks("GET", resource, **query, since="2030-01-01T00:00:00Z").get_json() == []
    right = {"If-Match": merged.headers["ETag"]}
    assert asks("DELETE", resource, headers=right, **query, **{name: "satu"}).status_code == 204
    assert asks("GET", resource, **query, **{name: "satu"}).status_code == 404


def test_2_3_states_are_apart_by_registration_and_cleared_together(asks: Ask) -> None:
    query = {"activityId": MODULE, "agent": encoded(SITI).decode()}
    for number, extra in enumerate(({}, {"registration": REGISTRATION}, {"registration": uid(9)})):
        assert asks("PUT", "activities/state", {"n": number}, **query, **extra, stateId="a").status_code == 204

    assert asks("GET", "activities/state", **query, stateId="a").get_json() == {"n": 0}
    assert asks("GET", "activities/state", **query, registration=REGISTRATION, stateId="a").get_json() == {"n": 1}
    assert asks("DELETE", "activities/state", **query, registration=REGISTRATION).status_code == 204
    assert asks("GET", "activities/state", **query, registration=REGISTRATION).get_json() == []
    assert asks("GET", "activities/state", **query, registration=uid(9)).get_json() == ["a"]


def test_2_4_and_2_5_agents_and_activities_are_known_by_their_statements(asks: Ask) -> None:
    definition = {"name": {"id": "Modul", "en": "Module"}}
    store(asks, make_statement(actor={**SITI, "name": "Siti"}, object={"id": MODULE, "definition": definition}))

    assert asks("GET", "agents", agent=encoded(SITI).decode()).get_json()["name"] == ["Siti"]
    assert asks("GET", "activities", activityId=MODULE).get_json()["definition"] == definition
    assert asks("GET", "activities", activityId=OTHER).get_json()["id"] == OTHER
    [one] = asks("GET", "statements", format="canonical", headers={"Accept-Language": "en"}).get_json()["statements"]
    assert one["object"]["definition"]["name"] == {"en": "Module"}
    [bare] = asks("GET", "statements", format="ids").get_json()["statements"]
    assert bare["object"] == {"id": MODULE}
