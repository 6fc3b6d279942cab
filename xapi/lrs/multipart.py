"""Reads multipart/mixed as the standard uses it: statements in JSON first, then the contents of attachments (1.5.2).

Strictly, because what is guessed here would be stored for good: every part needs its headers, and a content must
have the SHA-2 that its header names.
"""

import re
from typing import NamedTuple

from xapi.errors import LrsError
from xapi.lrs.parts import is_sha2_of

JSON = "application/json"
_HASH = "x-experience-api-hash"
_ENCODING = "content-transfer-encoding"
_MOST_PARTS = 1000
_MOST_HEAD = 8 * 1024
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]", re.ASCII)
_HEADER = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n]*?)[ \t]*")


class Sent(NamedTuple):
    """A message in parts: the JSON of the statements, and contents by their SHA-2 in hex, lower case."""

    statements: bytes
    contents: dict[str, bytes]


def parts_of(boundary: str, body: bytes) -> Sent:
    """The parts of `body` between `boundary`; LrsError 400 when it is not what the standard asks for."""
    if not _BOUNDARY.fullmatch(boundary):
        raise _broken("no boundary")
    first, *others = (_part(raw) for raw in _split(body, boundary.encode()))
    if first[0].get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise _broken("the first part is not application/json")
    contents = {}
    for headers, content in others:
        contents[_sha2(headers, content)] = content
    return Sent(first[1], contents)


def _split(body: bytes, boundary: bytes) -> list[bytes]:
    """The parts with their headers; what stands before the first boundary and after the last does not count."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]
    if len(pieces) > _MOST_PARTS:
        raise _broken("too many parts")
    parts = []
    for piece in pieces:
        if piece.startswith(b"--"):
            break
        blank, line, part = piece.partition(b"\r\n")
        if not line or blank.strip(b" \t"):
            raise _broken("a boundary that is none")
        parts.append(part)
    else:
        raise _broken("no closing boundary")
    if not parts:
        raise _broken("no part")
    return parts


def _part(raw: bytes) -> tuple[dict[str, str], bytes]:
    if raw.startswith(b"\r\n"):
        return {}, raw[2:]
    head, blank, content = raw.partition(b"\r\n\r\n")
    if not blank or len(head) > _MOST_HEAD:
        raise _broken("a part without the end of its headers")
    headers = {}
    for line in head.split(b"\r\n"):
        found = _HEADER.fullmatch(line)
        if found is None or found[1].lower().decode() in headers:
            raise _broken("a malformed header, or one that stands twice")
        headers[found[1].lower().decode()] = found[2].decode("latin-1")
    return headers, content


def _sha2(headers: dict[str, str], content: bytes) -> str:
    """The SHA-2 that the headers of a content name, after checking it."""
    if headers.get(_ENCODING, "").lower() != "binary":
        raise _broken("Content-Transfer-Encoding is not binary")
    named = headers.get(_HASH, "").lower()
    if not is_sha2_of(named, content):
        raise LrsError("lrs.hash", "X-Experience-API-Hash is missing or another", status=400)
    return named


def _broken(detail: str) -> LrsError:
    return LrsError("lrs.multipart", detail, status=400)
