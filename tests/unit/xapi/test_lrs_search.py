"""Filters against a second, simple reading of the standard: small worlds, every combination."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xapi.lrs.query import StatementQuery
from xapi.lrs.service import Lrs
from xapi.testing import embedded_lrs, encoded, make_agent, make_principal, make_statement
from xapi.vocabulary import VOIDED

PEOPLE = [make_agent(name) for name in ("a", "b", "c")]
VERBS = ["https://v.example/1", "https://v.example/2"]
ACTIVITIES = [{"id": "https://a.example/1"}, {"id": "https://a.example/2"}]
REGISTRATIONS = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"]
COUNT = 7


def uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


_person = st.sampled_from(PEOPLE)
_actor = _person | st.lists(_person, min_size=1, max_size=2).map(
    lambda members: {"objectType": "Group", "member": members}
)
_reference = st.integers(0, COUNT - 1).map(lambda number: {"objectType": "StatementRef", "id": uid(number)})
_context = st.fixed_dictionaries(
    {},
    optional={
        "registration": st.sampled_from(REGISTRATIONS),
        "instructor": _person,
        "contextActivities": st.sampled_from(ACTIVITIES).map(lambda activity: {"other": [activity]}),
    },
)
_object = st.sampled_from(ACTIVITIES) | _person | _reference | _reference
_inner = st.fixed_dictionaries(
    {
        "objectType": st.just("SubStatement"),
        "actor": _actor,
        "verb": st.just({"id": VERBS[0]}),
        "object": st.sampled_from(ACTIVITIES) | _person,
        "context": _context,
    }
)
_plain = st.fixed_dictionaries(
    {
        "actor": _actor,
        "verb": st.sampled_from(VERBS).map(lambda iri: {"id": iri}),
        "object": _object | _inner,
        "context": _context,
    }
)
_voiding = st.fixed_dictionaries({"actor": _actor, "verb": st.just({"id": VOIDED}), "object": _reference})
_world = st.lists(_plain | _plain | _voiding, min_size=COUNT, max_size=COUNT)


def people_in(thing: dict[str, Any]) -> list[dict[str, Any]]:
    if thing.get("objectType") == "Group":
        return thing["member"]
    return [thing] if thing.get("objectType") == "Agent" else []


def related_people(statement: dict[str, Any]) -> list[dict[str, Any]]:
    thing = statement["object"]
    found = people_in(statement["actor"]) + people_in(thing)
    if "instructor" in statement.get("context", {}):
        found.append(statement["context"]["instructor"])
    return found + (related_people(thing) if thing.get("objectType") == "SubStatement" else [])


def related_activities(statement: dict[str, Any]) -> list[str]:
    thing = statement["object"]
    found = [one["id"] for one in statement.get("context", {}).get("contextActivities", {}).get("other", [])]
    if thing.get("objectType") == "SubStatement":
        return found + related_activities(thing)
    return found + ([thing["id"]] if "objectType" not in thing else [])


def says(statement: dict[str, Any], query: dict[str, Any]) -> bool:
    thing = statement["object"]
    people = (
        related_people(statement) if query.get("related_agents") else people_in(statement["actor"]) + people_in(thing)
    )
    activities = (
        related_activities(statement)
        if query.get("related_activities")
        else [thing.get("id")] * ("objectType" not in thing)
    )
    return (
        ("agent" not in query or query["agent"] in people)
        and ("verb" not in query or query["verb"] == statement["verb"]["id"])
        and ("activity" not in query or query["activity"] in activities)
        and ("registration" not in query or query["registration"] == statement.get("context", {}).get("registration"))
    )


def expected(world: list[dict[str, Any]], query: dict[str, Any]) -> list[str]:
    targets = {
        uid(place): one["object"]["id"]
        for place, one in enumerate(world)
        if one["object"].get("objectType") == "StatementRef"
    }
    by_id = {uid(place): one for place, one in enumerate(world)}
    voided = {targets[one] for one in targets if by_id[one]["verb"]["id"] == VOIDED}
    voided = {one for one in voided if by_id[one]["verb"]["id"] != VOIDED}

    def matches(one: str, seen: tuple[str, ...] = ()) -> bool:
        if says(by_id[one], query):
            return True
        return one in targets and one not in seen and matches(targets[one], (*seen, one))

    return [one for one in by_id if one not in voided and matches(one)]


_query = st.fixed_dictionaries(
    {},
    optional={
        "agent": _person,
        "verb": st.sampled_from([*VERBS, VOIDED]),
        "activity": st.sampled_from(ACTIVITIES).map(lambda activity: activity["id"]),
        "registration": st.sampled_from(REGISTRATIONS),
        "related_agents": st.booleans(),
        "related_activities": st.booleans(),
    },
)


@pytest.fixture(params=[(1,), (1, 3, 200)], ids=["walk the usual index", "walk the shortest index"])
def lrs(request: pytest.FixtureRequest, place: Path | str, monkeypatch: pytest.MonkeyPatch) -> Lrs:
    monkeypatch.setattr("xapi.lrs.store.search._FEW", request.param)
    return embedded_lrs(place).lrs


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_world, st.permutations(range(COUNT)), st.lists(_query, min_size=8, max_size=8), st.integers(1, COUNT))
def test_filters_find_what_the_standard_says(
    lrs: Lrs, world: list, order: list[int], queries: list[dict], size: int
) -> None:
    admin = make_principal(uuid.uuid4().hex)  # an institution of its own has an empty store
    for places in batches(order, size):
        lrs.post_statements(admin, encoded([{**world[place], "id": uid(place)} for place in places]))
    for query in queries:
        result = lrs.query(admin, StatementQuery(ascending=True, **query))
        found = [json.loads(body)["id"] for body in result.bodies]
        in_order = [uid(place) for place in order]
        assert found == sorted(expected(world, query), key=in_order.index)


def batches(values: list[int], size: int) -> list[list[int]]:
    return [values[start : start + size] for start in range(0, len(values), size)]


def test_a_page_holds_each_statement_once_whatever_it_refers_to(lrs: Lrs) -> None:
    def refers(number: int, target: int) -> dict:
        reference = {"objectType": "StatementRef", "id": uid(target)}
        return make_statement(id=uid(number), actor=PEOPLE[1], object=reference)

    chain = [make_statement(id=uid(0), actor=PEOPLE[0]), *(refers(number, number - 1) for number in range(1, 6))]
    lrs.post_statements(make_principal(), encoded(chain))

    for related in (False, True):
        page = lrs.query(make_principal(), StatementQuery(agent=PEOPLE[0], related_agents=related, limit=4))
        assert [json.loads(body)["id"] for body in page.bodies] == [uid(number) for number in (5, 4, 3, 2)]
