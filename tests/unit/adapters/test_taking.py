"""Many records: looked at before anything is written, taken part by part, and once however often they come."""

import uuid
from datetime import UTC, datetime
from itertools import count

import pytest

from adapters import taking
from adapters.base import Desk
from adapters.records import LearningRecord
from adapters.taking import Survey, survey, take_parts
from xapi.database import migrate, open_database
from xapi.errors import RecorderError
from xapi.intake import Identity, Intake
from xapi.people import PeopleStore
from xapi.queue import Queue
from xapi.recorder import Recorder
from xapi.vocabulary import ATTENDED, TYPE_EVENT

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HERE = "a" * 32


class Office:
    """A desk over real stores."""

    def __init__(self, folder) -> None:
        self.engines = [open_database(folder / name) for name in ("people.db", "queue.db")]
        for engine, schema in zip(self.engines, ("xapi.people", "xapi.queue"), strict=True):
            migrate(engine, schema)
        self.people = PeopleStore(self.engines[0], HERE, uuid.uuid4)
        numbers = count(1)
        queue = Queue(self.engines[1], lambda: NOON)
        self.recorder = Recorder(queue, HERE, lambda: NOON, lambda: uuid.UUID(int=next(numbers), version=4))
        self.desk = Desk(institution=HERE, intake=Intake(self.people, lambda: NOON), recorder=self.recorder)

    def stored(self, ids):
        return {one: body for one in ids if (body := self.recorder.recorded(one)) is not None}

    def look(self, records) -> Survey:
        return survey(records, self.desk, self.stored)

    def take(self, records):
        return take_parts(records, self.desk, "sheet", self.look(records))


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    for engine in made.engines:
        engine.dispose()


def record(number: int, **more: object) -> LearningRecord:
    values = {
        "key": ("bimtek",), "who": Identity(nip=f"19850101209903{1 + number % 2}{number:03d}", name="Ani"),
        "place": str(number), "verb": ATTENDED, "activity": "https://contoh.go.id/bimtek", "activity_type": TYPE_EVENT,
        "title": "Bimtek", "at": NOON, "jp": 800, "form": "seminar", **more,
    }  # fmt: skip
    return LearningRecord(**values)


def test_a_survey_writes_nothing_and_makes_nobody(office):
    found = office.look([record(1), record(2), record(2, key=("lain",))])
    assert (found.new, found.unknown, found.there, found.refused) == (3, 2, {}, [])
    assert office.people.by_nip(record(1).who.nip) is None


def test_what_was_interrupted_goes_on_where_it_stopped(office, monkeypatch):
    monkeypatch.setattr(taking, "PART", 2)
    records = [record(number) for number in range(1, 6)]
    parts = []

    def stop(statements, source):
        parts.append(len(statements))
        if len(parts) == 2:
            raise RecorderError("recorder.not_json", "the power failed")
        return Recorder.record_all(office.recorder, statements, source)

    monkeypatch.setattr(office.recorder, "record_all", stop)
    with pytest.raises(RecorderError):
        office.take(records)
    monkeypatch.undo()
    again = office.take(records)
    assert (again.recorded, again.unchanged) == (3, 2)
    assert office.take(records).recorded == 0


def test_one_record_that_says_otherwise_stands_in_the_way_of_all(office):
    office.take([record(1)])
    found = office.look([record(2), record(1, jp=900)])
    assert [(one.place, one.error.code) for one in found.refused] == [("1", "record.recorded_otherwise")]


def test_only_the_certificate_may_come_later(office):
    office.take([record(1)])
    late = office.look([record(1, evidence="ab" * 32)])
    assert (list(late.there), list(late.late), late.refused) == ([0], [0], [])
    assert office.look([record(1)]).late == {}


def test_who_may_not_be_processed_is_named_before_anything_is_written(office):
    office.take([record(1)])
    person = office.people.by_nip(record(1).who.nip)
    office.people.subjects.freeze(person, NOON, basis="uji", decided_by="uji")
    found = office.look([record(1, key=("lain",)), record(2)])
    assert [(one.place, one.error.code) for one in found.refused] == [("1", "people.frozen")]


def test_a_title_with_a_nip_is_refused_in_the_survey_already(office):
    found = office.look([record(1, title="Bimtek 198501012099031001")])
    assert [one.error.code for one in found.refused] == ["intake.nip_left"]
