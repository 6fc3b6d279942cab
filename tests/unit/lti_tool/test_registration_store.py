"""Invites and registrations in the database: once means once, whole or not at all, and each institution its own."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy.exc import IntegrityError

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.store import Entry, LtiStore

NEW = "2" * 32


def test_a_ticket_is_used_once_however_many_press_at_once(bench) -> None:
    expires = int(bench.clock().timestamp()) + 60
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _n: bench.store.invites.use("tiket", expires, bench.clock()), range(16)))
    assert used.count(True) == 1


def test_old_tickets_do_not_pile_up(bench) -> None:
    for number in range(5):
        assert bench.store.invites.use(f"t{number}", int(bench.clock().timestamp()) + 60, bench.clock())
    bench.clock.advance(minutes=2)
    bench.store.invites.use("baru", int(bench.clock().timestamp()) + 60, bench.clock())
    with bench.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lti_invite_ticket").scalar() == 1


def test_an_invite_that_is_used_by_two_at_once_registers_one_platform(bench) -> None:
    invite = bench.store.invites.add("Provinsi", "rahasia", "f" * 32, bench.clock())

    def register(number: int) -> str:
        new = bench.fake.registration(client_id=f"k{number}")
        try:
            bench.store.registrations.register(invite.id, new, "7", platform_id=f"{number}" * 32, now=bench.clock())
        except LaunchRefused as error:
            return error.code
        return "registered"

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(register, range(2, 6)))
    assert sorted(set(results)) == ["registered", "registration.other_client"]
    assert results.count("registered") == 1
    assert len(bench.store.platforms.list()) == 2


def test_a_refused_registration_leaves_nothing(bench) -> None:
    invite = bench.store.invites.add("Orang lain", "rahasia", "f" * 32, bench.clock())
    with pytest.raises(LaunchRefused) as refused:
        bench.store.registrations.register(
            invite.id, bench.fake.registration(token_url="https://lms.example.go.id/x"), "99",  # noqa: S106
            platform_id=NEW, now=bench.clock(),
        )  # fmt: skip
    assert refused.value.code == "registration.exists"
    assert bench.store.platforms.list() == [bench.platform]
    assert [one.deployment for one in bench.store.deployments.list()] == ["7"]
    assert bench.store.invites.list()[0].used is None


def test_a_renewal_with_another_key_address_forgets_the_keys_of_the_old_one(bench) -> None:
    bench.store.platforms.save_jwks(bench.platform.id, "{}", bench.clock())
    invite = bench.store.invites.add("Pembaruan", "r", "f" * 32, bench.clock(), platform=bench.platform.id)
    new = bench.fake.registration(jwks_url="https://lms.example.go.id/lain")
    kept = bench.store.registrations.register(invite.id, new, "", platform_id=NEW, now=bench.clock())
    assert (kept.new, kept.platform.jwks, kept.platform.jwks_url) == (False, "", new.jwks_url)


def test_an_import_that_fails_half_way_writes_nothing(bench) -> None:
    entries = [
        Entry(bench.fake.registration(client_id="a"), True, (("1", "approved"),)),
        Entry(bench.fake.registration(client_id="b")),
    ]
    with pytest.raises(IntegrityError):  # both would get the same id
        bench.store.registrations.bring_in(entries, ["a" * 32] * 2, bench.clock())
    assert [one.client_id for one in bench.store.platforms.list()] == ["klien-1"]


def test_an_import_is_the_same_the_second_time(bench) -> None:
    entry = Entry(bench.fake.registration(client_id="a", service_hosts=("api.example",)), False, (("1", "refused"),))
    store = bench.store.registrations
    assert store.bring_in([entry], ["a" * 32], bench.clock()) == ["added"]
    assert store.bring_in([entry], ["b" * 32], bench.clock()) == ["unchanged"]
    other = msgspec.structs.replace(entry, deployments=(("1", "approved"),))
    assert store.bring_in([other], ["b" * 32], bench.clock()) == ["changed"]
    found = bench.store.platforms.get("a" * 32)
    assert (found.active, found.service_hosts) == (False, ("api.example",))


def test_another_institution_has_its_own_invites_and_registrations(bench) -> None:
    other = LtiStore(bench.engine, "b" * 32)
    invite = bench.store.invites.add("Provinsi", "rahasia", "f" * 32, bench.clock())
    assert other.invites.find("rahasia", bench.clock()) is None
    with pytest.raises(ToolError):
        other.invites.add("x", "y", "e" * 32, bench.clock(), platform=bench.platform.id)
    with pytest.raises(LaunchRefused):
        other.registrations.register(invite.id, bench.fake.registration(), "", platform_id=NEW, now=bench.clock())
    assert other.registrations.has_been_seen(bench.platform.id) is False
    assert other.registrations.bring_in([Entry(bench.fake.registration())], [NEW], bench.clock()) == ["added"]
    assert bench.store.platforms.list() == [bench.platform]
