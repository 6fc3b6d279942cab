"""The ledger with another engine for its sums: reports and anomalies read it as they read the ledger itself."""

from collections.abc import Sequence

from xapi.audit.engines.engine import FileEngine
from xapi.audit.report_scope import Scope
from xapi.audit.rule_set import RuleSet
from xapi.audit.seal.exports import Witnessed
from xapi.audit.seal.store import SealStore
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError


class EngineLedger(Ledger):
    """`ledger`, whose SQL files are answered by `engine` from an export; all else comes from the ledger."""

    def __init__(self, ledger: Ledger, engine: FileEngine) -> None:
        super().__init__(ledger._engine, ledger.institution)
        self._files = engine

    def exported(self, year: int) -> Witnessed | None:
        """The state of the ledger in `year` when the export was made, where it says."""
        return self._files.place.manifest.institutions[self.institution].sealed.get(year)

    def rules(self) -> RuleSet:
        """The rules by which the export was made, where they are known; else the ledger's."""
        said = self.exported(self._files.year)
        kept = SealStore.beside(self).rules(said.rules) if said else None
        return kept or super().rules()

    def finding_count(self) -> int:
        """How many statements could not be used when the export was made, where it says; else now."""
        said = self.exported(self._files.year)
        return super().finding_count() if said is None else said.findings

    def scoped_rows(self, wanted: Sequence[tuple[str, Scope]], year: int) -> list[list[dict[str, object]]]:
        """As the ledger's. Raises AuditError for another year than the engine's."""
        self._check(year)
        return [self._files.scoped_rows(name, scope) for name, scope in wanted]

    def how_many(self, names: Sequence[str], year: int) -> dict[str, int]:
        """As the ledger's. Raises AuditError for another year than the engine's."""
        self._check(year)
        return {name: self._files.how_many(name) for name in names}

    def _check(self, year: int) -> None:
        if year != self._files.year:
            raise AuditError("audit.parquet_year", f"no {year}", folder=self._files.place.folder, year=year)
