"""From the JSON of a request to statements ready to store: every rule that needs nothing but the request itself."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw

from xapi.errors import LrsError, StatementError
from xapi.lrs.access import granted_definitions, require_granted, require_may_attach, require_no_nip
from xapi.lrs.attachments import require_contents
from xapi.lrs.compose import Author, compose
from xapi.lrs.principal import Principal
from xapi.lrs.query import check_filter_agent
from xapi.lrs.store.rows import NewStatement
from xapi.validation.facts import ParsedStatement
from xapi.validation.nip_place import nip_place
from xapi.validation.parse import require_old, validate_text
from xapi.validation.strict_json import require_text, shaped

Ids = Callable[[], UUID]
Version = Literal["1.0.0", "2.0.0"]
Contents = Mapping[str, bytes]
Batch = Sequence[tuple[ParsedStatement, str]]
NO_CONTENTS: Contents = MappingProxyType({})
MOST_STATEMENTS = 5000
_LIST = msgspec.json.Decoder(list[Raw])


class Prepared(msgspec.Struct, frozen=True):
    """The statements of a request with their ids, as the client writes them, in the same order."""

    ids: list[str]
    statements: list[NewStatement]


def prepare_body(principal: Principal, body: bytes, version: Version, ids: Ids) -> Prepared:
    """The statement or the list of statements in `body`, without contents of attachments (Communication 2.1.2).

    `ids` gives ids to those without. Raises StatementError for what breaks the standard, at its place in the list, and
    LrsError for what `principal` may not send.
    """
    bodies, several = bodies_of(body)
    batch = parsed_batch(bodies, ids, several=several)
    return prepare_batch(principal, batch, version, several=several)


def bodies_of(body: bytes) -> tuple[list[Raw], bool]:
    """The JSON of each statement in `body`, and whether it is a list of them; LrsError 413 when there are too many."""
    require_text(body)
    several = body.lstrip(b" \t\r\n").startswith(b"[")
    bodies = shaped(_LIST, body, "$", "Communication 2.1.2") if several else [Raw(body)]
    if len(bodies) > MOST_STATEMENTS:
        raise LrsError("lrs.too_many", f"{len(bodies)} statements", status=413, most=MOST_STATEMENTS)
    return bodies, several


def parsed_batch(bodies: Sequence[Raw], ids: Ids, *, several: bool) -> list[tuple[ParsedStatement, str]]:
    """The statements in `bodies`, each with its id; StatementError at the place of the first wrong one."""
    batch = []
    for place, raw in enumerate(bodies):
        parsed = _at(place, raw) if several else validate_text(raw)
        batch.append((parsed, str(ids()) if parsed.id is UNSET else parsed.id))
    _require_different_ids(batch)
    return batch


def prepare_batch(
    principal: Principal, batch: Batch, version: Version, contents: Contents = NO_CONTENTS, *, several: bool = False
) -> Prepared:
    """`batch` as `principal` may store it; an error says at which place it is when there are `several`.

    `contents` are those of its attachments, by their SHA-2 in hex, lower case.
    """
    if contents:
        require_may_attach(principal)
    author = _author(principal)
    new: list[NewStatement] = []
    for place, (parsed, statement_id) in enumerate(batch):
        path = f"$[{place}]" if several else "$"
        if parsed.nip:
            require_no_nip(True, principal, nip_place(parsed.body, path))
        require_granted(principal, parsed)
        if version != "2.0.0":
            require_old(parsed, path)
        definitions = granted_definitions(principal, parsed)
        new.append(compose(parsed, statement_id, author, version, definitions, only_adds=principal.limit is not None))
    require_contents([parsed for parsed, _ in batch], contents, several=several)
    return Prepared([statement_id for _, statement_id in batch], new)


def _author(principal: Principal) -> Author:
    ifi = check_filter_agent(principal.authority).ifi or ""
    return Author(msgspec.json.encode(principal.authority), ifi, principal.source)


def _at(place: int, raw: Raw) -> ParsedStatement:
    """The statement at `place` of a list; an error says at which."""
    try:
        return validate_text(raw)
    except StatementError as error:
        error.path = error.params["path"] = f"$[{place}]{error.path.removeprefix('$')}"
        raise


def _require_different_ids(batch: Batch) -> None:
    seen = set()
    for place, (_, statement_id) in enumerate(batch):
        if statement_id.lower() in seen:
            raise StatementError(
                "statement.same_id", "twice in one batch", path=f"$[{place}].id", clause="Communication 2.1.2"
            )
        seen.add(statement_id.lower())
