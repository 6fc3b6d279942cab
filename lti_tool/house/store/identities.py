"""Keeps whom a single sign-on knows: linked to an account by issuer and subject, or waiting for an admin."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Row, delete, func, insert, select, update

from lti_tool.errors import ToolError
from lti_tool.house.model import Identity
from lti_tool.house.store.tables import ACCOUNT_IDENTITY, instant, moment
from xapi.database import reading, writing

#: As many may wait for an admin: a sign-on that lets anybody in must not fill the disk.
MOST_WAITING = 500
_TABLE = ACCOUNT_IDENTITY.c


class IdentityStore:
    """The identities of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def get(self, issuer: str, subject: str) -> Identity | None:
        """The identity of `subject` at `issuer`."""
        with reading(self._engine) as connection:
            row = connection.execute(select(ACCOUNT_IDENTITY).where(*self._one(issuer, subject))).first()
        return _identity(row) if row else None

    def see(self, issuer: str, subject: str, name: str, username: str, now: datetime) -> Identity:
        """The identity, with what the provider says now; a new one waits. Raises ToolError `oidc.too_many_waiting`."""
        said = {"name": name, "username": username, "last_seen": instant(now)}
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(ACCOUNT_IDENTITY).where(*self._one(issuer, subject)).values(said)
            ).rowcount
            if not changed:
                waiting = select(func.count()).where(_TABLE.institution == self._institution, _TABLE.account == "")
                if (connection.execute(waiting).scalar() or 0) >= MOST_WAITING:
                    raise ToolError("oidc.too_many_waiting", "the list is full", most=MOST_WAITING)
                own = {"institution": self._institution, "issuer": issuer, "subject": subject}
                new = {"account": "", "by_group": False, "first_seen": instant(now)}
                connection.execute(insert(ACCOUNT_IDENTITY).values(own | new | said))
            row = connection.execute(select(ACCOUNT_IDENTITY).where(*self._one(issuer, subject))).one()
        return _identity(row)

    def link(self, issuer: str, subject: str, account: str, *, by_group: bool) -> bool:
        """Gives a waiting identity its account; false when it has one or does not wait."""
        waits = (*self._one(issuer, subject), _TABLE.account == "")
        with writing(self._engine) as connection:
            done = connection.execute(
                update(ACCOUNT_IDENTITY).where(*waits).values(account=account, by_group=by_group)
            ).rowcount
        return done == 1

    def forget_waiting(self, issuer: str, subject: str) -> bool:
        """Takes a waiting identity off the list; it waits again when the person comes again."""
        with writing(self._engine) as connection:
            return (
                connection.execute(
                    delete(ACCOUNT_IDENTITY).where(*self._one(issuer, subject), _TABLE.account == "")
                ).rowcount
                == 1
            )

    def waiting(self) -> list[Identity]:
        """Those without an account, who came last first."""
        query = select(ACCOUNT_IDENTITY).where(_TABLE.institution == self._institution, _TABLE.account == "")
        with reading(self._engine) as connection:
            rows: Sequence[Row] = connection.execute(query.order_by(_TABLE.last_seen.desc())).all()
        return [_identity(row) for row in rows]

    def _one(self, issuer: str, subject: str) -> tuple[ColumnElement[bool], ...]:
        return (_TABLE.institution == self._institution, _TABLE.issuer == issuer, _TABLE.subject == subject)


def _identity(row: Row) -> Identity:
    return Identity(
        issuer=row.issuer,
        subject=row.subject,
        account=row.account,
        by_group=bool(row.by_group),
        name=row.name,
        username=row.username,
        first_seen=moment(row.first_seen),
        last_seen=moment(row.last_seen),
    )
