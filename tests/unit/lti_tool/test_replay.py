"""Capture files: judged again with the same verdict, and refused when anything about them is not right."""

import json
import re
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.registry import load_adapters
from lti_tool.claims import (
    AGS,
    CONTEXT,
    CUSTOM,
    DEPLOYMENT,
    LIS,
    MESSAGE_TYPE,
    NRPS,
    PRESENTATION,
    RESOURCE_LINK,
    ROLES,
    TARGET,
    VERSION,
)
from lti_tool.debugger.capture import read_capture, thumbprint, write_capture
from lti_tool.debugger.facts import Facts
from lti_tool.debugger.replay import replay
from lti_tool.debugger.save import save_capture, signers
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.keys import SigningKey
from lti_tool.testing import LtiHarness, public_jwk
from lti_tool.wiring import profiles_of
from xapi.testing import FixedClock

PROFILES = profiles_of(load_adapters())
SUITE = sorted((Path(__file__).parents[2] / "data" / "lti" / "captures").glob("*.json"))
#: The key that signed the captures of the suite; it was thrown away.
SUITE_SIGNER = "g72bdaOXMxwWbBGB2SOHB1wlR6QKKWj4SGPZRT97rJM"


@pytest.fixture
def place(tmp_path):
    """SQLite alone: what is said here does not depend on the database, whose stores have tests of their own."""
    return tmp_path / "uji.db"


@pytest.fixture
def watched(bench):
    bench.lti.debugger.switch_on(bench.platform.id, 30)
    return bench


def last_entry(bench) -> str:
    return bench.lti.debugger.entries(bench.platform.id)[0][0].id


def saved(bench, *, masked: bool = False) -> bytes:
    return save_capture(bench.lti, last_entry(bench), masked=masked)[0]


def opened(bench, raw: bytes) -> Facts:
    return read_capture(raw, trusted=signers(bench.lti.keys))


def launched(bench, **changes) -> str:
    """The verdict on a launch with claims changed."""
    try:
        bench.launch(**changes)
    except LaunchRefused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"aud": "lain"}, "launch.audience"),
        ({"iss": "https://lain.example.go.id"}, "launch.issuer"),
        ({"nonce": "lain"}, "launch.nonce"),
        ({"exp": 1}, "launch.expired"),
        ({"iat": ...}, "launch.time_missing"),
        ({DEPLOYMENT: "99"}, "launch.deployment_other"),
        ({TARGET: "https://lain.example.go.id/"}, "launch.target_foreign"),
        ({CONTEXT: {}}, "launch.context_id"),
        ({"sub": ...}, "launch.subject_missing"),
    ],
)
def test_a_capture_is_judged_as_the_launch_was(watched, changes, code: str) -> None:
    assert launched(watched, **changes) == code
    facts = opened(watched, saved(watched))
    assert facts.code == code
    assert replay(facts, PROFILES) == code


def test_a_capture_is_judged_by_the_clock_of_its_time(watched, clock) -> None:
    watched.launch()
    raw = saved(watched)
    clock.advance(days=400)
    assert replay(opened(watched, raw), PROFILES) == ""


@pytest.mark.parametrize(
    ("decide", "code"),
    [("approve", ""), ("refuse", "launch.deployment_refused"), ("wait", "launch.deployment_pending")],
)
def test_a_capture_remembers_what_was_decided_of_its_deployment(watched, clock, decide: str, code: str) -> None:
    state, nonce, cookies = watched.login(lti_deployment_id="")
    getattr(watched.store.deployments, decide)(watched.platform.id, "8", clock())
    form = {"state": state, "id_token": watched.fake.token(watched.fake.claims(nonce, **{DEPLOYMENT: "8"}))}
    with suppress(LaunchRefused):
        watched.lti.receiver.receive(form, cookies)
    facts = opened(watched, saved(watched))
    assert (facts.code, replay(facts, PROFILES)) == (code, code)


@pytest.mark.parametrize(
    ("form", "cookie", "code"),
    [
        ({}, False, "launch.cookie_missing"),
        ({"state": ""}, True, "launch.state_missing"),
        ({"state": "x" * 600}, True, "launch.state_missing"),
        ({"state": "lain"}, True, "launch.cookie_missing"),
        ({"error": "access_denied"}, True, "launch.platform_error"),
        ({"id_token": "a.b"}, True, "launch.token_malformed"),
    ],
)
def test_a_launch_that_met_no_login_is_judged_again_too(watched, form, cookie: bool, code: str) -> None:
    state, nonce, cookies = watched.login()
    whole = {"state": state, "id_token": watched.fake.token(watched.fake.claims(nonce))} | form
    with pytest.raises(LaunchRefused, match=code.replace(".", r"\.")):
        watched.lti.receiver.receive(whole, cookies if cookie else {})
    facts = opened(watched, saved(watched))
    assert (facts.code, replay(facts, PROFILES)) == (code, code)


def test_a_used_state_is_judged_again_as_used(watched) -> None:
    state, nonce, cookies = watched.login()
    form = {"state": state, "id_token": watched.fake.token(watched.fake.claims(nonce))}
    watched.lti.receiver.receive(form, cookies)
    with pytest.raises(LaunchRefused):
        watched.lti.receiver.receive(form, cookies)
    assert replay(opened(watched, saved(watched)), PROFILES) == "launch.state_unknown"


def test_a_forged_signature_is_judged_again_as_forged(watched, other_key) -> None:
    watched.fake.key = other_key
    assert launched(watched) == "launch.signature"
    assert replay(opened(watched, saved(watched)), PROFILES) == "launch.signature"


def test_a_platform_whose_keys_were_never_read_is_judged_again_so(watched) -> None:
    watched.http.answers.clear()
    assert launched(watched) == "launch.keys_unreachable"
    assert replay(opened(watched, saved(watched)), PROFILES) == "launch.keys_unreachable"


def test_a_platform_that_was_switched_off_is_judged_again_so(watched) -> None:
    state, nonce, cookies = watched.login()
    watched.store.platforms.set_active(watched.platform.id, False)
    form = {"state": state, "id_token": watched.fake.token(watched.fake.claims(nonce))}
    with pytest.raises(LaunchRefused):
        watched.lti.receiver.receive(form, cookies)
    assert replay(opened(watched, saved(watched)), PROFILES) == "launch.platform_unknown"


def test_a_masked_capture_tells_nothing_of_a_person_and_is_not_judged_again(watched) -> None:
    nip = "209901012099011001"
    lis = "https://purl.imsglobal.org/spec/lti/claim/lis"
    watched.launch(name="Siti Rahmawati", **{lis: {"person_sourcedid": nip}})
    raw = saved(watched, masked=True)
    assert b"Siti" not in raw
    assert nip.encode() not in raw
    assert not re.search(rb"eyJ[\w-]+\.eyJ", raw)  # three such signs alone may stand in any signature
    with pytest.raises(ToolError, match=r"debug\.capture_masked"):
        replay(opened(watched, raw), PROFILES)


def test_a_broken_token_can_be_saved_masked(watched) -> None:
    state, _nonce, cookies = watched.login()
    with pytest.raises(LaunchRefused):
        watched.lti.receiver.receive({"state": state, "id_token": "a.b"}, cookies)
    assert opened(watched, saved(watched, masked=True)).claims == {}


def test_a_capture_of_an_unknown_key_is_refused_by_its_name(watched) -> None:
    watched.launch()
    with pytest.raises(ToolError, match=r"debug\.capture_signer") as caught:
        read_capture(saved(watched), trusted=set())
    assert caught.value.params["signer"] in signers(watched.lti.keys)


def test_a_changed_capture_is_refused(watched) -> None:
    assert launched(watched, aud="lain") == "launch.audience"
    file = json.loads(saved(watched))
    file["capture"] = file["capture"].replace("launch.audience", "")
    with pytest.raises(ToolError, match=r"debug\.capture_forged"):
        opened(watched, json.dumps(file).encode())


def test_a_capture_signed_again_with_the_key_of_another_is_refused(watched, other_key) -> None:
    watched.launch()
    facts = opened(watched, saved(watched))
    forged = write_capture(facts, SigningKey("x", other_key), public_jwk(other_key, "x"))
    with pytest.raises(ToolError, match=r"debug\.capture_signer"):
        opened(watched, forged)
    ours = next(iter(watched.lti.keys.jwks()["keys"]))
    claimed = json.loads(forged) | {"key": {name: ours[name] for name in ("kty", "n", "e", "kid")}}
    with pytest.raises(ToolError, match=r"debug\.capture_forged"):
        opened(watched, json.dumps(claimed).encode())


@pytest.mark.parametrize("part", [0, 1, 10, 100, -2, -10])
def test_a_cut_capture_is_refused(watched, part: int) -> None:
    watched.launch()
    with pytest.raises(ToolError, match=r"debug\.capture"):
        opened(watched, saved(watched)[:part])


def test_a_file_over_the_limit_is_not_read(watched) -> None:
    with pytest.raises(ToolError, match=r"debug\.capture_broken"):
        opened(watched, b" " * (1024 * 1024 + 1))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_file_is_a_capture_or_refused(raw: bytes) -> None:
    with suppress(ToolError):
        read_capture(raw, trusted={"x"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries(
        {}, optional={"capture": JSON | st.text(), "signature": JSON | st.text(), "key": JSON | st.dictionaries(
            st.sampled_from(["kty", "n", "e", "kid"]), JSON)}
    )
)  # fmt: skip
def test_any_members_of_a_file_are_a_capture_or_refused(file) -> None:
    key = file.get("key")
    trusted = {thumbprint(key)} if isinstance(key, dict) else {"x"}
    with suppress(ToolError):
        read_capture(json.dumps(file, allow_nan=True).encode(), trusted=trusted)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_facts_that_someone_trusted_signed_are_judged_or_refused(data) -> None:
    """The signer may be one whose program is broken: nothing in the file may end in anything but a verdict."""
    good = json.loads(SUITE[0].read_text(encoding="utf-8"))["capture"]
    facts = json.loads(good)
    where = data.draw(st.sampled_from([*facts, *(f"platform.{name}" for name in facts["platform"])]))
    outer, _, inner = where.partition(".")
    value = data.draw(JSON | st.sampled_from(["", "http://[", "https://x/y", "a.b.c", 0, -1, 10**30]))
    (facts[outer] if inner else facts)[inner or outer] = value
    text = json.dumps(facts).encode("utf-8", "replace")
    with suppress(ToolError, msgspec.MsgspecError):
        replay(msgspec.json.decode(text, type=Facts), PROFILES)


@pytest.fixture(scope="module")
def harness(tmp_path_factory, rsa_key):
    found = LtiHarness(tmp_path_factory.mktemp("lti"), rsa_key, FixedClock())
    found.lti.debugger.switch_on(found.platform.id, 30)
    yield found
    found.close()


#: What a platform can sign: JSON has no infinity.
SIGNED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CLAIMS = ["iss", "aud", "azp", "sub", "exp", "iat", "nbf", "name", DEPLOYMENT, TARGET, CONTEXT, VERSION, MESSAGE_TYPE,
          ROLES, RESOURCE_LINK, CUSTOM, AGS, NRPS, LIS, PRESENTATION, "apa saja"]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(CLAIMS), st.just(...) | SIGNED, max_size=3))
def test_whatever_a_launch_claims_it_is_shown_and_judged_again_alike(harness, changes) -> None:
    code = launched(harness, **changes)
    rows = harness.lti.debugger.entries(harness.platform.id)
    assert rows[0][0].code == code
    assert replay(opened(harness, saved(harness)), PROFILES) == code


@pytest.mark.parametrize("path", SUITE, ids=lambda path: path.stem)
def test_a_capture_of_the_suite_gets_the_verdict_of_its_name(path: Path) -> None:
    facts = read_capture(path.read_bytes(), trusted={SUITE_SIGNER})
    assert facts.code.removeprefix("launch.") == path.stem.removeprefix("diterima")
    assert replay(facts, PROFILES) == facts.code


def test_the_suite_is_there() -> None:
    assert len(SUITE) >= 10
