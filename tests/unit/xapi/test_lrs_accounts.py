"""An LMS with a credential of its own: its accounts become pseudonyms before anything is stored, large batches too."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from xapi.clock import random_ids
from xapi.database import migrate, open_database
from xapi.errors import LrsError
from xapi.intake import Intake
from xapi.lrs.accounts_intake import accounts_intake
from xapi.lrs.service import LARGE, Lrs
from xapi.lrs.store import StatementStore
from xapi.people import PeopleStore
from xapi.testing import INSTITUTION, EmbeddedLrs, embedded_lrs, encoded, make_statement

LMS = "https://lms.contoh.go.id"
NIP = "198501012099031001"


class House:
    """An LRS with people, and the credential of an LMS."""

    def __init__(self, folder: Path, complete=None, source: str = "lms_record") -> None:
        self.embedded: EmbeddedLrs = embedded_lrs(folder / "lrs.db")
        engine = open_database(folder / "people.db")
        migrate(engine, "xapi.people")
        self.people = PeopleStore(engine, INSTITUTION, random_ids)
        intake = Intake(self.people, self.embedded.clock)
        store = StatementStore(open_database(folder / "lrs.db"))
        admit = accounts_intake(intake, INSTITUTION, complete)
        self.lrs = Lrs(store, self.embedded.clock, random_ids, admit=admit)
        new = self.embedded.credentials.add(INSTITUTION, "Moodle", ["statements/write"], source)
        found = self.embedded.credentials.authenticate(new.key, new.secret)
        assert found is not None
        self.principal = found

    def send(self, *statements: dict) -> list[dict]:
        ids = self.lrs.post_statements(self.principal, encoded(list(statements)))
        reader = msgspec.structs.replace(self.principal, scopes=frozenset({"all"}))
        return [msgspec.json.decode(self.lrs.get_statement(reader, one)) for one in ids]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def by(name: str, **changes) -> dict:
    actor = {"name": "Pegawai Contoh", "account": {"homePage": LMS, "name": name}}
    return make_statement(actor=actor, **changes)


def test_the_account_of_an_lms_is_stored_as_a_pseudonym(house: House) -> None:
    stored = house.send(by("8"))[0]

    person = stored["actor"]["account"]["name"]
    assert stored["actor"]["account"]["homePage"] == house.people.home_page
    assert house.people.resolve(LMS, "8", now=house.embedded.clock()).person == person
    assert "Pegawai" not in str(stored)


def test_a_nip_as_the_name_of_the_account_is_the_person_of_that_nip(house: House) -> None:
    stored = house.send(by(NIP))[0]

    assert stored["actor"]["account"]["name"] == house.people.by_nip(NIP)
    assert NIP not in str(stored)


def test_a_batch_too_large_for_one_look_goes_through_the_same_door(house: House) -> None:
    long = {"id": "https://contoh.go.id/a", "definition": {"description": {"id": "x" * 2000}}}
    batch = [by(str(n), object=long) for n in range(60)]
    assert len(encoded(batch)) > LARGE

    assert all(one["actor"]["account"]["homePage"] == house.people.home_page for one in house.send(*batch))


def test_what_is_known_of_a_statement_is_put_into_it(tmp_path: Path) -> None:
    def complete(statement: Mapping[str, object]) -> Mapping[str, object]:
        return {"context": {"platform": str(statement["timestamp"])}} if "timestamp" in statement else {}

    house = House(tmp_path, complete)

    told, plain = house.send(by("8", timestamp="2026-03-02T09:00:00Z"), by("9"))

    assert told["context"] == {"platform": "2026-03-02T09:00:00Z"}
    assert "context" not in plain


def test_the_members_of_a_group_are_pseudonyms_too(house: House) -> None:
    group = {"objectType": "Group", "member": [{"account": {"homePage": LMS, "name": "8"}}]}

    stored = house.send(make_statement(actor=group))[0]

    assert stored["actor"]["member"][0]["account"]["homePage"] == house.people.home_page


def test_a_suspended_person_is_refused_with_the_whole_batch(house: House) -> None:
    person = house.people.ensure_nip(NIP, "Siti")
    house.people.subjects.freeze(person, house.embedded.clock(), basis="keberatan", decided_by="")

    with pytest.raises(LrsError) as caught:
        house.send(by("8"), by(NIP))

    assert caught.value.code == "lrs.frozen"


def test_a_credential_of_another_source_is_stored_unchanged(tmp_path: Path) -> None:
    house = House(tmp_path, source="foreign")

    assert house.send(by("8"))[0]["actor"] == by("8")["actor"]
