"""Documents of clients: kept as sent, merged on request, safe from blind overwriting (Communication 2.2, 3.1)."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from xapi.errors import LrsError, StatementError
from xapi.lrs.compose import FIELDS, put_together
from xapi.lrs.principal import Principal
from xapi.lrs.store.documents import Document, DocumentKey, DocumentStore
from xapi.lrs.store.times import micros
from xapi.validation.formats import moment_or_none
from xapi.validation.strict_json import count_all_keys, require_text, shaped

A = TypeVar("A")
Clock = Callable[[], datetime]
Place = Callable[[Principal, A, bool], DocumentKey]
#: The largest document of a launch, as much as SCORM 2004 lets a module keep, and how many it may have.
LAUNCH_BYTES, LAUNCH_DOCUMENTS = 64 * 1024, 16
_CLAUSE = "Communication 2.2"
_JSON = "application/json"


class Precondition(msgspec.Struct, frozen=True):
    """If-Match and If-None-Match of a request: quoted ETags, or `*`.

    Without either, `strict` refuses to write over a document (409), and `required` to write at all (400).
    """

    if_match: str = ""
    if_none_match: str = ""
    strict: bool = False
    required: bool = False


class Documents(Generic[A]):
    """One resource of documents that addresses of type `A` name.

    `place` gives the key of an address after it has checked the address and that the principal may read it, or write
    it when its last argument is true.
    """

    def __init__(self, store: DocumentStore, clock: Clock, place: Place[A]) -> None:
        self._store = store
        self._clock = clock
        self._place = place

    def get(self, principal: Principal, address: A) -> Document:
        """The document, LrsError 404 when there is none."""
        document = self._store.get(principal.institution, self._place(principal, address, False))
        if document is None:
            raise LrsError("lrs.no_document", "no such document", status=404)
        return document

    def list(self, principal: Principal, address: A, since: str | None = None) -> list[tuple[str, int]]:
        """The ids of the documents changed after `since`, with the time of change in microseconds since 1970."""
        key = self._place(principal, address, False)
        moment = moment_or_none(since) if since is not None else None
        if since is not None and moment is None:
            raise StatementError("statement.timestamp", "not a timestamp", path="since", clause=_CLAUSE)
        return self._store.ids(principal.institution, key, since=None if moment is None else micros(moment))

    def put(self, principal: Principal, address: A, body: bytes, content_type: str, unless: Precondition) -> None:
        """Writes the document as it is sent; LrsError 412, 409 or 400 when the precondition fails."""
        key = self._place(principal, address, True)
        self._require_room(principal, key, body)
        if _is_json(content_type):
            _require_json(body)
        new = self._document(body, content_type)

        def decide(old: Document | None) -> Document:
            _require(unless, old)
            return new

        self._store.change(principal.institution, key, decide)

    def post(self, principal: Principal, address: A, body: bytes, content_type: str, unless: Precondition) -> None:
        """Merges the JSON object in `body` into the document, top-level properties only, or writes it as a new one."""
        key = self._place(principal, address, True)
        self._require_room(principal, key, body)
        if _is_json(content_type):
            _require_object(body)

        def decide(old: Document | None) -> Document:
            _require(_tags_of(unless), old)
            return self._document(body if old is None else _merged(old, body, content_type), content_type)

        self._store.change(principal.institution, key, decide)

    def delete(self, principal: Principal, address: A, unless: Precondition) -> None:
        """Deletes the document, or all documents of an address that names none."""
        key = self._place(principal, address, True)
        if key.document_id is None:
            self._store.clear(principal.institution, key)
            return

        def decide(old: Document | None) -> None:
            _require(_tags_of(unless), old)

        self._store.change(principal.institution, key, decide)

    def _require_room(self, principal: Principal, key: DocumentKey, body: bytes) -> None:
        """Refuses what a learner's browser may not fill the disk with: large documents, and many (LrsError 413)."""
        if principal.grant is None:
            return
        if len(body) > LAUNCH_BYTES:
            raise LrsError("lrs.too_large", f"more than {LAUNCH_BYTES} bytes", status=413, most=LAUNCH_BYTES)
        there = [name for name, _ in self._store.ids(principal.institution, key, since=None)]
        if key.document_id not in there and len(there) >= LAUNCH_DOCUMENTS:
            raise LrsError("lrs.too_large", f"more than {LAUNCH_DOCUMENTS} documents", status=413, most=LAUNCH_BYTES)

    def _document(self, content: bytes, content_type: str) -> Document:
        digest = hashlib.sha1(content, usedforsecurity=False)  # the ETag of 1.0.3 is a SHA-1 (Communication 3.1)
        return Document(content, content_type, digest.hexdigest(), micros(self._clock()))


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == _JSON


def _require_json(body: bytes) -> None:
    require_text(body)
    count_all_keys(body, "$")


def _require_object(body: bytes) -> None:
    _require_json(body)
    shaped(FIELDS, body, "$", _CLAUSE)


def _merged(old: Document, body: bytes, content_type: str) -> bytes:
    if not (_is_json(old.content_type) and _is_json(content_type)):
        raise LrsError("lrs.merge", "only JSON objects can be merged", status=400)
    try:
        kept = FIELDS.decode(old.content)
    except msgspec.MsgspecError as cause:
        raise LrsError("lrs.merge", "the document there is not a JSON object", status=400) from cause
    return put_together({**kept, **FIELDS.decode(body)})


def _tags_of(unless: Precondition) -> Precondition:
    return Precondition(unless.if_match, unless.if_none_match)


def _require(unless: Precondition, old: Document | None) -> None:
    """Refuses the change by the rules of RFC 7232 and Communication 3.1."""
    if unless.if_match and not _matches(unless.if_match, old):
        raise LrsError("lrs.precondition", "If-Match fails", status=412)
    if unless.if_none_match and _matches(unless.if_none_match, old):
        raise LrsError("lrs.precondition", "If-None-Match fails", status=412)
    if unless.if_match or unless.if_none_match:
        return
    if unless.strict and old is not None:
        raise LrsError("lrs.no_precondition", "there is a document already", status=409)
    if unless.required:
        raise LrsError("lrs.needs_precondition", "neither If-Match nor If-None-Match", status=400)


def _matches(header: str, old: Document | None) -> bool:
    """Whether a tag in `header` is the document's; one that a compressing proxy has marked as weak counts too."""
    if old is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return tags == ["*"] or f'"{old.etag}"' in tags
