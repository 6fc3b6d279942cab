"""Runs the audit's SQL files on SQLite and PostgreSQL: each file sees plain table names, narrowed to one institution.

The names are common table expressions over the ledger's tables, put before the file's own, so that a report makes
nothing in the database. Narrowing them (to an institution, to the people touched) is the only lever: no SQL file
changes. `xapi.audit.engines` runs the same files on what `export` gives.
"""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import cache
from importlib import resources

from sqlalchemy import Connection, text

from xapi.audit.report_scope import EVERYONE, Scope
from xapi.audit.store import pricing
from xapi.audit.store.narrowing import Narrowing
from xapi.bulk_database import planning_for_many
from xapi.database import temporary_list

#: Statements that could not be used, and voids that nobody had the right to.
FOUND = """(
SELECT institution, statement_id, seq, reason, path, source, stored FROM ledger_finding
UNION ALL
SELECT v.institution, v.statement_id, v.seq, 'void_ignored' AS reason, '$.object.id' AS path, v.source, v.stored
FROM ledger_void v
LEFT JOIN ledger_credit c ON c.institution = v.institution AND c.statement_id = v.target
LEFT JOIN ledger_review r ON r.institution = v.institution AND r.statement_id = v.target
LEFT JOIN ledger_release l ON l.institution = v.institution AND l.statement_id = v.target
WHERE c.standing = 1 OR r.standing = 1 OR l.standing = 1)"""
NAMES = {  # name in the SQL files -> table, columns, and whether it can be narrowed to people
    "credit": (
        "ledger_credit",
        "statement_id, person, activity, activity_title, form, day, month, quarter, year, days, cap_days, "
        "start_minute, end_minute, end_second, stored_minute, raw_jp, international, certificate, source, evidence, "
        "review, lms_match, held, assigned, competency, organiser, zone, doubt",
        True,
    ),
    "certificate": ("ledger_credit", "statement_id, person, day, year, certificate, institution", True),
    "finding": (f"{FOUND} f", "statement_id, reason, path, source, stored", False),
    "form_rule": (
        "ledger_form_rule",
        "form, valid_from, valid_to, national_jp, national_per_day, international_jp, international_per_day, "
        "international_percent, round_add, day_cap, day_cap_international, day_cap_group, day_cap_scope, month_cap, "
        "month_cap_group, month_cap_scope, jalur, bkn, share",
        False,
    ),
    "target_rule": ("ledger_target_rule", "status, year, minimum, maximum", False),
    "employee": ("ledger_employee", "person, year, opd, status, grade, position, unit_code", True),
    "member": ("ledger_employee", "person, year, institution", True),
    "priced": (pricing.TABLE, pricing.COLUMNS, False),
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
    "person_quarter": (
        "ledger_person_quarter",
        "person, year, quarter, on_roster, credits, counted, waiting, raw_jp, converted, capped, accepted, pending",
        True,
    ),
}
#: What a table's key begins with, beside the institution: said in full, so that the rows of few people are found by it.
_KNOWN_YEARS = " AND year IN (SELECT t.year FROM ledger_target_rule t WHERE t.institution = :institution)"
YEAR_FIRST = frozenset({"employee", "accepted", "person_year", "person_quarter"})
ONLY = {  # rows of a table that its name in the SQL files leaves out
    "credit": " AND standing = 1",
    "certificate": " AND standing = 1 AND review = 'Disetujui' AND certificate IS NOT NULL",
}
IN_ORDER = {  # as the table lies: a third of the time of adding
    "accepted": " ORDER BY q.year, q.person, q.day, q.statement_id",
    "person_quarter": " ORDER BY q.year, q.person, q.quarter",
}
_CHUNK = 20_000
_AT_ONCE = 1_000  # people, whose credits are few enough to stay in the processor's caches


@cache
def sql_file(name: str) -> str:
    """The text of `sql/<name>.sql`: one SELECT."""
    return (resources.files("xapi.audit") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def has_sql_file(name: str) -> bool:
    """Whether `name` is made by a file of its own, and not written by the projector."""
    return (resources.files("xapi.audit") / "sql" / f"{name}.sql").is_file()


@cache
def sql_query(name: str) -> str:
    """The file without its comments, which may hold anything."""
    return "\n".join(line for line in sql_file(name).splitlines() if not line.startswith("--"))


def _years(name: str) -> str:
    return _KNOWN_YEARS if name in YEAR_FIRST else ""


def _is_of_priced(name: str) -> bool:
    return "FROM priced " in sql_query(name)


class SqlEngine:
    """The SQL files over one institution, inside one transaction of `connection`."""

    def __init__(self, connection: Connection, institution: str) -> None:
        self._connection = connection
        self._values: dict[str, object] = {"institution": institution, "year": 0, "minutes": 0, "threshold": 0}
        self._narrowed = ""
        self._in_order = False
        self._scope = Narrowing(EVERYONE)

    @property
    def connection(self) -> Connection:
        """Its transaction, for what is read beside the files at the same moment."""
        return self._connection

    def cursor(self) -> int:
        """The `seq` of the last statement that the ledger had seen."""
        query = text("SELECT cursor FROM ledger_state WHERE institution = :institution")
        return int(self._connection.execute(query, self._values).scalar() or 0)

    def parameters(self, year: int, minutes_per_jp: int, bulk_threshold: int) -> None:
        """The year that the reports are about, and the settings of that year."""
        self._values |= {"year": year, "minutes": minutes_per_jp, "threshold": bulk_threshold}

    def narrow(self, people: Sequence[str]) -> None:
        """From now on the files see only these `people`; in a write transaction."""
        temporary_list(self._connection, "audit_touched", people)
        self._narrowed = " AND person IN (SELECT value FROM audit_touched)"

    def scope(self, scope: Scope) -> None:
        """From now on the files see only the employees, and the quarter, of a report's `scope`."""
        self._scope = Narrowing(scope)
        self._values |= self._scope.values

    def rows(self, name: str) -> list[dict[str, object]]:
        """The rows of the file `name`."""
        query = sql_query(name)
        own = f",\n{query.removeprefix('WITH')}" if query.startswith("WITH") else f"\n{query}"
        found = self._connection.execute(text(f"WITH {self._names()}{own}"), self._values)
        return [dict(row) for row in found.mappings()]

    def how_many(self, name: str) -> int:
        """How many rows the file `name` has, without fetching any."""
        query = f"WITH {self._names()}\nSELECT COUNT(*) FROM (\n{sql_query(name)}\n) q"
        return int(self._connection.execute(text(query), self._values).scalar_one())

    def recompute(self, names: Sequence[str], people: Sequence[str], *, everyone: bool = False) -> None:
        """Replaces what the tables of `names`, in this order, hold of `people` by what the files say now.

        `everyone` says that nobody else has anything in the ledger. In a write transaction.
        """
        for name in names:
            for part in self._parts(name, people, everyone):
                self._see(part)
                self._materialise(name)

    def _parts(self, name: str, people: Sequence[str], everyone: bool) -> Sequence[Sequence[str] | None]:
        """Which people to recompute together, None for all. SQLite sorts the credits of some people at a time, however
        many there are: it costs less for each, and needs no more room."""
        if self._connection.dialect.name == "sqlite" and _is_of_priced(name):
            return [people[at : at + _AT_ONCE] for at in range(0, len(people), _AT_ONCE)]
        return [None if everyone else people]

    def _see(self, people: Sequence[str] | None) -> None:
        if people is None:
            self._narrowed = ""
        else:
            self.narrow(people)

    def _materialise(self, name: str) -> None:
        if not _is_of_priced(name):
            self._replace(name)
            return
        with pricing.priced_in_order(self._connection, self._names(), sql_query("priced"), self._values):
            self._in_order = True
            self._replace(name)
        self._in_order = False

    def _replace(self, name: str) -> None:
        table, columns, _ = NAMES[name]
        made = ", ".join(f"q.{column}" for column in columns.split(", "))
        whose = f"{_years(name)}{self._narrowed}" if self._narrowed else ""
        delete = f"DELETE FROM {table} WHERE institution = :institution{whose}"
        insert = (
            f"INSERT INTO {table} (institution, {columns})\nWITH {self._names()}\n"
            f"SELECT CAST(:institution AS VARCHAR(32)), {made} FROM (\n{sql_query(name)}\n) q{IN_ORDER.get(name, '')}"
        )
        self._connection.execute(text(delete), self._values)
        few = self._narrowed and not self._in_order
        with nullcontext() if few else planning_for_many(self._connection):
            self._connection.execute(text(insert), self._values)

    def export(self, name: str, year: int | None = None) -> Iterator[Sequence[Sequence[object]]]:
        """All rows of `name`, or those of `year`, some thousands at a time."""
        of_year = "" if year is None else " WHERE year = :of_year"
        found = self._connection.execute(
            text(f"WITH {self._names()}\nSELECT * FROM {name}{of_year}"),
            {**self._values, "of_year": year},
            execution_options={"stream_results": True, "max_row_buffer": _CHUNK},
        )
        yield from found.partitions(_CHUNK)

    def count(self, name: str, year: int) -> int:
        """How many rows of `name` are of `year`."""
        query = f"WITH {self._names()}\nSELECT COUNT(*) FROM {name} WHERE year = :of_year"
        return int(self._connection.execute(text(query), {**self._values, "of_year": year}).scalar_one())

    def _names(self) -> str:
        """What the files may name, each looked through as if its text stood where it is named."""
        views = [f"{name} AS NOT MATERIALIZED ({self._view(name)})" for name in NAMES if name != "priced"]
        numbers = ", ".join(
            f"CAST(:{value} AS BIGINT) AS {name}"
            for name, value in (("year", "year"), ("minutes_per_jp", "minutes"), ("bulk_threshold", "threshold"))
        )
        if self._in_order:
            priced = f"NOT MATERIALIZED (SELECT {pricing.COLUMNS} FROM {pricing.TABLE})"
        else:
            priced = f"MATERIALIZED ({sql_query('priced')})"
        return ",\n".join([*views, f"priced AS {priced}", f"parameter AS (SELECT {numbers})"])

    def _view(self, name: str) -> str:
        table, columns, has_people = NAMES[name]
        if name == "person_year" and not self._narrowed:
            return self._scope.person_year(columns)
        rows = f"institution = :institution{ONLY.get(name, '')}{self._scope.of_people(name)}"
        if not (has_people and self._narrowed):
            return f"SELECT {columns} FROM {table}{self._as_they_lie if name in ONLY else ''} WHERE {rows}"
        if name in ONLY:  # the credits have an index by person
            return f"SELECT {columns} FROM audit_touched t CROSS JOIN {table} WHERE person = t.value AND {rows}"
        return f"SELECT {columns} FROM {table} WHERE {rows}{_years(name)}{self._narrowed}"

    @property
    def _as_they_lie(self) -> str:
        """For SQLite, which would reach every row through an index that begins with the institution.

        It also makes SQLite expect many rows, and so does the join with the people touched, of whom it has no
        statistics: it then makes an index for each list that a file joins. Of a few expected rows it would compare each
        with each, and who repeats a record a hundred thousand times would stop the ledger.
        """
        return " NOT INDEXED" if self._connection.dialect.name == "sqlite" else ""
