"""Clauses of xAPI 1.0.3 Communication 2.1.3, 2.4, 2.5 and Data 2.4.4.1: persons, activities, canonical definitions."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from xapi.lrs.principal import LaunchGrant
from xapi.testing import INSTITUTION, EmbeddedLrs, make_agent, make_statement

pytestmark = pytest.mark.conformance

Ask = Callable[..., TestResponse]
MODULE = "https://example.com/modul"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"
AGENTS = {
    "mbox": "mailto:siti@example.com",
    "mbox_sha1sum": "0" * 40,
    "openid": "https://siti.example.com",
    "account": {"homePage": "https://example.com", "name": "siti"},
}


def activity(iri: str = MODULE, **definition: Any) -> dict[str, Any]:
    return {"objectType": "Activity", "id": iri, "definition": definition}


def tell(ask: Ask, *things: dict[str, Any], **options: Any) -> None:
    """Stores a statement about each of `things`, in one batch."""
    response = ask("POST", "statements", [make_statement(object=thing) for thing in things], **options)
    assert response.status_code == 200, response.json


def known(ask: Ask, iri: str = MODULE, **options: Any) -> Any:
    return ask("GET", "activities", activityId=iri, **options).json


class TestPerson:
    """Communication 2.4"""

    @pytest.mark.parametrize("identifier", AGENTS)
    def test_every_identifier_comes_in_a_list(self, ask: Ask, identifier: str) -> None:
        agent = {identifier: AGENTS[identifier], "name": "Siti"}
        response = ask("GET", "agents", agent=json.dumps(agent))

        assert response.json == {"objectType": "Person", identifier: [AGENTS[identifier]], "name": ["Siti"]}

    def test_names_come_from_the_statements_of_the_agent(self, ask: Ask) -> None:
        for name in ("Siti", "Siti Aminah", "Siti"):
            ask("POST", "statements", make_statement(actor=make_agent(name=name)))
        ask("POST", "statements", make_statement(actor=make_agent("lain", name="Budi"), object=make_agent()))
        response = ask("GET", "agents", agent=json.dumps(make_agent(name="S. Aminah")))

        assert response.json["name"] == ["S. Aminah", "Siti", "Siti Aminah"]

    def test_an_agent_never_seen_is_a_person_without_name(self, ask: Ask) -> None:
        account = make_agent()["account"]

        assert ask("GET", "agents", agent=json.dumps(make_agent())).json == {
            "objectType": "Person",
            "account": [account],
        }

    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"agent": "true"},
            {"agent": "{}"},
            {"agent": '{"name":"Siti"}'},
            {"agent": json.dumps({"objectType": "Group", "mbox": "mailto:a@example.com"})},
            {"Agent": json.dumps(make_agent())},
            {"agent": json.dumps(make_agent()), "since": "2026-01-01T00:00:00Z"},
            {"agent": json.dumps(make_agent("198501012099031001"))},
        ],
        ids=str,
    )
    def test_what_is_no_agent_is_refused(self, ask: Ask, query: dict[str, str]) -> None:
        assert ask("GET", "agents", **query).status_code == 400


class TestActivity:
    """Communication 2.5"""

    @pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
    def test_an_activity_never_seen_is_an_activity_without_definition(self, ask: Ask, version: str) -> None:
        assert known(ask, version=version) == {"objectType": "Activity", "id": MODULE}

    def test_the_definition_comes_as_it_was_sent(self, ask: Ask) -> None:
        thing = activity(
            name={"id": "Modul"},
            type="https://example.com/jenis",
            moreInfo="https://example.com/info",
            extensions={"https://example.com/x": [1.10, None]},
        )
        tell(ask, thing)

        assert known(ask) == thing

    def test_all_statements_add_to_the_definition_and_the_last_counts(self, ask: Ask) -> None:
        tell(
            ask,
            activity(
                name={"id": "Modul", "en": "Module"}, extensions={"https://example.com/x": 1}, type="https://e.x/1"
            ),
            activity(name={"id": "Modul Baru", "jv": "Modul"}, extensions={"https://example.com/y": 2}),
        )
        tell(ask, activity(description={"id": "Isi"}, type="https://e.x/2"))

        assert known(ask)["definition"] == {
            "name": {"id": "Modul Baru", "en": "Module", "jv": "Modul"},
            "description": {"id": "Isi"},
            "extensions": {"https://example.com/x": 1, "https://example.com/y": 2},
            "type": "https://e.x/2",
        }

    def test_what_was_said_before_counts_again_when_it_is_said_again(self, ask: Ask) -> None:
        old, new = activity(name={"id": "Lama"}), activity(name={"id": "Baru"})
        for things in ((old, new, old), (new,), (old,)):
            tell(ask, *things)
            assert known(ask)["definition"] == things[-1]["definition"]

    def test_the_components_of_an_interaction_go_with_its_type(self, ask: Ask) -> None:
        tell(ask, activity(interactionType="choice", choices=[{"id": "a"}], correctResponsesPattern=["a"]))
        tell(ask, activity(name={"id": "Soal"}))
        assert known(ask)["definition"]["choices"] == [{"id": "a"}]
        tell(ask, activity(interactionType="likert", scale=[{"id": "1"}]))

        assert known(ask)["definition"] == {
            "name": {"id": "Soal"},
            "interactionType": "likert",
            "scale": [{"id": "1"}],
        }

    def test_context_and_substatements_define_activities_too(self, ask: Ask) -> None:
        things = [activity(f"{MODULE}/{number}", name={"id": str(number)}) for number in range(4)]
        inner = make_statement(object=things[0], context={"contextActivities": {"other": things[1]}})
        context = {"contextActivities": {"parent": [things[2]], "category": things[3]}}
        ask("POST", "statements", make_statement(object={**inner, "objectType": "SubStatement"}, context=context))

        assert [known(ask, thing["id"]) for thing in things] == things

    def test_a_definition_grows_to_a_bound_only(self, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("xapi.lrs.store.definitions.MOST_BYTES", 100)
        tell(ask, activity(name={"id": "Modul"}), activity(name={"en": "x" * 100}))

        assert known(ask)["definition"] == {"name": {"id": "Modul"}}

    def test_a_refused_batch_defines_nothing(self, ask: Ask) -> None:
        statement = make_statement(id=REGISTRATION, object=activity(name={"id": "Satu"}))
        ask("POST", "statements", statement)
        other = make_statement(id=REGISTRATION, object=activity("https://example.com/lain", name={"id": "Dua"}))
        assert (
            ask("POST", "statements", [make_statement(object=activity(name={"id": "Tiga"})), other]).status_code == 409
        )

        assert known(ask)["definition"] == {"name": {"id": "Satu"}}
        assert "definition" not in known(ask, "https://example.com/lain")
        tell(ask, activity(name={"id": "Tiga"}))
        assert known(ask)["definition"] == {"name": {"id": "Tiga"}}

    def test_iris_are_compared_as_texts(self, ask: Ask) -> None:
        tell(ask, activity("https://example.com/a/../modul", name={"id": "Modul"}))

        assert "definition" not in known(ask, "https://example.com/modul")
        assert known(ask, "https://example.com/a/../modul")["id"] == "https://example.com/a/../modul"

    @pytest.mark.parametrize("query", [{}, {"activityId": "modul"}, {"activityid": MODULE}])
    def test_activity_id_must_be_an_iri(self, ask: Ask, query: dict[str, str]) -> None:
        assert ask("GET", "activities", **query).status_code == 400

    def test_an_institution_has_its_own_definitions(self, ask: Ask, authorization: Callable[..., str]) -> None:
        other = {"Authorization": authorization(institution="00000000000000000000000000000002")}
        tell(ask, activity(name={"id": "Kita"}))
        tell(ask, activity(name={"id": "Mereka"}), headers=other)

        assert known(ask)["definition"]["name"] == {"id": "Kita"}
        assert known(ask, headers=other)["definition"]["name"] == {"id": "Mereka"}


class TestCanonical:
    """Communication 2.1.3, format"""

    def found(self, ask: Ask, language: str) -> Any:
        headers = {"Accept-Language": language}
        return ask("GET", "statements", format="canonical", headers=headers, verb=make_statement()["verb"]["id"]).json[
            "statements"
        ]

    def test_activities_have_their_canonical_definition_in_one_language(self, ask: Ask) -> None:
        tell(ask, activity(name={"id": "Modul", "en": "Module"}, type="https://example.com/jenis"))
        ask("POST", "statements", make_statement(object={"id": MODULE}))
        definition = {"name": {"en": "Module"}, "type": "https://example.com/jenis"}

        assert [one["object"]["definition"] for one in self.found(ask, "en-GB")] == [definition, definition]

    def test_context_activities_have_it_too(self, ask: Ask) -> None:
        tell(ask, activity(name={"id": "Modul", "en": "Module"}))
        context = {"contextActivities": {"parent": [{"id": MODULE}]}}
        ask("POST", "statements", make_statement(object={"id": MODULE + "/1"}, context=context))
        newest = self.found(ask, "id")[0]

        assert newest["context"]["contextActivities"]["parent"][0]["definition"] == {"name": {"id": "Modul"}}
        assert "definition" not in newest["object"]

    def test_exact_leaves_a_statement_as_it_is(self, ask: Ask) -> None:
        tell(ask, activity(name={"id": "Modul"}))
        ask("POST", "statements", make_statement(object={"id": MODULE}))

        assert ask("GET", "statements", limit="1").json["statements"][0]["object"] == {"id": MODULE}


class TestLaunch:
    """A launch has its statements and its state, nothing else."""

    @pytest.fixture
    def launch(self, house: EmbeddedLrs) -> dict[str, str]:
        grant = LaunchGrant(make_agent(), MODULE, REGISTRATION, house.clock() + timedelta(hours=1), {})
        return {"Authorization": f"Bearer {house.credentials.grant(INSTITUTION, grant)}"}

    @pytest.mark.parametrize("path", ["agents", "activities", "agents/profile", "activities/profile"])
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE"])
    def test_other_resources_are_closed_to_it(self, ask: Ask, launch: dict[str, str], path: str, method: str) -> None:
        about = {"agent": json.dumps(make_agent())} if path.startswith("agents") else {"activityId": MODULE}
        named = {"profileId": "satu"} if path.endswith("profile") else {}
        body = {} if method in ("PUT", "POST") else None
        response = ask(method, path, body, headers={**launch, "If-None-Match": "*"}, **about, **named)

        assert response.status_code in (403, 405)
        assert response.status_code == 403 or not named

    def test_it_sends_no_contents(self, ask: Ask, launch: dict[str, str]) -> None:
        statement = json.dumps(make_statement(object={"id": MODULE}, context={"registration": REGISTRATION})).encode()
        digest = b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        body = (
            b"--b\r\nContent-Type: application/json\r\n\r\n%b\r\n--b\r\nContent-Transfer-Encoding: binary\r\n"
            b"X-Experience-API-Hash: %b\r\n\r\nabc\r\n--b--" % (statement, digest)
        )

        assert ask("POST", "statements", body, kind="multipart/mixed; boundary=b", headers=launch).status_code == 403

    def test_it_adds_to_its_own_activity_and_replaces_nothing(self, ask: Ask, launch: dict[str, str]) -> None:
        tell(ask, activity(name={"id": "Modul"}))
        outside = activity("https://example.com/lain", name={"id": "Palsu"})
        inside = activity(MODULE + "#1", name={"id": "Soal"})
        context = {"registration": REGISTRATION, "contextActivities": {"other": [outside, inside]}}
        own = activity(name={"id": "Palsu", "en": "Module"})
        for _ in range(2):
            response = ask("POST", "statements", make_statement(object=own, context=context), headers=launch)
            assert response.status_code == 200

        assert known(ask)["definition"]["name"] == {"id": "Modul", "en": "Module"}
        assert known(ask, inside["id"]) == inside
        assert "definition" not in known(ask, outside["id"])
