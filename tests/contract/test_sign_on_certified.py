"""Single sign-on with a certified OpenID provider, over HTTP: what the tests with a scripted provider only suppose."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from flask import request
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from lti_tool.http import PlatformHttp
from lti_tool.settings import Oidc
from lti_tool.web.sign_on import SIGN_ON, sign_on_of
from lti_tool.web.testing import Site, send
from tests.contract.certified_provider import CertifiedProvider, Person
from tests.e2e.test_register import Quiet

BACK = "http://localhost/masuk/sso/kembali"
SECRET = "rahasia klien yang panjang + % & sekali"  # noqa: S105 - of a provider that lives for one test
PEOPLE = {
    "rina": {"name": "Rina K", "preferred_username": "rina", "groups": ["jampel-audit"], "instansi": "33"},
    "joko": {"name": "Joko", "preferred_username": "joko", "groups": [], "instansi": "33"},
    "wati": {"name": "Wati", "preferred_username": "wati", "groups": ["jampel-admin"], "instansi": "34"},
    "siti": {"name": "Siti", "groups": ["pegawai"], "nip": "198501012099031001", "instansi": "33"},
}
#: The client's name, how it proves itself, and how its tokens are signed.
CLIENTS = [
    ("basic", "client_secret_basic", "RS256"),
    ("post", "client_secret_post", "ES256"),
    ("key", "private_key_jwt", "PS256"),
    ("public", "none", "RS256"),
]
#: The clients whom the provider tells which session has ended, and not only whose.
TOLD_WHICH = ("basic", "key")
#: Who leaves there, somebody of their own for each test: who left is not let in again in that very second.
PEOPLE |= {f"pergi-{name}": {"name": "Lia", "groups": ["jampel-audit"], "instansi": "33"} for name, _, _ in CLIENTS}
PEOPLE["pergi"] = PEOPLE["pergi-post"]
pytestmark = pytest.mark.npm


class Office:
    """The tool, beside the provider."""

    def __init__(self, site: Site, provider: CertifiedProvider) -> None:
        self.site = site
        self.provider = provider
        self.ahead = timedelta(0)
        self.told: list[str] = []  # the logout tokens that came

    def use(self, client: str, issuer: str, **changes: Any) -> "Office":
        """The tool is the client `client` of `issuer` from now on."""
        auth = {name: way for name, way, _algorithm in CLIENTS}[client]
        own = Oidc(
            issuer=issuer,
            client_id=client,
            client_secret_file="" if auth in ("none", "private_key_jwt") else "oidc.secret",
            client_auth="" if auth == "none" else auth,  # type: ignore[arg-type]
            scopes=("groups",),
            roles=("jampel-admin=admin", "jampel-audit=auditor", "pegawai=learner"),
            institution_claim="instansi",
            institution_values=("33",),
            nip_claim="nip",
        )
        services = self.site.services
        services.settings = msgspec.structs.replace(services.settings, oidc=msgspec.structs.replace(own, **changes))
        hosts = [issuer.removeprefix("http://") for issuer in (self.provider.token, self.provider.userinfo)]
        with self.site.app.app_context():
            self.site.app.extensions[SIGN_ON] = sign_on_of(services, PlatformHttp(hosts))
        return self

    def come(self, login: str, person: Person | None = None) -> tuple[FlaskClient, Any]:
        """A browser whose person logs in at the provider, in the browser of `person`, and what it gets here."""
        browser, person = self.site.browser(), person or Person(login)
        self.site.clock.now = datetime.now(UTC) + self.ahead
        begun = browser.get("/masuk/sso/?lanjut=/audit/")
        assert begun.status_code == 302, begun.text
        return browser, browser.get(person.authorize(begun.location).removeprefix("http://localhost"))


@contextmanager
def served(site: Site, told: list[str]) -> Iterator[str]:
    """The address where the provider reaches the tool; the logout tokens that come are put into `told`."""

    @site.app.before_request
    def keep() -> None:
        if request.path == "/masuk/sso/keluar":
            told.append(request.form.get("logout_token", ""))

    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/masuk/sso/keluar"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def whole(require, tmp_path_factory) -> Iterator[Office]:
    node = require("oidc-provider")
    data = tmp_path_factory.mktemp("sso") / "data"
    data.mkdir()
    (data / "oidc.secret").write_text(f"{SECRET}\n", encoding="utf-8")
    site = Site(data)
    site.services.lti_parts.keys.signing()
    told: list[str] = []
    with (
        served(site, told) as back_channel,
        CertifiedProvider(node, PEOPLE, clients_of(site, back_channel)) as provider,
    ):
        office = Office(site, provider)
        office.told = told
        yield office
    site.close()


def clients_of(site: Site, back_channel: str) -> list[dict[str, Any]]:
    return [
        {
            "client_id": name,
            "redirect_uris": [BACK],
            "post_logout_redirect_uris": ["http://localhost/"],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "token_endpoint_auth_method": way,
            "id_token_signed_response_alg": algorithm,
            "backchannel_logout_uri": back_channel,
            "backchannel_logout_session_required": name in TOLD_WHICH,
            **({"client_secret": SECRET} if way.startswith("client_secret") else {}),
            **({"jwks": site.services.lti_parts.keys.jwks()} if way == "private_key_jwt" else {}),
        }
        for name, way, algorithm in CLIENTS
    ]


@pytest.mark.parametrize("client", [name for name, _way, _algorithm in CLIENTS])
def test_every_way_of_a_client_to_prove_itself_lets_its_people_in(whole, client: str) -> None:
    browser, answer = whole.use(client, whole.provider.token).come("rina")
    assert (answer.status_code, answer.location) == (303, "/audit/")
    assert browser.get("/audit/").status_code == 200
    assert browser.get("/admin/").status_code == 403


def test_claims_that_the_provider_tells_only_when_asked_count_as_those_in_the_token(whole) -> None:
    browser, answer = whole.use("basic", whole.provider.userinfo).come("rina")
    assert answer.status_code == 303
    assert browser.get("/audit/").status_code == 200
    assert "Rina K" in browser.get("/akun/").text


def test_another_institution_a_missing_group_and_a_learner_are_told_apart(whole) -> None:
    whole.use("basic", whole.provider.userinfo)
    assert "oidc.other_institution" in whole.come("wati")[1].text
    assert "oidc.waiting" in whole.come("joko")[1].text
    whole.site.employ("Siti")
    browser, answer = whole.come("siti")
    assert answer.location == "/saya/"
    assert browser.get("/saya/").status_code == 200


def test_keys_that_change_while_people_sign_in_let_them_in(whole) -> None:
    whole.use("basic", whole.provider.token)
    assert whole.come("rina")[1].status_code == 303
    for minutes, change in ((1.5, whole.provider.rotate), (3, whole.provider.replace)):
        change()
        whole.ahead = timedelta(minutes=minutes)
        assert whole.come("rina")[1].status_code == 303
    whole.ahead = timedelta(0)


def test_a_person_who_gives_up_there_is_told_so_here(whole) -> None:
    browser = whole.use("basic", whole.provider.token).site.browser()
    address = Person("rina").authorize(browser.get("/masuk/sso/").location, gives_up=True)
    answer = browser.get(address.removeprefix("http://localhost"))
    assert answer.status_code == 400
    assert "access_denied" in answer.text


def test_a_code_and_an_answer_work_once(whole) -> None:
    browser = whole.use("basic", whole.provider.token).site.browser()
    address = Person("rina").authorize(browser.get("/masuk/sso/").location).removeprefix("http://localhost")
    assert browser.get(address).status_code == 303
    assert "oidc.state_lost" in browser.get(address).text
    other = whole.site.browser()
    fresh = Person("rina").authorize(other.get("/masuk/sso/").location).removeprefix("http://localhost")
    code = address.split("code=")[1].split("&")[0]
    mixed = fresh.replace(fresh.split("code=")[1].split("&")[0], code)
    assert "oidc.code_refused" in other.get(mixed).text


def test_a_wrong_secret_is_named_as_what_the_provider_refuses(whole) -> None:
    secret = whole.site.data / "oidc.secret"
    secret.write_text("lain sama sekali, tetapi panjang juga\n", encoding="utf-8")
    try:
        answer = whole.use("basic", whole.provider.token).come("rina")[1]
    finally:
        secret.write_text(f"{SECRET}\n", encoding="utf-8")
    assert "oidc.code_refused" in answer.text
    assert "HTTP 401" in answer.text


def test_leaving_ends_the_session_at_the_provider_too(whole) -> None:
    whole.use("basic", whole.provider.token)
    browser, person = whole.site.browser(), Person("rina")
    back = person.authorize(browser.get("/masuk/sso/").location)
    browser.get(back.removeprefix("http://localhost"))
    page = send(browser, "/", "/keluar").text
    (address,) = [part.replace("&amp;", "&") for part in page.split('"') if "/session/end" in part]
    answer = person.log_out(address)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "http://localhost/"


@pytest.mark.parametrize("client", [name for name, _way, _algorithm in CLIENTS])
def test_leaving_there_ends_that_session_here_or_all_of_that_person(whole, client: str) -> None:
    """Each client's tokens are signed in its own way; the provider waits for our answer before it goes on."""
    whole.use(client, whole.provider.token)
    here, elsewhere, other = Person(f"pergi-{client}"), Person(f"pergi-{client}"), Person("siti")
    browsers = [whole.come(person.login, person)[0] for person in (here, elsewhere, other)]
    places = ("/audit/", "/audit/", "/saya/")
    assert [browser.get(place).status_code for browser, place in zip(browsers, places, strict=True)] == [200, 200, 200]
    whole.told.clear()
    here.log_out(f"{whole.provider.token}/session/end")
    left = [browser.get(place).status_code for browser, place in zip(browsers, places, strict=True)]
    assert left == [302, 200 if client in TOLD_WHICH else 302, 200]
    assert len(whole.told) == 1


def test_a_logout_token_works_once_and_for_its_own_client_alone(whole) -> None:
    whole.use("post", whole.provider.token)
    person = Person("pergi")
    whole.come("pergi", person)
    whole.told.clear()
    person.log_out(f"{whole.provider.token}/session/end")
    for client, reason in (("post", "jti"), ("basic", "aud")):
        browser = whole.use(client, whole.provider.token).site.browser()
        answer = browser.post("/masuk/sso/keluar", data={"logout_token": whole.told[0]})
        assert (answer.status_code, f"({reason})" in answer.json["error_description"]) == (400, True)
