"""The pages that answer a form or a launch, made as a person or an LMS would have them made."""

import html
import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.test import TestResponse

from lti_tool.claims import REVIEW_LAUNCH, Ags, Launch
from lti_tool.doctor.testing import FakeWay
from lti_tool.errors import ToolError
from lti_tool.line_items import SCORE
from lti_tool.results import RESULT_READ
from lti_tool.testing import FakePlatform, state_and_nonce
from lti_tool.web.learn import open_launch
from lti_tool.web.picker import open_picker
from lti_tool.web.testing import LMS, token_of
from lti_tool.worker import Work
from tests.e2e.pages.house import CONFIGURATION, INVITE, LINE_ITEM, House

Made = Callable[[House, str], Any]
TEACHER = frozenset({"teacher"})
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HTTPS, TARGET = "https://localhost", "http://localhost/lti/launch"
TARGET_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sent(house: House, who: str, to: str, page: str, language: str, fields: dict[str, str]) -> Any:
    """The answer to `fields`, sent to `to` with the token of the form on `page`."""
    browser, to = house.browsers[who], to.format_map(house.places)
    token = token_of(browser.get(page.format_map(house.places)).text)
    return browser.post(to, query_string={"lang": language}, data={"csrf_token": token, **fields})


def own_jp_from_elsewhere(house: House, language: str) -> Any:
    """The question to somebody whose browser another site sends to a learner's page."""
    token = house.site.launch_token(house.places["person"])
    headers = {"Sec-Fetch-Site": "cross-site"}
    return house.site.browser().post(
        "/saya/masuk", query_string={"lang": language}, data={"token": token}, headers=headers
    )


def secret(house: House, language: str) -> Any:
    """A credential just made."""
    fields = {"name": "Portal", "scope": "state", "source": "foreign"}
    return sent(house, "admin", "/admin/kredensial/baru", "/admin/kredensial/baru", language, fields)


def invited(house: House, language: str) -> Any:
    """An invite just made."""
    fields = {"name": "Kota Contoh", "days": "7", "platform": ""}
    return sent(house, "admin", "/admin/undangan", "/admin/undangan", language, fields)


def reset_link(house: House, language: str) -> Any:
    """The link of a new password."""
    found = house.site.services.house.accounts.with_hash("author")
    assert found is not None
    return sent(house, "admin", f"/admin/akun/{found[0].id}/sandi", "/admin/akun", language, {})


def examined(house: House, language: str) -> Any:
    """A platform that cannot be reached, examined by the worker."""
    page = f"/admin/lms/{house.places['platform']}/periksa"
    asked = sent(house, "admin", page, page, language, {"tulis": "1"})
    with patch("lti_tool.doctor.work.way_of", lambda *_: FakeWay()):
        Work(house.site.services).task_once()
    return house.browsers["admin"].get(asked.location, query_string={"lang": language})


def counting(house: House, language: str) -> Any:
    """The map of competencies while its sums are counted."""
    with patch("lti_tool.web.audit_competency._everyone", lambda: (None, False)):
        return house.browsers["auditor"].get("/audit/kompetensi/", query_string={"lang": language})


def expired(house: House, language: str) -> Any:
    """A form whose token is over."""
    return house.browsers["nobody"].post("/masuk", query_string={"lang": language}, data={"username": "rina"})


def left(house: House, language: str) -> Any:
    """Out of here, where the provider may keep a session of its own."""
    house.browsers["leaving"] = house.staff("auditor")
    with patch("lti_tool.web.login.provider_logout", lambda _came: "https://sso.example.go.id/logout"):
        return sent(house, "leaving", "/keluar", "/", language, {})


def _opened(launch: Callable[[House], Launch], opener: Callable[..., Any] = open_launch) -> Made:
    def make(house: House, language: str) -> TestResponse:
        with house.site.app.test_request_context(f"/lti/launch?lang={language}", method="POST"):
            made = house.site.app.process_response(opener(house.site.services, launch(house)))
        return TestResponse(made.iter_encoded(), made.status, made.headers, None)  # type: ignore[arg-type]

    return make


def _plain(**changes: Any) -> Made:
    return _opened(lambda house: house.site.launch(**changes))


def _privacy(**changes: Any) -> Made:
    return _plain(message_type="LtiDataPrivacyLaunchRequest", resource_link_id="", custom={}, **changes)


def _taught(**changes: Any) -> Made:
    ags = Ags(LINE_ITEM, "", (SCORE, RESULT_READ))
    return _plain(roles=TEACHER, ags=ags, nrps_url=f"{LMS}/nrps", resource_link_title="Pertemuan 1", **changes)


def _review(subject: str) -> Made:
    return _plain(message_type=REVIEW_LAUNCH, roles=TEACHER, for_user=subject)


def _without_roster(house: House, language: str) -> Any:
    """The class while the LMS does not tell who is in it."""
    roster = house.site.services.lti_parts.roster
    problem = ToolError("services.status", "unexpected status", status=503)
    with patch.object(roster, "members", side_effect=problem):
        return _taught()(house, language)


def _again(house: House, language: str) -> Any:
    """The class after its scores were sent once more."""
    page = _taught()(house, language).text
    found = re.search(r'name="kelas" value="([^"]+)"', page)
    assert found is not None
    return house.browsers["nobody"].post(
        "/lti/kelas/kirim", query_string={"lang": language}, data={"kelas": found.group(1)}
    )


def _fake(house: House) -> FakePlatform:
    """The platform as it signs."""
    site = house.site
    fake = FakePlatform(KEY, site.clock, client_id=site.platform().client_id)
    site.services.lti.platforms.save_jwks(site.platform().id, fake.jwks().decode(), site.clock())
    site.services.lti.deployments.approve(site.platform().id, fake.deployment, site.clock())
    return fake


def _login(house: House, language: str, **changes: str) -> Any:
    form = _fake(house).login_form(target_link_uri=TARGET, **changes)
    return house.site.browser().post("/lti/login", query_string={"lang": language}, data=form, base_url=HTTPS)


def _kept(house: House, language: str) -> Any:
    """The page that gives the platform a value to keep."""
    return _login(house, language, lti_storage_target="_parent")


def _lost(*, storage: bool) -> Made:
    """A launch in a browser that kept no cookie."""

    def make(house: House, language: str) -> Any:
        start = _login(house, language, **({"lti_storage_target": "_parent"} if storage else {}))
        address = start.headers.get("Location") or html.unescape(re.findall(r'data-next="([^"]+)"', start.text)[0])
        state, nonce = state_and_nonce(address)
        fake = _fake(house)
        token = fake.token(fake.claims(nonce, **{TARGET_CLAIM: TARGET}))
        return house.site.browser().post(
            "/lti/launch", query_string={"lang": language}, data={"state": state, "id_token": token}, base_url=HTTPS,
            headers={"User-Agent": FIREFOX},
        )  # fmt: skip

    return make


def _refused(house: House, language: str) -> Any:
    form = {"state": "x", "id_token": "x"}
    return house.browsers["nobody"].post("/lti/launch", query_string={"lang": language}, data=form)


def _chosen(**fields: str) -> Made:
    """The answer to a teacher who has chosen."""

    def make(house: House, language: str) -> Any:
        fake, browser = _fake(house), house.site.browser()
        login = fake.login_form(target_link_uri=TARGET)
        state, nonce = state_and_nonce(browser.post("/lti/login", data=login, base_url=HTTPS).headers["Location"])
        token = fake.token(fake.deep_linking_claims(nonce) | {TARGET_CLAIM: TARGET})
        page = browser.post("/lti/launch", data={"state": state, "id_token": token}, base_url=HTTPS).text
        form = dict(re.findall(r'name="(launch|token)" value="([^"]+)"', page)) | fields
        return browser.post("/lti/deep-link", query_string={"lang": language}, data=form, base_url=HTTPS)

    return make


def _registering(press: bool) -> Made:
    def make(house: House, language: str) -> Any:
        query = {"openid_configuration": CONFIGURATION, "registration_token": "x.y", "lang": language}
        address, browser = f"/lti/register/{INVITE}", house.browsers["nobody"]
        shown = browser.get(address, query_string=query)
        if not press:
            return shown
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown.text)
        fields = {name: html.unescape(value) for name, value in found}
        return browser.post(address, query_string=query, data=fields)

    return make


def _unknown_invite(house: House, language: str) -> Any:
    return house.browsers["nobody"].get("/lti/register/tidak-ada", query_string={"lang": language})


#: States of pages that no frame shows.
ALONE = ("an unknown invite",)
#: Endpoint, state, address in the frame, how it is made, status, and the house.
PAGES: tuple[tuple[str, str, str, Made, int, str], ...] = (
    ("lti.launch", "a learner", "/lti/launch", _plain(), 200, "full"),
    ("lti.launch", "nobody is named", "/lti/launch", _plain(subject=""), 200, "full"),
    ("lti.launch", "the module is gone", "/lti/launch", _plain(module="tidak-ada"), 404, "full"),
    ("lti.launch", "the module is gone, a teacher", "/lti/launch", _plain(module="x", roles=TEACHER), 404, "full"),
    ("lti.launch", "no role", "/lti/launch", _plain(roles=frozenset()), 403, "full"),
    ("lti.launch", "a class", "/lti/launch", _taught(), 200, "full"),
    ("lti.launch", "a class of nobody", "/lti/launch", _plain(roles=TEACHER, resource_link_id="lain"), 200, "full"),
    ("lti.launch", "a class without its roster", "/lti/launch", _without_roster, 200, "full"),
    ("class_page.again", "sent once more", "/lti/kelas/kirim", _again, 200, "full"),
    ("lti.launch", "one learner's work", "/lti/launch", _review("p-1"), 200, "full"),
    ("lti.launch", "no work yet", "/lti/launch", _review("p-3"), 200, "full"),
    ("lti.launch", "what is kept", "/lti/launch", _privacy(subject="p-1"), 200, "full"),
    ("lti.launch", "nothing is kept", "/lti/launch", _privacy(subject="asing"), 200, "full"),
    ("lti.launch", "several modules to pick", "/lti/launch", _opened(lambda h: h.site.choosing(), open_picker), 200,
     "full"),
    ("lti.launch", "one module to pick", "/lti/launch",
     _opened(lambda h: h.site.choosing(several=False), open_picker), 200, "full"),
    ("lti.launch", "no module to pick", "/lti/launch", _opened(lambda h: h.site.choosing(), open_picker), 200,
     "empty"),
    ("lti.launch", "refused", "/lti/launch", _refused, 403, "full"),
    ("lti.login", "the platform keeps a value", "/lti/login", _kept, 200, "full"),
    ("lti.launch", "the platform is asked", "/lti/launch", _lost(storage=True), 200, "full"),
    ("lti.launch", "in a tab", "/lti/launch", _lost(storage=False), 403, "full"),
    ("lti.deep_link", "back to the LMS", "/lti/deep-link", _chosen(modules="hasil-laut"), 200, "full"),
    ("lti.deep_link", "nothing was chosen", "/lti/deep-link", _chosen(), 400, "full"),
    ("register.preview", "asked", f"/lti/register/{INVITE}", _registering(press=False), 200, "full"),
    ("register.confirm", "registered", f"/lti/register/{INVITE}", _registering(press=True), 200, "full"),
    ("register.preview", "an unknown invite", "/lti/register/tidak-ada", _unknown_invite, 404, "full"),
)  # fmt: skip
