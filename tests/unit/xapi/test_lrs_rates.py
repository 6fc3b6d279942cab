"""The buckets of module credentials: exact in one process and in several, on both databases, with any clock."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine

from xapi.database import migrate, open_database
from xapi.lrs.store import StatementStore
from xapi.lrs.store.rates import ModuleRates
from xapi.testing import INSTITUTION

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND


@pytest.fixture
def engine(place: Path | str) -> Engine:
    engine = open_database(place, durability="NORMAL")
    migrate(engine, "xapi.lrs")
    return engine


def take(rates: ModuleRates, count: int = 1, now: int = NOW, key: str = "k", per_minute: int = 60) -> int:
    return rates.take(INSTITUTION, key, count, per_minute=per_minute, now=now)


def test_a_full_bucket_gives_all_at_once_and_then_one_by_one(engine: Engine) -> None:
    rates = StatementStore(engine).rates

    assert [take(rates, 60), take(rates)] == [0, SECOND]
    assert [take(rates, now=NOW + SECOND), take(rates, now=NOW + SECOND)] == [0, SECOND]
    assert take(rates, 30, now=NOW + 10 * SECOND) == 21 * SECOND
    assert take(rates, 60, now=NOW + 120 * SECOND) == 0


def test_processes_share_a_bucket(engine: Engine) -> None:
    one, two = StatementStore(engine).rates, StatementStore(engine).rates

    assert [take(one, 30), take(two, 30), take(one), take(two)] == [0, 0, SECOND, SECOND]


def test_credentials_do_not(engine: Engine) -> None:
    rates = StatementStore(engine).rates
    take(rates, 60)

    assert [take(rates), take(rates, key="lain")] == [SECOND, 0]


def test_sixteen_threads_get_no_more_than_there_is(engine: Engine) -> None:
    several, waits = [StatementStore(engine).rates for _ in range(4)], []
    threads = [
        threading.Thread(target=lambda n=n: waits.extend(take(several[n % 4]) for _ in range(6))) for n in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(waits) == 96
    assert waits.count(0) == 60


def test_a_clock_set_back_locks_nobody_out_for_longer_than_a_minute(engine: Engine) -> None:
    rates = StatementStore(engine).rates
    take(rates, 60, now=NOW + 3_600 * SECOND)

    assert [take(rates), take(StatementStore(engine).rates)] == [SECOND, SECOND]
    assert [take(rates, 60, now=NOW + 60 * SECOND), take(rates, now=NOW + 60 * SECOND)] == [0, SECOND]


def test_a_flood_of_refused_requests_never_asks_the_database(engine: Engine) -> None:
    rates = StatementStore(engine).rates
    take(rates, 60)
    take(rates)
    rates._alone = None  # type: ignore[assignment]

    assert [take(rates) for _ in range(100)] == [SECOND] * 100


def test_many_credentials_do_not_fill_the_memory(engine: Engine) -> None:
    rates = StatementStore(engine).rates
    rates._known = {str(n): NOW for n in range(4_096)}
    take(rates)

    assert rates._known == {"k": NOW + SECOND}
