"""Decides which statements go to a target, and what of each is sent."""

from typing import Protocol
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, UnsetType

from xapi.lrs.attachments import may_describe
from xapi.lrs.compose import FIELDS, put_together
from xapi.lrs.forwarding.target import Target
from xapi.lrs.store.rows import StoredStatement
from xapi.vocabulary import VOIDED

_SET_BY_LRS = ("stored", "authority")
_VOIDED = b"voided"


class ById(Protocol):
    """The part of `StatementStore` that finds a statement."""

    def get(self, institution: str, statement_id: bytes, *, voided: bool = False) -> StoredStatement | None:
        """The statement with this id, voided or not as asked."""
        ...


class _Identified(msgspec.Struct, frozen=True):
    id: str = ""


class _Voiding(msgspec.Struct, frozen=True):
    verb: _Identified
    object: _Identified


class _Attachment(msgspec.Struct, frozen=True, rename="camel"):
    file_url: str | UnsetType = UNSET


class _Holder(msgspec.Struct, frozen=True):
    attachments: list[_Attachment] | UnsetType = UNSET
    object: "_Holder | UnsetType" = UNSET


_VOIDING = msgspec.json.Decoder(_Voiding)
_HOLDER = msgspec.json.Decoder(_Holder)


class Route:
    """The way from the log of `institution` to `target`; `statements` is where voided statements are looked up."""

    def __init__(self, target: Target, statements: ById, institution: str) -> None:
        self._target = target
        self._statements = statements
        self._institution = institution

    def takes(self, statement: StoredStatement) -> bool:
        """Whether `statement` goes to the target.

        One that voids goes exactly when what it voids goes, whatever the selection says of it; when that is not here
        (yet), it goes too, for the other side may have it, or get it from us later.
        """
        voids = voided_by(statement.body)
        if voids is None:
            return self._wants(statement)
        found = self._statements.get(self._institution, voids, voided=True)
        found = found or self._statements.get(self._institution, voids)
        return found is None or self._wants(found)

    def _wants(self, statement: StoredStatement) -> bool:
        if not self._target.attachments and needs_content(statement.body):
            return False
        return self._target.selection.picks(statement)

    def outgoing(self, body: bytes) -> bytes:
        """What is sent of a stored `body`; always the same, so that a repeat is one.

        Without `stored` and `authority`, which are the receiver's to set, and to a target that speaks 1.0.3 without a
        `version` that it does not know (Data 2.4.8 to 2.4.10). Everything else stays the bytes that are stored.
        """
        fields = FIELDS.decode(body)
        for name in _SET_BY_LRS:
            fields.pop(name, None)
        if self._target.version == "1.0.3" and not _is_old(fields.get("version")):
            fields.pop("version", None)
        return put_together(fields)


def voided_by(body: bytes) -> bytes | None:
    """The id (16 bytes) of the statement that `body` voids, None when it voids none."""
    if _VOIDED not in body and b"\\u" not in body:  # however its IRI is written: some programs escape even slashes
        return None
    parts = _VOIDING.decode(body)
    return UUID(parts.object.id).bytes if parts.verb.id == VOIDED else None


def needs_content(body: bytes) -> bool:
    """Whether a stored statement has an attachment that is nowhere but in an LRS (Data 2.4.11)."""
    if not may_describe(body):
        return False
    outer = _HOLDER.decode(body)
    holders = [outer] if outer.object is UNSET else [outer, outer.object]
    return any(
        one.file_url is UNSET
        for holder in holders
        for one in (() if holder.attachments is UNSET else holder.attachments)
    )


def _is_old(version: Raw | None) -> bool:
    return version is None or bytes(version).startswith(b'"1.0')
