"""Keeps browser sessions, and counts failed logins."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update

from lti_tool.errors import ToolError
from lti_tool.house.model import BrowserSession, SignOnSession
from lti_tool.house.store.sign_on_logouts import has_ended
from lti_tool.house.store.tables import BROWSER_SESSION, LOGIN_THROTTLE, instant, moment
from xapi.database import insert_into, reading, writing

#: A session that is used notes it once in this time: a page is read far more often than it changes anything.
SEEN_STEP = timedelta(minutes=1)
#: A session used later than this from now was used before the clock was set back: nothing says how long it was idle.
SEEN_AHEAD = timedelta(minutes=5)


class SessionStore:
    """The browser sessions and login failures of one institution; every name in it is a hash."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def start(
        self,
        session_hash: str,
        kind: str,
        subject: str,
        *,
        now: datetime,
        expires: datetime,
        address: str,
        agent: str,
        sign_on: SignOnSession | None = None,
    ) -> None:
        """Stores a session of `kind` (`staff` or `learner`) and forgets those that have expired.

        `sign_on` is the session at a single sign-on with which this one ends. Raises ToolError `oidc.ended_there` when
        that has ended meanwhile.
        """
        with writing(self._engine) as connection:
            if sign_on and has_ended(connection, self._institution, sign_on):
                raise ToolError("oidc.ended_there", "the session at the provider has ended")
            connection.execute(delete(BROWSER_SESSION).where(BROWSER_SESSION.c.expires <= instant(now)))
            connection.execute(
                insert(BROWSER_SESSION).values(
                    hash=session_hash,
                    institution=self._institution,
                    kind=kind,
                    subject=subject,
                    created=instant(now),
                    expires=instant(expires),
                    seen=instant(now),
                    address=address,
                    agent=agent,
                    sign_on_subject=sign_on.subject if sign_on else "",
                    sign_on_sid=sign_on.sid if sign_on else "",
                )
            )

    def visit(self, session_hash: str, kind: str, now: datetime, idle: timedelta) -> str | None:
        """Whose session this is, which is used now; None when there is none, it has expired or was idle for `idle`."""
        table = BROWSER_SESSION.c
        with reading(self._engine) as connection:
            row = connection.execute(
                select(table.subject, table.seen).where(
                    table.hash == session_hash,
                    table.institution == self._institution,
                    table.kind == kind,
                    table.expires > instant(now),
                    table.seen > instant(now - idle),
                    table.seen <= instant(now + SEEN_AHEAD),
                )
            ).first()
        if row is None:
            return None
        if row.seen <= instant(now - SEEN_STEP):
            with writing(self._engine) as connection:
                connection.execute(
                    update(BROWSER_SESSION)
                    .where(table.hash == session_hash, table.institution == self._institution)
                    .values(seen=instant(now))
                )
        return str(row.subject)

    def list(self, kind: str, subject: str, now: datetime, idle: timedelta) -> list[BrowserSession]:
        """The sessions of one person that still work, the one used last first."""
        table = BROWSER_SESSION.c
        query = select(BROWSER_SESSION).where(
            table.institution == self._institution,
            table.kind == kind,
            table.subject == subject,
            table.expires > instant(now),
            table.seen > instant(now - idle),
            table.seen <= instant(now + SEEN_AHEAD),
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(table.seen.desc(), table.created.desc())).all()
        return [
            BrowserSession(
                id=row.hash,
                created=moment(row.created),
                seen=moment(row.seen),
                expires=moment(row.expires),
                address=row.address,
                agent=row.agent,
            )
            for row in rows
        ]

    def end(self, session_hash: str) -> None:
        """Ends one session."""
        self._delete(BROWSER_SESSION.c.hash == session_hash)

    def end_all(self, kind: str, subject: str) -> None:
        """Ends all sessions of one person."""
        self._delete(BROWSER_SESSION.c.kind == kind, BROWSER_SESSION.c.subject == subject)

    def _delete(self, *conditions: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                delete(BROWSER_SESSION).where(BROWSER_SESSION.c.institution == self._institution, *conditions)  # type: ignore[arg-type]
            )

    def failures(self, key_hash: str) -> tuple[int, datetime] | None:
        """How often logins under this key have failed in a row, and when last."""
        table = LOGIN_THROTTLE.c
        with reading(self._engine) as connection:
            row = connection.execute(
                select(table.failed, table.last).where(table.institution == self._institution, table.hash == key_hash)
            ).first()
        return (row.failed, moment(row.last)) if row else None

    def failed(self, key_hash: str, now: datetime, forget_before: datetime) -> None:
        """Counts one more failure; a count whose last failure is older than `forget_before` begins again."""
        table = LOGIN_THROTTLE.c
        with writing(self._engine) as connection:
            connection.execute(delete(LOGIN_THROTTLE).where(table.last < instant(forget_before)))
            values = {"institution": self._institution, "hash": key_hash, "failed": 1, "last": instant(now)}
            connection.execute(
                insert_into(connection, LOGIN_THROTTLE)
                .values(values)
                .on_conflict_do_update(
                    index_elements=["institution", "hash"], set_={"failed": table.failed + 1, "last": instant(now)}
                )
            )

    def forgive(self, key_hash: str) -> None:
        """Forgets the failures under this key."""
        table = LOGIN_THROTTLE.c
        with writing(self._engine) as connection:
            connection.execute(
                delete(LOGIN_THROTTLE).where(table.institution == self._institution, table.hash == key_hash)
            )
