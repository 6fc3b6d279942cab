"""The launch debugger: what it keeps while it is on, what it shows, and that it costs and keeps nothing while off."""

import json
import re
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

import lti_tool
from lti_tool.claims import CUSTOM
from lti_tool.debugger.checks import LAUNCH, LOGIN, judged, title
from lti_tool.debugger.masking import PLATFORM, mask_claims
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.store.debugging import MOST_ENTRIES
from lti_tool.testing import TOOL
from xapi.errors import DatabaseError

NIP = "209901012099011001"
PERSONAL = {
    "name": "Siti Rahmawati",
    "given_name": "Siti",
    "email": "siti@contoh.go.id",
    "https://purl.imsglobal.org/spec/lti/claim/lis": {"person_sourcedid": NIP, "course_section_sourcedid": "LATSAR"},
    "https://purl.imsglobal.org/spec/lti/claim/ext": {"user_username": "siti.rahmawati", "lms": "moodle-2"},
    CUSTOM: {"jampel_module": "pelayanan", "nama": "Siti Rahmawati", "nomor": NIP, "batas": "$ResourceLink.x"},
    "catatan": f"NIP saya {NIP[:8]} {NIP[8:14]} {NIP[14:15]} {NIP[15:]}, surel siti@contoh.go.id",
    "angka": int(NIP),
    PLATFORM: {"name": "LMS Provinsi", "guid": "lms.example.go.id"},
}


@pytest.fixture
def desk(bench):
    return bench.lti.debugger


@pytest.fixture
def watched(bench, desk):
    desk.switch_on(bench.platform.id, 30)
    return desk


def codes(bench) -> list[tuple[str, str]]:
    return [(row.kind, row.code) for row, _seen in bench.lti.debugger.entries(bench.platform.id)]


def refused(bench, **changes) -> LaunchRefused:
    with pytest.raises(LaunchRefused) as caught:
        bench.launch(**changes)
    return caught.value


def test_nothing_is_kept_while_it_is_off(bench) -> None:
    bench.launch()
    refused(bench, aud="lain")
    assert codes(bench) == []


def test_logins_and_launches_are_kept_newest_first_while_it_is_on(bench, watched) -> None:
    bench.launch()
    refused(bench, aud="lain")
    assert codes(bench) == [("launch", "launch.audience"), ("login", ""), ("launch", ""), ("login", "")]


def test_it_ends_by_itself(bench, clock, watched) -> None:
    clock.advance(minutes=31)
    bench.launch()
    assert codes(bench) == []
    assert watched.until(bench.platform.id) is None


def test_it_ends_when_it_is_switched_off(bench, watched) -> None:
    watched.switch_off(bench.platform.id)
    bench.launch()
    assert codes(bench) == []


@pytest.mark.parametrize("minutes", [0, -1, 241])
def test_it_is_never_on_for_long(bench, desk, minutes: int) -> None:
    with pytest.raises(ToolError, match=r"debug\.minutes"):
        desk.switch_on(bench.platform.id, minutes)


def test_another_process_hears_of_it_within_seconds(bench, clock, desk) -> None:
    assert not desk.awake(clock())
    bench.store.debug.watch(bench.platform.id, clock() + timedelta(minutes=5))
    assert not desk.awake(clock())
    clock.advance(seconds=5)
    assert desk.awake(clock())


def test_old_entries_go_by_themselves(bench, clock, watched) -> None:
    bench.launch()
    clock.advance(hours=24, seconds=1)
    assert codes(bench) == []
    assert bench.store.debug.forget(clock()) == 0


def test_only_the_last_entries_of_a_platform_are_kept(bench, watched) -> None:
    for _ in range(MOST_ENTRIES // 2 + 2):
        bench.launch()
    assert len(codes(bench)) == MOST_ENTRIES


def test_the_reference_that_the_page_shows_finds_the_entry(bench, watched) -> None:
    error = refused(bench, aud="lain")
    assert error.reference == watched.entries(bench.platform.id)[0][0].reference != ""


def test_no_personal_data_are_readable_in_what_is_kept(bench, watched) -> None:
    bench.launch(**PERSONAL)
    row, _seen = watched.entries(bench.platform.id)[0]
    kept = row.seen + row.sealed.decode("latin-1") + repr(row)
    for secret in ("Siti", "rahmawati", "siti@", NIP, NIP[:8]):
        assert secret not in kept


def test_a_shown_claim_tells_what_is_not_personal() -> None:
    shown = mask_claims({"sub": "pengguna-17", "iss": "https://lms.example.go.id", **PERSONAL})
    assert shown["iss"] == "https://lms.example.go.id"
    assert shown["sub"] == "pe…(11)"
    assert shown[PLATFORM] == {"name": "LMS Provinsi", "guid": "lms.example.go.id"}
    assert shown[CUSTOM] == {"jampel_module": "pelayanan", "nama": "***", "nomor": "***", "batas": "$ResourceLink.x"}
    assert shown["https://purl.imsglobal.org/spec/lti/claim/lis"]["course_section_sourcedid"] == "LATSAR"
    assert shown["https://purl.imsglobal.org/spec/lti/claim/lis"]["person_sourcedid"].endswith("001")
    assert shown["angka"] == "***"
    assert not re.search(r"\d{4}", str(shown["catatan"]))


def test_queries_of_addresses_are_not_shown() -> None:
    shown = mask_claims({"target": "https://lms.example.go.id/x?sesskey=rahasia"})
    assert shown == {"target": "https://lms.example.go.id/x?…"}


@pytest.mark.parametrize("value", [None, True, 1.5, [], {}, [[[["a"]]]], {"a": {"b": [1]}}])
def test_any_claim_can_be_shown(value) -> None:
    json.dumps(mask_claims({"klaim": value}))


def test_a_launch_without_its_cookie_is_filed_under_whom_it_names(bench, watched) -> None:
    state, nonce, _cookies = bench.login()
    form = {"state": state, "id_token": bench.fake.token(bench.fake.claims(nonce))}
    with pytest.raises(LaunchRefused, match=r"launch\.cookie_missing"):
        bench.lti.receiver.receive(form, {})
    row, seen = watched.entries(bench.platform.id)[0]
    assert (row.code, seen.proven, seen.reached) == ("launch.cookie_missing", False, "")


@pytest.mark.parametrize(
    "form", [{}, {"state": "x"}, {"state": "x", "id_token": "a.b.c"}, {"state": "x", "id_token": "\ud800"}]
)
def test_a_launch_of_nobody_known_is_kept_nowhere(bench, watched, form) -> None:
    with pytest.raises(LaunchRefused):
        bench.lti.receiver.receive(form, {})
    assert codes(bench) == []


def test_a_login_that_is_refused_is_kept_with_its_hint_shortened(bench, watched) -> None:
    with pytest.raises(LaunchRefused):
        bench.lti.login.start(bench.fake.login_form(lti_deployment_id="99", login_hint="siti.rahmawati"))
    row, seen = watched.entries(bench.platform.id)[0]
    assert (row.kind, row.code) == ("login", "login.deployment_unknown")
    assert seen.claims["login_hint"] == "si…(14)"


def test_a_debugger_that_cannot_write_refuses_no_launch(bench, watched, monkeypatch) -> None:
    def broken(*_anything: object) -> None:
        raise DatabaseError("database.unreachable", "away")

    monkeypatch.setattr(bench.store.debug, "add", broken)
    assert bench.launch().message_type == "LtiResourceLinkRequest"
    assert refused(bench, aud="lain").reference == ""


def test_a_text_that_cannot_be_written_refuses_no_more_than_the_launch(bench, watched) -> None:
    state, _nonce, cookies = bench.login()
    with pytest.raises(LaunchRefused, match=r"launch\.token_malformed"):
        bench.lti.receiver.receive({"state": state, "id_token": "\ud800"}, cookies)


def test_a_login_has_nothing_to_save(bench, watched) -> None:
    bench.login()
    with pytest.raises(ToolError, match=r"debug\.entry_unknown"):
        watched.facts(watched.entries(bench.platform.id)[0][0].id)


def test_an_entry_sealed_elsewhere_says_so(bench, watched) -> None:
    bench.launch()
    row = watched.entries(bench.platform.id)[0][0]
    bench.store.debug.add(msgspec.structs.replace(row, id="f" * 32))
    with pytest.raises(ToolError, match=r"debug\.sealed"):
        watched.facts("f" * 32)


def test_checks_before_the_refusal_are_good_and_those_after_are_not_tried() -> None:
    states = {one.name: one.state for one in judged("launch", "launch.signature", "platform")}
    assert states["key"] == "good"
    assert states["signature"] == "bad"
    assert states["times"] == states["saved"] == "untried"


@pytest.mark.parametrize(
    ("reached", "name"),
    [("", "answer"), ("flow", "token"), ("token", "nonce"), ("platform", "kid"), ("message", "saved")],
)
def test_a_code_that_nobody_listed_fails_where_the_launch_stopped(reached: str, name: str) -> None:
    assert [one.name for one in judged("launch", "launch.new_one", reached) if one.state == "bad"] == [name]


@pytest.mark.parametrize("kind", ["login", "launch"])
def test_what_was_let_in_is_good_throughout(kind: str) -> None:
    assert {one.state for one in judged(kind, "", "")} == {"good"}


def test_every_code_of_the_launch_belongs_to_a_check() -> None:
    root = Path(lti_tool.__file__).parent
    sources = [root / name for name in ("launch.py", "claims.py", "jose.py", "platform_keys.py", "login.py")]
    found = {code for path in sources for code in re.findall(r'LaunchRefused\(\s*"([a-z_.]+)"', path.read_text())}
    known = {code for checks in (LOGIN, LAUNCH) for codes_ in checks.values() for code in codes_}
    assert found - known == set(), "add it to lti_tool/debugger/checks.py"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_check_has_a_title(language: str) -> None:
    assert all(title(name, language) for name in (*LOGIN, *LAUNCH))


def test_a_kept_launch_remembers_our_own_address(bench, watched) -> None:
    bench.launch()
    entry = watched.entries(bench.platform.id)[0][0].id
    assert watched.facts(entry).tool == TOOL
