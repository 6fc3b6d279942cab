"""What is kept about one account of a platform: its enrolments and scores, for the person it is about."""

import msgspec
from sqlalchemy import Engine, text

from xapi.database import reading

_ENROLMENTS = text(
    "SELECT link.title, link.module, link.first_launch, link.last_launch, score.best FROM lti_link AS link"
    " LEFT JOIN lti_score AS score ON score.institution = link.institution AND score.registration = link.registration"
    " WHERE link.institution = :institution AND link.platform = :platform AND link.subject = :subject"
    " ORDER BY link.first_launch, link.registration"
)


class Enrolment(msgspec.Struct, frozen=True):
    """One link that the person opened: title and module, Unix seconds, the best score in hundredths of a percent."""

    title: str
    module: str
    first_launch: int
    last_launch: int
    best: int | None


class KeptStore:
    """What the LTI tables of one institution hold about a person."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def enrolments(self, platform: str, subject: str) -> list[Enrolment]:
        """The enrolments of the account `subject` at `platform` (its id), the oldest first."""
        values = {"institution": self._institution, "platform": platform, "subject": subject}
        with reading(self._engine) as connection:
            return [Enrolment(*row) for row in connection.execute(_ENROLMENTS, values)]
