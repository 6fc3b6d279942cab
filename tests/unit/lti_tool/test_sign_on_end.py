"""Back-channel logout: the provider ends sessions here, and nothing that a hostile one or a stranger sends does."""

import hmac
import json
import logging
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from lti_tool.jose import base64url, sign
from lti_tool.oidc.logout_token import EVENT
from lti_tool.web.testing import PASSWORD, Site, send
from tests.unit.lti_tool.sign_on_office import ISSUER, logout_token, open_office

NIP = "198501012099031001"
#: What the store does, `test_sign_on_logouts.py` asks on both databases.
pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@pytest.fixture
def office(tmp_path, rsa_key, place) -> Any:
    with open_office(tmp_path, rsa_key) as found:
        found.provider.claims["groups"] = ["jampel-audit"]
        yield found


def is_in(browser: Any) -> bool:
    return browser.get("/audit/").status_code == 200


def test_a_logout_there_ends_that_session_here_and_no_other(office) -> None:
    ended, _answer = office.come(claims={"sid": "s-1"})
    other, _answer = office.come(claims={"sid": "s-2"})
    somebody, _answer = office.come(claims={"sub": "u-2", "sid": "s-3", "preferred_username": "budi"})
    by_password = office.site.staff("auditor")
    answer = office.tell(sid="s-1")
    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (200, b"", "no-store")
    assert [is_in(browser) for browser in (ended, other, somebody, by_password)] == [False, True, True, True]
    assert ended.get("/audit/").location.startswith("/masuk?lanjut=/audit/")
    assert office.tell(sid="s-3", sub=None).status_code == 200
    assert [is_in(browser) for browser in (other, somebody, by_password)] == [True, False, True]


def test_a_logout_of_a_person_ends_all_their_sessions(office) -> None:
    browsers = [office.come(claims={"sid": sid})[0] for sid in ("s-1", "s-2")]
    office.site.clock.advance(seconds=5)
    assert office.tell().status_code == 200
    assert [is_in(browser) for browser in browsers] == [False, False]
    assert office.log()[0] == "session.end_sso"
    (account,) = office.site.services.house.accounts.list()
    assert office.site.services.house.log.last()[0].subject == account.id
    office.site.clock.advance(seconds=1)
    assert office.come()[1].status_code == 303


def test_a_session_whose_name_the_provider_never_told_ends_with_any_of_its_person(office) -> None:
    nameless, _answer = office.come()
    assert office.tell(sid="s-9", sub="u-2").status_code == 200
    assert is_in(nameless)
    assert office.tell(sid="s-9").status_code == 200
    assert not is_in(nameless)


def test_a_learner_is_logged_out_too_and_stands_in_no_log(office, caplog) -> None:
    office.site.employ("Siti")
    learner, _answer = office.come(claims={"sub": NIP, "groups": ["pegawai"], "nip": NIP, "sid": "s-1"})
    assert learner.get("/saya/").status_code == 200
    with caplog.at_level(logging.INFO):
        assert office.tell(sub=NIP, sid="s-1").status_code == 200
        assert office.tell(sub=NIP, sid="s-1", exp=1).status_code == 400
    closed = learner.get("/saya/")
    assert closed.status_code == 401
    assert 'href="/masuk/sso/"' in closed.text
    assert "the single sign-on ended 1 sessions" in caplog.text
    assert NIP not in caplog.text
    assert NIP not in str(office.site.services.house.log.last())
    assert [path for path in office.site.data.glob("house.db*") if NIP.encode() in path.read_bytes()] == []


def test_a_logout_works_once_and_has_nothing_to_do_when_nobody_is_there(office) -> None:
    claims = office.logout_claims(sid="s-1")
    token = logout_token(office.provider.key, claims)
    assert office.post(token).status_code == 200
    for again in (token, logout_token(office.provider.key, claims | {"sid": "s-2"})):
        answer = office.post(again)
        assert answer.status_code == 400
        assert "(jti)" in answer.json["error_description"]
    office.site.clock.advance(minutes=20)  # by now it is too old to be taken, and need not be remembered
    assert "(exp)" in office.post(token).json["error_description"]


def test_who_comes_with_a_token_from_before_the_logout_is_not_let_in(office) -> None:
    browser = office.site.browser()
    query = office.provider.authorize(browser.get("/masuk/sso/").location)
    office.provider.claims["sid"] = "s-1"
    office.provider.claims["iat"] = int(office.site.clock().timestamp())
    office.site.clock.advance(seconds=5)
    assert office.tell(sid="s-1").status_code == 200
    answer = browser.get(f"/masuk/sso/kembali?{query}")
    assert "oidc.ended_there" in answer.text
    assert 'href="/masuk"' in answer.text
    assert office.log()[0] == "login.sso_failed oidc.ended_there"
    assert not is_in(browser)
    assert is_in(office.come(claims={"sid": "s-2"})[0])


def test_a_logout_token_with_a_wrong_claim_ends_nothing(office) -> None:
    browser, _answer = office.come(claims={"sid": "s-1"})
    now = int(office.site.clock().timestamp())
    wrong = [
        ({"iss": "https://jahat.example"}, "iss"), ({"aud": "lain"}, "aud"), ({"aud": ["jampel", "lain"]}, "azp"),
        ({"iat": None}, "iat"), ({"iat": now - 721}, "iat"), ({"iat": now + 121}, "iat"),
        ({"exp": None}, "exp"), ({"exp": now - 120}, "exp"), ({"exp": "2030"}, "exp"),
        ({"events": None}, "events"), ({"events": [EVENT]}, "events"), ({"events": {EVENT: ""}}, "events"),
        ({"events": {"http://schemas.openid.net/event/lain": {}}}, "events"),
        ({"nonce": "n"}, "nonce"), ({"nonce": ""}, "nonce"),
        ({"jti": None}, "jti"), ({"jti": ""}, "jti"), ({"jti": 7}, "jti"), ({"jti": "x" * 256}, "jti"),
        ({"sub": None}, "sub"), ({"sub": ""}, "sub"), ({"sub": ["u-1"]}, "sub"), ({"sid": 7}, "sid"),
        ({"sub": None, "sid": "s\n1"}, "sid"),
    ]  # fmt: skip
    for changes, reason in wrong:
        answer = office.tell(**changes)
        said = (answer.status_code, answer.json["error"], answer.headers["Cache-Control"])
        assert said == (400, "invalid_request", "no-store"), changes
        assert f"({reason})" in answer.json["error_description"], changes
    assert is_in(browser)
    assert office.tell(iat=now - 719, exp=now - 119, sid="s-1").status_code == 200  # clocks differ a little
    assert not is_in(browser)


def test_a_logout_token_that_is_not_signed_by_the_provider_ends_nothing(office, other_key) -> None:
    browser, _answer = office.come()
    claims = office.logout_claims()
    kind, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    public = office.provider.key.public_key().public_bytes(kind, form)
    good = logout_token(office.provider.key, claims)
    head, body, signature = good.split(".")
    confused = f"{base64url(json.dumps({'alg': 'HS256', 'kid': 'k1'}).encode())}.{body}"
    forgeries = {
        f"{base64url(json.dumps({'alg': 'none', 'kid': 'k1'}).encode())}.{body}.": "algorithm",
        f"{confused}.{base64url(hmac.digest(public, confused.encode(), 'sha256'))}": "algorithm",
        logout_token(office.provider.key, claims, alg="PS256"): "signature",
        logout_token(other_key, claims): "signature",
        logout_token(other_key, claims, kid="k2"): "kid_unknown",
        logout_token(office.provider.key, claims, kid=7): "kid",
        logout_token(office.provider.key, claims, crit=["x"]): "crit",
        logout_token(office.provider.key, claims, typ="at+jwt"): "typ",
        logout_token(office.provider.key, claims, typ=7): "typ",
        f"{head}.{base64url(json.dumps(claims | {'sub': 'u-9'}).encode())}.{signature}": "signature",
        "": "token_malformed",
        "a.b": "token_malformed",
    }
    for token, reason in forgeries.items():
        answer = office.post(token)
        assert (answer.status_code, f"({reason})" in answer.json["error_description"]) == (400, True), reason
    assert is_in(browser)
    for typ in (None, "JWT", "application/logout+jwt"):  # what providers write there besides
        answer = office.post(logout_token(office.provider.key, office.logout_claims(), typ=typ))
        assert answer.status_code == 200, typ


def test_an_id_token_ends_nothing_and_a_logout_token_lets_nobody_in(office) -> None:
    browser, _answer = office.come(claims={"sid": "s-1"})
    made = office.logout_claims(sid="s-1", jti="x", events=None)
    for claims in (made, made | {"nonce": "n", "events": {EVENT: {}}}):
        assert office.post(sign(claims, office.provider.key, "k1")).status_code == 400
    assert is_in(browser)
    office.provider.forge = lambda claims: logout_token(office.provider.key, office.logout_claims())
    assert "oidc.token_refused" in office.come()[1].text
    assert office.log()[0] == "login.sso_failed oidc.token_refused typ"
    office.provider.forge = lambda claims: sign(office.logout_claims(), office.provider.key, "k1")
    assert "oidc.token_refused" in office.come()[1].text
    assert office.log()[0] == "login.sso_failed oidc.token_refused nonce"
    office.provider.forge = lambda claims: logout_token(office.provider.key, claims | {"events": {EVENT: {}}})
    assert "oidc.token_refused" in office.come()[1].text


def test_what_is_not_one_small_form_is_refused(office) -> None:
    def status(**options: Any) -> tuple[int, str]:
        answer = office.site.browser().post("/masuk/sso/keluar", **options)
        return answer.status_code, answer.json["error_description"]

    token = logout_token(office.provider.key, office.logout_claims())
    assert status() == status(json={"logout_token": token}) == status(data={"logout_token": [token, token]})
    assert status(query_string={"logout_token": token})[0] == 400
    large = status(data={"logout_token": "x" * 1_048_576})
    assert (large[0], "(size)" in large[1]) == (400, True)
    assert office.site.browser().get("/masuk/sso/keluar").status_code == 405
    assert office.post(token).status_code == 200


@pytest.mark.thorough
def test_a_network_that_sends_many_wrong_tokens_waits_and_right_ones_are_never_too_many(office, monkeypatch) -> None:
    monkeypatch.setattr("lti_tool.web.sign_on_end.AddressPace.most", 3)
    near, far = ({"REMOTE_ADDR": address} for address in ("203.0.113.7", "198.51.100.1"))
    for _ in range(5):
        token = logout_token(office.provider.key, office.logout_claims())
        assert office.post(token, environ_overrides=far).status_code == 200
    assert [office.post("x", environ_overrides=near).status_code for _ in range(4)] == [400, 400, 400, 429]
    answer = office.post("x", environ_overrides=near)
    assert (answer.headers["Retry-After"], answer.json["error"]) == ("60", "temporarily_unavailable")
    token = logout_token(office.provider.key, office.logout_claims())
    assert office.post(token, environ_overrides=far).status_code == 200
    assert office.log() == []


@pytest.mark.thorough
def test_a_provider_that_cannot_be_asked_for_its_keys_is_told_so(office) -> None:
    office.provider.down = "http.unreachable"
    answer = office.tell()
    assert (answer.status_code, answer.json["error"]) == (400, "temporarily_unavailable")


@pytest.mark.thorough
def test_a_key_that_is_new_is_asked_for_within_seconds(office, other_key) -> None:
    browser, _answer = office.come()
    office.provider.key = other_key
    claims = office.logout_claims()
    token = logout_token(other_key, claims, kid="k1")
    assert "(signature)" in office.post(token).json["error_description"]
    office.site.clock.advance(seconds=6)
    assert office.post(token).status_code == 200
    assert not is_in(browser)


@pytest.mark.thorough
def test_leaving_leads_a_learner_of_the_sign_on_out_there_too_and_one_of_a_launch_home(office) -> None:
    person = office.site.employ("Siti")
    learner, _answer = office.come(claims={"groups": ["pegawai"], "nip": NIP})
    assert f"{ISSUER}/logout?client_id=jampel" in send(learner, "/saya/", "/saya/keluar").text
    assert learner.get("/saya/").status_code == 401
    launched = office.site.learner(person)
    assert send(launched, "/saya/", "/saya/keluar").location == "/"


def test_without_a_single_sign_on_there_is_nothing_to_end(tmp_path, place) -> None:
    site = Site(tmp_path / "data")
    account = site.accounts.create("rina", "Rina", "auditor", PASSWORD)
    answer = site.browser().post("/masuk/sso/keluar", data={"logout_token": "x"})
    assert (answer.status_code, answer.json["error"]) == (404, "invalid_request")
    assert site.services.house.log.last() == []
    assert account.active
    site.close()
