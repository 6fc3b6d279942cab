"""Reads the form that a platform lets a browser post to us: bounded, each field once, and nothing that no store keeps.

A plain form is read here, and where the server has the whole body by now, from there: werkzeug has a reader for every
kind of body and form, which takes several times as long.
"""

from collections.abc import Iterable
from io import BytesIO
from urllib.parse import unquote_plus

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from lti_tool.errors import LaunchRefused

#: A launch form, in bytes and fields.
MOST_FORM, MOST_FIELDS = 256 * 1024, 100
_PLAIN = "application/x-www-form-urlencoded"


def bound(asked: Request) -> None:
    """Sets the limits of a form, and refuses a query with a zero character, before anybody reads either."""
    asked.max_content_length = MOST_FORM
    asked.max_form_memory_size = MOST_FORM
    asked.max_form_parts = MOST_FIELDS
    query = asked.environ.get("QUERY_STRING", "")
    if "%00" in query or "\x00" in query:
        raise _zero()


def posted(asked: Request) -> dict[str, str]:
    """The fields of the posted form, each of which stands once. Raises LaunchRefused, RequestEntityTooLarge."""
    if not asked.environ.get("CONTENT_TYPE", "").startswith(_PLAIN):
        return single(asked.form)
    raw = _body(asked)
    if b"%00" in raw or b"\x00" in raw:
        raise _zero()
    pairs = _pairs(raw.decode("utf-8", "replace"))
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _twice()
    return values


def single(values: MultiDict[str, str]) -> dict[str, str]:
    """`values` where each name stands once: which of two would count is anyone's guess. Raises LaunchRefused."""
    lists = list(dict.values(values))
    refuse_zero(value for found in lists for value in found)
    if any(len(found) > 1 for found in lists):
        raise _twice()
    return values.to_dict()


def refuse_zero(values: Iterable[str]) -> None:
    """Raises LaunchRefused when one of `values` holds a zero character, which no database keeps."""
    if any("\x00" in value for value in values):
        raise _zero()


def _body(asked: Request) -> bytes:
    """The posted bytes; they can be read once more, by whoever answers a refusal."""
    received = asked.environ["wsgi.input"]
    if not isinstance(received, BytesIO):
        return asked.get_data()
    raw = received.getvalue()
    if asked.environ.get("CONTENT_LENGTH") != str(len(raw)):  # cut short, or of a length that nobody said
        return asked.get_data()
    if len(raw) > MOST_FORM:
        raise RequestEntityTooLarge
    return raw


def _pairs(text: str) -> list[tuple[str, str]]:
    """The fields of `text` as `urllib.parse.parse_qsl` finds them, with those that are empty."""
    if text.count("&") >= MOST_FIELDS:
        raise LaunchRefused("launch.form_too_large", "too many fields", status=413, limit=MOST_FORM // 1024)
    split = (pair.partition("=") for pair in text.split("&") if pair)
    return [(_plain(name), _plain(value)) for name, _, value in split]


def _plain(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def _zero() -> LaunchRefused:
    return LaunchRefused("login.parameter_broken", "a zero character, which no database keeps")


def _twice() -> LaunchRefused:
    return LaunchRefused("login.parameter_twice", "a parameter is given twice")
