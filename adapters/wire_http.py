"""One request over a real connection, brief and bounded; what may be repeated is decided by `adapters.http`."""

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError
from urllib3.filepost import encode_multipart_formdata

from adapters.errors import AdapterError
from xapi.identity import mask_nips_in
from xapi.retry_after import seconds_asked

CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
MOST_SECONDS = 300.0  # from the last byte of a request to the last of its answer
MOST_UPLOAD = 256 * 1024 * 1024
USER_AGENT = "Jampel"
UNTRUSTED = "certificate not trusted"
_PIECE = 64 * 1024


class Sent(msgspec.Struct, frozen=True):
    """A request. `most` is the bound of its answer in bytes; a successful answer goes `into` a file when given."""

    method: str
    url: str
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    most: int = 16 * 1024 * 1024
    into: Any = None

    def __repr__(self) -> str:
        return f"Sent({self.method})"  # addresses and headers may hold tokens


class Reply(msgspec.Struct, frozen=True):
    """What a system answered; header names are in lower case.

    `cut`: it was over the limit and is not whole. `written`: it answers a write, so an answer that cannot be read
    leaves open what became of it. `host` is whose answer it is.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}
    cut: bool = False
    most: int = 16 * 1024 * 1024
    host: str = ""
    written: bool = False

    def __repr__(self) -> str:
        return f"Reply({self.status}, {len(self.body)} bytes)"  # answers hold people

    @property
    def ok(self) -> bool:
        """Whether the status says success."""
        return 200 <= self.status < 300

    @property
    def wait_asked(self) -> float | None:
        """The seconds that the system asks us to wait (`Retry-After`), None when it does not."""
        return seconds_asked(self.headers.get("retry-after", ""), self.headers.get("date", ""))

    def json(self, *, any_status: bool = False) -> Any:
        """The JSON of the answer; of one that is no success only with `any_status`.

        Raises AdapterError `remote.broken_answer`, or `remote.unsure` for a write.
        """
        if not self.ok and not any_status:
            raise self._broken(f"HTTP {self.status}")
        try:
            return msgspec.json.decode(self.body.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
            raise self._broken("no JSON") from cause

    def _broken(self, detail: str) -> AdapterError:
        if self.written and (self.ok or self.status >= 500):
            return AdapterError("remote.unsure", detail, host=self.host)
        return AdapterError("remote.broken_answer", detail, host=self.host, status=self.status)


Transport = Callable[[Sent], Reply]
"""Carries one request; raises NotSentError or BrokenLinkError."""


class NotSentError(Exception):
    """There was no connection: the system has seen nothing of the request. `reason` is a word without addresses."""

    def __init__(self, reason: str = "no connection") -> None:
        super().__init__(reason)
        self.reason = reason


class BrokenLinkError(Exception):
    """The connection broke: the system may have carried out the request. `reason` is a word without addresses."""

    def __init__(self, reason: str = "broken connection") -> None:
        super().__init__(reason)
        self.reason = reason


class _NoQueries(logging.Filter):
    """Takes what follows a `?` out of log lines, for some systems want their token there, and NIPs out of paths."""

    def filter(self, record: logging.LogRecord) -> bool:
        """As in logging.Filter."""
        if isinstance(record.args, tuple):
            texts = (mask_nips_in(one.split("?")[0]) if isinstance(one, str) else one for one in record.args)
            record.args = tuple(texts)
        return True


def open_wire(ca_file: str = "") -> Transport:
    """A transport over the network that trusts the certificates in `ca_file`, or else those of the public authorities.

    Raises AdapterError `remote.no_ca_file` when there is no such file.
    """
    if ca_file and not Path(ca_file).is_file():
        raise AdapterError("remote.no_ca_file", "no such file", file=Path(ca_file).name)
    return _Wire(ca_file).carry


def multipart(form: Mapping[str, str], field: str, file: Path) -> tuple[bytes, str]:
    """The body and Content-Type of a form (RFC 7578) with the fields of `form` and the file at `file` as `field`.

    Raises AdapterError `remote.upload_too_large`, `remote.no_upload`.
    """
    try:
        if (size := file.stat().st_size) > MOST_UPLOAD:
            raise AdapterError("remote.upload_too_large", f"{size} bytes", file=file.name, limit=MOST_UPLOAD)
        content = file.read_bytes()
    except OSError as cause:
        raise AdapterError("remote.no_upload", type(cause).__name__, file=file.name) from cause
    kind = "application/pdf" if content.startswith(b"%PDF-") else "application/octet-stream"
    return encode_multipart_formdata({**form, field: (file.name, content, kind)})


class _Wire:
    """Connections that are kept between requests of one run; no proxies or passwords of the environment."""

    def __init__(self, ca_file: str) -> None:
        self._cut = _Cut()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = ca_file or True
        self._session.headers["User-Agent"] = USER_AGENT
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _WatchedAdapter(self._cut.watch))
        logger = logging.getLogger("urllib3.connectionpool")
        if not any(isinstance(one, _NoQueries) for one in logger.filters):
            logger.addFilter(_NoQueries())

    def carry(self, sent: Sent) -> Reply:
        """As in `Transport`."""
        with self._cut as cut:
            try:
                reply = self._carry(sent)
            except requests.RequestException as cause:
                raise _what_happened(cause) from None  # the text of the cause holds the whole address
            if cut.over:
                raise BrokenLinkError("too slow")
            return reply

    def _carry(self, sent: Sent) -> Reply:
        with self._session.request(
            sent.method,
            sent.url,
            data=None if sent.body is None else BytesIO(sent.body),  # in pieces, each with its own wait
            headers=dict(sent.headers),
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
        ) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            reply = Reply(response.status_code, headers=headers)
            body = BytesIO()
            cut = not _copy(response, sent.into if sent.into is not None and reply.ok else body, sent.most)
            return msgspec.structs.replace(reply, body=body.getvalue(), cut=cut)


def _copy(response: requests.Response, target: BinaryIO, most: int) -> bool:
    """Writes the body into `target`; False when it has more than `most` bytes, which are then not all read."""
    size = 0
    for piece in response.iter_content(_PIECE):
        size += len(piece)
        if size > most:
            return False
        target.write(piece)
    return True


def _what_happened(cause: requests.RequestException) -> NotSentError | BrokenLinkError:
    inner = cause.args[0] if cause.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else None
    if isinstance(reason, SSLError) and any(isinstance(one, ssl.SSLCertVerificationError) for one in reason.args):
        return NotSentError(UNTRUSTED)
    if isinstance(cause, requests.ConnectTimeout | requests.exceptions.InvalidURL):
        return NotSentError(type(cause).__name__)
    kind = NotSentError if isinstance(reason, NewConnectionError) else BrokenLinkError
    return kind(type(reason or cause).__name__)


class _Cut:
    """Ends the connection of one request when its time is over: a drip of bytes never meets the limit of one wait."""

    def __init__(self) -> None:
        self.over = False
        self._timer: threading.Timer | None = None

    def watch(self, connected: socket.socket | None) -> None:
        """From now on the answer on this socket has MOST_SECONDS."""
        self._stop()
        self._timer = threading.Timer(MOST_SECONDS, self._end, (connected,))
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> "_Cut":
        self.over = False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _end(self, connected: socket.socket | None) -> None:
        self.over = True
        if connected is not None:
            with suppress(OSError):
                socket.socket.shutdown(connected, socket.SHUT_RDWR)  # below TLS, which another thread is using


class _WatchedAdapter(HTTPAdapter):
    """Tries nothing twice, and tells `watch` the socket on which each answer is awaited."""

    def __init__(self, watch: Callable[[socket.socket | None], None]) -> None:
        self._watch = watch
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        """As in HTTPAdapter, with our connections."""
        super().init_poolmanager(*args, **settings)
        pools: dict[str, Any] = {"http": HTTPConnectionPool, "https": HTTPSConnectionPool}
        self.poolmanager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": _watched(pool.ConnectionCls, self._watch)})
            for scheme, pool in pools.items()
        }


def _watched(kind: type[Any], watch: Callable[[socket.socket | None], None]) -> type[Any]:
    class Connection(kind):
        def getresponse(self) -> Any:
            watch(self.sock)
            return super().getresponse()

    return Connection
