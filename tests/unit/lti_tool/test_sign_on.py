"""Single sign-on: a good provider lets in whom its groups name, and nothing that a hostile one sends opens anything."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from lti_tool.errors import ToolError
from lti_tool.jose import base64url, sign
from lti_tool.settings import Oidc
from lti_tool.web.sign_on import SIGN_ON, sign_on_of
from lti_tool.web.testing import send
from tests.unit.lti_tool.sign_on_office import ISSUER, PERSON, ROLES, open_office

#: What SQL does here, other tests ask on both databases.
pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@pytest.fixture
def office(tmp_path, rsa_key, place) -> Any:
    with open_office(tmp_path, rsa_key) as found:
        yield found


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


def test_the_last_admin_is_out_when_the_group_gives_another_role(office) -> None:
    old, _answer = office.come(claims={"groups": ["jampel-admin"]})
    assert old.get("/admin/").status_code == 200
    new, answer = office.come(claims={"groups": ["jampel-audit"]})
    assert "accounts.last_admin" in answer.text
    assert [browser.get("/admin/").status_code for browser in (old, new)] == [302, 302]


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


def signed_with_the_public_key(claims: dict[str, Any], public: bytes) -> str:
    """HS256 with what everybody can read as its secret: the confusion of RFC 8725 section 2.1."""
    head = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "k1"}, claims))
    return f"{head}.{base64url(hmac.digest(public, head.encode(), 'sha256'))}"


def test_a_token_that_is_not_signed_or_by_another_opens_nothing(office, other_key) -> None:
    kind, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    public = office.provider.key.public_key().public_bytes(kind, form)
    forgeries = [
        ("algorithm", unsigned),
        ("algorithm", lambda claims: signed_with_the_public_key(claims, public)),
        ("signature", lambda claims: sign(claims, other_key, "k1")),
        ("kid_unknown", lambda claims: sign(claims, other_key, "k2")),
    ]
    for reason, forge in forgeries:
        office.provider.forge = forge
        browser, answer = office.come(claims={"groups": ["jampel-admin"]})
        assert answer.status_code == 400
        assert "oidc.token_refused" in answer.text
        assert office.log()[0] == f"login.sso_failed oidc.token_refused {reason}"
        assert browser.get("/admin/").status_code == 302
    assert office.site.services.house.accounts.list() == []


WRONG = [
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
]


def test_a_token_with_a_wrong_claim_opens_nothing(office) -> None:
    for changes, reason in WRONG:
        office.provider.claims = {**PERSON, "groups": ["jampel-admin"], **changes}
        browser, answer = office.come()
        assert answer.status_code == 400, reason
        assert office.log()[0] == f"login.sso_failed oidc.token_refused {reason}"
        assert browser.get("/admin/").status_code == 302
    assert office.site.services.house.accounts.list() == []


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


def test_settings_that_do_not_fit_are_named(office) -> None:
    for roles, client in ((("admin",), "jampel"), (("x=root",), "jampel"), ((), "")):
        own = Oidc(issuer=ISSUER, client_id=client, roles=roles)
        office.site.services.settings = msgspec.structs.replace(office.site.services.settings, oidc=own)
        with office.site.app.app_context(), pytest.raises(ToolError) as caught:
            sign_on_of(office.site.services, office.provider)
        assert caught.value.code == "oidc.settings"


def test_without_an_issuer_there_is_no_sign_on_and_no_button(site) -> None:
    assert site.browser().get("/masuk/sso/").status_code == 404
    assert "/masuk/sso" not in site.browser().get("/masuk").text


def test_a_token_that_says_none_is_not_taken_whatever_stands_for_its_signature(office) -> None:
    office.provider.forge = lambda claims: unsigned(claims) + base64url(b"x")
    assert "oidc.token_refused" in office.come(claims={"groups": ["jampel-admin"]})[1].text
    assert office.log()[0] == "login.sso_failed oidc.token_refused algorithm"


def without_kid(claims: dict[str, Any], key: Any) -> str:
    head = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "RS256"}, claims))
    return f"{head}.{base64url(key.sign(head.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def test_a_token_without_a_kid_is_believed_while_the_provider_has_one_key(office, other_key) -> None:
    office.provider.forge = lambda claims: without_kid(claims, other_key)
    assert "oidc.token_refused" in office.come(claims={"groups": ["jampel-audit"]})[1].text
    office.provider.forge = lambda claims: without_kid(claims, office.provider.key)
    assert office.come()[1].status_code == 303
    office.provider.more_keys = ({"kty": "RSA", "kid": "k2", "use": "enc"},)
    office.site.clock.advance(hours=1)
    assert "oidc.token_refused" in office.come()[1].text


def test_groups_that_only_userinfo_tells_give_their_role(office) -> None:
    office.provider.info = {"sub": "u-1", "groups": ["jampel-audit"], "iss": "https://jahat.example"}
    assert office.come()[1].status_code == 303
    assert office.site.services.house.accounts.list()[0].role == "auditor"


def test_what_the_signed_token_says_goes_before_userinfo(office) -> None:
    office.provider.info = {"sub": "u-1", "groups": ["jampel-admin"], "nip": "198501012099031001"}
    assert office.come(claims={"groups": ["jampel-audit"]})[1].status_code == 303
    assert office.site.services.house.accounts.list()[0].role == "auditor"


def test_userinfo_about_somebody_else_or_unreadable_opens_nothing(office) -> None:
    groups = {"groups": ["jampel-admin"]}
    for info, reason in (({"sub": "u-2", **groups}, "sub"), (groups, "sub"), (b"<html>", "JSON"), (b"[]", "sub")):
        office.provider.info = info
        browser, answer = office.come()
        assert answer.status_code == 502
        assert office.log()[0] == f"login.sso_failed oidc.userinfo_refused {reason}"
        assert browser.get("/audit/").status_code == 302


def test_an_access_token_that_the_signed_token_does_not_name_is_not_used(office) -> None:
    office.provider.info = {"sub": "u-1", "groups": ["jampel-admin"]}
    right = base64url(hashlib.sha256(b"x").digest()[:16])
    assert "oidc.token_refused" in office.come(claims={"at_hash": right[::-1]})[1].text
    assert office.log()[0] == "login.sso_failed oidc.token_refused at_hash"
    assert office.come(claims={"at_hash": right})[1].status_code == 303


def test_a_dead_provider_is_asked_once_and_told_to_everybody_after(office) -> None:
    browser = office.site.browser()
    for calls, how in enumerate(("http.unreachable", "http.too_slow", "http.unresolved"), 1):
        office.provider.down = how
        office.site.clock.advance(seconds=31)
        for _attempt in range(3):
            answer = browser.get("/masuk/sso/")
            assert answer.status_code == 503
            assert "oidc.unreachable" in answer.text
            assert 'href="/masuk"' in answer.text
        assert len(office.provider.calls) == calls
    assert office.site.staff("admin").get("/admin/").status_code == 200
    office.provider.down = ""
    office.site.clock.advance(seconds=31)
    assert office.come(claims={"groups": ["jampel-audit"]})[1].status_code == 303


def test_a_provider_that_dies_between_login_and_answer_costs_one_wait_and_opens_nothing(office) -> None:
    office.provider.claims["groups"] = ["jampel-admin"]
    browser = office.site.browser()
    query = office.provider.authorize(browser.get("/masuk/sso/").location)
    office.provider.down = "http.too_slow"
    answer = browser.get(f"/masuk/sso/kembali?{query}")
    assert answer.status_code == 503
    assert browser.get("/admin/").status_code == 302
    assert office.log()[0] == "login.sso_failed oidc.unreachable"


def test_nobody_is_kept_from_leaving_by_a_dead_provider(office) -> None:
    browser, _answer = office.come(claims={"groups": ["jampel-audit"]})
    office.site.clock.advance(minutes=20)
    browser.get("/audit/")
    office.provider.down = "http.too_slow"
    assert send(browser, "/", "/keluar").status_code == 200
    assert browser.get("/audit/").status_code == 302


def test_a_provider_away_for_an_hour_is_believed_as_it_was_and_for_a_day_no_more(office) -> None:
    office.come(claims={"groups": ["jampel-audit"]})
    office.provider.down = "http.unreachable"
    office.site.clock.advance(hours=2)
    assert office.site.browser().get("/masuk/sso/").status_code == 302
    office.site.clock.advance(hours=23)
    assert office.site.browser().get("/masuk/sso/").status_code == 503


def test_a_provider_that_points_into_the_inner_network_is_not_followed(office) -> None:
    office.provider.inner = ("dalam.example",)
    for place_of in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        office.provider.metadata = {place_of: "https://dalam.example/"}
        answer = office.site.browser().get("/masuk/sso/")
        assert answer.status_code == 400
        assert "http.private_address" in answer.text


def test_an_account_of_the_sign_on_is_offered_no_password_and_gets_none(office) -> None:
    browser, _answer = office.come(claims={"groups": ["jampel-audit"]})
    page = browser.get("/akun/").text
    assert 'action="/akun/sandi"' not in page
    assert "masuk tunggal" in page
    fields = {"current": "x", "password": "kalimat panjang lain lagi", "again": "kalimat panjang lain lagi"}
    assert send(browser, "/akun/", "/akun/sandi", **fields).status_code == 400
    (account,) = office.site.services.house.accounts.list()
    admin = office.site.staff("admin")
    assert f"/admin/akun/{account.id}/sandi" not in admin.get("/admin/akun").text
    answer = send(admin, "/admin/akun", f"/admin/akun/{account.id}/sandi")
    assert "accounts.no_password" in answer.text
    assert "/sandi/" not in answer.text.split("<main")[1]


def test_where_there_is_a_sign_on_the_password_comes_second(office) -> None:
    page = office.site.browser().get("/masuk").text
    assert page.index("/masuk/sso/") < page.index("<details") < page.index('name="password"')
