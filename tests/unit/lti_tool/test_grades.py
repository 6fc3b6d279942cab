"""Scores: read once, queued durably, sent with ever later seconds, and never in a way that costs a learner a grade."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from lti_tool.claims import ROLES
from lti_tool.errors import ToolError
from lti_tool.grades import project_scores, score_of
from lti_tool.http import Reply
from lti_tool.line_items import scores_url, with_query
from lti_tool.testing import INSTRUCTOR, json_reply
from xapi.database import migrate, open_database
from xapi.queue import Done, Quarantine, Queue, Retry
from xapi.vocabulary import COMPLETED, EXPERIENCED, EXT_JP, FAILED, PASSED

SCORES = "https://lms.example.go.id/ags/2/lineitems/5/lineitem/scores?type_id=1"
TOKEN = "POST https://lms.example.go.id/token"
LIST = "https://lms.example.go.id/ags/2/lineitems?type_id=1&resource_link_id=link-1"
MADE = "https://lms.example.go.id/ags/2/lineitems?type_id=1"


class Log:
    """Statements as the LRS hands them out."""

    def __init__(self) -> None:
        self.rows = []

    def add(self, registration: str, verb: str = PASSED, scaled: float | None = 0.8, source: str = "launch", **more):
        statement = {"verb": {"id": verb}, "context": {"registration": registration, **more}}
        if scaled is not None:
            statement["result"] = {"score": {"scaled": scaled}}
        seq = len(self.rows) + 1
        self.rows.append(SimpleNamespace(seq=seq, source=source, body=json.dumps(statement).encode()))

    def after(self, _institution: str, seq: int, limit: int):
        return [row for row in self.rows if row.seq > seq][:limit]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def queue(place, clock):
    engine = open_database(place, schema="jampel_queue")
    migrate(engine, "xapi.queue")
    yield Queue(engine, clock)
    engine.dispose()


@pytest.fixture
def course(bench):
    bench.http.answers[TOKEN] = json_reply({"access_token": "t1", "expires_in": 3600})
    bench.http.answers[f"POST {SCORES}"] = Reply(200, b"", {})
    bench.http.answers[f"GET {LIST}"] = json_reply([])
    return bench


def send(course, log, queue):
    """Projects and handles what is due; returns the outcomes."""
    project_scores(course.store, log.after, queue, course.clock)
    jobs = queue.lease(["score"], "w", course.clock(), 60, 100)
    outcomes = list(course.lti.score_sender(jobs))
    queue.settle(list(zip(jobs, outcomes, strict=True)),
                 {job.id: course.clock() for job, outcome in zip(jobs, outcomes, strict=True)
                  if isinstance(outcome, Retry)})  # fmt: skip
    return outcomes


def posted(course) -> list[dict]:
    return [json.loads(call[2]) for call in course.http.calls if call[1] == SCORES]


def test_a_passed_module_reaches_the_gradebook(course, log, queue) -> None:
    registration = course.launch(**course.fake.ags()).registration
    log.add(registration)
    assert send(course, log, queue) == [Done("200")]
    assert posted(course) == [{
        "scoreGiven": 80, "scoreMaximum": 100, "activityProgress": "Completed", "gradingProgress": "FullyGraded",
        "timestamp": "2026-03-02T01:00:00+00:00", "userId": "2",
    }]  # fmt: skip
    headers = course.http.calls[-1][3]
    assert headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"


def test_a_score_is_read_from_the_log_once(course, log, queue) -> None:
    log.add(course.launch(**course.fake.ags()).registration)
    assert project_scores(course.store, log.after, queue, course.clock) == 1
    assert project_scores(course.store, log.after, queue, course.clock) == 0
    assert queue.status("a" * 32)["score"].get("waiting") == 1


def test_a_crash_between_the_two_databases_loses_nothing(course, log, queue) -> None:
    class Broken:
        def put(self, *_args, **_more):
            raise OSError("disk full")

    log.add(course.launch(**course.fake.ags()).registration)
    with pytest.raises(OSError, match="disk full"):
        project_scores(course.store, log.after, Broken(), course.clock)
    assert send(course, log, queue) == [Done("200")]


def test_the_best_result_counts_and_a_worse_one_sends_nothing(course, log, queue) -> None:
    registration = course.launch(**course.fake.ags()).registration
    log.add(registration, FAILED, 0.4)
    send(course, log, queue)
    log.add(registration, PASSED, 0.9)
    log.add(registration, FAILED, 0.1)
    send(course, log, queue)
    log.add(registration, PASSED, 0.7)
    assert send(course, log, queue) == []
    assert [score["scoreGiven"] for score in posted(course)] == [40, 90]


def test_scores_that_wait_together_become_one(course, log, queue) -> None:
    registration = course.launch(**course.fake.ags()).registration
    log.add(registration, FAILED, 0.4)
    project_scores(course.store, log.after, queue, course.clock)
    log.add(registration, PASSED, 0.9)
    outcomes = send(course, log, queue) + send(course, log, queue)
    assert [type(outcome) for outcome in outcomes] == [Done, Done]
    assert [score["scoreGiven"] for score in posted(course)] == [90]


def test_seconds_rise_even_when_the_clock_does_not(course, log, queue) -> None:
    registration = course.launch(**course.fake.ags()).registration
    for share in (0.1, 0.2, 0.3):
        log.add(registration, FAILED, share)
        send(course, log, queue)
    course.clock.now = datetime(2026, 3, 1, tzinfo=UTC)
    log.add(registration, FAILED, 0.4)
    send(course, log, queue)
    assert [score["timestamp"][-8:-6] for score in posted(course)] == ["00", "01", "02", "03"]


def test_two_learners_do_not_push_each_others_seconds(course, log, queue) -> None:
    for subject in ("2", "3"):
        log.add(course.launch(sub=subject, **course.fake.ags()).registration)
    send(course, log, queue)
    assert {score["timestamp"] for score in posted(course)} == {"2026-03-02T01:00:00+00:00"}


def test_a_conflict_is_answered_with_a_later_second_and_then_waits(course, log, queue) -> None:
    log.add(course.launch(**course.fake.ags()).registration)
    course.http.answers[f"POST {SCORES}"] = [Reply(409, b"[]", {}), Reply(200, b"", {})]
    assert send(course, log, queue) == [Done("200")]
    first, second = (score["timestamp"] for score in posted(course))
    assert first < second
    log.add(course.launch(sub="3", **course.fake.ags()).registration)
    course.http.answers[f"POST {SCORES}"] = Reply(409, b"[]", {})
    assert send(course, log, queue) == [Retry("stale_timestamp")]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(500, b"", {}), Retry), (Reply(503, b"", {"retry-after": "120"}), Retry), (Reply(429, b"", {}), Retry),
        (ToolError("http.unreachable", "x"), Retry), (ToolError("http.too_slow", "x"), Retry),
        (Reply(400, b"[]", {}), Quarantine), (Reply(403, b"", {}), Quarantine), (Reply(404, b"", {}), Quarantine),
        (Reply(302, b"", {}), Quarantine), (ToolError("http.private_address", "x"), Quarantine),
    ],
)  # fmt: skip
def test_what_may_pass_is_tried_again_and_what_cannot_is_kept_with_its_reason(course, log, queue, reply, kind) -> None:
    registration = course.launch(**course.fake.ags()).registration
    log.add(registration)
    course.http.answers[f"POST {SCORES}"] = reply
    (outcome,) = send(course, log, queue)
    assert type(outcome) is kind
    assert (registration in course.store.scores.problems()) == (kind is Quarantine)


def test_a_user_who_cannot_be_graded_is_called_so(course, log, queue) -> None:
    log.add(course.launch(**course.fake.ags()).registration)
    course.http.answers[f"POST {SCORES}"] = Reply(400, b"[]", {})
    assert send(course, log, queue) == [Quarantine("not_gradable")]


def test_the_wait_that_the_platform_asks_for_is_passed_on(course, log, queue) -> None:
    log.add(course.launch(**course.fake.ags()).registration)
    course.http.answers[f"POST {SCORES}"] = Reply(503, b"", {"retry-after": "120"})
    assert send(course, log, queue) == [Retry("http_503", 120.0)]


def test_a_refused_token_is_renewed_once(course, log, queue) -> None:
    log.add(course.launch(**course.fake.ags()).registration)
    course.http.answers[TOKEN] = [json_reply({"access_token": name}) for name in ("old", "new")]
    course.http.answers[f"POST {SCORES}"] = [Reply(401, b"", {}), Reply(200, b"", {})]
    assert send(course, log, queue) == [Done("200")]
    sent = [call[3]["Authorization"] for call in course.http.calls if call[1] == SCORES]
    assert sent == ["Bearer old", "Bearer new"]


def test_a_platform_that_is_down_is_not_waited_for_once_per_score(course, log, queue) -> None:
    for subject in ("2", "3", "4"):
        log.add(course.launch(sub=subject, **course.fake.ags()).registration)
    course.http.answers[f"POST {SCORES}"] = ToolError("http.unreachable", "down")
    assert send(course, log, queue) == [Retry("http.unreachable")] * 3
    assert len(posted(course)) == 1


def test_a_teacher_has_no_score(course, log, queue) -> None:
    log.add(course.launch(**course.fake.ags(), **{ROLES: [INSTRUCTOR]}).registration)
    assert send(course, log, queue) == []


@pytest.mark.parametrize("source", ["package", "foreign", "sheet", "lms_record"])
def test_only_statements_of_launches_become_scores(course, log, queue, source: str) -> None:
    log.add(course.launch(**course.fake.ags()).registration, source=source)
    assert send(course, log, queue) == []


def test_a_line_item_on_a_foreign_host_never_gets_a_token(course, log, queue) -> None:
    log.add(course.launch(**course.fake.ags(lineitem="https://evil.example/5")).registration)
    assert send(course, log, queue) == [Quarantine("services.foreign_host")]
    assert course.http.called("POST") == 0


def test_without_a_line_item_in_the_claim_the_links_own_is_found(course, log, queue) -> None:
    log.add(course.launch(**course.fake.ags(lineitem=None)).registration)
    theirs = {"id": "https://lms.example.go.id/ags/9?type_id=1", "resourceLinkId": "other"}
    evil = {"id": "https://evil.example/5", "resourceLinkId": "link-1"}
    ours = {"id": "https://lms.example.go.id/ags/2/lineitems/5/lineitem?type_id=1", "resourceLinkId": "link-1"}
    course.http.answers[f"GET {LIST}"] = json_reply([theirs, evil, "x", ours])
    assert send(course, log, queue) == [Done("200")]
    assert course.http.calls[-3][3]["Accept"] == "application/vnd.ims.lis.v2.lineitemcontainer+json"


def test_a_missing_line_item_is_made_once_for_all(course, log, queue) -> None:
    for subject in ("2", "3"):
        log.add(course.launch(sub=subject, **course.fake.ags(lineitem=None)).registration)
    course.http.answers[f"GET {LIST}"] = json_reply([])
    course.http.answers[f"POST {MADE}"] = json_reply(
        {"id": "https://lms.example.go.id/ags/2/lineitems/5/lineitem?type_id=1"}, 201
    )
    assert send(course, log, queue) == [Done("200"), Done("200")]
    made = [json.loads(call[2]) for call in course.http.calls if call[1] == MADE]
    assert made == [{"scoreMaximum": 100, "label": "Pelayanan", "resourceLinkId": "link-1", "resourceId": ""}]


def test_a_platform_that_lets_us_make_none_is_told_apart(course, log, queue) -> None:
    scope = "https://purl.imsglobal.org/spec/lti-ags/scope/"
    endpoint = course.fake.ags(lineitem=None, scope=[scope + "lineitem.readonly", scope + "score"])
    log.add(course.launch(**endpoint).registration)
    course.http.answers[f"GET {LIST}"] = json_reply([])
    assert send(course, log, queue) == [Quarantine("no_line_item")]


@pytest.mark.parametrize("endpoint", [{"lineitem": None, "lineitems": None}, {"scope": []}])
def test_a_platform_without_a_gradebook_for_us_gets_no_job(course, log, queue, endpoint: dict) -> None:
    log.add(course.launch(**course.fake.ags(**endpoint)).registration)
    assert send(course, log, queue) == []


def body(verb: str, result: dict | None = None, **context) -> bytes:
    statement = {"verb": {"id": verb}, "context": {"registration": "R", **context}}
    return json.dumps(statement | ({"result": result} if result else {})).encode()


@pytest.mark.parametrize(
    ("statement", "score"),
    [
        (body(PASSED, {"score": {"scaled": 0.875}}), 8750),
        (body(FAILED, {"score": {"scaled": 0}}), 0),
        (body(PASSED, {"score": {"raw": 8, "max": 10}}), 8000),
        (body(PASSED, {"score": {"raw": 15, "min": 10, "max": 20}}), 5000),
        (body(COMPLETED, None, extensions={EXT_JP: 200}), 10_000),
        (body(COMPLETED), None), (body(PASSED), None), (body(EXPERIENCED, {"score": {"scaled": 1}}), None),
        (body(PASSED, {"score": {"scaled": 1.5}}), None), (body(FAILED, {"score": {"scaled": -0.5}}), None),
        (body(PASSED, {"score": {"raw": 1, "max": 0}}), None), (b"{", None), (b'{"verb":{"id":"x"}}', None),
    ],
)  # fmt: skip
def test_what_a_statement_is_worth(statement: bytes, score: int | None) -> None:
    assert score_of(statement) == (None if score is None else ("r", score))


def test_scores_go_before_the_query() -> None:
    assert scores_url("https://x/lineitems/5/lineitem?type_id=1") == "https://x/lineitems/5/lineitem/scores?type_id=1"
    assert scores_url("https://x/5/") == "https://x/5/scores"
    assert with_query("https://x/l?type_id=1", {"a": "b c"}) == "https://x/l?type_id=1&a=b+c"
