"""The statements that a filter finds, as a file: byte for byte, or as a table that shows no whole number."""

import csv
import io
import json

import msgspec
import pytest
from flask.testing import FlaskClient

from lti_tool.browse import export
from lti_tool.web.testing import Site
from lti_tool.worker import Work
from tests.unit.lti_tool.test_web_statements import PAGE, REGISTRATION, post
from xapi.identity import mask_nip
from xapi.testing import encoded
from xapi.vocabulary import COMPLETED, PASSED

NIP = "198501012099031001"


@pytest.fixture
def site(copied_site: Site) -> Site:
    return copied_site


@pytest.fixture
def admin(site: Site) -> FlaskClient:
    return site.staff("admin")


@pytest.fixture
def person(site: Site) -> str:
    """An employee whose score has passed a module, beside what others did."""
    found = site.employ("=Siti Rahmawati")
    trusted = msgspec.structs.replace(site.services.principal("foreign"), allow_nip=True)
    actor = {"mbox": "mailto:lain@contoh.go.id", "name": f"Lain {NIP}"}
    other = {"actor": actor, "verb": {"id": COMPLETED}, "object": {"id": "https://contoh.go.id/lain"}}
    site.services.lrs.post_statements(trusted, encoded(other))
    post(site, actor=site.services.people.actor(found), verb={"id": PASSED}, context={"registration": REGISTRATION},
         result={"score": {"scaled": 0.855}, "success": True}, object={"id": "https://contoh.go.id/modul",
         "definition": {"name": {"id": "Pelayanan;publik"}}})  # fmt: skip
    return found


def table(text: str, delimiter: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


def test_json_lines_hold_each_statement_as_it_is_stored_newest_first(site, admin, person) -> None:
    page = admin.get(PAGE, query_string={"orang": person}).text
    assert f"/admin/pernyataan/unduh.jsonl?orang={person}" in page
    whole = admin.get(f"{PAGE}unduh.jsonl")
    lines = whole.data.split(b"\n")
    kept = site.services.statements.after(site.services.institution.id, 0, 10)
    assert [json.loads(line) for line in lines[:-1]] == [json.loads(one.body) for one in reversed(kept)]
    assert lines[-1] == b""
    assert "filename=pernyataan-2026-11-23.jsonl" in whole.headers["Content-Disposition"]
    (line,) = admin.get(f"{PAGE}unduh.jsonl?orang={person}").data.splitlines()
    assert json.loads(line)["verb"]["id"] == PASSED
    logged = site.services.house.log.last(1)[0]
    assert (logged.action, logged.subject, logged.detail) == ("statement.export", "jsonl", "orang")


def test_the_table_has_names_masked_numbers_and_nothing_that_a_spreadsheet_runs(site, admin, person) -> None:
    text = admin.get(f"{PAGE}unduh.csv?lang=id").data.decode()
    assert NIP not in text
    own, other = table(text)
    assert own["Pelaku"] == "'=Siti Rahmawati"
    assert own["NIP"] == mask_nip(NIP)
    assert (own["Nama samaran"], own["Kata kerja"], own["Objek"]) == (person, "lulus", "Pelayanan;publik")
    assert (own["Skor (%)"], own["Berhasil"], own["Selesai"]) == ("85,5", "ya", "")
    assert (own["Registrasi"], own["Asal bukti"]) == (REGISTRATION, "belajar lewat LMS (peluncuran)")
    assert (other["Pelaku"][:4], other["Nama samaran"], other["Kata kerja (IRI)"]) == ("Lain", "", COMPLETED)
    (english,) = table(admin.get(f"{PAGE}unduh.csv?lang=en&verba={PASSED}").data.decode(), ",")
    assert (english["Verb"], english["Score (%)"]) == ("passed", "85.5")


@pytest.mark.thorough
def test_many_are_made_by_the_worker_and_are_the_same_file(site, admin, person, monkeypatch) -> None:
    at_once = {form: admin.get(f"{PAGE}unduh.{form}?lang=id").data for form in export.FORMS}
    monkeypatch.setattr(export, "AT_ONCE", 1)
    monkeypatch.setattr(export, "_TOGETHER", 1)
    work = Work(site.services)
    for form, expected in at_once.items():
        asked = admin.get(f"{PAGE}unduh.{form}?lang=id")
        assert asked.location.startswith("/pekerjaan/")
        assert work.task_once() == 1
        assert admin.get(f"{asked.location}/berkas").data == expected
        assert "Pernyataan xAPI" in admin.get(asked.location).text
    monkeypatch.setattr(export, "AT_ONCE", 10)
    monkeypatch.setattr(export, "LOOKED_AT_ONCE", 1)
    rare = admin.get(f"{PAGE}unduh.jsonl?asal=sheet")
    work.task_once()
    assert admin.get(f"{rare.location}/berkas").data == b""


@pytest.mark.thorough
def test_a_filter_that_means_nothing_and_a_stranger_get_no_file(site, admin) -> None:
    assert admin.get(f"{PAGE}unduh.csv?dari=kemarin").location == f"{PAGE}?dari=kemarin"
    assert admin.get(f"{PAGE}unduh.xml").status_code == 404
    assert site.staff("auditor").get(f"{PAGE}unduh.csv").status_code == 403
    assert "unduh.csv" not in admin.get(PAGE).text, "there is nothing to take away"
