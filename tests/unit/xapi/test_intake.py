"""The intake: no statement leaves it with anything but pseudonyms."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xapi.database import migrate, open_database
from xapi.errors import PeopleError
from xapi.intake import Identity, Intake
from xapi.people import PeopleStore

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANI, BUDI = "198501012099031001", "198612312099032002"
LMS = "https://lms.example.go.id"


@pytest.fixture
def people(place):
    engine = open_database(place)
    migrate(engine, "xapi.people")
    yield PeopleStore(engine, "a" * 32, uuid.uuid4)
    engine.dispose()


@pytest.fixture
def intake(people):
    return Intake(people, lambda: NOON)


def by_account(subject: str, /, **more: object) -> dict[str, object]:
    return {"objectType": "Agent", "account": {"homePage": LMS, "name": subject}, **more}


def statement(actor: object, **more: object) -> dict[str, object]:
    return {"actor": actor, "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
            "object": {"id": "https://example.go.id/modul/a"}, **more}  # fmt: skip


def test_the_actor_becomes_the_person_of_the_identity(intake, people):
    original = statement({"mbox": "mailto:ani@example.go.id", "name": "Ani"})
    admitted = intake.admit(original, Identity(nip=ANI, name="Ani"))
    assert admitted["actor"] == people.actor(people.by_nip(ANI))
    assert original["actor"] == {"mbox": "mailto:ani@example.go.id", "name": "Ani"}, "the original is left alone"


def test_without_an_identity_the_actor_says_who_it_is(intake, people):
    assert intake.admit(statement(by_account(ANI)))["actor"] == people.actor(people.by_nip(ANI))
    person = people.resolve(LMS, "7", now=NOON).person
    assert intake.admit(statement(by_account("7", name="Ani")))["actor"] == people.actor(person)
    by_mail = [intake.admit(statement({"mbox": "mailto:a@example.go.id"}))["actor"] for _ in range(2)]
    assert by_mail[0] == by_mail[1]


def test_a_pseudonym_of_ours_is_left_as_it_is(intake, people):
    person = people.ensure_nip(ANI, "Ani")
    assert intake.admit(statement(people.actor(person)))["actor"] == people.actor(person)


def test_everyone_in_the_statement_becomes_a_pseudonym(intake, people):
    admitted = intake.admit(
        statement(
            {"objectType": "Group", "name": "Kelas A", "member": [by_account(ANI, name="Ani"), by_account("7")]},
            object={
                "objectType": "SubStatement",
                "actor": by_account(BUDI),
                "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
                "object": {"objectType": "Agent", "mbox": "mailto:c@example.go.id"},
                "context": {"instructor": by_account(BUDI, name="Budi")},
            },
            context={
                "instructor": by_account(BUDI, name="Budi"),
                "team": {"objectType": "Group", "member": [by_account(ANI)]},
                "contextAgents": [{"objectType": "contextAgent", "agent": by_account(ANI)}],
                "contextGroups": [{"group": {"objectType": "Group", "member": [by_account(BUDI)]}}],
            },
            authority=by_account("key", name="Kunci"),
            stored="2026-01-01T00:00:00Z",
        )
    )
    text = json.dumps(admitted)
    for personal in (ANI, BUDI, LMS, "Ani", "Budi", "mailto:", "Kelas A", "Kunci"):
        assert personal not in text
    budi = people.actor(people.by_nip(BUDI))
    assert admitted["context"]["instructor"] == budi
    assert admitted["object"]["actor"] == budi
    assert admitted["object"]["context"]["instructor"] == budi


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"result": {"response": f"nama saya {ANI}"}}, "$.result.response"),
        ({"result": {"extensions": {"https://e.id/x": [int(ANI)]}}}, "$.result.extensions.https://e.id/x[0]"),
        ({"context": {"extensions": {f"https://e.id/{ANI}": 1}}}, "$.context.extensions"),
        ({"object": {"id": f"https://lms.example.go.id/u/{ANI}"}}, "$.object.id"),
        ({"context": {"team": {"objectType": "Group", "account": {"homePage": LMS, "name": ANI}}}},
         "$.context.team.account.name"),
    ],
)  # fmt: skip
def test_a_nip_that_is_left_anywhere_is_refused_with_its_path_and_never_shown(intake, more, path):
    with pytest.raises(PeopleError) as caught:
        intake.admit(statement(by_account("7"), **more))
    assert (caught.value.code, caught.value.params["path"]) == ("intake.nip_left", path)
    assert ANI not in str(caught.value)


@pytest.mark.parametrize("actor", [None, "Ani", {}, {"name": "Ani"}, {"account": {"name": "7"}}, {"mbox": 7}])
def test_an_actor_without_an_identity_is_refused(intake, actor):
    with pytest.raises(PeopleError) as caught:
        intake.admit(statement(actor))
    assert caught.value.code == "intake.nobody"


def test_a_statement_deeper_than_any_real_one_is_refused(intake):
    deep: object = 1
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(PeopleError) as caught:
        intake.admit(statement(by_account("7"), result=deep))
    assert caught.value.code == "intake.too_deep"


def test_an_identity_without_anything_is_refused(intake):
    with pytest.raises(PeopleError) as caught:
        intake.admit(statement({}), Identity(name="Ani"))
    assert caught.value.code == "people.no_identity"


def test_an_identity_never_shows_its_nip():
    assert ANI not in repr(Identity(nip=ANI))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([ANI, f"x {ANI}", int(ANI)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(result=JSON)
def test_whatever_stands_in_a_statement_no_nip_passes(intake, result):
    try:
        admitted = intake.admit(statement(by_account("7"), result=result))
    except PeopleError as error:
        assert ANI not in f"{error}{error.params}"  # noqa: PT017
    else:
        assert ANI not in json.dumps(admitted)


def test_those_who_are_expected_are_made_once_and_an_identity_that_is_none_is_passed_over(intake, people):
    known = people.ensure_nip(ANI, "Ani")
    intake.expect([Identity(nip=ANI), Identity(nip=BUDI, name="Budi"), Identity(nip="bukan NIP"), Identity(),
                   Identity(nip=BUDI, issuer=LMS, subject="7")])  # fmt: skip

    assert people.by_nip(ANI) == known
    assert intake.person(Identity(nip=BUDI)) == people.by_nip(BUDI) is not None
    assert people.by_account(LMS, "7") is None
