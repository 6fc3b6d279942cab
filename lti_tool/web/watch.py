"""Watches every request from outside the application: its id, its route, how long it took, and what it ended in.

It stands around all applications of the process and asks nothing of them but WSGI. The label of a route comes from the
page that took the request, or for the LRS from the path, and is never what a stranger wrote.
"""

import logging
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from time import perf_counter
from typing import Any

import msgspec
from flask import Flask, request

from lti_tool.logs.context import CURRENT, NO_ROUTE, RequestNote, current_request
from lti_tool.logs.mask import mask
from lti_tool.watch.figures import REFUSALS
from lti_tool.watch.tally import Tally

HEADER = "X-Request-ID"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
LRS = "/xapi/"
_RESOURCES = frozenset(
    f"{LRS}{name}"
    for name in (
        "about", "statements", "activities", "agents", "activities/state", "activities/profile", "agents/profile"
    )
)  # fmt: skip
_MORE = f"{LRS}statements/more/"
_SANE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{7,63}", re.ASCII)
_CODE = re.compile(r"[a-z0-9_]{1,40}\.[a-z0-9_.]{1,40}", re.ASCII)
_MOST_BODY = 4096  # bytes: the answer to a refused request is a short JSON object
_STATUSES = tuple(f"{hundred}xx" for hundred in range(6))
_access = logging.getLogger("jampel.access")
_log = logging.getLogger(__name__)


class _Refusal(msgspec.Struct):
    error: str


_REFUSAL = msgspec.json.Decoder(_Refusal)


class Watch:
    """The WSGI application `app`, watched. `prefix` begins the ids of requests that bring none, and tells processes
    apart; `access_log` writes a line for each request."""

    def __init__(self, app: Callable[..., Iterable[bytes]], tally: Tally, prefix: str, *, access_log: bool) -> None:
        self._app = app
        self._tally = tally
        self._prefix = prefix
        self._numbers = count(1)
        self._access_log = access_log

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers one request."""
        begun, method = perf_counter(), environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO", "")
        note = RequestNote(
            id=sane_id(environ.get("HTTP_X_REQUEST_ID", "")) or f"{self._prefix}-{next(self._numbers):x}",
            method=method if method in METHODS else "other",
            route=lrs_route(path) if path.startswith(LRS) else NO_ROUTE,
        )
        answer = _Answer(start_response, note.id)
        token = CURRENT.set(note)
        try:
            body = self._answered(environ, answer)
            if answer.status >= 400 and path.startswith(LRS):
                body = _with_code(body, answer, note)
            self._tell(note, answer.status, perf_counter() - begun)
        finally:
            CURRENT.reset(token)
        return body

    def _answered(self, environ: dict[str, Any], answer: "_Answer") -> Iterable[bytes]:
        try:
            return self._app(environ, answer)
        except Exception:
            _log.exception("the application failed")
            if answer.status:
                raise  # the head of another answer is under way: only the server can cut it off
            answer("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"Internal Server Error\n"]

    def _tell(self, note: RequestNote, status: int, seconds: float) -> None:
        self._tally.observe(note.method, note.route, _STATUSES[min(status // 100, 5)], seconds)
        if status >= 400 and note.code:
            self._tally.count(REFUSALS, note.code)
        if self._access_log:
            told = {"status": status, "ms": round(seconds * 1000, 2), "code": note.code or None}
            _access.info("request", extra=told)


class _Answer:
    """`start_response` with the id of the request in the head; remembers the status and the head."""

    def __init__(self, start_response: Callable[..., Any], request_id: str) -> None:
        self._start = start_response
        self._id = request_id
        self.status = 0
        self.headers: list[tuple[str, str]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """Sends the head of the answer."""
        self.status = int(status[:3])
        self.headers = headers
        return self._start(status, [*headers, (HEADER, self._id)], *([exc_info] if exc_info else []))


def sane_id(text: str) -> str:
    """`text` if it may be the id of a request in logs and headers, else an empty text."""
    return text if _SANE.fullmatch(text) and mask(text) == text else ""


def lrs_route(path: str) -> str:
    """The route of a path of the LRS."""
    if path in _RESOURCES:
        return path
    return f"{_MORE}<token>" if path.startswith(_MORE) else f"{LRS}-"


def _with_code(body: Iterable[bytes], answer: _Answer, note: RequestNote) -> Iterable[bytes]:
    """`body` as it is; the error code in it goes to `note`."""
    head = {name.lower(): value for name, value in answer.headers}
    length = head.get("content-length", "")
    if head.get("content-type") != "application/json" or not length.isdigit() or int(length) > _MOST_BODY:
        return body
    try:
        whole = b"".join(body)
    finally:
        if (close := getattr(body, "close", None)) is not None:
            close()
    with suppress(msgspec.MsgspecError):
        note_code(_REFUSAL.decode(whole).error, note)
    return [whole]


def note_code(code: str, note: RequestNote | None = None) -> None:
    """Says in which error the current request (or `note`) ends."""
    found = note or current_request()
    if found is not None and _CODE.fullmatch(code):
        found.code = code


def init_watch(app: Flask) -> None:
    """Lets the pages of `app` name their routes."""

    @app.before_request
    def _route() -> None:
        found = current_request()
        if found is not None and request.url_rule is not None and found.route == NO_ROUTE:
            found.route = request.url_rule.rule
