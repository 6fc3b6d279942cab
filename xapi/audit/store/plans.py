"""Keeps the plans of an institution: the JP that each person means to reach in a year. A rebuild leaves them alone."""

from collections.abc import Mapping

from sqlalchemy import Engine, text

from xapi.database import reading, run_many, writing

PLANS = "SELECT person, planned FROM ledger_plan WHERE institution = :institution AND year = :year"
SET = (
    "INSERT INTO ledger_plan (institution, year, person, planned) VALUES (:institution, :year, :person, :planned)"
    " ON CONFLICT (institution, year, person) DO UPDATE SET planned = excluded.planned"
)


class Plans:
    """The plans of `institution` (32 hex) in the database of `engine`, migrated as `xapi.audit`."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def of_year(self, year: int) -> dict[str, int]:
        """Planned JP (hundredths) by person."""
        with reading(self._engine) as connection:
            rows = connection.execute(text(PLANS), {"institution": self._institution, "year": year})
            return {str(row.person): int(row.planned) for row in rows}

    def set(self, year: int, planned: Mapping[str, int]) -> tuple[int, int]:
        """Sets the plans of these people, all or none; returns how many are new and how many differ from before."""
        here: dict[str, object] = {"institution": self._institution, "year": year}
        with writing(self._engine) as connection:
            before = {str(row.person): int(row.planned) for row in connection.execute(text(PLANS), here)}
            rows = [
                {**here, "person": person, "planned": jp} for person, jp in planned.items() if before.get(person) != jp
            ]
            if rows:
                run_many(connection, SET, rows)
        added = sum(1 for row in rows if row["person"] not in before)
        return added, len(rows) - added
