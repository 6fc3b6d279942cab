"""The audit's findings on the page: by kind, searchable, each with its way to the evidence."""

import pytest

from lti_tool.anomaly_counts import AnomalyCounts


@pytest.fixture
def auditor(site):
    return site.staff("auditor")


def test_each_kind_stands_with_rule_and_severity_and_can_be_narrowed(site, auditor) -> None:
    site.credit(site.employ("Siti"), 400)
    page = auditor.get("/audit/temuan/?tahun=2026").text
    assert "JP melebihi waktu belajar" in page
    assert "Jauh lebih cepat" in page
    assert "Jauh lebih cepat" not in auditor.get("/audit/temuan/?tahun=2026&tingkat=high").text


def test_the_page_never_waits_for_the_counts_and_comes_again_until_all_are_known(site, auditor) -> None:
    site.credit(site.employ("Siti"), 9000)
    waiting: list = []
    site.services.anomaly_counts = AnomalyCounts(site.services.ledger, site.services.clock, waiting.append)
    first = auditor.get("/audit/temuan/?tahun=2026").text
    assert "0 dari 16 jenis selesai" in first
    assert 'http-equiv="refresh"' in first
    waiting.pop()()
    then = auditor.get("/audit/temuan/?tahun=2026").text
    assert '<td data-label="Jumlah" class="right"><span>1</span>' in then
    assert 'http-equiv="refresh"' not in then
    assert waiting == []


def test_a_finding_names_the_person_and_leads_to_the_evidence(site, auditor) -> None:
    person = site.employ("Siti")
    statement = site.credit(person, 9000)
    page = auditor.get("/audit/temuan/day_hours?tahun=2026").text
    assert "Siti" in page
    assert "90,00 JP dinyatakan" in page
    assert f"/audit/orang/{person}/2026/bukti/{statement}" in page
    assert "Siti" not in auditor.get("/audit/temuan/day_hours?tahun=2026&cari=budi").text


def test_findings_can_be_taken_away_and_that_is_logged(site, auditor) -> None:
    site.credit(site.employ("Siti"), 9000)
    answer = auditor.get("/audit/temuan/semua/unduh.json?tahun=2026")
    assert answer.json["rows"][0]["kind"] == "day_hours"
    assert auditor.get("/audit/temuan/day_hours/unduh.csv?tahun=2026").text.count("Siti") == 1


@pytest.mark.parametrize(
    "address", ["/audit/temuan/lain", "/audit/temuan/clock/unduh.exe", "/audit/temuan/x/unduh.csv"]
)
def test_another_kind_or_form_is_not_there(site, auditor, address: str) -> None:
    site.credit(site.employ("Siti"), 400)
    assert auditor.get(address).status_code == 404


def test_findings_are_the_auditors_alone(site) -> None:
    assert site.staff("author").get("/audit/temuan/clock").status_code in (302, 303, 403)
