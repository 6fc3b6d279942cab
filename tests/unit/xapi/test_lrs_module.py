"""Credentials that ship inside a package: one module, one direction, one pace, and no more JP than the module has."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from xapi.errors import LrsError
from xapi.lrs.credentials import Limits, NewCredential
from xapi.lrs.pace import BYTES_OF_ONE
from xapi.lrs.web import BodyLimits, blueprint
from xapi.testing import INSTITUTION, EmbeddedLrs, embedded_lrs, encoded, make_agent, make_statement
from xapi.vocabulary import (
    EXT_BENTUK,
    EXT_CERTIFICATE,
    EXT_DAYS,
    EXT_EVIDENCE,
    EXT_INTERNATIONAL,
    EXT_JP,
    EXT_MODULE_VERSION,
    EXT_ROLE,
    EXT_STATUS,
    VOIDED,
)

MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"
GIVEN = {EXT_JP: 200, EXT_BENTUK: "e-learning", EXT_MODULE_VERSION: "1.0.0"}
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"
NIP = "198501012099031001"
JSON = "application/json"
PER_MINUTE, MOST_BODY = 6, 4_000
Send = Callable[..., TestResponse]


@pytest.fixture
def house(place: Path | str) -> EmbeddedLrs:
    return embedded_lrs(place, module_per_minute=PER_MINUTE)


@pytest.fixture
def client(house: EmbeddedLrs) -> FlaskClient:
    app = Flask("uji")
    app.register_blueprint(blueprint(house.lrs, house.credentials, house.clock, BodyLimits(module=MOST_BODY)))
    return app.test_client()


def headers(new: NewCredential) -> dict[str, str]:
    pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3"}


def add(house: EmbeddedLrs, module: str = MODULE) -> dict[str, str]:
    limits = Limits(module=module, extensions=GIVEN)
    return headers(house.credentials.add(INSTITUTION, "paket", ["module"], "package", limits=limits))


@pytest.fixture
def send(house: EmbeddedLrs, client: FlaskClient) -> Send:
    """Posts statements with the credential of the module."""
    usual = add(house)

    def post(*statements: dict[str, Any], using: dict[str, str] = usual, kind: str = JSON) -> TestResponse:
        body = encoded(statements[0] if len(statements) == 1 else statements)
        return client.post("/xapi/statements", data=body, headers=using, content_type=kind)

    return post


def with_extensions(**found: Any) -> dict[str, Any]:
    return make_statement(context={"registration": REGISTRATION, "extensions": found})


def test_any_person_in_any_registration_is_stored_as_from_a_package(house: EmbeddedLrs, send: Send) -> None:
    for name in ("a" * 32, "b" * 32):
        assert send(make_statement(actor=make_agent(name), context={"extensions": GIVEN})).status_code == 200
    assert send(make_statement(actor={"mbox": "mailto:seseorang@example.go.id"})).status_code == 200

    assert {one.source for one in house.statements.after(INSTITUTION, 0, 10)} == {"package"}


@pytest.mark.parametrize("within", ["", "#halaman-1", "/bab-2", "/bab-2#soal"])
def test_what_lies_within_the_module_is_its_own(send: Send, within: str) -> None:
    assert send(make_statement(object={"id": MODULE + within})).status_code == 200


@pytest.mark.parametrize(
    "thing",
    [
        {"id": MODULE + "-lain"},
        {"id": MODULE + "x"},
        {"id": MODULE[:-1]},
        {"id": "https://example.com/lain"},
        {"objectType": "StatementRef", "id": REGISTRATION},
        {"objectType": "Agent", "mbox": "mailto:a@example.go.id"},
        {
            "objectType": "SubStatement",
            "actor": make_agent(),
            "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
            "object": {"id": MODULE},
        },
    ],
)
def test_anything_else_is_refused(house: EmbeddedLrs, send: Send, thing: dict[str, Any]) -> None:
    answer = send(make_statement(), make_statement(object=thing))

    assert (answer.status_code, answer.json["error"]) == (403, "lrs.module")
    assert "statements/write" in answer.json["message"]
    assert house.statements.after(INSTITUTION, 0, 10) == []


def test_it_cannot_void(house: EmbeddedLrs, send: Send) -> None:
    [stored] = send(make_statement()).json
    answer = send(make_statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": stored}))

    assert (answer.status_code, answer.json["error"]) == (403, "lrs.module")
    assert house.statements.get(INSTITUTION, bytes.fromhex(stored.replace("-", ""))) is not None


def test_a_group_is_no_learner(send: Send) -> None:
    group = {"objectType": "Group", "name": "kelas", "member": [make_agent()]}

    assert send(make_statement(actor=group)).json["error"] == "lrs.module"


def test_it_may_repeat_what_the_module_gives(send: Send) -> None:
    assert send(with_extensions(**GIVEN)).status_code == 200
    assert send(with_extensions(**{EXT_JP: 200, "https://example.com/catatan": [1]})).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {EXT_JP: 201},
        {EXT_JP: 20000},
        {EXT_JP: "200"},
        {EXT_JP: True},
        {EXT_JP: [200]},
        {EXT_BENTUK: "pelatihan-struktural"},
        {EXT_MODULE_VERSION: "9.9.9"},
        {EXT_DAYS: 5},
        {EXT_INTERNATIONAL: True},
        {EXT_CERTIFICATE: "1/2026"},
        {EXT_EVIDENCE: "0" * 64},
        {EXT_STATUS: "Disetujui"},
        {EXT_ROLE: "validator"},
    ],
)
def test_it_cannot_say_anything_else_about_credit(send: Send, said: dict[str, Any]) -> None:
    assert send(with_extensions(**{**GIVEN, **said})).json["error"] == "lrs.module"


def test_a_part_of_the_module_earns_nothing(send: Send) -> None:
    answer = send(make_statement(object={"id": MODULE + "#soal-1"}, context={"extensions": {EXT_JP: 200}}))

    assert answer.json["error"] == "lrs.module"


def test_a_nip_is_refused(send: Send) -> None:
    answer = send(make_statement(actor=make_agent(NIP)))

    assert (answer.status_code, answer.json["error"]) == (400, "statement.nip")
    assert NIP not in answer.text


def test_it_adds_to_its_own_activity_and_renames_nothing(house: EmbeddedLrs, send: Send) -> None:
    owner = headers(house.credentials.add(INSTITUTION, "pemilik", ["all"], "foreign"))
    send(make_statement(object={"id": MODULE, "definition": {"name": {"id": "Asli"}}}), using=owner)
    forged = {"id": MODULE, "definition": {"name": {"id": "Palsu", "en": "Added"}}}
    other = {"id": "https://example.com/lain", "definition": {"name": {"id": "Palsu"}}}
    send(make_statement(object=forged, context={"contextActivities": {"other": [other]}}))

    found = house.statements.definitions(INSTITUTION, [MODULE, "https://example.com/lain"])
    assert set(found) == {MODULE}
    assert b"Asli" in found[MODULE]
    assert b"Palsu" not in found[MODULE]


def test_contents_of_attachments_are_refused(house: EmbeddedLrs, client: FlaskClient) -> None:
    content = b"isi"
    described = {
        "usageType": "https://example.com/bukti",
        "display": {"id": "Bukti"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": hashlib.sha256(content).hexdigest(),
    }
    body = (
        b"--x\r\nContent-Type: application/json\r\n\r\n" + encoded(make_statement(attachments=[described]))
        + b"\r\n--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: "
        + described["sha2"].encode() + b"\r\n\r\n" + content + b"\r\n--x--"
    )  # fmt: skip
    answer = client.post("/xapi/statements", data=body, headers=add(house), content_type="multipart/mixed; boundary=x")

    assert (answer.status_code, answer.json["error"]) == (403, "lrs.module")
    assert house.statements.contents(INSTITUTION, [str(described["sha2"])]) == {}


def test_its_bodies_are_smaller_than_those_of_others(house: EmbeddedLrs, send: Send) -> None:
    large = make_statement(object={"id": MODULE, "definition": {"name": {"id": "x" * MOST_BODY}}})

    assert (send(large).status_code, send(large).json["error"]) == (413, "lrs.too_large")
    owner = headers(house.credentials.add(INSTITUTION, "pemilik", ["all"], "foreign"))
    assert send(large, using=owner).status_code == 200


class TestPace:
    def test_beyond_its_pace_it_is_told_when_to_come_back(self, house: EmbeddedLrs, send: Send) -> None:
        assert [send(make_statement()).status_code for _ in range(PER_MINUTE + 1)] == [200] * PER_MINUTE + [429]
        refused = send(make_statement())

        assert (refused.json["error"], refused.headers["Retry-After"]) == ("lrs.too_fast", "10")
        house.clock.advance(seconds=9)
        assert send(make_statement()).headers["Retry-After"] == "1"
        house.clock.advance(seconds=1)
        assert [send(make_statement()).status_code for _ in range(2)] == [200, 429]

    def test_a_refused_batch_stores_nothing_and_costs_nothing(self, house: EmbeddedLrs, send: Send) -> None:
        send(*[make_statement()] * 4)
        refused = send(*[make_statement()] * 3)

        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
        assert len(house.statements.after(INSTITUTION, 0, 100)) == 4
        assert send(*[make_statement()] * 2).status_code == 200

    def test_more_than_a_minutes_worth_can_never_pass(self, send: Send) -> None:
        answer = send(*[make_statement()] * (PER_MINUTE + 1))

        assert (answer.status_code, answer.json["error"]) == (413, "lrs.too_many")
        assert send(*[make_statement()] * PER_MINUTE).status_code == 200

    def test_what_is_refused_for_its_content_counts_too(self, send: Send) -> None:
        statuses = [send(make_statement(verb={})).status_code for _ in range(PER_MINUTE)]

        assert statuses == [400] * PER_MINUTE
        assert send(make_statement()).status_code == 429

    def test_a_put_counts_as_one(self, house: EmbeddedLrs, client: FlaskClient, send: Send) -> None:
        using, statuses = add(house), []
        for n in range(PER_MINUTE + 1):
            query = {"statementId": f"00000000-0000-4000-8000-{n:012}"}
            body = encoded(make_statement())
            statuses.append(
                client.put(
                    "/xapi/statements", data=body, headers=using, query_string=query, content_type=JSON
                ).status_code
            )

        assert statuses == [204] * PER_MINUTE + [429]

    def test_a_large_statement_counts_as_many(self, house: EmbeddedLrs) -> None:
        new = house.credentials.add(INSTITUTION, "paket", ["module"], "package", limits=Limits(module=MODULE))
        principal = house.credentials.authenticate(new.key, new.secret)
        large = make_statement(object={"id": MODULE, "definition": {"name": {"id": "x" * 3 * BYTES_OF_ONE}}})
        assert principal is not None
        house.lrs.post_statements(principal, encoded(large))

        with pytest.raises(LrsError) as caught:
            house.lrs.post_statements(principal, encoded([make_statement()] * (PER_MINUTE - 3)))
        assert (caught.value.status, caught.value.params["retry_after"]) == (429, 10)
        house.clock.advance(minutes=1)
        larger = encoded(make_statement(object={"id": MODULE, "definition": {"name": {"id": "x" * 100_000}}}))
        assert len(house.lrs.post_statements(principal, larger)) == 1

    def test_each_credential_has_its_own(self, house: EmbeddedLrs, send: Send) -> None:
        send(*[make_statement()] * PER_MINUTE)
        assert send(make_statement()).status_code == 429

        assert send(make_statement(), using=add(house)).status_code == 200
        owner = headers(house.credentials.add(INSTITUTION, "pemilik", ["all"], "foreign"))
        assert [send(make_statement(), using=owner).status_code for _ in range(PER_MINUTE * 2)] == [200] * 12

    def test_a_restart_does_not_refill_it(self, place: Path | str, house: EmbeddedLrs, send: Send) -> None:
        using = add(house)
        send(*[make_statement()] * PER_MINUTE, using=using)
        again = embedded_lrs(place, house.clock, module_per_minute=PER_MINUTE)
        app = Flask("lagi")
        app.register_blueprint(blueprint(again.lrs, again.credentials, again.clock))
        answer = app.test_client().post(
            "/xapi/statements", data=encoded(make_statement()), headers=using, content_type=JSON
        )

        assert answer.status_code == 429
