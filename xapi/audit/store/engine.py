"""Runs the audit's SQL files on SQLite: each file sees plain table names, narrowed to one institution.

The names are temporary views on the ledger's tables, made and dropped inside the caller's transaction. Narrowing a
view (to an institution, to the people touched) is the only lever: no SQL file changes. Another engine needs the same
three verbs, `narrow`, `rows` and `materialise`, and the same files.
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from sqlalchemy import Connection, text

VIEWS = {  # name in the SQL files -> table, columns, and whether it can be narrowed to people
    "credit": (
        "ledger_credit",
        "statement_id, person, activity, form, day, month, quarter, year, days, cap_days, start_minute, end_minute, "
        "end_second, raw_jp, international, certificate, source, review, lms_match",
        True,
    ),
    "form_rule": (
        "ledger_form_rule",
        "form, valid_from, valid_to, national_jp, national_per_day, international_jp, international_per_day, "
        "international_percent, round_add, day_cap, day_cap_international, day_cap_group, day_cap_scope, month_cap, "
        "month_cap_group, month_cap_scope",
        False,
    ),
    "target_rule": ("ledger_target_rule", "status, year, minimum, maximum", False),
    "employee": ("ledger_employee", "person, year, opd, status", True),
    "accepted": (
        "ledger_accepted",
        "statement_id, person, year, quarter, day, form, review, raw_jp, converted, capped, accepted, pending, fate",
        True,
    ),
    "person_year": (
        "ledger_person_year",
        "person, year, opd, status, credits, raw_jp, converted, capped, accepted, pending, minimum, maximum, met",
        True,
    ),
}
ONLY_STANDING = {"credit": " AND standing = 1"}


@cache
def sql_file(name: str) -> str:
    """The text of `sql/<name>.sql`: one SELECT."""
    return (resources.files("xapi.audit") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


class SqliteEngine:
    """The SQL files over one institution, inside one transaction of `connection`. Use as a context manager."""

    def __init__(self, connection: Connection, institution: str) -> None:
        self._connection = connection
        self._institution = institution

    def __enter__(self) -> "SqliteEngine":
        run = self._connection.exec_driver_sql
        run("CREATE TEMP TABLE IF NOT EXISTS audit_scope (institution VARCHAR(32) NOT NULL)")
        run("CREATE TEMP TABLE IF NOT EXISTS audit_touched (person VARCHAR(32) NOT NULL PRIMARY KEY)")
        run(
            "CREATE TEMP TABLE IF NOT EXISTS parameter"
            " (year INTEGER NOT NULL, minutes_per_jp INTEGER NOT NULL, bulk_threshold INTEGER NOT NULL)"
        )
        run("DELETE FROM temp.audit_scope")
        self._connection.execute(text("INSERT INTO temp.audit_scope VALUES (:i)"), {"i": self._institution})
        self._make_views(touched=False)
        return self

    def __exit__(self, *_exc: object) -> None:
        if _exc[0] is None:  # after an error the rollback takes the views away
            self._drop_views()

    def parameters(self, year: int, minutes_per_jp: int, bulk_threshold: int) -> None:
        """The year that the reports are about, and the settings of that year."""
        self._connection.exec_driver_sql("DELETE FROM temp.parameter")
        values = {"y": year, "m": minutes_per_jp, "b": bulk_threshold}
        self._connection.execute(text("INSERT INTO temp.parameter VALUES (:y, :m, :b)"), values)

    def narrow(self, people: Sequence[str]) -> None:
        """From now on the files see only these `people`."""
        self._connection.exec_driver_sql("DELETE FROM temp.audit_touched")
        if people:
            rows = [{"p": person} for person in people]
            self._connection.execute(text("INSERT OR IGNORE INTO temp.audit_touched VALUES (:p)"), rows)
        self._drop_views()
        self._make_views(touched=True)

    def rows(self, name: str) -> list[dict[str, object]]:
        """The rows of the file `name`."""
        return [dict(row) for row in self._connection.exec_driver_sql(sql_file(name)).mappings()]

    def materialise(self, name: str) -> None:
        """Replaces what the table of `name` holds for the people in view by what the file says now."""
        table, columns, _ = VIEWS[name]
        query = ", ".join(f"q.{column}" for column in columns.split(", "))
        self._connection.exec_driver_sql(
            f"DELETE FROM {table} WHERE institution = (SELECT institution FROM temp.audit_scope){self._narrowed}"
        )
        self._connection.exec_driver_sql(
            f"INSERT INTO {table} (institution, {columns})\n"
            f"SELECT (SELECT institution FROM temp.audit_scope), {query} FROM (\n{sql_file(name)}\n) q"
        )

    def _make_views(self, *, touched: bool) -> None:
        self._narrowed = " AND person IN (SELECT person FROM temp.audit_touched)" if touched else ""
        for name, (table, columns, has_people) in VIEWS.items():
            self._connection.exec_driver_sql(
                f"CREATE TEMP VIEW {name} AS SELECT {columns} FROM main.{table}"
                f" WHERE institution = (SELECT institution FROM temp.audit_scope){ONLY_STANDING.get(name, '')}"
                f"{self._narrowed if has_people else ''}"
            )

    def _drop_views(self) -> None:
        for name in VIEWS:
            self._connection.exec_driver_sql(f"DROP VIEW temp.{name}")
