"""What the LTI tables hold about one person, by their LMS accounts: to be given to them, and to be erased."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Engine, text

from xapi.database import reading
from xapi.erasing_database import erasing

Account = tuple[str, str]  # issuer, subject

_MINE = (
    " FROM lti_link AS link JOIN lti_platform AS platform ON platform.institution = link.institution"
    " AND platform.id = link.platform WHERE link.institution = :institution AND platform.issuer = :issuer"
    " AND link.subject = :subject"
)
_LINKS = text(
    "SELECT platform.name, link.subject, link.title, link.module, link.registration, link.first_launch,"
    " link.last_launch, score.best, score.sent_at FROM lti_link AS link JOIN lti_platform AS platform"
    " ON platform.institution = link.institution AND platform.id = link.platform"
    " LEFT JOIN lti_score AS score ON score.institution = link.institution AND score.registration = link.registration"
    " WHERE link.institution = :institution AND platform.issuer = :issuer AND link.subject = :subject"
    " ORDER BY link.first_launch, link.registration"
)
_LAUNCHES = text(
    "SELECT launch.at, launch.message_type, launch.registration FROM lti_launch AS launch"
    f" WHERE launch.institution = :institution AND launch.registration IN (SELECT link.registration{_MINE})"
    " ORDER BY launch.at, launch.seq"
)
_REGISTRATIONS = text(f"SELECT link.registration{_MINE}")
_OLD = "SELECT registration FROM lti_link WHERE institution = :institution AND last_launch < :before"
#: The rows of some enrolments, those that refer to others first.
_OF_REGISTRATIONS = (
    "DELETE FROM lti_score WHERE institution = :institution AND registration IN ({})",
    "DELETE FROM lti_launch WHERE institution = :institution AND registration IN ({})",
    "DELETE FROM module_pin WHERE institution = :institution AND registration IN ({})",
)
_SECONDS = text(
    "DELETE FROM lti_score_second WHERE institution = :institution AND subject = :subject"
    f" AND line_item IN (SELECT link.line_item{_MINE})"
)
_DELETE_LINKS = text(
    "DELETE FROM lti_link WHERE institution = :institution AND subject = :subject AND platform IN"
    " (SELECT id FROM lti_platform WHERE institution = :institution AND issuer = :issuer)"
)


class SubjectLink(msgspec.Struct, frozen=True):
    """One link that a person opened in an LMS; times in Unix seconds, `best` in hundredths of a percent."""

    platform: str
    subject: str
    title: str
    module: str
    registration: str
    first_launch: int
    last_launch: int
    best: int | None
    sent_at: int | None


class SubjectLaunch(msgspec.Struct, frozen=True):
    """One launch, at a Unix second."""

    at: int
    message_type: str
    registration: str


class SubjectStore:
    """The rows of one institution that are about a person."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def links(self, accounts: Sequence[Account]) -> list[SubjectLink]:
        """The links opened with the LMS `accounts`, with the scores reached."""
        with reading(self._engine) as connection:
            return [SubjectLink(*row) for one in accounts for row in connection.execute(_LINKS, self._of(one))]

    def launches(self, accounts: Sequence[Account]) -> list[SubjectLaunch]:
        """Their launches that are still in the list."""
        with reading(self._engine) as connection:
            return [SubjectLaunch(*row) for one in accounts for row in connection.execute(_LAUNCHES, self._of(one))]

    def erase(self, accounts: Sequence[Account]) -> int:
        """Deletes what is kept of the LMS `accounts`; returns how many links there were."""
        with erasing(self._engine) as connection:
            return erase_accounts(connection, self._institution, accounts)

    def older(self, before: datetime) -> int:
        """How many links were launched last before a moment."""
        values = {"institution": self._institution, "before": int(before.timestamp())}
        with reading(self._engine) as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM ({_OLD}) AS old"), values).scalar_one())

    def destroy(self, before: datetime) -> int:
        """Deletes the links that were launched last before a moment, with their scores; returns how many."""
        values = {"institution": self._institution, "before": int(before.timestamp())}
        with erasing(self._engine) as connection:
            for statement in _OF_REGISTRATIONS:
                connection.execute(text(statement.format(_OLD)), values)
            gone = "DELETE FROM lti_link WHERE institution = :institution AND last_launch < :before"
            return connection.execute(text(gone), values).rowcount

    def _of(self, account: Account) -> dict[str, str]:
        return _values(self._institution, account)


def erase_accounts(connection: Connection, institution: str, accounts: Sequence[Account]) -> int:
    """As `SubjectStore.erase`, inside a transaction."""
    gone = 0
    mine = _REGISTRATIONS.text
    for one in accounts:
        values = _values(institution, one)
        connection.execute(_SECONDS, values)
        for statement in _OF_REGISTRATIONS:
            connection.execute(text(statement.format(mine)), values)
        gone += connection.execute(_DELETE_LINKS, values).rowcount
    return gone


def _values(institution: str, account: Account) -> dict[str, str]:
    issuer, subject = account
    return {"institution": institution, "issuer": issuer, "subject": subject}
