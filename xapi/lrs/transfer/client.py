"""Reads the statements of another LRS over HTTP, a page at a time, from its own address and no other."""

from collections.abc import Mapping
from email.message import Message
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec
from msgspec import Raw

from xapi.errors import LrsError, PullError, StatementError
from xapi.lrs.multipart import JSON, parts_of
from xapi.recorder.client import VERSION_HEADER, HttpLrsClient
from xapi.recorder.port import UnavailableError
from xapi.validation.strict_json import require_text

MOST_PAGE = 64 * 1024 * 1024
"""The most bytes of a page, its attachments among them."""
_MOST_LINK = 8000
_NEWER = "2.0.0"
_CONSISTENT = "X-Experience-API-Consistent-Through"
_PORTS = {"http": 80, "https": 443}


class Page(NamedTuple):
    """A page of an answer: statements in the order given, contents by SHA-2, and where the next page is, if any.

    `consistent` is the moment up to which the LRS says that it has everything (Communication 2.1.3), or empty.
    """

    statements: list[bytes]
    contents: Mapping[str, bytes]
    more: str
    consistent: str


class _Result(msgspec.Struct):
    statements: list[Raw]
    more: str | None = None


class _About(msgspec.Struct):
    version: list[str]


_RESULT = msgspec.json.Decoder(_Result)


class HttpSourceClient(HttpLrsClient):
    """An LRS whose statements are read; parameters as of `HttpLrsClient`."""

    def __init__(self, endpoint: str, key: str, secret: str) -> None:
        super().__init__(endpoint, key, secret)
        self._most = MOST_PAGE
        self._about = endpoint.rstrip("/") + "/about"

    def agree(self) -> str:
        """Asks which versions the LRS speaks (Communication 2.8) and returns the one spoken from now on.

        An LRS that does not say is spoken to in 1.0.3. Raises UnavailableError.
        """
        status, headers, answer = self._call("GET", url=self._about)
        if status in (429, 503):
            raise self._refusal(status, headers, answer)
        known = _versions(answer) if status == 200 else []
        if any(version.startswith("2.0") for version in known):
            self._session.headers[VERSION_HEADER] = _NEWER
        return str(self._session.headers[VERSION_HEADER])

    def first(self, asked: Mapping[str, str]) -> Page:
        """The first page of what matches the parameters `asked` (Communication 2.1.3); raises DeliveryError."""
        return self._page(self._statements, asked)

    def following(self, more: str) -> Page:
        """The page at `more` of the page before.

        Raises DeliveryError, and PullError `pull.foreign_more` when it is at another address than the LRS: neither the
        credential nor a question from inside our network may go there.
        """
        return self._page(_link(self._statements, more), None)

    def _page(self, url: str, asked: Mapping[str, str] | None) -> Page:
        status, headers, answer = self._call("GET", url=url, params=asked)
        if status != 200:
            raise self._refusal(status, headers, answer)
        body, contents = _parts(headers.get("Content-Type", ""), answer)
        try:
            require_text(body)
            found = _RESULT.decode(body)
        except (StatementError, msgspec.MsgspecError, RecursionError) as cause:
            raise UnavailableError("recorder.not_an_lrs", "the answer is no result of statements") from cause
        self._is_lrs = True
        return Page([bytes(one) for one in found.statements], contents, found.more or "", headers.get(_CONSISTENT, ""))


def _parts(kind: str, answer: bytes) -> tuple[bytes, Mapping[str, bytes]]:
    """The JSON of an answer, and the contents that came with it (Communication 1.5.2)."""
    declared = Message()
    declared["Content-Type"] = kind if kind.isprintable() else JSON
    if declared.get_content_type() != "multipart/mixed":
        return answer, {}
    try:
        return parts_of(declared.get_boundary(""), answer)
    except LrsError as cause:
        raise UnavailableError("recorder.not_an_lrs", f"broken parts: {cause.code}") from cause


def _versions(answer: bytes) -> list[str]:
    try:
        return msgspec.json.decode(answer, type=_About).version
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return []


def _link(base: str, more: str) -> str:
    """The address that `more` in an answer of `base` names; PullError when it is not of the same origin."""
    try:
        url = urljoin(base, more)
    except ValueError as cause:
        raise PullError("pull.foreign_more", "a link that is no address") from cause
    if not _is_plain(more) or _origin(url) != _origin(base):
        raise PullError("pull.foreign_more", "a link to another address")
    return url


def _is_plain(link: str) -> bool:
    """Whether every reader of addresses reads `link` alike: no spaces, control signs or backslashes."""
    return len(link) <= _MOST_LINK and link.isprintable() and not set(link) & {" ", "\\"}


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None when there is none, or it hides behind a user name."""
    try:
        parts = urlsplit(url)
        port = _port(parts)
    except ValueError:
        return None
    if not parts.hostname or not port or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)
