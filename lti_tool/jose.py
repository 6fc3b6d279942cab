"""Signed tokens (compact JWS): read with suspicion, verified on ready key objects, and signed with our own key."""

import binascii
import json
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from lti_tool.errors import LaunchRefused

#: An id_token beyond this many characters is not read at all.
MOST_TOKEN = 64 * 1024
#: Objects and lists inside each other.
MOST_DEPTH = 24
#: A header of at most this many characters is remembered.
LONGEST_KNOWN = 512

_PARTS = 3
_PADDING = (b"", b"", b"==", b"=")
#: What base64url writes otherwise; the letters of plain base64 and its padding become what no base64 knows.
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
_SHA256 = SHA256()
_PKCS1 = padding.PKCS1v15()
#: The salt is as long as the hash (RFC 7518 section 3.5).
_PSS = padding.PSS(padding.MGF1(_SHA256), padding.PSS.DIGEST_LENGTH)
_ECDSA = ec.ECDSA(_SHA256)

Algorithm = Literal["RS256", "ES256", "PS256"]


class VerifyKey(NamedTuple):
    """A platform's public key, ready to use, and the only algorithm it may be used with.

    Of an RSA key that names no algorithm `also` has the other one, for an owner who may use both.
    """

    algorithm: Algorithm
    public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
    also: tuple[Algorithm, ...] = ()


class SignedToken(NamedTuple):
    """A token taken apart and not yet believed: `signed` and `signature` are for `verify`."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def read_token(token: str) -> SignedToken:
    """Takes the compact JWS `token` apart (RFC 7515 section 3.1).

    Raises LaunchRefused when it is too large, has not three parts, or header or claims are not one strict JSON object.
    An empty signature, as an unsecured token has it (RFC 7519 section 6), is for `verify` to refuse.
    """
    if len(token) > MOST_TOKEN:
        raise LaunchRefused("launch.token_too_large", "id_token over the limit", status=413)
    raw = token.encode("utf-8", "replace")
    parts = raw.split(b".")
    if len(parts) != _PARTS or not all(parts[:2]):
        raise LaunchRefused("launch.token_malformed", "not a compact JWS")
    first, second, third = parts
    header = _known_header(first) if len(first) <= LONGEST_KNOWN else strict_json(_decode(first))
    claims = strict_json(_decode(second))
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise LaunchRefused("launch.token_malformed", "header or payload is not an object")
    return SignedToken(header, claims, raw[: len(first) + 1 + len(second)], _decode(third))


@lru_cache(maxsize=64)
def _known_header(part: bytes) -> Any:
    """The header in `part`, read once: all tokens signed with one key have the same. Nobody changes it."""
    return strict_json(_decode(part))


def verify(token: SignedToken, key: VerifyKey) -> None:
    """Raises LaunchRefused unless `token` is signed with `key` in an algorithm of the key."""
    algorithm = token.header.get("alg")
    if algorithm != key.algorithm and algorithm not in key.also:
        raise LaunchRefused("launch.algorithm", "alg of the token is not that of the key")
    try:
        if algorithm == "RS256":  # asking the key for its class takes a third of the time of the check itself
            cast(rsa.RSAPublicKey, key.public).verify(token.signature, token.signed, _PKCS1, _SHA256)
        elif algorithm == "PS256":
            cast(rsa.RSAPublicKey, key.public).verify(token.signature, token.signed, _PSS, _SHA256)
        else:
            cast(ec.EllipticCurvePublicKey, key.public).verify(_dss(token.signature), token.signed, _ECDSA)
    except InvalidSignature as cause:
        raise LaunchRefused("launch.signature", "signature does not verify") from cause


def sign(claims: Mapping[str, object], private: rsa.RSAPrivateKey, kid: str) -> str:
    """The compact JWS of `claims`, signed RS256 with our key `kid`."""
    header = {"alg": "RS256", "typ": "JWT", "kid": kid}
    signed = f"{base64url(_json(header))}.{base64url(_json(claims))}"
    return f"{signed}.{base64url(private.sign(signed.encode(), _PKCS1, _SHA256))}"


def strict_json(raw: bytes) -> Any:
    """The JSON value in `raw`, refused when it is doubtful.

    Doubtful are: bytes that are not UTF-8, members given twice, NaN and infinities, more than MOST_DEPTH levels,
    surrogates and NUL in strings. Raises LaunchRefused.
    """
    try:
        value = _STRICT.decode(raw.decode("utf-8"))
        if raw.count(b"{") + raw.count(b"[") > MOST_DEPTH:
            _check_depth(value, MOST_DEPTH)
        if b"\\u" in raw:
            _check_text(value)
    except (ValueError, RecursionError) as cause:
        raise LaunchRefused("launch.json", "not strict JSON") from cause
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("number out of range")
    return number


_STRICT = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_no_number, parse_float=_finite)


def _check_depth(value: Any, left: int) -> None:
    if left < 0:
        raise ValueError("nested too deeply")
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            _check_depth(member, left - 1)


def _check_text(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    text.encode("utf-8")  # a lone surrogate cannot be stored or shown: UnicodeEncodeError is a ValueError
    if "\\u0000" in text:
        raise ValueError("NUL in a string")


def _decode(part: bytes) -> bytes:
    """The bytes of base64url without padding (RFC 7515 section 2): every other character is refused."""
    standard = part.translate(_TO_STANDARD) + _PADDING[len(part) % 4]
    try:
        return binascii.a2b_base64(standard, strict_mode=True)
    except binascii.Error as cause:
        raise LaunchRefused("launch.token_malformed", "not base64url") from cause


def base64url(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).rstrip(b"=").decode().replace("+", "-").replace("/", "_")


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _dss(signature: bytes) -> bytes:
    """JWS carries an ECDSA signature as two bare numbers (RFC 7518 section 3.4); `cryptography` wants DER."""
    if len(signature) != 64:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
