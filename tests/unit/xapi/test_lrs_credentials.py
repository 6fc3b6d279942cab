"""Credentials and launch tokens: shown once, kept as hashes, ended at once."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from xapi.errors import LrsError
from xapi.lrs.credentials import NewCredential
from xapi.lrs.principal import LaunchGrant
from xapi.testing import INSTITUTION, START, EmbeddedLrs, embedded_lrs, make_agent

OTHER = "00000000000000000000000000000002"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"


@pytest.fixture
def house(tmp_path: Path) -> EmbeddedLrs:
    return embedded_lrs(tmp_path)


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


def test_the_secret_has_256_bits_and_is_not_on_disk(house: EmbeddedLrs, tmp_path: Path) -> None:
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
