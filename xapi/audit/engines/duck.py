"""DuckDB as an engine of the audit: the SQL files over Parquet files, inside this process."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from xapi.audit.engines.engine import FileEngine, Row
from xapi.audit.engines.layout import TEXTS
from xapi.audit.engines.manifest import ParquetPlace
from xapi.errors import AuditError

MEMORY_MEGABYTES = 1_500


class DuckDbEngine(FileEngine):
    """The SQL files in DuckDB, with at most `memory` megabytes and `threads` threads (all processors by default).

    What does not fit goes to files in `spill`, a folder that is made when it is needed. Raises AuditError when DuckDB
    is not installed, or a file of the export is missing or damaged.
    """

    def __init__(
        self,
        place: ParquetPlace,
        year: int,
        institutions: Sequence[str],
        *,
        spill: Path,
        memory: int = MEMORY_MEGABYTES,
        threads: int | None = None,
        any_rules: bool = False,
    ) -> None:
        self._duck = connect(spill, memory=memory, threads=threads)
        try:
            super().__init__(place, year, institutions, any_rules=any_rules)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Closes the connection."""
        self._duck.close()

    def run(self, query: str) -> Any:
        """Runs `query` as it is and returns DuckDB's cursor: for measures."""
        return self._duck.execute(query)

    def _files(self, columns: Sequence[str], view: str, files: Sequence[str]) -> None:
        if not files:
            empty = ", ".join(f"CAST(NULL AS {sql_type(column)}) AS {column}" for column in columns)
            self._run(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {empty} WHERE 1 = 0")
            return
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        self._run(
            f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {', '.join(columns)}"
            f" FROM read_parquet([{listed}], hive_partitioning = false)"
        )

    def _view(self, name: str, query: str) -> None:
        self._run(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    def _table(self, name: str, query: str) -> None:
        self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def _rows(self, query: str) -> list[Row]:
        found = self._run(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _run(self, query: str) -> Any:
        import duckdb

        try:
            return self._duck.execute(query)
        except duckdb.IOException as cause:  # a file is gone: another export replaced it, or somebody removed it
            raise AuditError("audit.parquet_changed", "a file is gone", folder=self.place.folder) from cause
        except duckdb.InvalidInputException as cause:
            raise AuditError("audit.parquet_damaged", "a file is no Parquet file", folder=self.place.folder) from cause
        except duckdb.OutOfMemoryException as cause:
            raise AuditError("audit.engine_memory", "more memory is needed", engine="duckdb") from cause


def connect(
    spill: Path, *, database: Path | None = None, memory: int = MEMORY_MEGABYTES, threads: int | None = None
) -> Any:
    """A DuckDB of our own, in memory or in the file `database`. Raises AuditError when DuckDB is not installed."""
    try:
        import duckdb
    except ImportError as cause:
        raise AuditError("audit.engine_missing", "no duckdb", engine="DuckDB", extra="duckdb") from cause
    settings: dict[str, Any] = {
        "memory_limit": f"{memory}MB",
        "temp_directory": str(spill),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
    }
    if threads is not None:
        settings["threads"] = threads
    connection = duckdb.connect(str(database or ":memory:"), config=settings)
    with suppress(duckdb.Error):  # a bar of its own would stand in the middle of ours
        connection.execute("SET enable_progress_bar = false")
    return connection


def sql_type(column: str) -> str:
    """The type of a column in DuckDB."""
    return "VARCHAR" if column in TEXTS else "BIGINT"
