"""A tool registers itself at the sandbox LMS, as Moodle and the standard describe it (LTI Dynamic Registration 1.0)."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient

from lti_tool.sandbox.model import AGS, LINE_ITEM_SCOPE, MEMBER_SCOPE, SCORE_SCOPE
from lti_tool.sandbox.personality import MOODLE, NAMES, STRICT
from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.registrations import PLATFORM_CONFIGURATION, TOOL_CONFIGURATION
from lti_tool.sandbox.testing import ISSUER, sandbox_in, token_form
from lti_tool.sandbox.tokens import SigningKey, new_pem
from lti_tool.sandbox.web import create_sandbox
from xapi.testing import FixedClock

HOST = "alat.example:8443"
INVITE = f"https://{HOST}/lti/register?undangan=x"


@pytest.fixture(scope="module")
def pem() -> str:
    return new_pem()


@pytest.fixture(params=NAMES)
def platform(request: pytest.FixtureRequest, tmp_path: Path, pem: str) -> Platform:
    return sandbox_in(tmp_path, request.param, pem, FixedClock())


@pytest.fixture
def moodle(tmp_path: Path, pem: str) -> Platform:
    return sandbox_in(tmp_path, MOODLE, pem, FixedClock())


@pytest.fixture
def strict(tmp_path: Path, pem: str) -> Platform:
    return sandbox_in(tmp_path, STRICT, pem, FixedClock())


def wanted(**changes: object) -> dict[str, object]:
    """A registration request; a member changed to None is left out, and `settings` changes the tool configuration."""
    settings = {
        "domain": HOST,
        "target_link_uri": f"https://{HOST}/lti/launch",
        "claims": ["iss", "sub", "name"],
        "custom_parameters": {"asal": "undangan"},
        "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": f"https://{HOST}/lti/pick"}],
    }
    body: dict[str, object] = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"https://{HOST}/lti/login",
        "redirect_uris": [f"https://{HOST}/lti/launch"],
        "client_name": "Jampel",
        "jwks_uri": f"https://{HOST}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": f"{SCORE_SCOPE} {MEMBER_SCOPE}",
        TOOL_CONFIGURATION: settings | changes.pop("settings", {}),  # type: ignore[operator]
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


class Client:
    """A tool that follows the address the administrator pasted, by plain HTTP."""

    def __init__(self, platform: Platform, deployment: str = "") -> None:
        self.http: FlaskClient = create_sandbox(platform).test_client()
        address = platform.registrations.invitation(INVITE, deployment)
        query = parse_qs(urlsplit(address).query)
        assert query["undangan"] == ["x"]
        self.token = query["registration_token"][0]
        self.configuration = self.http.get(urlsplit(query["openid_configuration"][0]).path).json
        self.path = urlsplit(self.configuration["registration_endpoint"]).path

    def send(self, body: object, method: str = "POST", token: str | None = None):
        token = self.token if token is None else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.open(self.path, method=method, json=body, headers=headers)


def test_the_configuration_leads_to_every_endpoint(platform: Platform) -> None:
    client = Client(platform)
    found = client.configuration
    assert found["issuer"] == ISSUER
    assert client.http.get(urlsplit(found["jwks_uri"]).path).json["keys"][0]["kid"] == "kunci"
    assert client.http.post(urlsplit(found["token_endpoint"]).path).status_code == 400
    assert client.http.get(urlsplit(found["authorization_endpoint"]).path).status_code in (400, 404)
    assert found[PLATFORM_CONFIGURATION]["product_family_code"] == platform.personality.product_family
    assert found[PLATFORM_CONFIGURATION]["version"] == platform.personality.release


def test_a_registered_tool_is_launched_and_gets_tokens(platform: Platform, pem: str) -> None:
    client = Client(platform)
    reply = client.send(wanted())
    assert reply.status_code == {MOODLE: 200, STRICT: 201}[platform.personality.name]
    number = reply.json[TOOL_CONFIGURATION]["deployment_id"]
    tool = platform.store.tool(number)
    assert tool is not None
    user, course = platform.store.user("guru"), platform.store.course("k1")
    assert course is not None
    fields = platform.login_form(tool, user, course, None)
    request = {name: fields[name] for name in ("login_hint", "lti_message_hint", "client_id")} | {
        "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
        "redirect_uri": f"https://{HOST}/lti/launch", "nonce": "n", "state": "s",
    }  # fmt: skip
    answer = platform.authenticate(request, user)
    claims = jwt.decode(answer.fields["id_token"], options={"verify_signature": False})
    assert claims["https://purl.imsglobal.org/spec/lti/claim/target_link_uri"] == f"https://{HOST}/lti/pick"
    assert claims["https://purl.imsglobal.org/spec/lti/claim/deployment_id"] == number
    assert claims["https://purl.imsglobal.org/spec/lti/claim/custom"]["asal"] == "undangan"
    form = token_form(platform, tool, pem, SCORE_SCOPE)
    assert platform.access.give(form)["scope"] == SCORE_SCOPE


def test_a_token_registers_once(platform: Platform) -> None:
    client = Client(platform)
    assert client.send(wanted()).status_code < 300
    again = client.send(wanted(client_name="Lain"))
    assert again.status_code == 401
    assert [tool.name for tool in platform.store.tools()] == ["Jampel", "Jampel"]


def test_a_token_ends_after_an_hour(platform: Platform) -> None:
    client = Client(platform)
    platform._clock.advance(hours=1, seconds=1)  # type: ignore[attr-defined]
    assert client.send(wanted()).status_code == {MOODLE: 404, STRICT: 401}[platform.personality.name]
    assert len(platform.store.tools()) == 1


@pytest.mark.parametrize("token", ["", "abc", "a.b.c"])
def test_without_a_good_token_nothing_is_registered(platform: Platform, token: str) -> None:
    assert Client(platform).send(wanted(), token=token).status_code in (401, 404)
    assert len(platform.store.tools()) == 1


def test_a_token_of_somebody_else_registers_nothing(platform: Platform) -> None:
    now = int(platform.now())
    forged = SigningKey("kunci", new_pem()).sign({"sub": "x", "scope": "reg", "iat": now, "exp": now + 60})
    assert Client(platform).send(wanted(), token=forged).status_code in (401, 404)
    assert len(platform.store.tools()) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"settings": {"domain": ""}}, "missing_domain"),
        ({"settings": {"domain": "lain.example"}}, "domain_targetlinkuri_mismatch"),
        ({"settings": {"target_link_uri": "http://["}}, "domain_targetlinkuri_mismatch"),
        ({"jwks_uri": None}, "missing required attribute jwks_uri"),
        ({"response_types": ["code"]}, "invalid_response_types"),
        ({"application_type": "native"}, "invalid_application_type"),
        ({"token_endpoint_auth_method": "none"}, "invalid_token_endpoint_auth_method"),
        ({"redirect_uris": "https://alat.example"}, "invalid_client_metadata"),
        ({"settings": {"messages": ["LtiDeepLinkingRequest"]}}, "invalid_client_metadata"),
        ({TOOL_CONFIGURATION: "x"}, "invalid_client_metadata"),
    ],
)
def test_a_bad_request_is_refused_with_its_reason(platform: Platform, changes: dict, reason: str) -> None:
    answer = Client(platform).send(wanted(**changes))
    assert answer.status_code == 400
    assert reason in answer.text
    assert answer.mimetype == {MOODLE: "text/html", STRICT: "application/json"}[platform.personality.name]
    assert len(platform.store.tools()) == 1


@pytest.mark.parametrize("body", [None, [], "x", 1])
def test_a_body_that_is_no_object_is_refused(platform: Platform, body: object) -> None:
    assert Client(platform).send(body).status_code == 400


def test_moodle_waits_for_its_administrator(moodle: Platform) -> None:
    client = Client(moodle)
    client.send(wanted(client_name="Jampel Baru"))
    client.http.post("/masuk", data={"user": "guru"})
    assert "Jampel Baru" not in client.http.get("/kursus/k1").text
    assert "menunggu diaktifkan" in client.http.get("/alat").text
    assert client.http.post("/alat/2/nyalakan").status_code == 303
    assert "Jampel Baru" in client.http.get("/kursus/k1").text


def test_moodle_is_updated_with_a_token_for_that(moodle: Platform) -> None:
    Client(moodle).send(wanted())
    moodle.registrations.activate("2")
    client = Client(moodle, "2")
    assert client.send(None, "GET").json["client_name"] == "Jampel"
    first = client.send(wanted(client_name="Jampel 2"))
    again = client.send(wanted(client_name="Jampel 3"))
    assert (first.status_code, again.status_code) == (200, 200)
    tool = moodle.store.tool("2")
    assert tool is not None
    assert (tool.name, tool.active, tool.client_id) == ("Jampel 3", True, first.json["client_id"])


def test_the_standard_gives_an_address_and_a_token_for_updates(strict: Platform) -> None:
    client = Client(strict)
    reply = client.send(wanted()).json
    client.path = urlsplit(reply["registration_client_uri"]).path
    client.token = reply["registration_access_token"]
    assert client.send(wanted(client_name="Jampel 2"), "PUT").status_code == 200
    assert client.send(None, "GET").json["client_name"] == "Jampel 2"


def test_moodle_says_more_than_it_grants(moodle: Platform) -> None:
    reply = Client(moodle).send(wanted()).json
    tool = moodle.store.tool("2")
    assert tool is not None
    assert LINE_ITEM_SCOPE in reply["scope"]
    assert LINE_ITEM_SCOPE not in tool.scopes
    assert len([scope for scope in tool.scopes if scope.startswith(AGS)]) == 3


def test_a_tool_that_did_not_ask_for_names_never_gets_them(platform: Platform) -> None:
    Client(platform).send(wanted(settings={"claims": ["iss", "sub"]}))
    tool = platform.store.tool("2")
    assert tool is not None
    assert not tool.shares_name


def test_only_the_administrator_sees_and_adds_tools(platform: Platform) -> None:
    http = create_sandbox(platform).test_client()
    http.post("/masuk", data={"user": "asn"})
    assert [http.get("/alat").status_code, http.post("/alat/1/nyalakan").status_code] == [403, 403]
    http.post("/masuk", data={"user": "guru"})
    assert 'src="https://alat.example:8443/lti/register?' in http.get(f"/alat/tambah?url={INVITE}").text
    for wrong in ("javascript:alert(1)", "http://[", "https:///x", ""):
        answer = http.get("/alat/tambah", query_string={"url": wrong})
        assert (answer.status_code, "iframe" in answer.text) == (200, False)
