"""A list of employees from the page: looked at first, taken whole or not at all, once, by its sender, without a NIP."""

import csv
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from lti_tool.roster_upload import work as roster_work
from lti_tool.subject.erase import erase_subject
from lti_tool.web.testing import PASSWORD, Site, send, token_of
from lti_tool.worker import Work

PAGE = "/admin/pegawai/impor/"
HEAD = "NIP;Nama;OPD;Status;Jabatan"
FIRST, SECOND, THIRD = (f"1985010120990310{serial:02d}" for serial in (1, 2, 3))
GOOD = (f"{FIRST};Ani Lestari;Bappeda;PNS;Analis", f"{SECOND};Budi Santoso;Inspektorat;PPPK;Auditor")


@pytest.fixture
def site(copied_site: Site) -> Site:
    return copied_site


@pytest.fixture
def admin(site: Site) -> FlaskClient:
    return site.staff("admin")


def table(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *rows, ""]).encode()


def sent(browser: FlaskClient, content: bytes, name: str = "pegawai.csv", **fields: str) -> str:
    """Sends a list; the address of its page."""
    answer = send(browser, PAGE, PAGE, berkas=(io.BytesIO(content), name), **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def press(browser: FlaskClient, page: str, to: str, **fields: str) -> Any:
    return send(browser, page, f"{page}/{to}", **fields)


def figures(text: str) -> list[str]:
    """The counts on the page: new, changed, unchanged, (left,) refused rows."""
    return re.findall(r"<dt>[^<]+</dt><dd>([\d.]+)</dd>", text)


def roster(site: Site) -> list[str]:
    return sorted(one.name for one in site.services.people.roster(site.services.today))


def test_a_list_is_looked_at_then_taken_and_the_second_time_changes_nothing(site, admin) -> None:
    page = sent(admin, table(*GOOD))
    shown = admin.get(page).text
    assert figures(shown) == ["2", "0", "0", "0"]
    assert roster(site) == []
    assert "Ani" not in shown
    assert press(admin, page, "masuk").status_code == 303
    assert roster(site) == ["Ani Lestari", "Budi Santoso"]
    assert "Daftar sudah dimasukkan" in admin.get(page).text
    assert press(admin, page, "masuk").location == page, "the form that was sent twice"
    line = site.services.house.log.last(1)[0]
    assert (line.action, line.detail) == ("people.import", "added=2 changed=0 left=0 refused=0")
    (noted,) = site.services.people.subjects.log()
    assert (noted.action, noted.decided_by) == ("import", line.account)
    assert "angkanya lain" not in admin.get(page).text
    again = admin.get(sent(admin, table(*GOOD))).text
    assert figures(again) == ["0", "0", "2", "0"]
    assert "semuanya sudah tercatat" in again
    assert "Masukkan daftar ini" not in again
    assert len(site.services.people.subjects.log()) == 1


def test_who_was_overtaken_by_another_list_is_told_so(admin) -> None:
    slow, quick = sent(admin, table(*GOOD)), sent(admin, table(GOOD[0]))
    press(admin, quick, "masuk")
    press(admin, slow, "masuk")
    shown = admin.get(slow).text
    assert figures(shown) == ["1", "0", "1", "0"]
    assert "angkanya lain daripada yang ditunjukkan" in shown


def test_bad_rows_are_named_without_their_numbers_and_skipped_only_when_asked(site, admin) -> None:
    bad = (f"{FIRST};Nama Kembar;Bappeda;PNS;", f"{THIRD};;Bappeda;Honorer;", "12345;Ujang;Bappeda;PNS;")
    page = sent(admin, table(*GOOD, *bad))
    shown = admin.get(page).text
    assert figures(shown) == ["2", "0", "0", "3"]
    assert not any(number in shown for number in (FIRST, SECOND, THIRD))
    rows = list(csv.reader(io.StringIO(admin.get(f"{page}?keadaan=ditolak&berkas=csv").text), delimiter=";"))
    assert [row[:2] for row in rows[1:]] == [["4", "NIP"], ["5", "Nama"], ["5", "Status"], ["6", "NIP"]]
    assert site.services.house.log.last(1)[0].action == "list.download"
    assert press(admin, page, "masuk").status_code == 409
    assert roster(site) == []
    assert press(admin, page, "masuk", lewati="ya").status_code == 303
    assert roster(site) == ["Ani Lestari", "Budi Santoso"]
    done = admin.get(page).text
    assert "3 baris dilewati" in done
    assert "refused=3" in site.services.house.log.last(1)[0].detail
    assert not list((site.data / "rosters").rglob("*.xlsx"))


@pytest.mark.thorough
def test_columns_of_other_names_are_said_for_the_file_that_is_there_and_remembered(site, admin) -> None:
    strange = table(f"{FIRST};Ani Lestari;Bappeda", head="Nomor Pokok;Nama;SATUAN KITA")
    page = sent(admin, strange)
    shown = admin.get(page).text
    assert "Sebutkan kolomnya di bawah" in shown
    assert "--map" not in shown
    fields = {"kolom_nip": "Nomor Pokok", "kolom_opd": "Satuan Kita", "isi_status": "PNS", "hari": "2026-02-01"}
    assert press(admin, page, "kolom", **fields).location == page
    assert figures(admin.get(page).text) == ["1", "0", "0", "0"]
    assert press(admin, page, "kolom", hari="kemarin").status_code == 400
    press(admin, page, "masuk")
    (stay,) = site.services.people.history(site.services.people.person_of(FIRST))
    assert (stay.opd, stay.status) == ("Bappeda", "PNS")
    moved = sent(admin, strange.replace(b"Bappeda", b"Inspektorat"))
    assert figures(admin.get(moved).text) == ["0", "1", "0", "0"], "the layout is remembered"
    press(admin, moved, "kolom", **fields)
    press(admin, moved, "masuk")
    last = site.services.people.history(site.services.people.person_of(FIRST))[-1]
    assert (last.opd, str(last.start)) == ("Inspektorat", "2026-02-01")


@pytest.mark.thorough
def test_a_complete_list_ends_who_is_missing_and_many_only_when_confirmed(site, admin) -> None:
    for serial in range(1, 5):
        site.employ(f"Pegawai {serial}", serial)
    page = sent(admin, table(f"{FIRST};Pegawai 1;Dinas Kelautan;PNS;Analis"), lengkap="ya")
    assert figures(admin.get(page).text)[3] == "3"
    refused = press(admin, page, "masuk")
    assert refused.status_code == 400
    assert "Centang dulu" in refused.text
    assert len(roster(site)) == 4
    press(admin, page, "masuk", banyak="ya")
    assert roster(site) == ["Pegawai 1"]
    page = sent(admin, table(*GOOD, "12345;Ujang;Bappeda;PNS;"), lengkap="ya")
    assert "Daftar lengkap hanya dapat dimasukkan utuh" in admin.get(page).text
    assert press(admin, page, "masuk", lewati="ya").status_code == 409
    assert roster(site) == ["Pegawai 1"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "kosong.csv", "Berkas ini kosong"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "foto.csv", "Berkas bukan CSV atau XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "lama.xls", "lama.xls adalah berkas Excel"),
        (b"PK\x03\x04rusak", "rusak.xlsx", "Berkas bukan CSV atau XLSX"),
    ],
)
def test_what_is_no_list_is_said_so_whatever_its_name(site, admin, content, name, said) -> None:
    answer = send(admin, PAGE, PAGE, berkas=(io.BytesIO(content), name))
    shown = answer.text if answer.status_code == 422 else admin.get(answer.location).text
    assert said in shown
    assert roster(site) == []
    assert send(admin, PAGE, PAGE).status_code == 422


@pytest.mark.thorough
def test_a_list_may_be_larger_than_a_form_and_nobody_elses_request(site, admin) -> None:
    large = table(*GOOD) + b" " * 9_000_000
    assert send(admin, PAGE, PAGE, berkas=(io.BytesIO(large), "besar.csv")).status_code == 303
    auditor = site.staff("auditor")
    body = {"csrf_token": token_of(auditor.get("/akun/").text), "berkas": (io.BytesIO(large), "besar.csv")}
    assert auditor.post(PAGE, data=body).status_code in (403, 413)


def test_a_long_list_is_work_that_is_followed_and_ends_on_its_own_page(site, admin, monkeypatch) -> None:
    monkeypatch.setattr(roster_work, "AT_ONCE_ROWS", 1)
    monkeypatch.setattr(roster_work, "TOLD_EVERY", 1)
    work, page = Work(site.services), ""
    rows = [*GOOD, f"{THIRD};Citra Dewi;Bappeda;PNS;"]
    task = sent(admin, table(*rows))
    assert task.startswith("/pekerjaan/")
    (listed,) = site.services.rosters.of(site.services.tasks.store.under_way()[0].account)
    page = f"{PAGE}{listed.id}"
    assert admin.get(page).location == task, "also after a reload"
    assert "Memeriksa daftar pegawai" in admin.get(task).text
    work.task_once()
    assert admin.get(task).location == page
    assert figures(admin.get(page).text) == ["3", "0", "0", "0"]
    taking = press(admin, page, "masuk").location
    assert taking.startswith("/pekerjaan/")
    assert press(admin, taking, "batal").status_code == 303
    assert (work.task_once(), roster(site)) == (1, [])
    taking = press(admin, page, "masuk").location
    work.task_once()
    assert admin.get(taking).location == page
    assert len(roster(site)) == 3
    assert site.services.house.log.last(1)[0].action == "people.import"


@pytest.mark.thorough
def test_a_list_is_its_senders_alone_and_kept_for_a_day(site, admin) -> None:
    page = sent(admin, table(*GOOD))
    site.accounts.create("lain", "Admin Lain", "admin", PASSWORD)
    other = site.browser()
    send(other, "/masuk", "/masuk", username="lain", password=PASSWORD)
    for address in (page, f"{PAGE}{'0' * 32}", f"{PAGE}x"):
        assert other.get(address).status_code == 404
    assert site.browser().get(page).status_code == 302
    (mine,) = site.services.rosters.of(site.services.house.accounts.with_hash("admin")[0].id)
    site.clock.advance(days=1)
    assert site.services.rosters.get(mine.id) is None
    site.services.rosters.drop()
    assert not list((site.data / "rosters").rglob("*.*"))


@pytest.mark.thorough
def test_an_erasure_drops_the_lists_that_wait(site, admin) -> None:
    person = site.employ("Siti Rahmawati", 9)
    page = sent(admin, table(*GOOD))
    erase_subject(site.services, person, basis="uji", decided_by="uji", although_employed=True)
    assert admin.get(page).status_code == 404


@pytest.mark.thorough
def test_a_list_is_thrown_away_on_request(site, admin) -> None:
    page = sent(admin, table(*GOOD))
    assert press(admin, page, "buang").status_code == 303
    assert admin.get(page).status_code == 404
    assert not list((site.data / "rosters").rglob("*.*"))


@pytest.mark.thorough
def test_the_template_is_a_list_whose_numbers_stay_text(site, admin) -> None:
    book = load_workbook(io.BytesIO(admin.get(f"{PAGE}templat.xlsx").data))
    sheet = book["Pegawai"]
    assert [cell.value for cell in sheet[1]][:5] == ["NIP", "Nama", "OPD", "Status", "Jabatan"]
    sheet.append([FIRST, "Ani Lestari", "Bappeda", "PNS", "Analis"])
    filled = io.BytesIO()
    book.save(filled)
    assert figures(admin.get(sent(admin, filled.getvalue(), "templat.xlsx")).text) == ["1", "0", "0", "0"]
    empty = admin.get(f"{PAGE}templat.csv").data
    assert "tidak berisi pegawai" in admin.get(sent(admin, empty)).text
    assert admin.get(f"{PAGE}templat.exe").status_code == 404


@pytest.mark.thorough
def test_a_number_that_a_spreadsheet_rounded_is_refused_with_the_way_out(admin) -> None:
    book = Workbook()
    for row in (HEAD.split(";"), [int(FIRST), "Ani Lestari", "Bappeda", "PNS", "Analis"]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    assert "Ubah format kolom NIP menjadi Teks" in admin.get(sent(admin, file.getvalue(), "angka.xlsx")).text


@pytest.mark.thorough
def test_a_full_disk_takes_nothing_and_says_so(site, admin, monkeypatch) -> None:
    monkeypatch.setattr("lti_tool.roster_upload.desk.SPARE_BYTES", 10**18)
    answer = send(admin, PAGE, PAGE, berkas=(io.BytesIO(table(*GOOD)), "pegawai.csv"))
    assert (answer.status_code, list((site.data / "rosters").rglob("*.*"))) == (507, [])
    assert "Ruang disk" in answer.text


@pytest.mark.thorough
def test_so_many_lists_wait_and_no_more(site, admin, monkeypatch) -> None:
    monkeypatch.setattr("lti_tool.roster_upload.desk.MOST_WAITING", 1)
    page = sent(admin, table(*GOOD))
    refused = send(admin, PAGE, PAGE, berkas=(io.BytesIO(table(*GOOD)), "lagi.csv"))
    assert (refused.status_code, "masih menunggu" in refused.text) == (422, True)
    press(admin, page, "buang")
    assert sent(admin, table(*GOOD))
