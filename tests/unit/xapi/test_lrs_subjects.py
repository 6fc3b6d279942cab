"""What is erased of a person is gone from every list of the LRS, and whatever comes afterwards is found as before."""

import json
import uuid

import pytest

from xapi.database import open_database
from xapi.lrs.query import StatementQuery
from xapi.lrs.store.subjects import SubjectRecords
from xapi.testing import INSTITUTION, embedded_lrs, encoded, make_agent, make_principal, make_statement
from xapi.vocabulary import VOIDED

ANI, BUDI = "a" * 32, "b" * 32
ADMIN = make_principal()


@pytest.fixture
def house(place):
    return embedded_lrs(place)


@pytest.fixture
def engine(place):
    made = open_database(place)
    yield made
    made.dispose()


@pytest.fixture
def records(house, engine):
    return SubjectRecords(engine, INSTITUTION)


def agent_of(name: str) -> str:
    account = make_agent(name)["account"]
    return f"account:{account['homePage']} {account['name']}"


def send(house, who: str, **changes: object) -> str:
    statement = make_statement(id=str(uuid.uuid4()), actor=make_agent(who), **changes)
    return house.lrs.post_statements(ADMIN, encoded(statement))[0]


def found(house, **query: object) -> list[str]:
    result = house.lrs.query(ADMIN, StatementQuery(limit=100, **query))
    return [json.loads(body)["id"] for body in result.bodies]


def test_erased_statements_are_in_no_list_and_the_next_one_is_new_to_everybody(house, records):
    mine = [send(house, ANI) for _ in range(3)]
    about = send(house, BUDI, object={"objectType": "StatementRef", "id": mine[0]})
    voided = send(house, BUDI)
    voiding = send(house, ANI, verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": voided})
    send(house, ANI)
    cursor = house.statements.after(INSTITUTION, 0, 100)[-1].seq
    erased = records.erase([agent_of(ANI)], statements=True)
    assert (erased.statements, erased.kept) == (3, 2)  # what is about others stays, and the last one keeps the count
    assert set(mine) & set(found(house)) == set()
    assert mine[0] not in found(house, verb=make_statement()["verb"]["id"])
    assert set(mine) & set(found(house, agent=make_agent(ANI), related_agents=True)) == set()
    fresh = send(house, BUDI)
    assert [one.id for one in house.statements.after(INSTITUTION, cursor, 100)] == [fresh]
    assert records.erase([agent_of(ANI)], statements=True).statements == 1
    assert set(found(house)) == {about, voiding, fresh}


def test_counts_by_actor_and_by_age_see_one_institution(house, records, engine):
    ids = [send(house, ANI), send(house, BUDI), send(house, BUDI)]
    now = house.clock()
    house.clock.advance(days=1)
    assert records.actors_of(ids) == {agent_of(ANI): 1, agent_of(BUDI): 2}
    assert records.stored_between(now, house.clock()) == {agent_of(ANI): 1, agent_of(BUDI): 2}
    assert records.older_statements(house.clock()) == 3
    other = SubjectRecords(engine, "f" * 32)
    assert other.actors_of(ids) == other.stored_between(now, house.clock()) == {}
    assert other.older_statements(house.clock()) == 0
    assert other.erase([agent_of(ANI)], statements=True).statements == 0
    assert other.destroy_statements(house.clock()) == []
    assert len(list(records.statements([agent_of(ANI)]))) == 1


def test_the_oldest_statements_are_destroyed_and_their_ids_are_told_before(house, records):
    old = [send(house, ANI) for _ in range(2)]
    house.clock.advance(days=10)
    before = house.clock()
    house.clock.advance(days=1)
    young = send(house, ANI)
    assert records.old_ids(before) == old
    assert records.destroy_statements(before) == old
    assert records.destroy_statements(before) == []
    assert found(house) == [young]
