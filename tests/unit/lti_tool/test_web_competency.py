"""The map of competencies on pages: a learner's own, an OPD's and a person's, and a module that carries its codes."""

import re
from datetime import timedelta

import msgspec
import pytest

from lti_tool.competency_sums import CompetencySums
from lti_tool.credential_terms import given_by
from lti_tool.web import figures
from lti_tool.web.testing import send
from scorm_packager.records import declared
from xapi.people.standards import StandardLine, Standards
from xapi.vocabulary import EXT_COMPETENCY, EXT_LEVEL, EXT_STANDARD, PASSED


@pytest.fixture
def known(site):
    """Siti, who passed a test at level 2 of 3, and Budi, with the standard of their position."""
    siti, budi = site.employ("Siti <b>Rahmawati</b>", 1), site.employ("Budi", 2, opd="Inspektorat")
    lines = [
        StandardLine(position="Analis", standard="SKJ-1", code="T.01", title="Menyusun <i>aturan</i>", level=3),
        StandardLine(position="*", standard="SKJ-0", code="M.01", title="Integritas", level=None),
    ]
    site.services.people.standards.replace(Standards(tuple(lines), "Contoh rekaan"), site.clock())
    for person, code in ((siti, "T.01"), (budi, "M.01")):
        prove(site, person, code)
    site.count()
    return siti, budi


def prove(site, person: str, code: str, source: str = "lms_record") -> None:
    statement = {
        "actor": site.services.people.actor(person),
        "verb": {"id": PASSED},
        "object": {"id": f"https://contoh.go.id/uji/{code}", "definition": {"name": {"id": f"Uji {code}"}}},
        "timestamp": (site.clock() - timedelta(days=1)).isoformat(),
        "context": {"extensions": {EXT_COMPETENCY: code, EXT_LEVEL: 2}},
    }
    site.services.lrs.post_statements(site.services.principal(source), msgspec.json.encode(statement))


def test_a_learner_sees_their_own_map_as_a_picture_a_table_and_a_file(site, known) -> None:
    browser = site.learner(known[0])
    assert "/saya/kompetensi/" in browser.get("/saya/").text
    page = browser.get("/saya/kompetensi/").text
    assert "0 dari 2 kompetensi jabatan dimiliki." in page
    assert "tingkat kurang, 2 dari 3" in page
    assert "Menyusun &lt;i&gt;aturan&lt;/i&gt;" in page
    assert '<svg viewBox="0 0 360 68" role="img" aria-label="Peta kompetensi">' in page
    assert "Standar: Contoh rekaan." in page
    assert "Budi" not in page
    table = browser.get("/saya/kompetensi/peta.csv").text
    assert "belum ada bukti" in table
    assert browser.get("/saya/kompetensi/peta.xlsx").data.startswith(b"PK")
    assert browser.get("/saya/kompetensi/peta.pdf").status_code == 404


def test_a_stranger_sees_no_map(site, known) -> None:
    for address in ("/saya/kompetensi/", "/saya/kompetensi/peta.csv"):
        assert site.browser().get(address).status_code == 401
    for address in ("/audit/kompetensi/", f"/audit/kompetensi/orang/{known[0]}", "/audit/kompetensi/peta.csv"):
        assert site.browser().get(address).status_code == 302
    assert site.staff("author").get("/audit/kompetensi/peta.csv").status_code == 403


def test_an_auditor_sees_the_map_of_all_of_an_opd_and_of_a_person(site, known) -> None:
    auditor = site.staff("auditor")
    everyone = auditor.get("/audit/kompetensi/").text
    assert "1 dari 2" in everyone  # of Integritas
    assert "/audit/kompetensi/?opd=Inspektorat" in everyone
    office = auditor.get("/audit/kompetensi/?opd=Inspektorat").text
    assert "Budi" in office
    assert "Siti" not in office
    assert "Budi" not in auditor.get("/audit/kompetensi/?opd=Inspektorat&cari=siti").text
    person = auditor.get(f"/audit/kompetensi/orang/{known[0]}").text
    assert "Siti &lt;b&gt;Rahmawati&lt;/b&gt;" in person
    assert "tingkat kurang, 2 dari 3" in person
    assert auditor.get("/audit/kompetensi/orang/" + "0" * 32).status_code == 404
    table = auditor.get("/audit/kompetensi/peta.csv?opd=Inspektorat").text
    assert "Budi" in table
    assert "Siti" not in table
    assert auditor.get("/audit/kompetensi/?opd=").status_code == 200


def test_without_standards_the_pages_say_what_to_do(site) -> None:
    siti = site.employ("Siti")
    site.count()
    assert "jampel people standards" in site.staff("auditor").get("/audit/kompetensi/").text
    assert "jampel people standards" in site.learner(siti).get("/saya/kompetensi/").text


def test_a_module_that_names_its_competency_and_standard_gives_them_to_its_records(site, tmp_path) -> None:
    module = site.publish(tmp_path / "modul", kode_kompetensi='"T.01; M.01"', standar='"SKJ-1"')
    given = given_by(module, site.services.library.serves(module.digest))
    assert (given[EXT_COMPETENCY], given[EXT_STANDARD]) == ("T.01; M.01", "SKJ-1")
    assert declared(site.services.library.course(module.digest)) == given
    plain = site.publish(tmp_path / "lain", id='"modul-lain"')
    assert EXT_COMPETENCY not in given_by(plain, site.services.library.serves(plain.digest))


def test_a_test_from_elsewhere_waits_for_a_validator_and_counts_once_it_is_approved(site, known) -> None:
    prove(site, known[0], "M.01", "foreign")
    site.count()
    auditor, address = site.staff("auditor"), f"/audit/kompetensi/orang/{known[0]}"
    page = auditor.get(address).text
    assert "menunggu ditinjau" in page
    test = re.search(rf'href="({address}/bukti/[-0-9a-f]+)">Uji M.01', page).group(1)
    assert "https://contoh.go.id/uji/M.01" in auditor.get(test).text
    assert send(auditor, test, test, status="Disetujui", reason="").status_code == 400
    assert send(auditor, test, test, status="Disetujui", reason="Ijazah dilihat").location == address
    assert "1 dari 2 kompetensi jabatan dimiliki." in auditor.get(address).text
    assert auditor.get(test.replace(known[0], known[1])).status_code == 404


def test_the_map_of_many_people_is_counted_beside_the_page(site, known, monkeypatch) -> None:
    monkeypatch.setattr(figures, "AT_ONCE", -1)
    work: list = []
    site.services.competency_sums = CompetencySums(site.clock, work.append)
    auditor = site.staff("auditor")
    assert "sedang dihitung" in auditor.get("/audit/kompetensi/").text
    assert "await.js" in auditor.get("/audit/kompetensi/").text
    assert len(work) == 1, "two asked, one counts"
    work.pop()()
    counted = auditor.get("/audit/kompetensi/").text
    assert "Inspektorat" in counted
    assert not work
    site.clock.advance(minutes=11)
    assert "sedang dihitung lagi" in auditor.get("/audit/kompetensi/").text
    work.pop()()
    assert "sedang dihitung" not in auditor.get("/audit/kompetensi/").text
