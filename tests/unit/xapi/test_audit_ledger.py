"""The ledger is a projection: a rebuild gives the same rows as any sequence of increments, and no forgery adds JP."""

import itertools
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from xapi.audit.projector import project, rebuild, refresh_roster
from xapi.audit.report import report
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.store.writer import TABLES
from xapi.audit.testing import (
    INSTITUTION,
    ListedEmployee,
    ListedPeople,
    ListedStatements,
    credit,
    person_id,
    release,
    review,
    statement_id,
    void,
)
from xapi.database import migrate, open_database, reading, upgrade, writing

RULES = load_rules()
ROSTER = [
    ListedEmployee(person_id(1), "198501012099031001", "Ni Made Ayu"),
    ListedEmployee(person_id(2), "198501012099211002", "Yohanis Wanma", status="PPPK"),
]


def emptied(engine: Engine) -> Ledger:
    with writing(engine) as connection:
        for name in TABLES:
            connection.execute(text(f"DELETE FROM ledger_{name}"))
    return Ledger(engine, INSTITUTION)


@pytest.fixture(scope="module")
def engines(lasting_place: Path | str):
    other = lasting_place if isinstance(lasting_place, str) else lasting_place.with_name("rebuild.db")
    both = [open_database(lasting_place), open_database(other, schema="rebuild")]
    for engine in both:
        migrate(engine, "xapi.audit")
    yield both
    for engine in both:
        engine.dispose()


@pytest.fixture
def engine(engines) -> Engine:
    emptied(engines[0])
    return engines[0]


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return Ledger(engine, INSTITUTION)


@pytest.fixture
def people() -> ListedPeople:
    return ListedPeople(ROSTER)


@pytest.fixture
def statements() -> ListedStatements:
    return ListedStatements()


def content(engine: Engine) -> dict[str, list[tuple]]:
    with reading(engine) as connection:
        return {
            name: sorted(map(tuple, connection.execute(text(f"SELECT * FROM ledger_{name}"))), key=repr)
            for name in TABLES
        }


def accepted(ledger: Ledger, people: ListedPeople, person: int = 1) -> int:
    rows = ledger.rows(["report_person"], 2026)["report_person"]
    return next(int(str(row["accepted"])) for row in rows if row["person"] == person_id(person))


CREDIT = st.tuples(
    st.just("credit"),
    st.integers(1, 4),
    st.integers(0, 900),
    st.sampled_from(["kursus", "e-learning", "coaching", "x"]),
    st.integers(1, 4),
    st.dates(date(2025, 12, 28), date(2026, 1, 5)),
    st.sampled_from(["launch", "lms_record", "package", "sheet"]),
    st.sampled_from([None, "A"]),
    st.fixed_dictionaries(
        {},
        optional={
            "awaits": st.just(True),
            "zone": st.sampled_from(["WIT", "Asia/Tokyo", "Mars/Olympus"]),
            "days": st.sampled_from([2, 0, -3, 10**9]),
            "duration": st.sampled_from(["PT2H", "-PT2H", "P9999Y", "?"]),
            "hour": st.integers(0, 23),
        },
    ),
)
REVIEW = st.tuples(
    st.just("review"),
    st.integers(1, 14),
    st.sampled_from(["Disetujui", "Disetujui", "Ditolak", "Perbaikan"]),
    st.sampled_from([None, "ab" * 32]),
    st.sampled_from(["review", "review", "package"]),
)
RELEASE = st.tuples(
    st.just("release"), st.integers(1, 4), st.integers(1, 4), st.sampled_from(["lms_record", "lms_record", "package"])
)
CORRECTION = st.tuples(st.just("correction"), st.integers(1, 14), st.integers(0, 900))
ROSTER_CHANGE = st.tuples(
    st.just("roster"), st.integers(0, 1), st.sampled_from(["PNS", "PPPK", "Honorer"]), st.sampled_from(["Bappeda", ""])
)
VOID = st.tuples(st.just("void"), st.integers(1, 14), st.sampled_from(["lms_record", "package", "review", "launch"]))
AGAIN = st.tuples(st.just("again"), st.integers(1, 14))
LINK = st.tuples(st.just("link"), st.integers(1, 4), st.integers(1, 4))
PROJECT = st.tuples(st.just("project"), st.sampled_from([None, 1, 3]))
ACTION = st.one_of(
    CREDIT, CREDIT, REVIEW, RELEASE, VOID, CORRECTION, AGAIN, LINK, ROSTER_CHANGE, PROJECT, PROJECT
)  # fmt: skip


def act(action: tuple, statements: ListedStatements, people: ListedPeople) -> None:
    """Adds one statement (ids count from 1 in the order of arrival, so reviews and voids may come first) or link."""
    number = len(statements.listed) + 1
    match action:
        case ("credit", person, jp, bentuk, activity, day, source, certificate, said):
            made = credit(
                number, person, jp, bentuk, activity=activity_of(activity),
                at=f"{day}T{said.get('hour', 2):02d}:00:00Z", certificate=certificate, **said,
            )  # fmt: skip
            statements.add(made, source)
        case ("review", target, status, evidence, source):
            said = {"evidence": evidence} if evidence else {}
            statements.add(review(number, target, status, **said), source)
        case ("release", person, activity, source):
            statements.add(release(number, activity_of(activity), person), source)
        case ("correction", target, jp):
            statements.add(void(number, target), "lms_record")
            statements.add(credit(number + 1, 1, jp, activity=activity_of(1)), "lms_record")
        case ("roster", place, status, opd):
            changed = msgspec.structs.replace(people.employees[place], status=status, opd=opd)
            people.employees[place] = changed
        case ("void", target, source):
            statements.add(void(number, target), source)
        case ("again", target):
            if target < number:
                earlier = statements.listed[target - 1]
                statements.listed.append(type(earlier)(number, earlier.id, earlier.stored, "package", earlier.body))
        case ("link", alias, person):
            if alias != person and person_id(person) not in people.aliases:
                people.aliases[person_id(alias)] = person_id(person)


def activity_of(number: int) -> str:
    return f"https://example.test/{number}"


@settings(max_examples=80, deadline=None)
@given(st.lists(ACTION, max_size=18))
def test_a_rebuild_gives_the_rows_of_the_increments(engines, actions: list[tuple]) -> None:
    increment, rebuilt = emptied(engines[0]), emptied(engines[1])
    statements, people = ListedStatements(), ListedPeople(ROSTER)
    for action in actions:
        if action[0] == "project":
            project(increment, statements, people, RULES, limit=action[1])
        else:
            act(action, statements, people)
    project(increment, statements, people, RULES)
    rebuild(rebuilt, statements, people, RULES)
    for ledger, year in itertools.product((increment, rebuilt), (2025, 2026)):
        refresh_roster(ledger, people, year)  # as every report does
    assert content(engines[0]) == content(engines[1])


def test_people_recomputed_in_parts_have_the_same_rows(engines, monkeypatch: pytest.MonkeyPatch) -> None:
    together, in_parts = emptied(engines[0]), emptied(engines[1])
    statements, people = ListedStatements(), ListedPeople(ROSTER)
    for number in range(1, 61):
        day = f"202{5 + number % 2}-03-0{1 + number % 3}T02:00:00Z"
        statements.add(credit(number, 1 + number % 7, 150, "e-learning", activity=activity_of(number % 9), at=day))
    rebuild(together, statements, people, RULES)
    monkeypatch.setattr("xapi.audit.store.engine._AT_ONCE", 2)
    rebuild(in_parts, statements, people, RULES)
    assert content(engines[0]) == content(engines[1])
    assert len(sums(engines[0])) == 14


def test_a_trail_of_an_earlier_release_is_kept_until_the_next_projection(place: Path | str) -> None:
    engine = open_database(place)
    row = "('i', 'p', 2026, 1, 20260102, 's', 'seminar', 'Disetujui', 100, 100, 100, 100, 0, 'counted')"
    with writing(engine) as connection:
        upgrade(connection, "xapi.audit", "0005")
        connection.execute(text(f"INSERT INTO ledger_accepted VALUES {row}"))
        upgrade(connection, "xapi.audit", "heads")
        kept = connection.execute(text("SELECT day, statement_id, accepted, fate FROM ledger_accepted")).all()
    engine.dispose()
    assert kept == [(20260102, "s", 100, "counted")]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(CREDIT, CREDIT, REVIEW, VOID), max_size=10),
    st.lists(st.one_of(CREDIT, REVIEW, RELEASE, VOID, AGAIN), min_size=1, max_size=8),
)
def test_forged_package_statements_never_raise_accepted_jp(engines, honest: list[tuple], forged: list[tuple]) -> None:
    ledger, statements, people = emptied(engines[0]), ListedStatements(), ListedPeople(ROSTER)
    for action in honest:
        act(action, statements, people)
    project(ledger, statements, people, RULES)
    before = sums(engines[0])
    for action in forged:
        act(as_package(action), statements, people)
    project(ledger, statements, people, RULES)
    after = sums(engines[0])
    assert all(after[key] <= before.get(key, 0) for key in after)


def as_package(action: tuple) -> tuple:
    """The same action sent with a module's credential."""
    if action[0] == "credit":
        return (*action[:6], "package", *action[7:])
    return (*action[:-1], "package") if action[0] in {"review", "release", "void"} else action


def sums(engine: Engine) -> dict[tuple, int]:
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT person, year, SUM(accepted) FROM ledger_accepted GROUP BY person, year"))
        return {(person, year): total for person, year, total in rows}


def test_a_second_projection_reads_only_what_is_new(ledger, statements, people) -> None:
    statements.add(credit(1))
    assert project(ledger, statements, people, RULES).read == 1
    assert project(ledger, statements, people, RULES).read == 0
    statements.add(credit(2))
    summary = project(ledger, statements.after, people, RULES)
    assert (summary.read, summary.credits, summary.people, summary.rebuilt) == (1, 1, 1, False)


def test_a_package_waits_until_a_validator_approves_it(ledger, statements, people) -> None:
    statements.add(credit(1, jp=300), "package")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 0
    statements.add(review(2, 1, "Disetujui"), "review")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 300
    statements.add(review(3, 1, "Perbaikan"), "review")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 0


@pytest.mark.parametrize("source", ["package", "sheet"])
def test_the_lmss_own_record_settles_a_credit_and_it_counts_once(ledger, statements, people, source: str) -> None:
    activity = "https://example.test/kursus"
    statements.add(credit(1, jp=900, activity=activity, at="2026-03-01T03:00:00Z"), source)
    statements.add(credit(2, jp=300, activity=activity, at="2026-03-02T03:00:00Z"), "lms_record")
    project(ledger, statements, people, RULES)
    fates = {
        row["statement_id"]: (row["fate"], row["accepted"], row["pending"])
        for row in ledger.credits_of(person_id(1), 2026)
    }
    assert fates == {statement_id(1): ("matched", 0, 0), statement_id(2): ("counted", 300, 0)}


def test_what_waits_for_a_validator_is_listed_oldest_first_for_people_on_the_roster(ledger, statements, people) -> None:
    statements.add(credit(1, at="2026-05-02T03:00:00Z"), "package")
    statements.add(credit(2, at="2026-04-02T03:00:00Z"), "sheet")
    statements.add(credit(3), "launch")
    statements.add(credit(4, person=9), "package")
    statements.add(credit(5, at="2025-04-02T03:00:00Z"), "package")
    project(ledger, statements, people, RULES)
    assert [row["statement_id"] for row in ledger.pending(2026, 10)] == [statement_id(2), statement_id(1)]
    statements.add(review(6, 1, "Ditolak"), "review")
    project(ledger, statements, people, RULES)
    assert [row["statement_id"] for row in ledger.pending(2026, 10)] == [statement_id(2)]
    assert (ledger.pending(2026, 1, 1), ledger.pending_count(2026)) == ([], 1)


def test_a_voided_credit_vanishes_also_when_the_void_comes_first(ledger, statements, people) -> None:
    statements.add(void(1, 2), "lms_record")
    statements.add(credit(2, jp=300))
    statements.add(credit(3, jp=100))
    statements.add(void(4, 3), "review")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 0
    assert [row["fate"] for row in ledger.credits_of(person_id(1), 2026)] == [None, None]


@pytest.mark.parametrize("source", ["package", "launch", "sheet", "foreign"])
def test_a_credential_cannot_void_another_sources_record(ledger, statements, people, source: str) -> None:
    statements.add(credit(1, jp=300), "lms_record")
    statements.add(void(2, 1), source)
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 300
    assert [row["reason"] for row in ledger.findings()] == ["void_ignored"]


@pytest.mark.parametrize("source", ["sheet", "foreign"])
def test_a_source_takes_back_its_own_record(ledger, statements, people, source: str) -> None:
    statements.add(credit(1, jp=300), source)
    statements.add(review(2, 1, "Disetujui"), "review")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 300
    statements.add(void(3, 1), source)
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 0


def test_a_forged_void_of_a_rejection_changes_nothing(ledger, statements, people) -> None:
    statements.add(credit(1, jp=300))
    statements.add(review(2, 1, "Ditolak"), "review")
    statements.add(void(3, 2), "lms_record")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 0
    statements.add(void(4, 2), "review")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 300


COURSE = "https://example.test/kursus/revolusi-mental"
EVIDENCE = "ab" * 32


def held(ledger: Ledger) -> tuple:
    """Fate, accepted and pending of the one credit."""
    (row,) = ledger.credits_of(person_id(1), 2026)
    return row["fate"], row["accepted"], row["pending"]


def test_a_pass_is_held_until_a_validator_approves_the_evidence(ledger, statements, people) -> None:
    """The Klungkung case: classroom and online parts passed in November, the implementation is shown later."""
    statements.add(credit(1, jp=2400, activity=COURSE, awaits=True), "lms_record")
    project(ledger, statements, people, RULES)
    assert held(ledger) == ("held", 0, 2400)
    statements.add(review(2, 1, "Disetujui"), "review")
    project(ledger, statements, people, RULES)
    assert held(ledger) == ("held", 0, 2400)
    statements.add(review(3, 1, "Disetujui", evidence=EVIDENCE), "review")
    project(ledger, statements, people, RULES)
    assert held(ledger) == ("counted", 2400, 0)
    statements.add(void(4, 3), "review")
    project(ledger, statements, people, RULES)
    assert held(ledger) == ("held", 0, 2400)
    statements.add(review(5, 1, "Ditolak"), "review")
    project(ledger, statements, people, RULES)
    assert held(ledger) == ("not approved", 0, 0)


def test_the_lms_releases_a_held_pass_by_its_record_of_the_implementation(ledger, statements, people) -> None:
    statements.add(release(1, COURSE, person=3), "lms_record")
    statements.add(credit(2, jp=2400, activity=COURSE, awaits=True), "lms_record")
    project(ledger, statements, people, RULES)
    assert held(ledger) == ("held", 0, 2400)
    people.aliases[person_id(3)] = person_id(1)
    project(ledger, statements, people, RULES)
    assert held(ledger) == ("counted", 2400, 0)
    statements.add(void(3, 1), "package")
    project(ledger, statements, people, RULES)
    assert held(ledger) == ("counted", 2400, 0)
    statements.add(void(4, 1), "lms_record")
    project(ledger, statements, people, RULES)
    assert held(ledger) == ("held", 0, 2400)


def test_the_roster_has_position_and_grade_and_never_a_nip(engine, ledger, statements, people) -> None:
    people.employees[1] = ListedEmployee(
        person_id(2), "198501012099211002", "Yohanis Wanma", position="Analis", grade="198501012099211002"
    )
    statements.add(credit(1))
    project(ledger, statements, people, RULES)
    assert ledger.roster(2026)[person_id(2)] == ("Dinas Perikanan", "PNS", "", "Analis", "")


def test_the_same_record_thousands_of_times_counts_once(ledger, statements, people) -> None:
    for number in range(1, 3001):
        statements.add(credit(number, jp=100, activity=COURSE, certificate="A"), "lms_record")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 100
    statements.add(void(3001, 1), "lms_record")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 100


def test_a_correction_is_a_void_and_a_new_record(ledger, statements, people) -> None:
    statements.add(credit(1, jp=900, activity=COURSE), "lms_record")
    project(ledger, statements, people, RULES)
    statements.add(void(2, 1), "lms_record")
    statements.add(credit(3, jp=600, activity=COURSE), "lms_record")
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 600


def test_a_late_record_of_an_earlier_day_takes_the_place_of_the_later_one(ledger, statements, people) -> None:
    statements.add(credit(1, jp=900, activity=COURSE, at="2026-05-02T03:00:00Z"), "lms_record")
    project(ledger, statements, people, RULES)
    late = credit(2, jp=600, activity=COURSE, at="2026-02-02T03:00:00Z")
    statements.add(late, "lms_record", stored="2027-03-01T00:00:00Z")
    project(ledger, statements, people, RULES)
    fates = {row["statement_id"]: row["fate"] for row in ledger.credits_of(person_id(1), 2026)}
    assert fates == {statement_id(1): "same activity", statement_id(2): "counted"}


def test_a_duration_that_cannot_be_is_a_finding_and_the_credit_counts(ledger, statements, people) -> None:
    statements.add(credit(1, jp=300, duration="-PT2H"))
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 300
    assert [row["reason"] for row in ledger.findings()] == ["duration"]


def test_linking_a_learner_moves_their_credits(ledger, statements, people) -> None:
    statements.add(credit(1, person=3, jp=300))
    project(ledger, statements, people, RULES)
    assert report(ledger, people, 2026, "opd").outside.people == 1
    people.aliases[person_id(3)] = person_id(1)
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 300
    assert report(ledger, people, 2026, "opd").outside.people == 0


def test_other_rules_rebuild_the_ledger(ledger, statements, people, tmp_path: Path) -> None:
    statements.add(credit(1, bentuk="seminar"))
    project(ledger, statements, people, RULES)
    path = tmp_path / "a.toml"
    path.write_text('format = 1\nname = "a"\nversion = "1"\n[bentuk.seminar]\nnational = { jp = 3 }\n')
    assert project(ledger, statements, people, load_rules([path])).rebuilt
    assert accepted(ledger, people) == 300


def test_a_ledger_of_a_release_that_counted_differently_is_made_anew(engine, ledger, statements, people) -> None:
    statements.add(credit(1))
    project(ledger, statements, people, RULES)
    assert not project(ledger, statements, people, RULES).rebuilt
    with writing(engine) as connection:
        connection.execute(text("UPDATE ledger_state SET rules_hash = :hash"), {"hash": RULES.hash})
    assert project(ledger, statements, people, RULES).rebuilt
    assert accepted(ledger, people) == 200


def test_what_the_month_does_not_count_uses_up_nothing_of_the_day(ledger, statements, people, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        'format = 1\nname = "a"\nversion = "1"\n'
        "[bentuk.e-learning]\nmonth_cap = { kali = 1 }\n"
        '[bentuk.belajar-mandiri]\nday_cap = { jp = 3, group = "e-learning" }\nday_cap_international = { jp = 3 }\n'
    )
    statements.add(credit(1, jp=100, bentuk="e-learning", at="2026-03-02T03:00:00Z"))
    statements.add(credit(2, jp=300, bentuk="e-learning", at="2026-03-10T01:00:00Z"))
    statements.add(credit(3, jp=200, bentuk="belajar-mandiri", at="2026-03-10T03:00:00Z"))
    project(ledger, statements, people, load_rules([path]))
    fates = {row["statement_id"]: (row["fate"], row["accepted"]) for row in ledger.credits_of(person_id(1), 2026)}
    assert fates == {
        statement_id(1): ("counted", 100),
        statement_id(2): ("month cap", 0),
        statement_id(3): ("counted", 200),
    }


def test_a_new_status_changes_the_figures_at_the_next_report(ledger, statements, people) -> None:
    statements.add(credit(1, jp=3000))
    project(ledger, statements, people, RULES)
    assert accepted(ledger, people) == 3000
    people.employees[0] = ListedEmployee(person_id(1), "198501012099031001", "Ni Made Ayu", status="PPPK")
    refresh_roster(ledger, people, 2026)
    assert accepted(ledger, people) == 2400


def test_one_institution_never_sees_another(engine: Engine, ledger, statements, people) -> None:
    """The same statements, people and rules under two institutions: each ledger holds and changes its own rows only."""
    other = Ledger(engine, "f" * 32)
    statements.add(credit(1, jp=300))
    project(ledger, statements, people, RULES)
    assert project(other, lambda _institution, seq, limit: [], people, RULES).read == 0
    with pytest.raises(Exception, match=r"audit\.not_projected"):
        Ledger(engine, "e" * 32).rules()
    refresh_roster(other, people, 2026)
    assert [row["accepted"] for row in other.rows(["report_opd"], 2026)["report_opd"]] == [0]
    assert other.credits_of(person_id(1), 2026) == []
    rebuild(other, lambda _institution, seq, limit: [], people, RULES)
    assert accepted(ledger, people) == 300
    assert other.years() == []
    assert ledger.years() == [2026]


def test_a_failing_projection_leaves_the_ledger_as_it_was(engine: Engine, ledger, statements, people) -> None:
    statements.add(credit(1))
    project(ledger, statements, people, RULES)
    before = content(engine)

    def breaks(institution: str, seq: int, limit: int):
        if seq >= 2:
            raise OSError("the disk is gone")
        return statements.after(institution, seq, 1)

    statements.add(credit(2))
    statements.add(credit(3))
    with pytest.raises(OSError, match="the disk is gone"):
        project(ledger, breaks, people, RULES)
    assert content(engine) == before
    assert project(ledger, statements, people, RULES).read == 2
