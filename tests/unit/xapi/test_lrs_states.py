"""State documents: kept as sent, merged on request, safe from blind overwriting, one launch apart from the other."""

import hashlib
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from xapi.errors import LrsError, StatementError
from xapi.lrs.documents import LAUNCH_BYTES, LAUNCH_DOCUMENTS
from xapi.lrs.principal import LaunchGrant, Principal
from xapi.lrs.states import Precondition, StateAddress
from xapi.testing import EmbeddedLrs, embedded_lrs, make_agent, make_principal

MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"
JSON = "application/json; charset=utf-8"
ADMIN = make_principal()
HERE = StateAddress(MODULE, make_agent(), REGISTRATION, "jampel")
BLIND = Precondition()


@pytest.fixture
def house(place: Path | str) -> EmbeddedLrs:
    return embedded_lrs(place)


def status(error: pytest.ExceptionInfo[LrsError]) -> int:
    return error.value.status


def test_a_document_is_kept_byte_by_byte(house: EmbeddedLrs) -> None:
    house.lrs.states.put(ADMIN, HERE, b"\x00\xff", "image/x", BLIND)
    document = house.lrs.states.get(ADMIN, HERE)

    assert (document.content, document.content_type) == (b"\x00\xff", "image/x")
    assert document.etag == hashlib.sha1(b"\x00\xff").hexdigest()


def test_a_missing_document_is_404(house: EmbeddedLrs) -> None:
    with pytest.raises(LrsError) as caught:
        house.lrs.states.get(ADMIN, HERE)

    assert status(caught) == 404


def test_post_merges_top_level_properties(house: EmbeddedLrs) -> None:
    house.lrs.states.post(ADMIN, HERE, b'{"a":{"x":1},"b":1.10}', JSON, BLIND)
    house.lrs.states.post(ADMIN, HERE, b'{"a":{"y":2},"c":3}', JSON, BLIND)

    assert house.lrs.states.get(ADMIN, HERE).content == b'{"a":{"y":2},"b":1.10,"c":3}'


@pytest.mark.parametrize(
    ("old", "old_type", "new", "new_type"),
    [
        (b"{}", "text/plain", b"{}", JSON),
        (b"{}", JSON, b"{}", "text/plain"),
        (b"[]", JSON, b"{}", JSON),
    ],
)
def test_only_json_objects_merge(house: EmbeddedLrs, old: bytes, old_type: str, new: bytes, new_type: str) -> None:
    house.lrs.states.put(ADMIN, HERE, old, old_type, BLIND)
    with pytest.raises(LrsError) as caught:
        house.lrs.states.post(ADMIN, HERE, new, new_type, BLIND)

    assert status(caught) == 400
    assert house.lrs.states.get(ADMIN, HERE).content == old


@pytest.mark.parametrize("body", [b"", b"{", b'{"a":1,"a":2}', b"\xff", b"[" * 9999])
def test_broken_json_is_refused(house: EmbeddedLrs, body: bytes) -> None:
    for write in (house.lrs.states.put, house.lrs.states.post):
        with pytest.raises(StatementError):
            write(ADMIN, HERE, body, JSON, BLIND)
    with pytest.raises(StatementError):
        house.lrs.states.post(ADMIN, HERE, b"[]", JSON, BLIND)


def test_etags_keep_concurrent_writers_apart(house: EmbeddedLrs) -> None:
    states = house.lrs.states
    states.put(ADMIN, HERE, b"1", "text/plain", Precondition(if_none_match="*"))
    etag = f'"{states.get(ADMIN, HERE).etag}"'
    for failing in (
        Precondition(if_none_match="*"),
        Precondition(if_none_match=f'"x", {etag}'),
        Precondition(if_match='"x"'),
    ):
        for write in (
            lambda unless: states.put(ADMIN, HERE, b"2", "text/plain", unless),
            lambda unless: states.delete(ADMIN, HERE, unless),
        ):
            with pytest.raises(LrsError) as caught:
                write(failing)
            assert status(caught) == 412
    states.put(ADMIN, HERE, b"2", "text/plain", Precondition(if_match=f'"x", {etag}'))

    assert states.get(ADMIN, HERE).content == b"2"


def test_if_match_needs_a_document(house: EmbeddedLrs) -> None:
    with pytest.raises(LrsError) as caught:
        house.lrs.states.put(ADMIN, HERE, b"1", "text/plain", Precondition(if_match="*"))

    assert status(caught) == 412


def test_a_blind_overwrite_is_refused_only_when_strict(house: EmbeddedLrs) -> None:
    house.lrs.states.put(ADMIN, HERE, b"1", "text/plain", Precondition(strict=True))
    house.lrs.states.put(ADMIN, HERE, b"2", "text/plain", BLIND)
    with pytest.raises(LrsError) as caught:
        house.lrs.states.put(ADMIN, HERE, b"3", "text/plain", Precondition(strict=True))

    assert status(caught) == 409


def test_ids_are_listed_since_a_moment(house: EmbeddedLrs) -> None:
    states = house.lrs.states
    states.put(ADMIN, HERE, b"1", "text/plain", BLIND)
    house.clock.advance(minutes=1)
    states.put(ADMIN, StateAddress(MODULE, make_agent(), None, "lain"), b"1", "text/plain", BLIND)
    everywhere = StateAddress(MODULE, make_agent())

    assert [one for one, _ in states.list(ADMIN, everywhere)] == ["jampel", "lain"]
    assert [one for one, _ in states.list(ADMIN, everywhere, "2026-03-02T01:00:00Z")] == ["lain"]
    assert [one for one, _ in states.list(ADMIN, StateAddress(MODULE, make_agent(), REGISTRATION))] == ["jampel"]
    with pytest.raises(StatementError):
        states.list(ADMIN, everywhere, "kemarin")


def test_delete_without_state_id_deletes_all_of_the_registration(house: EmbeddedLrs) -> None:
    states = house.lrs.states
    other = StateAddress(MODULE, make_agent(), None, "lain")
    states.put(ADMIN, HERE, b"1", "text/plain", BLIND)
    states.put(ADMIN, other, b"1", "text/plain", BLIND)
    states.delete(ADMIN, StateAddress(MODULE, make_agent(), REGISTRATION), BLIND)

    assert [one for one, _ in states.list(ADMIN, StateAddress(MODULE, make_agent()))] == ["lain"]
    states.delete(ADMIN, other, BLIND)
    assert states.list(ADMIN, StateAddress(MODULE, make_agent())) == []


def test_institutions_have_their_own_documents(house: EmbeddedLrs) -> None:
    other = make_principal("00000000000000000000000000000002")
    house.lrs.states.put(ADMIN, HERE, b"1", "text/plain", BLIND)

    assert house.lrs.states.list(other, HERE) == []
    house.lrs.states.delete(other, StateAddress(MODULE, make_agent()), BLIND)
    assert house.lrs.states.get(ADMIN, HERE)


@pytest.mark.parametrize(
    "address",
    [
        StateAddress("x", make_agent(), None, "a"),
        StateAddress(MODULE, {}, None, "a"),
        StateAddress(MODULE, make_agent("198501012099031001"), None, "a"),
        StateAddress(MODULE, make_agent(), "x", "a"),
    ],
)
def test_a_malformed_address_is_refused(house: EmbeddedLrs, address: StateAddress) -> None:
    with pytest.raises(StatementError):
        house.lrs.states.get(ADMIN, address)


@pytest.mark.parametrize("scope", ["statements/write", "statements/read"])
def test_scopes_for_statements_are_none_for_state(house: EmbeddedLrs, scope: str) -> None:
    with pytest.raises(LrsError) as caught:
        house.lrs.states.list(make_principal(scopes=frozenset({scope})), HERE)

    assert status(caught) == 403


class TestLaunch:
    @pytest.fixture
    def launch(self, house: EmbeddedLrs) -> Principal:
        expires = house.clock() + timedelta(hours=1)
        grant = LaunchGrant(make_agent(name="Siti"), MODULE, REGISTRATION.upper(), expires, {})
        return make_principal(scopes=frozenset({"statements/write"}), source="launch", grant=grant)

    def test_a_launch_has_its_own_state(self, house: EmbeddedLrs, launch: Principal) -> None:
        house.lrs.states.put(launch, HERE, b"1", "text/plain", BLIND)

        assert house.lrs.states.get(launch, HERE).content == b"1"
        assert house.lrs.states.list(launch, HERE)
        house.lrs.states.delete(launch, HERE, BLIND)

    @pytest.mark.parametrize(
        "address",
        [
            StateAddress(MODULE + "2", make_agent(), REGISTRATION, "jampel"),
            StateAddress(MODULE + "/x", make_agent(), REGISTRATION, "jampel"),
            StateAddress(MODULE, make_agent("lain"), REGISTRATION, "jampel"),
            StateAddress(MODULE, make_agent(), "aa97b177-9383-4934-8543-0f91a7a02837", "jampel"),
            StateAddress(MODULE, make_agent(), None, "jampel"),
            StateAddress(MODULE, make_agent()),
        ],
    )
    def test_a_launch_has_no_other_state(self, house: EmbeddedLrs, launch: Principal, address: StateAddress) -> None:
        for use in (
            lambda: house.lrs.states.get(launch, address),
            lambda: house.lrs.states.list(launch, address),
            lambda: house.lrs.states.put(launch, address, b"1", "text/plain", BLIND),
            lambda: house.lrs.states.delete(launch, address, BLIND),
        ):
            with pytest.raises(LrsError) as caught:
                use()
            assert status(caught) == 403

    @pytest.mark.parametrize("write", ["put", "post"])
    def test_a_launch_cannot_fill_the_disk(self, house: EmbeddedLrs, launch: Principal, write: str) -> None:
        states = house.lrs.states
        with pytest.raises(LrsError) as large:
            getattr(states, write)(launch, HERE, b"x" * (LAUNCH_BYTES + 1), "text/plain", BLIND)
        assert status(large) == 413
        for number in range(LAUNCH_DOCUMENTS):
            states.put(launch, msgspec.structs.replace(HERE, state_id=str(number)), b"1", "text/plain", BLIND)
        with pytest.raises(LrsError) as many:
            getattr(states, write)(launch, HERE, b"1", "text/plain", BLIND)
        assert status(many) == 413
        states.put(launch, msgspec.structs.replace(HERE, state_id="0"), b"2", "text/plain", BLIND)

    def test_a_launch_that_is_over_has_none(self, house: EmbeddedLrs, launch: Principal) -> None:
        house.clock.advance(hours=1)
        with pytest.raises(LrsError) as caught:
            house.lrs.states.get(launch, HERE)

        assert status(caught) == 403
