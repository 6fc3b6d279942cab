"""Builders: what they make keeps the standard and its profile, and what would break a MUST is refused.

The rules of cmi5 and of the video profile stand here a second time, as tables read from the published profiles.
"""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.builders import account, activity, adl, attendance, cmi5, duration, parts, score, scorm, video
from xapi.errors import StatementError
from xapi.recorder import Recorder
from xapi.validation import validate_statement
from xapi.vocabulary import EXT_BENTUK, EXT_JP

SITI = account("https://desa.example.go.id/", "7")
MODULE = activity("https://example.go.id/modul/es", kind="http://adlnet.gov/expapi/activities/module", name="Es")
SESSION, REGISTRATION = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee", "7a90e6c9-3ef0-4ed3-8b37-7f3964730bee"
CMI5 = "https://w3id.org/xapi/cmi5/"
VIDEO = "https://w3id.org/xapi/video/extensions/"
ADL = "http://adlnet.gov/expapi/verbs/"
NEWER = "https://w3id.org/xapi/adl/verbs/"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def checked(made: dict[str, object]) -> dict[str, object]:
    validate_statement(msgspec.json.encode(made))
    return made


def cmi5_session(**more: object) -> cmi5.Session:
    given = {"registration": REGISTRATION, "session_id": SESSION, "publisher_id": "https://example.go.id/au/1", **more}
    return cmi5.Session(SITI, MODULE, **given)


def video_session(length: float = 60, **more: object) -> video.Session:
    return video.Session(SITI, video.of("https://example.go.id/v/1", "Es"), length, session_id=SESSION, **more)


def refused(call) -> StatementError:
    with pytest.raises(StatementError) as caught:
        call()
    assert caught.value.code == "statement.profile_rule"
    assert caught.value.clause
    return caught.value


PLAIN = ("attempted", "exited", "experienced", "initialized", "interacted", "launched", "registered", "resumed",
         "suspended")  # fmt: skip


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_verb_is_adls_and_is_shown_in_both_languages(name):
    made = checked(getattr(adl, name)(SITI, MODULE, at=NOON))
    assert made["verb"]["id"] == ADL + name
    assert made["verb"]["display"]["en"] == name
    assert set(made["verb"]["display"]) == {"id", "en"}
    assert made["timestamp"] == "2026-03-02T12:00:00.000Z"


@pytest.mark.parametrize(
    ("made", "verb", "result"),
    [
        (adl.completed(SITI, MODULE, spent=90), "completed", {"completion": True, "duration": "PT1M30S"}),
        (adl.passed(SITI, MODULE, score=score(0.9)), "passed", {"score": {"scaled": 0.9}, "success": True}),
        (adl.failed(SITI, MODULE), "failed", {"success": False}),
        (adl.scored(SITI, MODULE, score(raw=7, least=0, most=10)), "scored",
         {"score": {"raw": 7, "min": 0, "max": 10}}),
        (adl.terminated(SITI, MODULE, spent=timedelta(hours=1)), "terminated", {"duration": "PT1H"}),
        (adl.answered(SITI, MODULE, "a[,]b", success=True), "answered", {"response": "a[,]b", "success": True}),
        (adl.progressed(SITI, MODULE, 40), "progressed", {"extensions": {CMI5 + "result/extensions/progress": 40}}),
    ],
)  # fmt: skip
def test_a_verb_with_an_outcome_says_it(made, verb, result):
    assert checked(made)["verb"]["id"] == ADL + verb
    assert made["result"] == result


def test_voiding_points_at_the_statement():
    assert checked(adl.voided(SITI, SESSION))["object"] == {"objectType": "StatementRef", "id": SESSION}


def test_every_verb_of_the_vocabulary_has_words_for_people():
    from xapi import vocabulary

    verbs = {value for module in (vocabulary.adl, vocabulary.video) for value in vars(module).values()
             if isinstance(value, str) and "/verbs/" in value and not value.endswith("/")}  # fmt: skip
    assert verbs == set(parts.DISPLAYS)


@pytest.mark.parametrize(
    "call",
    [
        lambda: adl.progressed(SITI, MODULE, 101),
        lambda: adl.progressed(SITI, MODULE, True),
        lambda: score(),
        lambda: score(float("nan")),
        lambda: duration(-1),
        lambda: duration(float("inf")),
        lambda: adl.experienced(SITI, MODULE, at=datetime(2026, 1, 1)),
        lambda: attendance.attended(SITI, MODULE, NOON, NOON - timedelta(seconds=1)),
        lambda: attendance.attended(SITI, MODULE, NOON.replace(tzinfo=None), NOON.replace(tzinfo=None)),
        lambda: attendance.attended(SITI, MODULE, NOON, NOON, jp=2.5),
        lambda: attendance.attended(SITI, MODULE, NOON, NOON, jp=-1),
        lambda: scorm.Attempt(SITI, MODULE, course="https://a.id/c", attempt=MODULE["id"]),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    refused(call)


@given(st.floats(min_value=0, max_value=1e7))
def test_a_duration_is_one_of_the_standard_and_right_to_the_hundredth(seconds):
    text = duration(seconds)
    checked(adl.completed(SITI, MODULE, spent=seconds))
    hours, _, rest = text.removeprefix("PT").rpartition("H")
    minutes, _, rest = rest.rpartition("M")
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(rest.removesuffix("S") or 0)
    assert total == pytest.approx(seconds, abs=0.0051)


def test_attendance_carries_what_the_audit_counts():
    jayapura = timezone(timedelta(hours=9))
    start = datetime(2026, 3, 2, 9, tzinfo=jayapura)
    event = attendance.event("https://example.go.id/kegiatan/1", "Kelas radio", organiser="BPSDM")
    made = checked(
        attendance.attended(SITI, event, start, start + timedelta(minutes=90), jp=200, bentuk="seminar",
                            certificate="123/2026", instructor=account("https://desa.example.go.id/", "9"))
    )  # fmt: skip
    assert made["verb"]["id"] == ADL + "attended"
    assert made["object"]["definition"]["type"] == "http://activitystrea.ms/schema/1.0/event"
    assert made["result"] == {"completion": True, "duration": "PT1H30M"}
    assert made["context"]["extensions"][EXT_JP] == 200
    assert made["context"]["extensions"][EXT_BENTUK] == "seminar"
    assert made["timestamp"] == "2026-03-02T01:30:00.000Z"


# From the statement templates of the published cmi5 profile: verb, moveon category, result parts that must be there.
CMI5_RULES = {
    "launched": (ADL + "launched", False, {}),
    "initialized": (ADL + "initialized", False, {}),
    "completed": (ADL + "completed", True, {"completion": True, "duration": "PT1M"}),
    "passed": (ADL + "passed", True, {"success": True, "duration": "PT1M"}),
    "failed": (ADL + "failed", True, {"success": False, "duration": "PT1M"}),
    "abandoned": (NEWER + "abandoned", False, {"duration": "PT1M"}),
    "waived": (NEWER + "waived", True,
               {"success": True, "completion": True, "extensions": {CMI5 + "result/extensions/reason": "Tested Out"}}),
    "terminated": (ADL + "terminated", False, {"duration": "PT1M"}),
    "satisfied": (NEWER + "satisfied", False, {}),
}  # fmt: skip
CMI5_CALLS = {
    "launched": lambda s: s.launched("https://example.go.id/au/index.html", "CompletedOrPassed"),
    "initialized": lambda s: s.initialized(),
    "completed": lambda s: s.completed(60),
    "passed": lambda s: s.passed(60),
    "failed": lambda s: s.failed(60),
    "abandoned": lambda s: s.abandoned(60),
    "waived": lambda s: s.waived("Tested Out"),
    "terminated": lambda s: s.terminated(60),
    "satisfied": lambda s: s.satisfied("https://example.go.id/course", "course"),
}


@pytest.mark.conformance
@pytest.mark.parametrize("name", CMI5_RULES)
def test_a_cmi5_statement_has_what_its_template_demands_and_nothing_it_forbids(name):
    verb, moves_on, result = CMI5_RULES[name]
    session = cmi5_session()
    if name not in ("launched", "initialized", "waived", "satisfied", "abandoned"):
        session.initialized()
    made = checked(CMI5_CALLS[name](session))
    context = made["context"]
    categories = [one["id"] for one in context["contextActivities"]["category"]]
    assert made["verb"]["id"] == verb
    assert made.get("result", {}) == result
    assert categories == [CMI5 + "context/categories/cmi5"] + [CMI5 + "context/categories/moveon"] * moves_on
    assert [one["id"] for one in context["contextActivities"]["grouping"]] == ["https://example.go.id/au/1"]
    assert context["extensions"][CMI5 + "context/extensions/sessionid"] == SESSION
    assert context["registration"] == REGISTRATION


@pytest.mark.conformance
def test_launched_says_how_the_unit_was_launched():
    extensions = CMI5_CALLS["launched"](cmi5_session(mastery_score=0.7))["context"]["extensions"]
    prefix = CMI5 + "context/extensions/"
    assert extensions == {
        prefix + "sessionid": SESSION,
        prefix + "launchmode": "Normal",
        prefix + "launchurl": "https://example.go.id/au/index.html",
        prefix + "moveon": "CompletedOrPassed",
        prefix + "launchparameters": "",
        prefix + "masteryscore": 0.7,
    }


@pytest.mark.conformance
@pytest.mark.parametrize(("kind", "type_name"), [("course", "course"), ("block", "block")])
def test_satisfied_is_of_a_course_or_a_block(kind, type_name):
    made = cmi5_session().satisfied("https://example.go.id/course", kind)
    assert made["object"]["definition"]["type"] == CMI5 + "activitytype/" + type_name


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("steps", "clause"),
    [
        (("completed",), "9.3.2"),
        (("terminated",), "9.3.2"),
        (("initialized", "initialized"), "9.3"),
        (("initialized", "completed", "completed"), "9.3"),
        (("initialized", "passed", "failed"), "9.3"),
        (("initialized", "terminated", "completed"), "9.3.8"),
        (("initialized", "abandoned", "terminated"), "9.3.8"),
    ],
)
def test_the_order_of_a_cmi5_session_is_kept(steps, clause):
    session = cmi5_session()
    for step in steps[:-1]:
        CMI5_CALLS[step](session)
    assert refused(lambda: CMI5_CALLS[steps[-1]](session)).clause == f"cmi5 {clause}"


@pytest.mark.conformance
@pytest.mark.parametrize("mode", ["Browse", "Review"])
@pytest.mark.parametrize("verdict", ["completed", "passed", "failed"])
def test_nothing_is_judged_when_someone_only_browses_or_reviews(mode, verdict):
    session = cmi5_session(mode=mode)
    session.initialized()
    assert refused(lambda: CMI5_CALLS[verdict](session)).clause == "cmi5 10.2.2"


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("verdict", "given"),
    [("passed", score(0.69)), ("failed", score(0.7)), ("passed", score(raw=9, least=0, most=10)),
     ("passed", score(0.9, raw=9))],
)  # fmt: skip
def test_a_score_never_contradicts_the_verdict(verdict, given):
    session = cmi5_session(mastery_score=0.7)
    session.initialized()
    assert refused(lambda: getattr(session, verdict)(60, score=given)).clause.startswith("cmi5 9")


@pytest.mark.parametrize(
    "call",
    [
        lambda: cmi5_session(mastery_score=1.1),
        lambda: cmi5_session(session_id=""),
        lambda: cmi5_session().waived(""),
        lambda: cmi5.Session({"mbox": "mailto:a@b.id"}, MODULE, registration=REGISTRATION, session_id=SESSION,
                             publisher_id="https://a.id"),
    ],
)  # fmt: skip
def test_a_cmi5_session_that_cannot_be_is_refused(call):
    assert refused(call).clause.startswith("cmi5")


# From the statement templates of the published video profile, version 1.0.3: what `result` must have.
VIDEO_RULES = {
    "initialized": (ADL + "initialized", set(), set()),
    "played": ("https://w3id.org/xapi/video/verbs/played", {"time"}, set()),
    "paused": ("https://w3id.org/xapi/video/verbs/paused", {"time", "progress", "played-segments"}, set()),
    "seeked": ("https://w3id.org/xapi/video/verbs/seeked", {"time-from", "time-to"}, set()),
    "completed": (ADL + "completed", {"time", "progress", "played-segments"}, {"completion", "duration"}),
    "terminated": (ADL + "terminated", {"time", "progress", "played-segments"}, set()),
}


@pytest.mark.conformance
def test_a_video_session_has_what_its_templates_demand():
    session = video_session(threshold=0.9)
    statements = {
        "initialized": session.initialized(),
        "played": session.played(0),
        "seeked": session.seeked(30, 30),
        "paused": session.paused(60),
        "completed": session.completed(60, spent=61),
        "terminated": session.terminated(60),
    }
    for name, (verb, extensions, parts_of_result) in VIDEO_RULES.items():
        made = checked(statements[name])
        result = made.get("result", {})
        assert made["verb"]["id"] == verb
        assert {key.removeprefix(VIDEO) for key in result.get("extensions", {})} == extensions
        assert set(result) - {"extensions"} == parts_of_result
        assert made["object"]["definition"]["type"] == "https://w3id.org/xapi/video/activity-type/video"
        assert made["context"]["contextActivities"]["category"][0]["id"] == "https://w3id.org/xapi/video"
        assert made["context"]["extensions"] == {
            VIDEO + "length": 60.0,
            VIDEO + "session-id": SESSION,
            VIDEO + "completion-threshold": 0.9,
        }


def test_progress_and_segments_follow_from_what_was_played():
    session = video_session()
    session.initialized()
    session.played(0)
    session.paused(20)
    session.played(10)
    session.seeked(25, 50)
    extensions = session.paused(60)["result"]["extensions"]
    assert extensions[VIDEO + "played-segments"] == "0.000[.]20.000[,]10.000[.]25.000[,]50.000[.]60.000"
    assert extensions[VIDEO + "progress"] == round(35 / 60, 3)


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), max_size=8))
def test_progress_is_never_more_than_the_whole_and_never_falls(jumps):
    session = video_session()
    session.initialized()
    session.played(0)
    before = 0.0
    for start, end in jumps:
        session.seeked(start, end)
        assert before <= session.progress <= 1
        before = session.progress
    checked(session.terminated(60))


@pytest.mark.conformance
def test_a_video_is_not_completed_before_its_threshold():
    session = video_session()
    session.initialized()
    session.played(0)
    refused(lambda: session.completed(30, spent=30))


@pytest.mark.parametrize(
    "call",
    [
        lambda: video_session().played(0),
        lambda: video_session(0),
        lambda: video_session(float("inf")),
        lambda: video_session(threshold=0),
        lambda: (session := video_session(), session.initialized(), session.played(61)),
        lambda: (session := video_session(), session.initialized(), session.initialized()),
        lambda: (session := video_session(), session.initialized(), session.terminated(0), session.played(0)),
    ],
)
def test_a_video_session_that_cannot_be_is_refused(call):
    refused(call)


@pytest.mark.conformance
def test_a_scorm_attempt_names_its_course_its_attempt_and_the_profile():
    attempt = scorm.Attempt(SITI, MODULE, course="https://a.id/c", attempt=f"{MODULE['id']}?attemptId={SESSION}")
    made = [
        attempt.initialized(), attempt.suspended(60), attempt.resumed(), attempt.completed(),
        attempt.passed(score=score(0.8)), attempt.failed(), attempt.scored(score(0.8)),
        attempt.responded(activity("https://a.id/q"), "a", success=True),
        attempt.terminated(90, completion=True, success=True, score=score(0.8)),
    ]  # fmt: skip
    names = [one["verb"]["id"].removeprefix(ADL) for one in map(checked, made)]
    assert names == ["initialized", "suspended", "resumed", "completed", "passed", "failed", "scored", "responded",
                     "terminated"]  # fmt: skip
    for one in made:
        around = one["context"]["contextActivities"]
        assert [thing["id"] for thing in around["category"]] == ["https://w3id.org/xapi/scorm"]
        assert [thing["definition"]["type"].rpartition("/")[2] for thing in around["grouping"]] == ["course", "attempt"]


def test_what_a_builder_makes_is_recorded_as_it_is(tmp_path):
    with Recorder.open(tmp_path / "outbox.db") as recorder:
        given = recorder.record(adl.completed(SITI, MODULE, spent=5))
        assert uuid.UUID(given)
        assert msgspec.json.decode(recorder.recorded(given))["result"] == {"completion": True, "duration": "PT5S"}
