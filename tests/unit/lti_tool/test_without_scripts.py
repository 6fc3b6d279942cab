"""With JavaScript switched off: every button of a page sends its form, and each task works by such forms alone."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.web.learn import open_launch
from lti_tool.web.picker import open_picker
from lti_tool.web.testing import Site, write_module
from lti_tool.worker import Work
from scorm_packager.archive import Entry, write_zip

TEMPLATES = Path(__file__).parent.parent.parent.parent / "lti_tool" / "web" / "templates"


@pytest.fixture
def place(tmp_path):
    """SQLite alone: what SQL does here, other tests ask on both databases."""
    return tmp_path / "uji.db"


class Forms(HTMLParser):
    """The forms of a page as a browser without scripts has them: where they go, and what they carry by themselves."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            method = (said.get("method") or "get").lower()
            action, kind = said.get("action"), said.get("enctype")
            self.found.append({"action": action, "method": method, "fields": {}, "kind": kind})
        elif tag == "input" and self.found and said.get("name") and (said.get("type") == "hidden" or "checked" in said):
            self.found[-1]["fields"][said["name"]] = said.get("value") or ""


def send(browser: FlaskClient, address: str, named: str, **fields: Any) -> TestResponse:
    """Sends the form of the page at `address` that has `named` in it, as a browser without scripts does."""
    return submit(browser, browser.get(address).text, address, named, **fields)


def submit(browser: FlaskClient, page: str, address: str, named: str, **fields: Any) -> TestResponse:
    form = next(one for one in Forms(page).found if named in str(one))
    to, filled = form["action"] or address, {**form["fields"], **fields}
    if form["method"] == "get":
        return browser.get(to.partition("?")[0], query_string=filled)
    return browser.post(to, data=filled, content_type=form["kind"])


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_a_button_sends_a_form_or_is_hidden_until_a_script_shows_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for button in re.findall(r"<button[^>]*>", text):
        assert 'type="button"' not in button or " hidden" in button, button
    assert not re.search(r'href="(#"|javascript:)', text)


def test_a_module_is_uploaded_followed_published_and_found(site: Site, tmp_path: Path) -> None:
    author, folder = site.staff("author"), write_module(tmp_path / "modul")
    files = [Entry(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()]
    body = io.BytesIO(write_zip(tmp_path / "modul.zip", files).read_bytes())
    sent = send(author, "/pustaka/unggah", "multipart", modul=(body, "modul.zip"))
    assert (sent.status_code, '<noscript><meta http-equiv="refresh"' in author.get(sent.location).text) == (303, True)
    Work(site.services).build_once()
    draft = re.search(r'class="button" href="(/pustaka/modul/\w+)"', author.get(sent.location).text).group(1)
    assert send(author, draft, "/terbit", catatan="Pertama").status_code == 303
    found = send(author, "/pustaka/?cari=layan", "'get'", cari="pelayanan")
    assert draft in found.text
    assert draft not in send(author, "/pustaka/?cari=layan", "'get'", cari="kelautan").text
    assert send(author, draft, "/tarik").status_code == 303


def test_a_draft_is_discarded(site: Site, tmp_path: Path) -> None:
    author, draft = site.staff("author"), site.services.library.draft(write_module(tmp_path / "modul")).module
    assert send(author, f"/pustaka/modul/{draft.digest}", "/buang").status_code == 303
    assert site.services.library.versions() == []


def test_a_teacher_picks_a_module_and_the_answer_has_a_button(site: Site, tmp_path: Path) -> None:
    site.publish(tmp_path / "modul")
    with site.app.test_request_context("/lti/launch", method="POST"):
        page = open_picker(site.services, site.choosing()).get_data(as_text=True)
    (form,) = Forms(page).found
    assert (form["action"], form["method"], form["fields"]["modules"]) == ("/lti/deep-link", "post", "pelayanan-publik")
    assert 'id="cari-modul" hidden' in (TEMPLATES / "picker.html").read_text(encoding="utf-8")  # only a script reads it


def test_the_module_says_that_it_needs_scripts_and_the_way_to_ones_jp_does_not(site: Site, tmp_path: Path) -> None:
    site.publish(tmp_path / "modul")
    with site.app.test_request_context("/lti/launch", method="POST"):
        page = b"".join(open_launch(site.services, site.launch()).iter_encoded()).decode()
    assert "<noscript>" in page
    browser = site.browser()
    assert submit(browser, page, "/lti/launch", "/saya/masuk").status_code == 303
    assert browser.get("/saya/").status_code == 200


def test_a_learner_chooses_a_year_and_leaves(site: Site) -> None:
    siti = site.employ("Siti Rahmawati")
    site.credit(siti, 400)
    browser = site.learner(siti)
    assert "JP saya tahun 2026" in send(browser, "/saya/?tahun=2025", "'get'", tahun="2026").text
    assert send(browser, "/saya/", "/saya/keluar").status_code == 303
    assert browser.get("/saya/").status_code == 401


def test_the_language_is_a_link(site: Site) -> None:
    address = re.search(r'href="([^"]+)" lang="en"', site.browser().get("/masuk").text).group(1)
    assert "Log in" in site.browser().get(address.replace("&amp;", "&")).text
