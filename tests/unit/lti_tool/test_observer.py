"""What launches tell of a platform: its clock and a roster's address; seldom written, and nothing about a person."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from lti_tool.claims import NRPS
from lti_tool.doctor.consult import note_clock, patient_of
from lti_tool.errors import LaunchRefused
from lti_tool.observer import wrong_clocks
from lti_tool.settings import Settings
from lti_tool.store import LtiStore

ROSTER = "https://lms.example.go.id/members?course=2"
OFFERED = {NRPS: {"context_memberships_url": ROSTER}}


def seen(bench):
    return bench.store.observed.of(bench.platform.id)


def launch_at(bench, seconds: int) -> None:
    """A launch whose platform's clock is that much ahead of ours."""
    now = int(bench.clock().timestamp()) + seconds
    bench.launch(iat=now, exp=now + 60)


def test_the_roster_of_a_plain_launch_is_known_to_the_doctor(bench, tmp_path) -> None:
    bench.launch(**OFFERED)
    patient = patient_of(bench.lti, Settings(data=tmp_path), bench.platform, may_write=False)
    assert patient.roster == ROSTER


def test_a_launch_without_a_roster_leaves_the_one_that_is_known(bench) -> None:
    bench.launch(**OFFERED)
    bench.clock.advance(hours=25)
    bench.launch()
    assert seen(bench).roster == ROSTER
    assert seen(bench).at == int(bench.clock().timestamp())


@pytest.mark.parametrize("url", ["https://evil.example/members", f"{ROSTER}&x={'y' * 2000}"])
def test_a_roster_elsewhere_or_without_end_is_not_kept(bench, url: str) -> None:
    bench.launch(**{NRPS: {"context_memberships_url": url}})
    assert seen(bench).roster == ""


def test_a_platform_is_written_down_once_a_day(bench, monkeypatch) -> None:
    noted: list[str] = []
    keep = bench.store.observed.note
    monkeypatch.setattr(bench.store.observed, "note", lambda *a, **more: (noted.append(a[0]), keep(*a, **more)))
    for _ in range(3):
        bench.launch(**OFFERED)
    assert len(noted) == 1
    bench.clock.advance(days=1)
    bench.launch(**OFFERED)
    assert len(noted) == 2


@pytest.mark.parametrize("seconds", [90, -700])
def test_n64_a_clock_that_costs_launches_is_red_until_one_is_good_again(bench, seconds: int) -> None:
    with pytest.raises(LaunchRefused):
        launch_at(bench, seconds)
    ((platform, found),) = wrong_clocks(bench.store)
    assert (platform.id, found.ahead) == (bench.platform.id, seconds)
    launch_at(bench, 0)
    assert wrong_clocks(bench.store) == []


def test_n64_a_clock_within_the_leeway_is_not_red_and_an_old_message_says_nothing_of_it(bench) -> None:
    launch_at(bench, 50)
    assert seen(bench).ahead == 50
    now = int(bench.clock().timestamp())
    bench.launch(iat=now - 300, exp=now + 60)
    assert wrong_clocks(bench.store) == []


def test_n64_a_forged_token_makes_no_clock_red(bench, other_key) -> None:
    state, nonce, cookies = bench.login()
    now = int(bench.clock().timestamp()) + 900
    bench.fake.key = other_key
    token = bench.fake.token(bench.fake.claims(nonce, iat=now, exp=now + 60))
    with pytest.raises(LaunchRefused, match=r"launch\.signature"):
        bench.lti.receiver.receive({"state": state, "id_token": token}, cookies)
    assert seen(bench) is None


def test_n64_what_the_doctor_learns_of_a_clock_is_kept(bench, tmp_path) -> None:
    bench.launch(**OFFERED)
    patient = patient_of(bench.lti, Settings(data=tmp_path), bench.platform, may_write=False)
    note_clock(bench.lti, patient)
    assert seen(bench).ahead == 0, "a clock that was not seen changes nothing"
    patient.skew = timedelta(seconds=-95)
    note_clock(bench.lti, patient)
    assert (seen(bench).ahead, seen(bench).roster) == (-95, ROSTER)


def test_a_platform_that_is_switched_off_is_not_red(bench) -> None:
    bench.store.observed.note(bench.platform.id, 900, bench.clock())
    bench.store.platforms.set_active(bench.platform.id, False)
    assert wrong_clocks(bench.store) == []


def test_another_institution_sees_nothing_of_it(bench) -> None:
    bench.launch(**OFFERED)
    other = LtiStore(bench.engine, "b" * 32)
    assert other.observed.all() == {}
    assert other.notices.handlers(bench.platform.id) == []


def test_what_cannot_be_noted_refuses_no_launch(bench, monkeypatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise OperationalError("INSERT", {}, OSError("disk full"))

    monkeypatch.setattr(bench.store.observed, "note", broken)
    assert bench.launch(**OFFERED).subject == "2"
