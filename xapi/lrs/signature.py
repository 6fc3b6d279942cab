"""Signed statements: a JSON web signature as an attachment, checked before the statement is stored (Data 2.6)."""

import base64
import binascii
from itertools import pairwise
from typing import Any, NoReturn

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from xapi.errors import StatementError
from xapi.lrs.compare import same_signed
from xapi.model import Attachment
from xapi.validation.parse import validate_text
from xapi.validation.strict_json import count_all_keys, require_text

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
CONTENT_TYPE = "application/octet-stream"
_CLAUSE = "Data 2.6"
_ALGORITHMS: dict[str, HashAlgorithm] = {"RS256": SHA256(), "RS384": SHA384(), "RS512": SHA512()}
_MOST_CERTIFICATES = 10
_MOST_BITS = 8192  # a larger key would cost much time to check


class _Header(msgspec.Struct, frozen=True):
    """The part of a JOSE header that counts here (RFC 7515 4.1); `x5c` are DER certificates in base64, leaf first."""

    alg: str
    x5c: list[str] | msgspec.UnsetType = msgspec.UNSET
    crit: Any = msgspec.UNSET


_HEADER = msgspec.json.Decoder(_Header)


def require_signature(statement: bytes, attachment: Attachment, content: bytes | None, path: str) -> None:
    """Refuses `statement`, valid JSON, when the signature in `attachment` at `path` does not sign it (StatementError).

    `content` is what came with the request, None when nothing did. The payload must be the statement without its
    signatures; with certificates in the header the signature must be the first one's, and each issued by the next.
    """
    if attachment.content_type.partition(";")[0].strip().lower() != CONTENT_TYPE:
        _refuse("not application/octet-stream", path)
    if content is None:
        _refuse("the signature did not come with the statement", path)
    parts = content.strip(b" \t\r\n").split(b".")
    if len(parts) != 3:
        _refuse("not a compact JSON web signature", path)
    head, payload, signature = (_decoded(part, path) for part in parts)
    header = _header(head, path)
    if header.x5c is not msgspec.UNSET:
        leaf = _leaf_key(header.x5c, path)
        try:
            leaf.verify(signature, parts[0] + b"." + parts[1], PKCS1v15(), _ALGORITHMS[header.alg])
        except InvalidSignature:
            _refuse("the signature is not that of the certificate", path)
    _require_same(payload, statement, path)


def _header(head: bytes, path: str) -> _Header:
    try:
        header = _HEADER.decode(head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        _refuse("the header is no JOSE header", path)
    if header.alg not in _ALGORITHMS or header.crit is not msgspec.UNSET:
        _refuse("neither RS256, RS384 nor RS512", path)
    return header


def _require_same(payload: bytes, statement: bytes, path: str) -> None:
    try:
        require_text(payload)
        count_all_keys(payload, path)
        signed = validate_text(payload).body
    except StatementError as cause:
        raise _error("the payload is no statement", path) from cause
    if not same_signed(signed, statement, SIGNATURE):
        _refuse("the payload is another statement", path)


def _leaf_key(texts: list[str], path: str) -> RSAPublicKey:
    """The key of the first certificate; all of them must form a chain."""
    if not 1 <= len(texts) <= _MOST_CERTIFICATES:
        _refuse("no certificate, or too many", path)
    try:
        chain = [x509.load_der_x509_certificate(base64.b64decode(text, validate=True)) for text in texts]
        for below, above in pairwise(chain):
            below.verify_directly_issued_by(above)
        key = chain[0].public_key()
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        _refuse("the certificates are malformed, or no chain", path)
    if not isinstance(key, RSAPublicKey) or key.key_size > _MOST_BITS:
        _refuse("the certificate has no RSA key of usual size", path)
    return key


def _decoded(part: bytes, path: str) -> bytes:
    """base64url without padding (RFC 7515 2); other characters are refused, not skipped."""
    try:
        return base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        _refuse("not base64url", path)


def _refuse(detail: str, path: str) -> NoReturn:
    raise _error(detail, path)


def _error(detail: str, path: str) -> StatementError:
    return StatementError("statement.signature", detail, path=path, clause=_CLAUSE)
