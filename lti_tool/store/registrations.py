"""Writes registrations whole: a platform with its deployments, and the invite it came by, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, insert, select, text, update

from lti_tool.errors import LaunchRefused
from lti_tool.store.deployments import APPROVED, PENDING
from lti_tool.store.platforms import NewPlatform, Platform, PlatformStore
from lti_tool.store.tables import DEPLOYMENT, INVITE, PLATFORM
from xapi.database import insert_into, reading, writing

_SEEN = text(
    "SELECT 1 FROM lti_platform WHERE institution = :institution AND id = :platform AND (jwks_at > 0 OR EXISTS"
    " (SELECT 1 FROM lti_launch WHERE lti_launch.institution = :institution AND lti_launch.platform = :platform))"
)
#: What a renewed registration changes; its name and behaviour stay as an administrator has them.
_RENEWED = ("auth_url", "token_url", "jwks_url", "token_audience")

Change = Literal["added", "changed", "unchanged"]


class Kept(NamedTuple):
    """A stored registration; `new` is False when one that was there was renewed."""

    platform: Platform
    new: bool


class Entry(msgspec.Struct, frozen=True):
    """A platform to bring in: whether it is switched on, and its deployments with their states."""

    platform: NewPlatform
    active: bool = True
    deployments: tuple[tuple[str, str], ...] = ()


class RegistrationStore:
    """Registrations of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def register(self, invite: str, new: NewPlatform, deployment: str, *, platform_id: str, now: datetime) -> Kept:
        """Keeps what a platform answered to the registration of `invite` (its id); its `deployment` is let in.

        An invite that has a platform renews that one alone, and one that has none makes a new one: a registration that
        is there already is never replaced by an invite that does not belong to it. Raises LaunchRefused then (409), or
        when the invite is over by now (404).
        """
        with writing(self._engine) as connection:
            bound = self._open_invite(connection, invite, now)
            existing = self._id_of(connection, new)
            if bound is None and existing is not None:
                raise LaunchRefused("registration.exists", "registered already", status=409)
            if bound is not None and existing != bound:
                raise LaunchRefused("registration.other_client", "not the platform of this invite", status=409)
            if existing is None:
                self._insert(connection, new, platform_id, now)
            else:
                changes = {name: getattr(new, name) for name in _RENEWED}
                self._update(connection, existing, changes)
            found = existing or platform_id
            self._let_in(connection, found, deployment, now)
            used = {"platform": found, "used": int(now.timestamp())}
            connection.execute(update(INVITE).where(*self._mine(INVITE, "id", invite)).values(used))
        platform = PlatformStore(self._engine, self._institution).get(found)
        if platform is None:  # pragma: no cover - just written, and platforms are never deleted
            raise LaunchRefused("launch.platform_unknown", "gone")
        return Kept(platform, existing is None)

    def has_been_seen(self, platform: str) -> bool:
        """Whether a launch of `platform` has come in, or its keys were fetched to judge one."""
        with reading(self._engine) as connection:
            values = {"institution": self._institution, "platform": platform}
            return connection.execute(_SEEN, values).first() is not None

    def bring_in(self, entries: Sequence[Entry], ids: Iterable[str], now: datetime) -> list[Change]:
        """Adds the platforms of `entries` and changes those that are there to what `entries` say, all or none.

        A platform is known by issuer and client id; `ids` are for new ones. Deployments are added or change their
        state; none is taken away. Gives what became of each, in order; a second time all are `unchanged`.
        """
        fresh = iter(ids)
        with writing(self._engine) as connection:
            return [self._bring_in(connection, entry, fresh, now) for entry in entries]

    def _bring_in(self, connection: Connection, entry: Entry, ids: Any, now: datetime) -> Change:
        wanted = _row(entry.platform) | {"active": entry.active}
        existing = self._id_of(connection, entry.platform)
        change: Change = "unchanged"
        if existing is None:
            existing, change = next(ids), "added"
            self._insert(connection, entry.platform, existing, now)
            self._update(connection, existing, {"active": entry.active})
        elif self._differs(connection, existing, wanted):
            change = "changed"
            self._update(connection, existing, wanted)
        for deployment, state in entry.deployments:
            if self._set_deployment(connection, existing, deployment, state, now) and change == "unchanged":
                change = "changed"
        return change

    def _open_invite(self, connection: Connection, invite: str, now: datetime) -> str | None:
        row = connection.execute(
            select(INVITE.c.platform).where(
                *self._mine(INVITE, "id", invite),
                INVITE.c.ended.is_(None),
                INVITE.c.expires > int(now.timestamp()),
            )
        ).first()
        if row is None:
            raise LaunchRefused("registration.invite", "the invite is over", status=404)
        return row.platform

    def _id_of(self, connection: Connection, new: NewPlatform) -> str | None:
        query = select(PLATFORM.c.id).where(
            PLATFORM.c.institution == self._institution,
            PLATFORM.c.issuer == new.issuer,
            PLATFORM.c.client_id == new.client_id,
        )
        return connection.execute(query).scalar()

    def _insert(self, connection: Connection, new: NewPlatform, platform_id: str, now: datetime) -> None:
        keys = {"id": platform_id, "institution": self._institution, "created": int(now.timestamp())}
        connection.execute(insert(PLATFORM).values(_row(new) | keys))

    def _update(self, connection: Connection, platform_id: str, changes: Mapping[str, object]) -> None:
        """Changes a platform; another key address makes the kept keys worthless."""
        mine = self._mine(PLATFORM, "id", platform_id)
        if "jwks_url" in changes:
            moved = (*mine, PLATFORM.c.jwks_url != changes["jwks_url"])
            connection.execute(update(PLATFORM).where(*moved).values(jwks="", jwks_at=0))
        connection.execute(update(PLATFORM).where(*mine).values(changes))

    def _differs(self, connection: Connection, platform_id: str, wanted: Mapping[str, object]) -> bool:
        columns = [PLATFORM.c[name] for name in wanted]
        found = connection.execute(select(*columns).where(*self._mine(PLATFORM, "id", platform_id))).one()
        return tuple(found) != tuple(wanted.values())

    def _let_in(self, connection: Connection, platform: str, deployment: str, now: datetime) -> None:
        """Approves the deployment that a registration gave, unless an administrator had refused it."""
        if not deployment:
            return
        row = self._deployment(platform, deployment, APPROVED, now)
        added = insert_into(connection, DEPLOYMENT).values(row)
        waiting = added.on_conflict_do_update(
            index_elements=["institution", "platform", "deployment"],
            set_={"state": APPROVED, "decided": row["decided"]},
            where=DEPLOYMENT.c.state == PENDING,
        )
        connection.execute(waiting)

    def _set_deployment(
        self, connection: Connection, platform: str, deployment: str, state: str, now: datetime
    ) -> bool:
        row = self._deployment(platform, deployment, state, now)
        added = insert_into(connection, DEPLOYMENT).values(row)
        changed = added.on_conflict_do_update(
            index_elements=["institution", "platform", "deployment"],
            set_={"state": state, "decided": row["decided"]},
            where=DEPLOYMENT.c.state != state,
        )
        return connection.execute(changed.returning(DEPLOYMENT.c.state)).first() is not None

    def _deployment(self, platform: str, deployment: str, state: str, now: datetime) -> dict[str, object]:
        second = int(now.timestamp())
        return {
            "institution": self._institution,
            "platform": platform,
            "deployment": deployment,
            "state": state,
            "first_seen": second,
            "decided": None if state == PENDING else second,
        }

    def _mine(self, table: Any, key: str, value: str) -> tuple[Any, Any]:
        return table.c.institution == self._institution, table.c[key] == value


def _row(new: NewPlatform) -> dict[str, object]:
    """`new` as the table has it."""
    joined = {"service_hosts": " ".join(new.service_hosts), "algorithms": " ".join(new.algorithms)}
    known = {name: value for name, value in msgspec.structs.asdict(new).items() if name in PLATFORM.c}
    return known | joined
