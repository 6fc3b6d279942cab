"""What launches must survive in a browser: N42, N50, N54 to N60, N62 and N64, with the real pages."""

import re
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from lti_tool.claims import CONTEXT, CUSTOM, DEPLOYMENT, LTI, MESSAGE_TYPE, PRESENTATION, RESOURCE_LINK, ROLES
from lti_tool.errors import LaunchRefused
from lti_tool.flow import FlowStore
from lti_tool.flow.store import LONGEST_REQUEST, cookie_name
from lti_tool.jose import sign
from lti_tool.store import LtiStore
from lti_tool.testing import INSTRUCTOR, LEARNER, TOOL, state_and_nonce
from lti_tool.web.testing import LMS
from tests.conformance.whole_tool import MODULE, WholeTool, config_of

pytestmark = pytest.mark.conformance
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
STORED = "jampel_stored"
HERE = {"Sec-Fetch-Site": "same-origin", "Origin": TOOL}
OURS = {CUSTOM: {"jampel_module": MODULE}}


@pytest.fixture
def place(tmp_path):
    """SQLite alone: what is said here does not depend on the database, whose stores have tests of their own."""
    return tmp_path / "uji.db"


@pytest.fixture
def tool(place, tmp_path, key):
    found = WholeTool(tmp_path, key, place if isinstance(place, str) else "")
    yield found
    found.site.close()


@pytest.fixture
def browser(tool):
    return tool.browser()


def audit(tool) -> list[tuple[str, str, str]]:
    return [(line.kind, line.code, line.platform) for line in tool.services.lti.audit.last()]


# --- N42 --------------------------------------------------------------------------------------------------------------


def test_n42_a_flood_of_logins_is_stopped_and_what_it_leaves_is_bounded(tool, browser) -> None:
    tool.services.flow._limit = 5
    answers = [tool.login(browser, lti_message_hint="x" * 16_000) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 3
    assert "login.too_many" in answers[-1].text
    assert tool.services.flow.open_flows() == 5
    state, _nonce = state_and_nonce(answers[0].headers["Location"])
    waiting = tool.services.flow.peek(state, tool.clock())
    assert len(waiting.request) <= LONGEST_REQUEST


def test_n42_one_network_cannot_use_up_the_logins_of_all(tool, browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.address_pace.AddressPace.most", 2)
    browser.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert [tool.login(browser).status_code for _one in range(3)] == [302, 302, 429]
    browser.environ_base["REMOTE_ADDR"] = "198.51.100.1"
    assert tool.login(browser).status_code == 302


def test_n42_strangers_cannot_open_flows(tool, browser) -> None:
    for number in range(3):
        assert tool.login(browser, iss=f"https://x{number}.example").status_code == 400
    assert tool.services.flow.open_flows() == 0


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("login", "lti_deployment_id"),
        ("login", "client_id"),
        ("launch", "state"),
        ("deep-link", "launch"),
        ("tab", "state"),
    ],
)
def test_a_zero_character_is_refused_before_any_database_sees_it(tool, browser, address: str, field: str) -> None:
    form = {"launch": "x", "token": "x", "modules": MODULE, "state": "x"} | tool.fake.login_form() | {field: "a\x00b"}
    sent = {"query_string": form} if address == "tab" else {"data": form}
    answer = browser.open(f"/lti/{address}", method="GET" if address == "tab" else "POST", base_url=TOOL, **sent)
    assert (answer.status_code, audit(tool)[0][1]) == (400, "login.parameter_broken")


# --- N50 and the cookie ladder ----------------------------------------------------------------------------------------


def kept_page(tool, browser) -> tuple[str, str, dict[str, str]]:
    """The page of a login whose platform keeps values: what it keeps, the address it goes on to, and the form that
    comes back."""
    page = tool.login(browser, lti_storage_target="_parent")
    assert page.status_code == 200
    (value,) = re.findall(r'data-value="([^"]+)"', page.text)
    (address,) = re.findall(r'data-next="([^"]+)"', page.text)
    address = address.replace("&amp;", "&")
    state, nonce = state_and_nonce(address)
    return value, address, {"state": state, "id_token": tool.fake.token(tool.fake.claims(nonce, **OURS))}


def test_n50_login_goes_straight_to_the_platform_unless_it_keeps_values(tool, browser) -> None:
    assert tool.login(browser).status_code == 302
    assert tool.login(browser, lti_storage_target="a b<c>").status_code == 302, "no name of a frame"


def test_n50_the_platform_gets_random_values_for_its_own_origin_only(tool, browser) -> None:
    page = tool.login(browser, lti_storage_target="penyimpan")
    value, origin, frame = (
        re.findall(rf'data-{name}="([^"]+)"', page.text)[0] for name in ("value", "origin", "frame")
    )
    assert (origin, frame) == (LMS, "penyimpan")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", value)
    assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {LMS}")
    assert page.headers["Cache-Control"] == "no-store"
    assert value in SimpleCookie(page.headers["Set-Cookie"].replace("; Partitioned", "")).popitem()[1].value


def test_n50_a_browser_without_cookies_asks_the_platform_and_gets_in(tool, browser) -> None:
    value, _address, form = kept_page(tool, browser)
    blind = tool.browser()
    asked = blind.post("/lti/launch", data=form, base_url=TOOL)
    assert asked.status_code == 200
    assert 'data-subject="lti.get_data"' in asked.text
    assert value not in asked.text
    assert audit(tool) == []
    answer = blind.post("/lti/launch", data=form | {STORED: value}, headers=HERE, base_url=TOOL)
    assert answer.status_code == 200
    assert config_of(answer.text)["token"]


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site", "Origin": TOOL},
        {"Sec-Fetch-Site": "same-site", "Origin": TOOL}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
    ],
)  # fmt: skip
def test_n50_a_kept_value_that_another_page_sends_is_worth_nothing(tool, browser, headers: dict) -> None:
    """An attacker knows the value of their own login; a victim's browser must not be let in with it."""
    value, _address, form = kept_page(tool, browser)
    answer = tool.browser().post("/lti/launch", data=form | {STORED: value}, headers=headers, base_url=TOOL)
    assert (answer.status_code, "launch.cookie_missing" in answer.text) == (403, True)
    assert tool.kept()[0] == 0


def test_n50_a_wrong_value_is_refused_by_the_server_too(tool, browser) -> None:
    _value, _address, form = kept_page(tool, browser)
    answer = tool.browser().post("/lti/launch", data=form | {STORED: "x" * 43}, headers=HERE, base_url=TOOL)
    assert (answer.status_code, audit(tool)[0][1]) == (400, "launch.state_unknown")
    assert tool.kept()[0] == 0


def test_n50_a_platform_that_kept_nothing_leads_to_the_last_rung(tool, browser) -> None:
    _value, _address, form = kept_page(tool, browser)
    answer = tool.browser().post("/lti/launch", data=form | {STORED: ""}, headers=HERE, base_url=TOOL)
    assert answer.status_code == 403
    assert "Buka di tab baru" in answer.text
    assert audit(tool) == [("launch", "launch.cookie_missing", tool.platform.id)]


def test_the_last_rung_makes_the_login_again_once_in_a_tab_of_its_own(tool, browser) -> None:
    form = tool.form(browser, **OURS)
    page = tool.browser().post("/lti/launch", data=form, base_url=TOOL)
    (address,) = re.findall(r'href="(/lti/tab\?state=[^"]+)"', page.text)
    tab = tool.browser()
    again = tab.get(address, base_url=TOOL)
    assert again.status_code == 302
    assert again.headers["Location"].startswith(f"{LMS}/auth?")
    assert parse_qs(urlsplit(again.headers["Location"]).query)["lti_message_hint"] == ['{"cmid":2}']
    state, nonce = state_and_nonce(again.headers["Location"])
    token = tool.fake.token(tool.fake.claims(nonce, **OURS))
    assert tab.post("/lti/launch", data={"state": state, "id_token": token}, base_url=TOOL).status_code == 200
    assert tab.get(address, base_url=TOOL).status_code == 400, "the old state is worth nothing any more"


FRAMED = {"Sec-Fetch-Dest": "iframe"}


@pytest.mark.parametrize("with_cookie", [True, False])
@pytest.mark.parametrize("error", ["login_required", "interaction_required"])
def test_a_frame_in_which_the_platform_knows_nobody_leads_to_a_tab(tool, browser, error: str, with_cookie) -> None:
    """Firefox keeps the platform's own Lax cookie from a frame that has been at the tool; a tab gets it."""
    form = tool.form(browser, **OURS)
    asking = browser if with_cookie else tool.browser()
    refusal = {"state": form["state"], "error": error, "error_description": "x"}
    page = asking.post("/lti/launch", data=refusal, headers=FRAMED, base_url=TOOL)
    assert (page.status_code, "Buka di tab baru" in page.text) == (403, True)
    assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {LMS}")
    assert "Supaya lain kali" not in page.text, "no setting of the browser is to blame"
    assert audit(tool) == [("launch", "launch.platform_error", tool.platform.id)]
    (address,) = re.findall(r'href="(/lti/tab\?state=[^"]+)"', page.text)
    assert form["state"] not in address
    assert browser.post("/lti/launch", data=form, base_url=TOOL).status_code in (400, 403), "the old state is used"
    tab = tool.browser()
    state, nonce = state_and_nonce(tab.get(address, base_url=TOOL).headers["Location"])
    token = tool.fake.token(tool.fake.claims(nonce, **OURS))
    assert tab.post("/lti/launch", data={"state": state, "id_token": token}, base_url=TOOL).status_code == 200
    assert tab.get(address, base_url=TOOL).status_code == 400


@pytest.mark.parametrize(
    ("error", "headers"),
    [
        ("login_required", {}), ("login_required", {"Sec-Fetch-Dest": "document"}), ("access_denied", FRAMED),
        ("<b>", FRAMED),
    ],
)  # fmt: skip
def test_no_tab_is_offered_where_none_helps(tool, browser, error: str, headers: dict[str, str]) -> None:
    """A tab that offered a tab would go round in circles."""
    form = tool.form(browser)
    data = {"state": form["state"], "error": error}
    page = browser.post("/lti/launch", data=data, headers=headers, base_url=TOOL)
    assert (page.status_code, "tab baru" in page.text) == (403, False)
    assert browser.post("/lti/launch", data=form, base_url=TOOL).status_code != 200


def test_an_error_with_a_state_that_nobody_waits_for_offers_nothing(tool) -> None:
    data = {"state": "x" * 43, "error": "login_required"}
    page = tool.browser().post("/lti/launch", data=data, headers=FRAMED, base_url=TOOL)
    assert (page.status_code, "tab baru" in page.text) == (403, False)


def test_the_last_rung_begins_anew_at_the_platform_where_such_a_page_is_known(tool, browser) -> None:
    with tool.services.lti.platforms._engine.begin() as connection:
        connection.execute(text("UPDATE lti_platform SET profile = 'moodle'"))
    page = tool.browser().post("/lti/launch", data=tool.form(browser, **OURS), base_url=TOOL)
    assert "klik kanan" not in page.text, "nothing to explain: the new tab works"
    (address,) = re.findall(r'href="(/lti/tab\?state=[^"]+)"', page.text)
    anew = tool.browser().get(address, base_url=TOOL)
    assert (anew.status_code, anew.headers["Location"]) == (302, f"{LMS}/launch.php?id=2&triggerview=0")
    assert "Set-Cookie" not in anew.headers
    assert tool.browser().get(address, base_url=TOOL).status_code == 400


@pytest.mark.parametrize(
    "hint", ['{"cmid":"2&x=1"}', '{"cmid":-2}', '{"cmid":true}', '{"launchid":"x"}', "[2]", "2", "["]
)
def test_a_hint_without_the_number_of_an_activity_leads_nowhere_else(tool, browser, hint: str) -> None:
    with tool.services.lti.platforms._engine.begin() as connection:
        connection.execute(text("UPDATE lti_platform SET profile = 'moodle'"))
    state, _nonce = state_and_nonce(tool.login(browser, lti_message_hint=hint).headers["Location"])
    again = tool.browser().get(f"/lti/tab?state={state}", base_url=TOOL)
    assert again.headers["Location"].startswith(f"{LMS}/auth?")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605 Version/16.0 Safari/604.1", "Lintas"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/17.0 Safari/605.1", "Buka Safari"),
        ("Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/128.0", "Perlindungan Pelacakan"),
        ("Mozilla/5.0 (Windows) AppleWebKit/537 Chrome/120 Safari/537 Edg/120", "Kelola cookie"),
        ("Mozilla/5.0 (Windows) AppleWebKit/537 Chrome/120 Safari/537", "Cookie pihak ketiga"),
        ("Mozilla/5.0 (Linux; Android) SamsungBrowser/23 Chrome/115", "Pelacakan cerdas"),
        ("Mozilla/5.0 (Linux; Android 13; wv) Version/4.0 Chrome/110", "peramban kecil"), ("", "pengaturan privasi"),
    ],
)  # fmt: skip
def test_the_last_rung_names_the_setting_that_is_to_blame(tool, browser, agent: str, words: str) -> None:
    form = tool.form(browser)
    page = tool.browser().post("/lti/launch", data=form, base_url=TOOL, headers={"User-Agent": agent})
    assert words in page.text


def test_every_cookie_of_a_launch_has_the_same_attributes(tool, browser) -> None:
    lines = [tool.login(browser, lti_storage_target=name).headers["Set-Cookie"] for name in ("", "_parent")]
    form = tool.form(browser)
    lost = tool.browser().post("/lti/launch", data=form, base_url=TOOL).text
    lines.append(tool.browser().get(re.findall(r'"(/lti/tab[^"]+)"', lost)[0], base_url=TOOL).headers["Set-Cookie"])
    lines.append(tool.launch(browser, **OURS).headers["Set-Cookie"])
    attributes = [{part.strip().split("=")[0] for part in line.split(";")[1:]} - {"Expires"} for line in lines]
    assert all(found == {"Secure", "HttpOnly", "Max-Age", "Path", "SameSite", "Partitioned"} for found in attributes)
    assert all("SameSite=None" in line for line in lines)


# --- N54 --------------------------------------------------------------------------------------------------------------


def test_n54_what_one_institution_has_opened_is_nothing_to_another(tool, browser) -> None:
    form = tool.form(browser)
    flows = FlowStore(tool.services.flow._quick._engine, "b" * 32)
    cookie = browser.get_cookie(cookie_name(form["state"]), domain="jampel.example.go.id", path="/lti")
    assert flows.peek(form["state"], tool.clock()) is None
    assert flows.drop(form["state"], tool.clock()) is None
    assert flows.take(form["state"], cookie.value, tool.clock()) is None
    registration = config_of(tool.launch(browser, **OURS).text)["registration"]
    other = LtiStore(tool.services.lti.platforms._engine, "b" * 32)
    assert other.launches.link(registration) is None
    assert other.platforms.get(tool.platform.id) is None
    assert other.deployments.state(tool.platform.id, "7") is None


def test_n54_the_form_of_one_teacher_is_not_the_key_to_anothers_choice(tool) -> None:
    pages = [tool.launch(deep_linking=True).text for _ in range(2)]
    (first, mine), (second, _other) = (
        (re.findall(r'name="launch" value="(\w+)"', page)[0], re.findall(r'name="token" value="([^"]+)"', page)[0])
        for page in pages
    )
    assert first != second
    form = {"launch": second, "token": mine, "modules": MODULE}
    answer = tool.browser().post("/lti/deep-link", data=form, base_url=TOOL)
    assert (answer.status_code, audit(tool)[0][1]) == (403, "deep_link.used")


# --- N55 and N56 ------------------------------------------------------------------------------------------------------


NASTY = {
    "name": EVIL, CONTEXT: {"id": "k", "title": EVIL, "label": EVIL}, RESOURCE_LINK: {"id": EVIL, "title": EVIL},
    PRESENTATION: {"locale": EVIL, "return_url": f"{LMS}/{EVIL}"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({**NASTY, CUSTOM: {"jampel_module": MODULE, EVIL: EVIL}}, 200),
        ({**NASTY, CUSTOM: {"jampel_module": MODULE}, ROLES: [INSTRUCTOR, EVIL]}, 200),
        ({**NASTY, CUSTOM: {"jampel_module": EVIL}, ROLES: [INSTRUCTOR]}, 404),
        ({**NASTY, CUSTOM: {"jampel_module": MODULE}, ROLES: [EVIL]}, 403),
        ({**NASTY, MESSAGE_TYPE: EVIL}, 400), ({**NASTY, DEPLOYMENT: EVIL}, 403), ({**NASTY, "iss": EVIL}, 400),
        ({**NASTY, "sub": [EVIL]}, 400), ({**NASTY, CONTEXT: EVIL}, 400),
    ],
)  # fmt: skip
def test_n55_no_claim_becomes_part_of_a_page(tool, claims: dict, status: int) -> None:
    answer = tool.launch(**claims)
    assert answer.status_code == status
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text


def test_n55_no_claim_becomes_part_of_a_page_of_the_administrator(tool) -> None:
    tool.launch(**{DEPLOYMENT: EVIL})
    tool.launch(**{**NASTY, CUSTOM: {"jampel_module": MODULE}})
    admin = tool.staff()
    for address in ("/admin/", f"/admin/lms/{tool.platform.id}", "/admin/peluncuran", "/admin/pegawai/"):
        page = admin.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert "&lt;script&gt;" in admin.get("/admin/").text, "the deployment waits there"


def test_n55_the_picker_and_the_platforms_error_are_escaped(tool, browser) -> None:
    page = tool.launch(browser, deep_linking=True, **{CONTEXT: {"id": "k", "title": EVIL}})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    state = tool.form(browser)["state"]
    refused = browser.post(
        "/lti/launch", data={"state": state, "error": "access_denied", "error_description": EVIL}, base_url=TOOL
    )
    assert (refused.status_code, "<script>alert" in refused.text) == (403, False)


def test_n56_only_the_platform_may_frame_a_launch_and_nobody_an_admin_page(tool, browser) -> None:
    framed = [
        tool.launch(**OURS), tool.launch(**OURS, **{ROLES: [INSTRUCTOR]}), tool.launch(deep_linking=True),
        tool.launch(**{CUSTOM: {"jampel_module": "hilang"}}), tool.launch(**{DEPLOYMENT: "99"}),
        tool.launch(iss="https://x.example"), tool.login(browser, lti_storage_target="_parent"),
        tool.browser().post("/lti/launch", data=tool.form(browser), base_url=TOOL),
    ]  # fmt: skip
    for answer in framed:
        assert re.findall(r"frame-ancestors ([^;]*)", answer.headers["Content-Security-Policy"]) == [LMS]
        assert "X-Frame-Options" not in answer.headers
    for address in ("/admin/", "/masuk", "/saya/", "/"):
        assert "frame-ancestors 'none'" in tool.site.browser().get(address).headers["Content-Security-Policy"]


# --- N57, N58, N59, N60 -----------------------------------------------------------------------------------------------


def test_n57_admin_forms_want_their_token_and_their_cookie_stays_on_our_site(tool) -> None:
    admin = tool.staff()
    for address in (f"/admin/lms/{tool.platform.id}/{part}" for part in ("peran", "anonim", "nyala", "deployment")):
        assert admin.post(address, data={"role": "x", "meaning": "teacher"}).status_code == 400
    assert tool.services.lti.platforms.get(tool.platform.id) == tool.platform
    login = tool.site.browser().get("/masuk", base_url=TOOL).headers["Set-Cookie"]
    assert all(part in login for part in ("__Host-jampel_session=", "Secure", "HttpOnly", "SameSite=Lax"))
    assert "Partitioned" not in login


def test_n58_each_launch_has_a_secret_of_its_own_and_the_old_session_ends(tool) -> None:
    browser, thief = tool.browser(), tool.browser()
    tokens = [config_of(tool.launch(browser, **OURS, sub=sub).text)["token"] for sub in ("2", "2", "3")]
    assert len(set(tokens)) == 3
    entered = browser.post("/saya/masuk", data={"token": tokens[0]}, base_url=TOOL)
    assert entered.status_code == 303
    fixed = browser.get_cookie("__Host-jampel_session", domain="jampel.example.go.id").value
    browser.post("/saya/masuk", data={"token": tokens[2]}, base_url=TOOL)
    assert browser.get_cookie("__Host-jampel_session", domain="jampel.example.go.id").value != fixed
    thief.set_cookie("__Host-jampel_session", fixed, domain="jampel.example.go.id")
    assert thief.get("/saya/", base_url=TOOL).status_code == 401
    assert browser.get("/saya/", base_url=TOOL).status_code == 200


def test_n59_a_launch_leaves_no_trace_in_addresses_caches_referrers_and_logs(tool, browser, caplog) -> None:
    caplog.set_level(0)
    form = tool.form(browser, **OURS)
    answer = browser.post("/lti/launch", data=form, base_url=TOOL)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    launch = tool.services.lti.launches.last()[0].id
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)
    assert addresses
    for secret in (form["id_token"], launch, config_of(answer.text)["token"]):
        assert secret not in caplog.text
        assert not any(secret in address for address in addresses)


def test_n60_a_learner_cannot_choose_modules_for_a_course(tool) -> None:
    refused = tool.launch(deep_linking=True, **{ROLES: [LEARNER]})
    assert (refused.status_code, "launch.teachers_only" in refused.text) == (403, True)
    form = {"launch": "0" * 32, "token": "x", "modules": MODULE}
    assert tool.browser().post("/lti/deep-link", data=form, base_url=TOOL).status_code == 403
    assert "Peserta di kegiatan ini" not in tool.launch(**OURS).text


@pytest.mark.parametrize(("roles", "status"), [([], 403), ([INSTRUCTOR], 200)])
def test_n60_another_role_counts_from_the_next_launch_and_ends_the_old_token(tool, roles: list, status: int) -> None:
    token = config_of(tool.launch(**OURS).text)["token"]
    assert tool.services.credentials.authenticate_token(token, tool.clock()) is not None
    assert tool.launch(**OURS, **{ROLES: roles}).status_code == status
    assert tool.services.credentials.authenticate_token(token, tool.clock()) is None


def test_n60_a_rule_of_the_administrator_counts_from_the_next_launch(tool) -> None:
    mentor = "http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"
    assert tool.launch(**OURS, **{ROLES: [mentor]}).status_code == 403
    tool.services.lti.platforms.set_role_rules(tool.platform.id, ((mentor, "teacher"),))
    assert "Peserta di kegiatan ini" in tool.launch(**OURS, **{ROLES: [mentor]}).text
    tool.services.lti.platforms.set_role_rules(tool.platform.id, ())
    assert tool.launch(**OURS, **{ROLES: [mentor]}).status_code == 403


# --- N62, N64, and the way back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        {"user_id": "1", "oauth_consumer_key": "kunci", "oauth_consumer_key_sign": "palsu"}, {}, [], "teks", None, 1.5,
        {"user_id": ["1"], "oauth_consumer_key": {"a": EVIL}},
    ],
)  # fmt: skip
def test_n62_what_lti_1_1_said_about_the_user_changes_nothing(tool, value: object) -> None:
    plain = config_of(tool.launch(**OURS).text)
    old = {LTI + "lti1p1": value, "aud": ["klien-1", "x"], "azp": "klien-1"}
    with_claim = config_of(tool.launch(**OURS, **old).text)
    assert with_claim["actor"] == plain["actor"]
    assert with_claim["registration"] == plain["registration"]


@pytest.mark.parametrize("seconds", [120, -900])
def test_n64_a_clock_that_is_wrong_is_named_as_the_cause(tool, seconds: int) -> None:
    now = int(tool.clock().timestamp()) + seconds
    answer = tool.launch(iat=now, exp=now + 60)
    assert answer.status_code == 400
    assert "jam server" in answer.text


def back(tool, url: object, **claims) -> str | None:
    answer = tool.launch(**{DEPLOYMENT: "99", PRESENTATION: {"return_url": url}}, **claims)
    assert answer.status_code in (303, 403)
    return answer.headers.get("Location")


def test_a_refusal_goes_back_to_the_platforms_own_address_with_its_reason(tool) -> None:
    parts = urlsplit(back(tool, f"{LMS}/kembali?kursus=2&lti_errormsg=lama"))
    query = parse_qs(parts.query)
    line = tool.services.lti.audit.last()[0]
    assert (parts.netloc, parts.path, query["kursus"]) == ("lms.example.go.id", "/kembali", ["2"])
    assert query["lti_errorlog"] == [f"launch.deployment_pending {line.reference}"]
    assert "menunggu persetujuan" in query["lti_errormsg"][0]
    assert len(query["lti_errormsg"]) == 1
    assert line.platform == tool.platform.id


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/", "javascript:alert(1)", "//lms.example.go.id/", f"http://{LMS.split('//')[1]}/",
        "https://lms.example.go.id@evil.example/", "https://u@lms.example.go.id/", f"{LMS}/a b", f"{LMS}\\@x.example/",
        f"{LMS}/\r\nX: y", "", None, 5, ["x"], f"{LMS}/é", f"{LMS}/{'x' * 3000}", "https://lms.example.go.id:444/",
    ],
)  # fmt: skip
def test_a_refusal_never_goes_anywhere_else(tool, url: object) -> None:
    assert back(tool, url) is None


def test_a_refusal_before_the_signature_is_checked_goes_nowhere(tool, browser, other_key) -> None:
    state, nonce = state_and_nonce(tool.login(browser).headers["Location"])
    claims = tool.fake.claims(nonce, **{PRESENTATION: {"return_url": f"{LMS}/kembali"}})
    form = {"state": state, "id_token": sign(claims, other_key, "kunci-1")}
    answer = browser.post("/lti/launch", data=form, base_url=TOOL)
    assert (answer.status_code, "launch.signature" in answer.text) == (400, True)


def test_an_anonymous_launch_is_a_switch_and_records_nothing(tool) -> None:
    assert tool.launch(**OURS, sub=...).status_code == 400
    tool.services.lti.platforms.set_anonymous(tool.platform.id, True)
    before = tool.kept()
    page = tool.launch(**OURS, sub=..., name="Sari").text
    assert config_of(page)["transport"] == "web"
    assert "token" not in config_of(page)
    assert tool.kept()[1:] == before[1:]
    tool.services.lti.platforms.set_anonymous(tool.platform.id, False)
    assert tool.launch(**OURS, sub=...).status_code == 400


def test_the_last_rung_needs_a_flow_that_waits(tool, browser) -> None:
    for state in ("", "x", "x" * 5000):
        answer = browser.get("/lti/tab", query_string={"state": state}, base_url=TOOL)
        assert (answer.status_code, "launch.state_unknown" in answer.text) == (400, True)
    with pytest.raises(LaunchRefused, match=r"launch\.state_unknown"):
        tool.services.lti_parts.login.again("x")
