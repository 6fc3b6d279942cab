"""Voids a statement for a member of the staff: by a statement that holds the reason (xAPI 1.0.3 Data 2.3.2)."""

from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from lti_tool.browse.rows import read
from lti_tool.errors import ToolError
from lti_tool.reviews import SOURCE
from xapi.identity import contains_nip
from xapi.lrs.store import StoredStatement
from xapi.vocabulary import EXT_VOID_REASON, VOIDED

if TYPE_CHECKING:
    from lti_tool.services import Services


def find_one(services: "Services", statement_id: UUID) -> tuple[StoredStatement, bool] | None:
    """The statement with this id and whether it is voided, or None."""
    institution = services.institution.id
    for voided in (False, True):
        found = services.statements.get(institution, statement_id.bytes, voided=voided)
        if found is not None:
            return found, voided
    return None


def require_voidable(services: "Services", statement_id: UUID) -> StoredStatement:
    """The statement with this id, when it can be voided.

    Raises ToolError `browse.unknown`, `browse.voided_before`, or `browse.voids` for a statement that voids another: the
    standard takes no voiding back (Data 2.3.2).
    """
    found = find_one(services, statement_id)
    if found is None:
        raise ToolError("browse.unknown", "no such statement")
    if found[1]:
        raise ToolError("browse.voided_before", "it is voided already")
    if read(found[0].body).voids:
        raise ToolError("browse.voids", "it voids another statement")
    return found[0]


def void(services: "Services", statement_id: UUID, reason: str, account: str) -> str:
    """Voids the statement as the staff account `account` for `reason`; returns the id of the voiding statement.

    It is durable and counted when this returns: a credit that rested on the statement is gone from the ledger. Raises
    ToolError as `require_voidable`, and `browse.nip` when the reason holds a NIP, for reasons are read by many.
    """
    require_voidable(services, statement_id)
    if contains_nip(reason):
        raise ToolError("browse.nip", "a NIP stands in the reason")
    statement = voiding_statement(str(statement_id), reason, account, services.settings.base_url)
    body = msgspec.json.encode(statement)
    made = services.lrs.post_statements(services.principal(SOURCE), body)[0]
    services.bring_ledger_up_to_date()
    return made


def voiding_statement(statement_id: str, reason: str, account: str, base_url: str) -> dict[str, object]:
    """The statement that voids `statement_id`; `base_url` owns the account that decided."""
    return {
        "actor": {"objectType": "Agent", "account": {"homePage": base_url, "name": account}},
        "verb": {"id": VOIDED, "display": {"id": "membatalkan", "en": "voided"}},
        "object": {"objectType": "StatementRef", "id": statement_id},
        "context": {"extensions": {EXT_VOID_REASON: reason}},
    }
