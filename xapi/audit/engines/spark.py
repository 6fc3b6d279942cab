"""Spark as an engine of the audit: the SQL files over Parquet files, on a cluster or on this machine's processors."""

import logging
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from xapi.audit.engines.engine import FileEngine, Row
from xapi.audit.engines.layout import TEXTS
from xapi.audit.engines.manifest import ParquetPlace
from xapi.errors import AuditError

LOCAL = "local[*]"
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


class SparkEngine(FileEngine):
    """The SQL files in the Spark session `session` (see `open_spark`), which it leaves open.

    Every worker must reach the files of `place` under the same path. Raises AuditError when it cannot.
    """

    def __init__(
        self, session: Any, place: ParquetPlace, year: int, institutions: Sequence[str], *, any_rules: bool = False
    ) -> None:
        self._spark = session
        self._kept: list[Any] = []
        super().__init__(place, year, institutions, any_rules=any_rules)

    def close(self) -> None:
        """Frees what was kept for the tables."""
        for frame in self._kept:
            frame.unpersist()
        self._kept.clear()

    def _files(self, columns: Sequence[str], view: str, files: Sequence[str]) -> None:
        from pyspark.sql.types import LongType, StringType, StructField, StructType

        types = {True: StringType(), False: LongType()}
        schema = StructType([StructField(column, types[column in TEXTS]) for column in columns])
        if files:  # a scheme, so that a cluster whose own place is another reads the path that was said
            frame = self._spark.read.schema(schema).parquet(*(_with_scheme(file) for file in files))
        else:
            frame = self._spark.createDataFrame([], schema)
        frame.createOrReplaceTempView(view)

    def _view(self, name: str, query: str) -> None:
        self._try(lambda: self._spark.sql(query).createOrReplaceTempView(name))

    def _table(self, name: str, query: str) -> None:
        def make() -> None:
            frame = self._spark.sql(query).persist()
            self._kept.append(frame)
            frame.createOrReplaceTempView(name)

        self._try(make)

    def _rows(self, query: str) -> list[Row]:
        found: list[Row] = self._try(lambda: [row.asDict() for row in self._spark.sql(query).collect()])
        return found

    def _try(self, work: Any) -> Any:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            return work()
        except (PySparkException, Py4JError) as cause:
            if "FileNotFoundException" in str(cause) or "PATH_NOT_FOUND" in str(cause):
                raise AuditError("audit.parquet_changed", "a file is gone", folder=self.place.folder) from cause
            raise AuditError("audit.engine_failed", type(cause).__name__, engine="Spark") from cause


def require_spark() -> None:
    """Raises AuditError when pyspark is not installed: before the export that a session would read takes its time."""
    if find_spec("pyspark") is None:
        raise AuditError("audit.engine_missing", "no pyspark", engine="Spark", extra="spark")


def open_spark(master: str = LOCAL, *, settings: Mapping[str, str] | None = None, app: str = "jampel-audit") -> Any:
    """A Spark session on `master` (`local[N]`, `spark://HOST:PORT`, `yarn` …), with further `settings`.

    Raises AuditError when pyspark or Java is not installed, or the master cannot be reached.
    """
    require_spark()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    logging.getLogger("py4j").setLevel(logging.ERROR)
    builder = SparkSession.builder.master(master).appName(app)
    for name, value in {**SETTINGS, **(settings or {})}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, RuntimeError, OSError) as cause:
        if "JAVA_GATEWAY_EXITED" in str(cause) or isinstance(cause, OSError):
            raise AuditError("audit.engine_java", "no java") from cause
        raise AuditError("audit.engine_unreachable", type(cause).__name__, master=master) from cause
    session.sparkContext.setLogLevel("ERROR")
    return session


def _with_scheme(path: str) -> str:
    return path if "://" in path else f"file://{path}"
