"""What a report's scope says, as conditions on the ledger's tables: the SQL files themselves never change."""

from xapi.audit.report_scope import Scope

OWN = {  # field -> condition on the person-year `y`
    "opd": "y.opd = :scope_opd",
    "status": "y.status = :scope_status",
    "met": "y.met = :scope_met",
}
OF_EMPLOYEE = {"grade": "e.grade = :scope_grade", "position": "e.position = :scope_position"}
OF_QUARTER = ("credits", "raw_jp", "converted", "capped", "accepted", "pending")


class Narrowing:
    """Conditions, each beginning with AND or empty, and the values they name."""

    def __init__(self, scope: Scope) -> None:
        self.quarter = scope.quarter
        found = {field: getattr(scope, field) for field in (*OWN, *OF_EMPLOYEE)}
        given = {field: value for field, value in found.items() if value is not None}
        self.values: dict[str, object] = {
            f"scope_{field}": int(value) if isinstance(value, bool) else value for field, value in given.items()
        }
        if scope.quarter is not None:
            self.values["scope_quarter"] = scope.quarter
        self.of_year = "".join(f" AND {OWN[field]}" for field in OWN if field in given)
        employee = "".join(f" AND {OF_EMPLOYEE[field]}" for field in OF_EMPLOYEE if field in given)
        if employee:
            self.of_year += (
                " AND y.person IN (SELECT e.person FROM ledger_employee e"
                f" WHERE e.institution = :institution AND e.year = :year{employee})"
            )

    def of_people(self, name: str) -> str:
        """The condition on the rows that the name `name` shows, other than `person_year`."""
        people = ""
        if self.of_year and name in ("employee", "person_quarter"):
            people = (
                " AND person IN (SELECT y.person FROM ledger_person_year y"
                f" WHERE y.institution = :institution AND y.year = :year{self.of_year})"
            )
        return people + (" AND quarter = :scope_quarter" if self.quarter and name in QUARTERLY else "")

    def person_year(self, columns: str) -> str:
        """The view of `person_year`: with a quarter, its JP columns are those of the quarter."""
        if not self.quarter:
            return f"SELECT {columns} FROM ledger_person_year y WHERE y.institution = :institution{self.of_year}"
        shown = ", ".join(
            f"COALESCE(q.{one}, 0) AS {one}" if one in OF_QUARTER else f"y.{one} AS {one}"
            for one in columns.split(", ")
        )
        return (
            f"SELECT {shown} FROM ledger_person_year y LEFT JOIN ledger_person_quarter q"
            " ON q.institution = y.institution AND q.person = y.person AND q.year = y.year"
            f" AND q.quarter = :scope_quarter WHERE y.institution = :institution{self.of_year}"
        )


QUARTERLY = frozenset({"accepted", "person_quarter"})
