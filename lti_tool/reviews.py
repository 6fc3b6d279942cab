"""Writes a validator's decision about a credit or a test: a statement about a statement, never a change of a record."""

from typing import TYPE_CHECKING

import msgspec

from lti_tool.errors import ToolError
from xapi.vocabulary import EXT_EVIDENCE, EXT_ROLE, EXT_STATUS, VERB_REVIEWED

if TYPE_CHECKING:
    from lti_tool.services import Services

SOURCE = "review"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a validator decided about the credit, or the test, of `statement_id`.

    `status` is Disetujui, Perbaikan or Ditolak; `reviewer` an account id; `role` the role in which they decided;
    `evidence` the SHA-256 of the file they looked at, when there is one.
    """

    statement_id: str
    status: str
    reason: str
    reviewer: str
    role: str
    evidence: str | None = None


def review_statement(decision: Decision, base_url: str) -> dict[str, object]:
    """The statement of `decision` (xAPI 1.0.3 Data 2.4.4.3, StatementRef); `base_url` owns the reviewer's account."""
    extensions: dict[str, object] = {EXT_STATUS: decision.status, EXT_ROLE: decision.role}
    if decision.evidence:
        extensions[EXT_EVIDENCE] = decision.evidence
    return {
        "actor": {"objectType": "Agent", "account": {"homePage": base_url, "name": decision.reviewer}},
        "verb": {"id": VERB_REVIEWED, "display": {"id": "meninjau", "en": "reviewed"}},
        "object": {"objectType": "StatementRef", "id": decision.statement_id},
        "result": {"response": decision.reason},
        "context": {"extensions": extensions},
    }


def record_review(services: "Services", decision: Decision) -> str:
    """Stores the decision in the embedded LRS and counts it; returns the id of its statement.

    The decision is durable before this returns, and the ledger is up to date, so that the next page shows it. Raises
    ToolError `review.limited` when the processing of the data of the person is suspended (UU 27/2022 art. 41).
    """
    place = services.ledger.credit_place(decision.statement_id)
    person = place[0] if place is not None else services.ledger.proofs.person_of(decision.statement_id)
    if person is not None and services.people.is_frozen(person):
        raise ToolError("review.limited", "the processing of this person's data is suspended")
    body = msgspec.json.encode(review_statement(decision, services.settings.base_url))
    statement_id = services.lrs.post_statements(services.principal(SOURCE), body)[0]
    services.bring_ledger_up_to_date()
    return statement_id
