"""Clauses of xAPI 1.0.3 Data 2.6: signed statements."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from werkzeug.test import TestResponse

from xapi.testing import encoded, make_agent, make_statement
from xapi.vocabulary import COMPLETED

pytestmark = pytest.mark.conformance

Ask = Callable[..., TestResponse]
ID = "00000000-0000-4000-8000-00000000000a"
USAGE = "http://adlnet.gov/expapi/attachments/signature"
HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
START = datetime(2026, 1, 1, tzinfo=UTC)
STATEMENT = make_statement(id=ID, timestamp="2026-03-02T08:00:00+07:00", result={"duration": "PT1.237S"})


def b64url(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def signed(payload: Any = STATEMENT, *, algorithm: str = "RS256", key: Any = KEY, **header: Any) -> bytes:
    """A compact JWS of `payload`."""
    body = payload if isinstance(payload, bytes) else encoded(payload)
    whole = b64url(encoded({"alg": algorithm, **header})) + b"." + b64url(body)
    return whole + b"." + b64url(key.sign(whole, padding.PKCS1v15(), HASHES.get(algorithm, hashes.SHA256())))


def certificate(key: Any, issuer: tuple[str, Any], name: str = "penerbit") -> str:
    """The DER in base64 of a certificate of `key` by the issuer's name and key."""
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer[0])]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=9999))
        .sign(issuer[1], hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


OWN = certificate(KEY, ("penerbit", KEY))


def send(ask: Ask, jws: bytes, statement: dict[str, Any] = STATEMENT, **changes: Any) -> TestResponse:
    """POSTs `statement` with the signature `jws` attached."""
    digest = hashlib.sha256(jws).hexdigest()
    described = {
        "usageType": USAGE,
        "display": {"id": "Tanda tangan"},
        "contentType": "application/octet-stream",
        "length": len(jws),
        "sha2": digest,
        **changes,
    }
    attachments = [*statement.get("attachments", []), described]
    body = (
        b"--batas\r\nContent-Type: application/json\r\n\r\n%b\r\n--batas\r\nContent-Transfer-Encoding: binary\r\n"
        b"X-Experience-API-Hash: %b\r\n\r\n%b\r\n--batas--"
        % (encoded({**statement, "attachments": attachments}), digest.encode(), jws)
    )
    return ask("POST", "statements", body, kind="multipart/mixed; boundary=batas")


@pytest.mark.parametrize("algorithm", HASHES)
@pytest.mark.parametrize("header", [{}, {"x5c": [OWN]}], ids=["alone", "with certificate"])
def test_2_6_s4_b4_the_three_algorithms_are_accepted(ask: Ask, algorithm: str, header: dict[str, Any]) -> None:
    assert send(ask, signed(algorithm=algorithm, **header)).json == [ID]


@pytest.mark.parametrize("algorithm", ["HS256", "none", "ES256", "PS256", "rs256", "RS1"])
def test_2_6_s4_b4_other_algorithms_are_refused(ask: Ask, algorithm: str) -> None:
    assert send(ask, signed(algorithm=algorithm)).status_code == 400


SAME = {
    "another order of keys": dict(reversed(STATEMENT.items())),
    "white space": json.dumps(STATEMENT, indent=1).encode(),
    "the same moment in another zone": {**STATEMENT, "timestamp": "2026-03-02T01:00:00Z"},
    "a duration cut to hundredths (Data 4.6)": {**STATEMENT, "result": {"duration": "PT1.23S"}},
    "without the id": {name: value for name, value in STATEMENT.items() if name != "id"},
    "an empty list of attachments": {**STATEMENT, "attachments": []},
}


@pytest.mark.parametrize("payload", SAME.values(), ids=SAME)
def test_2_6_s4_b3_a_payload_that_says_the_same_is_accepted(ask: Ask, payload: Any) -> None:
    assert send(ask, signed(payload)).status_code == 200


OTHERS = {
    "another actor": {**STATEMENT, "actor": make_agent("lain")},
    "another verb": {**STATEMENT, "verb": {"id": COMPLETED}},
    "another result": {**STATEMENT, "result": {"duration": "PT1.24S"}},
    "another id": {**STATEMENT, "id": ID[:-1] + "b"},
    "another timestamp": {**STATEMENT, "timestamp": "2026-03-02T08:00:01+07:00"},
    "no timestamp": {name: value for name, value in STATEMENT.items() if name != "timestamp"},
    "more": {**STATEMENT, "context": {"platform": "x"}},
    "an attachment more": {
        **STATEMENT,
        "attachments": [
            {
                "usageType": "https://example.com/a",
                "display": {},
                "contentType": "text/plain",
                "length": 1,
                "sha2": "0" * 64,
                "fileUrl": "https://example.com/a",
            }
        ],
    },
    "no statement": {},
    "no object": [STATEMENT],
    "no JSON": b"{'id':1}",
    "no UTF-8": b"\xff",
    "nothing": b"",
}


@pytest.mark.parametrize("payload", OTHERS.values(), ids=OTHERS)
def test_2_6_s4_b3_a_payload_that_says_something_else_is_refused(ask: Ask, payload: Any) -> None:
    response = send(ask, signed(payload))

    assert (response.status_code, response.json["error"]) == (400, "statement.signature")
    assert ask("GET", "statements").json["statements"] == []


BROKEN = {
    "two parts": b".".join(signed().split(b".")[:2]),
    "four parts": signed() + b".e30",
    "no base64url": signed().replace(b".", b".+", 1),
    "no header": b"." + signed().partition(b".")[2],
    "a header that is no object": b64url(b"[]") + b"." + signed().partition(b".")[2],
    "a header that is no text": b64url(b"\xff") + b"." + signed().partition(b".")[2],
    "a header that is too deep": b64url(b'{"alg":"RS256","crit":' + b"[" * 9999) + b"." + signed().partition(b".")[2],
    "an extension that must be understood": signed(crit=["b64"], b64=False),
}


@pytest.mark.parametrize("jws", BROKEN.values(), ids=BROKEN)
def test_2_6_s4_b1_what_is_no_jws_is_refused(ask: Ask, jws: bytes) -> None:
    assert send(ask, jws).status_code == 400


def test_2_6_s4_b2_the_content_type_must_be_octet_stream(ask: Ask) -> None:
    assert send(ask, signed(), contentType="text/plain").status_code == 400
    assert send(ask, signed(), contentType="Application/Octet-Stream; a=b").status_code == 200


def test_2_6_a_signature_must_come_along(ask: Ask) -> None:
    described = {
        "usageType": USAGE,
        "display": {},
        "contentType": "application/octet-stream",
        "length": 1,
        "sha2": "0" * 64,
        "fileUrl": "https://example.com/a",
    }
    response = ask("POST", "statements", {**STATEMENT, "attachments": [described]})

    assert (response.status_code, response.json["error"]) == (400, "statement.signature")


def test_2_6_another_usage_type_is_just_an_attachment(ask: Ask) -> None:
    assert send(ask, b"bukan tanda tangan", usageType="https://example.com/a").status_code == 200


class TestCertificates:
    """RFC 7515 4.1.6"""

    def test_a_chain_is_accepted(self, ask: Ask) -> None:
        leaf = certificate(KEY, ("penerbit", OTHER_KEY), "penanda tangan")
        root = certificate(OTHER_KEY, ("penerbit", OTHER_KEY))

        assert send(ask, signed(x5c=[leaf, root])).status_code == 200

    @pytest.mark.parametrize(
        "chain",
        [
            [certificate(OTHER_KEY, ("penerbit", OTHER_KEY))],
            [OWN, certificate(OTHER_KEY, ("penerbit", OTHER_KEY))],
            [certificate(ec.generate_private_key(ec.SECP256R1()), ("penerbit", KEY))],
            [],
            [OWN] * 11,
            ["x"],
            ["AAAA"],
            [OWN[:-8]],
            [OWN + "é"],
        ],
        ids=["another key", "no chain", "no RSA", "none", "too many", "no base64", "no DER", "cut off", "no ASCII"],
    )
    def test_certificates_that_do_not_fit_are_refused(self, ask: Ask, chain: list[str]) -> None:
        response = send(ask, signed(x5c=chain))

        assert (response.status_code, response.json["error"]) == (400, "statement.signature")

    def test_a_changed_signature_is_refused(self, ask: Ask) -> None:
        head, payload, signature = signed(x5c=[OWN]).split(b".")
        turned = b64url(bytes([base64.urlsafe_b64decode(signature + b"==")[0] ^ 1]) + b"x" * 255)

        assert send(ask, b".".join([head, payload, turned])).status_code == 400
