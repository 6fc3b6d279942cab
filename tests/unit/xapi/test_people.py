"""The people store: one person per human, never two, and nobody sees another institution's."""

import threading
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from xapi.database import migrate, open_database
from xapi.errors import PeopleError
from xapi.identity import Nip
from xapi.people import PeopleStore, RosterEntry
from xapi.words import explain

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
HERE, THERE = "a" * 32, "b" * 32
ANI, BUDI = "198501012099031001", "198612312099032002"
LMS = "https://lms.example.go.id"


@pytest.fixture
def engine(place):
    made = open_database(place)
    migrate(made, "xapi.people")
    yield made
    made.dispose()


@pytest.fixture
def people(engine):
    return PeopleStore(engine, HERE, uuid.uuid4)


def entry(nip: str = ANI, name: str = "Ani", opd: str = "Dinas Kesehatan", start: date | None = None) -> RosterEntry:
    return RosterEntry(Nip(nip), name, opd, "PNS", "Analis", "III/a", start)


def enrol(people: PeopleStore, *entries: RosterEntry, today: date = TODAY):
    return people.apply_roster(entries or (entry(),), today, keep_good=False)


def test_an_actor_is_a_pseudonym_and_nothing_else(people):
    person = people.ensure_nip(ANI, "Ani")
    assert people.actor(person) == {
        "objectType": "Agent",
        "account": {"homePage": f"https://w3id.org/jampel/instansi/{HERE}", "name": person},
    }
    assert len(person) == 32
    assert ANI not in str(people.actor(person))


def test_an_account_with_a_known_nip_is_matched_and_stays_so(people):
    enrol(people)
    first = people.resolve(LMS, "7", "19850101 209903 1 001", "Ani", now=NOON)
    assert (first.person, first.matched) == (people.by_nip(ANI), True)
    assert people.resolve(LMS, "7", None, now=NOON) == first
    assert people.waiting() == []


def test_many_numbers_are_looked_up_at_once_and_make_nobody(people, engine, monkeypatch):
    monkeypatch.setattr("xapi.people.store.identities.ASKED_AT_ONCE", 1)
    person = people.ensure_nip(ANI, "Ani")
    assert people.by_nips([BUDI, ANI, ANI]) == {ANI: person}
    assert people.by_nip(BUDI) is None
    assert PeopleStore(engine, THERE, uuid.uuid4).by_nips([ANI]) == {}


def test_looking_for_an_account_makes_nobody(people):
    assert people.by_account(LMS, "7") is None
    assert people.waiting() == []
    found = people.resolve(LMS, "7", now=NOON)
    assert people.by_account(LMS, "7") == found.person


def test_an_unknown_account_waits_with_its_name(people):
    made = people.resolve(LMS, "7", None, "Ani", now=NOON)
    assert not made.matched
    assert people.resolve(LMS, "7", None, "Ani", now=NOON + timedelta(days=1)) == made
    (waiting,) = people.waiting()
    assert people.count_waiting() == 1
    assert (waiting.person, waiting.name, waiting.first_seen) == (made.person, "Ani", NOON)


@pytest.mark.parametrize("nip", ["", "ani", "$Person.sourcedId", "12345"])
def test_what_an_lms_sends_instead_of_a_nip_is_passed_over(people, nip):
    assert not people.resolve(LMS, "7", nip, now=NOON).matched


def test_the_same_subject_at_another_platform_is_another_person(people):
    assert people.resolve(LMS, "7", now=NOON).person != people.resolve("https://other.example", "7", now=NOON).person


def test_a_person_who_waits_is_matched_when_the_nip_arrives(people):
    waited = people.resolve(LMS, "7", None, "Ani", now=NOON).person
    enrol(people)
    now = people.resolve(LMS, "7", ANI, "Ani", now=NOON)
    assert (now.person, now.matched) == (people.by_nip(ANI), True)
    assert people.canonical() == {waited: now.person}


def test_a_person_who_waits_with_a_nip_is_matched_by_the_roster(people):
    waited = people.resolve(LMS, "7", ANI, "Ani", now=NOON)
    assert not waited.matched
    enrol(people)
    assert people.resolve(LMS, "7", ANI, now=NOON).matched
    assert people.by_nip(ANI) == waited.person
    assert people.waiting() == []


def test_a_nip_that_no_roster_knows_is_kept_with_who_waits_but_a_second_one_is_a_conflict(people):
    waited = people.resolve(LMS, "7", None, now=NOON).person
    with_nip = people.resolve(LMS, "7", ANI, now=NOON)
    assert (with_nip.person, with_nip.matched, with_nip.conflict) == (waited, False, False)
    assert people.by_nip(ANI) == waited
    second = people.resolve(LMS, "7", BUDI, now=NOON)
    assert (second.person, second.matched, second.conflict) == (waited, False, True)
    assert people.by_nip(BUDI) is None


def test_an_account_that_suddenly_has_another_nip_keeps_its_person_and_is_marked(people):
    enrol(people, entry(), entry(BUDI, "Budi"))
    ani = people.resolve(LMS, "7", ANI, now=NOON).person
    again = people.resolve(LMS, "7", BUDI, now=NOON)
    assert (again.person, again.matched, again.conflict) == (ani, True, True)


def test_linking_moves_accounts_and_keeps_the_old_id_readable(people):
    first = people.resolve(LMS, "7", None, now=NOON).person
    second = people.resolve(LMS, "8", None, now=NOON).person
    enrol(people)
    ani = people.by_nip(ANI)
    people.link(first, second, now=NOON)
    people.link(second, ani, now=NOON)
    assert people.canonical() == {first: ani, second: ani}
    assert {people.resolve(LMS, subject, now=NOON).person for subject in "78"} == {ani}
    assert people.employee(first).name == "Ani"
    assert [found.person for found in people.find("Ani")] == [ani]


def test_linking_what_cannot_be_linked_changes_nothing(people):
    enrol(people)
    ani, waits = people.by_nip(ANI), people.resolve(LMS, "7", now=NOON).person
    for person, target, code in (
        (ani, waits, "people.not_waiting"),
        (waits, waits, "people.same_person"),
        (waits, "f" * 32, "people.unknown_person"),
    ):
        with pytest.raises(PeopleError) as caught:
            people.link(person, target, now=NOON)
        assert caught.value.code == code
    assert people.canonical() == {}


def test_one_person_may_have_several_nips_and_shows_the_newest(people):
    enrol(people)
    ani = people.by_nip(ANI)
    people.add_nip(ani, "198501012099211003")
    people.add_nip(ani, "198501012099211003")
    assert people.by_nip("198501012099211003") == ani
    assert people.employee(ani).nip == "198501012099211003"
    budi = people.ensure_nip(BUDI)
    with pytest.raises(PeopleError) as caught:
        people.add_nip(budi, ANI)
    assert caught.value.code == "people.nip_taken"


def test_the_same_unknown_account_at_once_is_one_person(people):
    found, barrier = [], threading.Barrier(8)

    def launch(number: int) -> None:
        barrier.wait()
        found.append(people.resolve(LMS, "7", ANI if number % 2 else None, "Ani", now=NOON).person)

    threads = [threading.Thread(target=launch, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(people.waiting()) == 1


def test_the_roster_is_that_of_a_day(people):
    enrol(people, entry(start=date(2024, 1, 1)))
    assert enrol(people, entry(opd="Bappeda", start=date(2026, 4, 1))) == ["changed"]
    assert people.roster(date(2023, 12, 31)) == []
    assert [e.opd for e in people.roster(date(2026, 3, 31))] == ["Dinas Kesehatan"]
    assert [e.opd for e in people.roster(date(2026, 4, 1))] == ["Bappeda"]
    ani = people.by_nip(ANI)
    assert people.employee(ani, date(2025, 1, 1)).opd == "Dinas Kesehatan"
    assert people.employee(ani).opd == "Bappeda"
    assert people.employee("f" * 32) is None


def test_a_roster_without_dates_counts_from_always_and_a_change_from_today(people):
    enrol(people, entry())
    enrol(people, entry(opd="Bappeda"), today=date(2026, 7, 1))
    assert [e.opd for e in people.roster(date(1999, 1, 1))] == ["Dinas Kesehatan"]
    assert [e.opd for e in people.roster(date(2026, 7, 1))] == ["Bappeda"]
    enrol(people, entry(opd="BKPSDM"), today=date(2026, 7, 1))
    assert [e.opd for e in people.roster(date(2026, 7, 1))] == ["BKPSDM"]


def test_the_same_roster_twice_changes_nothing(people):
    assert enrol(people, entry(start=date(2024, 1, 1))) == ["added"]
    assert enrol(people, entry(start=date(2024, 1, 1))) == ["unchanged"]
    assert enrol(people, entry()) == ["unchanged"]
    assert enrol(people, entry(name="Ani Lestari")) == ["changed"]


def test_a_start_date_can_be_corrected_but_never_before_the_employment_before(people):
    enrol(people, entry(start=date(2024, 1, 1)))
    enrol(people, entry(opd="Bappeda", start=date(2026, 4, 1)))
    assert enrol(people, entry(opd="Bappeda", start=date(2026, 3, 1))) == ["changed"]
    assert [e.opd for e in people.roster(date(2026, 3, 1))] == ["Bappeda"]
    (error,) = enrol(people, entry(opd="BKPSDM", start=date(2025, 1, 1)))
    assert error.code == "people.starts_before"
    (error,) = enrol(people, entry(opd="Bappeda", start=date(2023, 1, 1)))
    assert error.code == "people.starts_before"
    assert explain(error, "id").startswith("Tanggal mulai 1 Jan 2023 lebih awal daripada data sebelumnya (1 Mar 2026)")
    assert len(people.roster(date(2026, 3, 1))) == 1


def test_one_bad_row_and_nothing_of_the_roster_is_written(people):
    enrol(people, entry(start=date(2026, 1, 1)))
    bad = entry(opd="Bappeda", start=date(2025, 1, 1))
    people.apply_roster([entry(BUDI, "Budi"), bad], NOON.date(), keep_good=False)
    assert people.by_nip(BUDI) is None
    people.apply_roster([entry(BUDI, "Budi"), bad], NOON.date(), keep_good=True)
    assert people.by_nip(BUDI) is not None


def test_people_are_found_by_name_opd_and_the_beginning_of_a_nip(people):
    enrol(people, entry(), entry(BUDI, "Budi 100%", "Bappeda"))
    assert [found.name for found in people.find("ani")] == ["Ani"]
    assert [found.name for found in people.find("bappe")] == ["Budi 100%"]
    assert [found.name for found in people.find("19861231 2099")] == ["Budi 100%"]
    assert [found.name for found in people.find("%")] == ["Budi 100%"]
    assert people.find("198") == []
    assert people.find(" ") == []


def test_another_institution_sees_and_touches_nothing(engine, people):
    enrol(people)
    ani = people.by_nip(ANI)
    waits = people.resolve(LMS, "9", None, now=NOON).person
    other = PeopleStore(engine, THERE, uuid.uuid4)
    assert other.by_nip(ANI) is None
    assert other.roster(NOON.date()) == []
    assert other.find("Ani") == []
    assert other.employee(ani) is None
    assert other.waiting() == []
    assert other.count_waiting() == 0
    assert other.canonical() == {}
    with pytest.raises(PeopleError):
        other.link(waits, ani, now=NOON)
    with pytest.raises(PeopleError):
        other.add_nip(ani, BUDI)
    assert other.resolve(LMS, "9", ANI, now=NOON).person not in (ani, waits)
    assert other.ensure_nip(BUDI) != people.ensure_nip(BUDI)


def test_no_nip_in_a_repr(people):
    enrol(people)
    assert ANI not in repr(people.find("Ani"))
    assert ANI not in repr(entry())
