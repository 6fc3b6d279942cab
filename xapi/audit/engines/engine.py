"""What every engine on files does alike: makes what a file needs, as a view or a table, and gives rows."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

from xapi.audit.engines.layout import EXPORTED, MADE, columns_of, used_by
from xapi.audit.engines.manifest import ParquetPlace
from xapi.audit.engines.scoping import narrowed, whole
from xapi.audit.report_scope import EVERYONE, Scope
from xapi.audit.store.engine import sql_query
from xapi.errors import AuditError

Row = dict[str, object]


class FileEngine(ABC):
    """The SQL files over the exports of `institutions` about `year`; all of them must have the same rules.

    With `any_rules` they need not, for files that only compare what institutions have and price nothing (`nation_…`).
    Its verbs are `view`, `table` and `rows`. What a file is made of (`accepted`, `person_year`) is made once, as a
    table, when a file first needs it. Raises AuditError when there is no such export.
    """

    def __init__(self, place: ParquetPlace, year: int, institutions: Sequence[str], *, any_rules: bool = False) -> None:
        if not institutions or (not any_rules and len({place.rules(one) for one in institutions}) > 1):
            raise AuditError("audit.parquet_rules", "institutions of different rules", folder=place.folder)
        self.place, self.year, self.institutions = place, year, list(institutions)
        self._known: set[str] = set()
        self._prepare()

    def rows(self, name: str) -> list[Row]:
        """The rows of the file `name`, in its order."""
        self._make_ready(name)
        return self._rows(sql_query(name))

    def how_many(self, name: str) -> int:
        """How many rows the file `name` has, without fetching any."""
        self._make_ready(name)
        return int(str(self._rows(f"SELECT COUNT(*) AS rows_of FROM (\n{sql_query(name)}\n) q")[0]["rows_of"]))

    def scoped_rows(self, name: str, scope: Scope) -> list[Row]:
        """The rows of the file `name`, narrowed to the employees and the quarter of a report's `scope`."""
        if scope == EVERYONE:
            return self.rows(name)
        for needed in ("person_year", "person_quarter"):
            self._make(needed)
        self._make_ready(name)
        try:
            self._show(scope)
            return self._rows(sql_query(name))
        finally:
            self._show(EVERYONE)

    def view(self, name: str) -> None:
        """From now on the files read `name` as what its file says, reckoned each time."""
        self._make_ready(name)
        self._view(whole(name), sql_query(name))
        self._known.add(name)
        self._view(name, narrowed(name, EVERYONE))

    def table(self, name: str, *, by: str | None = None) -> None:
        """From now on the files read `name` as what its file says now, or the file `by`, reckoned once."""
        self._make_ready(by or name)
        self._table(whole(name), sql_query(by or name))
        self._known.add(name)
        self._view(name, narrowed(name, EVERYONE))

    def count(self, name: str) -> int:
        """How many rows `name` has, which is exported or was made."""
        return int(str(self._rows(f"SELECT COUNT(*) AS rows_of FROM {name}")[0]["rows_of"]))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_cause: object) -> None:
        self.close()

    def _make_ready(self, name: str) -> None:
        for needed in MADE:
            if needed != name and needed in used_by(name):
                self._make(needed)

    def _make(self, name: str) -> None:
        if name not in self._known:
            self.table(name)

    def _show(self, scope: Scope) -> None:
        for name in ("employee", *sorted(self._known)):
            self._view(name, narrowed(name, scope))

    def _prepare(self) -> None:
        """The names of the export: those of a year see that year alone, but a certificate is known for ever."""
        for name in EXPORTED:
            years = [self.year] if name in ("credit", "employee") else None
            institutions = self.institutions[:1] if name in ("form_rule", "target_rule") else self.institutions
            self._files(columns_of(name), whole(name), self.place.files(name, institutions, years))
            self._view(name, narrowed(name, EVERYONE))
        self._files(columns_of("member"), "member", self.place.files("employee", self.institutions, [self.year]))
        certified = columns_of("certificate")
        self._files((*certified, "review"), "credit_ever", self.place.files("credit", self.institutions))
        self._view(
            "certificate",
            f"SELECT {', '.join(certified)} FROM credit_ever WHERE review = 'Disetujui' AND certificate IS NOT NULL",
        )
        settings = self.place.parameters(self.institutions[0], self.year)
        self._view(
            "parameter",
            f"SELECT CAST({int(self.year)} AS BIGINT) AS year, CAST({settings.minutes_per_jp} AS BIGINT) AS"
            f" minutes_per_jp, CAST({settings.bulk_threshold} AS BIGINT) AS bulk_threshold",
        )

    @abstractmethod
    def close(self) -> None:
        """Lets go of everything."""

    @abstractmethod
    def _files(self, columns: Sequence[str], view: str, files: Sequence[str]) -> None:
        """Shows `columns` of `files` as `view`, no rows where there are no files."""

    @abstractmethod
    def _view(self, name: str, query: str) -> None: ...

    @abstractmethod
    def _table(self, name: str, query: str) -> None: ...

    @abstractmethod
    def _rows(self, query: str) -> list[Row]: ...
