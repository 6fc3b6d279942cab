"""What every page keeps: headers, languages, errors, and who may enter."""

import re
from pathlib import Path

import pytest

from lti_tool.version import VERSION
from lti_tool.web import home
from lti_tool.web.headers import origin_of
from lti_tool.web.session import own_path
from lti_tool.web.testing import Site, send

STATIC = Path(home.__file__).parent / "static"
TEMPLATES = Path(home.__file__).parent / "templates"


@pytest.mark.parametrize("address", ["/", "/pustaka/", "/masuk", "/tidak-ada", "/saya/"])
def test_own_pages_let_nothing_foreign_in(site, address: str) -> None:
    headers = site.browser().get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_static_files_with_a_fingerprint_are_kept_for_good(site) -> None:
    page = site.browser().get("/").text
    address = re.search(r'href="(/static/jampel.css\?v=\w+)"', page).group(1)
    assert "immutable" in site.browser().get(address).headers["Cache-Control"]
    assert "immutable" not in site.browser().get("/static/jampel.css").headers["Cache-Control"]


def test_pages_are_indonesian_until_the_reader_chooses(site) -> None:
    browser = site.browser()
    first = browser.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="id">' in first
    assert "also available" in first
    assert '<html lang="en">' in browser.get("/?lang=en").text
    assert '<html lang="en">' in browser.get("/masuk").text
    assert '<html lang="id">' in browser.get("/masuk?lang=id").text
    assert '<html lang="id">' in browser.get("/masuk?lang=fr").text


def test_english_pages_hold_english_words(site) -> None:
    assert "Learn in the LMS you already have" in site.browser().get("/?lang=en").text


def test_a_monitor_gets_json(site) -> None:
    answer = site.browser().get("/healthz")
    assert answer.json == {"status": "ok", "version": VERSION}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/tidak-ada", 404, "web.not_found"),
        ("post", "/", 405, "web.wrong_method"),
        ("delete", "/pustaka/", 405, "web.wrong_method"),
        ("post", "/admin/lms/baru", 400, "web.form_expired"),
        ("get", "/awal/salah", 410, "accounts.link_closed"),
        ("get", "/pustaka/isi/" + "0" * 64 + "/aset/x.svg", 404, "web.not_found"),
    ],
)
def test_an_error_is_a_page_with_code_sentence_and_reference(site, language, method, address, status, code) -> None:
    answer = getattr(site.browser(), method)(address, query_string={"lang": language})
    assert answer.status_code == status
    assert code in answer.text
    assert "error:" not in answer.text
    assert re.search(r"(Rujukan|Reference): [0-9a-f]{8}", answer.text)


def test_a_crash_says_sorry_and_nothing_else(site) -> None:
    @site.app.get("/rusak")
    def _broken() -> str:
        raise RuntimeError("rahasia dalam 198501012099031001")

    answer = site.browser().get("/rusak")
    assert answer.status_code == 500
    assert "web.broken" in answer.text
    assert "rahasia" not in answer.text


def test_a_body_that_is_too_large_is_refused(site) -> None:
    answer = site.browser().post("/masuk", data={"username": "x" * 9_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/admin/", "/admin/akun", "/admin/pegawai/", "/audit/", "/pustaka/unggah"])
def test_a_stranger_is_sent_to_the_login_and_comes_back(site, path: str) -> None:
    answer = site.browser().get(path)
    assert answer.status_code == 302
    assert answer.location == "/masuk?lanjut=" + path


@pytest.mark.parametrize(
    ("role", "path"),
    [("auditor", "/admin/"), ("author", "/audit/"), ("auditor", "/pustaka/unggah"), ("author", "/admin/kredensial")],
)
def test_another_role_is_told_that_it_may_not(site, role: str, path: str) -> None:
    answer = site.staff(role).get(path)
    assert answer.status_code == 403
    assert "web.not_allowed" in answer.text


@pytest.mark.parametrize("role", ["admin", "auditor", "author"])
def test_the_doors_are_those_of_the_role(site, role: str) -> None:
    page = site.staff(role).get("/").text
    assert ('href="/admin/"' in page) == (role == "admin")
    assert ('href="/audit/"' in page) == (role != "author")


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/audit/?tahun=2026", "/audit/?tahun=2026"),
        ("https://jahat.example", "/"),
        ("//jahat.example", "/"),
        ("/\\jahat.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\n/jahat", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_a_login_leads_only_to_this_site(wanted, got: str) -> None:
    assert own_path(wanted, "/") == got


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://lms.go.id/mod/lti/auth.php", "https://lms.go.id"),
        ("http://localhost:9000/x", "http://localhost:9000"),
        ("https://[::1]:8443/", "https://[::1]:8443"),
        ("javascript:alert(1)", "'none'"),
        ("lms.go.id", "'none'"),
    ],
)
def test_an_origin_is_all_that_a_policy_names(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_the_style_sheet_is_small_and_asks_nobody_else() -> None:
    css = (STATIC / "jampel.css").read_text(encoding="utf-8")
    assert len(css.encode()) <= 30_000
    assert "url(" not in css
    assert "@import" not in css


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_templates_have_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_behind_https_cookies_are_secure(tmp_path) -> None:
    site = Site(tmp_path / "data", "https://jampel.example.go.id")
    try:
        browser = site.browser()
        cookie = browser.get("/masuk", base_url="https://jampel.example.go.id").headers["Set-Cookie"]
        assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax"))
    finally:
        site.close()


def test_logging_in_gives_a_new_session_and_leaving_ends_it(site) -> None:
    browser = site.staff("admin")
    kept = browser.get_cookie("jampel_session").value
    assert browser.get("/admin/").status_code == 200
    assert send(browser, "/", "/keluar").status_code == 303
    browser.set_cookie("jampel_session", kept)
    assert browser.get("/admin/").status_code == 302


def test_a_wrong_password_is_401_and_too_many_are_429(site) -> None:
    site.accounts.create("rina", "Rina", "auditor", "kalimat sandi panjang")
    browser = site.browser()
    statuses = [
        send(browser, "/masuk", "/masuk", username="rina", password="salah sekali").status_code for _ in range(6)
    ]
    assert statuses == [401] * 5 + [429]


def test_a_browser_is_told_whose_session_it_has_and_gets_a_token_that_its_forms_take(site) -> None:
    nobody = site.browser().get("/masuk/berlaku")
    assert nobody.json == {"account": "", "token": ""}
    assert "Set-Cookie" not in nobody.headers
    admin = site.staff("admin")
    now = admin.get("/masuk/berlaku").json
    assert f'data-account="{now["account"]}"' in admin.get("/pustaka/unggah").text
    assert admin.post("/keluar", data={"csrf_token": now["token"]}).status_code == 303
    assert admin.get("/masuk/berlaku").json == nobody.json


def test_a_login_needs_the_form_of_this_browser(site) -> None:
    answer = site.browser().post("/masuk", data={"username": "rina", "password": "apa saja"})
    assert (answer.status_code, "web.form_expired" in answer.text) == (400, True)


def test_the_first_admin_comes_by_a_link_that_works_once(site) -> None:
    address = f"/awal/{site.accounts.first_admin_link()}"
    browser = site.browser()
    weak = send(browser, address, address, name="Admin", username="admin", password="pendek")
    assert (weak.status_code, "12" in weak.text) == (400, True)
    made = send(browser, address, address, name="Admin", username="admin", password="kalimat sandi panjang")
    assert made.status_code == 303
    assert browser.get("/admin/").status_code == 200
    assert site.browser().get(address).status_code == 410


@pytest.mark.parametrize(
    "query", ["endpoint=x", "_method=POST", "_external=1&_scheme=javascript", "_anchor=x", "path=x", "year=x", "self=1"]
)
@pytest.mark.parametrize("page", ["/", "/pustaka/", "/pustaka/isi/x/", "/tidak-ada", "/admin/akun"])
def test_the_query_never_leads_a_link_elsewhere(site, query: str, page: str) -> None:
    answer = site.staff().get(f"{page}?{query}")
    assert answer.status_code in (200, 404)
    assert 'href="http' not in answer.text
    assert 'href="javascript' not in answer.text
