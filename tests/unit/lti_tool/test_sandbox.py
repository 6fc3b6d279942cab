"""The sandbox LMS is an honest LTI platform: it signs what it sends and refuses what a real platform refuses."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import text

from lti_tool.errors import ToolError
from lti_tool.sandbox.access import ASSERTION
from lti_tool.sandbox.client import fetch_jwks
from lti_tool.sandbox.config import SandboxConfig, open_platform, write_config
from lti_tool.sandbox.model import AGS, LEARNER, NRPS, TEACHER, Course, ResourceLink, Tool, User
from lti_tool.sandbox.personality import NAMES
from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.tokens import DEEP_LINKING, LTI, SigningKey, new_pem
from lti_tool.sandbox.web import create_sandbox
from xapi.database import migrate, open_database, upgrade, writing

ISSUER = "http://localhost:8001"
TOOL = Tool("client", "1", "http://127.0.0.1/lti/login", "http://127.0.0.1/lti/launch", "http://127.0.0.1/lti/jwks")
NIP = "198501012099031001"
AUTH = {
    "scope": "openid",
    "response_type": "id_token",
    "response_mode": "form_post",
    "prompt": "none",
    "client_id": TOOL.client_id,
    "redirect_uri": TOOL.launch_url,
    "nonce": "n",
    "state": "s",
}


@pytest.fixture(scope="module")
def tool_key() -> SigningKey:
    return SigningKey("tool", new_pem())


@pytest.fixture
def platform(tmp_path: Path, tool_key: SigningKey) -> Platform:
    engine = open_database(tmp_path / "sandbox.db")
    migrate(engine, "lti_tool.sandbox.store")
    store = SandboxStore(engine)
    store.fill(
        [Course("k1", "K1", "Kursus Satu")],
        [User("guru", "Bu Guru", TEACHER), User("asn", "Pak ASN", LEARNER, NIP)],
    )
    return Platform(ISSUER, TOOL, store, lambda: datetime.now(UTC), lambda url: dict(tool_key.jwks()))


@pytest.fixture
def client(platform: Platform) -> FlaskClient:
    return create_sandbox(platform).test_client()


def launch(platform: Platform, user: str, link: str | None = None) -> dict:
    """The claims of the id_token for a launch by `user`."""
    store = platform.store
    fields = platform.login_form(TOOL, store.user(user), store.course("k1"), store.link(link) if link else None)
    request = AUTH | {name: fields[name] for name in ("login_hint", "lti_message_hint")}
    answer = platform.authenticate(request, store.user(user)).fields
    key = jwt.PyJWKSet.from_dict(platform.key.jwks()).keys[0]
    return jwt.decode(answer["id_token"], key, algorithms=["RS256"], audience=TOOL.client_id, issuer=ISSUER)


def tool_claims(**claims: object) -> dict:
    now = int(datetime.now(UTC).timestamp())
    return {"iss": TOOL.client_id, "iat": now, "exp": now + 60, "nonce": "x"} | claims


def token_for(platform: Platform, tool_key: SigningKey, *scopes: str) -> dict[str, str]:
    assertion = tool_key.sign(tool_claims(sub=TOOL.client_id, aud=platform.addresses.of("token"), jti=uuid.uuid4().hex))
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": assertion}
    answer = platform.access.give(form | {"scope": " ".join(scopes)})
    return {"Authorization": f"Bearer {answer['access_token']}"}


def deep_link(platform: Platform, tool_key: SigningKey, data: str, **claims: object) -> tuple[str, int]:
    item = {
        "type": "ltiResourceLink",
        "title": "Modul",
        "custom": {"jampel_module": "m"},
        "lineItem": {"scoreMaximum": 100},
    }
    body = tool_claims(
        **{
            "aud": ISSUER,
            f"{LTI}message_type": "LtiDeepLinkingResponse",
            f"{LTI}version": "1.3.0",
            f"{LTI}deployment_id": "1",
            f"{DEEP_LINKING}data": data,
            f"{DEEP_LINKING}content_items": [item],
            **claims,
        }
    )
    return platform.accept_links(tool_key.sign(body))


def added_link(platform: Platform, tool_key: SigningKey) -> str:
    data = launch(platform, "guru")[f"{DEEP_LINKING}deep_linking_settings"]["data"]
    deep_link(platform, tool_key, data)
    return platform.store.links("k1")[-1].id


def test_a_launch_carries_the_nip_as_person_sourcedid(platform: Platform, tool_key: SigningKey) -> None:
    claims = launch(platform, "asn", added_link(platform, tool_key))
    assert claims[f"{LTI}lis"]["person_sourcedid"] == NIP
    assert claims[f"{LTI}custom"] == {"jampel_module": "m"}
    assert claims[f"{AGS}claim/endpoint"]["lineitem"].startswith(ISSUER)


def test_a_login_hint_works_once(platform: Platform) -> None:
    user = platform.store.user("guru")
    fields = platform.login_form(TOOL, user, platform.store.course("k1"), None)
    request = AUTH | {name: fields[name] for name in ("login_hint", "lti_message_hint")}
    assert "id_token" in platform.authenticate(request, user).fields
    assert platform.authenticate(request, user).fields["error"] == "login_required"


@pytest.mark.parametrize("name", ["scope", "response_type", "response_mode", "prompt", "nonce", "state"])
def test_an_incomplete_authentication_request_is_answered_with_an_error(platform: Platform, name: str) -> None:
    user = platform.store.user("asn")
    fields = platform.login_form(TOOL, user, platform.store.course("k1"), None)
    request = AUTH | {key: fields[key] for key in ("login_hint", "lti_message_hint")}
    answer = platform.authenticate({key: value for key, value in request.items() if key != name}, user).fields
    assert answer["error_description"] == name
    assert "id_token" not in answer


def test_an_unknown_redirect_uri_is_never_answered(client: FlaskClient) -> None:
    client.post("/masuk", data={"user": "asn"})
    assert client.get("/lti/auth", query_string=AUTH | {"redirect_uri": "http://evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "wrong", [{"aud": "http://elsewhere"}, {"iss": "other"}, {f"{LTI}deployment_id": "2"}, {f"{LTI}version": "1.1"}]
)
def test_a_foreign_deep_linking_response_is_refused(platform: Platform, tool_key: SigningKey, wrong: dict) -> None:
    data = launch(platform, "guru")[f"{DEEP_LINKING}deep_linking_settings"]["data"]
    with pytest.raises(Exception, match="sandbox"):
        deep_link(platform, tool_key, data, **wrong)
    assert platform.store.links("k1") == []


def test_a_deep_linking_response_is_used_once(platform: Platform, tool_key: SigningKey) -> None:
    data = launch(platform, "guru")[f"{DEEP_LINKING}deep_linking_settings"]["data"]
    assert deep_link(platform, tool_key, data) == ("k1", 1)
    with pytest.raises(Exception, match="bad_deep_link"):
        deep_link(platform, tool_key, data)


def test_a_score_reaches_the_gradebook_and_an_older_one_does_not(
    platform: Platform, client: FlaskClient, tool_key: SigningKey
) -> None:
    claims = launch(platform, "asn", added_link(platform, tool_key))
    path = urlsplit(claims[f"{AGS}claim/endpoint"]["lineitem"]).path + "/scores"
    headers = token_for(platform, tool_key, f"{AGS}scope/score")
    now = datetime.now(UTC)

    def send(given: float, moment: datetime) -> int:
        body = {
            "userId": "asn",
            "scoreGiven": given,
            "scoreMaximum": 50,
            "timestamp": moment.isoformat(),
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        }
        answer = client.post(
            path, json=body, headers=headers | {"Content-Type": "application/vnd.ims.lis.v1.score+json"}
        )
        return answer.status_code

    assert send(40, now) == 200
    assert send(10, now - timedelta(seconds=5)) == 409
    client.post("/masuk", data={"user": "guru"})
    assert "80,00 / 100" in client.get("/kursus/k1").text


def test_services_refuse_a_request_without_the_scope(
    platform: Platform, client: FlaskClient, tool_key: SigningKey
) -> None:
    headers = token_for(platform, tool_key, f"{NRPS}scope/contextmembership.readonly")
    assert client.get("/lti/kursus/k1/lineitems", headers=headers).status_code == 401
    assert client.get("/lti/kursus/k1/anggota", headers=headers).status_code == 200
    assert client.get("/lti/kursus/k1/anggota").status_code == 401


def test_the_roster_is_paged(platform: Platform, client: FlaskClient, tool_key: SigningKey) -> None:
    headers = token_for(platform, tool_key, f"{NRPS}scope/contextmembership.readonly")
    answer = client.get("/lti/kursus/k1/anggota?limit=1", headers=headers)
    assert len(answer.json["members"]) == 1
    assert 'rel="next"' in answer.headers["Link"]


def test_a_client_assertion_is_used_once(platform: Platform, tool_key: SigningKey) -> None:
    claims = tool_claims(sub=TOOL.client_id, aud=platform.addresses.of("token"), jti="same")
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": tool_key.sign(claims),
        "scope": f"{AGS}scope/score",
    }
    platform.access.give(form)
    with pytest.raises(Exception, match="token_refused"):
        platform.access.give(form)


def test_a_learner_sees_only_the_own_grade(platform: Platform, client: FlaskClient, tool_key: SigningKey) -> None:
    platform.store.fill([], [User("lain", "Orang Lain", LEARNER)])
    added_link(platform, tool_key)
    client.post("/masuk", data={"user": "asn"})
    page = client.get("/kursus/k1").text
    assert "Pak ASN" in page
    assert "Orang Lain" not in page
    assert client.get("/kursus/k1/tambah").status_code == 403


@pytest.mark.parametrize(
    ("agent", "address", "kept"),
    [
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/17.0 Safari/605.1", "http://localhost", True),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/17.0 Safari/605.1", "https://lms.test", False),
        ("Mozilla/5.0 (X11) AppleWebKit/537 Chrome/140 Safari/537", "http://localhost", False),
        ("Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/140.0", "http://localhost", False),
        ("", "http://localhost", False),
    ],
)  # fmt: skip
def test_without_tls_values_are_kept_for_safari_which_keeps_no_cookie_of_a_tool_there(
    platform: Platform, client: FlaskClient, agent: str, address: str, kept: bool
) -> None:
    link = platform.store.add_link(ResourceLink("", "k1", "Modul", {}), None)
    asked = {"headers": {"User-Agent": agent}, "base_url": address}
    client.post("/masuk", data={"user": "asn"}, **asked)
    assert ("storage.js" in client.get(f"/kegiatan/{link}", **asked).text) is kept
    assert ("lti_storage_target" in client.get(f"/lti/mulai/k1/{link}", **asked).text) is kept


def test_values_are_kept_for_the_tool_only_where_it_is_set_up(platform: Platform, client: FlaskClient) -> None:
    link = platform.store.add_link(ResourceLink("", "k1", "Modul", {}), None)
    client.post("/masuk", data={"user": "asn"})
    assert "storage.js" not in client.get(f"/kegiatan/{link}").text
    assert "lti_storage_target" not in client.get(f"/lti/mulai/k1/{link}").text
    platform.storage = True
    assert 'name="lti_storage_target" value="_parent"' in client.get(f"/lti/mulai/k1/{link}").text
    assert 'data-tool="http://127.0.0.1"' in client.get(f"/kegiatan/{link}").text
    entered = create_sandbox(platform).test_client().post("/masuk", data={"user": "asn"}, base_url="https://lms.test")
    assert all(part in entered.headers["Set-Cookie"] for part in ("Secure", "SameSite=None"))


def test_the_session_comes_back_to_a_frame_that_has_been_at_the_tool(client: FlaskClient) -> None:
    """Firefox sends no cookie with SameSite to a frame that another site has sent back."""
    assert "SameSite" not in client.post("/masuk", data={"user": "asn"}).headers["Set-Cookie"]


@pytest.mark.parametrize(("language", "heading"), [("id", "Masuk sebagai siapa?"), ("en", "Log in as whom?")])
def test_pages_and_launches_are_in_the_language_of_its_people(platform: Platform, language: str, heading: str) -> None:
    platform.speak(language)
    assert heading in create_sandbox(platform).test_client().get("/").text
    assert launch(platform, "guru")[f"{LTI}launch_presentation"]["locale"] == language


@pytest.mark.parametrize("lasting", [True, False])
def test_a_hint_works_once_unless_hints_last(platform: Platform, lasting: bool) -> None:
    platform.lasting_hints = lasting
    person, course = platform.store.user("guru"), platform.store.course("k1")
    fields = platform.login_form(TOOL, person, course, None)
    request = AUTH | {name: fields[name] for name in ("login_hint", "lti_message_hint")}
    assert "id_token" in platform.authenticate(request, person).fields
    assert ("id_token" in platform.authenticate(request, person).fields) is lasting


@pytest.mark.parametrize("lms", NAMES)
def test_a_sandbox_is_opened_as_it_was_configured(tmp_path: Path, lms: Literal["strict", "moodle"]) -> None:
    config = SandboxConfig(ISSUER, TOOL, (), (), lms, storage=True, lasting_hints=True)
    write_config(tmp_path, config)
    opened = open_platform(tmp_path)
    assert (opened.personality.name, opened.storage, opened.lasting_hints) == (lms, True, True)


def test_a_sandbox_of_an_earlier_release_keeps_its_activities(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "old.db")
    with writing(engine) as connection:
        upgrade(connection, "lti_tool.sandbox.store", "0001")
        connection.execute(text("INSERT INTO sandbox_course (id, label, title) VALUES ('k1', 'K1', 'Kursus')"))
        connection.execute(text("INSERT INTO sandbox_link (course, title, custom) VALUES ('k1', 'Modul', '{}')"))
    migrate(engine, "lti_tool.sandbox.store")
    assert SandboxStore(engine).links("k1") == [ResourceLink("1", "k1", "Modul", {}, TOOL.deployment_id)]


@pytest.mark.parametrize("answer", [b"", b"[]", b"<html>", b"404"])
def test_keys_that_cannot_be_read_refuse_the_token(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    reply = requests.Response()
    reply.status_code, reply._content = (404 if answer == b"404" else 200), answer
    monkeypatch.setattr("lti_tool.sandbox.client.requests.get", lambda *_args, **_more: reply)
    with pytest.raises(ToolError, match="tool_token_refused"):
        fetch_jwks("http://127.0.0.1/jwks")
