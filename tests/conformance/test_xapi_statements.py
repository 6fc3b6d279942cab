"""Clauses of xAPI 1.0.3 on statements and their resources, each asked of the LRS over its web door.

Data: https://github.com/adlnet/xAPI-Spec/blob/1.0.3/xAPI-Data.md, Communication: …/xAPI-Communication.md.
"""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from xapi.lrs.web import blueprint
from xapi.testing import INSTITUTION, embedded_lrs, encoded, make_agent, make_statement
from xapi.vocabulary import COMPLETED, VOIDED

pytestmark = pytest.mark.conformance

MODULE = "https://example.com/modul"
ID = "00000000-0000-4000-8000-00000000000a"
OTHER = "00000000-0000-4000-8000-00000000000b"
REFERENCE = {"objectType": "StatementRef", "id": ID}
Ask = Callable[..., TestResponse]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    house = embedded_lrs(tmp_path)
    new = house.credentials.add(INSTITUTION, "uji", ["all"], "foreign")
    pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3"}
    app = Flask("uji")
    app.register_blueprint(blueprint(house.lrs, house.credentials, house.clock))
    client = app.test_client()

    def send(method: str, path: str, value: Any = None, **query: str) -> TestResponse:
        house.clock.advance(seconds=1)
        body = None if value is None else encoded(value)
        kind = None if value is None else "application/json"
        return client.open(
            f"/xapi/{path}", method=method, data=body, headers=headers, content_type=kind, query_string=query
        )

    return send


def store(ask: Ask, *statements: dict[str, Any]) -> list[str]:
    response = ask("POST", "statements", list(statements))
    assert response.status_code == 200, response.json
    return response.json


def get(ask: Ask, statement_id: str = ID) -> dict[str, Any]:
    return ask("GET", "statements", statementId=statement_id).json


def found(ask: Ask, **query: str) -> list[str]:
    return [one["id"] for one in ask("GET", "statements", **query).json["statements"]]


REFUSED = {
    "Data 2.2: a null outside extensions": make_statement(result={"success": "HERE"}),
    "Data 2.2: a property that the standard does not have": make_statement(extra=1),
    "Data 2.2: a key in other case": {**make_statement(verb=None), "Verb": {"id": MODULE}},
    "Data 2.2: a string for a boolean": make_statement(result={"success": "true"}),
    "Data 2.2: an IRI without a scheme": make_statement(verb={"id": "lulus"}),
    "Data 2.2: a language tag that is none": make_statement(verb={"id": MODULE, "display": {"bahasa indonesia": "x"}}),
    "Data 2.3.2: voided without a StatementRef": make_statement(verb={"id": VOIDED}),
    "Data 2.4: no actor": make_statement(actor=None),
    "Data 2.4: no verb": make_statement(verb=None),
    "Data 2.4: no object": make_statement(object=None),
    "Data 2.4.1: an id that is no UUID": make_statement(id="1"),
    "Data 2.4.2.1: an Agent without identifier": make_statement(actor={"name": "Siti"}),
    "Data 2.4.2.2: an anonymous Group without members": make_statement(actor={"objectType": "Group"}),
    "Data 2.4.2.2: a Group in a Group": make_statement(
        actor={"objectType": "Group", "member": [{"objectType": "Group", "mbox": "mailto:a@b.c"}]}
    ),
    "Data 2.4.2.3: two identifiers": make_statement(actor={**make_agent(), "mbox": "mailto:a@b.c"}),
    "Data 2.4.2.3: an mbox without mailto": make_statement(actor={"mbox": "a@b.c"}),
    "Data 2.4.2.4: an account without home page": make_statement(actor={"account": {"name": "a"}}),
    "Data 2.4.4: an unknown objectType": make_statement(object={"objectType": "Verb", "id": MODULE}),
    "Data 2.4.4.1: an unknown interactionType": make_statement(
        object={"id": MODULE, "definition": {"interactionType": "x"}}
    ),
    "Data 2.4.4.3: a SubStatement in a SubStatement": make_statement(
        object=make_statement(objectType="SubStatement", object=make_statement(objectType="SubStatement"))
    ),
    "Data 2.4.4.3: a SubStatement with an id": make_statement(object=make_statement(objectType="SubStatement", id=ID)),
    "Data 2.4.4.3: a StatementRef without id": make_statement(object={"objectType": "StatementRef"}),
    "Data 2.4.5.1: scaled above 1": make_statement(result={"score": {"scaled": 1.01}}),
    "Data 2.4.5.1: raw below min": make_statement(result={"score": {"raw": 0, "min": 1}}),
    "Data 2.4.6: a registration that is no UUID": make_statement(context={"registration": "1"}),
    "Data 2.4.6: a team that is an Agent": make_statement(context={"team": make_agent()}),
    "Data 2.4.6: platform though the object is an Agent": make_statement(
        object=make_agent(), context={"platform": "x"}
    ),
    "Data 2.4.9: an authority of three": make_statement(
        authority={"objectType": "Group", "member": [make_agent("a"), make_agent("b"), make_agent("c")]}
    ),
    "Data 2.4.10: a version other than 1.0.x": make_statement(version="1.1.0"),
    "Data 2.4.11: an attachment without usageType": make_statement(
        attachments=[{"display": {}, "contentType": "a/b", "length": 1, "sha2": "0" * 64, "fileUrl": MODULE}]
    ),
    "Data 4.1: extensions with a key that is no IRI": make_statement(context={"extensions": {"jp": 200}}),
    "Data 4.5: a timestamp with the offset -00:00": make_statement(timestamp="2026-03-02T08:00:00-00:00"),
    "Data 4.6: a duration that is none": make_statement(result={"duration": "2 jam"}),
}


@pytest.mark.parametrize("clause", REFUSED)
def test_what_a_clause_forbids_is_answered_with_400_and_not_stored(ask: Ask, clause: str) -> None:
    statement = json.loads(json.dumps(REFUSED[clause]).replace('"HERE"', "null"))
    response = ask("POST", "statements", [make_statement(), statement])

    assert response.status_code == 400
    assert response.json["path"].startswith("$[1]")
    assert found(ask) == []


class TestData:
    def test_2_3_1_a_stored_statement_never_changes(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID))
        before = get(ask)

        assert ask("PUT", "statements", make_statement(verb={"id": COMPLETED}), statementId=ID).status_code == 409
        assert get(ask) == before

    def test_2_3_2_a_voided_statement_is_returned_by_voided_statement_id_only(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID))
        store(ask, make_statement(id=OTHER, verb={"id": VOIDED}, object=REFERENCE))

        assert ask("GET", "statements", statementId=ID).status_code == 404
        assert ask("GET", "statements", voidedStatementId=ID).json["id"] == ID
        assert found(ask) == [OTHER]

    def test_2_3_2_a_voiding_statement_cannot_be_voided(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID, verb={"id": VOIDED}, object={**REFERENCE, "id": OTHER}))
        store(ask, make_statement(verb={"id": VOIDED}, object=REFERENCE))

        assert get(ask)["id"] == ID

    def test_2_4_1_the_lrs_gives_an_id(self, ask: Ask) -> None:
        (made,) = store(ask, make_statement())

        assert get(ask, made)["id"] == made

    def test_2_4_6_2_a_single_context_activity_is_returned_as_a_list(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID, context={"contextActivities": {"category": {"id": MODULE}}}))

        assert get(ask)["context"]["contextActivities"] == {"category": [{"id": MODULE}]}

    def test_2_4_7_the_timestamp_is_stored_when_none_is_given(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID))
        stored = get(ask)

        assert stored["timestamp"] == stored["stored"]

    def test_2_4_8_stored_is_set_by_the_lrs(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID, stored="2001-01-01T00:00:00Z"))

        assert get(ask)["stored"].startswith("2026-03-02T01:00:0")

    def test_2_4_9_authority_is_set_by_the_lrs(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID, authority=make_agent("orang-lain")))

        assert get(ask)["authority"]["account"]["name"] != "orang-lain"

    def test_2_4_10_a_statement_without_version_is_1_0_0_and_others_keep_theirs(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID), make_statement(id=OTHER, version="1.0.2"))

        assert (get(ask)["version"], get(ask, OTHER)["version"]) == ("1.0.0", "1.0.2")

    def test_4_1_extensions_may_hold_null(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID, context={"extensions": {MODULE: {"x": None}}}))

        assert get(ask)["context"]["extensions"] == {MODULE: {"x": None}}

    def test_4_5_a_timestamp_keeps_at_least_milliseconds(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID, timestamp="2026-03-02T08:00:00.123456+07:00"))

        assert get(ask)["timestamp"] == "2026-03-02T08:00:00.123456+07:00"

    def test_4_6_a_duration_is_compared_to_hundredths_of_a_second(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID, result={"duration": "PT1.236S"}))

        assert (
            ask("PUT", "statements", make_statement(result={"duration": "PT1.239S"}), statementId=ID).status_code == 204
        )
        assert (
            ask("PUT", "statements", make_statement(result={"duration": "PT1.24S"}), statementId=ID).status_code == 409
        )


class TestCommunication:
    def test_1_1_head_answers_like_get_without_body(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID))
        head = ask("HEAD", "statements", statementId=ID)

        assert (head.status_code, head.data) == (200, b"")
        assert "ETag" in head.headers

    def test_2_1_2_a_batch_with_one_id_twice_is_refused(self, ask: Ask) -> None:
        assert ask("POST", "statements", [make_statement(id=ID), make_statement(id=ID)]).status_code == 400

    def test_2_1_3_every_get_says_through_when_it_is_consistent(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID))
        for query in ({}, {"statementId": ID}, {"statementId": OTHER}, {"limit": "x"}):
            assert ask("GET", "statements", **query).headers["X-Experience-API-Consistent-Through"].endswith("Z")

    def test_2_1_3_statements_are_returned_newest_first_unless_ascending(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID))
        store(ask, make_statement(id=OTHER))

        assert found(ask) == [OTHER, ID]
        assert found(ask, ascending="true") == [ID, OTHER]

    def test_2_1_3_since_is_exclusive_and_until_inclusive(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID))
        store(ask, make_statement(id=OTHER))
        moment = get(ask)["stored"]

        assert (found(ask, since=moment), found(ask, until=moment)) == ([OTHER], [ID])

    def test_2_1_3_a_statement_id_goes_with_attachments_and_format_only(self, ask: Ask) -> None:
        for name in (
            "agent",
            "verb",
            "activity",
            "registration",
            "related_activities",
            "since",
            "until",
            "limit",
            "ascending",
        ):
            assert ask("GET", "statements", statementId=ID, **{name: "true"}).status_code == 400

    def test_2_1_3_statements_that_refer_to_a_match_are_returned_too(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID, object={"id": MODULE}))
        store(ask, make_statement(id=OTHER, object=REFERENCE, verb={"id": COMPLETED}))

        assert found(ask, activity=MODULE) == [OTHER, ID]

    def test_2_1_3_the_format_ids_leaves_identifiers_only(self, ask: Ask) -> None:
        store(ask, make_statement(object={"id": MODULE, "definition": {"name": {"id": "Modul"}}}))
        (statement,) = ask("GET", "statements", format="ids").json["statements"]

        assert statement["object"] == {"id": MODULE}

    def test_2_1_3_more_continues_and_is_empty_at_the_end(self, ask: Ask) -> None:
        store(ask, make_statement(id=ID), make_statement(id=OTHER))
        first = ask("GET", "statements", limit="1").json
        second = ask("GET", first["more"].removeprefix("/xapi/")).json

        assert [one["id"] for one in first["statements"] + second["statements"]] == [OTHER, ID]
        assert second["more"] == ""

    def test_2_8_about_tells_the_versions(self, ask: Ask) -> None:
        assert "1.0.3" in ask("GET", "about").json["version"]

    def test_3_2_an_unknown_parameter_or_one_in_other_case_is_refused(self, ask: Ask) -> None:
        assert ask("GET", "statements", foo="bar").status_code == 400
        assert ask("GET", "statements", Verb=COMPLETED).status_code == 400

    def test_3_3_every_answer_tells_its_version(self, ask: Ask) -> None:
        for path in ("about", "statements", "activities/state", "tidak-ada"):
            assert ask("GET", path).headers["X-Experience-API-Version"] == "1.0.3"
