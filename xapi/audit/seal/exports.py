"""What an export of the ledger says of the ledger that it was made of, so that a report from it can be sealed."""

from typing import TYPE_CHECKING

import msgspec

from xapi.audit.seal.evidence import Footing, Statements, footing_of, roster_set
from xapi.audit.seal.form import About, Through
from xapi.audit.seal.make import keep_footing, set_names
from xapi.audit.seal.store import Basis, SealStore, basis_in, finding_count_in, rules_name
from xapi.audit.store.engine import SqlEngine
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError

if TYPE_CHECKING:
    from xapi.audit.engines.ledger import EngineLedger


class Witnessed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The state of a ledger in one year, as its seals know it: cut-off, roots (hex) and the hash of the rule set.

    `employees` is the root of the roster alone, without the links between pseudonyms; `findings` counts what the ledger
    could not use.
    """

    through: Through
    statements: str
    roster: str
    employees: str
    rules: str
    findings: int


class Witness:
    """Says of the ledger of `statements` what an export rests on, and keeps what it says beside the ledger."""

    def __init__(self, ledger: Ledger, statements: Statements) -> None:
        self._ledger = ledger
        self._statements = statements

    def of_year(self, source: SqlEngine, year: int) -> Witnessed:
        """The state of `year` in the snapshot `source`."""
        seals, institution = SealStore.beside(self._ledger), self._ledger.institution
        basis = basis_in(source.connection, institution, year)
        footing = footing_of(institution, self._statements, basis, self._ledger.rules())
        keep_footing(seals, About(year, ""), footing)
        return Witnessed(
            through=footing.through,
            statements=footing.statements.root(),
            roster=footing.roster.root(),
            employees=_root(basis.employees),
            rules=rules_name(footing.rules),
            findings=finding_count_in(source.connection, institution),
        )


def exported_footing(ledger: "EngineLedger", own: Ledger, year: int) -> Footing:
    """What the figures of an export rest on, if `own` is the ledger that it was made of.

    Raises AuditError `audit.seal_export_bare` when the export does not say, `audit.seal_export_foreign` when no such
    state was kept beside the ledger, `audit.seal_export_roster` when the roster is another one since.
    """
    said = ledger.exported(year)
    if said is None:
        raise AuditError("audit.seal_export_bare", "an export without its roots", year=year)
    seals, names = SealStore.beside(own), set_names(About(year, ""))
    statements, roster = seals.recall(names.statements, said.statements), seals.recall(names.roster, said.roster)
    rules = seals.rules(said.rules)
    if statements is None or roster is None or rules is None:
        raise AuditError("audit.seal_export_foreign", "exported from another ledger", year=year)
    if _root(seals.employees(year)) != said.employees:
        raise AuditError("audit.seal_export_roster", "the roster has changed since", year=year)
    return Footing(said.through, statements, roster, rules)


def _root(employees: dict[str, dict[str, object]]) -> str:
    return roster_set(Basis(0, {}, employees, [])).root()
