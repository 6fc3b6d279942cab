"""Score bookkeeping: the best result of each enrolment, what waits, what was sent, and the second it was sent with."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Engine, TextClause, text

from xapi.database import reading, writing

_RAISE = text(
    "INSERT INTO lti_score (institution, registration, best, version) VALUES (:institution, :registration, :score, 1)"
    " ON CONFLICT (institution, registration) DO UPDATE SET best = :score, version = lti_score.version + 1,"
    " problem = ''"
    " WHERE lti_score.best < :score"
)
_SET_CURSOR = text(
    "INSERT INTO lti_cursor (institution, name, seq) VALUES (:institution, :name, :seq)"
    " ON CONFLICT (institution, name) DO UPDATE SET seq = :seq WHERE lti_cursor.seq < :seq"
)
_CURSOR = text("SELECT seq FROM lti_cursor WHERE institution = :institution AND name = :name")
_WAITING = text(
    "SELECT registration, best, version FROM lti_score"
    " WHERE institution = :institution AND queued < version ORDER BY registration LIMIT :limit"
)
_QUEUED = text(
    "UPDATE lti_score SET queued = :version"
    " WHERE institution = :institution AND registration = :registration AND queued < :version"
)
_GET = text(
    "SELECT registration, best, version FROM lti_score"
    " WHERE institution = :institution AND registration = :registration"
)
_SECOND = text(
    "INSERT INTO lti_score_second (institution, line_item, subject, second)"
    " VALUES (:institution, :line_item, :subject, :second) ON CONFLICT (institution, line_item, subject)"
    " DO UPDATE SET second = CASE WHEN lti_score_second.second >= :second THEN lti_score_second.second + 1"
    " ELSE :second END RETURNING second"
)
_SENT = text(
    "UPDATE lti_score SET sent = :score, sent_at = :now, problem = ''"
    " WHERE institution = :institution AND registration = :registration"
)
_PROBLEM = text(
    "UPDATE lti_score SET problem = :problem WHERE institution = :institution AND registration = :registration"
)
_PROBLEMS = text(
    "SELECT registration, problem FROM lti_score WHERE institution = :institution AND problem <> ''"
    " ORDER BY registration"
)


class PendingScore(msgspec.Struct, frozen=True):
    """The best score of an enrolment, in hundredths of a percent (10000 is full marks), and how often it has risen."""

    registration: str
    best: int
    version: int


class ScoreStore:
    """Scores of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def cursor(self, name: str) -> int:
        """The last sequence number that the reader `name` has dealt with; 0 at the beginning."""
        with reading(self._engine) as connection:
            found = connection.execute(_CURSOR, {"institution": self._institution, "name": name}).scalar()
        return found or 0

    def advance(self, name: str, seq: int, scores: Mapping[str, int]) -> None:
        """Raises the best scores (registration to hundredths of a percent) and the cursor in one transaction.

        Of two processes that read at once, the slower one never takes the cursor back.
        """
        with writing(self._engine) as connection:
            for registration, score in scores.items():
                connection.execute(
                    _RAISE, {"institution": self._institution, "registration": registration, "score": score}
                )
            connection.execute(_SET_CURSOR, {"institution": self._institution, "name": name, "seq": seq})

    def waiting(self, limit: int = 500) -> list[PendingScore]:
        """Scores that have risen and are not in the queue yet."""
        with reading(self._engine) as connection:
            rows = connection.execute(_WAITING, {"institution": self._institution, "limit": limit})
            return [PendingScore(*row) for row in rows]

    def queued(self, scores: list[PendingScore]) -> None:
        """Marks `scores` as handed to the queue."""
        with writing(self._engine) as connection:
            for score in scores:
                connection.execute(
                    _QUEUED,
                    {
                        "institution": self._institution,
                        "registration": score.registration,
                        "version": score.version,
                    },
                )

    def get(self, registration: str) -> PendingScore | None:
        """The best score of an enrolment."""
        with reading(self._engine) as connection:
            row = connection.execute(_GET, {"institution": self._institution, "registration": registration}).first()
        return PendingScore(*row) if row else None

    def next_second(self, line_item: str, subject: str, now: datetime) -> datetime:
        """A whole second for the next score of `subject` at `line_item`, later than every one given before.

        It is written down before it is used, so that a crash cannot make the platform see the same second twice.
        """
        values = {
            "institution": self._institution,
            "line_item": line_item,
            "subject": subject,
            "second": int(now.timestamp()),
        }
        with writing(self._engine) as connection:
            second = connection.execute(_SECOND, values).scalar_one()
        return datetime.fromtimestamp(second, now.tzinfo)

    def sent(self, score: PendingScore, now: datetime) -> None:
        """Notes that the platform has `score`."""
        self._note(_SENT, score.registration, {"score": score.best, "now": int(now.timestamp())})

    def refused(self, score: PendingScore, problem: str) -> None:
        """Notes why the platform will not take `score`; `problem` is our own word, never the platform's text."""
        self._note(_PROBLEM, score.registration, {"problem": problem})

    def problems(self) -> dict[str, str]:
        """Registration to the reason why its score is not in the gradebook."""
        with reading(self._engine) as connection:
            rows = connection.execute(_PROBLEMS, {"institution": self._institution})
            return {row.registration: row.problem for row in rows}

    def _note(self, query: TextClause, registration: str, values: dict[str, object]) -> None:
        with writing(self._engine) as connection:
            connection.execute(query, values | {"institution": self._institution, "registration": registration})
