"""The rights of people in the store of who they are: freezing, erasing, correcting, and the record of all of it."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from xapi.database import migrate, open_database, writing
from xapi.errors import PeopleError
from xapi.identity import Nip
from xapi.intake import Identity, Intake
from xapi.people import PeopleStore, RosterEntry
from xapi.people.matching import name_key
from xapi.vocabulary import PASSED

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANI, BUDI, ANI_PNS = "198501012099031001", "198612312099032002", "198501012099041007"
LMS, OTHER = "https://lms.example.go.id", "https://lain.example.go.id"
WHY = {"basis": "pasal 8", "decided_by": "dpo"}


@pytest.fixture
def engine(place):
    made = open_database(place)
    migrate(made, "xapi.people")
    yield made
    made.dispose()


@pytest.fixture
def people(engine):
    store = PeopleStore(engine, "a" * 32, uuid.uuid4)
    employ(store, ANI, "Ani", "Dinkes")
    employ(store, BUDI, "Budi", "Dinkes")
    return store


def employ(people: PeopleStore, nip: str, name: str, opd: str, status: str = "PNS", start: date | None = None) -> str:
    entry = RosterEntry(Nip(nip), name, opd, status, "Analis", "III/a", start)
    people.apply_roster([entry], NOON.date(), keep_good=False)
    return people.person_of(nip)


def actions(people: PeopleStore) -> list[str]:
    return [line.action for line in people.subjects.log()]


def statement(people: PeopleStore, person: str) -> dict[str, object]:
    return {"actor": people.actor(person), "verb": {"id": PASSED}, "object": {"id": "https://example.go.id/a"}}


def test_an_erased_person_is_nobody_and_leaves_a_log_a_mark_and_no_number(people, engine, place):
    ani = people.resolve(LMS, "ani.7", ANI, "Ani", now=NOON).person
    ids = [str(uuid.uuid4()) for _ in range(3)]
    assert people.subjects.erase(ani, NOON, statements=ids, **WHY) == (ani,)
    assert people.by_nip(ANI) is None
    assert people.by_account(LMS, "ani.7") is None
    assert people.subjects.record_of(ani) is None
    assert people.erasures.statement(ids[0].upper()) == NOON.date()
    assert people.erasures.statement(str(uuid.uuid4())) is None
    assert people.erasures.person(ani) == NOON.date()
    assert people.erasures.person(people.person_of(BUDI)) is None
    (erasure,) = people.erasures.all()
    assert (erasure.person, erasure.basis, erasure.decided_by) == (ani, "pasal 8", "dpo")
    assert [employee.name for employee in people.roster(NOON.date())] == ["Budi"]
    if not isinstance(place, str):
        engine.dispose()
        left = b"".join(one.read_bytes() for one in place.parent.glob(f"{place.name}*"))
        assert ANI.encode() not in left
        assert b"ani.7" not in left
        assert BUDI.encode() in left


def test_an_erasure_takes_every_pseudonym_of_a_person(people):
    waited = people.resolve(LMS, "x", None, "Ani", now=NOON).person
    ani = people.person_of(ANI)
    people.link(waited, ani, now=NOON)
    assert set(people.subjects.erase(waited, NOON, statements=[], **WHY)) == {ani, waited}
    assert {one.person for one in people.erasures.all()} == {ani, waited}
    assert people.canonical() == {}
    assert people.matches.merges() == []


def test_a_frozen_person_is_refused_at_the_intake_until_unfrozen_also_under_an_alias(people):
    waited = people.resolve(LMS, "x", None, "Ani", now=NOON).person
    ani = people.person_of(ANI)
    people.link(waited, ani, now=NOON)
    intake = Intake(people)
    assert people.subjects.freeze(ani, NOON, **WHY)
    assert not people.subjects.freeze(ani, NOON, **WHY)
    assert set(people.subjects.frozen()) == {ani, waited}
    for refused in (lambda: intake.admit(statement(people, waited)),
                    lambda: intake.admit(statement(people, ani), Identity(nip=ANI))):  # fmt: skip
        with pytest.raises(PeopleError) as caught:
            refused()
        assert caught.value.code == "people.frozen"
    budi = people.person_of(BUDI)
    about = statement(people, budi) | {"context": {"instructor": people.actor(ani)}}
    assert intake.admit(about)["actor"] == people.actor(budi)
    assert people.subjects.unfreeze(ani, NOON, **WHY)
    assert intake.admit(statement(people, ani))["actor"] == people.actor(ani)
    assert actions(people) == ["unfreeze", "freeze", "merge"]


def test_a_correction_keeps_the_pseudonym_and_its_record_does_not_say_what_was_wrong(people):
    ani = people.person_of(ANI)
    people.subjects.correct(ani, {"name": "Ani Lestari", "nip": ANI_PNS, "opd": "Bappeda"}, NOON, **WHY)
    assert people.person_of(ANI_PNS) == ani
    assert people.by_nip(ANI) is None
    employee = people.employee(ani)
    assert (employee.name, employee.opd) == ("Ani Lestari", "Bappeda")
    (line,) = people.subjects.log()
    assert line.detail == "name nip opd"
    with pytest.raises(PeopleError) as caught:
        people.subjects.correct(ani, {"nip": BUDI}, NOON, **WHY)
    assert caught.value.code == "people.nip_taken"
    assert len(people.subjects.log()) == 1


@pytest.mark.parametrize(
    "tamper", ["UPDATE subject_log SET basis = 'lain' WHERE seq = 2", "DELETE FROM subject_log WHERE seq = 1"]
)
def test_a_changed_or_missing_line_of_the_record_shows(people, engine, tamper):
    for number in range(3):
        people.subjects.note("export", NOON + timedelta(hours=number), **WHY)
    assert people.subjects.first_broken() is None
    with writing(engine) as connection:
        connection.execute(text(tamper))
    assert people.subjects.first_broken() == 2


def test_nothing_of_another_institution_is_seen_or_erased(people, engine):
    other = PeopleStore(engine, "b" * 32, uuid.uuid4)
    ani = people.person_of(ANI)
    theirs = employ(other, ANI, "Ani", "Kanwil")
    people.subjects.freeze(ani, NOON, **WHY)
    assert other.subjects.frozen() == {}
    assert other.subjects.log() == []
    assert other.subjects.record_of(ani) is None
    with pytest.raises(PeopleError):
        other.subjects.erase(ani, NOON, statements=[], **WHY)
    other.subjects.erase(theirs, NOON, statements=["x"], **WHY)
    assert people.person_of(ANI) == ani
    assert people.erasures.statement("x") is None


def test_who_left_long_ago_is_found_and_who_stayed_is_not(people):
    ani = people.person_of(ANI)
    left = RosterEntry(Nip(ANI), "Ani", "Dinkes", "PNS", "Analis", "III/a", None, end=date(2020, 1, 1))
    people.apply_roster([left], NOON.date(), keep_good=False)
    assert people.subjects.gone_before(date(2021, 1, 1)) == [ani]
    assert people.subjects.gone_before(date(2019, 1, 1)) == []


def proposed(people: PeopleStore) -> list[tuple[str, str, str]]:
    return [(one.rule, old.name, target.name) for one, old, target in people.matches.waiting()]


def test_a_new_number_of_the_same_person_is_proposed_and_confirmed_and_undone(people):
    later = employ(people, ANI_PNS, "ANI, S.Kom.", "Bappeda", start=date(2026, 3, 1))
    first = people.person_of(ANI)
    ((one, _old, _target),) = people.matches.waiting()
    assert (one.rule, {one.old, one.target}) == ("new_number", {first, later})
    people.matches.confirm(one.id, NOON, decided_by="ani")
    merged = people.person_of(ANI)
    assert people.person_of(ANI_PNS) == merged == one.target
    assert sorted(stay.opd for stay in people.history(merged)) == ["Bappeda", "Dinkes"]
    assert len(people.roster(NOON.date())) == 2
    assert people.matches.waiting() == []
    (merge,) = people.matches.merges()
    people.matches.undo(merge.seq, NOON, decided_by="ani")
    assert (people.person_of(ANI), people.person_of(ANI_PNS)) == (first, later)
    assert len(people.roster(NOON.date())) == 3
    assert [[stay.opd for stay in people.history(one)] for one in (first, later)] == [["Dinkes"], ["Bappeda"]]
    with pytest.raises(PeopleError) as caught:
        people.matches.undo(merge.seq, NOON, decided_by="ani")
    assert caught.value.code == "people.no_merge"


def test_what_came_after_a_merge_stays_with_the_target_when_it_is_undone(people):
    later = employ(people, ANI_PNS, "Ani", "Bappeda", start=date(2026, 3, 1))
    first = people.person_of(ANI)
    people.matches.merge(later, first, NOON, decided_by="x", rule="hand")
    people.apply_roster(
        [RosterEntry(Nip(ANI_PNS), "Ani", "Dinsos", "PNS", "Analis", "III/a", date(2026, 5, 1))],
        NOON.date(),
        keep_good=False,
    )
    people.matches.undo(people.matches.merges()[0].seq, NOON, decided_by="x")
    assert [stay.opd for stay in people.history(later)] == ["Bappeda"]
    assert [stay.opd for stay in people.history(first)] == ["Dinkes", "Dinsos"]


def test_a_waiting_learner_is_proposed_by_name_and_waits_again_when_undone(people):
    waited = people.resolve(LMS, "7", None, "Dr. Ani, M.Si.", now=NOON)
    assert proposed(people) == []  # three letters say too little
    employ(people, ANI_PNS, "Siti Rahmawati", "Bappeda")
    siti = people.resolve(OTHER, "8", None, "RAHMAWATI Siti", now=NOON)
    assert proposed(people) == [("same_name", "RAHMAWATI Siti", "Siti Rahmawati")]
    one = people.matches.waiting()[0][0]
    people.matches.confirm(one.id, NOON, decided_by="x")
    assert people.by_account(OTHER, "8") == people.person_of(ANI_PNS)
    assert [waiting.person for waiting in people.waiting()] == [waited.person]
    people.matches.undo(people.matches.merges()[0].seq, NOON, decided_by="x")
    assert {waiting.person for waiting in people.waiting()} == {waited.person, siti.person}
    people.matches.refuse(one.id, NOON, decided_by="x")
    assert proposed(people) == []
    with pytest.raises(PeopleError):
        people.matches.confirm(one.id, NOON, decided_by="x")


def test_one_user_name_at_two_platforms_is_proposed(people):
    people.resolve(LMS, "ani.lestari", ANI, "Ani", now=NOON)
    people.resolve(OTHER, "ANI.Lestari", None, "A. Lestari", now=NOON)
    assert proposed(people) == [("same_username", "A. Lestari", "Ani")]


def test_a_freeze_follows_a_merge(people):
    later = employ(people, ANI_PNS, "Ani", "Bappeda")
    people.subjects.freeze(later, NOON, **WHY)
    people.matches.merge(later, people.person_of(ANI), NOON, decided_by="x", rule="hand")
    assert people.is_frozen(people.person_of(ANI))


@pytest.mark.parametrize("name", ["Dr. Hj. Siti  Rahmawati, S.Kom., M.Si.", "RAHMAWATI SITI", "siti rahmáwati"])
def test_names_are_compared_without_titles_case_and_order(name):
    assert name_key(name) == "rahmawati siti"


def test_a_name_and_birth_date_of_many_proposes_nothing(people):
    for serial in range(2, 9):
        employ(people, f"1985010120990310{serial:02d}", "Ani", "Dinkes")
    assert proposed(people) == []
