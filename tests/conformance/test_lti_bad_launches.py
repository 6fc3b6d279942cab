"""Known bad launches (1EdTech certification and beyond), N1 to N41: each refused cleanly, leaving nothing behind."""

import base64
import hashlib
import hmac
import json
from http.cookies import SimpleCookie

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA512
from flask import Flask
from flask_babel import Babel
from jinja2 import DictLoader

from lti_tool.claims import CONTEXT, CUSTOM, DEPLOYMENT, LIS, MESSAGE_TYPE, RESOURCE_LINK, ROLES, TARGET, VERSION
from lti_tool.errors import LaunchRefused
from lti_tool.http import Reply
from lti_tool.jose import base64url, sign
from lti_tool.testing import TOOL, FakePlatform, LtiHarness, public_jwk, state_and_nonce
from lti_tool.web.lti import blueprint
from xapi.testing import FixedClock

pytestmark = pytest.mark.conformance


@pytest.fixture
def tool(tmp_path, key):
    harness = LtiHarness(tmp_path, key, FixedClock())
    yield harness
    harness.close()


class Services:
    """The services that the blueprint needs, around a harness."""

    def __init__(self, harness: LtiHarness) -> None:
        self.lti_parts = harness.lti
        self.library = None


@pytest.fixture
def browser(tool):
    """A browser at the tool's own addresses; the error page stands in for the real one and escapes like it."""
    app = Flask(__name__)
    words = "{{ error.code }}|{{ error.sentence }}|{{ error.reference }}"
    app.jinja_loader = DictLoader({"error.html": words, "launch_tab.html": words})
    Babel(app)
    app.config["MAX_CONTENT_LENGTH"] = 8 * 1024 * 1024
    opened = lambda _services, launch: f"opened {launch.message_type}"  # noqa: E731
    app.register_blueprint(blueprint(Services(tool), opened, opened))
    return app.test_client()


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64url(raw)


def token_of(tool: LtiHarness, header: object, payload: object) -> str:
    """A token with any header and payload, signed with the platform's key as RS256."""
    whole = sign({}, tool.fake.key, "x").split(".")
    assert len(whole) == 3
    signed = f"{encoded(header)}.{encoded(payload)}"
    from lti_tool.jose import _PKCS1, _SHA256

    return f"{signed}.{base64url(tool.fake.key.sign(signed.encode(), _PKCS1, _SHA256))}"


def refused(tool: LtiHarness, make_token, **form: str) -> LaunchRefused:
    """The refusal of a launch whose token is `make_token(nonce)`; nothing of the launch may be stored."""
    state, nonce, cookies = tool.login()
    with pytest.raises(LaunchRefused) as caught:
        tool.lti.receiver.receive({"state": state, "id_token": make_token(nonce), **form}, cookies)
    assert 400 <= caught.value.status < 500
    nothing_stored(tool)
    return caught.value


def refused_claims(tool: LtiHarness, **changes) -> str:
    """The code with which a launch with changed claims is refused; a claim changed to `...` is left out."""
    with pytest.raises(LaunchRefused) as caught:
        tool.launch(**changes)
    assert 400 <= caught.value.status < 500
    nothing_stored(tool)
    return caught.value.code


def nothing_stored(tool: LtiHarness) -> None:
    assert tool.store.launches.last() == []
    with tool.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lti_link").scalar() == 0


def header(**changes) -> dict[str, object]:
    return {name: value for name, value in ({"alg": "RS256", "typ": "JWT", "kid": "kunci-1"} | changes).items()
            if value is not ...}  # fmt: skip


# --- signature and form -------------------------------------------------------------------------------------------


def test_n1_a_token_without_kid_is_refused(tool) -> None:
    assert refused(tool, lambda n: token_of(tool, header(kid=...), tool.fake.claims(n))).code == "launch.kid_missing"


def test_n2_an_unknown_kid_causes_one_refetch_a_minute_and_is_refused(tool) -> None:
    for _ in range(3):
        bad = refused(tool, lambda n: token_of(tool, header(kid="other"), tool.fake.claims(n)))
        assert bad.code == "launch.kid_unknown"
    assert tool.http.called("GET") == 1
    tool.clock.advance(seconds=60)
    refused(tool, lambda n: token_of(tool, header(kid="other"), tool.fake.claims(n)))
    assert tool.http.called("GET") == 2


def test_n2_a_key_that_the_platform_rotated_to_is_found(tool, other_key) -> None:
    tool.launch()
    tool.clock.advance(seconds=61)
    tool.fake.key, tool.fake.kid = other_key, "kunci-2"
    tool.http.answers[f"GET {tool.fake.issuer}/certs"] = Reply(200, tool.fake.jwks(), {})
    assert tool.launch().subject == "2"


def test_n3_the_right_kid_with_another_key_is_refused(tool, other_key) -> None:
    bad = refused(tool, lambda n: sign(tool.fake.claims(n), other_key, "kunci-1"))
    assert bad.code == "launch.signature"


def test_n3_a_tampered_payload_is_refused(tool) -> None:
    def tampered(nonce: str) -> str:
        first, _second, third = tool.fake.token(tool.fake.claims(nonce)).split(".")
        return f"{first}.{encoded(tool.fake.claims(nonce, sub='1'))}.{third}"

    assert refused(tool, tampered).code == "launch.signature"


@pytest.mark.parametrize("name", ["none", "None", "NONE", "HS256", "RS512", "PS256", "", None, ["RS256"]])
def test_n4_only_the_algorithm_of_the_key_counts(tool, name) -> None:
    assert refused(tool, lambda n: token_of(tool, header(alg=name), tool.fake.claims(n))).code == "launch.algorithm"


def test_n4_a_token_without_signature_is_refused_for_its_algorithm(tool) -> None:
    def unsecured(nonce: str) -> str:
        return f"{encoded(header(alg='none'))}.{encoded(tool.fake.claims(nonce))}."

    assert refused(tool, unsecured).code == "launch.algorithm"


def test_n4_hs256_keyed_with_the_public_key_is_refused(tool) -> None:
    def confused(nonce: str) -> str:
        pem = tool.fake.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        signed = f"{encoded(header(alg='HS256'))}.{encoded(tool.fake.claims(nonce))}"
        return f"{signed}.{base64url(hmac.new(pem, signed.encode(), hashlib.sha256).digest())}"

    assert refused(tool, confused).code == "launch.algorithm"


def test_n4_a_token_really_signed_rs512_is_refused(tool) -> None:
    def longer(nonce: str) -> str:
        signed = f"{encoded(header(alg='RS512'))}.{encoded(tool.fake.claims(nonce))}"
        return f"{signed}.{base64url(tool.fake.key.sign(signed.encode(), padding.PKCS1v15(), SHA512()))}"

    assert refused(tool, longer).code == "launch.algorithm"


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c"])
def test_n5_a_key_that_comes_with_the_token_is_ignored(tool, other_key, member: str) -> None:
    value = public_jwk(other_key, "kunci-1") if member == "jwk" else "https://evil.example/keys"

    def carrying(nonce: str) -> str:
        signed = f"{encoded(header(**{member: value}))}.{encoded(tool.fake.claims(nonce))}"
        from lti_tool.jose import _PKCS1, _SHA256

        return f"{signed}.{base64url(other_key.sign(signed.encode(), _PKCS1, _SHA256))}"

    assert refused(tool, carrying).code == "launch.signature"
    assert {call[1] for call in tool.http.calls} == {f"{tool.fake.issuer}/certs"}


def test_n5_an_unknown_critical_extension_is_refused(tool) -> None:
    bad = refused(tool, lambda n: token_of(tool, header(crit=["b64"], b64=False), tool.fake.claims(n)))
    assert bad.code == "launch.token_malformed"


def publish(tool: LtiHarness, jwk: dict) -> None:
    tool.http.answers[f"GET {tool.fake.issuer}/certs"] = Reply(200, json.dumps({"keys": [jwk]}).encode(), {})


def test_n6_a_short_rsa_key_is_refused(tool) -> None:
    tool.fake.key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    publish(tool, public_jwk(tool.fake.key, "kunci-1"))
    assert refused_claims(tool) == "launch.key_unfit"


@pytest.mark.parametrize("change", [{"use": "enc"}, {"key_ops": ["encrypt"]}, {"alg": "RS512"}, {"n": "!"}])
def test_n6_a_key_that_is_not_for_these_signatures_is_refused(tool, change: dict) -> None:
    publish(tool, public_jwk(tool.fake.key, "kunci-1", **change))
    assert refused_claims(tool) == "launch.key_unfit"


def test_n6_a_symmetric_key_in_the_key_set_is_refused(tool) -> None:
    publish(tool, {"kty": "oct", "kid": "kunci-1", "k": "c2VjcmV0", "alg": "HS256"})
    assert refused_claims(tool) == "launch.key_unfit"


def test_n6_an_elliptic_key_is_refused_unless_the_platform_declares_it(tool) -> None:
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    publish(tool, {"kty": "EC", "crv": "P-256", "kid": "kunci-1", "x": base64url(numbers.x.to_bytes(32, "big")),
                   "y": base64url(numbers.y.to_bytes(32, "big"))})  # fmt: skip
    assert refused_claims(tool) == "launch.key_unfit"


@pytest.mark.parametrize("text", ["", "x", "a.b", "a.b.c.d", "..", "not a jwt", "a.b.c=", "\ud800.b.c", "é.b.c"])
def test_n7_what_is_not_a_jwt_is_refused(tool, text: str) -> None:
    assert refused(tool, lambda _n: text).code in ("launch.token_malformed", "launch.json")


def test_n7_a_jwt_that_is_no_lti_message_is_refused(tool) -> None:
    def plain(nonce: str) -> str:
        claims = tool.fake.claims(nonce)
        return tool.fake.token({name: claims[name] for name in ("iss", "aud", "sub", "iat", "exp", "nonce")})

    assert refused(tool, plain).code == "launch.deployment_missing"


@pytest.mark.parametrize("payload", [[], ["iss"], "text", 1, None, True])
def test_n8_a_payload_that_is_no_object_is_refused(tool, payload: object) -> None:
    assert refused(tool, lambda _n: token_of(tool, header(), payload)).code == "launch.token_malformed"


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        (RESOURCE_LINK, "text"), (RESOURCE_LINK, None), (RESOURCE_LINK, {"id": 5}), (CONTEXT, []), (CONTEXT, None),
        (ROLES, "Learner"), (ROLES, [1]), (ROLES, None), (ROLES, {}), ("aud", []), ("aud", [1]), ("aud", {}),
        (CUSTOM, "x"), (LIS, 5), (LIS, {"person_sourcedid": 198501012099031001}), ("name", {"a": 1}),
        ("iss", ["https://lms.example.go.id"]), (DEPLOYMENT, 7), (VERSION, 1.3), (TARGET, [TOOL]), ("nonce", 1),
    ],
)  # fmt: skip
def test_n8_a_claim_of_the_wrong_type_is_refused(tool, claim: str, value: object) -> None:
    assert refused_claims(tool, **{claim: value}).startswith("launch.")


def test_n9_members_given_twice_are_refused(tool) -> None:
    def doubled(nonce: str) -> str:
        body = json.dumps(tool.fake.claims(nonce))[:-1] + ', "sub": "1"}'
        return token_of(tool, header(), body.encode())

    assert refused(tool, doubled).code == "launch.json"


def test_n10_a_token_over_64_kb_is_refused(tool) -> None:
    bad = refused(tool, lambda n: tool.fake.token(tool.fake.claims(n, name="x" * 65_536)))
    assert (bad.code, bad.status) == ("launch.token_too_large", 413)


def test_n10_a_form_over_256_kb_is_refused(tool, browser) -> None:
    assert browser.post("/lti/launch", data={"state": "s", "id_token": "x" * 300_000}).status_code == 413
    nothing_stored(tool)


@pytest.mark.parametrize("depth", [30, 10_000])
def test_n10_a_depth_bomb_is_refused(tool, depth: int) -> None:
    body = b'{"nonce":"x","a":' + b"[" * depth + b"]" * depth + b"}"
    assert refused(tool, lambda _n: token_of(tool, header(), body)).code == "launch.json"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_n11_numbers_that_are_none_are_refused(tool, number: str) -> None:
    body = f'{{"exp": {number}}}'.encode()
    assert refused(tool, lambda _n: token_of(tool, header(), body)).code == "launch.json"


@pytest.mark.parametrize("text", ['"\\ud800"', '"a\\u0000b"', '"\xff"'])
def test_n11_text_that_cannot_be_stored_is_refused(tool, text: str) -> None:
    body = b'{"name": ' + text.encode("latin-1") + b"}"
    assert refused(tool, lambda _n: token_of(tool, header(), body)).code == "launch.json"


# --- the message ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [..., "1.1.0", "1.3", "", "LTI-1p0"])
def test_n12_another_version_is_refused(tool, value: object) -> None:
    assert refused_claims(tool, **{VERSION: value}) == "launch.version"


@pytest.mark.parametrize("value", [..., "", "ltiresourcelinkrequest", "LtiStartProctoring", ["LtiResourceLinkRequest"]])
def test_n13_a_missing_or_unknown_message_type_is_refused(tool, value: object) -> None:
    assert refused_claims(tool, **{MESSAGE_TYPE: value}) == "launch.message_type"


@pytest.mark.parametrize("value", [..., "", "x" * 256])
def test_n14_a_missing_deployment_is_refused(tool, value: object) -> None:
    assert refused_claims(tool, **{DEPLOYMENT: value}) == "launch.deployment_missing"


def test_n15_an_unknown_deployment_waits_for_the_admin_and_gets_no_access(tool) -> None:
    def launch() -> LaunchRefused:
        state, nonce, cookies = tool.login(lti_deployment_id="")
        token = tool.fake.token(tool.fake.claims(nonce, **{DEPLOYMENT: "99"}))
        with pytest.raises(LaunchRefused) as caught:
            tool.lti.receiver.receive({"state": state, "id_token": token}, cookies)
        return caught.value

    assert [(launch().code, launch().status)] == [("launch.deployment_pending", 403)]
    assert [row.state for row in tool.store.deployments.list() if row.deployment == "99"] == ["pending"]
    nothing_stored(tool)
    tool.store.deployments.refuse(tool.platform.id, "99", tool.clock())
    with pytest.raises(LaunchRefused, match="deployment_refused"):
        tool.login(lti_deployment_id="99")


def test_n15_a_deployment_refused_after_login_gets_no_access(tool) -> None:
    tool.store.deployments.refuse(tool.platform.id, "7", tool.clock())
    state, nonce, cookies = tool.login(lti_deployment_id="")
    with pytest.raises(LaunchRefused, match=r"launch\.deployment_refused"):
        tool.lti.receiver.receive({"state": state, "id_token": tool.fake.token(tool.fake.claims(nonce))}, cookies)
    nothing_stored(tool)


def test_n15_a_platform_switched_off_between_login_and_launch_gets_no_access(tool) -> None:
    state, nonce, cookies = tool.login()
    tool.store.platforms.set_active(tool.platform.id, False)
    with pytest.raises(LaunchRefused, match=r"launch\.platform_unknown"):
        tool.lti.receiver.receive({"state": state, "id_token": tool.fake.token(tool.fake.claims(nonce))}, cookies)
    nothing_stored(tool)


def test_n15_a_forged_token_cannot_fill_the_list_of_waiting_deployments(tool, other_key) -> None:
    refused(tool, lambda n: sign(tool.fake.claims(n, **{DEPLOYMENT: "666"}), other_key, "kunci-1"))
    assert [row.deployment for row in tool.store.deployments.list()] == ["7"]


@pytest.mark.parametrize("value", [..., {}, {"id": ""}, {"title": "x"}, {"id": "x" * 256}])
def test_n16_a_missing_resource_link_is_refused(tool, value: object) -> None:
    assert refused_claims(tool, **{RESOURCE_LINK: value}) == "launch.resource_link"


def test_n17_missing_roles_are_refused_and_an_empty_list_is_legal(tool) -> None:
    assert refused_claims(tool, **{ROLES: ...}) == "launch.roles"
    assert tool.launch(**{ROLES: []}).roles == frozenset()


def test_n18_a_launch_without_sub_is_refused_unless_the_platform_allows_it(tool) -> None:
    assert refused_claims(tool, sub=...) == "launch.subject_missing"


def test_n18_an_anonymous_launch_is_never_linked_to_a_person(tool) -> None:
    with tool.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE lti_platform SET anonymous = 1")
    first, second = tool.launch(sub=...), tool.launch(sub=...)
    assert first.subject == ""
    assert first.registration != second.registration
    assert tool.store.launches.link(first.registration) is None


@pytest.mark.parametrize("value", [2, 2.0, None, "", "x" * 256, ["2"], True])
def test_n19_a_sub_that_is_no_short_text_is_refused(tool, value: object) -> None:
    assert refused_claims(tool, sub=value) == "launch.subject_broken"


@pytest.mark.parametrize(
    "value",
    [..., "", "https://evil.example/lti/launch", "javascript:alert(1)", "http://jampel.example.go.id/lti/launch",
     "https://jampel.example.go.id:444/", "https://jampel.example.go.id@evil.example/", "//jampel.example.go.id/",
     "https://jampel.example.go.id.evil.example/", "https://u@jampel.example.go.id/", "https://[bad/"],
)  # fmt: skip
def test_n20_a_target_that_is_not_ours_is_refused(tool, value: object) -> None:
    assert refused_claims(tool, **{TARGET: value}) == "launch.target_foreign"


@pytest.mark.parametrize("value", [{}, {"title": "x"}, {"id": ""}])
def test_n21_a_context_without_id_is_refused(tool, value: object) -> None:
    assert refused_claims(tool, **{CONTEXT: value}) == "launch.context_id"


@pytest.mark.parametrize("value", [..., "", "https://other.example", "https://lms.example.go.id/", None])
def test_n22_the_issuer_must_match_exactly(tool, value: object) -> None:
    assert refused_claims(tool, iss=value) == "launch.issuer"


@pytest.mark.parametrize("value", [..., "", "other", ["other"], None])
def test_n23_a_missing_or_foreign_audience_is_refused(tool, value: object) -> None:
    assert refused_claims(tool, aud=value) == "launch.audience"


def test_n24_several_audiences_need_our_azp(tool) -> None:
    assert refused_claims(tool, aud=["klien-1", "x"]) == "launch.audience"
    assert refused_claims(tool, aud=["klien-1", "x"], azp="x") == "launch.audience"
    assert refused_claims(tool, aud="klien-1", azp="x") == "launch.audience"
    assert tool.launch(aud=["x", "klien-1"], azp="klien-1")


# --- time -----------------------------------------------------------------------------------------------------------


def test_n25_an_expired_token_is_refused(tool) -> None:
    now = int(tool.clock().timestamp())
    assert refused_claims(tool, iat=now - 200, exp=now - 60) == "launch.expired"


@pytest.mark.parametrize(("iat", "exp"), [("x", "y"), (0, 60), (-5, 5), (True, True), (None, None), (1e300, 1e301)])
def test_n25_nonsense_for_times_is_refused(tool, iat: object, exp: object) -> None:
    assert refused_claims(tool, iat=iat, exp=exp).startswith("launch.")


def test_n25_a_token_that_ends_before_it_begins_is_refused(tool) -> None:
    now = int(tool.clock().timestamp())
    assert refused_claims(tool, iat=now + 30, exp=now + 10) == "launch.lifetime"


@pytest.mark.parametrize("name", ["exp", "iat"])
def test_n26_a_missing_time_is_refused(tool, name: str) -> None:
    assert refused_claims(tool, **{name: ...}) == "launch.time_missing"


def test_n27_a_token_that_lives_too_long_or_is_old_is_refused(tool) -> None:
    now = int(tool.clock().timestamp())
    assert refused_claims(tool, exp=now + 3601) == "launch.lifetime"
    assert refused_claims(tool, exp=now + 10 * 365 * 86_400) == "launch.lifetime"
    assert refused_claims(tool, iat=now - 661, exp=now + 60) == "launch.expired"
    assert tool.launch(iat=now - 659, exp=now + 60)


def test_n28_times_beyond_the_leeway_are_refused_and_within_it_accepted(tool) -> None:
    now = int(tool.clock().timestamp())
    assert refused_claims(tool, iat=now + 61, exp=now + 120) == "launch.from_the_future"
    assert refused_claims(tool, nbf=now + 61) == "launch.from_the_future"
    assert tool.launch(iat=now + 2, nbf=now + 2, exp=now + 62)


# --- nonce, state and browser -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [..., "", "never-issued", None, []])
def test_n29_a_nonce_that_was_not_issued_is_refused(tool, value: object) -> None:
    assert refused_claims(tool, nonce=value) == "launch.nonce"


def test_n30_the_same_form_twice_is_refused(tool) -> None:
    state, nonce, cookies = tool.login()
    form = {"state": state, "id_token": tool.fake.token(tool.fake.claims(nonce))}
    tool.lti.receiver.receive(form, cookies)
    with pytest.raises(LaunchRefused) as caught:
        tool.lti.receiver.receive(form, cookies)
    assert caught.value.code == "launch.state_unknown"
    assert len(tool.store.launches.last()) == 1


def test_n30_an_old_token_with_a_fresh_state_is_refused(tool) -> None:
    state, nonce, cookies = tool.login()
    token = tool.fake.token(tool.fake.claims(nonce))
    tool.lti.receiver.receive({"state": state, "id_token": token}, cookies)
    state, _nonce, cookies = tool.login()
    with pytest.raises(LaunchRefused, match=r"launch\.nonce"):
        tool.lti.receiver.receive({"state": state, "id_token": token}, cookies)


def test_n31_nonce_and_state_of_different_flows_are_refused(tool) -> None:
    first, second = tool.login(), tool.login()
    token = tool.fake.token(tool.fake.claims(first[1]))
    with pytest.raises(LaunchRefused, match=r"launch\.nonce"):
        tool.lti.receiver.receive({"state": second[0], "id_token": token}, {**first[2], **second[2]})


def test_n31_a_token_of_platform_b_in_a_flow_of_platform_a_is_refused(tool, other_key) -> None:
    evil = FakePlatform(other_key, tool.clock, host="evil.example.go.id", client_id="klien-2")
    tool.store.platforms.add(evil.registration(), "2" * 32, tool.clock())
    tool.http.answers[f"GET {evil.issuer}/certs"] = Reply(200, evil.jwks(), {})
    tool.store.deployments.approve("2" * 32, evil.deployment, tool.clock())
    assert refused(tool, lambda n: evil.token(evil.claims(n))).code == "launch.issuer"


@pytest.mark.parametrize("state", ["", "forged", "x" * 600])
def test_n32_a_missing_or_forged_state_is_refused(tool, state: str) -> None:
    _state, nonce, cookies = tool.login()
    with pytest.raises(LaunchRefused) as caught:
        tool.lti.receiver.receive({"state": state, "id_token": tool.fake.token(tool.fake.claims(nonce))}, cookies)
    assert caught.value.code in ("launch.state_missing", "launch.cookie_missing")


def test_n32_a_state_older_than_ten_minutes_is_refused(tool) -> None:
    state, nonce, cookies = tool.login()
    tool.clock.advance(minutes=10)
    with pytest.raises(LaunchRefused, match=r"launch\.state_unknown"):
        tool.lti.receiver.receive({"state": state, "id_token": tool.fake.token(tool.fake.claims(nonce))}, cookies)


def posted(tool: LtiHarness, browser) -> tuple[dict[str, str], str]:
    """A login in `browser`, and the form that the platform then posts, with the flow's Set-Cookie line."""
    answer = browser.post("/lti/login", data=tool.fake.login_form(), base_url=TOOL)
    state, nonce = state_and_nonce(answer.headers["Location"])
    return {"state": state, "id_token": tool.fake.token(tool.fake.claims(nonce))}, answer.headers["Set-Cookie"]


def test_n33_a_used_state_gets_a_page_that_says_to_reload_from_the_lms(tool, browser) -> None:
    form, _cookie = posted(tool, browser)
    assert browser.post("/lti/launch", data=form, base_url=TOOL).status_code == 200
    browser.set_cookie(*flow_cookie(tool, form), domain="jampel.example.go.id", path="/lti")
    answer = browser.post("/lti/launch", data=form, base_url=TOOL)
    assert answer.status_code == 400
    assert answer.text.startswith("launch.state_unknown|")


def flow_cookie(tool: LtiHarness, form: dict[str, str]) -> tuple[str, str]:
    from lti_tool.flow.store import cookie_name

    return cookie_name(form["state"]), "kept-by-the-browser"


def test_n34_an_attackers_form_in_the_victims_browser_is_refused(tool, browser) -> None:
    form, _cookie = posted(tool, browser)
    victim = browser.application.test_client()
    answer = victim.post("/lti/launch", data=form, base_url=TOOL)
    assert (answer.status_code, answer.text.split("|")[0]) == (403, "launch.cookie_missing")
    nothing_stored(tool)


def test_n35_a_captured_form_is_worth_nothing_in_a_browser_with_a_flow_of_its_own(tool, browser) -> None:
    form, _cookie = posted(tool, browser)
    thief = browser.application.test_client()
    posted(tool, thief)
    assert thief.post("/lti/launch", data=form, base_url=TOOL).status_code == 403
    assert browser.post("/lti/launch", data=form, base_url=TOOL).status_code == 200, "and the owner still gets in"


def test_n35_the_cookie_is_bound_the_same_way_behind_a_proxy_that_ends_tls(tool, browser) -> None:
    answer = browser.post("/lti/login", data=tool.fake.login_form(), base_url="http://127.0.0.1:8000")
    cookie = SimpleCookie(answer.headers["Set-Cookie"].replace("; Partitioned", ""))
    (flow,) = cookie.values()
    assert (flow["secure"], flow["httponly"], flow["samesite"], flow["path"]) == (True, True, "None", "/lti")
    assert "Partitioned" in answer.headers["Set-Cookie"]
    assert flow["max-age"] == "600"


def test_n36_a_launch_by_get_is_refused(tool, browser) -> None:
    form, _cookie = posted(tool, browser)
    assert browser.get("/lti/launch", query_string=form, base_url=TOOL).status_code == 405
    nothing_stored(tool)


def test_n37_the_platforms_own_error_is_shown_escaped(tool, browser) -> None:
    form, _cookie = posted(tool, browser)
    answer = browser.post(
        "/lti/launch", base_url=TOOL,
        data={"state": form["state"], "error": "access_denied", "error_description": "<script>alert(1)</script>"},
    )  # fmt: skip
    assert answer.status_code == 403
    assert "access_denied" in answer.text
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    nothing_stored(tool)


def test_n37_a_stranger_cannot_put_words_into_our_page(tool, browser) -> None:
    answer = browser.post("/lti/launch", data={"error": "<b>", "error_description": "call 0800"}, base_url=TOOL)
    assert answer.status_code == 403
    assert "0800" not in answer.text
    assert "<b>" not in answer.text


# --- login ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["iss", "login_hint"])
def test_n38_a_login_without_issuer_or_hint_is_refused(tool, name: str) -> None:
    for form in (tool.fake.login_form(**{name: ""}), {k: v for k, v in tool.fake.login_form().items() if k != name}):
        with pytest.raises(LaunchRefused, match=r"login\.parameter_missing"):
            tool.lti.login.start(form)


def test_n38_a_login_hint_of_0_is_a_hint(tool) -> None:
    assert "login_hint=0" in tool.lti.login.start(tool.fake.login_form(login_hint="0")).url


@pytest.mark.parametrize(
    "change", [{"iss": "https://x.example"}, {"client_id": "x"}, {"iss": "https://lms.example.go.id/"}]
)
def test_n39_an_unknown_platform_is_refused(tool, change: dict) -> None:
    with pytest.raises(LaunchRefused, match=r"login\.platform_unknown"):
        tool.lti.login.start(tool.fake.login_form(**change))
    assert tool.flows.open_flows() == 0


def test_n40_a_missing_client_id_is_not_guessed_among_several(tool) -> None:
    assert "client_id=klien-1" in tool.lti.login.start(tool.fake.login_form(client_id="")).url
    tool.store.platforms.add(tool.fake.registration(client_id="klien-2"), "2" * 32, tool.clock())
    with pytest.raises(LaunchRefused, match=r"login\.platform_ambiguous"):
        tool.lti.login.start(tool.fake.login_form(client_id=""))


@pytest.mark.parametrize("value", ["https://evil.example/", "javascript:alert(1)", "/lti/launch"])
def test_n41_a_login_for_a_foreign_target_is_refused(tool, value: str) -> None:
    with pytest.raises(LaunchRefused, match=r"login\.target_foreign"):
        tool.lti.login.start(tool.fake.login_form(target_link_uri=value))


def test_n41_a_login_without_target_is_refused(tool) -> None:
    with pytest.raises(LaunchRefused, match=r"login\.parameter_missing"):
        tool.lti.login.start(tool.fake.login_form(target_link_uri=""))


def test_n41_a_login_for_an_unknown_deployment_is_refused(tool) -> None:
    with pytest.raises(LaunchRefused, match=r"login\.deployment_unknown"):
        tool.login(lti_deployment_id="99")
    nothing_stored(tool)
    assert [row.deployment for row in tool.store.deployments.list()] == ["7"]


def test_n41_the_first_deployment_of_a_platform_may_come_with_its_signed_launch(tool) -> None:
    """A platform registered without any deployment: the launch proves the deployment and files it for approval."""
    with tool.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM lti_deployment")
    state, nonce, cookies = tool.login(lti_deployment_id="99")
    token = tool.fake.token(tool.fake.claims(nonce, **{DEPLOYMENT: "99"}))
    with pytest.raises(LaunchRefused, match=r"launch\.deployment_pending"):
        tool.lti.receiver.receive({"state": state, "id_token": token}, cookies)
    nothing_stored(tool)


def test_n41_a_deployment_cannot_be_swapped_after_login(tool) -> None:
    tool.store.deployments.approve(tool.platform.id, "8", tool.clock())
    state, nonce, cookies = tool.login(lti_deployment_id="8")
    with pytest.raises(LaunchRefused, match=r"launch\.deployment_other"):
        tool.lti.receiver.receive({"state": state, "id_token": tool.fake.token(tool.fake.claims(nonce))}, cookies)
    nothing_stored(tool)


def test_every_refusal_leaves_one_audit_line_without_anything_personal(tool, browser) -> None:
    form, _cookie = posted(tool, browser)
    form["id_token"] = tool.fake.token(tool.fake.claims("wrong", name="Sari", sub="rahasia"))
    answer = browser.post("/lti/launch", data=form, base_url=TOOL)
    (line,) = tool.store.audit.last()
    assert (line.kind, line.code) == ("launch", "launch.nonce")
    assert line.reference in answer.text
    with tool.engine.connect() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM lti_audit").all())
    assert "Sari" not in kept
    assert "rahasia" not in kept
    assert base64.b64encode(b"Sari").decode() not in kept
