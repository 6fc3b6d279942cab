"""`statements/read/mine`: only statements that the credential has stored itself, by whatever way one asks."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from xapi.lrs.web import blueprint
from xapi.testing import INSTITUTION, EmbeddedLrs, embedded_lrs, encoded, make_agent, make_statement
from xapi.vocabulary import PASSED, VOIDED

MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"
OTHER = "00000000000000000000000000000002"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"
MINE, THEIRS = 0, 1


def number(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


def pointing(n: int, at: int, **changes: Any) -> dict[str, Any]:
    return make_statement(id=number(n), object={"objectType": "StatementRef", "id": number(at)}, **changes)


class Bench:
    """An LRS with two credentials that write and read their own, and one that reads all."""

    def __init__(self, place: Path | str) -> None:
        self.house: EmbeddedLrs = embedded_lrs(place)
        app = Flask("uji")
        app.register_blueprint(blueprint(self.house.lrs, self.house.credentials, self.house.clock))
        self.client = app.test_client()
        own = ["statements/write", "statements/read/mine"]
        self.headers = [self._credential(*own), self._credential(*own), self._credential("all/read")]

    def _credential(self, *scopes: str) -> dict[str, str]:
        new = self.house.credentials.add(INSTITUTION, "uji", scopes, "foreign")
        pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3"}

    def store(self, who: int, *statements: dict[str, Any]) -> None:
        for one in statements:
            self.house.clock.advance(seconds=1)
            answer = self.client.post(
                "/xapi/statements", data=encoded(one), headers=self.headers[who], content_type="application/json"
            )
            assert answer.status_code == 200, answer.text

    def get(self, who: int, path: str = "/xapi/statements", **query: Any) -> Any:
        return self.client.get(path, headers=self.headers[who], query_string=query)

    def found(self, who: int, **query: Any) -> list[int]:
        return [int(one["id"][-12:]) for one in self.get(who, **query).json["statements"]]


@pytest.fixture
def bench(place: Path | str) -> Bench:
    return Bench(place)


def test_a_list_holds_ones_own_alone(bench: Bench) -> None:
    bench.store(MINE, make_statement(id=number(1)))
    bench.store(THEIRS, make_statement(id=number(2)))
    bench.store(MINE, make_statement(id=number(3)))

    assert bench.found(MINE) == [3, 1]
    assert bench.found(THEIRS, ascending="true") == [2]
    assert bench.found(2) == [3, 2, 1]


def test_before_the_first_statement_there_is_nothing_and_no_error(bench: Bench) -> None:
    bench.store(THEIRS, make_statement(id=number(1)))

    assert bench.found(MINE) == bench.found(MINE, verb=PASSED) == []
    assert bench.get(MINE, statementId=number(1)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"agent": json.dumps(make_agent())},
        {"verb": PASSED},
        {"activity": MODULE},
        {"registration": REGISTRATION},
        {"agent": json.dumps(make_agent()), "related_agents": "true"},
        {"activity": MODULE, "related_activities": "true"},
        {"agent": json.dumps(make_agent()), "verb": PASSED, "activity": MODULE, "registration": REGISTRATION},
        {"since": "2026-03-02T01:00:00Z"},
        {"until": "2027-01-01T00:00:00Z", "ascending": "true"},
        {"verb": PASSED, "format": "ids"},
        {"activity": MODULE, "format": "canonical", "attachments": "false"},
    ],
)
def test_every_filter_holds_ones_own_alone(bench: Bench, query: dict[str, str]) -> None:
    for n in range(1, 7):
        bench.store(n % 2, make_statement(id=number(n), context={"registration": REGISTRATION}))

    assert sorted(bench.found(MINE, **query)) == [2, 4, 6]
    assert sorted(bench.found(THEIRS, **query)) == [1, 3, 5]
    assert sorted(bench.found(2, **query)) == [1, 2, 3, 4, 5, 6]


def test_the_agent_of_anothers_authority_finds_nothing_of_theirs(bench: Bench) -> None:
    bench.store(THEIRS, make_statement(id=number(1)))
    bench.store(MINE, make_statement(id=number(2)))
    authority = bench.get(2, statementId=number(1)).json["authority"]

    assert bench.found(MINE, agent=json.dumps(authority), related_agents="true") == []


def test_more_leads_through_ones_own_alone(bench: Bench) -> None:
    for n in range(1, 12):
        bench.store(n % 2, make_statement(id=number(n)))
    answer, seen = bench.get(MINE, limit=2).json, []
    while True:
        seen += [int(one["id"][-12:]) for one in answer["statements"]]
        if not answer["more"]:
            break
        answer = bench.get(MINE, answer["more"]).json

    assert seen == [10, 8, 6, 4, 2]


def test_a_more_link_of_a_reader_of_all_gives_ones_own_alone(bench: Bench) -> None:
    for n in range(1, 9):
        bench.store(n % 2, make_statement(id=number(n)))
    link = bench.get(2, limit=3).json["more"]

    assert [int(one["id"][-12:]) for one in bench.get(MINE, link).json["statements"]] == [4, 2]


def test_by_id_anothers_statement_is_not_there(bench: Bench) -> None:
    bench.store(MINE, make_statement(id=number(1)))
    bench.store(THEIRS, make_statement(id=number(2)))

    assert bench.get(MINE, statementId=number(1)).status_code == 200
    assert bench.get(MINE, statementId=number(2)).status_code == 404
    assert bench.get(2, statementId=number(2)).status_code == 200


def test_a_voided_statement_is_there_for_its_author_alone(bench: Bench) -> None:
    bench.store(THEIRS, make_statement(id=number(1)))
    bench.store(MINE, pointing(2, 1, verb={"id": VOIDED}))

    assert bench.get(MINE, voidedStatementId=number(1)).status_code == 404
    assert bench.get(THEIRS, voidedStatementId=number(1)).status_code == 200
    assert bench.found(THEIRS) == []
    assert bench.found(MINE) == [2]


def test_what_refers_to_a_match_is_found_when_it_is_ones_own(bench: Bench) -> None:
    """Communication 2.1.3: a statement matches by what it refers to; whose it is counts for itself alone."""
    bench.store(THEIRS, make_statement(id=number(1)))
    bench.store(MINE, make_statement(id=number(2)), pointing(3, 1), pointing(4, 2))
    bench.store(THEIRS, pointing(5, 2), pointing(6, 1))

    assert sorted(bench.found(MINE, activity=MODULE)) == [2, 3, 4]
    assert sorted(bench.found(THEIRS, activity=MODULE)) == [1, 5, 6]
    assert sorted(bench.found(MINE)) == [2, 3, 4]
    assert sorted(bench.found(MINE, verb=PASSED, limit=2)) == [3, 4]


def test_the_same_agent_in_another_institution_is_another_credential(bench: Bench) -> None:
    bench.store(MINE, make_statement(id=number(1)))
    new = bench.house.credentials.add(OTHER, "uji", ["statements/write", "statements/read/mine"], "foreign")
    pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
    bench.headers.append({**bench.headers[0], "Authorization": f"Basic {pair}"})
    bench.store(3, make_statement(id=number(1)))

    assert bench.found(3) == [1]
    authorities = [bench.get(who, statementId=number(1)).json["authority"]["account"] for who in (MINE, 3)]
    assert authorities[0]["homePage"] != authorities[1]["homePage"]


def test_a_wider_scope_beside_it_reads_all(bench: Bench) -> None:
    bench.headers.append(bench._credential("statements/read/mine", "statements/read"))
    bench.store(MINE, make_statement(id=number(1)))

    assert bench.found(3) == [1]
