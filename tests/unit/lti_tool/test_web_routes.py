"""Every route, walked: who may enter, which forms want their token, and the headers of every answer."""

import uuid
from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from lti_tool.web.testing import PASSWORD, Site, token_of

#: What a stranger may see or send, and why that is right.
OPEN = {
    "static": "files of the program",
    "home.page": "says what this is",
    "interface.page": "the description of the HTTP interface, the same for everybody",
    "health.ready": "for monitors: details need the token",
    "metrics.page": "needs the token of the monitor, or this machine",
    "login.page": "the login",
    "login.enter": "the login",
    "login.state": "says whether this browser is signed in, and gives a token to who is",
    "login.leave": "ends what this browser has, which may be nothing",
    "login.first_admin": "the address holds a secret that is good once",
    "login.reset": "the address holds a secret that is good once",
    "sign_on.begin": "leads to the provider",
    "sign_on.back": "proves itself by state, code and ID token",
    "learn.player_file": "the program of the player",
    "learn.later_page": "the address holds the digest, which only who was launched has",
    "pustaka.file": "the address holds the digest, which only who was launched has",
    "saya.page": "tells whoever has no launch how to come",
    "saya.enter": "carries the token of a launch",
}
#: Blueprints whose requests prove themselves by what they carry: a signed message, or a pass of its launch.
CARRIED = ("sign_on_end", "lti", "register", "class_page", "notices", "canvas", "interface", "health", "metrics")
#: Forms that want no token, because no cookie speaks for them.
NO_TOKEN = ("sign_on_end.", "lti.", "register.", "class_page.", "notices.", "saya.enter")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found = Site(tmp_path_factory.mktemp("routes") / "data", base_url="https://localhost")
    yield found
    found.close()


def rules(house: Site, *methods: str) -> list[Rule]:
    return [rule for rule in house.app.url_map.iter_rules() if set(methods) & (rule.methods or set())]


def address(house: Site, rule: Rule) -> str:
    """An address of `rule` with some value for each of its parts."""
    digest = "0" * 64
    values = dict.fromkeys(rule.arguments, digest)
    values |= {name: uuid.UUID(int=7) for name in ("statement",) if name in rule.arguments}
    values |= {name: 2026 for name in ("year", "number", "seq") if name in rule.arguments}
    with house.app.test_request_context(base_url="https://localhost"):
        _host, path = rule.build(values, append_unknown=False) or ("", "")
    assert path, rule
    return path


def is_open(endpoint: str) -> bool:
    return endpoint in OPEN or endpoint.partition(".")[0] in CARRIED


def test_the_list_of_open_pages_names_pages_that_are_there(house) -> None:
    there = {rule.endpoint for rule in rules(house, "GET", "POST")}
    assert set(OPEN) - there == set()
    assert set(CARRIED) - {endpoint.partition(".")[0] for endpoint in there} == set()


def test_whatever_is_not_named_as_open_wants_a_login(house) -> None:
    let_in = {}
    for rule in rules(house, "GET"):
        if not is_open(rule.endpoint):
            answer = house.browser().get(address(house, rule), base_url="https://localhost")
            to_login = answer.status_code == 302 and answer.location.startswith("/masuk?")
            if not to_login and answer.status_code != 401:
                let_in[rule.endpoint] = answer.status_code
    assert let_in == {}


def test_no_form_works_without_its_token_except_those_that_no_cookie_speaks_for(house) -> None:
    admin, taken = house.staff_over_https(), {}
    for rule in rules(house, *UNSAFE):
        if not rule.endpoint.startswith(NO_TOKEN):
            answer = admin.post(address(house, rule), base_url="https://localhost")
            if answer.status_code != 400 or "web.form_expired" not in answer.text:
                taken[rule.endpoint] = answer.status_code
    assert taken == {}


def test_every_answer_wears_its_headers(house) -> None:
    bare = {}
    for rule in rules(house, "GET"):
        headers = house.browser().get(address(house, rule), base_url="https://localhost").headers
        policy = headers.get("Content-Security-Policy", "")
        whole = (
            headers.get("X-Content-Type-Options") == "nosniff"
            and headers.get("Strict-Transport-Security") == "max-age=31536000"
            and headers.get("Referrer-Policy") in ("same-origin", "no-referrer", "strict-origin")
            and ("no-store" in headers.get("Cache-Control", "") or is_open(rule.endpoint))
            and "default-src" in policy
            and "unsafe-eval" not in policy
            and "script-src" not in policy  # scripts fall under default-src 'self': none stands in a page
            and ("frame-ancestors 'none'" in policy or rule.rule.startswith("/lti/"))
        )
        if not whole:
            bare[rule.endpoint] = dict(headers)
    assert bare == {}


def test_no_answer_takes_its_addresses_from_the_host_that_a_request_names(house) -> None:
    """Who asks names any host; a link, a redirect or a key's address made of it would lead people there."""
    named = {}
    for rule in rules(house, "GET"):
        path = address(house, rule)
        for asked in {path, path.rstrip("/") or "/"}:
            answer = house.browser().get(asked, base_url="https://jahat.example")
            if "jahat.example" in str(answer.headers) or b"jahat.example" in answer.data:
                named[asked] = rule.endpoint
    assert named == {}


@pytest.mark.parametrize(
    ("role", "parts"), [("auditor", ("admin", "versi", "unggah")), ("author", ("admin", "audit", "evidence"))]
)
def test_a_role_enters_only_its_own_part(house, role: str, parts: tuple[str, ...]) -> None:
    browser, entered = house.staff_over_https(role), {}
    here = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/"}}
    token = token_of(browser.get("/akun/", **here).text)
    for rule in rules(house, "GET", *UNSAFE):
        if rule.endpoint.startswith(parts):
            for method in (rule.methods or set()) & {"GET", *UNSAFE}:
                sent = {"csrf_token": token} if method != "GET" else None
                answer = browser.open(address(house, rule), method=method, data=sent, **here)
                if answer.status_code != 403:
                    entered[rule.endpoint, method] = answer.status_code
    assert entered == {}


def test_a_one_time_link_works_over_https_and_its_address_is_told_to_nobody(house) -> None:
    """Over https the guard of forms wants a referrer, and a browser sends only what the page lets it send."""
    account = house.accounts.create("rina", "Rina", "auditor", PASSWORD)
    for link in (f"/sandi/{house.accounts.reset_link(account.id)}", f"/awal/{house.accounts.first_admin_link()}"):
        browser = house.browser()
        page = browser.get(link, base_url="https://localhost")
        told = {"strict-origin": "https://localhost/"}[page.headers["Referrer-Policy"]]
        fields = {"csrf_token": token_of(page.text), "password": f"{PASSWORD} lagi", "username": "budi", "name": "Budi"}
        sent = browser.post(link, base_url="https://localhost", data=fields, headers={"Referer": told})
        assert sent.status_code == 303, link


@pytest.mark.parametrize(
    ("path", "onward"), [("/pustaka?x=1", "/pustaka/?x=1"), ("//pustaka", "/pustaka/"), ("/audit", "/audit/")]
)
def test_the_host_that_a_request_names_leads_nobody_away(house, path: str, onward: str) -> None:
    environ = {"PATH_INFO": path.partition("?")[0], "QUERY_STRING": path.partition("?")[2], "HTTP_HOST": "evil.example"}
    answer = house.browser().get("/", environ_overrides=environ)
    assert (answer.status_code, answer.headers["Location"]) == (308, onward)
