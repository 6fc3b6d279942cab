"""The one way of adapters to systems over HTTP: to one address, patient with a poor link, never twice by accident.

An adapter makes one client for each run and asks it by paths below the address in the settings::

    from adapters.http import HTTP_OPTIONS, SystemHttp

    ADAPTER = System(name="contoh", options=(*HTTP_OPTIONS, Option(name="token", secret=True, …)), …)

    def pages(self, connection, cursor):
        http = SystemHttp.of(connection, secrets=("token",))
        reply = http.get("api/kursus", query={"halaman": "1"}, headers={"Authorization": f"Bearer {token}"})
        rows = reply.json()          # AdapterError remote.broken_answer when it is no JSON or no success

Reads are tried again after a break, a 429 or a 5xx; writes are not, unless the caller says that a repeat is harmless
(`safe=True`). A write whose outcome nobody knows raises `remote.unsure`: look for the record before sending it again.
Statuses 4xx that mean something in a system (404, 409, 422) come back as replies; 401 and 403 raise `remote.refused`.
What a system says goes into an error only through `said`, without secrets and NIPs. Tests give the connection a
`transport`, a function from `Sent` to `Reply` (it may raise `NotSentError` or `BrokenLinkError`), and no network is
needed.
"""

import io
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote_plus, urlencode, urljoin

import msgspec

from adapters.addresses import checked_address, origin_of, same_origin
from adapters.errors import AdapterError
from adapters.remote import N_, Connection, Option
from adapters.said import plain_said
from adapters.wire_http import UNTRUSTED, BrokenLinkError, NotSentError, Reply, Sent, Transport, multipart, open_wire

MOST_BYTES = 16 * 1024 * 1024
"""The most bytes of an answer, unless the caller says another bound."""
ATTEMPTS = 4
FIRST_WAIT, MOST_WAIT = 1.0, 120.0  # seconds; a system that asks for more is left alone until the next run
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOT_DONE = frozenset({425, 429})  # a write answered so was not carried out
_MOST_TURNS = 4

HTTP_OPTIONS = (
    Option(name="url", text=N_("Alamat sistem, misalnya https://lms.contoh.go.id/."), required=True),
    Option(
        name="allow_http",
        text=N_('"ya" mengizinkan http tanpa enkripsi. Hanya untuk jaringan tertutup; token ikut terbaca di jalan.'),
    ),
    Option(
        name="ca_file",
        text=N_("Berkas PEM sertifikat CA, bila sertifikat sistem ditandatangani oleh instansi sendiri."),
    ),
)
"""The options that `SystemHttp.of` reads: put them among those of an adapter."""


class SystemHttp:
    """One system at `url`, which must be https unless `allow_http` or on this machine.

    `secrets` are texts that must never be shown, `pause` the least seconds between two requests. `sleep` and
    `monotonic` are given so that tests do not wait. Raises AdapterError `remote.address_broken`, `remote.not_https`.
    """

    def __init__(
        self,
        url: str,
        *,
        transport: Transport,
        allow_http: bool = False,
        secrets: Collection[str] = (),
        pause: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = checked_address(url, allow_http=allow_http).rstrip("/") + "/"
        self._transport = transport
        self._secrets = {form for secret in secrets if len(secret) > 3 for form in (secret, quote_plus(secret))}
        self._pause = pause
        self._sleep = sleep
        self._monotonic = monotonic
        self._last: float | None = None

    @classmethod
    def of(
        cls, connection: Connection, *, option: str = "url", secrets: Collection[str] = (), pause: float = 0.0
    ) -> "SystemHttp":
        """The client for the address in `option` of `connection`; `secrets` are names of its secret options."""
        return cls(
            connection.option(option),
            transport=connection.transport or open_wire(connection.options.get("ca_file", "")),
            allow_http=connection.options.get("allow_http", "").strip().casefold() in ("ya", "yes", "true", "1"),
            secrets=[connection.options.get(name, "") for name in secrets],
            pause=pause,
            sleep=connection.sleep,
        )

    def get(
        self,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        most: int = MOST_BYTES,
    ) -> Reply:
        """GET `path` (below the address, or a whole address of the same origin), at most `most` bytes."""
        return self._ask(Sent("GET", self._url(path, query), headers or {}, most=most), safe=True)

    def post_form(
        self, path: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None, safe: bool = False
    ) -> Reply:
        """POST `form` as a web form does. `safe`: it changes nothing, or a repeat is harmless, so it may be retried."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._ask(Sent("POST", self._url(path), sent, urlencode(form).encode()), safe=safe)

    def post_json(
        self, path: str, body: object, *, headers: Mapping[str, str] | None = None, safe: bool = False
    ) -> Reply:
        """POST `body` as JSON; `safe` as in `post_form`."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._ask(Sent("POST", self._url(path), sent, msgspec.json.encode(body)), safe=safe)

    def upload(
        self,
        path: str,
        file: Path,
        *,
        field: str = "file",
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """POST the file at `file` as the part `field` of a multipart form, with the fields of `form`."""
        body, content_type = multipart(form or {}, field, file)
        return self._ask(Sent("POST", self._url(path), {**(headers or {}), "Content-Type": content_type}, body))

    def delete(self, path: str, *, headers: Mapping[str, str] | None = None) -> Reply:
        """DELETE `path`; a repeat of it is harmless (RFC 9110 section 9.2.2)."""
        return self._ask(Sent("DELETE", self._url(path), headers or {}), safe=True)

    def download(
        self,
        path: str,
        target: Path,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        most: int = MOST_BYTES,
    ) -> Reply:
        """GET `path` into the file `target`, which appears only when it is whole and has at most `most` bytes."""
        part = target.with_name(target.name + ".part")
        try:
            with part.open("w+b") as into:
                sent = Sent("GET", self._url(path, query), headers or {}, most=most, into=into)
                reply = self._ask(sent, safe=True)
                if not reply.ok:
                    return reply
                into.write(reply.body)  # a transport of a test answers in one piece
            part.replace(target)
            return reply
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def said(self, reply: Reply) -> str:
        """What the system wrote into `reply`, short, as plain text, without secrets and NIPs: fit for an error."""
        return plain_said(reply.body, self._secrets)

    def _url(self, path: str, query: Mapping[str, str] | None = None) -> str:
        url = urljoin(self._base, path)
        if not same_origin(url, self._base):
            raise AdapterError("remote.other_host", "an address of another system", host=self._host)
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url

    @property
    def _host(self) -> str:
        return origin_of(self._base)[1]

    def _ask(self, sent: Sent, *, safe: bool = False) -> Reply:
        """The reply to `sent` after as many tries as are harmless; raises AdapterError."""
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                reply = self._once(sent)
            except NotSentError as cause:  # nothing has left: a repeat is harmless for writes too
                if last or cause.reason == UNTRUSTED:
                    raise self._unreachable(cause) from cause
                wait = None
            except BrokenLinkError as cause:
                if not safe:
                    raise self._unsure(cause.reason) from cause
                if last:
                    raise self._unreachable(cause) from cause
                wait = None
            else:
                if reply.status not in _BUSY:
                    return self._read(reply, safe=safe)
                if not safe and reply.status not in _NOT_DONE:
                    raise self._unsure(f"HTTP {reply.status}")
                wait = reply.wait_asked
                if last or (wait or 0.0) > MOST_WAIT:
                    raise self._busy(reply)
            self._sleep(max(wait or 0.0, FIRST_WAIT * 2 ** (attempt - 1)))
        raise AssertionError("every last attempt returns or raises")

    def _once(self, sent: Sent) -> Reply:
        """One try, with redirects of reads within the origin followed."""
        first = sent
        for _turn in range(_MOST_TURNS):
            self._wait_a_turn()
            if sent.into is not None:
                sent.into.seek(io.SEEK_SET)
                sent.into.truncate()
            reply = self._transport(sent)
            where = reply.headers.get("location", "")
            if reply.status not in (301, 302, 303, 307, 308) or not where:
                return msgspec.structs.replace(reply, most=sent.most)
            url = urljoin(sent.url, where)
            if sent.method != "GET" or not same_origin(url, self._base):
                raise AdapterError("remote.redirected", "a redirect", host=self._host, other=origin_of(url)[1] or "?")
            sent = msgspec.structs.replace(first, url=url)
        raise AdapterError("remote.redirected", "too many redirects", host=self._host, other=self._host)

    def _wait_a_turn(self) -> None:
        now = self._monotonic()
        if self._last is not None and now - self._last < self._pause:
            self._sleep(self._pause - (now - self._last))
        self._last = self._monotonic()

    def _read(self, reply: Reply, *, safe: bool) -> Reply:
        if reply.status in (401, 403):
            raise AdapterError("remote.refused", f"HTTP {reply.status}", host=self._host, status=reply.status)
        if reply.status in (501, 505, 511) or reply.status >= 520:
            raise self._busy(reply) if safe else self._unsure(f"HTTP {reply.status}")
        if reply.cut or len(reply.body) > reply.most:
            if not safe:
                raise self._unsure("an answer over the limit")
            raise AdapterError("remote.too_large", "an answer over the limit", host=self._host, limit=reply.most)
        return msgspec.structs.replace(reply, host=self._host, written=not safe)

    def _unreachable(self, cause: NotSentError | BrokenLinkError) -> AdapterError:
        if cause.reason == UNTRUSTED:
            return AdapterError("remote.untrusted", cause.reason, host=self._host)
        return AdapterError("remote.unreachable", cause.reason, host=self._host)

    def _busy(self, reply: Reply) -> AdapterError:
        detail = f"HTTP {reply.status}"
        wait = int(reply.wait_asked or 0)
        return AdapterError("remote.busy", detail, host=self._host, status=reply.status, seconds=wait)

    def _unsure(self, reason: str) -> AdapterError:
        return AdapterError("remote.unsure", reason, host=self._host)
