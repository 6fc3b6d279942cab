"""One request and its answer: parameters, body, version and credentials, checked before anything else looks at them."""

import base64
import binascii
import re
from collections.abc import Collection
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes

import msgspec
from werkzeug import Request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge

from xapi.errors import DatabaseError, LrsError, StatementError
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.principal import Principal
from xapi.validation.strict_json import count_all_keys

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

VERSION_HEADER = "X-Experience-API-Version"
_VERSION = "HTTP_X_EXPERIENCE_API_VERSION"
LATEST = "1.0.3"
JSON = "application/json"
_CHUNK = 64 * 1024
_ONE = re.compile(r"1\.0(?:\.\d+)?", re.ASCII)
_TWO = re.compile(r"2\.0\.\d+", re.ASCII)
_ALWAYS = {  # documents are whatever a client sent: no browser may run one as a page of this host
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
}
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_WITHOUT_BODY = (204, 304)
_OBJECT = msgspec.json.Decoder(dict[str, Any])


def asked_version(request: Request) -> str | None:
    """The version of the standard that the answer speaks, or None when the request names none that is known (3.3)."""
    header = request.environ.get(_VERSION, "").strip()
    if _ONE.fullmatch(header):
        return LATEST
    return "2.0.0" if _TWO.fullmatch(header) else None


def require_query(request: Request) -> None:
    """Refuses parameters that are not UTF-8 (Communication 1.4); what reads them would guess, or break."""
    query = request.query_string
    try:
        (unquote_to_bytes(query) if b"%" in query else query).decode()
    except UnicodeDecodeError as cause:
        raise LrsError("lrs.query_encoding", "the parameters are not UTF-8", status=400) from cause


def who_asks(request: Request, credentials: CredentialStore, now: datetime) -> Principal:
    """The principal of the Authorization header, Basic or Bearer; LrsError 401 when it names nobody."""
    scheme, _, rest = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    principal = None
    if scheme.lower() == "basic":
        key, _, secret = _basic(rest).partition(":")
        principal = credentials.authenticate(key, secret)
    elif scheme.lower() == "bearer":
        principal = credentials.authenticate_token(rest.strip(), now)
    if principal is None:
        raise LrsError("lrs.unauthorized", "no valid credentials", status=401)
    return principal


def knows(environ: dict[str, Any], credentials: CredentialStore, now: datetime) -> bool:
    """Whether the sender of a request, known by its WSGI environment, is somebody.

    The alternate syntax of 1.0.3 has its credentials in the body, so such a request is from somebody until it is read.
    So is any while the database does not answer: without its body it would be refused for good, if the database is back
    a moment later, and not just for now.
    """
    if environ["QUERY_STRING"].startswith("method="):
        return True
    try:
        who_asks(Request(environ), credentials, now)
    except LrsError:
        return False
    except DatabaseError:
        return True
    return True


def read_body(request: Request, most: int) -> bytes:
    """The body of the request; LrsError 413 when it has more than `most` bytes."""
    request.max_content_length = most
    try:
        return request.get_data(cache=False, parse_form_data=False)
    except RequestEntityTooLarge as cause:
        raise LrsError("lrs.too_large", f"more than {most} bytes", status=413, most=most) from cause
    except ClientDisconnected as cause:
        raise LrsError("lrs.cut_off", "the body ended early", status=400) from cause


def require_length(request: Request) -> None:
    """Refuses a body that comes in chunks without its length (LrsError 411).

    When the client is cut off in the middle of such a body, the server hands over what came as if that were all. JSON
    objects and parts tell by themselves whether they are whole; anything else would be stored half.
    """
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        raise LrsError("lrs.length_required", "a body in chunks without Content-Length", status=411)


def drain(request: Request, most: int) -> None:
    """Reads what is left of a refused body, at most `most` bytes: some servers hold the answer back until then."""
    try:
        request.max_content_length = most
        left = most
        while left > 0 and (some := request.stream.read(min(left, _CHUNK))):
            left -= len(some)
    except (HTTPException, OSError, ValueError):
        return


def parameters(request: Request, allowed: Collection[str]) -> dict[str, str]:
    """The query parameters; LrsError 400 for one that the resource does not have (case counts) or that stands twice."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(request.query_string.decode(), keep_blank_values=True):
        if name not in allowed:
            raise LrsError("lrs.parameter_unknown", "unknown parameter", status=400, known=", ".join(sorted(allowed)))
        if name in found:
            raise LrsError("lrs.parameter_twice", f"{name} stands twice", status=400, name=name)
        found[name] = value
    return found


def required(found: dict[str, str], name: str) -> str:
    """The value of a parameter that must be there."""
    if name not in found:
        raise LrsError("lrs.parameter_missing", f"{name} is missing", status=400, name=name)
    return found[name]


def truth(found: dict[str, str], name: str) -> bool:
    """A parameter that is `true` or `false`; false when it is not there."""
    value = found.get(name, "false")
    if value not in ("true", "false"):
        raise LrsError("lrs.parameter_value", f"{name} is neither true nor false", status=400, name=name)
    return value == "true"


def agent_parameter(text: str) -> dict[str, object]:
    """The agent in a parameter, an Agent or identified Group in JSON; its rules are checked where it is used."""
    count_all_keys(text.encode("utf-8", "surrogatepass"), "agent")
    try:
        return _OBJECT.decode(text)
    except (msgspec.MsgspecError, RecursionError) as cause:
        raise StatementError("statement.shape", "not a JSON object", path="agent", clause="Communication 2") from cause


class BodyLimits(NamedTuple):
    """The most bytes of a request's body: of JSON and documents, of statements with attachments, of a module's."""

    plain: int = 8 * 1024 * 1024
    parts: int = 32 * 1024 * 1024
    module: int = 256 * 1024


class Answer:
    """What goes back: `status`, `body`, and `headers` beside those that every answer has.

    A plain object, because the framework's headers cost more than finding the one statement that most answers are.
    """

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes = b"", status: int = 200, kind: str | None = None) -> None:
        self.body = body
        self.status = status
        self.headers: dict[str, str] = {} if kind is None else {"Content-Type": kind}

    def finished(self, version: str | None) -> "Answer":
        """This answer with the headers that every answer has."""
        self.headers = {**_ALWAYS, VERSION_HEADER: version or LATEST, **self.headers}
        return self

    def to_wsgi(self, method: str, start: "StartResponse") -> list[bytes]:
        """Sends it; the body of an answer to HEAD stays behind (Communication 1.1)."""
        headers = list(self.headers.items())
        if self.status not in _WITHOUT_BODY:
            headers.append(("Content-Length", str(len(self.body))))
        start(_STATUS[self.status], headers)
        return [] if method == "HEAD" or not self.body else [self.body]


def json_answer(value: object, status: int = 200) -> Answer:
    """`value` as a JSON answer."""
    return Answer(msgspec.json.encode(value), status, JSON)


def _basic(text: str) -> str:
    try:
        return base64.b64decode(text.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
