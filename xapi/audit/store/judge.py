"""Says of reviews, releases, credits and proofs whether they stand, and what a review makes of a credit or a proof: SQL
for a rebuild and an increment alike.

Who may take what back. A review or a release: only the tool that writes reviews, a release also the institution's own
LMS. A credit: these two; any other source only records of that source, and the two credentials that a learner's side
holds (package, launch) only while no validator has judged them. A review judges only what had arrived before it: nobody
can send a record under an id that is already approved. A credit whose pass waits for the evidence of the implementation
is held until the decision in force approves it with the hash of that evidence, or the LMS records the implementation.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, text

from xapi.database import temporary_list

Run = Callable[[str], CursorResult[Any]]
REVIEW_STANDS = """
UPDATE ledger_review SET standing = CASE WHEN EXISTS (
    SELECT 1 FROM ledger_void v WHERE v.institution = ledger_review.institution
    AND v.target = ledger_review.statement_id AND v.source = 'review') THEN 0 ELSE 1 END
WHERE institution = :institution AND statement_id IN (SELECT value FROM audit_changed)"""
RELEASE_STANDS = """
UPDATE ledger_release SET standing = CASE WHEN EXISTS (
    SELECT 1 FROM ledger_void v WHERE v.institution = ledger_release.institution
    AND v.target = ledger_release.statement_id AND v.source IN ('review', 'lms_record')) THEN 0 ELSE 1 END
WHERE institution = :institution AND statement_id IN (SELECT value FROM audit_changed)"""
REVIEWED = """
SELECT target FROM ledger_review
WHERE institution = :institution AND statement_id IN (SELECT value FROM audit_changed)"""
RELEASED = """
SELECT person FROM ledger_release
WHERE institution = :institution AND statement_id IN (SELECT value FROM audit_changed)"""
AWAITING = """
SELECT statement_id FROM ledger_credit
WHERE institution = :institution AND awaits = 1 AND person IN (SELECT value FROM audit_changed)"""
HONOURED = """(v.source IN ('review', 'lms_record')
        OR (v.source = c.source AND (v.source NOT IN ('package', 'launch') OR NOT EXISTS (
            SELECT 1 FROM ledger_review r WHERE r.institution = c.institution AND r.target = c.statement_id
            AND r.standing = 1 AND r.seq > c.seq))))"""
IN_FORCE = """FROM ledger_review r WHERE r.institution = c.institution AND r.target = c.statement_id
                     AND r.standing = 1 AND r.seq > c.seq ORDER BY r.seq DESC, r.statement_id DESC LIMIT 1"""
CREDIT_STANDS = f"""
UPDATE ledger_credit AS c SET
    review = COALESCE((SELECT r.status {IN_FORCE}), c.default_review),
    held = CASE WHEN c.awaits = 0 THEN 0
                WHEN (SELECT CASE WHEN r.status = 'Disetujui' AND r.evidence IS NOT NULL THEN 1 ELSE 0 END
                      {IN_FORCE}) = 1 THEN 0
                WHEN EXISTS (SELECT 1 FROM ledger_release l WHERE l.institution = c.institution
                             AND l.person = c.person AND l.activity = c.activity AND l.standing = 1) THEN 0
                ELSE 1 END,
    standing = CASE WHEN EXISTS (SELECT 1 FROM ledger_void v WHERE v.institution = c.institution
                                 AND v.target = c.statement_id AND {HONOURED}) THEN 0 ELSE 1 END
WHERE c.institution = :institution AND c.statement_id IN (SELECT value FROM audit_changed)"""
PROOF_STANDS = f"""
UPDATE ledger_proof AS c SET
    review = COALESCE((SELECT r.status {IN_FORCE}), c.default_review),
    standing = CASE WHEN EXISTS (SELECT 1 FROM ledger_void v WHERE v.institution = c.institution
                                 AND v.target = c.statement_id AND {HONOURED}) THEN 0 ELSE 1 END
WHERE c.institution = :institution AND c.statement_id IN (SELECT value FROM audit_changed)"""
PEOPLE = """
SELECT person FROM ledger_credit
WHERE institution = :institution AND statement_id IN (SELECT value FROM audit_changed)"""
RECIPE = (REVIEW_STANDS, RELEASE_STANDS, CREDIT_STANDS, PROOF_STANDS)


def judge(connection: Connection, institution: str, changed: Iterable[str], moved: Iterable[str]) -> set[str]:
    """Judges anew whatever the statements `changed` (ids) are or are about, and the held credits of the people `moved`.

    Returns the people whose credits were judged. The outcome depends on the whole ledger only, never on the order of
    arrival, so that judging everything once at the end of a rebuild gives what the increments gave.
    """
    values: Mapping[str, object] = {"institution": institution}

    def run(statement: str) -> CursorResult[Any]:
        return connection.execute(text(statement), values)

    ids, people = set(changed), set(moved)
    if ids:
        temporary_list(connection, "audit_changed", sorted(ids))
        run(REVIEW_STANDS)
        run(RELEASE_STANDS)
        ids |= set(run(REVIEWED).scalars())
        people |= set(run(RELEASED).scalars())
    if people:
        temporary_list(connection, "audit_changed", sorted(people))
        ids |= set(run(AWAITING).scalars())
    if not ids:
        return set()
    temporary_list(connection, "audit_changed", sorted(ids))
    run(CREDIT_STANDS)
    run(PROOF_STANDS)
    return set(run(PEOPLE).scalars())
