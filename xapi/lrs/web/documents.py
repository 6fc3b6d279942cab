"""The resources of documents: state, agent profile, activity profile (xAPI 1.0.3 Communication 2.3, 2.6, 2.7)."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from werkzeug import Request
from werkzeug.http import http_date

from xapi.errors import LrsError
from xapi.lrs.documents import Documents, Precondition
from xapi.lrs.principal import Principal
from xapi.lrs.profiles import ActivityProfileAddress, AgentProfileAddress
from xapi.lrs.states import StateAddress
from xapi.lrs.store.times import moment_of
from xapi.lrs.web.exchange import (
    JSON,
    Answer,
    agent_parameter,
    asked_version,
    json_answer,
    parameters,
    read_body,
    require_length,
    required,
)

A = TypeVar("A")
_ANY_TYPE = "application/octet-stream"
_DELIMITED = (b"{", b"[", b'"')  # JSON that is none without its end


class Names(NamedTuple, Generic[A]):
    """How a resource names its documents: its parameters, the one that is the id, and the address that they make.

    `guarded` documents may not be written blindly in any version; `clears` says that all can be deleted at once.
    """

    parameters: tuple[str, ...]
    identifier: str
    address: Callable[[dict[str, str]], A]
    guarded: bool
    clears: bool


def _state(found: dict[str, str]) -> StateAddress:
    return StateAddress(
        activity=required(found, "activityId"),
        agent=agent_parameter(required(found, "agent")),
        registration=found.get("registration"),
        state_id=found.get("stateId"),
    )


def _agent_profile(found: dict[str, str]) -> AgentProfileAddress:
    return AgentProfileAddress(agent_parameter(required(found, "agent")), found.get("profileId"))


def _activity_profile(found: dict[str, str]) -> ActivityProfileAddress:
    return ActivityProfileAddress(required(found, "activityId"), found.get("profileId"))


STATE = Names(("activityId", "agent", "registration", "stateId"), "stateId", _state, guarded=False, clears=True)
AGENT_PROFILE = Names(("agent", "profileId"), "profileId", _agent_profile, guarded=True, clears=False)
ACTIVITY_PROFILE = Names(("activityId", "profileId"), "profileId", _activity_profile, guarded=True, clears=False)


class DocumentResource(Generic[A]):
    """Answers requests for the documents of one resource; each method gets the principal and the request."""

    def __init__(self, documents: Documents[A], names: Names[A], max_body: int) -> None:
        self._documents = documents
        self._names = names
        self._max_body = max_body

    def get(self, principal: Principal, request: Request) -> Answer:
        """One document, or the list of ids when the request names none."""
        found = parameters(request, (*self._names.parameters, "since"))
        address = self._names.address(found)
        if self._names.identifier not in found:
            listed = self._documents.list(principal, address, found.get("since"))
            response = json_answer([document_id for document_id, _ in listed])
            if listed:
                response.headers["Last-Modified"] = http_date(moment_of(max(updated for _, updated in listed)))
            return response
        if "since" in found:
            name = self._names.identifier
            raise LrsError("lrs.parameter_mixed", f"since with {name}", status=400, name=name)
        document = self._documents.get(principal, address)
        response = Answer(document.content, kind=document.content_type)
        response.headers["ETag"] = f'"{document.etag}"'
        response.headers["Last-Modified"] = http_date(moment_of(document.updated))
        return response

    def put(self, principal: Principal, request: Request) -> Answer:
        """Writes a document."""
        address, body = self._single(request), self._whole(request)
        self._documents.put(principal, address, body, _content_type(request), self._precondition(request))
        return Answer(status=204)

    def post(self, principal: Principal, request: Request) -> Answer:
        """Merges into a document."""
        address, body = self._single(request), self._whole(request)
        self._documents.post(principal, address, body, _content_type(request), self._precondition(request))
        return Answer(status=204)

    def delete(self, principal: Principal, request: Request) -> Answer:
        """Deletes one document, or all of the address when the request names none and the resource `clears`."""
        found = parameters(request, self._names.parameters)
        address = self._names.address(found) if self._names.clears else self._single(request)
        self._documents.delete(principal, address, self._precondition(request))
        return Answer(status=204)

    def _whole(self, request: Request) -> bytes:
        """The body, when it is sure to be all that the client wanted to send."""
        body = read_body(request, self._max_body)
        if request.mimetype != JSON or body.lstrip()[:1] not in _DELIMITED:
            require_length(request)
        return body

    def _single(self, request: Request) -> A:
        found = parameters(request, self._names.parameters)
        required(found, self._names.identifier)
        return self._names.address(found)

    def _precondition(self, request: Request) -> Precondition:
        """1.0.3 wants a condition for every PUT of a profile, 2.0 for every PUT over a document that is there."""
        newer = asked_version(request) == "2.0.0"
        return Precondition(
            if_match=request.headers.get("If-Match", ""),
            if_none_match=request.headers.get("If-None-Match", ""),
            strict=newer or self._names.guarded,
            required=self._names.guarded and not newer,
        )


def _content_type(request: Request) -> str:
    """The media type as sent; it goes back into a header, so it must be printable ASCII (RFC 9110 8.3)."""
    text = request.headers.get("Content-Type", _ANY_TYPE)
    if not (text.isascii() and text.isprintable()):
        raise LrsError("lrs.content_type", "not a media type", status=400)
    return text
