"""Ways to an LRS: over HTTP to any LRS, and in process to our own."""

import time
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import BinaryIO, Protocol

import msgspec
import requests
from requests.auth import HTTPBasicAuth
from urllib3.util.retry import Retry

from xapi.errors import LrsError, RecorderError, StatementError
from xapi.lrs.principal import Principal
from xapi.recorder import http
from xapi.recorder.port import DeliveryError, NotAllowedError, StatementRefused, UnavailableError, answered
from xapi.retry_after import seconds_asked

VERSION_HEADER = "X-Experience-API-Version"
VERSION = "1.0.3"
VERSIONS = frozenset({"1.0.3", "2.0.0"})
TIMEOUT = (10.0, 30.0)  # seconds to connect, and for each 16 KiB of a body to get out; seconds between bytes
MOST_BYTES = 16 * 1024 * 1024  # of an answer
SHOWN = 300  # characters of a refusal that are kept


class _Result(msgspec.Struct):
    statements: list[msgspec.Raw]


class _Numbered(msgspec.Struct):
    id: str


class HttpLrsClient:
    """An LRS at `endpoint` (as `https://lrs.example.go.id/xapi/`), with the credential `key` and `secret` (Basic).

    It speaks xAPI `version`, "1.0.3" or "2.0.0" (RecorderError `recorder.unknown_version` for another).
    Redirects are not followed: a credential goes to the address in the settings and nowhere else. A connection that
    cannot be made is tried `attempts` times; everything else is left to the queue. `version` is the
    xAPI version spoken.
    """

    def __init__(
        self, endpoint: str, key: str, secret: str, *, version: str = VERSION,
        timeout: tuple[float, float] = TIMEOUT, attempts: int = 2,
    ) -> None:  # fmt: skip
        if version not in VERSIONS:
            raise RecorderError("recorder.unknown_version", version, version=version, known=", ".join(sorted(VERSIONS)))
        self.who = endpoint
        self._is_lrs = False  # until it has answered as only an LRS does
        self._most = MOST_BYTES
        self._statements = endpoint.rstrip("/") + "/statements"
        self._timeout = timeout
        self._session = requests.Session()
        self._session.auth = HTTPBasicAuth(key.encode(), secret.encode())
        self._session.headers.update({VERSION_HEADER: version, "User-Agent": "Jampel"})
        retries = Retry(
            total=attempts - 1, connect=attempts - 1, read=0, status=0, redirect=0, backoff_factor=0.2,
            respect_retry_after_header=False,  # else a GET with that header looks like an LRS that cannot be reached
        )  # fmt: skip
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, http.PatientAdapter(max_retries=retries))

    def post(self, statements: Sequence[bytes]) -> list[str]:
        """As in `LrsClient`: POST statements (xAPI 1.0.3 Communication 2.1.2)."""
        return self._post(b"[" + b",".join(statements) + b"]", "application/json")

    def _post(self, body: bytes, content_type: str) -> list[str]:
        """The ids in the answer to a POST of `body`; raises as `post`."""
        status, headers, answer = self._call("POST", data=BytesIO(body), headers={"Content-Type": content_type})
        if status == 204:  # Ralph's answer when it has all of them already
            return []
        if status != 200:
            raise self._refusal(status, headers, answer)
        try:
            received = msgspec.json.decode(answer, type=list[str])
        except (msgspec.DecodeError, UnicodeDecodeError) as cause:
            raise UnavailableError("recorder.not_an_lrs", "the answer is no list of statement ids") from cause
        self._is_lrs = True
        return received

    def get(self, statement_id: str) -> bytes | None:
        """As in `LrsClient`: GET one statement (xAPI 1.0.3 Communication 2.1.3).

        Some LRSs wrap the one in a list of statements; what is not that statement is UnavailableError.
        """
        return self._get("statementId", statement_id)

    def _get(self, parameter: str, statement_id: str) -> bytes | None:
        """The statement whose id is the value of `parameter`, `statementId` or `voidedStatementId`; as `get`."""
        status, headers, answer = self._call("GET", params={parameter: statement_id})
        if status == 404 and VERSION_HEADER in headers:
            return None
        if status != 200:
            raise self._refusal(status, headers, answer)
        return _the_one(answer, statement_id)

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def _refusal(self, status: int, headers: Mapping[str, str], answer: bytes) -> DeliveryError:
        """The error for an answer that is no success.

        An LRS names its version in every answer (xAPI 1.0.3 Communication 3.3), and those that do not (Ralph) still
        answer a query as only an LRS does. Whatever refuses content and does neither is a proxy or a wrong address, and
        the statements are not to blame; only "too large" (413) is believed of anyone.
        """
        message = " ".join(answer.decode("utf-8", "replace").split())[:SHOWN]
        error = answered(status, message, seconds_asked(headers.get("Retry-After", ""), headers.get("Date", "")))
        doubtful = isinstance(error, StatementRefused) and status != 413 and VERSION_HEADER not in headers
        if doubtful and not self._answers_queries():
            return NotAllowedError("recorder.not_allowed", f"HTTP {status}, not by an LRS", status=status)
        return error

    def _answers_queries(self) -> bool:
        """Whether there is an LRS at the address: asked once, when it is in doubt."""
        if not self._is_lrs:
            status, _headers, answer = self._call("GET", params={"limit": "1"})
            self._is_lrs = status == 200 and _listed(answer) is not None
        return self._is_lrs

    def _call(
        self, method: str, *, data: BinaryIO | None = None, params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None, url: str = "",
    ) -> tuple[int, Mapping[str, str], bytes]:  # fmt: skip
        """Status, headers and body of one request, to the statements or to `url`.

        Raises UnavailableError when there is no whole answer.
        """
        try:
            with self._session.request(
                method, url or self._statements, data=data, params=params, headers=headers,
                timeout=self._timeout, allow_redirects=False, stream=True,
            ) as response:  # fmt: skip
                return response.status_code, response.headers, _bounded_body(response, self._most)
        except requests.RequestException as cause:
            raise UnavailableError("recorder.unreachable", type(cause).__name__) from cause


class InProcessLrs(Protocol):
    """The part of `xapi.lrs.service.Lrs` that the local client uses."""

    def post_statements(self, principal: Principal, body: bytes) -> list[str]:
        """Stores a JSON array of statements."""
        ...

    def get_statement(self, principal: Principal, statement_id: str, voided: bool = False) -> bytes:
        """One stored statement."""
        ...


class LocalLrsClient:
    """The embedded LRS `lrs`, used as `principal` without HTTP."""

    who = "embedded"

    def __init__(self, lrs: InProcessLrs, principal: Principal) -> None:
        self._lrs = lrs
        self._principal = principal

    def post(self, statements: Sequence[bytes]) -> list[str]:
        """As in `LrsClient`."""
        try:
            return self._lrs.post_statements(self._principal, b"[" + b",".join(statements) + b"]")
        except StatementError as cause:
            raise answered(400, f"{cause} at {cause.path}") from cause
        except LrsError as cause:
            raise answered(cause.status, str(cause)) from cause

    def get(self, statement_id: str) -> bytes | None:
        """As in `LrsClient`."""
        try:
            return self._lrs.get_statement(self._principal, statement_id)
        except LrsError as cause:
            if cause.status == 404:
                return None
            raise answered(cause.status, str(cause)) from cause


def _bounded_body(response: requests.Response, most: int) -> bytes:
    """The whole body; raises UnavailableError when it has more than `most` bytes or comes too slowly."""
    began = time.monotonic()  # a measure of this call alone, never a date
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(64 * 1024):
        size += len(chunk)
        if size > most or time.monotonic() - began > http.MOST_SECONDS:
            detail = f"an answer of more than {most} bytes or {http.MOST_SECONDS} s"
            raise UnavailableError("recorder.not_an_lrs", detail)
        chunks.append(chunk)
    return b"".join(chunks)


def _the_one(answer: bytes, statement_id: str) -> bytes | None:
    """The statement in `answer`, alone or in a list; None when the list is empty."""
    listed = _listed(answer)
    found = answer if listed is None else bytes(listed[0]) if listed else None
    if found is None:
        return None
    try:
        number = msgspec.json.decode(found, type=_Numbered).id
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise UnavailableError("recorder.not_an_lrs", "the answer is no statement") from cause
    if number.lower() != statement_id.lower():
        raise UnavailableError("recorder.not_an_lrs", "the answer is another statement")
    return found


def _listed(answer: bytes) -> list[msgspec.Raw] | None:
    """The statements of a StatementResult (xAPI 1.0.3 Data 2.5), or None when it is no such thing."""
    try:
        return msgspec.json.decode(answer, type=_Result).statements
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
