"""Invites: the addresses with which a platform may register here, each for one platform, until it expires or ends."""

import hashlib
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import Engine, Row, insert, select, update
from sqlalchemy import delete as delete_from

from lti_tool.errors import ToolError
from lti_tool.store.tables import INVITE, PLATFORM, TICKET
from xapi.database import insert_into, reading, writing

SHORTEST_DAYS, LONGEST_DAYS, DEFAULT_DAYS = 1, 365, 7
LONGEST_NAME = 120

State = Literal["open", "used", "expired", "ended"]


class Invite(msgspec.Struct, frozen=True, kw_only=True):
    """One invite; times are Unix seconds. `platform` is the id of the platform it registered, or may renew."""

    id: str
    name: str
    created: int
    expires: int
    ended: int | None = None
    platform: str | None = None
    used: int | None = None

    def state(self, now: datetime) -> State:
        """`open`, `used` (it can still renew its platform), `expired`, or `ended` by an administrator."""
        if self.ended is not None:
            return "ended"
        if self.expires <= now.timestamp():
            return "expired"
        return "open" if self.used is None else "used"


class InviteStore:
    """Invites of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def add(
        self, name: str, token: str, invite_id: str, now: datetime, *, days: int = DEFAULT_DAYS, platform: str = ""
    ) -> Invite:
        """A new invite under `invite_id` (32 hex digits) for whoever knows `token`, good for `days` days.

        With `platform` (its id) it renews that registration and makes no other. Raises ToolError when the name is
        empty or too long, the days are not 1 to 365, or the platform is unknown.
        """
        plain = " ".join(name.split())
        if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
            raise ToolError("invite.name", "no name, or too long", most=LONGEST_NAME)
        if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
            raise ToolError("invite.days", "not 1 to 365 days", least=SHORTEST_DAYS, most=LONGEST_DAYS)
        made = Invite(
            id=invite_id,
            name=plain,
            created=int(now.timestamp()),
            expires=int((now + timedelta(days=days)).timestamp()),
            platform=platform or None,
        )
        row = msgspec.structs.asdict(made) | {"institution": self._institution, "token": _hashed(token)}
        known = select(PLATFORM.c.id).where(PLATFORM.c.institution == self._institution, PLATFORM.c.id == platform)
        with writing(self._engine) as connection:
            if platform and connection.execute(known).first() is None:
                raise ToolError("lti.platform_unknown", "no such platform", platform=platform)
            connection.execute(insert(INVITE).values(row))
        return made

    def find(self, token: str, now: datetime) -> Invite | None:
        """The invite that `token` opens; None when there is none, or it has expired or was ended."""
        query = select(INVITE).where(INVITE.c.institution == self._institution, INVITE.c.token == _hashed(token))
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        found = _invite(row) if row else None
        return found if found is not None and found.state(now) in ("open", "used") else None

    def list(self) -> list[Invite]:
        """All invites, newest first."""
        query = select(INVITE).where(INVITE.c.institution == self._institution)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(INVITE.c.created.desc(), INVITE.c.id)).all()
        return [_invite(row) for row in rows]

    def end(self, invite_id: str, now: datetime) -> bool:
        """Ends an invite at once; whether there was one that had not ended. What it registered stays."""
        one = (INVITE.c.institution == self._institution, INVITE.c.id == invite_id, INVITE.c.ended.is_(None))
        with writing(self._engine) as connection:
            changed = connection.execute(update(INVITE).where(*one).values(ended=int(now.timestamp())))
        return changed.rowcount == 1

    def use(self, ticket: str, expires: int, now: datetime) -> bool:
        """Uses up the `ticket` of a confirmation form, which is good until the Unix second `expires`; whether it was
        still unused."""
        row = {"institution": self._institution, "ticket": _hashed(ticket), "expires": expires}
        old = (TICKET.c.institution == self._institution, TICKET.c.expires <= int(now.timestamp()))
        with writing(self._engine) as connection:
            connection.execute(delete_from(TICKET).where(*old))
            added = insert_into(connection, TICKET).values(row).on_conflict_do_nothing().returning(TICKET.c.ticket)
            return connection.execute(added).first() is not None


def _invite(row: Row[tuple[object, ...]]) -> Invite:
    return Invite(**{name: getattr(row, name) for name in Invite.__struct_fields__})


def _hashed(secret: str) -> str:
    """The form in which a token of 256 random bits is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
