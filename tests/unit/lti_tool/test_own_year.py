"""A learner's year in one look: what is there, what is missing, how long the year still is, and a picture by month."""

import re
from datetime import date

import pytest

from lti_tool.reviews import Decision, record_review
from lti_tool.web.figures import iso_day
from lti_tool.web.own_year import month_chart, newest_first, own_year
from xapi.audit.trail import Trail, TrailEntry


@pytest.fixture
def place(tmp_path):
    """SQLite alone: what SQL does here, other tests ask on both databases."""
    return tmp_path / "uji.db"


def entry(day: int, accepted: int = 0, pending: int = 0, fate: str = "counted") -> TrailEntry:
    return TrailEntry(
        statement_id=f"s-{day}", day=day, activity="https://contoh.go.id/a", title="Pelatihan", form="seminar",
        source="sheet", raw_jp=accepted, converted=accepted, capped=accepted, accepted=accepted, pending=pending,
        fate=fate, review="Disetujui", days=1, international=False, certificate=None, registration=None, evidence=None,
        steps=(), reviews=(),
    )  # fmt: skip


def year_of(*entries: TrailEntry, minimum: int = 2000, year: int = 2026) -> Trail:
    return Trail(year, "p", "", "Siti", "Dinas", "PNS", minimum, None, entries, "uji 1.0.0", "0" * 64)


@pytest.fixture
def spoken(site):
    """Indonesian words, as a page has them."""
    with site.app.test_request_context("/saya/"):
        yield


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 11, 23), "5 minggu"),
        (date(2026, 12, 18), "2 minggu"),
        (date(2026, 12, 19), "13 hari"),
        (date(2026, 12, 31), "1 hari"),
        (date(2027, 1, 1), ""),
        (date(2025, 12, 31), ""),
    ],
)
def test_the_rest_of_the_year_is_told_in_weeks_and_at_its_end_in_days(spoken, today: date, words: str) -> None:
    assert own_year(year_of(), today).time_left == words


def test_what_is_missing_is_what_the_target_asks_beyond_what_is_accepted() -> None:
    own = own_year(year_of(entry(20260302, 950), entry(20260401, 0, 400)), date(2026, 11, 23))
    assert (own.accepted, own.missing, own.pending, own.bar) == (950, 1050, 400, (47.5, 20.0))


@pytest.mark.parametrize(("accepted", "minimum"), [(2400, 2000), (100, 0), (0, 0)])
def test_the_bar_never_leaves_its_frame(accepted: int, minimum: int) -> None:
    own = own_year(year_of(entry(20260302, accepted, 3000), minimum=minimum), date(2026, 11, 23))
    assert own.missing == 0
    assert 0 <= sum(own.bar) <= 100


def test_the_newest_activity_comes_first() -> None:
    found = newest_first(year_of(entry(20260302), entry(20261101), entry(20260815)))
    assert [one.day for one in found] == [20261101, 20260815, 20260302]


def test_each_month_has_a_column_and_what_was_voided_is_in_none(spoken) -> None:
    chart = month_chart(year_of(entry(20260302, 600), entry(20260315, 0, 300), entry(20260801, 900, fate="voided")))
    assert chart.rows[2] == ("Mar", "6 JP, ditinjau 3")
    assert [value for _month, value in chart.rows if value != "0 JP, ditinjau 0"] == ["6 JP, ditinjau 3"]


def test_a_year_without_jp_has_no_picture() -> None:
    assert month_chart(year_of(entry(20260302))) is None


def test_the_page_begins_with_the_answer(site) -> None:
    siti = site.employ("Siti Rahmawati")
    site.credit(siti, 600)
    site.credit(siti, 250, source="sheet")
    page = site.learner(siti).get("/saya/").text
    assert '<p class="sum">6 dari 20 JP</p>' in page
    assert "Kurang 14 JP." in page
    assert "Sisa waktu 5 minggu, sampai 31 Des 2026." in page
    assert "2,5 JP lagi masih ditinjau" in page
    assert "Lihat sebagai tabel" in page


def test_a_year_that_is_over_is_not_told_to_have_time_left(site) -> None:
    siti = site.employ("Siti Rahmawati")
    site.count()
    page = site.learner(siti).get("/saya/?tahun=2025").text
    assert "Tahun 2025 sudah berakhir." in page
    assert "Sisa waktu" not in page


def test_the_evidence_of_a_credit_begins_with_what_was_accepted_and_says_the_rule(site) -> None:
    siti = site.employ("Siti Rahmawati")
    page = site.learner(siti).get(f"/saya/bukti/{site.credit(siti, 600)}").text
    assert "6 JP diterima" in page
    assert re.search(r'JP sesuai yang dinyatakan, 6,00 JP <small class="why">bentuk\.pelatihan-teknis\.national', page)


def test_a_decision_carries_its_day_as_people_write_it(site) -> None:
    siti = site.employ("Siti Rahmawati")
    statement = site.credit(siti, 600, source="sheet")
    decision = Decision(
        statement_id=statement, status="Disetujui", reason="Daftar hadir lengkap.", reviewer="v", role="auditor"
    )
    record_review(site.services, decision)
    page = site.learner(siti).get(f"/saya/bukti/{statement}").text
    assert "23 Nov 2026" in page
    assert "2026-11-23" not in page


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-22T23:30:00Z", "23 Nov 2026"),
        ("2026-11-23T02:00:00.123456789+07:00", "23 Nov 2026"),
        ("2026-12-31T23:59:60Z", "2026-12-31"),
        ("9999-12-31T23:59:59Z", "9999-12-31"),
    ],
)
def test_a_moment_is_told_by_its_local_day(spoken, moment: str, words: str) -> None:
    assert iso_day(moment) == words
