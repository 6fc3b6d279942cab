"""Capture files: one launch with all it was judged by, signed, so that a changed or cut file is refused."""

import base64
import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from lti_tool.debugger.facts import Facts
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.jose import SignedToken, base64url, verify
from lti_tool.keys import SigningKey
from lti_tool.platform_keys import read_jwks

MOST_BYTES = 1024 * 1024
#: Stands before what is signed, so that no signature of a capture is ever one of a token.
_PREFIX = b"jampel-lti-capture\n"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A capture file: the facts as a JSON text, the signature over that text, and the public key that made it."""

    capture: str
    signature: str
    key: dict[str, Any]


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The name of a public RSA key that cannot be given to another (RFC 7638)."""
    members = {name: jwk.get(name) for name in ("e", "kty", "n")}
    return base64url(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def write_capture(facts: Facts, key: SigningKey, jwk: Mapping[str, Any]) -> bytes:
    """The file with `facts`, signed with `key`, whose public half is `jwk`."""
    text = msgspec.json.encode(facts).decode()
    signature = key.private.sign(_PREFIX + text.encode(), PKCS1v15(), SHA256())
    public = {name: jwk[name] for name in ("kty", "n", "e", "kid")}
    file = _File(text, base64url(signature), public)
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def read_capture(raw: bytes, *, trusted: Collection[str]) -> Facts:
    """The facts in the file `raw`, whose key must be one of `trusted` (thumbprints).

    Raises ToolError when the file is cut, changed, of another key, or no capture at all.
    """
    if len(raw) > MOST_BYTES:
        raise ToolError("debug.capture_broken", "over the limit")
    try:
        file = msgspec.json.decode(raw, type=_File)
        signature = base64.b64decode(file.signature + "==", altchars=b"-_")
        text = file.capture.encode()
    except (msgspec.MsgspecError, ValueError, RecursionError) as cause:
        raise ToolError("debug.capture_broken", "not a capture file") from cause
    signer = thumbprint(file.key) if _is_plain(file.key) else ""
    if signer not in trusted:
        raise ToolError("debug.capture_signer", "signed with an unknown key", signer=signer or "?")
    _check(text, signature, file.key)
    try:
        return msgspec.json.decode(text, type=Facts)
    except (msgspec.MsgspecError, ValueError, RecursionError) as cause:
        raise ToolError("debug.capture_broken", "signed, and not the facts of a launch") from cause


def _check(text: bytes, signature: bytes, jwk: dict[str, Any]) -> None:
    try:
        key = read_jwks(json.dumps({"keys": [{**jwk, "kid": "capture"}]}), ("RS256",))["capture"]
        if key is None:
            raise ToolError("debug.capture_forged", "the key is not fit for signatures")
        verify(SignedToken({"alg": "RS256"}, {}, _PREFIX + text, signature), key)
    except LaunchRefused as cause:
        raise ToolError("debug.capture_forged", "the signature does not fit the content") from cause


def _is_plain(jwk: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str) and len(value) <= 2048 for value in jwk.values())
