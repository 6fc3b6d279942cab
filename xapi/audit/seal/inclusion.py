"""The proof that one row is in a sealed report, for somebody who may not see the other rows."""

import msgspec

from xapi.audit.seal import tree
from xapi.audit.seal.figures import Figures
from xapi.audit.seal.leaves import canonical, key_of_text, row_name
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


def row_proof(figures: Figures, person: str | None) -> RowProof:
    """The proof for the row of `person` (a pseudonym) in a report per person.

    Raises AuditError `audit.seal_no_row` when the report has none.
    """
    rows = [] if person is None else [one for one in figures.rows if row_name(one) == person]
    if not rows:
        raise AuditError("audit.seal_no_row", "no row of this person", by=figures.by)
    made = figures.set()
    place = made.place(key_of_text(str(person)))
    assert place is not None  # noqa: S101 - the row is in the report
    path = tuple(one.hex() for one in tree.proof(made.hashes, place))
    return RowProof(canonical(rows[0]), place, len(made), path, made.root())
