"""What a person asks for about their own data: done by an admin with its ground in the record, or by themself."""

import io
import json
import zipfile

import pytest
from flask.testing import FlaskClient

from lti_tool.web.testing import PASSWORD, Site, send
from lti_tool.worker import Work
from xapi.identity import parse_nip

PAGE = "/admin/data-pribadi/orang/"
NIP, OTHER = "198501012099031001", "198501012099031002"


@pytest.fixture
def site(copied_site: Site) -> Site:
    return copied_site


@pytest.fixture
def siti(site: Site) -> str:
    person = site.employ("Siti Rahmawati")
    site.credit(person, 2_000)
    site.employ("Siti Aminah", 2)
    return person


@pytest.fixture
def admin(site: Site, siti: str) -> FlaskClient:
    return site.staff("admin")


def asked(browser: FlaskClient, person: str, act: str, **fields: str):
    return send(browser, f"{PAGE}{person}/{act}", f"{PAGE}{person}/{act}", **fields)


def record(site: Site) -> list[tuple[str, str, str]]:
    return [(line.action, line.basis, line.detail) for line in reversed(site.services.people.subjects.log())]


def copy_in(data: bytes) -> dict:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {"data.json", "baca.html"} <= set(packed.namelist())
        return json.loads(packed.read("data.json"))


def test_a_person_is_found_and_no_address_or_page_has_the_number(site, admin, siti) -> None:
    for typed in (NIP, "Siti Rahmawati", siti):
        assert send(admin, PAGE, PAGE, orang=typed).location == f"{PAGE}{siti}"
    several = send(admin, PAGE, PAGE, orang="siti").text
    assert f"{PAGE}{siti}" in several
    page = admin.get(f"{PAGE}{siti}").text
    assert not any(number in text for text in (several, page) for number in (NIP, OTHER))
    for typed, status in (("", 400), ("Tak Dikenal", 404), ("198501012099031999", 404), ("0" * 32, 303)):
        assert send(admin, PAGE, PAGE, orang=typed).status_code == status
    assert admin.get(f"{PAGE}{'0' * 32}").status_code == 404


def test_a_copy_is_made_by_the_worker_and_noted_with_its_ground(site, admin, siti) -> None:
    page = asked(admin, siti, "salinan", reason=f"permintaan 7/2026 oleh {NIP}").location
    assert page.startswith("/pekerjaan/")
    assert Work(site.services).task_once() == 1
    answer = admin.get(f"{page}/berkas")
    assert f"salinan-{siti[:8]}.zip" in answer.headers["Content-Disposition"]
    made = copy_in(answer.data)
    assert (made["person"]["nips"], len(made["credits"]), len(made["statements"])) == ([NIP], 1, 1)
    ((action, basis, _detail),) = record(site)
    assert (action, basis.startswith("UU 27/2022 pasal 7 dan 32; permintaan 7/2026")) == ("export", True)
    assert NIP not in basis
    log = [(line.action, line.subject) for line in site.services.house.log.last(2)]
    assert set(log) == {("task.download", "subject_copy"), ("subject.copy", siti[:8])}
    assert "Siti" not in admin.get("/pekerjaan/").text


@pytest.mark.thorough
def test_a_suspension_holds_until_it_is_ended_and_the_same_form_twice_does_no_harm(site, admin, siti) -> None:
    assert asked(admin, siti, "tunda", reason="").status_code == 400
    assert not site.services.people.is_frozen(siti)
    for _ in range(2):
        assert asked(admin, siti, "tunda", reason="permintaan 8").status_code == 303
    assert site.services.people.is_frozen(siti)
    page = admin.get(f"{PAGE}{siti}").text
    assert all(text in page for text in ("Pemrosesan ditunda", "permintaan 8", "Petugas admin"))
    assert 'name="lanjut"' in admin.get(f"{PAGE}{siti}/tunda").text
    assert asked(admin, siti, "tunda", reason="dicabut", lanjut="ya").status_code == 303
    assert not site.services.people.is_frozen(siti)
    assert [action for action, _basis, _detail in record(site)] == ["freeze", "unfreeze"]


def test_only_what_was_changed_is_set_right(site, admin, siti) -> None:
    form = admin.get(f"{PAGE}{siti}/betulkan").text
    assert NIP not in form
    same = {"name": "Siti Rahmawati", "opd": "Dinas Kelautan", "status": "PNS", "position": "Analis", "grade": "III/c"}
    assert "Belum ada yang diubah" in asked(admin, siti, "betulkan", reason="x", **same).text
    assert "Tidak boleh kosong" in asked(admin, siti, "betulkan", reason="x", **(same | {"name": " "})).text
    assert asked(admin, siti, "betulkan", reason="x", nip="123", **same).status_code == 400
    taken = asked(admin, siti, "betulkan", reason="x", nip=OTHER, **same)
    assert (taken.status_code, "sudah milik pegawai lain" in taken.text) == (400, True)
    assert record(site) == []
    changed = same | {"name": "Siti Rahmawati, S.E.", "position": "Analis Muda", "nip": "198501012099031 009"}
    assert asked(admin, siti, "betulkan", reason="salah ketik", **changed).status_code == 303
    found = site.services.people.employee(siti)
    assert (found.name, found.position, found.opd) == ("Siti Rahmawati, S.E.", "Analis Muda", "Dinas Kelautan")
    assert site.services.people.by_nip(parse_nip("198501012099031009")) == siti
    assert record(site) == [("correct", "UU 27/2022 pasal 6; salah ketik", "name nip position")]


@pytest.mark.thorough
def test_a_refusal_is_recorded_with_its_reason(site, admin, siti) -> None:
    assert asked(admin, siti, "tolak", reason="pasal 15 ayat (1) huruf c", request="lain").status_code == 400
    assert asked(admin, siti, "tolak", reason="pasal 15 ayat (1) huruf c", request="erase").status_code == 303
    assert record(site) == [("refuse", "pasal 15 ayat (1) huruf c", "erase")]


@pytest.mark.thorough
def test_nobody_but_an_admin_serves_requests(site, admin, siti) -> None:
    site.accounts.create("aud", "Aud", "auditor", PASSWORD)
    auditor = site.browser()
    send(auditor, "/masuk", "/masuk", username="aud", password=PASSWORD)
    for act in ("", "/salinan", "/tunda", "/betulkan", "/tolak"):
        assert auditor.get(f"{PAGE}{siti}{act}").status_code == 403


def test_a_learner_takes_their_own_copy_and_nobody_elses(site, admin, siti) -> None:
    browser = site.learner(siti)
    page = browser.get("/saya/data/").text
    assert "Siti Rahmawati" in page
    assert NIP not in page
    taken = send(browser, "/saya/data/", "/saya/data/salinan")
    assert (taken.status_code, taken.headers["Cache-Control"]) == (200, "no-store")
    assert copy_in(taken.data)["person"]["name"] == "Siti Rahmawati"
    assert send(browser, "/saya/data/", "/saya/data/salinan").status_code == 429
    site.clock.advance(minutes=1, seconds=1)
    assert send(browser, "/saya/data/", "/saya/data/salinan").status_code == 200
    assert "salinan diberikan" in browser.get("/saya/data/").text
    assert "orangnya sendiri" in admin.get(f"{PAGE}{siti}").text
    assert [action for action, _basis, _detail in record(site)] == ["export", "export"]
    assert site.browser().get("/saya/data/").status_code == 401
    assert "/saya/data/" in browser.get("/saya/").text
