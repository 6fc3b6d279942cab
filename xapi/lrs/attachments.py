"""Attachments: the contents that come with statements, and those that go with an answer (Data 2.4.11)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from xapi.errors import LrsError, StatementError
from xapi.lrs.signature import SIGNATURE, require_signature
from xapi.model import Attachment, SubStatement
from xapi.validation.facts import ParsedStatement

MOST_ATTACHED = 32 * 1024 * 1024
"""The most bytes of contents that a page of statements carries; the first statement's come whatever their size."""


class Content(msgspec.Struct, frozen=True):
    """The content of an attachment with its SHA-2 in hex, lower case, and its media type."""

    sha2: str
    content_type: str
    content: bytes


class _Described(msgspec.Struct, frozen=True, rename="camel"):
    sha2: str
    content_type: str


class _Holder(msgspec.Struct, frozen=True):
    """A statement or SubStatement as far as attachments go; other kinds of object have none."""

    attachments: list[_Described] | UnsetType = UNSET
    object: "_Holder | UnsetType" = UNSET


_HOLDER = msgspec.json.Decoder(_Holder)


def require_contents(batch: Iterable[ParsedStatement], contents: Mapping[str, bytes], *, several: bool = False) -> None:
    """Refuses statements whose attachments and the `contents` sent with them, by SHA-2, do not go together.

    An attachment without fileUrl needs its content, a content the attachment that it belongs to, and a signature must
    sign its statement. An error says at which place of the list it is when there are `several`.
    """
    wanted = set()
    for place, parsed in enumerate(batch):
        root = f"$[{place}]" if several else "$"
        for path, attachment in _attachments(parsed, root):
            sha2 = attachment.sha2.lower()
            wanted.add(sha2)
            if attachment.file_url is UNSET and sha2 not in contents:
                detail = "neither fileUrl nor a part"
                raise StatementError("statement.attachment", detail, path=path, clause="Data 2.4.11")
            if attachment.usage_type == SIGNATURE and path.startswith(f"{root}.attachments"):
                require_signature(parsed.body, attachment, contents.get(sha2), path)
    if contents.keys() - wanted:
        raise LrsError("lrs.excess_part", "a part that no attachment describes", status=400)


def described(bodies: Iterable[bytes]) -> Iterator[dict[str, str]]:
    """For each stored statement the SHA-2 of its attachments, in lower case, and their media types."""
    for body in bodies:
        outer = _HOLDER.decode(body)
        holders = [outer] if outer.object is UNSET else [outer, outer.object]
        yield {
            one.sha2.lower(): one.content_type
            for holder in holders
            for one in (() if holder.attachments is UNSET else holder.attachments)
        }


def may_describe(body: bytes) -> bool:
    """Whether a stored statement may have attachments; a cheap look, right when it says no."""
    return b"attachments" in body or b"\\u" in body  # a key may be written with escapes


def page_that_fits(attached: Sequence[Mapping[str, str]], sizes: Mapping[str, int]) -> int:
    """How many of the statements, whose attachments are `attached`, go into one answer."""
    seen: set[str] = set()
    total = 0
    for place, one in enumerate(attached):
        size = sum(sizes.get(sha2, 0) for sha2 in one.keys() - seen)
        seen |= one.keys()
        if place and size and total + size > MOST_ATTACHED:
            return place
        total += size
    return len(attached)


def _attachments(parsed: ParsedStatement, root: str) -> Iterator[tuple[str, Attachment]]:
    for place, attachment in enumerate(parsed.attachments or ()):
        yield f"{root}.attachments[{place}]", attachment
    thing = parsed.object.object
    if isinstance(thing, SubStatement):
        for place, attachment in enumerate(thing.attachments or ()):
            yield f"{root}.object.attachments[{place}]", attachment
