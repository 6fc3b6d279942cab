"""Score bookkeeping: the best result of each enrolment, what waits, what was sent, and the second it was sent with."""

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Engine, TextClause, bindparam, text

from xapi.database import reading, writing

#: The reason of a score that the platform has no place for: nothing is wrong, and nobody needs to act.
NO_GRADEBOOK = "no_gradebook"
#: Reasons that pass when a later launch brings another line item.
_OF_THE_LINE_ITEM = "'no_gradebook', 'no_line_item', 'line_item_gone'"
_CHANGED = " version = lti_score.version + 1, problem = '', delay = '', tries = 0, refused_item = ''"
_RAISE = text(
    "INSERT INTO lti_score (institution, registration, best, version, reached)"
    " VALUES (:institution, :registration, :score, 1, :reached)"
    f" ON CONFLICT (institution, registration) DO UPDATE SET best = :score, reached = :reached,{_CHANGED}"
    " WHERE lti_score.best < :score"
)
_SET_CURSOR = text(
    "INSERT INTO lti_cursor (institution, name, seq) VALUES (:institution, :name, :seq)"
    " ON CONFLICT (institution, name) DO UPDATE SET seq = :seq WHERE lti_cursor.seq < :seq"
)
_CURSOR = text("SELECT seq FROM lti_cursor WHERE institution = :institution AND name = :name")
_FIELDS = "registration, best, version, reached"
_WAITING = text(
    f"SELECT {_FIELDS} FROM lti_score"
    " WHERE institution = :institution AND queued < version ORDER BY registration LIMIT :limit"
)
_QUEUED = text(
    "UPDATE lti_score SET queued = :version"
    " WHERE institution = :institution AND registration = :registration AND queued < :version"
)
_GET = text(f"SELECT {_FIELDS} FROM lti_score WHERE institution = :institution AND registration = :registration")
_SECOND = text(
    "INSERT INTO lti_score_second (institution, line_item, subject, second)"
    " VALUES (:institution, :line_item, :subject, :second) ON CONFLICT (institution, line_item, subject)"
    " DO UPDATE SET second = CASE WHEN lti_score_second.second >= :second THEN lti_score_second.second + 1"
    " ELSE :second END RETURNING second"
)
_SENT = text(
    "UPDATE lti_score SET sent = :score, sent_at = :now, tried_at = :now, problem = '', delay = '', tries = 0"
    " WHERE institution = :institution AND registration = :registration"
)
_PROBLEM = text(
    "UPDATE lti_score SET problem = :problem, delay = '', refused_item = :line_item, tried_at = :now,"
    " tries = tries + 1"
    " WHERE institution = :institution AND registration = :registration AND version = :version"
)
_DELAY = text(
    "UPDATE lti_score SET delay = :delay, tried_at = :now, tries = tries + 1"
    " WHERE institution = :institution AND registration = :registration AND version = :version"
)
_PROBLEMS = text(
    "SELECT registration, problem FROM lti_score"
    f" WHERE institution = :institution AND problem <> '' AND problem <> '{NO_GRADEBOOK}' ORDER BY registration"
)
_AGAIN = text(
    f"UPDATE lti_score SET{_CHANGED} WHERE institution = :institution AND registration = :registration"
    " AND (sent IS NULL OR sent < best OR problem <> '')"
)
#: `refused_item` is what the link had when the score was refused; a launch that brings another one changes the case.
_REVIVE = text(
    f"UPDATE lti_score SET{_CHANGED} WHERE institution = :institution AND problem IN ({_OF_THE_LINE_ITEM})"
    " AND registration IN :registrations"
    " AND EXISTS (SELECT 1 FROM lti_link AS link WHERE link.institution = lti_score.institution"
    " AND link.registration = lti_score.registration AND link.learner"
    " AND link.line_item || ' ' || link.line_items || ' ' || link.scopes <> lti_score.refused_item)"
).bindparams(bindparam("registrations", expanding=True))
_STOPPED = text(
    "SELECT registration FROM lti_score WHERE institution = :institution"
    f" AND registration IN :registrations AND problem IN ({_OF_THE_LINE_ITEM})"
).bindparams(bindparam("registrations", expanding=True))


class PendingScore(msgspec.Struct, frozen=True):
    """The best score of an enrolment, in hundredths of a percent (10000 is full marks), how often it has risen, and
    the Unix second at which it was reached (None where that was not kept)."""

    registration: str
    best: int
    version: int
    reached: int | None = None


class Reached(msgspec.Struct, frozen=True):
    """A score as a statement tells it: hundredths of a percent, and the Unix second, None when it has no time."""

    score: int
    at: int | None = None


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

    def advance(self, name: str, seq: int, scores: Mapping[str, Reached]) -> None:
        """Raises the best scores (by registration) and the cursor in one transaction.

        Of two processes that read at once, the slower one never takes the cursor back.
        """
        with writing(self._engine) as connection:
            for registration, found in scores.items():
                values = {"registration": registration, "score": found.score, "reached": found.at}
                connection.execute(_RAISE, {"institution": self._institution, **values})
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
                values = {"registration": score.registration, "version": score.version}
                connection.execute(_QUEUED, {"institution": self._institution, **values})

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
        self._note(_SENT, score, {"score": score.best, "now": int(now.timestamp())})

    def refused(self, score: PendingScore, problem: str, now: datetime, line_item: str = "") -> None:
        """Notes why the platform will not take `score`; `problem` is our own word, never the platform's text.

        `line_item` tells the address it was refused at (see `place_of`): a launch that brings another one sends the
        score again.
        """
        self._note(_PROBLEM, score, {"problem": problem, "line_item": line_item, "now": int(now.timestamp())})

    def delayed(self, score: PendingScore, delay: str, now: datetime) -> None:
        """Notes why `score` has to wait for another try; `delay` is our own word."""
        self._note(_DELAY, score, {"delay": delay, "now": int(now.timestamp())})

    def again(self, registration: str) -> bool:
        """Lets a score that is not delivered be queued anew, as if it had just risen; False when there is none."""
        with writing(self._engine) as connection:
            values = {"institution": self._institution, "registration": registration}
            return bool(connection.execute(_AGAIN, values).rowcount)

    def revive(self, registrations: Collection[str]) -> int:
        """Lets those of `registrations` be queued anew whose line item was missing or gone and whose link has another
        one now; returns how many."""
        values = {"institution": self._institution, "registrations": list(registrations)}
        with reading(self._engine) as connection:  # almost always nothing: no write lock for that
            if not registrations or connection.execute(_STOPPED, values).first() is None:
                return 0
        with writing(self._engine) as connection:
            return connection.execute(_REVIVE, values).rowcount

    def problems(self) -> dict[str, str]:
        """Registration to the reason why its score is not in the gradebook, where somebody should act."""
        with reading(self._engine) as connection:
            rows = connection.execute(_PROBLEMS, {"institution": self._institution})
            return {row.registration: row.problem for row in rows}

    def _note(self, query: TextClause, score: PendingScore, values: dict[str, object]) -> None:
        own = {"institution": self._institution, "registration": score.registration, "version": score.version}
        with writing(self._engine) as connection:
            connection.execute(query, values | own)
