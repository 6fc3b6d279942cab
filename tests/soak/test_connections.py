"""Sixteen connections at once against `jampel serve`, on SQLite and with two processes on PostgreSQL.

Every one gets an answer of the standard, never a 5xx, and what is stored is whole. SOAK_ROUNDS sets how often each
test runs: once in the normal tests, 30 times by `make soak`.
"""

import os
import signal
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import PostgresServer
from tests.soak.served import CONNECTIONS, Answer, Client, Served, running, together
from xapi.testing import make_agent, make_statement
from xapi.vocabulary import VOIDED

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "1"))
STATE = {"activityId": "https://a.example/", "agent": '{"mbox":"mailto:a@example.com"}'}
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.soak,
    pytest.mark.timeout(180 + ROUNDS * 60),
    pytest.mark.parametrize("turn", range(ROUNDS)),
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One process on SQLite, two on PostgreSQL; afterwards neither has an error in its log."""
    data = tmp_path_factory.mktemp("data")
    if request.param == "sqlite":
        with running(data) as server:
            yield server
            assert_quiet(server.log())
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    with running(data, postgres.new_database(), workers=2) as server:
        yield server
        assert_quiet(server.log())
        assert_quiet(postgres.log())


def assert_quiet(log: str) -> None:
    """No error, deadlock or crash in `log`."""
    bad = ("Traceback", "deadlock", "ERROR:  could not", "PANIC", "the LRS failed", "database is locked")
    assert not [line for line in log.splitlines() if any(word in line for word in bad)]


def new_id() -> str:
    return str(uuid.uuid4())


def iri() -> str:
    return f"https://a.example/{uuid.uuid4().hex}"


def statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def everything(client: Client, **query: str) -> list[dict[str, Any]]:
    """All statements that match, over all pages."""
    answer = client.ask("GET", "statements", **query).json()
    found = answer["statements"]
    while answer.get("more"):
        answer = client.ask("GET", answer["more"]).json()
        found += answer["statements"]
    return found


def large(activity: str, **changes: Any) -> list[dict[str, Any]]:
    """Statements that are prepared beside the server: some 100 KB."""
    filling = {"extensions": {"https://a.example/isi": "x" * 500}}
    return [make_statement(id=new_id(), object={"id": activity}, context=filling, **changes) for _ in range(150)]


def test_large_batches_of_all_are_stored_whole_or_not_at_all_though_the_process_beside_dies(
    served: Served, turn: int
) -> None:
    activity = iri()
    killed = threading.Event()

    def post(client: Client, number: int) -> Answer:
        batch = large(activity)
        if number % 4 == 3:
            batch[-1]["verb"] = {"id": "bukan IRI"}
        if number == 8:
            client.ask("POST", "statements", large(iri()))
            for one in served.beside():
                os.kill(one, signal.SIGKILL)
                killed.set()
        return client.ask("POST", "statements", batch)

    answers = together(served, post)

    assert killed.is_set()
    assert statuses(answers) == {200: 12, 400: 4}
    assert {answer.json()["path"] for answer in answers if answer.status == 400} == {"$[149].verb.id"}
    assert Counter(one["object"]["id"] for one in everything(Client(served), activity=activity)) == {activity: 12 * 150}


def test_the_same_statement_from_all_is_stored_once(served: Served, turn: int) -> None:
    statement = make_statement(id=new_id(), object={"id": iri()}, timestamp="2026-03-02T01:00:00Z")
    put = together(served, lambda client, _: client.ask("PUT", "statements", statement, statementId=statement["id"]))
    post = together(served, lambda client, _: client.ask("POST", "statements", [statement]))

    assert statuses(put) == {204: CONNECTIONS}
    assert statuses(post) == {200: CONNECTIONS}
    assert len(everything(Client(served), activity=statement["object"]["id"])) == 1


def test_one_of_different_statements_with_one_id_wins(served: Served, turn: int) -> None:
    one, activity = new_id(), iri()

    def post(client: Client, number: int) -> Answer:
        statement = make_statement(id=one, actor=make_agent(f"orang{number}"), object={"id": activity})
        return client.ask("POST", "statements", [make_statement(object={"id": activity}), statement])

    answers = together(served, post)
    stored = everything(Client(served), activity=activity)
    [winner] = [number for number, answer in enumerate(answers) if answer.status == 200]

    assert statuses(answers) == {200: 1, 409: CONNECTIONS - 1}
    assert len(stored) == 2, "a batch with the loser was stored in part"
    assert make_agent(f"orang{winner}") in [statement["actor"] for statement in stored]


def test_batches_that_share_people_and_activities_in_other_orders_are_all_stored(served: Served, turn: int) -> None:
    activities, grouping = [iri() for _ in range(12)], iri()

    def post(client: Client, number: int) -> Answer:
        batch = [
            make_statement(
                actor=make_agent(f"orang{place % 5}"),
                object={"id": activity, "definition": {"name": {f"x-{number}": str(number)}}},
                context={"contextActivities": {"grouping": [{"id": grouping, "definition": {"name": {"id": "x"}}}]}},
            )
            for place, activity in enumerate(activities)
        ]
        shift = number % len(batch)
        return client.ask("POST", "statements", batch[shift:] + batch[:shift] if number % 2 else batch[::-1])

    answers = together(served, post)
    client = Client(served)
    found = everything(client, activity=grouping, related_activities="true", ascending="true")
    names = client.ask("GET", "activities", activityId=activities[0]).json()["definition"]["name"]
    times = [statement["stored"] for statement in found]

    assert statuses(answers) == {200: CONNECTIONS}
    assert len(found) == CONNECTIONS * len(activities)
    assert times == sorted(set(times))
    assert len(names) == CONNECTIONS


def test_one_of_the_first_writers_of_a_document_wins(served: Served, turn: int) -> None:
    query = {**STATE, "stateId": new_id()}
    fresh = {"If-None-Match": "*"}
    answers = together(
        served, lambda client, number: client.ask("PUT", "activities/state", {"n": number}, headers=fresh, **query)
    )
    [winner] = [number for number, answer in enumerate(answers) if answer.status == 204]

    assert statuses(answers) == {204: 1, 412: CONNECTIONS - 1}
    assert Client(served).ask("GET", "activities/state", **query).json() == {"n": winner}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_one_of_those_who_saw_the_same_document_changes_it(served: Served, turn: int, method: str) -> None:
    query = {"activityId": iri(), "profileId": "satu"}
    client = Client(served)
    client.ask("PUT", "activities/profile", {"n": -1}, headers={"If-None-Match": "*"}, **query)
    seen = {"If-Match": client.ask("GET", "activities/profile", **query).headers["etag"]}
    answers = together(
        served,
        lambda one, number: one.ask(
            method, "activities/profile", None if method == "DELETE" else {"n": number}, headers=seen, **query
        ),
    )
    after = client.ask("GET", "activities/profile", **query)

    assert statuses(answers) == {204: 1, 412: CONNECTIONS - 1}
    assert (after.status == 404) == (method == "DELETE")


def test_merges_of_all_into_one_document_lose_none(served: Served, turn: int) -> None:
    query = {**STATE, "stateId": new_id()}
    answers = together(
        served, lambda client, number: client.ask("POST", "activities/state", {str(number): number}, **query)
    )
    merged = Client(served).ask("GET", "activities/state", **query).json()

    assert statuses(answers) == {204: CONNECTIONS}
    assert merged == {str(number): number for number in range(CONNECTIONS)}


def test_a_put_without_condition_leaves_one_whole_document(served: Served, turn: int) -> None:
    query = {**STATE, "stateId": new_id()}
    bodies = [bytes([65 + number]) * 20_000 for number in range(CONNECTIONS)]
    plain = {"Content-Type": "text/plain"}
    answers = together(
        served,
        lambda client, number: client.ask("PUT", "activities/state", bodies[number], headers=plain, **query),
    )

    assert statuses(answers) == {204: CONNECTIONS}
    assert Client(served).ask("GET", "activities/state", **query).body in bodies


def test_statements_are_voided_whichever_comes_first(served: Served, turn: int) -> None:
    targets, activity = [new_id() for _ in range(CONNECTIONS // 2)], iri()

    def work(client: Client, number: int) -> Answer:
        target = targets[number // 2]
        if number % 2:
            thing = {"objectType": "StatementRef", "id": target}
            return client.ask("POST", "statements", make_statement(verb={"id": VOIDED}, object=thing))
        return client.ask("POST", "statements", make_statement(id=target, object={"id": activity}))

    answers = together(served, work)
    client = Client(served)

    assert statuses(answers) == {200: CONNECTIONS}
    for target in targets:
        assert client.ask("GET", "statements", statementId=target).status == 404
        assert client.ask("GET", "statements", voidedStatementId=target).json()["id"] == target


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_pages_hold_each_statement_once_while_others_store(served: Served, turn: int, ascending: str) -> None:
    activity = iri()
    client = Client(served)
    before = client.ask("POST", "statements", [make_statement(object={"id": activity}) for _ in range(90)]).json()

    def work(one: Client, number: int) -> list[str]:
        if number % 2:
            return [*(one.ask("POST", "statements", make_statement(object={"id": activity})).json() for _ in range(10))]
        return [each["id"] for each in everything(one, activity=activity, limit="7", ascending=ascending)]

    pages = together(served, work)[::2]

    for ids in pages:
        assert len(ids) == len(set(ids))
        assert set(before) <= set(ids)


def test_nothing_is_stored_behind_consistent_through_and_stored_only_rises(served: Served, turn: int) -> None:
    activity = iri()

    def work(client: Client, number: int) -> list[tuple[str, set[str]]]:
        seen = []
        for _ in range(8):
            if number % 2:
                batch = [make_statement(object={"id": activity}) for _ in range(2)]
                assert client.ask("POST", "statements", batch).status == 200
                continue
            answer = client.ask("GET", "statements", activity=activity, ascending="true", limit="0")
            through = answer.headers["x-experience-api-consistent-through"]
            seen.append((through, {one["id"] for one in answer.json()["statements"]}))
        return seen

    seen = [one for each in together(served, work) for one in each]
    stored = everything(Client(served), activity=activity, ascending="true")
    times = [one["stored"] for one in stored]

    assert times == sorted(set(times))
    for through, ids in seen:
        due = {one["id"] for one in stored if to_micros(one["stored"]) <= to_micros(through)}
        assert due <= ids, f"stored up to {through} and not seen"


def to_micros(moment: str) -> str:
    """A time of ours with six digits after the second; the header has three."""
    assert moment.endswith("Z")
    return moment[:-1].ljust(26, "0")
