"""Notices from platforms: where we asked for them, which have come, and which courses they say were copied."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, or_, select, text, update

from lti_tool.store.tables import COURSE_COPY, NOTICE_HANDLER, NOTICE_SEEN
from xapi.database import insert_into, reading, writing
from xapi.quick_database import Quick

WANTED, DONE, FAILED = "wanted", "done", "failed"
#: One that failed is asked again after this many seconds: somebody may have allowed it over there.
AGAIN_SECONDS = 6 * 3600
#: Further courses that a copied course may come from.
MOST_ORIGINS = 20

_COPIED = (
    "SELECT 1 FROM lti_course_copy WHERE institution = :institution AND platform = :platform"
    " AND deployment = :deployment AND context = :context LIMIT 1"
)
_MODULES = text(
    "SELECT DISTINCT link.module FROM lti_course_copy AS copy JOIN lti_link AS link"
    " ON link.institution = copy.institution AND link.platform = copy.platform"
    " AND link.deployment = copy.deployment AND link.context = copy.origin"
    " WHERE copy.institution = :institution AND copy.platform = :platform AND copy.deployment = :deployment"
    " AND copy.context = :context AND link.title = :title AND link.module <> '' LIMIT 2"
)


class Handler(msgspec.Struct, frozen=True, kw_only=True):
    """Our subscription at one deployment: the service's `url`, the `kinds` of notices, and how the request went.

    `state` is `wanted`, `done` or `failed` with the code of the `problem`; `last_kind` came at the second `last_at`.
    """

    platform: str
    deployment: str
    url: str
    kinds: tuple[str, ...]
    state: str
    problem: str = ""
    last_kind: str = ""
    last_at: int | None = None


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that passed every check: its `mark` is taken once, until the Unix second `expires`.

    `context` was copied from the courses `origins`; both are empty for a notice of another kind.
    """

    platform: str
    deployment: str
    kind: str
    mark: str
    expires: int
    context: str = ""
    origins: tuple[str, ...] = ()


class NoticeStore:
    """Notices of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._quick = Quick(engine)
        self._institution = institution

    def want(self, platform: str, deployment: str, url: str, kinds: Collection[str]) -> None:
        """Asks for notices of `kinds` at `url`; the worker does it. What is asked for already stays as it is."""
        values = {"url": url, "kinds": " ".join(kinds), "state": WANTED, "problem": "", "tried": 0}
        columns = NOTICE_HANDLER.c
        with writing(self._engine) as connection:
            insert = insert_into(connection, NOTICE_HANDLER).values(
                institution=self._institution, platform=platform, deployment=deployment, last_kind="", **values
            )
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["institution", "platform", "deployment"],
                    set_=values,
                    where=or_(columns.url != url, columns.kinds != values["kinds"]),
                )
            )

    def waiting(self, now: datetime, limit: int = 20) -> list[Handler]:
        """The subscriptions that the worker has to ask for now."""
        columns = NOTICE_HANDLER.c
        late = int(now.timestamp()) - AGAIN_SECONDS
        due = or_(columns.state == WANTED, and_(columns.state == FAILED, columns.tried <= late))
        query = select(NOTICE_HANDLER).where(columns.institution == self._institution, due).limit(limit)
        with reading(self._engine) as connection:
            return [_handler(row) for row in connection.execute(query.order_by(columns.tried))]

    def settle(self, handler: Handler, problem: str, now: datetime) -> None:
        """Keeps how the request went: an empty `problem` is success."""
        values = {"state": FAILED if problem else DONE, "problem": problem, "tried": int(now.timestamp())}
        with writing(self._engine) as connection:
            connection.execute(
                update(NOTICE_HANDLER).where(self._at(handler.platform, handler.deployment)).values(values)
            )

    def handlers(self, platform: str) -> list[Handler]:
        """The subscriptions at `platform`."""
        columns = NOTICE_HANDLER.c
        query = select(NOTICE_HANDLER).where(columns.institution == self._institution, columns.platform == platform)
        with reading(self._engine) as connection:
            return [_handler(row) for row in connection.execute(query.order_by(columns.deployment))]

    def handler(self, platform: str, deployment: str) -> Handler | None:
        """The subscription at one deployment."""
        return next((one for one in self.handlers(platform) if one.deployment == deployment), None)

    def take(self, arrival: Arrival, now: datetime) -> bool:
        """Keeps what `arrival` says, once: False when its mark was taken before, and then nothing changes."""
        second = int(now.timestamp())
        with writing(self._engine) as connection:
            connection.execute(
                delete(NOTICE_SEEN).where(
                    NOTICE_SEEN.c.institution == self._institution, NOTICE_SEEN.c.expires <= second
                )
            )
            if not self._first(connection, arrival):
                return False
            came = {"last_kind": arrival.kind, "last_at": second}
            connection.execute(
                update(NOTICE_HANDLER).where(self._at(arrival.platform, arrival.deployment)).values(came)
            )
            self._keep_copy(connection, arrival, second)
        return True

    def _first(self, connection: Connection, arrival: Arrival) -> bool:
        insert = insert_into(connection, NOTICE_SEEN).values(
            institution=self._institution, platform=arrival.platform, mark=arrival.mark, expires=arrival.expires
        )
        return connection.execute(insert.on_conflict_do_nothing()).rowcount == 1

    def _keep_copy(self, connection: Connection, arrival: Arrival, second: int) -> None:
        for origin in arrival.origins[:MOST_ORIGINS]:
            insert = insert_into(connection, COURSE_COPY).values(
                institution=self._institution,
                platform=arrival.platform,
                deployment=arrival.deployment,
                context=arrival.context,
                origin=origin,
                at=second,
            )
            connection.execute(insert.on_conflict_do_nothing())

    def module_before(self, platform: str, deployment: str, context: str, title: str) -> str:
        """The module of the link called `title` in the courses that `context` was copied from.

        Empty when no copy is known, no link there has that title, or several modules do.
        """
        place = {"institution": self._institution, "platform": platform, "deployment": deployment, "context": context}
        if self._quick.first(_COPIED, place) is None:
            return ""
        with reading(self._engine) as connection:
            found = list(connection.execute(_MODULES, place | {"title": title}).scalars())
        return str(found[0]) if len(found) == 1 else ""

    def _at(self, platform: str, deployment: str) -> ColumnElement[bool]:
        columns = NOTICE_HANDLER.c
        return and_(
            columns.institution == self._institution,
            columns.platform == platform,
            columns.deployment == deployment,
        )


def _handler(row: Row) -> Handler:
    return Handler(
        platform=row.platform,
        deployment=row.deployment,
        url=row.url,
        kinds=tuple(row.kinds.split()),
        state=row.state,
        problem=row.problem,
        last_kind=row.last_kind,
        last_at=row.last_at,
    )
