"""The proof that one row is in a sealed report, for somebody who may not see the other rows."""

import msgspec

from xapi.audit.report import Report
from xapi.audit.seal import tree
from xapi.audit.seal.evidence import figures_set, sealed_row
from xapi.audit.seal.leaves import canonical, key_of_text
from xapi.errors import AuditError


class RowProof(msgspec.Struct, frozen=True):
    """One row: `data` is what was hashed, `place` (from 0) of `count` leaves, `path` the hashes up to `root` (hex)."""

    data: str
    place: int
    count: int
    path: tuple[str, ...]
    root: str

    def holds(self) -> bool:
        """Whether the root follows from the row."""
        path = [bytes.fromhex(one) for one in self.path]
        found = tree.proven_root(tree.leaf(self.data.encode()), self.place, self.count, path)
        return found is not None and found.hex() == self.root


def row_proof(report: Report, person: str | None) -> RowProof:
    """The proof for the row of `person` (a pseudonym) in a report per person.

    Raises AuditError `audit.seal_no_row` when the report has none.
    """
    row = next((one for one in report.rows if person is not None and one.get("person") == person), None)
    if row is None:
        raise AuditError("audit.seal_no_row", "no row of this person", by=report.by)
    figures = figures_set(report)
    place = figures.place(key_of_text(str(person)))
    assert place is not None  # noqa: S101 - the row is in the report
    path = tuple(one.hex() for one in tree.proof(figures.hashes, place))
    return RowProof(canonical(sealed_row(row)), place, len(figures), path, figures.root())
