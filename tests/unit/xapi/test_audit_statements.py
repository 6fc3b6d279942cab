"""One stored statement means a credit, a review, a void, a finding with its reason, or nothing; never a crash."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi import vocabulary as words
from xapi.audit.meanings import BadStatement, Credit, Release, Review, Void
from xapi.audit.rules import load_rules
from xapi.audit.statements import read_statement
from xapi.audit.testing import (
    HOME_PAGE,
    STORED,
    ListedStatement,
    credit,
    person_id,
    release,
    review,
    statement_id,
    void,
)

RULES = load_rules()
EAST = load_rules(time_zone="Asia/Jayapura")


def read(statement: object, source: str = "launch", *, stored: str = STORED, rules=RULES):
    body = statement if isinstance(statement, bytes) else msgspec.json.encode(statement)
    return read_statement(ListedStatement(7, statement_id(1).upper(), stored, source, body), rules, HOME_PAGE)


def test_a_credit_has_what_the_ledger_needs() -> None:
    made = read(
        credit(
            1, 5, 250, "seminar", days=2, certificate=" no.  12/x ", international=True, duration="PT1H30M",
            evidence="AB" * 32, at="2026-03-10T03:00:30+07:00", title="Seminar \n pesisir",
        )
    )  # fmt: skip
    assert isinstance(made, Credit)
    assert (made.statement_id, made.seq, made.actor) == (statement_id(1), 7, person_id(5))
    assert (made.raw_jp, made.form, made.days, made.cap_days, made.international) == (250, "seminar", 2, 2, 1)
    assert (made.certificate, made.evidence, made.activity_title) == ("NO. 12/X", "ab" * 32, "Seminar pesisir")
    assert (made.day, made.month, made.quarter, made.year) == (20260310, 202603, 1, 2026)
    assert made.end_minute - made.start_minute == 90
    assert (made.default_review, made.lms_match) == ("Disetujui", 0)


@pytest.mark.parametrize(
    ("source", "status", "match"),
    [
        ("launch", "Disetujui", 0),
        ("lms_record", "Disetujui", 0),
        ("package", "Ditinjau", 1),
        ("sheet", "Ditinjau", 1),
        ("foreign", "Ditinjau", 0),
        ("something-else", "Ditinjau", 0),
    ],
)
def test_a_source_decides_how_a_credit_begins(source: str, status: str, match: int) -> None:
    made = read(credit(1), source)
    assert (made.default_review, made.lms_match) == (status, match)


@pytest.mark.parametrize(
    ("zone", "kept", "day"),
    [
        (None, "Asia/Jakarta", 20261231),
        ("WIB", "Asia/Jakarta", 20261231),
        ("wita", "Asia/Makassar", 20270101),
        ("WIT", "Asia/Jayapura", 20270101),
        ("Asia/Tokyo", "Asia/Tokyo", 20270101),
    ],
)
def test_the_day_is_that_of_the_place_when_the_statement_says_where(zone: str | None, kept: str, day: int) -> None:
    made = read(credit(1, zone=zone, at="2026-12-31T16:30:00Z"))
    assert (made.zone, made.day) == (kept, day)


def test_a_credit_carries_what_an_inspector_asks() -> None:
    made = read(
        credit(1, awaits=True, assigned=False, competency=" K-12 \n Manajemen ", organiser="Pusbangkom"),
        stored="2026-04-01T00:01:59Z",
    )
    assert (made.awaits, made.assigned, made.competency, made.organiser) == (1, 0, "K-12 Manajemen", "Pusbangkom")
    assert made.stored_minute * 60 == 1_775_001_660


def test_what_only_informs_costs_nobody_their_jp() -> None:
    made = read(credit(1, assigned="ya", competency=["x"], organiser="198501012099031001"))
    assert isinstance(made, Credit)
    assert (made.assigned, made.competency, made.organiser) == (None, None, None)


def test_an_event_names_its_organiser_in_front_of_its_dates() -> None:
    made = credit(1)
    made["object"]["definition"] |= {
        "type": words.TYPE_EVENT,
        "description": {"id": "Dinas Perikanan, Tegal, 2026-03-09 – 2026-03-10"},
    }
    assert read(made).organiser == "Dinas Perikanan, Tegal"


@pytest.mark.parametrize(
    ("duration", "minutes", "doubt"),
    [
        ("PT1H30M", 90, None),
        ("PT0,5H", 30, None),
        ("PT0S", 0, None),
        ("-PT5M", 0, "duration"),
        ("PT-5M", 0, "duration"),
        ("PT1.2.3S", 0, "duration"),
        ("lama sekali", 0, "duration"),
        ("P9999Y", 366 * 1440, "duration"),
    ],
)
def test_a_duration_that_cannot_be_is_a_doubt_and_changes_no_jp(duration: str, minutes: int, doubt: str | None) -> None:
    made = read(credit(1, jp=250, duration=duration))
    assert (made.end_minute - made.start_minute, made.raw_jp, made.doubt) == (minutes, 250, doubt)


def test_only_the_lms_says_that_an_implementation_was_carried_out() -> None:
    activity = "https://example.test/kursus"
    made = read(release(1, activity, 4), "lms_record")
    assert isinstance(made, Release)
    assert (made.actor, made.activity) == (person_id(4), activity)
    assert read(release(1, activity), "package").reason == "release_untrusted"


def test_a_text_with_a_nul_can_be_stored() -> None:
    made = read(credit(1, activity="https://example.test/\x00", certificate="\x00A", title="\x00", organiser="\x00B"))
    assert "\x00" not in f"{made.activity}{made.certificate}{made.activity_title}{made.organiser}"


def test_a_statement_nested_without_end_is_a_finding() -> None:
    body = msgspec.json.encode(credit(1)).replace(
        b'"extensions":{', b'"extensions":{"x":' + b"[" * 9000 + b"]" * 9000 + b","
    )
    assert read(body).reason == "unreadable"


@pytest.mark.parametrize(
    ("form", "said", "units"),
    [
        ("tugas-belajar", {"quantity": 2}, 2),
        ("tugas-belajar", {"days": 180}, 1),
        ("seminar", {"days": 3, "quantity": 9}, 3),
        ("seminar", {}, 1),
    ],
)
def test_a_form_is_paid_for_the_units_that_it_counts(form: str, said: dict[str, int], units: int) -> None:
    assert read(credit(1, bentuk=form, **said)).days == units


@pytest.mark.parametrize("quantity", [0, -1, 61, 1.5, "dua", True])
def test_a_senseless_number_of_semesters_is_a_finding(quantity: object) -> None:
    assert read(credit(1, bentuk="izin-belajar", quantity=quantity)).reason == "quantity"


def test_the_day_is_the_institutions_day() -> None:
    late = credit(1, at="2026-12-31T16:30:00Z")
    assert (read(late).year, read(late).day) == (2026, 20261231)
    assert (read(late, rules=EAST).year, read(late, rules=EAST).day) == (2027, 20270101)


def test_an_event_over_new_year_belongs_to_the_year_of_its_end_or_by_setting_of_its_start(tmp_path) -> None:
    path = tmp_path / "awal.toml"
    path.write_text('format = 1\nname = "a"\nversion = "1"\n[settings]\nyear_attribution = { value = "start" }\n')
    event = credit(1, days=4, at="2026-01-02T03:00:00Z")
    assert (read(event).year, read(event, rules=load_rules([path])).year) == (2026, 2025)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"jp": "200"}, "jp"),
        ({"jp": 2.5}, "jp"),
        ({"jp": True}, "jp"),
        ({"jp": -1}, "jp"),
        ({"jp": 10**12}, "jp"),
        ({"jp": None}, "jp"),
        ({"bentuk": None}, "form"),
        ({"bentuk": 3}, "form"),
        ({"bentuk": "melamun"}, "form_unknown"),
        ({"days": 0}, "days"),
        ({"days": "dua"}, "days"),
        ({"days": 400}, "days"),
        ({"international": "ya"}, "international"),
        ({"certificate": 12}, "certificate"),
        ({"at": "kemarin"}, "timestamp"),
        ({"at": "2017-05-01T00:00:00Z"}, "no_rule"),
        ({"at": "2027-06-01T00:00:00Z"}, "in_future"),
        ({"home_page": "https://example.test"}, "actor_unknown"),
        ({"activity": ""}, "object"),
    ],
)
def test_a_bad_credit_is_a_finding_with_its_reason(change: dict, reason: str) -> None:
    made = read(credit(1, **change))
    assert isinstance(made, BadStatement)
    assert made.reason == reason


def test_a_nip_as_account_name_is_a_finding_that_does_not_keep_it() -> None:
    statement = credit(1)
    statement["actor"] = {"account": {"homePage": HOME_PAGE, "name": "198501012099031001"}}
    made = read(statement)
    assert made.reason == "actor_unknown"
    assert "198501012099031001" not in repr(made)


@pytest.mark.parametrize("result", [{"success": False}, {"completion": False}])
def test_a_failed_or_incomplete_attempt_gives_nothing(result: dict) -> None:
    assert read({**credit(1), "result": result}) is None


@pytest.mark.parametrize("verb", [words.EXPERIENCED, words.ANSWERED, words.FAILED, words.TERMINATED])
def test_other_verbs_give_nothing(verb: str) -> None:
    assert read(credit(1, verb=verb)) is None


def test_a_completion_without_jp_and_form_is_no_ones_business() -> None:
    assert read(credit(1, jp=None, bentuk=None)) is None


def test_only_the_tools_own_reviews_count() -> None:
    kept = read(review(2, 1, "Ditolak", reason="bukti kabur", evidence="0" * 64), "review")
    assert isinstance(kept, Review)
    assert (kept.target, kept.status, kept.role, kept.reason) == (statement_id(1), "Ditolak", "BKPSDM", "bukti kabur")
    for source in ("package", "foreign", "sheet", "lms_record", "launch"):
        assert read(review(2, 1, "Disetujui"), source).reason == "review_untrusted"


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"object": {"id": statement_id(1)}}, "review_object"), ({"context": {}}, "review_status")],
)
def test_a_review_without_target_or_status_is_a_finding(change: dict, reason: str) -> None:
    assert read({**review(2, 1, "Disetujui"), **change}, "review").reason == reason


def test_a_void_names_its_target() -> None:
    made = read(void(3, 1))
    assert isinstance(made, Void)
    assert made.target == statement_id(1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.binary(max_size=60) | JSON.map(msgspec.json.encode))
def test_no_body_makes_it_fail(body: bytes) -> None:
    assert read(body) is None or isinstance(read(body), BadStatement)


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("jp", "bentuk", "days", "certificate", "international", "evidence"), JSON)
    ),
    JSON.filter(lambda value: value is not None),
)
def test_no_value_of_an_extension_makes_it_fail(extensions: dict, duration: object) -> None:
    made = read(credit(1, **extensions, duration=duration))
    assert made is None or isinstance(made, Credit | BadStatement)


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [
        ("PT45M", 45),
        ("P1DT2H", 1560),
        ("P2W", 20160),
        ("PT30.5S", 1),
        ("", 0),
        ("satu jam", 0),
        ("P", 0),
        ("P9999Y", 527040),
    ],
)
def test_the_start_is_the_end_less_the_duration(duration: str, minutes: int) -> None:
    made = read(credit(1, duration=duration))
    assert made.end_minute - made.start_minute == minutes
