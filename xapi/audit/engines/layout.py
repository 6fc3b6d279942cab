"""What lies in an export: which names of the SQL files have files, their columns, and which of them are text."""

import re
from functools import cache

from xapi.audit.store.engine import NAMES, has_sql_file, sql_query

#: Names whose rows are exported: of a year each, or once for all years.
YEARLY = ("credit", "employee")
LASTING = ("form_rule", "target_rule", "finding")
EXPORTED = (*YEARLY, *LASTING)
#: Names that an engine makes of the others, by the file of the same name.
MADE = tuple(name for name in NAMES if has_sql_file(name))
PARAMETERS = ("year", "minutes_per_jp", "bulk_threshold")
TEXTS = frozenset(
    {
        "institution", "statement_id", "person", "activity", "activity_title", "form", "certificate", "evidence",
        "doubt", "source", "review", "opd", "status", "day_cap_group", "day_cap_scope", "month_cap_group",
        "month_cap_scope", "reason", "path", "stored", "jalur", "share", "competency", "organiser", "zone", "grade",
        "position", "unit_code",
    }
)  # fmt: skip
"""The columns that hold text; every other one is a whole number."""
#: Files are kept in this order, so that what belongs to a person lies together.
SORTED_BY = {"credit": "person, day, start_minute, statement_id", "employee": "person"}
_USED = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)\b")


@cache
def columns_of(name: str) -> tuple[str, ...]:
    """The columns that the SQL files see under `name`, in order."""
    return tuple(column.split(" AS ")[-1] for column in NAMES[name][1].split(", "))


@cache
def used_by(name: str) -> frozenset[str]:
    """The names that the file `name` reads from, its own common table expressions among them."""
    return frozenset(_USED.findall(sql_query(name)))
