"""One network cannot use up the sign-ins of all."""

import pytest

from lti_tool.address_pace import AddressPace
from lti_tool.errors import LaunchRefused
from xapi.testing import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def pace(clock, monkeypatch: pytest.MonkeyPatch) -> AddressPace:
    monkeypatch.setattr(AddressPace, "most", 3)
    return AddressPace(clock)


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8:1:2::9"])
def test_a_network_that_begins_too_many_waits_for_the_next_minute_and_no_other_does(pace, clock, address: str) -> None:
    for number in range(3):
        pace.require(address if "." in address else f"2001:db8:1:2::{number}")
    with pytest.raises(LaunchRefused) as caught:
        pace.require(address)
    assert (caught.value.code, caught.value.status) == ("login.too_many_here", 429)
    pace.require("198.51.100.1")
    pace.require("2001:db8:1:3::9")
    clock.advance(minutes=1)
    pace.require(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "", "unix:"])
def test_this_machine_may_begin_any_number(pace, address: str) -> None:
    for _one in range(5):
        pace.require(address)


def test_what_is_counted_has_an_end(pace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.address_pace.MOST_KEPT", 10)
    for number in range(100):
        pace.require(f"203.0.113.{number}")
    assert len(pace._begun) <= 10
