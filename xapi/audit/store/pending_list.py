"""The credits of a year that wait for a validator, as a list that the database searches, sorts and cuts into pages."""

from sqlalchemy import Engine, select, text

from xapi.list_database import SqlList, columns_of

_WAITING = text(
    "SELECT a.statement_id, a.person, a.day, a.form, a.review, a.pending, e.opd, -a.day AS oldest"
    " FROM ledger_accepted a"
    " JOIN ledger_employee e ON e.institution = a.institution AND e.year = a.year AND e.person = a.person"
    " WHERE a.institution = :institution AND a.year = :year AND a.pending > 0"
)
_COLUMNS = columns_of(("statement_id", "person", "form", "review", "opd"), ("day", "pending", "oldest"))


def pending_list(engine: Engine, institution: str, year: int) -> SqlList:
    """Rows with `statement_id`, `person`, `day` (yyyymmdd), `form`, `review`, `pending` (hundredths of a JP) and `opd`
    of the people on the roster of `year`, oldest first."""
    lines = _WAITING.bindparams(institution=institution, year=year).columns(*_COLUMNS).subquery("line")
    return SqlList(engine, select(lines), searched=("opd",), newest=("oldest", "statement_id"))
