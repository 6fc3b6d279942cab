"""The statements resource: PUT, POST and GET (xAPI 1.0.3 Communication 2.1)."""

import hashlib
from typing import Literal, cast

import msgspec
from flask import Response, request, url_for
from werkzeug.http import http_date

from xapi.errors import LrsError
from xapi.lrs.present import present
from xapi.lrs.principal import Principal
from xapi.lrs.query import StatementQuery, StatementResult
from xapi.lrs.service import Lrs, Version
from xapi.lrs.web.exchange import (
    JSON,
    agent_parameter,
    asked_version,
    json_answer,
    parameters,
    read_body,
    required,
    truth,
)
from xapi.validation.formats import moment_or_none

_SINGLE = ("statementId", "voidedStatementId")
_TEXTS = ("verb", "activity", "registration", "since", "until")
_FILTERS = ("agent", *_TEXTS, "related_activities", "related_agents", "limit", "ascending")
_FORMATS = ("ids", "exact", "canonical")
_ANY = ("format", "attachments")
_MOST_DIGITS = 9


class StatementResource:
    """Answers requests for statements; each method gets the principal and reads the rest from the request."""

    def __init__(self, lrs: Lrs, max_body: int) -> None:
        self._lrs = lrs
        self._max_body = max_body

    def put(self, principal: Principal) -> Response:
        """Stores one statement under the statementId (2.1.1)."""
        found = parameters(request, ("statementId",))
        body = self._json_body()
        self._lrs.put_statement(principal, required(found, "statementId"), body, version=_version())
        return Response(status=204)

    def post(self, principal: Principal) -> Response:
        """Stores a statement or a list of them (2.1.2)."""
        parameters(request, ())
        return json_answer(self._lrs.post_statements(principal, self._json_body(), version=_version()))

    def get(self, principal: Principal) -> Response:
        """One statement by its id, or those that match (2.1.3)."""
        found = parameters(request, (*_SINGLE, *_FILTERS, *_ANY))
        form = _form(found)
        attachments = truth(found, "attachments")
        ids = [name for name in _SINGLE if name in found]
        if ids:
            if len(found.keys() - set(_ANY)) > 1:
                raise LrsError("lrs.parameter_mixed", f"{ids[0]} with other filters", status=400, name=ids[0])
            response = self._one(principal, found[ids[0]], form, voided=ids[0] == "voidedStatementId")
        else:
            response = self._page(self._lrs.query(principal, _query(found, form)))
        if attachments:
            _as_multipart(response)
        return _tagged(response)

    def more(self, principal: Principal, token: str) -> Response:
        """The next page of an answer (2.1.3)."""
        parameters(request, ())
        return _tagged(self._page(self._lrs.more(principal, token)))

    def _json_body(self) -> bytes:
        """The body of a request that must be JSON; statements with attachments in parts are not taken yet."""
        kind = request.mimetype
        if kind == "multipart/mixed":
            raise LrsError("lrs.multipart", "attachments in parts are not supported", status=400)
        if kind != JSON:
            raise LrsError("lrs.content_type", "not application/json", status=400)
        return read_body(request, self._max_body)

    def _one(self, principal: Principal, statement_id: str, form: str, *, voided: bool) -> Response:
        found = self._lrs.find_statement(principal, statement_id, voided=voided)
        response = Response(present(found.body, form, request.headers.get("Accept-Language", "")), mimetype=JSON)
        response.headers["Last-Modified"] = http_date(moment_or_none(found.stored))
        return response

    def _page(self, result: StatementResult) -> Response:
        link = url_for("xapi_lrs.more", token=result.more) if result.more else ""
        body = b'{"statements":[%b],"more":%b}' % (b",".join(result.bodies), msgspec.json.encode(link))
        return Response(body, mimetype=JSON)


def _version() -> Version:
    return "2.0.0" if asked_version(request) == "2.0.0" else "1.0.0"


def _form(found: dict[str, str]) -> Literal["ids", "exact", "canonical"]:
    form = found.get("format", "exact")
    if form not in _FORMATS:
        raise LrsError("lrs.parameter_value", "unknown format", status=400, name="format")
    return cast(Literal["ids", "exact", "canonical"], form)


def _query(found: dict[str, str], form: Literal["ids", "exact", "canonical"]) -> StatementQuery:
    return StatementQuery(
        agent=agent_parameter(found["agent"]) if "agent" in found else None,
        related_activities=truth(found, "related_activities"),
        related_agents=truth(found, "related_agents"),
        ascending=truth(found, "ascending"),
        limit=_limit(found.get("limit", "0")),
        format=form,
        language=request.headers.get("Accept-Language", "")[:200] if form == "canonical" else "",
        **{name: found[name] for name in _TEXTS if name in found},
    )


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise LrsError("lrs.parameter_value", "limit is not a whole number", status=400, name="limit")
    return int(text) if len(text) <= _MOST_DIGITS else 0


def _tagged(response: Response) -> Response:
    """`response` with an ETag, the SHA-1 of its body (3.1)."""
    digest = hashlib.sha1(response.get_data(), usedforsecurity=False).hexdigest()
    response.headers["ETag"] = f'"{digest}"'
    return response


def _as_multipart(response: Response) -> None:
    """Wraps the JSON as the first and only part: no statement here has an attachment with content (1.5.2)."""
    body = response.get_data()
    boundary = "jampel-" + hashlib.sha256(body).hexdigest()
    response.set_data(
        b"--%b\r\nContent-Type: application/json\r\n\r\n%b\r\n--%b--\r\n" % (boundary.encode(), body, boundary.encode())
    )
    response.headers["Content-Type"] = f"multipart/mixed; boundary={boundary}"
