"""Credentials and launch tokens: shown once, kept as hashes, ended at once."""

import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from xapi.database import open_database, writing
from xapi.errors import LrsError, StatementError
from xapi.lrs.credentials import MOST_GRACE, CredentialStore, Limits, NewCredential
from xapi.lrs.principal import LaunchGrant, ModuleGrant
from xapi.testing import INSTITUTION, START, EmbeddedLrs, embedded_lrs, make_agent

OTHER = "00000000000000000000000000000002"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"


@pytest.fixture
def house(place: Path | str) -> EmbeddedLrs:
    return embedded_lrs(place)


@pytest.fixture
def elsewhere(house: EmbeddedLrs, place: Path | str) -> CredentialStore:
    """The same credentials as another process sees them."""
    return CredentialStore(open_database(place, durability="NORMAL"), house.clock)


def add(house: EmbeddedLrs, institution: str = INSTITUTION) -> NewCredential:
    return house.credentials.add(institution, "moodle", ["statements/write", "statements/read"], "lms_record")


def launch(registration: str = REGISTRATION) -> LaunchGrant:
    return LaunchGrant(
        make_agent(), "https://a.example/", registration, START + timedelta(hours=1), {"https://x.example/": 1}
    )


def test_key_and_secret_give_the_principal(house: EmbeddedLrs) -> None:
    new = add(house)
    principal = house.credentials.authenticate(new.key, new.secret)

    assert principal is not None
    assert principal.institution == INSTITUTION
    assert principal.scopes == {"statements/write", "statements/read"}
    assert (principal.source, principal.allow_nip, principal.grant) == ("lms_record", False, None)


@pytest.mark.parametrize("secret", ["", "x", "\u00e9", "\ud800"])
def test_a_wrong_secret_gives_nobody(house: EmbeddedLrs, secret: str) -> None:
    assert house.credentials.authenticate(add(house).key, secret) is None
    assert house.credentials.authenticate("x", secret) is None


@pytest.mark.parametrize("key", ["", "x", "\x00", "\ud800", "0" * 31 + "\n", "0" * 33, "é" * 32, "0" * 100_000])
def test_what_cannot_be_a_key_is_nobodys(house: EmbeddedLrs, key: str) -> None:
    assert house.credentials.authenticate(key, "x") is None
    assert house.credentials.rotate(INSTITUTION, key) is None
    assert house.credentials.revoke(INSTITUTION, key) is False


def test_the_secret_has_256_bits_and_is_not_on_disk(tmp_path: Path) -> None:
    house = embedded_lrs(tmp_path)
    new, token = add(house), house.credentials.grant(INSTITUTION, launch())
    with sqlite3.connect(tmp_path / "lrs.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert len(new.secret) == len(token) == 43
    assert new.secret.encode() not in files
    assert token.encode() not in files
    assert new.secret not in repr(new)


def test_the_authority_does_not_show_the_key(house: EmbeddedLrs) -> None:
    new = add(house)
    principal = house.credentials.authenticate(new.key, new.secret)

    assert principal is not None
    assert new.key not in repr(principal.authority)


def test_a_revoked_credential_is_nobody_and_not_listed(house: EmbeddedLrs) -> None:
    new = add(house)

    assert house.credentials.revoke(OTHER, new.key) is False
    assert house.credentials.revoke(INSTITUTION, new.key) is True
    assert house.credentials.revoke(INSTITUTION, new.key) is False
    assert house.credentials.authenticate(new.key, new.secret) is None
    assert house.credentials.list(INSTITUTION) == []


def test_an_institution_lists_its_own_credentials(house: EmbeddedLrs) -> None:
    mine = add(house)
    add(house, OTHER)

    assert [(one.key, one.name) for one in house.credentials.list(INSTITUTION)] == [(mine.key, "moodle")]


@pytest.mark.parametrize(("scopes", "source"), [([], "foreign"), (["everything"], "foreign"), (["all"], "client")])
def test_unknown_scopes_and_sources_are_refused(house: EmbeddedLrs, scopes: list[str], source: str) -> None:
    with pytest.raises(LrsError):
        house.credentials.add(INSTITUTION, "x", scopes, source)


def test_a_launch_token_gives_its_grant_until_it_expires(house: EmbeddedLrs) -> None:
    token = house.credentials.grant(INSTITUTION, launch())
    principal = house.credentials.authenticate_token(token, START)

    assert principal is not None
    assert principal.grant == launch()
    assert (principal.source, principal.institution) == ("launch", INSTITUTION)
    assert house.credentials.authenticate_token(token, START + timedelta(hours=1)) is None
    assert house.credentials.authenticate_token("x", START) is None


def test_grants_are_revoked_by_registration_within_the_institution(house: EmbeddedLrs) -> None:
    one = house.credentials.grant(INSTITUTION, launch())
    two = house.credentials.grant(INSTITUTION, launch("aa97b177-9383-4934-8543-0f91a7a02837"))

    assert house.credentials.revoke_grants(OTHER) == 0
    assert house.credentials.revoke_grants(INSTITUTION, REGISTRATION.upper()) == 1
    assert house.credentials.authenticate_token(one, START) is None
    assert house.credentials.authenticate_token(two, START) is not None
    assert house.credentials.revoke_grants(INSTITUTION) == 1


def test_expired_grants_are_forgotten(house: EmbeddedLrs) -> None:
    house.credentials.grant(INSTITUTION, launch())

    assert house.credentials.forget_expired(START) == 0
    assert house.credentials.forget_expired(START + timedelta(hours=1)) == 1


def test_forgetting_expired_grants_is_bounded(house: EmbeddedLrs) -> None:
    for _ in range(3):
        house.credentials.grant(INSTITUTION, launch())

    later = START + timedelta(hours=1)
    assert [house.credentials.forget_expired(later, most=2) for _ in range(3)] == [2, 1, 0]


class TestRotation:
    def test_the_new_secret_works_and_the_old_one_ends_at_once(self, house: EmbeddedLrs) -> None:
        old = add(house)
        new = house.credentials.rotate(INSTITUTION, old.key)

        assert new is not None
        assert (new.key, new.secret == old.secret) == (old.key, False)
        assert house.credentials.authenticate(old.key, old.secret) is None
        assert house.credentials.authenticate(old.key, new.secret) is not None

    def test_the_principal_stays_the_same(self, house: EmbeddedLrs) -> None:
        old = add(house)
        before = house.credentials.authenticate(old.key, old.secret)
        new = house.credentials.rotate(INSTITUTION, old.key)

        assert new is not None
        assert house.credentials.authenticate(new.key, new.secret) == before

    def test_with_a_grace_both_work_until_it_is_over(self, house: EmbeddedLrs, elsewhere: CredentialStore) -> None:
        old = add(house)
        new = house.credentials.rotate(INSTITUTION, old.key, timedelta(days=7))
        assert new is not None
        house.clock.advance(days=7, microseconds=-1)

        for store in (house.credentials, elsewhere):
            assert store.authenticate(old.key, old.secret) is not None
            assert store.authenticate(old.key, new.secret) is not None
            assert store.authenticate(old.key, "x") is None
        [listed] = house.credentials.list(INSTITUTION)
        assert listed.old_until == START + timedelta(days=7)
        house.clock.advance(microseconds=1)
        for store in (house.credentials, elsewhere):
            assert store.authenticate(old.key, old.secret) is None
            assert store.authenticate(old.key, new.secret) is not None
        [listed] = house.credentials.list(INSTITUTION)
        assert listed.old_until is None

    def test_a_second_rotation_ends_the_secret_before_the_last(self, house: EmbeddedLrs) -> None:
        first = add(house)
        second = house.credentials.rotate(INSTITUTION, first.key, timedelta(days=7))
        third = house.credentials.rotate(INSTITUTION, first.key, timedelta(days=7))

        assert second is not None
        assert third is not None
        works = [house.credentials.authenticate(one.key, one.secret) is not None for one in (first, second, third)]
        assert works == [False, True, True]

    def test_a_leaked_secret_ends_with_a_rotation_without_grace(self, house: EmbeddedLrs) -> None:
        first = add(house)
        second = house.credentials.rotate(INSTITUTION, first.key, timedelta(days=7))
        third = house.credentials.rotate(INSTITUTION, first.key)

        assert second is not None
        assert third is not None
        works = [house.credentials.authenticate(one.key, one.secret) is not None for one in (first, second, third)]
        assert works == [False, False, True]

    def test_revoking_ends_both_secrets_in_every_process(self, house: EmbeddedLrs, elsewhere: CredentialStore) -> None:
        old = add(house)
        new = house.credentials.rotate(INSTITUTION, old.key, timedelta(days=7))
        assert new is not None
        assert elsewhere.authenticate(old.key, new.secret) is not None
        house.credentials.revoke(INSTITUTION, old.key)

        for store in (house.credentials, elsewhere):
            assert store.authenticate(old.key, old.secret) is None
            assert store.authenticate(old.key, new.secret) is None
        assert house.credentials.rotate(INSTITUTION, old.key) is None

    def test_only_its_institution_rotates_it(self, house: EmbeddedLrs) -> None:
        old = add(house)

        assert house.credentials.rotate(OTHER, old.key, timedelta(days=1)) is None
        assert house.credentials.rotate(INSTITUTION, "tidak-ada") is None
        assert house.credentials.authenticate(old.key, old.secret) is not None

    @pytest.mark.parametrize("grace", [timedelta(microseconds=-1), MOST_GRACE + timedelta(microseconds=1)])
    def test_a_grace_without_bounds_is_refused_and_changes_nothing(self, house: EmbeddedLrs, grace: timedelta) -> None:
        old = add(house)
        with pytest.raises(LrsError, match=r"lrs\.grace"):
            house.credentials.rotate(INSTITUTION, old.key, grace)

        assert house.credentials.authenticate(old.key, old.secret) is not None

    def test_rotations_at_once_leave_one_secret_that_works(self, house: EmbeddedLrs) -> None:
        old, found = add(house), []
        threads = [
            threading.Thread(target=lambda: found.append(house.credentials.rotate(INSTITUTION, old.key)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        works = [new for new in found if house.credentials.authenticate(new.key, new.secret) is not None]
        assert (len(found), len(works)) == (8, 1)


class TestEnd:
    def test_it_works_until_its_end(self, house: EmbeddedLrs, elsewhere: CredentialStore) -> None:
        end = START + timedelta(days=30)
        new = house.credentials.add(INSTITUTION, "uji", ["all"], "foreign", limits=Limits(expires=end))
        house.clock.advance(days=30, microseconds=-1)
        assert house.credentials.authenticate(new.key, new.secret) is not None
        house.clock.advance(microseconds=1)

        assert house.credentials.authenticate(new.key, new.secret) is None
        assert elsewhere.authenticate(new.key, new.secret) is None
        [listed] = house.credentials.list(INSTITUTION)
        assert (listed.expires, listed.is_over(house.clock())) == (end, True)

    def test_a_rotation_does_not_move_it(self, house: EmbeddedLrs) -> None:
        limits = Limits(expires=START + timedelta(days=1))
        old = house.credentials.add(INSTITUTION, "uji", ["all"], "foreign", limits=limits)
        new = house.credentials.rotate(INSTITUTION, old.key, timedelta(days=7))
        house.clock.advance(days=1)

        assert new is not None
        assert house.credentials.authenticate(new.key, new.secret) is None
        assert house.credentials.authenticate(old.key, old.secret) is None

    @pytest.mark.parametrize("end", [START, START - timedelta(days=1)])
    def test_an_end_that_is_past_is_refused(self, house: EmbeddedLrs, end: datetime) -> None:
        with pytest.raises(LrsError, match=r"lrs\.expires_past"):
            house.credentials.add(INSTITUTION, "uji", ["all"], "foreign", limits=Limits(expires=end))
        assert house.credentials.list(INSTITUTION) == []


class TestUse:
    def test_it_tells_when_it_was_made_and_used_last_to_the_hour(self, house: EmbeddedLrs) -> None:
        new = add(house)
        [listed] = house.credentials.list(INSTITUTION)
        assert (listed.created, listed.last_used) == (START, None)
        house.clock.advance(hours=2, minutes=59, seconds=59)
        house.credentials.authenticate(new.key, new.secret)

        [listed] = house.credentials.list(INSTITUTION)
        assert listed.last_used == START + timedelta(hours=2)

    def test_a_wrong_secret_is_no_use(self, house: EmbeddedLrs) -> None:
        house.credentials.authenticate(add(house).key, "x")

        assert house.credentials.list(INSTITUTION)[0].last_used is None

    def test_the_use_of_a_credential_costs_one_write_an_hour(
        self, house: EmbeddedLrs, elsewhere: CredentialStore
    ) -> None:
        new, begun = add(house), []
        for store in (house.credentials, elsewhere):
            event.listen(store._engine, "begin", begun.append)
        for store in (house.credentials, elsewhere):
            for _ in range(50):
                assert store.authenticate(new.key, new.secret) is not None

        writes = [one for one in begun if one.get_execution_options().get("jampel_writes")]
        assert len(writes) == 1
        begun.clear()
        house.clock.advance(hours=1)
        house.credentials.authenticate(new.key, new.secret)
        elsewhere.authenticate(new.key, new.secret)
        assert len(begun) == 1

    def test_a_database_that_cannot_write_still_lets_in(self, house: EmbeddedLrs) -> None:
        new = add(house)
        with writing(house.credentials._engine) as connection:
            connection.execute(text("ALTER TABLE credential RENAME COLUMN last_used TO lain"))
            connection.execute(text("ALTER TABLE credential ADD COLUMN last_used BIGINT CHECK (last_used IS NULL)"))

        assert house.credentials.authenticate(new.key, new.secret) is not None


class TestModule:
    MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik"

    def test_it_knows_its_module_and_what_that_gives(self, house: EmbeddedLrs) -> None:
        limits = Limits(module=self.MODULE, extensions={"https://x.example/": 1})
        new = house.credentials.add(INSTITUTION, "paket", ["module"], "package", limits=limits)
        principal = house.credentials.authenticate(new.key, new.secret)

        assert principal is not None
        assert principal.module == ModuleGrant(new.key, self.MODULE, {"https://x.example/": 1})
        assert (principal.source, principal.scopes) == ("package", {"module"})
        assert house.credentials.list(INSTITUTION)[0].module == self.MODULE

    @pytest.mark.parametrize(
        ("code", "scopes", "source", "allow_nip", "module"),
        [
            ("lrs.module_missing", ["module"], "package", False, None),
            ("lrs.module_alone", ["module", "statements/read"], "package", False, MODULE),
            ("lrs.module_alone", ["module", "all"], "package", False, MODULE),
            ("lrs.module_source", ["module"], "foreign", False, MODULE),
            ("lrs.module_source", ["module"], "lms_record", False, MODULE),
            ("lrs.module_source", ["module"], "launch", False, MODULE),
            ("lrs.module_nip", ["module"], "package", True, MODULE),
            ("lrs.module_scope", ["all"], "package", False, MODULE),
            ("statement.iri", ["module"], "package", False, "pelayanan-publik"),
        ],
    )
    def test_what_contradicts_itself_is_refused(
        self, house: EmbeddedLrs, code: str, scopes: list[str], source: str, allow_nip: bool, module: str | None
    ) -> None:
        with pytest.raises((LrsError, StatementError)) as caught:
            house.credentials.add(INSTITUTION, "paket", scopes, source, allow_nip, limits=Limits(module=module))

        assert caught.value.code == code
        assert house.credentials.list(INSTITUTION) == []
