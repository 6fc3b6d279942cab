"""The formats of xAPI statements, read sign by sign from their standards and apart from xapi.validation.

Each function says whether a text has the format as its standard states it, without any of the leniency that an LRS may
show (Data 2.2.s4.b6, b7). They are slow and plain on purpose: they are here to be compared with.
"""

import string
from collections.abc import Callable
from ipaddress import AddressValueError, IPv6Address

from tests.conformance.rules.times import is_duration, is_rfc3339, is_timestamp

_DIGITS = frozenset(string.digits)
_HEX = frozenset(string.hexdigits)
_LETTERS = frozenset(string.ascii_letters)
_ALNUM = _LETTERS | _DIGITS
_UNRESERVED = _ALNUM | frozenset("-._~")
_SUB_DELIMS = frozenset("!$&'()*+,;=")
_MORE = [  # ucschar of RFC 3987 2.2
    (0xA0, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFEF),
    *((plane * 0x10000, plane * 0x10000 + 0xFFFD) for plane in range(1, 14)),
    (0xE1000, 0xEFFFD),
]
_PRIVATE = [(0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)]
_TOKEN = frozenset(chr(code) for code in range(33, 127)) - frozenset('()<>@,;:\\"/[]?=')  # RFC 2045 5.1


def is_uuid(text: str) -> bool:
    """Data 4.4: the standard string form."""
    parts = text.split("-")
    return [len(part) for part in parts] == [8, 4, 4, 4, 12] and all(set(part) <= _HEX for part in parts)


def is_iri(text: str) -> bool:
    """RFC 3987 2.2: an IRI, which always has a scheme."""
    return _is_identifier(text, ascii_only=False)


def is_uri(text: str) -> bool:
    """RFC 3986 3: a URI, which is an IRI of ASCII."""
    return _is_identifier(text, ascii_only=True)


def is_irl(text: str) -> bool:
    """About 4: an IRI that is a locator; for http and https that needs a host (RFC 9110 4.2)."""
    if not is_iri(text):
        return False
    scheme, _, rest = text.partition(":")
    return scheme.lower() not in ("http", "https") or _authority(rest) not in (None, "")


def is_mbox(text: str) -> bool:
    """Data 2.4.2.3: `mailto:` and one mail address (RFC 6068 2, RFC 6531), no header fields."""
    if not text.startswith("mailto:") or not is_iri(text):
        return False
    local, at, domain = text.removeprefix("mailto:").rpartition("@")
    if not at or "?" in text or "#" in text or "/" in domain:
        return False
    atoms, labels = local.split("."), domain.split(".")
    plain = all(atom and not set(atom) & set('"(),:;<>@[\\]') for atom in atoms)
    return plain and all(label and _is_label(label) for label in labels)


def is_sha1(text: str) -> bool:
    """Data 2.4.2.3."""
    return len(text) == 40 and set(text) <= _HEX


def is_sha2(text: str) -> bool:
    """Data 2.4.11: SHA-224, SHA-256, SHA-384 or SHA-512 in hex."""
    return len(text) * 4 in (224, 256, 384, 512) and set(text) <= _HEX


def is_media_type(text: str) -> bool:
    """RFC 2045 5.1: type/subtype and parameters."""
    if text != text.strip(" \t"):
        return False
    essence, *parameters = split_unquoted(text, ";")
    kind, slash, subtype = essence.strip(" \t").partition("/")
    if not (slash and _is_token(kind) and _is_token(subtype)):
        return False
    return all(_is_parameter(one.strip(" \t")) for one in parameters)


def is_version_1(text: str) -> bool:
    """Data 2.4.10, Communication 3.3: 1.0, or a semantic version that starts with 1.0."""
    return text == "1.0" or (text.startswith("1.0.") and _is_semantic(text))


def is_version_2(text: str) -> bool:
    """IEEE 9274.1.1 4.2.4.3: those of 1.0.3, and those that start with 2.0."""
    return is_version_1(text) or (text.startswith("2.0.") and _is_semantic(text))


def is_language(text: str) -> bool:
    """RFC 5646 2.1: a well-formed tag."""
    if not text.isascii() or text.lower() in _GRANDFATHERED:
        return text.isascii()
    tags = text.lower().split("-")
    if not all(1 <= len(tag) <= 8 and set(tag) <= _ALNUM for tag in tags):
        return False
    if tags[0] == "x":
        return len(tags) > 1
    return _is_langtag(tags)


FORMATS: dict[str, Callable[[str], bool]] = {
    "xapi-uuid": is_uuid,
    "xapi-iri": is_iri,
    "xapi-irl": is_irl,
    "xapi-uri": is_uri,
    "xapi-mbox": is_mbox,
    "xapi-sha1": is_sha1,
    "xapi-sha2": is_sha2,
    "xapi-media-type": is_media_type,
    "xapi-version-1": is_version_1,
    "xapi-version-2": is_version_2,
    "xapi-language": is_language,
    "xapi-duration": is_duration,
    "xapi-timestamp": is_timestamp,
    "xapi-timestamp-rfc3339": is_rfc3339,
}

_GRANDFATHERED = frozenset(
    {
        "en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo",
        "i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de", "art-lojban", "cel-gaulish",
        "no-bok", "no-nyn", "zh-guoyu", "zh-hakka", "zh-min", "zh-min-nan", "zh-xiang",
    }
)  # fmt: skip


def _is_identifier(text: str, *, ascii_only: bool) -> bool:
    if ascii_only and not text.isascii():
        return False
    scheme, colon, rest = text.partition(":")
    if not colon or scheme[:1] not in _LETTERS or not set(scheme) <= _ALNUM | set("+-."):
        return False
    rest, _, fragment = rest.partition("#")
    path, _, query = rest.partition("?")
    authority = _authority(path)
    if authority is not None:
        path = path[2 + len(authority) :]
        if not _is_authority(authority):
            return False
    signs = _SUB_DELIMS | set(":@/")
    return (
        _consists(path, signs)
        and _consists(query, signs | {"?"}, private=True)
        and _consists(fragment, signs | {"?"})
        and scheme != ""
    )


def _authority(rest: str) -> str | None:
    """What stands between // and the next / ? or #; None when there is no authority."""
    if not rest.startswith("//"):
        return None
    end = min((place for sign in "/?#" if (place := rest.find(sign, 2)) >= 0), default=len(rest))
    return rest[2:end]


def _is_authority(text: str) -> bool:
    user, _, host = text.rpartition("@")
    if not _consists(user, _SUB_DELIMS | {":"}):
        return False
    if host.startswith("["):
        literal, _, port = host.rpartition("]")
        literal, port = literal[1:], port or ":"
        known = literal[:1] in "vV" and "." in literal
        return port[:1] == ":" and set(port[1:]) <= _DIGITS and "]" in host and (known or _is_ipv6(literal))
    name, _, port = host.partition(":")
    return _consists(name, _SUB_DELIMS) and set(port) <= _DIGITS


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text  # no zone


def _consists(text: str, signs: frozenset[str] | set[str], *, private: bool = False) -> bool:
    place = 0
    while place < len(text):
        sign = text[place]
        if sign == "%":
            if len(text) < place + 3 or not set(text[place + 1 : place + 3]) <= _HEX:
                return False
            place += 3
            continue
        if not (sign in _UNRESERVED or sign in signs or _within(sign, _MORE) or (private and _within(sign, _PRIVATE))):
            return False
        place += 1
    return True


def _within(sign: str, ranges: list[tuple[int, int]]) -> bool:
    return any(low <= ord(sign) <= high for low, high in ranges)


def _is_label(label: str) -> bool:
    inner = all(sign in _ALNUM or sign == "-" or ord(sign) >= 0xA0 for sign in label)
    return inner and not label.startswith("-") and not label.endswith("-")


def split_unquoted(text: str, mark: str) -> list[str]:
    parts, quoted, escaped = [""], False, False
    for sign in text:
        if sign == mark and not quoted:
            parts.append("")
            continue
        parts[-1] += sign
        if sign == '"' and not escaped:
            quoted = not quoted
        escaped = quoted and sign == "\\" and not escaped
    return parts


def _is_token(text: str) -> bool:
    return bool(text) and set(text) <= _TOKEN


def _is_parameter(text: str) -> bool:
    name, equals, value = text.partition("=")
    if not (equals and _is_token(name)):
        return False
    if value.startswith('"'):
        return _is_quoted(value)
    return _is_token(value)


def _is_quoted(text: str) -> bool:
    if len(text) < 2 or not text.endswith('"'):
        return False
    place, inner = 0, text[1:-1]
    while place < len(inner):
        if inner[place] == "\\":
            place += 1
            if place == len(inner):
                return False
        elif inner[place] in '"\r\n':
            return False
        if not (" " <= inner[place] <= "~" or inner[place] == "\t"):
            return False
        place += 1
    return True


def _is_semantic(text: str) -> bool:
    """Semantic Versioning 1.0.0: X.Y.Z with an optional special version after a hyphen; 2.0.0: build after a plus."""
    text, plus, build = text.partition("+")
    text, hyphen, special = text.partition("-")
    numbers = text.split(".")
    plain = all(one and set(one) <= _DIGITS and (one == "0" or one[0] != "0") for one in numbers)
    return (
        len(numbers) == 3
        and plain
        and (not hyphen or all(_is_label_of_version(one, numeric=True) for one in special.split(".")))
        and (not plus or all(_is_label_of_version(one, numeric=False) for one in build.split(".")))
    )


def _is_label_of_version(text: str, *, numeric: bool) -> bool:
    if not text or not set(text) <= _ALNUM | {"-"}:
        return False
    return not (numeric and set(text) <= _DIGITS and len(text) > 1 and text[0] == "0")


def _is_langtag(tags: list[str]) -> bool:
    language, rest = tags[0], tags[1:]
    if not (2 <= len(language) <= 8 and set(language) <= _LETTERS):
        return False
    if len(language) <= 3:
        for _ in range(3):
            if rest and len(rest[0]) == 3 and set(rest[0]) <= _LETTERS:
                rest = rest[1:]
    if rest and len(rest[0]) == 4 and set(rest[0]) <= _LETTERS:
        rest = rest[1:]
    if rest and ((len(rest[0]) == 2 and set(rest[0]) <= _LETTERS) or (len(rest[0]) == 3 and set(rest[0]) <= _DIGITS)):
        rest = rest[1:]
    while rest and (len(rest[0]) >= 5 or (len(rest[0]) == 4 and rest[0][0] in _DIGITS)):
        rest = rest[1:]
    while rest and len(rest[0]) == 1 and rest[0] != "x":
        after = [place for place, tag in enumerate(rest[1:], 1) if len(tag) == 1]
        end = after[0] if after else len(rest)
        if end < 2:
            return False
        rest = rest[end:]
    if rest and rest[0] == "x":
        return len(rest) > 1
    return not rest
