"""Where the keyboard is after a form: at what is wrong, or at the beginning of what was told; and never in a frame."""

import re

import pytest
from flask import render_template

from lti_tool.web.testing import PASSWORD, send


@pytest.fixture
def place(tmp_path):
    """SQLite alone: what SQL does here, other tests ask on both databases."""
    return tmp_path / "uji.db"


def begins(page: str) -> list[str]:
    """The names or ids of the elements that want the focus when the page opens."""
    tags = re.findall(r"<\w+[^>]*\sautofocus\b[^>]*>", page)
    return [found.group(1) for tag in tags if (found := re.search(r'\s(?:name|id)="(\w+)"', tag))]


def test_a_page_that_was_only_opened_begins_at_its_top(site) -> None:
    assert begins(site.browser().get("/masuk").text) == []


def test_a_problem_of_the_whole_form_begins_the_page_in_its_content(site) -> None:
    wrong = send(site.browser(), "/masuk", "/masuk", username="siapa", password=PASSWORD)
    assert (wrong.status_code, begins(wrong.text)) == (401, ["isi"])


def test_a_wrong_field_is_where_the_page_begins(site) -> None:
    admin = site.staff()
    wrong = send(admin, "/admin/penerusan/", "/admin/penerusan/", name="Pusat", endpoint="bukan", key="a", secret="b")
    assert (wrong.status_code, begins(wrong.text)) == (400, ["endpoint", "version"])  # the first one gets it


def test_what_is_told_after_a_form_begins_the_next_page_once(site) -> None:
    admin = site.staff()
    form = {"current": PASSWORD, "password": "perahu-jukung-biru-kembali"}
    told = admin.get(send(admin, "/akun/", "/akun/sandi", **form).location).text
    assert begins(told) == ["isi"]
    assert begins(admin.get("/akun/").text) == []


def test_a_page_in_the_frame_of_an_lms_asks_for_nothing(site) -> None:
    with site.app.test_request_context():
        pages = [render_template("home.html", problem="Gagal.", base_url="", embedded=one) for one in (False, True)]
    assert [begins(page) for page in pages] == [["isi"], []]


@pytest.mark.parametrize("path", ["/masuk?lanjut=/audit/", "/masuk"])
def test_a_form_of_the_own_page_names_its_address_without_a_place_in_the_page(site, path: str) -> None:
    page = site.browser().get(path).text
    assert f'action="{path}"' in page
