"""The first page of the administration and its menu: what needs somebody is said, counted, and led to."""

import re
from datetime import date

import pytest

from lti_tool.credential_terms import end_of
from lti_tool.waits import Waits, waits_of
from lti_tool.watch.store import Beat
from lti_tool.web import admin_home, admin_menu
from lti_tool.web.testing import LMS
from xapi.errors import DatabaseError
from xapi.lrs.credentials import Limits


@pytest.fixture
def admin(site):
    return site.staff("admin")


def entry(page: str, address: str) -> str:
    """The first link of the menu to `address`, with what stands in it."""
    menu = page[page.index('<nav class="menu') :]
    return re.search(rf'<a href="{address}".*?</a>', menu, re.DOTALL).group()


def test_a_new_installation_is_led_through_its_first_steps(site, admin, tmp_path) -> None:
    page = admin.get("/admin/").text
    assert 'href="/admin/undangan"' in page[page.index("Langkah awal") :]
    site.platform()
    site.employ("Siti")
    site.publish(tmp_path / "modul")
    page = admin.get("/admin/").text
    assert page.count('<li class="done">') == 3
    site.enrol("peserta-1")
    assert "Langkah awal" not in admin.get("/admin/").text


def test_what_waits_is_told_on_the_page_and_counted_in_the_menu(site, admin) -> None:
    platform, services = site.platform(), site.services
    services.people.resolve(LMS, "u-1", name="Siti", now=site.clock())
    services.lti.deployments.wait(platform.id, "7", site.clock())
    services.queue.put(services.institution.id, "build", b"{}")
    services.queue.quarantine(services.queue.lease(["build"], "uji", site.clock(), 60, 1)[0], "rusak")
    page = admin.get("/admin/").text
    assert "1 peserta sudah belajar" in page
    assert "1 pekerjaan disisihkan" in page
    for address in ("/admin/lms/", "/admin/pegawai/", "/admin/antrean"):
        assert re.search(r'class="count">1<', entry(page, address))
    assert 'class="count"' not in entry(page, "/admin/nilai/")
    assert waits_of(services) == Waits(deployments=1, people=1, aside=1)


def test_a_worker_that_never_came_is_urgent_and_one_that_beats_is_not(site, admin) -> None:
    assert "Pekerja tidak berjalan" in admin.get("/admin/").text
    site.services.heartbeats.write(Beat("uji", "", site.clock(), site.clock(), site.clock()))
    site.clock.advance(seconds=3)  # longer than an answer of the readiness is good for
    page = admin.get("/admin/").text
    assert "Pekerja tidak" not in page
    assert "Semua bagian bekerja" in page


def test_a_credential_that_ends_soon_is_told(site, admin) -> None:
    for name, last in (("Pusat", date(2026, 11, 30)), ("Jauh", date(2027, 1, 31))):
        limits = Limits(end_of(last, site.services.zone))
        site.services.credentials.add(site.services.institution.id, name, {"all"}, "foreign", limits=limits)
    page = admin.get("/admin/").text
    assert "“Pusat” berakhir 30 Nov 2026." in page
    assert "“Jauh”" not in page


def test_the_menu_marks_the_page_or_the_one_above_it(admin) -> None:
    marks = (
        ("/admin/nilai/", "/admin/nilai/", "page"),
        ("/admin/lms/baru", "/admin/lms/", "true"),
        ("/admin/antrean", "/admin/antrean", "page"),
        ("/admin/kredensial/baru", "/admin/kredensial", "true"),
    )
    for path, above, mark in marks:
        page = admin.get(path).text
        assert f'aria-current="{mark}"' in entry(page, above)
        menu = page[page.index('<nav class="menu') :]
        assert menu[: menu.index("</nav>")].count("aria-current") == 1


def test_the_menu_and_the_first_page_open_while_a_store_fails(site, admin, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> object:
        raise DatabaseError("database.unreachable", "away")

    monkeypatch.setattr(admin_menu, "waits_of", broken)
    monkeypatch.setattr(admin_home, "newest_statement", broken)
    monkeypatch.setattr(site.services.credentials, "list", broken)
    monkeypatch.setattr(site.services.people, "has_roster", broken)
    page = admin.get("/admin/")
    assert page.status_code == 200
    assert "Pekerja tidak berjalan" in page.text, "what can be read is told"
    assert admin.get("/admin/akun").status_code == 200
