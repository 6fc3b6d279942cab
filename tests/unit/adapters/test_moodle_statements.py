"""Statements in the shape of logstore_xapi: what a completed course counts for, and what is let be."""

from copy import deepcopy

import pytest

from adapters.moodle import ADAPTER
from tests.unit.adapters.moodle_site import HOME, MODULE, FakeMoodle, connection
from xapi.vocabulary import EXT_BENTUK, EXT_JP, EXT_ORGANISER

LMS_COURSE = "http://id.tincanapi.com/activitytype/lms/course"
EXTERNAL = "https://w3id.org/learning-analytics/learning-management-system/external-id"
SHORT = "https://w3id.org/learning-analytics/learning-management-system/short-id"
COMPLETED = {
    "actor": {"name": "Pegawai Contoh", "account": {"homePage": HOME, "name": "8"}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"id": "completed"}},
    "object": {
        "id": f"{HOME}/course/view.php?id=5",
        "definition": {"type": LMS_COURSE, "name": {"id": "Pelayanan prima"}},
    },
    "timestamp": "2026-03-02T09:00:00+07:00",
    "context": {
        "platform": "Moodle",
        "language": "id",
        "extensions": {"http://lrs.learninglocker.net/define/extensions/info": {"event_name": "course_completed"}},
        "contextActivities": {"grouping": [{"id": HOME}]},
    },
}


def complete(statement, tmp_path, *rows, modules=None):
    path = tmp_path / "kursus.csv"
    path.write_text("Kursus;JP;Bentuk;Penyelenggara;Modul\n" + "\n".join(rows), encoding="utf-8")
    reached = connection(FakeMoodle(), mapping=str(path), modules=modules or {})
    return statement | dict(ADAPTER.statements.completer(reached)(statement))


def about(**definition):
    found = deepcopy(COMPLETED)
    found["object"]["definition"]["extensions"] = definition
    return found


@pytest.mark.parametrize(
    ("row", "statement"),
    [
        ("id:5;3;E-learning;BPSDM;", COMPLETED),
        ("LMS-1;3;E-learning;BPSDM;", about(**{EXTERNAL: "lms-1"})),
        ("PELAYANAN;3;E-learning;BPSDM;", about(**{SHORT: "Pelayanan"})),
    ],
)
def test_a_completed_course_gets_the_jp_of_the_table(tmp_path, row, statement):
    counted = complete(statement, tmp_path, row)

    worth = {EXT_JP: 300, EXT_BENTUK: "e-learning", EXT_ORGANISER: "BPSDM"}
    assert counted["context"]["extensions"] == statement["context"]["extensions"] | worth
    assert counted["context"]["contextActivities"] == statement["context"]["contextActivities"]
    assert counted["object"] == statement["object"]


def test_a_course_that_is_a_module_of_ours_counts_as_it(tmp_path):
    counted = complete(about(**{EXTERNAL: "pelayanan"}), tmp_path, modules={"pelayanan": MODULE})

    assert counted["object"]["id"] == MODULE.iri
    assert counted["context"]["extensions"][EXT_JP] == MODULE.jp


def other(**changes):
    return deepcopy(COMPLETED) | changes


@pytest.mark.parametrize(
    "statement",
    [
        other(object={"id": f"{HOME}/course/view.php?id=6"}),
        other(object={"id": f"{HOME}/mod/quiz/view.php?id=5"}),
        other(object={"id": "https://lain.go.id/course/view.php?id=5"}),
        other(object={"id": f"{HOME}/course/view.php?id=5&x=1"}),
        other(object={"objectType": "Agent", "mbox": "mailto:a@contoh.go.id"}),
        other(verb={"id": "http://id.tincanapi.com/verb/viewed"}),
        other(result={"success": False}),
        other(context={"extensions": {EXT_JP: 100, EXT_BENTUK: "e-learning"}}),
        about(**{EXTERNAL: None}) | {"object": {"id": 5}},
    ],
)
def test_anything_else_is_let_be(tmp_path, statement):
    assert complete(statement, tmp_path, "id:5;3;E-learning;;") == statement


def test_a_course_that_the_table_calls_worth_nothing_is_let_be(tmp_path):
    assert complete(COMPLETED, tmp_path, "id:5;;;;") == COMPLETED


def test_the_steps_to_upload_a_package_name_the_file_and_the_screens():
    steps = ADAPTER.upload_steps("paket.zip", HOME)
    said = "\n".join(text % values for text, values in steps)

    assert "paket.zip" in said
    assert HOME in said
    assert "SCORM package" in said
