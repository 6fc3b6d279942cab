"""Many writers at once: each gets an answer of the standard, and what is stored is whole."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from xapi.errors import LrsError
from xapi.lrs.profiles import ActivityProfileAddress
from xapi.lrs.query import StatementQuery
from xapi.lrs.states import Precondition, StateAddress
from xapi.testing import EmbeddedLrs, embedded_lrs, encoded, make_agent, make_principal, make_statement, seeded_ids

ADMIN = make_principal()
THREADS = 8


@pytest.fixture
def house(place: Path | str) -> EmbeddedLrs:
    return embedded_lrs(place)


def uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def together(work: Callable[[int], int]) -> list[int]:
    """What `work` answers in threads that begin at the same moment."""
    gate = threading.Barrier(THREADS)

    def begin(number: int) -> int:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def post(house: EmbeddedLrs, statements: list[dict]) -> int:
    try:
        house.lrs.post_statements(ADMIN, encoded(statements))
    except LrsError as error:
        return error.status
    return 200


def everything(house: EmbeddedLrs) -> list[dict]:
    return [json.loads(one.body) for one in house.statements.after(ADMIN.institution, 0, 10_000)]


def test_the_same_statement_from_all_is_stored_once(house: EmbeddedLrs) -> None:
    answers = together(lambda _: post(house, [make_statement(id=uid(1), timestamp="2026-03-02T01:00:00Z")]))

    assert answers == [200] * THREADS
    assert len(everything(house)) == 1


def test_one_of_many_different_statements_with_one_id_wins(house: EmbeddedLrs) -> None:
    answers = together(lambda number: post(house, [make_statement(id=uid(1), actor=make_agent(f"orang{number}"))]))

    assert sorted(answers) == [200] + [409] * (THREADS - 1)
    assert len(everything(house)) == 1


def test_batches_that_share_activities_and_people_are_all_stored(house: EmbeddedLrs) -> None:
    ids = seeded_ids(7)

    def statement(number: int) -> dict:
        activity = {"id": f"https://a.example/{number % 7}"}
        return make_statement(id=str(ids()), actor=make_agent(f"orang{number % 5}"), object=activity)

    batches = [[statement(number) for number in range(60)] for _ in range(THREADS)]
    answers = together(lambda number: post(house, batches[number]))
    stored = [one["stored"] for one in everything(house)]
    found = house.lrs.query(ADMIN, StatementQuery(activity="https://a.example/3", agent=make_agent("orang2")))

    assert answers == [200] * THREADS
    assert stored == sorted(set(stored))
    assert len(stored) == THREADS * 60
    assert len(found.bodies) == THREADS * 2


def test_overlapping_batches_are_whole_or_refused(house: EmbeddedLrs) -> None:
    def batch(number: int) -> list[dict]:
        shared = make_statement(id=uid(1), actor=make_agent(f"orang{number}"))
        return [make_statement(id=uid(100 + number)), shared]

    answers = together(lambda number: post(house, batch(number)))

    assert sorted(answers) == [200] + [409] * (THREADS - 1)
    assert len(everything(house)) == 2


def test_two_stores_on_one_database_agree(house: EmbeddedLrs, place: Path | str) -> None:
    other = embedded_lrs(place, ids=seeded_ids(2))
    answers = together(
        lambda number: post(
            [house, other][number % 2], [make_statement(verb={"id": f"https://v.example/{number // 2}"})] * 3
        )
    )

    assert answers == [200] * THREADS
    for number in range(THREADS // 2):
        verb = f"https://v.example/{number}"
        assert len(house.lrs.query(ADMIN, StatementQuery(verb=verb)).bodies) == 6
        assert len(other.lrs.query(ADMIN, StatementQuery(verb=verb)).bodies) == 6


def test_nothing_up_to_consistent_through_comes_later(house: EmbeddedLrs) -> None:
    house.clock.advance(days=1)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            post(house, [make_statement() for _ in range(5)])
            house.clock.advance(milliseconds=1)

    writer = threading.Thread(target=write)
    writer.start()
    checks = []
    for _ in range(40):
        through = house.lrs.consistent_through().isoformat()
        checks.append((through, len(house.lrs.query(ADMIN, StatementQuery(until=through)).bodies)))
    stop.set()
    writer.join()

    for through, seen in checks:
        assert len(house.lrs.query(ADMIN, StatementQuery(until=through)).bodies) == seen


def test_one_of_many_first_writers_of_a_document_wins(house: EmbeddedLrs) -> None:
    here = StateAddress("https://a.example/", make_agent(), None, "jampel")

    def put(number: int) -> int:
        try:
            house.lrs.states.put(ADMIN, here, str(number).encode(), "text/plain", Precondition(if_none_match="*"))
        except LrsError as error:
            return error.status
        return 204

    assert sorted(together(put)) == [204] + [412] * (THREADS - 1)


def test_batches_that_define_the_same_activities_in_other_orders_do_not_block_each_other(house: EmbeddedLrs) -> None:
    def defining(number: int) -> int:
        activities = [
            {"id": f"https://example.com/{one}", "definition": {"name": {f"x-{number}": str(number)}}}
            for one in range(20)
        ]
        ordered = activities if number % 2 else activities[::-1]
        return post(house, [make_statement(object=one) for one in ordered])

    assert together(defining) == [200] * THREADS
    names = {"name": {f"x-{number}": str(number) for number in range(THREADS)}}
    for one in range(20):
        found = house.lrs.known.activity(ADMIN, f"https://example.com/{one}")
        assert json.loads(encoded(found))["definition"] == names


def test_one_of_many_first_writers_of_a_profile_wins(house: EmbeddedLrs) -> None:
    address = ActivityProfileAddress("https://example.com/modul", "satu")

    def write(number: int) -> int:
        try:
            body, fresh = str(number).encode(), Precondition(if_none_match="*", strict=True, required=True)
            house.lrs.activity_profiles.put(ADMIN, address, body, "text/plain", fresh)
        except LrsError as error:
            return error.status
        return number

    answers = together(write)
    [winner] = [answer for answer in answers if answer < THREADS]

    assert sorted(answers)[1:] == [412] * (THREADS - 1)
    assert house.lrs.activity_profiles.get(ADMIN, address).content == str(winner).encode()
