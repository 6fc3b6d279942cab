"""The statements resource: PUT, POST and GET (xAPI 1.0.3 Communication 2.1)."""

import hashlib
from functools import lru_cache
from typing import Literal, cast

import msgspec
from werkzeug import Request
from werkzeug.http import http_date

from xapi.errors import LrsError
from xapi.lrs.attachments import Content
from xapi.lrs.multipart import Sent
from xapi.lrs.parts import MIXED, write_parts
from xapi.lrs.prepare import Version
from xapi.lrs.principal import Principal
from xapi.lrs.query import StatementQuery, StatementResult
from xapi.lrs.service import Lrs
from xapi.lrs.web.exchange import (
    JSON,
    Answer,
    BodyLimits,
    agent_parameter,
    asked_version,
    json_answer,
    parameters,
    read_body,
    required,
    truth,
)
from xapi.lrs.web.multipart import read_parts

_SINGLE = ("statementId", "voidedStatementId")
_TEXTS = ("verb", "activity", "registration", "since", "until")
_FILTERS = ("agent", *_TEXTS, "related_activities", "related_agents", "limit", "ascending")
_FORMATS = ("ids", "exact", "canonical")
_ANY = ("format", "attachments")
_MOST_DIGITS = 9
_MOST_LANGUAGE = 200
Format = Literal["ids", "exact", "canonical"]


class StatementResource:
    """Answers requests for statements; each method gets the principal and the request."""

    def __init__(self, lrs: Lrs, limits: BodyLimits) -> None:
        self._lrs = lrs
        self._limits = limits

    def put(self, principal: Principal, request: Request) -> Answer:
        """Stores one statement under the statementId (2.1.1)."""
        statement_id = required(parameters(request, ("statementId",)), "statementId")
        sent = self._sent(principal, request)
        self._lrs.put_statement(
            principal, statement_id, sent.statements, version=_version(request), contents=sent.contents
        )
        return Answer(status=204)

    def post(self, principal: Principal, request: Request) -> Answer:
        """Stores a statement or a list of them (2.1.2)."""
        parameters(request, ())
        sent = self._sent(principal, request)
        ids = self._lrs.post_statements(principal, sent.statements, version=_version(request), contents=sent.contents)
        return json_answer(ids)

    def get(self, principal: Principal, request: Request) -> Answer:
        """One statement by its id, or those that match (2.1.3)."""
        found = parameters(request, (*_SINGLE, *_FILTERS, *_ANY))
        form, attachments = _form(found), truth(found, "attachments")
        language = request.headers.get("Accept-Language", "")[:_MOST_LANGUAGE]
        ids = [name for name in _SINGLE if name in found]
        if not ids:
            asked = _query(found, form, language, attachments=attachments)
            return _page(request, self._lrs.query(principal, asked))
        if len(found.keys() - set(_ANY)) > 1:
            raise LrsError("lrs.parameter_mixed", f"{ids[0]} with other filters", status=400, name=ids[0])
        stored = self._lrs.find_statement(principal, found[ids[0]], voided=ids[0] == "voidedStatementId")
        [body] = self._lrs.presented(principal, [stored.body], form, language)
        response = _answer(body, self._lrs.contents(principal, [stored.body]) if attachments else None)
        response.headers["Last-Modified"] = _date(stored.moment // 1_000_000)
        return response

    def more(self, principal: Principal, request: Request, token: str) -> Answer:
        """The next page of an answer (2.1.3)."""
        parameters(request, ())
        return _page(request, self._lrs.more(principal, token))

    def _sent(self, principal: Principal, request: Request) -> Sent:
        """The statements of a request, in JSON alone or in parts with the contents of their attachments (1.5)."""
        if request.mimetype not in (JSON, MIXED):
            raise LrsError("lrs.content_type", "neither application/json nor multipart/mixed", status=400)
        most = self._limits.plain if request.mimetype == JSON else self._limits.parts
        body = read_body(request, most if principal.module is None else min(most, self._limits.module))
        return Sent(body, {}) if request.mimetype == JSON else read_parts(request.headers["Content-Type"], body)


@lru_cache(maxsize=1024)
def _date(seconds: int) -> str:
    """A moment as a header has it; many statements are stored in one second."""
    return http_date(seconds)


def _page(request: Request, result: StatementResult) -> Answer:
    """The page with the relative IRL of the next one (2.1.3)."""
    before, resource, _ = (request.script_root + request.path).rpartition("/statements")
    link = f"{before}{resource}/more/{result.more}" if result.more else ""
    body = b'{"statements":[%b],"more":%b}' % (b",".join(result.bodies), msgspec.json.encode(link))
    return _answer(body, result.contents)


def _answer(body: bytes, contents: list[Content] | None) -> Answer:
    """`body` as JSON, or in parts with `contents`; its ETag is the SHA-1 of what is sent (1.5.2, 3.1)."""
    kind = JSON
    if contents is not None:
        kind, body = write_parts(body, contents)
    response = Answer(body, kind=kind)
    response.headers["ETag"] = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
    return response


def _version(request: Request) -> Version:
    return "2.0.0" if asked_version(request) == "2.0.0" else "1.0.0"


def _form(found: dict[str, str]) -> Format:
    form = found.get("format", "exact")
    if form not in _FORMATS:
        raise LrsError("lrs.parameter_value", "unknown format", status=400, name="format")
    return cast(Format, form)


def _query(found: dict[str, str], form: Format, language: str, *, attachments: bool) -> StatementQuery:
    return StatementQuery(
        agent=agent_parameter(found["agent"]) if "agent" in found else None,
        related_activities=truth(found, "related_activities"),
        related_agents=truth(found, "related_agents"),
        ascending=truth(found, "ascending"),
        limit=_limit(found.get("limit", "0")),
        format=form,
        attachments=attachments,
        language=language if form == "canonical" else "",
        **{name: found[name] for name in _TEXTS if name in found},
    )


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise LrsError("lrs.parameter_value", "limit is not a whole number", status=400, name="limit")
    return int(text) if len(text) <= _MOST_DIGITS else 0
