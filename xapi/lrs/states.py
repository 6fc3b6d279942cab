"""State documents: what an activity remembers about an agent (xAPI 1.0.3 Communication 2.3, 3.1)."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import msgspec

from xapi.errors import LrsError, StatementError
from xapi.lrs.access import READ_STATE, WRITE_STATE, require_no_nip, require_state_access
from xapi.lrs.compose import FIELDS, put_together
from xapi.lrs.principal import Principal
from xapi.lrs.query import check_filter_agent
from xapi.lrs.store.documents import Document, StateKey, StateStore
from xapi.lrs.store.times import micros
from xapi.validation.formats import moment_or_none, require_iri, require_uuid
from xapi.validation.strict_json import count_all_keys, require_text, shaped

_CLAUSE = "Communication 2.3"
_JSON = "application/json"


class StateAddress(msgspec.Struct, frozen=True):
    """Whose state about which activity. Without `state_id` it means all of them; `registration` is a UUID or None."""

    activity: str
    agent: dict[str, object]
    registration: str | None = None
    state_id: str | None = None


class Precondition(msgspec.Struct, frozen=True):
    """If-Match and If-None-Match of a request: quoted ETags, or `*`; `strict` refuses a blind overwrite (2.0)."""

    if_match: str = ""
    if_none_match: str = ""
    strict: bool = False


class States:
    """The state resource: checks who asks and what for, merges, and keeps concurrent writers apart by ETag."""

    def __init__(self, store: StateStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def get(self, principal: Principal, address: StateAddress) -> Document:
        """The document, LrsError 404 when there is none."""
        document = self._store.get(principal.institution, self._key(principal, address, READ_STATE))
        if document is None:
            raise LrsError("lrs.no_document", "no such document", status=404)
        return document

    def list(self, principal: Principal, address: StateAddress, since: str | None = None) -> list[tuple[str, int]]:
        """The ids of the documents changed after `since`, with the time of change in microseconds since 1970."""
        key = self._key(principal, address, READ_STATE)
        moment = moment_or_none(since) if since is not None else None
        if since is not None and moment is None:
            raise StatementError("statement.timestamp", "not a timestamp", path="since", clause=_CLAUSE)
        after = None if moment is None else micros(moment)
        return self._store.ids(principal.institution, key, any_registration=address.registration is None, since=after)

    def put(
        self, principal: Principal, address: StateAddress, body: bytes, content_type: str, unless: Precondition
    ) -> None:
        """Writes the document as it is sent (Communication 2.2); LrsError 412 or 409 when the precondition fails."""
        key = self._key(principal, address, WRITE_STATE)
        if _is_json(content_type):
            _require_json(body)
        new = self._document(body, content_type)

        def decide(old: Document | None) -> Document:
            _require(unless, old)
            return new

        self._store.change(principal.institution, key, decide)

    def post(
        self, principal: Principal, address: StateAddress, body: bytes, content_type: str, unless: Precondition
    ) -> None:
        """Merges the JSON object in `body` into the document, top-level properties only, or writes it as a new one."""
        key = self._key(principal, address, WRITE_STATE)
        if _is_json(content_type):
            _require_object(body)

        def decide(old: Document | None) -> Document:
            _require(Precondition(unless.if_match, unless.if_none_match), old)
            return self._document(body if old is None else _merged(old, body, content_type), content_type)

        self._store.change(principal.institution, key, decide)

    def delete(self, principal: Principal, address: StateAddress, unless: Precondition) -> None:
        """Deletes the document, or without a state id all documents of the address."""
        key = self._key(principal, address, WRITE_STATE)
        if address.state_id is None:
            self._store.clear(principal.institution, key, any_registration=address.registration is None)
            return

        def decide(old: Document | None) -> None:
            _require(Precondition(unless.if_match, unless.if_none_match), old)

        self._store.change(principal.institution, key, decide)

    def _key(self, principal: Principal, address: StateAddress, scopes: frozenset[str]) -> StateKey:
        agent = check_filter_agent(address.agent)
        require_no_nip(agent.nip, principal)
        registration = (address.registration or "").lower()
        if address.registration is not None:
            require_uuid(address.registration, "registration", _CLAUSE)
        key = StateKey(
            activity=require_iri(address.activity, "activityId", _CLAUSE),
            agent=agent.ifi or "",
            registration=registration,
            state_id=address.state_id or "",
        )
        require_state_access(
            principal, scopes, self._clock(), activity=key.activity, agent=key.agent, registration=registration
        )
        return key

    def _document(self, content: bytes, content_type: str) -> Document:
        digest = hashlib.sha1(
            content, usedforsecurity=False
        ).hexdigest()  # the ETag of 1.0.3 is a SHA-1 (Communication 3.1)
        return Document(content, content_type, digest, micros(self._clock()))


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == _JSON


def _require_json(body: bytes) -> None:
    require_text(body)
    count_all_keys(body, "$")


def _require_object(body: bytes) -> None:
    _require_json(body)
    shaped(FIELDS, body, "$", "Communication 2.2")


def _merged(old: Document, body: bytes, content_type: str) -> bytes:
    if not (_is_json(old.content_type) and _is_json(content_type)):
        raise LrsError("lrs.merge", "only JSON objects can be merged", status=400)
    try:
        kept = FIELDS.decode(old.content)
    except msgspec.MsgspecError as cause:
        raise LrsError("lrs.merge", "the document there is not a JSON object", status=400) from cause
    return put_together({**kept, **FIELDS.decode(body)})


def _require(unless: Precondition, old: Document | None) -> None:
    """Refuses the change by the rules of RFC 7232 and Communication 3.1."""
    if unless.if_match and not _matches(unless.if_match, old):
        raise LrsError("lrs.precondition", "If-Match fails", status=412)
    if unless.if_none_match and _matches(unless.if_none_match, old):
        raise LrsError("lrs.precondition", "If-None-Match fails", status=412)
    if unless.strict and old is not None and not (unless.if_match or unless.if_none_match):
        raise LrsError("lrs.no_precondition", "there is a document already", status=409)


def _matches(header: str, old: Document | None) -> bool:
    if old is None:
        return False
    return header.strip() == "*" or f'"{old.etag}"' in (tag.strip() for tag in header.split(","))
