"""The state resource: GET, PUT, POST and DELETE of documents (xAPI 1.0.3 Communication 2.3)."""

from flask import Response, request
from werkzeug.http import http_date

from xapi.errors import LrsError
from xapi.lrs.principal import Principal
from xapi.lrs.states import Precondition, StateAddress, States
from xapi.lrs.store.times import moment_of
from xapi.lrs.web.exchange import agent_parameter, asked_version, json_answer, parameters, read_body, required

_ADDRESS = ("activityId", "agent", "registration", "stateId")
_ANY_TYPE = "application/octet-stream"


class StateResource:
    """Answers requests for state documents; each method gets the principal and reads the rest from the request."""

    def __init__(self, states: States, max_body: int) -> None:
        self._states = states
        self._max_body = max_body

    def get(self, principal: Principal) -> Response:
        """One document, or the list of state ids when the request names none."""
        found = parameters(request, (*_ADDRESS, "since"))
        address = _address(found)
        if address.state_id is None:
            listed = self._states.list(principal, address, found.get("since"))
            response = json_answer([state_id for state_id, _ in listed])
            if listed:
                response.headers["Last-Modified"] = http_date(moment_of(max(updated for _, updated in listed)))
            return response
        if "since" in found:
            raise LrsError("lrs.parameter_mixed", "since with stateId", status=400, name="stateId")
        document = self._states.get(principal, address)
        response = Response(document.content, content_type=document.content_type)
        response.headers["ETag"] = f'"{document.etag}"'
        response.headers["Last-Modified"] = http_date(moment_of(document.updated))
        return response

    def put(self, principal: Principal) -> Response:
        """Writes a document."""
        address = _single_address()
        self._states.put(principal, address, read_body(request, self._max_body), _content_type(), _precondition())
        return Response(status=204)

    def post(self, principal: Principal) -> Response:
        """Merges into a document."""
        address = _single_address()
        self._states.post(principal, address, read_body(request, self._max_body), _content_type(), _precondition())
        return Response(status=204)

    def delete(self, principal: Principal) -> Response:
        """Deletes one document, or all of the agent about the activity when the request names no state id."""
        self._states.delete(principal, _address(parameters(request, _ADDRESS)), _precondition())
        return Response(status=204)


def _address(found: dict[str, str]) -> StateAddress:
    return StateAddress(
        activity=required(found, "activityId"),
        agent=agent_parameter(required(found, "agent")),
        registration=found.get("registration"),
        state_id=found.get("stateId"),
    )


def _single_address() -> StateAddress:
    found = parameters(request, _ADDRESS)
    required(found, "stateId")
    return _address(found)


def _content_type() -> str:
    """The media type as sent; it goes back into a header, so it must be printable ASCII (RFC 9110 8.3)."""
    text = request.headers.get("Content-Type", _ANY_TYPE)
    if not (text.isascii() and text.isprintable()):
        raise LrsError("lrs.content_type", "not a media type", status=400)
    return text


def _precondition() -> Precondition:
    return Precondition(
        if_match=request.headers.get("If-Match", ""),
        if_none_match=request.headers.get("If-None-Match", ""),
        strict=asked_version(request) == "2.0.0",
    )
