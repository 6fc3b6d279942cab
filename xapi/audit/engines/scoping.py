"""A report's scope on engines over files: each name is a view of what is whole, narrowed by conditions.

The same conditions as `xapi.audit.store.narrowing`, for engines without bound values: texts are written as literals.
"""

from xapi.audit.engines.layout import columns_of
from xapi.audit.report_scope import Scope

QUARTERLY = ("accepted", "person_quarter")
OF_QUARTER = frozenset({"credits", "raw_jp", "converted", "capped", "accepted", "pending"})


def whole(name: str) -> str:
    """The name under which all rows of `name` are known."""
    return f"whole_{name}"


def narrowed(name: str, scope: Scope) -> str:
    """The query that shows of `whole(name)` what `scope` leaves."""
    if name == "person_year":
        return _person_year(scope)
    conditions = []
    people = _conditions(scope)
    if people and name in ("employee", "person_quarter"):
        conditions.append(f"person IN (SELECT y.person FROM {whole('person_year')} y WHERE {' AND '.join(people)})")
    if scope.quarter is not None and name in QUARTERLY:
        conditions.append(f"quarter = {scope.quarter:d}")
    return f"SELECT * FROM {whole(name)}" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")


def _person_year(scope: Scope) -> str:
    """With a quarter, the JP columns are those of the quarter."""
    joined, shown = "", "y.*"
    if scope.quarter is not None:
        shown = ", ".join(
            f"COALESCE(q.{one}, 0) AS {one}" if one in OF_QUARTER else f"y.{one} AS {one}"
            for one in columns_of("person_year")
        )
        joined = (
            f" LEFT JOIN {whole('person_quarter')} q ON q.person = y.person AND q.year = y.year"
            f" AND q.quarter = {scope.quarter:d}"
        )
    conditions = _conditions(scope)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {shown} FROM {whole('person_year')} y{joined}{where}"


def _conditions(scope: Scope) -> list[str]:
    """What must hold of the person-year `y`."""
    found = [
        f"y.{field} = {_text(value)}" for field in ("opd", "status") if (value := getattr(scope, field)) is not None
    ]
    if scope.met is not None:
        found.append(f"y.met = {int(scope.met)}")
    employee = [
        f"e.{field} = {_text(value)}" for field in ("grade", "position") if (value := getattr(scope, field)) is not None
    ]
    if employee:
        found.append(f"y.person IN (SELECT e.person FROM {whole('employee')} e WHERE {' AND '.join(employee)})")
    return found


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
