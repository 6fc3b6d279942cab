"""Scores through downtime, restarts and rises, to a platform by the book and to one with Moodle's manners."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.base import LaunchProfile
from adapters.moodle import PROFILE as MOODLE
from lti_tool.grades import KIND, project_scores
from lti_tool.line_items import LINE_ITEM, LINE_ITEM_READ, SCORE, LineItems
from lti_tool.platform_services import PlatformServices
from lti_tool.score_retry import send_again
from lti_tool.score_sender import ScoreSender
from lti_tool.store import Undelivered
from lti_tool.testing import LtiHarness
from lti_tool.testing_services import BASE, FakeServices
from lti_tool.tokens import ServiceTokens
from xapi.database import migrate, open_database
from xapi.queue import Backoff, Queue, Worker
from xapi.testing import FixedClock
from xapi.vocabulary import FAILED, INITIALIZED

LIST = f"{BASE}/ags/items?type_id=1"
HERE = "a" * 32
SCOPES = (LINE_ITEM, LINE_ITEM_READ, SCORE)


class Course:
    """A course at a platform, a log of statements, a queue, and a worker that can be started anew."""

    def __init__(self, place, folder, key, *, moodle: bool) -> None:
        self.clock = FixedClock()
        self.bench = LtiHarness(place if isinstance(place, str) else folder, key, self.clock)
        self.bench.profile = MOODLE if moodle else LaunchProfile()
        self.lms = FakeServices(moodle=moodle)
        self.item = self.lms.add_item("a", resourceLinkId="link-1")
        self.engine = open_database(place if isinstance(place, str) else folder / "queue.db", schema="jampel_queue")
        migrate(self.engine, "xapi.queue")
        self.log: list[SimpleNamespace] = []
        self.store = self.bench.store
        self.start()

    def close(self) -> None:
        self.bench.close()
        self.engine.dispose()

    def start(self) -> None:
        """A new worker process: nothing of the old one is left but what is on the disk."""
        profiles = lambda _name: self.bench.profile  # noqa: E731
        services = PlatformServices(self.lms, ServiceTokens(self.lms, self.bench.lti.keys, profiles, self.clock))
        sender = ScoreSender(self.store, services, LineItems(services, profiles), profiles, self.clock)
        self.queue = Queue(self.engine, self.clock)
        self.services = SimpleNamespace(
            lti=self.store, queue=self.queue, institution=SimpleNamespace(id=HERE), clock=self.clock
        )
        self.worker = Worker(self.queue, {KIND: sender}, self.clock, f"w{self.clock()}", backoff=Backoff(Random(1)))

    def launch(self, subject: str = "2", **changes) -> str:
        """A learner's launch; returns the registration."""
        ags = {"lineitem": self.item, "lineitems": LIST, "scope": list(SCOPES)} | changes
        return self.bench.launch(sub=subject, **self.bench.fake.ags(**ags)).registration

    def finish(self, registration: str, share: float, verb: str = FAILED) -> None:
        statement = {"verb": {"id": verb}, "context": {"registration": registration},
                     "result": {"score": {"scaled": share}}, "timestamp": self.clock().isoformat()}  # fmt: skip
        row = SimpleNamespace(seq=len(self.log) + 1, source="launch", body=json.dumps(statement).encode())
        self.log.append(row)

    def after(self, _institution: str, seq: int, limit: int) -> list[SimpleNamespace]:
        return [row for row in self.log if row.seq > seq][:limit]

    def round(self) -> None:
        """One round of the worker."""
        project_scores(self.store, self.after, self.queue, self.clock)
        self.worker.run_once()

    def rounds(self, hours: float = 12) -> None:
        """The worker goes on until nothing is due for `hours`."""
        until = self.clock() + timedelta(hours=hours)
        while self.clock() < until:
            self.round()
            self.clock.advance(minutes=20)

    def open(self) -> list[Undelivered]:
        return self.store.score_lists.undelivered()

    def seconds(self, subject: str = "2") -> list[datetime]:
        return [datetime.fromisoformat(body["timestamp"]) for _item, body in self.lms.scores
                if body["userId"] == subject]  # fmt: skip


@pytest.fixture(params=[False, True], ids=["by-the-book", "moodle"])
def course(request, place, tmp_path, rsa_key) -> Iterator[Course]:
    found = Course(place, tmp_path, rsa_key, moodle=request.param)
    yield found
    found.close()


def test_a_score_survives_downtime_and_restarts(course) -> None:
    registration = course.launch()
    course.lms.down = 7
    course.finish(registration, 0.8)
    for _restart in range(3):
        course.round()
        (waiting,) = course.open()
        assert (waiting.problem, waiting.delay) == ("", "http.unreachable")
        course.start()
        course.clock.advance(minutes=20)
    course.rounds()
    assert course.lms.grade("a", "2") == 80
    assert course.open() == []


def test_a_worker_that_dies_in_the_middle_loses_nothing(course) -> None:
    course.finish(course.launch(), 0.8)
    project_scores(course.store, course.after, course.queue, course.clock)
    assert course.queue.lease([KIND], "dead", course.clock(), 60, 10)
    course.start()
    course.round()
    assert course.lms.scores == []
    course.clock.advance(minutes=2)
    course.round()
    assert course.lms.grade("a", "2") == 80


def test_a_platform_that_asks_to_be_left_alone_is_asked_once(course) -> None:
    course.lms.asks = 7200
    for subject in ("2", "3"):
        course.finish(course.launch(subject), 0.8)
    course.rounds(hours=1)
    assert len(course.lms.calls) == 1
    assert {one.delay for one in course.open()} == {"http_503"}
    course.lms.asks = None
    course.rounds()
    assert (course.lms.grade("a", "2"), course.lms.grade("a", "3")) == (80, 80)


def test_somebody_who_cannot_be_graded_is_final_until_a_person_says_so(course) -> None:
    registration = course.launch("9")
    course.finish(registration, 0.8)
    course.rounds()
    (refused,) = course.open()
    assert (refused.problem, refused.tries) == ("not_gradable", 1)
    assert len(course.lms.scores) == 1
    course.lms.gradable.add("9")
    assert send_again(course.services, [registration]) == 1
    course.rounds(hours=1)
    assert course.lms.grade("a", "9") == 80
    assert course.open() == []
    assert course.queue.quarantined(HERE) == []


def test_sending_again_is_for_what_has_not_arrived(course) -> None:
    registration = course.launch()
    course.finish(registration, 0.8)
    course.rounds(hours=1)
    assert send_again(course.services, [registration, "nobody"]) == 0


def test_a_line_item_that_was_made_anew_is_found(course) -> None:
    registration = course.launch()
    course.lms.items.clear()
    course.lms.add_item("b", resourceLinkId="link-1")
    course.finish(registration, 0.8)
    course.rounds(hours=1)
    assert course.lms.grade("b", "2") == 80
    assert "/b/" in course.store.launches.link(registration).line_item


def test_a_line_item_that_is_gone_is_not_made_again(course) -> None:
    course.finish(course.launch(), 0.8)
    course.lms.items.clear()
    course.rounds(hours=1)
    assert [one.problem for one in course.open()] == ["line_item_gone"]
    assert course.lms.items == {}


def test_a_launch_with_another_line_item_sends_what_the_gone_one_refused(course) -> None:
    registration = course.launch()
    course.finish(registration, 0.8)
    course.lms.items.clear()
    course.rounds(hours=1)
    item = course.lms.add_item("c", resourceLinkId="other")
    course.launch(lineitem=item)
    course.finish(registration, 0.1, INITIALIZED)
    course.rounds(hours=1)
    assert course.lms.grade("c", "2") == 80


def test_a_score_without_a_gradebook_is_kept_and_sent_when_there_is_one(course) -> None:
    registration = course.launch(lineitem=None, lineitems=None)
    course.finish(registration, 0.8)
    course.rounds(hours=1)
    (state,) = course.store.launches.at_resource_link(course.bench.platform.id, "7", "link-1")
    assert (state.best, state.problem) == (8000, "no_gradebook")
    assert course.open() == []
    assert course.store.scores.problems() == {}
    course.launch()
    course.finish(registration, 0.1, INITIALIZED)
    course.rounds(hours=1)
    assert course.lms.grade("a", "2") == 80


def test_a_switched_off_platform_is_not_called(course) -> None:
    course.finish(course.launch(), 0.8)
    course.store.platforms.set_active(course.bench.platform.id, False)
    course.round()
    assert [one.delay for one in course.open()] == ["platform_off"]
    assert course.lms.calls == []


def test_a_score_tells_when_the_work_began_and_ended(course) -> None:
    registration = course.launch()
    course.clock.advance(minutes=30)
    course.finish(registration, 0.8)
    course.clock.advance(hours=5)
    course.rounds(hours=1)
    ((_item, body),) = course.lms.scores
    assert body["submission"] == {
        "startedAt": "2026-03-02T01:00:00+00:00",
        "submittedAt": "2026-03-02T01:30:00+00:00",
    }


def test_another_institution_sees_and_sends_nothing(course) -> None:
    registration = course.launch("9")
    course.finish(registration, 0.8)
    course.rounds(hours=1)
    other = type(course.store)(course.bench.engine, "b" * 32)
    assert other.score_lists.undelivered() == []
    assert other.score_lists.count() == (0, 0)
    assert not other.scores.again(registration)
    assert other.launches.link_of(course.bench.platform.id, "7", "link-1", "9") is None


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("finish"), st.integers(0, 100)),
        st.tuples(st.just("down"), st.integers(1, 4)),
        st.tuples(st.just("wait"), st.integers(0, 3600)),
        st.tuples(st.just("back"), st.integers(1, 7200)),
        st.tuples(st.sampled_from(["round", "restart", "again", "die"]), st.just(0)),
    ),
    max_size=25,
)


@pytest.mark.parametrize("moodle", [False, True], ids=["by-the-book", "moodle"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_whatever_happens_the_best_score_arrives_and_seconds_rise(
    tmp_path_factory, rsa_key, moodle: bool, events: list[tuple[str, int]]
) -> None:
    course = Course(None, tmp_path_factory.mktemp("course"), rsa_key, moodle=moodle)
    try:
        registration = course.launch()
        best, seen = None, None
        for name, number in events:
            act(course, registration, name, number)
            best = max(best or 0, number) if name == "finish" else best
            grade = course.lms.grade("a", "2")
            assert seen is None or (grade is not None and grade >= seen)  # never wiped, never lowered
            seen = grade
        course.lms.down = 0
        course.rounds(hours=24)
        assert course.lms.grade("a", "2") == best
        assert course.seconds() == sorted(set(course.seconds()))
        assert all(moment.microsecond == 0 for moment in course.seconds())
        sent = [body["scoreGiven"] for _item, body in course.lms.scores]
        assert sent == sorted(sent)
        assert course.open() == []
    finally:
        course.close()


def act(course: Course, registration: str, name: str, number: int) -> None:
    if name == "finish":
        course.finish(registration, number / 100)
    elif name == "down":
        course.lms.down = number
    elif name == "wait":
        course.clock.advance(seconds=number)
    elif name == "back":
        course.clock.now -= timedelta(seconds=number)
    elif name == "round":
        course.round()
    elif name == "restart":
        course.start()
    elif name == "again":
        send_again(course.services, [registration])
    else:
        project_scores(course.store, course.after, course.queue, course.clock)
        course.queue.lease([KIND], "dead", course.clock(), 60, 10)
