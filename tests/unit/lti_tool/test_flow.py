"""Flows: each state is good once, in one browser, for ten minutes, and there are never too many."""

import pytest

from lti_tool.errors import LaunchRefused
from lti_tool.flow import FlowStore
from xapi.database import DRIVER_ERRORS, migrate, open_database, writing
from xapi.testing import FixedClock

INSTITUTION, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def engine(place):
    engine = open_database(place, durability="NORMAL")
    migrate(engine, "lti_tool.flow")
    yield engine
    engine.dispose()


@pytest.fixture
def flows(engine) -> FlowStore:
    return FlowStore(engine, INSTITUTION, logins_per_minute=5)


def test_a_flow_comes_back_once_with_its_nonce(flows, clock) -> None:
    opened = flows.open("p" * 32, "7", clock())
    flow = flows.take(opened.state, opened.browser, clock())
    assert flow is not None
    assert (flow.platform, flow.deployment, flow.issued(opened.nonce)) == ("p" * 32, "7", True)
    assert not flow.issued("another")
    assert flows.take(opened.state, opened.browser, clock()) is None


def test_another_browser_neither_gets_the_flow_nor_uses_it_up(flows, clock) -> None:
    opened = flows.open("p" * 32, "", clock())
    assert flows.take(opened.state, "stolen", clock()) is None
    assert flows.take(opened.state, opened.browser, clock()) is not None


def test_a_flow_ends_after_ten_minutes(flows, clock) -> None:
    opened = flows.open("p" * 32, "", clock())
    clock.advance(seconds=600)
    assert flows.take(opened.state, opened.browser, clock()) is None


def test_another_institution_cannot_take_the_flow(flows, engine, clock) -> None:
    opened = flows.open("p" * 32, "", clock())
    assert FlowStore(engine, OTHER).take(opened.state, opened.browser, clock()) is None


def test_nothing_secret_is_kept(flows, engine, clock) -> None:
    opened = flows.open("p" * 32, "", clock())
    with engine.connect() as connection:
        row = str(connection.exec_driver_sql("SELECT * FROM flow").all())
    assert not any(secret in row for secret in (opened.state, opened.nonce, opened.browser))


def test_a_flood_of_one_platform_is_stopped_and_hurts_no_other(flows, clock) -> None:
    for _ in range(5):
        flows.open("p" * 32, "", clock())
    with pytest.raises(LaunchRefused) as caught:
        flows.open("p" * 32, "", clock())
    assert (caught.value.code, caught.value.status) == ("login.too_many", 429)
    assert flows.open_flows() == 5
    flows.open("q" * 32, "", clock())
    clock.advance(minutes=1)
    flows.open("p" * 32, "", clock())


def test_old_flows_are_swept_by_the_first_login_of_a_minute(flows, clock) -> None:
    for _ in range(5):
        flows.open("p" * 32, "", clock())
    clock.advance(minutes=11)
    flows.open("p" * 32, "", clock())
    assert flows.open_flows() == 1


def test_a_login_that_fails_half_way_leaves_the_connection_usable(flows, engine, clock) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE flow RENAME TO elsewhere")
    with pytest.raises(DRIVER_ERRORS):
        flows.open("p" * 32, "", clock())
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO flow")
        assert connection.exec_driver_sql("SELECT count(*) FROM flow_pace").scalar() == 0
    assert flows.open("p" * 32, "", clock())
