"""What people have shown of competencies: tests that were passed, and credits that name one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine, bindparam, text

from xapi.audit.competencies import Proof
from xapi.database import reading

_AT_ONCE = 500  # people
_OF_PEOPLE = text("""
SELECT person, 'test' AS kind, statement_id, activity_title, competency, level, score, day, review
FROM ledger_proof WHERE institution = :institution AND standing = 1 AND person IN :people
UNION ALL
SELECT person, 'credit' AS kind, statement_id, activity_title, competency, NULL AS level, NULL AS score, day, review
FROM ledger_credit
WHERE institution = :institution AND standing = 1 AND held = 0 AND competency IS NOT NULL AND person IN :people
ORDER BY 1, 8, 3""").bindparams(bindparam("people", expanding=True))


class Proofs:
    """The proofs in the ledger of `institution`."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def of(self, people: Sequence[str]) -> dict[str, list[Proof]]:
        """The proofs that stand of each of `people`, the oldest first, also those that wait for a validator."""
        found: dict[str, list[Proof]] = defaultdict(list)
        with reading(self._engine) as connection:
            for first in range(0, len(people), _AT_ONCE):
                values = {"institution": self._institution, "people": list(people[first : first + _AT_ONCE])}
                for row in connection.execute(_OF_PEOPLE, values):
                    found[row.person].append(
                        Proof(
                            kind=row.kind, statement_id=row.statement_id, title=row.activity_title,
                            competency=row.competency, level=row.level, score=row.score, day=_day(row.day),
                            review=row.review,
                        )
                    )  # fmt: skip
        return dict(found)

    def person_of(self, statement_id: str) -> str | None:
        """Whose test the statement tells of, None when it tells of none."""
        query = text(
            "SELECT person FROM ledger_proof WHERE institution = :institution AND statement_id = :statement_id"
        )
        with reading(self._engine) as connection:
            found = connection.execute(query, {"institution": self._institution, "statement_id": statement_id}).scalar()
        return None if found is None else str(found)


def _day(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)
