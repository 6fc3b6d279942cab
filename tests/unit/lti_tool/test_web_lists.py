"""Every list of the staff keeps one promise: it sorts, searches or narrows, pages, and can be taken away as a file."""

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import msgspec
import pytest
from flask.testing import FlaskClient

from lti_tool.web.tables import ROWS
from lti_tool.web.testing import LMS, Site
from xapi.identity import parse_nip
from xapi.lrs.forwarding import NewTarget
from xapi.lrs.forwarding.store import Result as Forwarded
from xapi.people import RosterEntry
from xapi.people.standards import StandardLine, Standards
from xapi.queue import Quarantine
from xapi.vocabulary import EXT_COMPETENCY, PASSED

FORMULA = '=HYPERLINK("http://jahat.example")'
#: Every list that may outgrow a screen: its address, and the column that it can be turned round by.
LISTS = {
    "/admin/lms/": "name",
    "/admin/akun": "username",
    "/admin/antrean": "changed",
    "/admin/catatan": "at",
    "/admin/data-pribadi/": "at",
    "/admin/kredensial": "name",
    "/admin/nilai/": "title",
    "/admin/pegawai/": "name",
    "/admin/pegawai/usulan/": "old_name",
    "/admin/peluncuran": "at",
    "/admin/penerusan/": "name",
    "/admin/undangan": "name",
    "/audit/": "opd",
    "/audit/kompetensi/": "opd",
    "/audit/kompetensi/?opd=Dinas Kelautan": "name",
    "/audit/opd?nama=Dinas Kelautan": "name",
    "/audit/pegawai": "name",
    "/audit/temuan/": "title",
    "/audit/temuan/day_hours": "name",
    "/audit/tinjauan": "opd",
    "/pekerjaan/": "title",
    "/pustaka/": "title",
}
#: Tables of a known, small number of rows.
SHORT = {
    "/admin/kunci/",
    "/admin/pegawai/impor/",
    "/admin/pernyataan/",
    "/audit/aturan/",
    "/admin/lms/panduan",
    "/antarmuka",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A tool in which every list has rows, some of them with names that a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("daftar")
    site = Site(folder / "data")
    fill(site, folder)
    yield site
    site.close()


def fill(site: Site, folder) -> None:
    here, now = site.services, site.clock()
    site.publish(folder / "satu", judul=msgspec.json.encode(FORMULA).decode())
    site.publish(folder / "dua", id='"hasil-laut"', judul='"Hasil laut"')
    people = [site.employ(f"{FORMULA} {number}", number) for number in range(1, 4)]
    later = RosterEntry(parse_nip("198501012099041007"), f"{FORMULA} 1", "Bappeda", "PNS", "", "", now.date())
    here.people.apply_roster([later], now.date(), keep_good=False)
    lines = (StandardLine(position="Analis", standard="SKJ-1", code="T.01", title="Menyusun", level=3),)
    here.people.standards.replace(Standards(lines, "Contoh rekaan"), now)
    here.people.subjects.freeze(people[2], now, basis=FORMULA, decided_by="dpo")
    for number in range(3):
        here.people.resolve(f"{LMS}", f"kenal-{number}", None, name=f"{FORMULA} {number}", now=now)
    for number in range(ROWS + 5):
        here.house.log.add(now + timedelta(seconds=number), "", "uji", f"{FORMULA} {number}")
        here.lti.audit.add("launch", "launch.replayed", now, platform=site.platform().id, reference=f"{number:08x}")
    for number in range(3):
        site.enrol(f"peserta-{number}", best=5_000 + number)
        here.lti.invites.add(f"{FORMULA} {number}", f"{number}" * 43, f"{number}" * 32, now, days=3, platform="")
        here.credentials.add(
            here.institution.id, f"{FORMULA} {number}", frozenset({"statements/write"}), "foreign", False
        )
        here.queue.put(here.institution.id, "score", b"{}", f"nilai-{number}")
    jobs = here.queue.lease(["score"], "uji", now + timedelta(days=1), 60.0, 10)
    here.queue.settle([(job, Quarantine(FORMULA)) for job in jobs], {})
    texts = {"name": FORMULA, "endpoint": f"{LMS}/xapi/", "version": "1.0.3", "key": "kunci", "secret": "rahasia"}
    here.forwards.add(NewTarget(**texts))
    for person in people[:2]:
        site.credit(person, 9_000)
        site.credit(person, 200, source="package")
        prove(site, person)
    site.count()


@pytest.fixture(scope="module")
def asked(site: Site, admin: FlaskClient) -> None:
    """Work that the administrator has asked for."""
    account = next(one.id for one in site.services.house.accounts.list() if one.username == "admin")
    for opd in (FORMULA, "Bappeda"):
        site.services.tasks.ask("competency", {"form": "csv", "opd": opd}, account, "id")


def prove(site: Site, person: str) -> None:
    statement = {
        "actor": site.services.people.actor(person),
        "verb": {"id": PASSED},
        "object": {"id": "https://contoh.go.id/uji", "definition": {"name": {"id": "Uji"}}},
        "timestamp": (site.clock() - timedelta(days=1)).isoformat(),
        "context": {"extensions": {EXT_COMPETENCY: "T.01"}},
    }
    site.services.lrs.post_statements(site.services.principal("lms_record"), msgspec.json.encode(statement))


@pytest.fixture(scope="module")
def admin(site: Site) -> FlaskClient:
    return site.staff("admin")


def with_query(address: str, query: str) -> str:
    return address + ("&" if "?" in address else "?") + query


def heads(page: str) -> list[str]:
    """The text of the head of each row of the tables of a page that can be sorted."""
    body = re.findall(r"aria-sort.*?<tbody>(.*?)</tbody>", page, re.DOTALL)[0]
    return re.findall(r'<th scope="row"[^>]*>(.*?)</th>', body, re.DOTALL)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("address", LISTS)
def test_a_list_sorts_narrows_pages_and_is_taken_away(admin: FlaskClient, address: str) -> None:
    key = LISTS[address]
    up, down = (admin.get(with_query(address, f"urut={sign}{key}")).text for sign in ("", "-"))
    assert 'aria-sort="ascending"' in up
    assert 'aria-sort="descending"' in down
    odd = admin.get(with_query(address, "urut=__class__&hal=999&lang=id")).text
    assert "<tbody>\n<tr>" in odd, "the last page is shown instead of one that is not there"
    assert re.search(r"\d+ baris", odd)
    assert 'tabindex="0"' in odd
    if "Kosongkan saringan" in (none := admin.get(with_query(address, "cari=tidak-ada-xyz")).text):
        assert "Tidak ada yang cocok" in none
    else:
        assert 'class="filter' in none, "a page with a form of its own"
    file = admin.get(with_query(address, "berkas=csv&lang=id"))
    assert file.mimetype == "text/csv"
    lines = list(csv.reader(StringIO(file.get_data().decode("utf-8-sig")), delimiter=";"))
    total = int(re.search(r"(\d+) baris", admin.get(address).text).group(1))
    assert len(lines) == total + 1 > 1
    assert all(len(line) == len(lines[0]) for line in lines)
    assert not any(value.lstrip(" ").startswith(("=", "+", "-", "@")) for line in lines for value in line)
    clocks = {
        at for line in lines[1:] for at, value in enumerate(line) if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", value)
    }
    assert all(re.search(r" \(WI[BT]A?\)$", lines[0][at]) for at in clocks), "a time without its zone"


def test_a_long_list_has_pages_and_keeps_its_filter_and_order_on_them(admin: FlaskClient) -> None:
    first = admin.get("/admin/catatan?cari=uji&urut=who").text
    assert len(heads(first)) == ROWS
    following = re.search(r'rel="next" href="([^"]+)"', first).group(1).replace("&amp;", "&")
    assert "cari=uji" in following
    assert "urut=who" in following
    assert len(heads(admin.get(following).text)) == 5
    assert 'name="cari"' in first
    assert "dari" in re.search(r"(\d+ dari \d+) baris", first).group(1)


def test_a_choice_narrows_a_list_and_an_unknown_one_does_not(admin: FlaskClient) -> None:
    assert "Tidak ada yang cocok" in admin.get("/admin/peluncuran?hasil=dicatat").text
    assert "Berhasil" not in admin.get("/admin/peluncuran?hasil=ditolak").text.split("<tbody>")[1]
    assert "<tbody>" in admin.get("/admin/peluncuran?hasil=%00apa").text
    assert admin.get("/admin/catatan?cari=%00%25_'").status_code == 200


def test_what_a_target_refused_is_a_list_like_the_others(site: Site, admin: FlaskClient) -> None:
    here, (target,) = site.services, site.services.forwards.all()
    leased = here.forward_store.lease(target.id, "uji", site.clock(), 60)
    refused = [(number, f"{number:08d}-0000-4000-8000-000000000000", FORMULA) for number in range(ROWS + 5)]
    here.forward_store.settle(leased, Forwarded(position=0, refused=refused), site.clock())
    address = f"/admin/penerusan/{target.id}"
    last = admin.get(f"{address}?hal=2&urut=reason").text
    assert last.count('name="seq"') == 2 * 5
    assert 'aria-sort="ascending"' in last
    assert "Tidak ada yang cocok" in admin.get(f"{address}?cari=xyz").text
    assert "Tidak ada yang cocok" in admin.get(f"{address}?keadaan=again").text
    assert f"'{FORMULA}".replace('"', '""') in admin.get(f"{address}?berkas=csv").text


def test_who_takes_a_list_away_stands_in_the_log(site: Site, admin: FlaskClient) -> None:
    admin.get("/admin/pegawai/?berkas=csv")
    line = site.services.house.log.last(1)[0]
    assert (line.action, line.subject) == ("list.download", "peserta-menunggu")


def test_a_list_is_taken_away_only_by_who_may_see_it(site: Site) -> None:
    author = site.staff("author")
    for address in LISTS:
        answer = author.get(with_query(address, "berkas=csv"))
        assert answer.status_code == (200 if address.startswith(("/pustaka", "/pekerjaan")) else 403)
    assert site.browser().get("/audit/pegawai?berkas=csv").status_code == 302


def test_no_page_of_the_staff_has_a_list_that_does_less(site: Site, admin: FlaskClient) -> None:
    """A new page with a table belongs into LISTS, or into SHORT when its rows are few for good."""
    known = {address.split("?")[0] for address in LISTS} | SHORT
    rules = [rule.rule for rule in site.app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    pages = [rule for rule in rules if rule.startswith(("/admin", "/audit", "/pekerjaan", "/pustaka"))]
    assert len(pages) > 20
    with_table = {page for page in pages if '<div class="table' in admin.get(page).text}
    assert with_table - known == set()
