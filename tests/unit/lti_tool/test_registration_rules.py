"""What a platform may say of itself, what we tell it, and how its answer is read: no network, no database."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti_tool.claims import NOTICE_SCOPE
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.http import Reply, check_address
from lti_tool.registration.configuration import Configuration, is_address, read_configuration
from lti_tool.registration.manual import canvas_document, systems
from lti_tool.registration.reply import platform_words, read_reply
from lti_tool.registration.request import (
    SCOPES,
    TOOL_CONFIGURATION,
    Addresses,
    asked_of,
    tool_registration,
)
from lti_tool.registration.ticket import Shown, check, seal, token_hash, unseal
from lti_tool.testing import TOOL, json_reply, moodle_configuration

LMS = "https://lms.example.go.id"
ADDRESS = f"{LMS}/mod/lti/openid-configuration.php"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
OURS = Addresses(TOOL)
GOOD = frozenset({200, 201})


def guard(url: str) -> None:
    """As the guarded way out, with a resolver that knows one name of a private network, and addresses as they are."""
    check_address(url, ("kampus.example:8080",), resolve)


def resolve(host: str, _port: int) -> list[str]:
    if ":" in host or host[0].isdigit():
        return [host]
    return ["10.0.0.9" if host == "dalam.example" else "93.184.216.34"]


def read(address: str = ADDRESS, **changes: Any) -> Configuration:
    document = {name: value for name, value in (moodle_configuration(LMS) | changes).items() if value is not ...}
    return read_configuration(json.dumps(document).encode(), address, guard)


def test_moodles_configuration_is_read() -> None:
    found = read()
    assert (found.issuer, found.product, found.version) == (LMS, "moodle", "4.5.6")
    assert found.registration_url == f"{LMS}/mod/lti/openid-registration.php"
    assert found.placements == ("ContentArea",)
    assert found.messages == ("LtiResourceLinkRequest", "LtiDeepLinkingRequest")
    assert not found.foreign
    assert not found.plain


def test_a_bare_configuration_is_enough() -> None:
    bare = {name: ... for name in moodle_configuration(LMS) if name.endswith("_supported")}
    found = read(**bare, **{PLATFORM: {}})
    assert (found.product, found.scopes, found.claims, found.messages) == ("", None, None, None)
    assert asked_of(found).missing == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": "https://bank.example"}, "registration.issuer_host"),
        ({"issuer": "https://lms.example.go.id:8443"}, "registration.issuer_host"),
        ({"issuer": "https://lms.example.go.id.evil.example"}, "registration.issuer_host"),
        ({"issuer": f"{LMS}?tenant=2"}, "registration.issuer"),
        ({"issuer": f"{LMS}?"}, "registration.issuer"),
        ({"issuer": f"{LMS}#a"}, "registration.issuer"),
        ({"issuer": "lms.example.go.id"}, "registration.issuer"),
        ({"issuer": "https://a@lms.example.go.id"}, "registration.issuer"),
        ({"issuer": ...}, "registration.issuer"),
        ({"issuer": [LMS]}, "registration.issuer"),
        ({"registration_endpoint": "https://evil.example/register"}, "registration.endpoint_host"),
        ({"token_endpoint": ...}, "registration.endpoint"),
        ({"jwks_uri": "javascript:alert(1)"}, "registration.endpoint"),
        ({"jwks_uri": f"{LMS}/a b"}, "registration.endpoint"),
        ({"authorization_endpoint": 'https://x.example/"><script>'}, "registration.endpoint"),
        ({"authorization_endpoint": "http://lms.example.go.id/auth"}, "http.not_https"),
        ({"jwks_uri": "http://lms.example.go.id/certs"}, "http.not_https"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "registration.algorithm"),
        ({"token_endpoint_auth_methods_supported": ["client_secret_basic"]}, "registration.algorithm"),
        ({"token_endpoint_auth_signing_alg_values_supported": []}, "registration.algorithm"),
        ({PLATFORM: ...}, "registration.not_lti"),
        ({PLATFORM: []}, "registration.not_lti"),
        ({PLATFORM: {"messages_supported": [{"kind": 1}]}}, "registration.type"),
        ({PLATFORM: {"messages_supported": "LtiResourceLinkRequest"}}, "registration.type"),
        ({PLATFORM: {"messages_supported": ["\ud800"]}}, "registration.configuration"),
        ({PLATFORM: {"messages_supported": ["\u202e"]}}, "registration.type"),
        ({PLATFORM: {"version": 4}}, "registration.type"),
        ({"scopes_supported": "openid"}, "registration.type"),
        ({"claims_supported": ["name", 1]}, "registration.type"),
        ({"scopes_supported": ["a"] * 500}, "registration.type"),
    ],
)  # fmt: skip
def test_n46_a_configuration_that_contradicts_itself_or_is_unsafe_is_refused(changes: dict, code: str) -> None:
    with pytest.raises(ToolError) as refused:
        read(**changes)
    assert refused.value.code == code


@pytest.mark.parametrize("key", ["jwks_uri", "token_endpoint", "authorization_endpoint"])
@pytest.mark.parametrize(
    "host", ["dalam.example", "169.254.169.254", "127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "lms.example.go.id:8443"]
)
def test_n45_no_endpoint_leads_to_a_private_address_or_another_port(key: str, host: str) -> None:
    document = json.dumps(moodle_configuration(LMS) | {key: f"https://{host}/x"}).encode()
    with pytest.raises(ToolError) as refused:
        read_configuration(document, ADDRESS, guard)
    assert refused.value.code in ("http.private_address", "http.not_https")


def test_n46_endpoints_on_another_host_are_named_to_be_shown_loudly() -> None:
    found = read(token_endpoint="https://auth.vendor.example/token", jwks_uri="https://keys.vendor.example/jwks")
    assert found.foreign == {"token_url", "jwks_url"}


def test_n46_http_is_let_through_only_on_a_listed_private_host_and_named() -> None:
    local = "http://kampus.example:8080"
    document = json.dumps(moodle_configuration(local)).encode()
    found = read_configuration(document, f"{local}/config", guard)
    assert "issuer" in found.plain
    assert "auth_url" in found.plain


@pytest.mark.parametrize(
    "document", [b"", b"<html>", b"[]", b'"a"', b'{"issuer":"a","issuer":"b"}', b"\xff\xfe", b"[" * 5000, b'{"a":NaN}']
)
def test_a_document_that_is_not_one_strict_object_is_refused(document: bytes) -> None:
    with pytest.raises(LaunchRefused) as refused:
        read_configuration(document, ADDRESS, guard)
    assert refused.value.code == "registration.configuration"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just(LMS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(moodle_configuration(LMS))), _JSON, max_size=6))
def test_whatever_stands_in_a_configuration_it_is_read_or_refused(changes: dict) -> None:
    with suppress(ToolError):  # nothing else may come out
        found = read(**changes)
        assert found.issuer.startswith(LMS)
        assert asked_of(found).claims[:2] == ("iss", "sub")


@given(st.text(max_size=60))
def test_an_address_that_passes_has_a_host_that_fits_into_a_header(text: str) -> None:
    url = f"https://{text}"
    if is_address(url):
        host = url[8:].split("/")[0].split("?")[0]
        assert not set(host) & set(" ;,'\"*\\@")


def test_least_is_asked_and_only_what_the_platform_supports() -> None:
    asked = asked_of(read())
    assert asked.claims == ("iss", "sub", "name")
    assert set(asked.scopes) == set(SCOPES)
    bare = asked_of(read(scopes_supported=["openid"], claims_supported=["sub", "email"]))
    assert bare.scopes == ()
    assert bare.claims == ("iss", "sub")
    assert bare.missing == ("grades", "roster")
    old = asked_of(read(**{PLATFORM: {"messages_supported": ["LtiResourceLinkRequest"]}}))
    assert old.missing == ("deep_linking",)


def test_the_registration_has_what_moodle_demands() -> None:
    sent = tool_registration(Addresses("https://jampel.example.go.id:8443"), read())
    tool = sent[TOOL_CONFIGURATION]
    assert tool["domain"] == "jampel.example.go.id:8443"
    assert tool["target_link_uri"] == "https://jampel.example.go.id:8443/lti/launch"
    assert sent["redirect_uris"] == ["https://jampel.example.go.id:8443/lti/launch"]
    assert sent["response_types"] == ["id_token"]
    assert sent["token_endpoint_auth_method"] == "private_key_jwt"
    assert "jwks" not in sent
    assert "email" not in json.dumps(sent)
    deep = next(one for one in tool["messages"] if one["type"] == "LtiDeepLinkingRequest")
    assert deep["target_link_uri"] == tool["target_link_uri"]
    assert deep["placements"] == ["ContentArea"]


@pytest.mark.parametrize(
    ("listed", "asked"), [(["LtiSubmissionReviewRequest"], True), (["LtiResourceLinkRequest"], False)]
)
def test_reviews_are_asked_only_of_a_platform_that_has_them(listed: list[str], asked: bool) -> None:
    supported = moodle_configuration(LMS)[PLATFORM] | {"messages_supported": [{"type": one} for one in listed]}
    assert ("LtiSubmissionReviewRequest" in asked_of(read(**{PLATFORM: supported})).messages) == asked


def answer(status: int = 200, **changes: Any) -> Reply:
    value = {
        "client_id": "abc",
        "redirect_uris": [OURS.launch],
        "scope": " ".join(SCOPES),
        TOOL_CONFIGURATION: {"deployment_id": "7"},
    }
    return json_reply({name: one for name, one in (value | changes).items() if one is not ...}, status)


@pytest.mark.parametrize("status", [200, 201])
def test_a_good_answer_gives_client_deployment_and_scopes(status: int) -> None:
    found = read_reply(answer(status), OURS, GOOD)
    assert (found.client_id, found.deployment, found.scopes) == ("abc", "7", SCOPES)


def test_moodles_own_answer_is_read() -> None:
    """As registration_helper.php of Moodle 4.5.6 writes it for what `tool_registration` sends."""
    scope = "https://purl.imsglobal.org/spec/lti-"
    found = read_reply(
        json_reply({
            "client_id": "kLiEnT1aBcDeFgH", "response_types": ["id_token"], "jwks_uri": OURS.jwks,
            "initiate_login_uri": OURS.login, "grant_types": ["client_credentials", "implicit"],
            "redirect_uris": [OURS.launch], "application_type": "web", "token_endpoint_auth_method": "private_key_jwt",
            "client_name": "Jampel", "logo_uri": OURS.logo,
            "scope": f"{scope}ags/scope/score {scope}ags/scope/lineitem {scope}nrps/scope/contextmembership.readonly",
            TOOL_CONFIGURATION: {
                "version": "1.3.0", "deployment_id": "7", "target_link_uri": OURS.launch, "domain": OURS.domain,
                "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": OURS.launch}],
                "claims": ["sub", "iss", "name", "family_name", "given_name"],
            },
        }), OURS, GOOD,
    )  # fmt: skip
    assert (found.client_id, found.deployment) == ("kLiEnT1aBcDeFgH", "7")


def test_an_answer_may_name_no_deployment_or_a_number() -> None:
    assert read_reply(answer(**{TOOL_CONFIGURATION: ...}), OURS, GOOD).deployment == ""
    assert read_reply(answer(**{TOOL_CONFIGURATION: {"deployment_id": 7}}), OURS, GOOD).deployment == "7"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer(client_id=...), "registration.client_id"),
        (answer(client_id=""), "registration.client_id"),
        (answer(client_id=7), "registration.client_id"),
        (answer(client_id="a\nb"), "registration.client_id"),
        (answer(client_id="x" * 256), "registration.client_id"),
        (Reply(200, b"<html>ok</html>", {}), "registration.reply"),
        (Reply(200, b"", {}), "registration.reply"),
        (Reply(201, b'["client_id"]', {}), "registration.reply"),
        (Reply(200, b'{"client_id":"a","client_id":"b"}', {}), "registration.reply"),
        (answer(**{TOOL_CONFIGURATION: {"deployment_id": ["7"]}}), "registration.reply"),
        (answer(redirect_uris=["https://evil.example/launch"]), "registration.other_addresses"),
        (answer(redirect_uris=[OURS.launch, "https://evil.example/launch"]), "registration.other_addresses"),
        (answer(jwks_uri="https://evil.example/jwks"), "registration.other_addresses"),
        (answer(initiate_login_uri="https://evil.example/login"), "registration.other_addresses"),
        (Reply(302, b"", {"location": "https://evil.example"}), "registration.refused"),
        (Reply(401, b"token_already_used", {}), "registration.refused"),
    ],
)  # fmt: skip
def test_n48_an_answer_without_a_usable_registration_is_refused(reply: Reply, code: str) -> None:
    with pytest.raises(LaunchRefused) as refused:
        read_reply(reply, OURS, GOOD)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(401, b"token_already_used", {"content-type": "text/html"}), "token_already_used"),
        (Reply(400, b"<b>missing_domain</b>\n", {}), "missing_domain"),
        (json_reply({"error": "invalid", "error_description": "salah"}, 400), "invalid: salah"),
        (Reply(404, b"<!DOCTYPE html><html><body>Moodle " + b"x" * 9000, {}, "Not Found"), "Not Found"),
        (Reply(500, b"\xff\x00\x1b[31m", {}), "\ufffd[31m"),
        (Reply(500, b"a" * 9000, {}), "a" * 300),
        (json_reply({"error": 5}, 400), ""),
    ],
)
def test_the_platforms_own_words_become_one_short_plain_line(reply: Reply, words: str) -> None:
    assert platform_words(reply) == words


def shown(**changes: Any) -> Shown:
    values: dict[str, Any] = {
        "invite": "a" * 32, "ticket": "t", "expires": 100, "address": ADDRESS, "configuration": read(),
        "token_hash": token_hash("rahasia"),
    }  # fmt: skip
    return Shown(**(values | changes))


def test_a_ticket_comes_back_as_it_was_sealed() -> None:
    assert unseal(seal(shown(), b"k" * 32), b"k" * 32) == shown()


@given(st.data())
def test_a_ticket_with_any_byte_changed_is_refused(data: st.DataObject) -> None:
    text = seal(shown(), b"k" * 32)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda character: character != text[place]))
    with pytest.raises(LaunchRefused) as refused:
        unseal(text[:place] + other + text[place + 1 :], b"k" * 32)
    assert refused.value.code == "registration.form"


@pytest.mark.parametrize("text", ["", ".", "a.b", "é.é", "." * 5000])
def test_a_ticket_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LaunchRefused):
        unseal(text, b"k" * 32)


def test_a_ticket_of_another_key_invite_token_or_time_is_refused() -> None:
    with pytest.raises(LaunchRefused):
        unseal(seal(shown(), b"x" * 32), b"k" * 32)
    for invite, token, now in (("b" * 32, "rahasia", 50), ("a" * 32, "lain", 50), ("a" * 32, "rahasia", 100)):
        with pytest.raises(LaunchRefused):
            check(shown(), invite, token, now)
    check(shown(), "a" * 32, "rahasia", 99)


def test_manual_pages_say_which_system_was_tried() -> None:
    assert {one.name: one.tried for one in systems(OURS)} == {
        "moodle": True, "canvas": False, "blackboard": False, "openedx": False, "d2l": False,
    }  # fmt: skip
    for system in systems(OURS):
        assert OURS.launch in {field.value for field in system.fields}


def test_the_canvas_key_has_every_address_of_ours() -> None:
    document = canvas_document(OURS)
    assert document["oidc_initiation_url"] == OURS.login
    assert document["public_jwk_url"] == OURS.jwks
    assert document["scopes"] == [*SCOPES, NOTICE_SCOPE]


def test_the_canvas_key_has_what_its_documentation_requires_and_asks_for_no_address_of_a_person() -> None:
    document = canvas_document(OURS)
    assert {"title", "description", "oidc_initiation_url", "target_link_uri", "public_jwk_url"} <= set(document)
    (extension,) = document["extensions"]
    assert (extension["platform"], extension["privacy_level"]) == ("canvas.instructure.com", "name_only")
    placements = extension["settings"]["placements"]
    assert {one["placement"] for one in placements} == {"assignment_selection", "link_selection"}
    assert {one["message_type"] for one in placements} == {"LtiDeepLinkingRequest"}
    assert json.loads(next(one for one in systems(OURS) if one.name == "canvas").document) == document


def test_manual_pages_of_systems_that_nobody_tried_name_their_sources() -> None:
    for system in systems(OURS):
        assert system.tried != bool(system.sources)
        assert all(address.startswith("https://") for address in system.sources)
