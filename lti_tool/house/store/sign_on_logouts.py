"""Ends the browser sessions that a single sign-on has ended, and remembers that it did."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, literal_column, or_, select

from lti_tool.house.model import SignOnLogout, SignOnSession
from lti_tool.house.store.tables import BROWSER_SESSION, SIGN_ON_LOGOUT, instant
from xapi.database import insert_into, writing


class EndedSession(NamedTuple):
    """A session that was ended: its kind, and whose it was."""

    kind: str
    subject: str


class SignOnLogoutStore:
    """The logouts of one institution's single sign-on."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def end(self, logout: SignOnLogout, now: datetime) -> list[EndedSession] | None:
        """Ends the sessions that `logout` is about and remembers it, both or neither; None when it came before.

        Logouts that need not be remembered any more are forgotten.
        """
        values = {
            "institution": self._institution,
            "id": logout.id,
            "subject": logout.subject,
            "sid": logout.sid,
            "made": logout.made,
            "expires": instant(logout.expires),
        }
        with writing(self._engine) as connection:
            connection.execute(delete(SIGN_ON_LOGOUT).where(SIGN_ON_LOGOUT.c.expires <= instant(now)))
            noted = insert_into(connection, SIGN_ON_LOGOUT).values(values).on_conflict_do_nothing()
            if connection.execute(noted.returning(SIGN_ON_LOGOUT.c.id)).first() is None:
                return None
            table = BROWSER_SESSION.c
            own = (table.institution == self._institution, _sessions_of(logout))
            gone = delete(BROWSER_SESSION).where(*own).returning(table.kind, table.subject)
            return [EndedSession(row.kind, row.subject) for row in connection.execute(gone)]


def _sessions_of(logout: SignOnLogout) -> ColumnElement[bool]:
    """Which browser sessions hang on what has ended (Back-Channel Logout 1.0 section 2.7).

    Of somebody who is named, those whose session at the provider is not known end too: they may be the one.
    """
    table = BROWSER_SESSION.c
    signed_on = table.sign_on_subject != literal_column("''")  # word for word as in the index
    the_session = table.sign_on_sid == logout.sid
    of_person = and_(signed_on, table.sign_on_subject == logout.subject)
    if not logout.sid:
        return of_person
    if not logout.subject:
        return and_(signed_on, the_session)
    return and_(of_person, or_(the_session, table.sign_on_sid == ""))


def has_ended(connection: Connection, institution: str, session: SignOnSession) -> bool:
    """Whether a logout that ends `session` came before the browser did: the two take different ways."""
    table = SIGN_ON_LOGOUT.c
    of_person = table.subject == session.subject
    its_own = and_(table.sid == session.sid, or_(of_person, table.subject == "")) if session.sid else of_person
    about_it = or_(and_(of_person, table.sid == ""), its_own)
    found = select(table.id).where(table.institution == institution, table.made >= session.made, about_it)
    return connection.execute(found.limit(1)).first() is not None
