"""Clauses of xAPI 1.0.3 Data 2.4.11 and Communication 1.5, 2.1.3: the contents of attachments."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from xapi.testing import encoded, make_statement

pytestmark = pytest.mark.conformance

Ask = Callable[..., TestResponse]
ID = "00000000-0000-4000-8000-00000000000a"
TEXT, BINARY = b"Sertifikat pelatihan", b"\x00\r\n--bata\r\n\xff\r\n"
MIXED = "multipart/mixed; boundary=batas"


def attached(content: bytes, *, algorithm: str = "sha256", **changes: Any) -> dict[str, Any]:
    described = {
        "usageType": "https://example.com/sertifikat",
        "display": {"id": "Sertifikat"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": hashlib.new(algorithm, content).hexdigest(),
        **changes,
    }
    return {name: value for name, value in described.items() if value is not None}


def part(content: bytes, *, kind: str = "text/plain", **headers: str | None) -> bytes:
    usual = {
        "Content-Type": kind,
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(content).hexdigest(),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}: {value}" for name, value in usual.items() if value is not None]
    return "\r\n".join([*lines, "", ""]).encode() + content


def first(statements: Any) -> bytes:
    return b"Content-Type: application/json\r\n\r\n" + encoded(statements)


def mixed(*parts: bytes, end: bytes = b"--\r\n") -> bytes:
    return b"".join(b"--batas\r\n" + one + b"\r\n" for one in parts) + b"--batas" + end


def post(ask: Ask, *parts: bytes, kind: str = MIXED, **options: Any) -> TestResponse:
    return ask("POST", "statements", mixed(*parts), kind=kind, **options)


def read(response: TestResponse) -> tuple[Any, list[tuple[dict[str, str], bytes]]]:
    """The JSON and the contents of an answer in parts, as another program reads them."""
    head = f"Content-Type: {response.headers['Content-Type']}\r\n\r\n".encode()
    json_part, *others = BytesParser().parsebytes(head + response.data).get_payload()
    return json.loads(json_part.get_payload(decode=True)), [
        (dict(one.items()), one.get_payload(decode=True)) for one in others
    ]


def test_1_5_2_contents_come_back_as_they_were_sent(ask: Ask) -> None:
    statement = make_statement(
        id=ID, attachments=[attached(TEXT), attached(BINARY, contentType="image/png", fileUrl="https://example.com/a")]
    )
    assert post(ask, first(statement), part(TEXT), part(BINARY)).json == [ID]
    response = ask("GET", "statements", statementId=ID, attachments="true")
    found, contents = read(response)

    assert found["attachments"] == statement["attachments"]
    assert [headers for headers, _ in contents] == [
        {
            "Content-Type": kind,
            "Content-Transfer-Encoding": "binary",
            "X-Experience-API-Hash": hashlib.sha256(content).hexdigest(),
        }
        for content, kind in ((TEXT, "text/plain"), (BINARY, "image/png"))
    ]
    assert contents[0][1] == TEXT
    assert BINARY in response.data


def test_2_1_1_put_takes_parts_too(ask: Ask) -> None:
    body = mixed(first(make_statement(attachments=[attached(TEXT)])), part(TEXT))

    assert ask("PUT", "statements", body, kind=MIXED, statementId=ID).status_code == 204
    assert read(ask("GET", "statements", statementId=ID, attachments="true"))[1][0][1] == TEXT


@pytest.mark.parametrize("kind", ['multipart/mixed; boundary="batas"', 'Multipart/Mixed; charset=x; boundary="batas"'])
def test_1_5_2_the_boundary_may_be_quoted(ask: Ask, kind: str) -> None:
    assert post(ask, first(make_statement(attachments=[attached(TEXT)])), part(TEXT), kind=kind).status_code == 200


def test_1_5_2_what_stands_around_the_parts_does_not_count(ask: Ask) -> None:
    body = b"salam\r\n" + mixed(first(make_statement(attachments=[attached(TEXT)])), part(TEXT)) + b"sampai jumpa"

    assert ask("POST", "statements", body, kind=MIXED).status_code == 200


@pytest.mark.parametrize("algorithm", ["sha224", "sha256", "sha384", "sha512"])
def test_2_4_11_every_sha2_is_understood_in_either_case(ask: Ask, algorithm: str) -> None:
    described = attached(TEXT, algorithm=algorithm)
    sent = part(TEXT, X_Experience_API_Hash=described["sha2"].upper())

    assert post(ask, first(make_statement(id=ID, attachments=[described])), sent).status_code == 200
    assert len(read(ask("GET", "statements", attachments="true"))[1]) == 1


def test_1_5_2_parts_are_possible_without_any_content(ask: Ask) -> None:
    assert post(ask, first([make_statement(), make_statement()])).status_code == 200
    elsewhere = attached(TEXT, fileUrl="https://example.com/a")
    assert post(ask, first(make_statement(attachments=[elsewhere]))).status_code == 200


def test_1_5_1_an_attachment_with_a_file_url_needs_no_part(ask: Ask) -> None:
    elsewhere = attached(TEXT, fileUrl="https://example.com/a")
    assert ask("POST", "statements", make_statement(id=ID, attachments=[elsewhere])).status_code == 200
    found, contents = read(ask("GET", "statements", statementId=ID, attachments="true"))

    assert found["attachments"] == [elsewhere]
    assert contents == []


def test_2_4_11_one_content_serves_all_that_describe_it(ask: Ask, tmp_path: Path) -> None:
    statements = [make_statement(attachments=[attached(TEXT), attached(TEXT, length=1)]) for _ in range(2)]
    assert post(ask, first(statements), part(TEXT)).status_code == 200
    assert post(ask, first(make_statement(attachments=[attached(TEXT)])), part(TEXT), part(TEXT)).status_code == 200

    assert len(read(ask("GET", "statements", attachments="true"))[1]) == 1
    with sqlite3.connect(tmp_path / "lrs.db") as database:
        assert database.execute("SELECT count(*) FROM attachment").fetchone() == (1,)


def test_2_1_2_a_statement_can_be_sent_again_with_its_content(ask: Ask) -> None:
    statement = make_statement(id=ID, attachments=[attached(TEXT)])
    for _ in range(2):
        assert post(ask, first(statement), part(TEXT)).status_code == 200


def test_2_4_4_3_a_substatement_has_attachments_too(ask: Ask) -> None:
    inner = {**make_statement(attachments=[attached(TEXT)]), "objectType": "SubStatement"}

    assert ask("POST", "statements", make_statement(object=inner)).status_code == 400
    assert post(ask, first(make_statement(id=ID, object=inner)), part(TEXT)).status_code == 200
    assert read(ask("GET", "statements", statementId=ID, attachments="true"))[1][0][1] == TEXT


STATEMENT = make_statement(attachments=[attached(TEXT)])
REFUSED = {
    "1.5.1: an attachment without content": mixed(first(STATEMENT)),
    "1.5.1: a part that is no attachment": mixed(first(STATEMENT), part(TEXT), part(BINARY)),
    "1.5.2: a first part that is not JSON": mixed(part(encoded(STATEMENT)), part(TEXT)),
    "1.5.2: a first part without Content-Type": mixed(b"\r\n" + encoded(STATEMENT), part(TEXT)),
    "1.5.2: statements in two parts": mixed(first(STATEMENT), first(STATEMENT), part(TEXT)),
    "1.5.2: no hash": mixed(first(STATEMENT), part(TEXT, X_Experience_API_Hash=None)),
    "1.5.2: a hash of something else": mixed(first(STATEMENT), part(TEXT, X_Experience_API_Hash="0" * 64)),
    "1.5.2: a hash that is none": mixed(first(STATEMENT), part(TEXT, X_Experience_API_Hash="x")),
    "1.5.2: a content other than its hash says": mixed(first(STATEMENT), part(TEXT) + b"."),
    "1.5.2: no transfer encoding": mixed(first(STATEMENT), part(TEXT, Content_Transfer_Encoding=None)),
    "1.5.2: another transfer encoding": mixed(first(STATEMENT), part(TEXT, Content_Transfer_Encoding="base64")),
    "1.5.2: no boundary in the body": b"Content-Type: application/json\r\n\r\n" + encoded(STATEMENT),
    "1.5.2: no boundary before the first part": mixed(first(STATEMENT), part(TEXT)).removeprefix(b"--batas\r\n"),
    "RFC 2046: no closing boundary": mixed(first(STATEMENT), part(TEXT), end=b"\r\n"),
    "RFC 2046: a boundary with something behind it": mixed(first(STATEMENT), part(TEXT), end=b"x\r\n--batas--"),
    "RFC 2046: no parts": b"--batas--\r\n",
    "RFC 2046: headers that do not end": mixed(b"Content-Type: application/json"),
    "RFC 2046: a malformed header": mixed(first(STATEMENT), b"x\r\n" + part(TEXT)),
    "RFC 2046: a header twice": mixed(first(STATEMENT), b"X-Experience-API-Hash: x\r\n" + part(TEXT)),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_broken_parts_are_refused_and_nothing_is_stored(ask: Ask, body: bytes) -> None:
    assert ask("POST", "statements", body, kind=MIXED).status_code == 400
    assert ask("GET", "statements").json["statements"] == []


@pytest.mark.parametrize(
    "kind", ["multipart/mixed", "multipart/mixed; boundary=", "multipart/form-data; boundary=batas"]
)
def test_1_5_another_content_type_is_refused(ask: Ask, kind: str) -> None:
    assert post(ask, first(STATEMENT), part(TEXT), kind=kind).status_code == 400


def test_1_5_1_a_content_in_json_alone_is_missing(ask: Ask) -> None:
    response = ask("POST", "statements", STATEMENT)

    assert (response.status_code, response.json["error"]) == (400, "statement.attachment")


class TestAnswers:
    """Communication 2.1.3"""

    @pytest.fixture(autouse=True)
    def _stored(self, ask: Ask) -> None:
        post(ask, first([STATEMENT, make_statement()]), part(TEXT))

    def test_attachments_false_or_absent_is_json_alone(self, ask: Ask) -> None:
        for query in ({}, {"attachments": "false"}):
            response = ask("GET", "statements", **query)
            assert response.headers["Content-Type"] == "application/json"
            assert len(response.json["statements"]) == 2

    def test_attachments_true_is_in_parts_for_results_also_on_the_next_page(self, ask: Ask) -> None:
        found, contents = read(ask("GET", "statements", attachments="true", limit="1"))
        assert (len(found["statements"]), contents) == (1, [])
        found, contents = read(ask("GET", found["more"].removeprefix("/xapi/")))

        assert [content for _, content in contents] == [TEXT]
        assert found["more"] == ""

    def test_a_page_holds_no_more_contents_than_it_can_carry(self, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
        post(ask, first(make_statement(attachments=[attached(BINARY)])), part(BINARY))
        monkeypatch.setattr("xapi.lrs.attachments.MOST_ATTACHED", 10)
        found, contents = read(ask("GET", "statements", attachments="true", ascending="true"))
        assert (len(found["statements"]), len(contents)) == (2, 1)
        found, contents = read(ask("GET", found["more"].removeprefix("/xapi/")))

        assert (len(found["statements"]), len(contents), found["more"]) == (1, 1, "")

    def test_another_institution_gets_no_content(self, ask: Ask, authorization: Callable[..., str]) -> None:
        other = {"Authorization": authorization(institution="00000000000000000000000000000002")}
        elsewhere = attached(TEXT, fileUrl="https://example.com/a")
        ask("POST", "statements", make_statement(attachments=[elsewhere]), headers=other)

        assert read(ask("GET", "statements", attachments="true", headers=other))[1] == []
