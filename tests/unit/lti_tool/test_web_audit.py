"""The audit's pages: figures from the ledger, down to the statement, and decisions that count at once."""

import html
import json
import re
import zipfile
from io import BytesIO

import pytest

from lti_tool.sealing import keys_of
from lti_tool.web.testing import send
from xapi.audit.seal.form import open_seal, without_seal
from xapi.audit.seal.verify import check_file


def tables(page: str) -> str:
    """The bodies of the tables of a page."""
    return " ".join(re.findall(r"<tbody>.*?</tbody>", page, re.DOTALL))


@pytest.fixture
def auditor(site):
    return site.staff("auditor")


def test_before_the_first_count_the_page_says_what_to_do(site, auditor) -> None:
    assert "jampel worker" in auditor.get("/audit/").text


def test_the_summary_has_each_opd_and_the_sums(site, auditor) -> None:
    siti, budi = site.employ("Siti", 1), site.employ("Budi", 2, opd="Inspektorat", status="PPPK")
    site.credit(siti, 2400)
    site.credit(budi, 400)
    page = auditor.get("/audit/?tahun=2026").text
    assert all(words in page for words in ("Dinas Kelautan", "Inspektorat", "28,00", "50%"))
    only = tables(auditor.get("/audit/?tahun=2026&status=PPPK").text)
    assert "Dinas Kelautan" not in only
    assert "Inspektorat" in only


@pytest.mark.parametrize("year", ["1", "99999", "abc", "-1"])
def test_an_odd_year_is_this_year(site, auditor, year: str) -> None:
    site.credit(site.employ("Siti"), 400)
    assert "tahun 2026" in auditor.get(f"/audit/?tahun={year}").text


def test_an_opd_lists_its_people_and_narrows(site, auditor) -> None:
    siti, budi = site.employ("Siti", 1), site.employ("Budi", 2)
    site.credit(siti, 2400)
    site.credit(budi, 400)
    address = "/audit/opd?nama=Dinas+Kelautan&tahun=2026"
    page = auditor.get(address).text
    assert "Siti" in page
    assert "Budi" in page
    met = auditor.get(f"{address}&capaian=1").text
    assert "Siti" in met
    assert "Budi" not in met
    assert "Siti" not in auditor.get(f"{address}&cari=budi").text


def test_who_is_below_the_target_stands_with_what_is_missing(site, auditor) -> None:
    persons = [site.employ(name, serial) for serial, name in enumerate(("Siti", "Budi", "Ayu"), start=1)]
    for person, jp in zip(persons, (2400, 1900, 400), strict=True):
        site.credit(person, jp)
    rows = tables(auditor.get("/audit/pegawai?tahun=2026&capaian=0").text)
    assert rows.index("Ayu") < rows.index("Budi")
    assert "16,00" in rows
    assert "Siti" not in rows


def test_the_first_page_narrows_to_a_quarter_and_keeps_it_in_its_links(site, auditor) -> None:
    site.credit(site.employ("Siti"), 2400)
    address = "/audit/?tahun=2026&status=PNS&triwulan="
    assert "24,00" in tables(auditor.get(f"{address}4").text)
    assert "24,00" not in tables(auditor.get(f"{address}1").text)
    links = re.findall(r'href="(/audit/unduh/opd[^"]*)"', auditor.get(f"{address}4").text)
    assert len(links) == 7
    assert all("status=PNS" in link and "triwulan=4" in link for link in links)


@pytest.mark.parametrize(
    "query", ["status=x", "opd=x", "triwulan=9", "capaian=maybe", "golongan=%00", "triwulan=1&capaian=0"]
)
def test_an_odd_filter_is_no_error_and_says_that_nothing_fits(site, auditor, query: str) -> None:
    site.credit(site.employ("Siti"), 2400)
    for page in ("", "pegawai", "unduh/opd.xlsx"):
        assert auditor.get(f"/audit/{page}?tahun=2026&{query}").status_code == 200


def test_every_chart_has_its_figures_as_words(site, auditor) -> None:
    site.credit(site.employ("Siti"), 2400)
    page = auditor.get("/audit/?tahun=2026").text
    charts = re.findall(r'<figure class="chart">.*?</figure>', page, re.DOTALL)
    assert len(charts) == 3
    assert all('role="img"' in one and ("<table>" in one or "legend" in one) for one in charts)


def test_no_address_holds_a_nip(site, auditor) -> None:
    person = site.employ("Siti")
    nip = site.services.people.employee(person).nip
    site.credit(person, 400)
    for address in ("/audit/", "/audit/opd?nama=Dinas+Kelautan", f"/audit/orang/{person}"):
        page = auditor.get(address).text
        assert not any(nip in part.split('"')[0] for part in page.split('href="')[1:])


def test_a_credit_leads_to_its_statement_and_rule(site, auditor) -> None:
    person = site.employ("Siti")
    statement = site.credit(person, 400)
    page = auditor.get(f"/audit/orang/{person}?tahun=2026").text
    address = f"/audit/orang/{person}/2026/bukti/{statement}"
    assert address in page
    evidence = auditor.get(address).text
    assert statement in evidence
    assert "pelatihan-teknis" in evidence
    assert "lan-10-2018" in evidence


def test_unknown_people_and_statements_are_404(site, auditor) -> None:
    person = site.employ("Siti")
    site.credit(person, 400)
    nobody = "0" * 32
    missing = f"/audit/orang/{person}/2026/bukti/00000000-0000-4000-8000-000000000000"
    assert auditor.get(f"/audit/orang/{nobody}").status_code == 404
    assert auditor.get(missing).status_code == 404


def test_a_decision_is_a_statement_and_counts_at_once(site, auditor) -> None:
    person = site.employ("Siti")
    statement = site.credit(person, 400, source="sheet")
    waiting = auditor.get("/audit/tinjauan?tahun=2026").text
    assert "Siti" in waiting
    address = f"/audit/orang/{person}/2026/bukti/{statement}"
    answer = send(auditor, address, address, status="Disetujui", reason="Daftar hadir dan foto cocok.")
    assert answer.status_code == 303
    page = auditor.get(address).text
    assert "Daftar hadir dan foto cocok." in page
    assert "auditor" in page
    assert "Tidak ada yang perlu ditinjau" in auditor.get("/audit/tinjauan?tahun=2026").text
    assert site.services.ledger.credits_of(person, 2026)[0]["accepted"] == 400
    assert [line.action for line in site.services.house.log.last(3)] == ["audit.view", "audit.review", "audit.view"]


@pytest.mark.parametrize("fields", [{"status": "Disetujui"}, {"status": "Apa saja", "reason": "x"}, {"reason": "x"}])
def test_a_decision_needs_a_known_status_and_a_reason(site, auditor, fields: dict) -> None:
    person = site.employ("Siti")
    address = f"/audit/orang/{person}/2026/bukti/{site.credit(person, 400, source='sheet')}"
    assert send(auditor, address, address, **fields).status_code == 400
    assert site.services.ledger.credits_of(person, 2026)[0]["review"] == "Ditinjau"


def test_a_limited_person_is_marked_and_nothing_more_is_decided_about_them(site, auditor) -> None:
    person = site.employ("Siti")
    address = f"/audit/orang/{person}/2026/bukti/{site.credit(person, 400, source='sheet')}"
    form = auditor.get(address)
    site.services.people.subjects.freeze(person, site.clock(), basis="pasal 41", decided_by="dpo")
    assert "pemrosesan dibatasi" in auditor.get("/audit/pegawai?tahun=2026").text
    assert "pasal 11 dan 41" in auditor.get(f"/audit/orang/{person}?tahun=2026").text
    assert "Catat putusan" in form.text
    assert "Catat putusan" not in auditor.get(address).text
    other = f"/audit/orang/{site.employ('Budi', 2)}/2026/bukti/"
    page = f"{other}{site.credit(site.employ('Budi', 2), 400, source='sheet')}"
    assert send(auditor, page, address, status="Disetujui", reason="cocok").status_code == 409
    assert site.services.ledger.credits_of(person, 2026)[0]["review"] == "Ditinjau"


@pytest.mark.parametrize(("kind", "magic"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_reports_are_downloaded_as_office_files(site, auditor, kind: str, magic: bytes) -> None:
    site.credit(site.employ("Siti"), 400)
    answer = auditor.get(f"/audit/unduh/pegawai.{kind}?tahun=2026&capaian=0")
    assert answer.data.startswith(magic)
    assert f"jp-2026-pegawai.{kind}" in answer.headers["Content-Disposition"]


def test_a_report_is_downloaded_with_its_seal(site, auditor) -> None:
    site.credit(site.employ("Siti"), 400)
    link = re.findall(r'href="(/audit/unduh/opd.xlsx[^"]*segel=ya[^"]*)"', auditor.get("/audit/?tahun=2026").text)[0]
    with zipfile.ZipFile(BytesIO(auditor.get(html.unescape(link)).data)) as packed:
        seal, content = packed.read("jp-2026-opd.xlsx.seal.json"), packed.read("jp-2026-opd.xlsx")
    opened = open_seal(seal)
    verdict = check_file(opened, keys_of(site.services).known(), content)
    assert (verdict.holds, opened.seal.report.by) == (True, "opd")


def test_transcripts_findings_and_json_are_downloaded_with_their_seals(site, auditor) -> None:
    person = site.employ("Siti")
    site.credit(person, 400)
    known = keys_of(site.services).known()
    for address, name, by in (
        (f"/audit/orang/{person}/2026/transkrip.pdf", "transkrip-jp-2026.pdf", "transkrip"),
        ("/audit/temuan/semua/unduh.csv?tahun=2026", "temuan-2026-semua.csv", "temuan"),
    ):
        answer = auditor.get(f"{address}{'&' if '?' in address else '?'}segel=ya")
        with zipfile.ZipFile(BytesIO(answer.data)) as packed:
            opened = open_seal(packed.read(f"{name}.seal.json"))
            assert check_file(opened, known, packed.read(name)).holds
        assert opened.seal.report.by == by
    content, seal = without_seal(auditor.get("/audit/unduh/opd.json?tahun=2026").data) or (b"", b"")
    assert check_file(open_seal(seal), known, content).holds


def test_reports_are_downloaded_as_csv_and_json(site, auditor) -> None:
    site.credit(site.employ("Siti"), 400)
    csv = auditor.get("/audit/unduh/pegawai.csv?tahun=2026")
    assert csv.mimetype == "text/csv"
    assert "Siti" in csv.text
    assert json.loads(auditor.get("/audit/unduh/opd.json?tahun=2026").text)["year"] == 2026
    assert auditor.get("/audit/unduh/opd.exe").status_code == 404
    assert auditor.get("/audit/unduh/rahasia.csv").status_code == 404


def test_a_name_from_outside_is_only_text(site, auditor) -> None:
    person = site.employ("<script>alert(1)</script>", 1)
    other = site.employ("Budi", 2, opd='<script>alert(2)</script>" onload="')
    site.credit(person, 400)
    site.credit(other, 400)
    assert "alert(2)" in auditor.get("/audit/?tahun=2026").text
    for address in ("/audit/?tahun=2026", "/audit/pegawai?tahun=2026"):
        page = auditor.get(address).text
        assert "<script>alert" not in page
        assert '" onload="' not in page
    assert "<script>alert" not in auditor.get("/audit/opd?nama=Dinas+Kelautan").text
    assert "<script>alert" not in auditor.get(f"/audit/orang/{person}").text


@pytest.mark.parametrize("year", ["0", "1999", "99999", "9" * 30])
def test_an_odd_year_in_an_address_is_not_found(site, auditor, year: str) -> None:
    person = site.employ("Siti")
    statement = site.credit(person, 400)
    assert auditor.get(f"/audit/orang/{person}/{year}/bukti/{statement}").status_code == 404
