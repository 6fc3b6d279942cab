"""Single sign-on: a good provider lets in whom its groups name, and nothing that a hostile one sends opens anything."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlsplit

import msgspec
import pytest

from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.jose import base64url, sign
from lti_tool.settings import Oidc
from lti_tool.web.sign_on import SIGN_ON, sign_on_of
from lti_tool.web.testing import Site, send

ISSUER = "https://sso.example.go.id/realms/prov"
PERSON = {"sub": "u-1", "name": "Rina K", "preferred_username": "rina"}
ROLES = ("jampel-admin=admin", "jampel-audit=auditor", "pegawai=learner")
#: What SQL does here, other tests ask on both databases.
pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@dataclass
class FakeProvider:
    """Stands for `PlatformHttp` and for the provider behind it: codes work once, with their verifier and our secret."""

    key: Any
    clock: Any
    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "u-1", "name": "Rina K", "preferred_username": "rina"}
    )
    metadata: dict[str, Any] = field(default_factory=dict)
    forge: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def check(self, url: str) -> None:
        if not url.startswith("https://"):
            raise ToolError("http.not_https", "only https", host="x", port=80)

    def get(self, url: str, *, accept: str, headers=None) -> Reply:
        self.calls.append(url)
        if url.endswith("/.well-known/openid-configuration"):
            known = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/certs", "authorization_endpoint": f"{ISSUER}/auth",
                     "token_endpoint": f"{ISSUER}/token", "end_session_endpoint": f"{ISSUER}/logout"}  # fmt: skip
            return Reply(200, json.dumps(known | self.metadata).encode(), {})
        numbers = self.key.public_key().public_numbers()
        parts = {"n": numbers.n, "e": numbers.e}
        jwk = {name: base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for name, value in parts.items()}
        return Reply(200, json.dumps({"keys": [{"kty": "RSA", "kid": "k1", "use": "sig", **jwk}]}).encode(), {})

    def authorize(self, address: str) -> str:
        """What a person's login at the provider sends the browser back with."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"kode-{len(self.codes)}"
        self.codes[code] = asked
        return f"code={code}&state={asked['state']}&iss={ISSUER}"

    def post(self, url: str, body: bytes, *, content_type: str, accept: str, headers=None) -> Reply:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.pop(form["code"], None)
        pair = base64.b64decode((headers or {}).get("Authorization", "Basic ").removeprefix("Basic ")).decode()
        digest = base64url(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or digest != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
            or unquote_plus(pair) != "jampel:rahasia klien"
        ):
            return Reply(400, b'{"error":"invalid_grant"}', {})
        now = int(self.clock().timestamp())
        claims = {"iss": ISSUER, "aud": "jampel", "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.claims}
        token = self.forge(claims) if self.forge else sign(claims, self.key, "k1")
        return Reply(200, json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": token}).encode(), {})


@dataclass
class Office:
    """The tool with a provider."""

    site: Site
    provider: FakeProvider

    def come(self, browser=None, *, claims=None) -> tuple[Any, Any]:
        """A browser that goes through the sign-on, and what it gets."""
        browser = browser or self.site.browser()
        if claims:
            self.provider.claims = self.provider.claims | claims
        answer = browser.get("/masuk/sso/?lanjut=/audit/")
        assert answer.status_code == 302, answer.text
        return browser, browser.get(f"/masuk/sso/kembali?{self.provider.authorize(answer.location)}")

    def log(self) -> list[str]:
        return [f"{line.action} {line.detail}".strip() for line in self.site.services.house.log.last()]


@pytest.fixture
def office(tmp_path, rsa_key, place) -> Any:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "oidc.secret").write_text("rahasia klien\n")
    own = Oidc(issuer=ISSUER, client_id="jampel", client_secret_file="oidc.secret", roles=ROLES, nip_claim="nip")
    site = Site(tmp_path / "data", oidc=own)
    provider = FakeProvider(rsa_key, site.clock)
    with site.app.app_context():
        site.app.extensions[SIGN_ON] = sign_on_of(site.services, provider)
    yield Office(site, provider)
    site.close()


def test_a_group_lets_its_people_in_with_its_role(office) -> None:
    browser, answer = office.come(claims={"groups": ["lain", "jampel-audit"]})
    assert (answer.status_code, answer.location) == (303, "/audit/")
    assert browser.get("/audit/").status_code == 200
    assert browser.get("/admin/").status_code == 403
    assert office.log() == ["login sso", "account.add auditor sso"]
    (account,) = office.site.services.house.accounts.list()
    assert (account.username, account.role) == ("rina", "auditor")


def test_who_has_no_group_waits_for_an_admin_and_then_comes_in(office) -> None:
    browser, answer = office.come()
    assert answer.status_code == 403
    assert "oidc.waiting" in answer.text
    assert browser.get("/audit/").status_code == 302
    admin = office.site.staff("admin")
    fields = {"issuer": ISSUER, "subject": "u-1", "peran": "author"}
    assert "Rina K" in admin.get("/admin/akun").text
    assert send(admin, "/admin/akun", "/admin/akun/sso", **fields).status_code == 303
    assert send(admin, "/admin/akun", "/admin/akun/sso", **fields).status_code == 404
    browser, answer = office.come()
    assert answer.status_code == 303
    assert browser.get("/pustaka/unggah").status_code == 200


def test_an_account_belongs_to_issuer_and_subject_and_not_to_a_name(office) -> None:
    office.come(claims={"groups": ["jampel-audit"]})
    _browser, answer = office.come(claims={"sub": "u-2", "groups": []})
    assert answer.status_code == 403
    office.come(claims={"groups": ["jampel-audit"]})
    assert [one.username for one in office.site.services.house.accounts.list()] == ["rina", "rina-2"]


def test_a_role_follows_its_group_and_old_sessions_end(office) -> None:
    old, _answer = office.come(claims={"groups": ["jampel-audit"]})
    office.site.staff("admin")
    new, answer = office.come(claims={"groups": ["jampel-admin"]})
    assert answer.status_code == 303
    assert new.get("/admin/").status_code == 200
    assert old.get("/audit/").status_code == 302
    _browser, answer = office.come(claims={"groups": []})
    assert "oidc.no_role" in answer.text
    assert new.get("/admin/").status_code == 302


def test_a_switched_off_account_stays_out(office) -> None:
    office.come(claims={"groups": ["jampel-audit"]})
    (account,) = office.site.services.house.accounts.list()
    office.site.accounts.set_active(account.id, False)
    assert "oidc.account_off" in office.come()[1].text


def test_an_account_of_the_sign_on_has_no_password(office) -> None:
    office.come(claims={"groups": ["jampel-audit"]})
    for word in ("", " ", "apa saja yang panjang"):
        answer = send(office.site.browser(), "/masuk", "/masuk", username="rina", password=word)
        assert answer.status_code in (400, 401)


def test_a_learner_comes_to_their_own_page_and_nowhere_else(office) -> None:
    person = office.site.employ("Siti")
    browser, answer = office.come(claims={"groups": ["pegawai"], "nip": "198501012099031001"})
    assert answer.location == "/saya/"
    assert (
        office.site.services.people.resolve(ISSUER, "u-1", nip=None, name="", now=office.site.clock()).person == person
    )
    assert browser.get("/saya/").status_code == 200
    assert browser.get("/audit/").status_code == 302


def test_leaving_shows_the_way_out_of_the_provider(office) -> None:
    browser, _answer = office.come(claims={"groups": ["jampel-audit"]})
    answer = send(browser, "/", "/keluar")
    assert f"{ISSUER}/logout?client_id=jampel" in answer.text
    assert browser.get("/audit/").status_code == 302


def unsigned(claims: dict[str, Any]) -> str:
    parts = ({"alg": "none", "kid": "k1"}, claims)
    return ".".join(base64url(json.dumps(part).encode()) for part in parts) + "."


def test_a_token_that_is_not_signed_or_by_another_opens_nothing(office, other_key) -> None:
    forgeries = {
        "token_malformed": unsigned,
        "algorithm": lambda claims: unsigned(claims) + base64url(b"x"),
        "signature": lambda claims: sign(claims, other_key, "k1"),
        "kid_unknown": lambda claims: sign(claims, other_key, "k2"),
    }
    for reason, forge in forgeries.items():
        office.provider.forge = forge
        browser, answer = office.come(claims={"groups": ["jampel-admin"]})
        assert answer.status_code == 400
        assert "oidc.token_refused" in answer.text
        assert office.log()[0] == f"login.sso_failed oidc.token_refused {reason}"
        assert browser.get("/admin/").status_code == 302
    assert office.site.services.house.accounts.list() == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": "lain"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"iss": "https://jahat.example"}, "iss"),
        ({"aud": "lain"}, "aud"),
        ({"aud": ["lain", "jampel"]}, "azp"),
        ({"azp": "lain"}, "azp"),
        ({"exp": 1}, "exp"),
        ({"exp": "2030"}, "exp"),
        ({"iat": 1}, "iat"),
        ({"nbf": 9_999_999_999}, "nbf"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
    ],
)
def test_a_token_with_a_wrong_claim_opens_nothing(office, changes, reason: str) -> None:
    browser, answer = office.come(claims={"groups": ["jampel-admin"], **changes})
    assert answer.status_code == 400
    assert office.log()[0] == f"login.sso_failed oidc.token_refused {reason}"
    assert browser.get("/admin/").status_code == 302


def test_an_answer_works_once_in_the_browser_that_asked(office) -> None:
    office.provider.claims["groups"] = ["jampel-admin"]
    victim, thief = office.site.browser(), office.site.browser()
    query = office.provider.authorize(victim.get("/masuk/sso/").location)
    assert "oidc.state_lost" in thief.get(f"/masuk/sso/kembali?{query}").text
    assert victim.get(f"/masuk/sso/kembali?{query}").status_code == 303
    assert "oidc.state_lost" in victim.get(f"/masuk/sso/kembali?{query}").text


def test_a_code_of_another_flow_or_used_before_is_refused(office) -> None:
    browser = office.site.browser()
    first = office.provider.authorize(browser.get("/masuk/sso/").location)
    second = dict(parse_qsl(office.provider.authorize(browser.get("/masuk/sso/").location)))
    mixed = f"code={dict(parse_qsl(first))['code']}&state={second['state']}&iss={ISSUER}"
    assert "oidc.code_refused" in browser.get(f"/masuk/sso/kembali?{mixed}").text


@pytest.mark.parametrize("said", ["&iss=https://lain.example", ""])
def test_the_answer_of_another_provider_is_told_apart(office, said: str) -> None:
    office.provider.metadata = {"authorization_response_iss_parameter_supported": True}
    browser = office.site.browser()
    query = office.provider.authorize(browser.get("/masuk/sso/").location).replace(f"&iss={ISSUER}", said)
    assert "oidc.issuer_mixed" in browser.get(f"/masuk/sso/kembali?{query}").text


@pytest.mark.parametrize(
    "metadata", [{"issuer": "https://lain.example"}, {"token_endpoint": "http://sso.example/token"}, {"jwks_uri": 7}]
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(office, metadata) -> None:
    office.provider.metadata = metadata
    assert office.site.browser().get("/masuk/sso/").status_code in (400, 502)


def test_a_refusal_of_the_provider_is_told_without_its_words(office) -> None:
    browser = office.site.browser()
    state = parse_qs(urlsplit(browser.get("/masuk/sso/").location).query)["state"][0]
    answer = browser.get(f"/masuk/sso/kembali?state={state}&error=access_denied&error_description=%3Cscript%3E")
    assert "access_denied" in answer.text
    assert "script" not in answer.text.split("<main")[1]


def test_people_of_another_institution_stay_out(office) -> None:
    own = Oidc(
        issuer=ISSUER, client_id="jampel", client_secret_file="oidc.secret", roles=ROLES,
        institution_claim="org.kode", institution_values=("33",),
    )  # fmt: skip
    with office.site.app.app_context():
        office.site.services.settings = msgspec.structs.replace(office.site.services.settings, oidc=own)
        office.site.app.extensions[SIGN_ON] = sign_on_of(office.site.services, office.provider)
    assert "oidc.other_institution" in office.come(claims={"groups": ["jampel-admin"], "org": {"kode": "34"}})[1].text
    assert office.come(claims={"org": {"kode": "33"}})[1].status_code == 303


@pytest.mark.parametrize(("roles", "client"), [(("admin",), "jampel"), (("x=root",), "jampel"), ((), "")])
def test_settings_that_do_not_fit_are_named(office, roles, client: str) -> None:
    own = Oidc(issuer=ISSUER, client_id=client, roles=roles)
    office.site.services.settings = msgspec.structs.replace(office.site.services.settings, oidc=own)
    with office.site.app.app_context(), pytest.raises(ToolError) as caught:
        sign_on_of(office.site.services, office.provider)
    assert caught.value.code == "oidc.settings"


def test_without_an_issuer_there_is_no_sign_on_and_no_button(site) -> None:
    assert site.browser().get("/masuk/sso/").status_code == 404
    assert "/masuk/sso" not in site.browser().get("/masuk").text
