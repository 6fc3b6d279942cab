"""Multiplies a ledger inside its file, so that one of five million credits needs minutes and no statements.

Every copy is about other people under other ids, which are spread over the indexes as the first ones are. Only the
figures are right: ties between ids may fall otherwise in a copy, until somebody in it is recomputed.
"""

from sqlalchemy import Connection, text

from bench._audit_corpus import person_of

MOST = 11  # a copy is marked by one hexadecimal digit of the ids
CACHE = 1 << 20  # kilobytes: indexes are filled at random
_PERSON = "substr({0}, 1 + n) || substr({0}, 1, n)"
_STATEMENT = "substr({0}, 1, 14) || substr('456789abcde', n + 1, 1) || substr({0}, 16)"
_TABLES = {  # in the order in which a table grows
    "ledger_credit": "n, seq",
    "ledger_employee": "institution, year, {person}",
    "ledger_accepted": "institution, year, {person}, day, statement_id",
    "ledger_person_year": "institution, year, {person}",
    "ledger_person_quarter": "institution, year, {person}, quarter",
}


def person_in(number: int, people: int) -> str:
    """The pseudonym of person `number` of a multiplied ledger that began with `people`."""
    copy, place = divmod(number, people)
    person = person_of(place)
    return person[copy:] + person[:copy]


def multiply(connection: Connection, times: int) -> None:
    """Makes the credits, people and figures of the ledger `times` as many, at most MOST. SQLite only."""
    connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE}")
    last = connection.exec_driver_sql("SELECT cursor FROM ledger_state").scalar_one()
    for table, order in _TABLES.items():
        columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
        made = ", ".join(f"{_made(column)} AS made_{column}" for column in columns)
        order = order.format(person=_PERSON.format("person"))
        connection.execute(
            text(
                "WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n + 1 < :times)"
                f" INSERT INTO {table} ({', '.join(columns)})"
                f" SELECT {made} FROM copy CROSS JOIN {table} ORDER BY {order}"
            ),
            {"times": times, "last": last},
        )
    connection.execute(text("UPDATE ledger_state SET cursor = cursor * :times"), {"times": times})


def _made(column: str) -> str:
    """What a copy has in `column`."""
    if column in {"person", "actor"}:
        return _PERSON.format(column)
    if column == "statement_id":
        return _STATEMENT.format(column)
    return "seq + n * :last" if column == "seq" else column
