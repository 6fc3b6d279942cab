"""Launches: one enrolment per learner and resource link, and a short list of the last launches."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Engine, TextClause, text

from xapi.database import reading, writing
from xapi.quick_database import Quick, Run

#: The list of launches keeps this many lines; a deep-linking page is usable for DEEP_LINKING_SECONDS.
MOST_LAUNCHES = 100_000
DEEP_LINKING_SECONDS = 3600
_SWEEP_EVERY = 256

_LINK = (
    "INSERT INTO lti_link (institution, platform, deployment, resource_link, subject, registration, module, title,"
    " learner, line_item, line_items, scopes, first_launch, last_launch, context)"
    " VALUES (:institution, :platform, :deployment, :resource_link, :subject, :registration, :module, :title,"
    " :learner, :line_item, :line_items, :scopes, :now, :now, :context)"
    " ON CONFLICT (institution, platform, deployment, resource_link, subject) DO UPDATE SET module = :module,"
    " title = :title, learner = :learner, line_items = :line_items, scopes = :scopes, last_launch = :now,"
    " context = :context,"
    # A link that now stands in another course forgets the column of the old one.
    " line_item = CASE WHEN :line_item <> '' THEN :line_item"
    " WHEN lti_link.context <> '' AND lti_link.context <> :context THEN ''"
    " WHEN :line_items <> '' AND lti_link.line_items <> '' AND lti_link.line_items <> :line_items THEN ''"
    " ELSE lti_link.line_item END"
    " RETURNING registration"
)
_LAUNCH = (
    "INSERT INTO lti_launch (id, institution, platform, at, message_type, roles, registration)"
    " VALUES (:id, :institution, :platform, :now, :message_type, :roles, :registration) RETURNING seq"
)
_SWEEP = "DELETE FROM lti_launch WHERE institution = :institution AND seq <= :seq"
_DEEP_LINKING = (
    "INSERT INTO lti_deep_linking (institution, id, platform, at, form_token, settings)"
    " VALUES (:institution, :id, :platform, :now, :form_token, :deep_linking)"
)
_SWEEP_DEEP_LINKING = "DELETE FROM lti_deep_linking WHERE institution = :institution AND at <= :before"
_TOUCH = (
    "UPDATE lti_link SET last_launch = :now WHERE institution = :institution AND platform = :platform"
    " AND deployment = :deployment AND resource_link = :resource_link AND subject = :subject AND module = :module"
    " AND title = :title AND learner = :learner AND line_items = :line_items AND scopes = :scopes"
    " AND context = :context"
    " AND (:line_item = '' OR line_item = :line_item) RETURNING registration"
)
_TAKE_DEEP_LINKING = text(
    "DELETE FROM lti_deep_linking WHERE institution = :institution AND id = :id AND form_token = :form_token"
    " AND at > :after RETURNING platform, settings"
)
_SEE_DEEP_LINKING = text(
    "SELECT platform, settings FROM lti_deep_linking"
    " WHERE institution = :institution AND id = :id AND form_token = :form_token AND at > :after"
)
_LINK_FIELDS = (
    "registration, platform, deployment, resource_link, subject, module, title, learner, line_item, line_items, scopes,"
    " context"
)
_BY_REGISTRATION = text(
    f"SELECT {_LINK_FIELDS} FROM lti_link WHERE institution = :institution AND registration = :registration"
)
_AT_RESOURCE_LINK = text(
    "SELECT link.subject, score.best, link.last_launch, coalesce(score.problem, ''), coalesce(score.delay, ''),"
    " score.sent, link.registration FROM lti_link AS link"
    " LEFT JOIN lti_score AS score ON score.institution = link.institution AND score.registration = link.registration"
    " WHERE link.institution = :institution AND link.platform = :platform AND link.deployment = :deployment"
    " AND link.resource_link = :resource_link AND link.learner ORDER BY link.subject"
)
_OF_SUBJECT = text(
    f"SELECT {_LINK_FIELDS} FROM lti_link WHERE institution = :institution AND platform = :platform"
    " AND deployment = :deployment AND resource_link = :resource_link AND subject = :subject"
)
_FIRST_LAUNCH = "SELECT first_launch FROM lti_link WHERE institution = :institution AND registration = :registration"
_SINCE = text(
    "SELECT registration FROM lti_link WHERE institution = :institution AND platform = :platform"
    " AND last_launch >= :since AND :deployment IN ('', deployment)"
)
_SET_LINE_ITEM = text(
    "UPDATE lti_link SET line_item = :line_item WHERE institution = :institution AND platform = :platform"
    " AND deployment = :deployment AND resource_link = :resource_link AND line_item = :former"
)
_COUNT = text("SELECT count(*) FROM lti_launch WHERE institution = :institution AND at >= :at")
_LAST = text(
    "SELECT id, platform, at, message_type, roles FROM lti_launch"
    " WHERE institution = :institution ORDER BY seq DESC LIMIT :limit"
)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One learner at one resource link, with the xAPI registration that stays the same however often they return.

    `line_item` and `line_items` are the platform's grade addresses (empty when it gave none), `scopes` what it grants,
    `context` the course of the last launch.
    """

    registration: str
    platform: str
    deployment: str
    resource_link: str
    subject: str
    module: str = ""
    title: str = ""
    learner: bool = False
    line_item: str = ""
    line_items: str = ""
    scopes: str = ""
    context: str = ""

    @property
    def grade_place(self) -> str:
        """What the platform gave this link for grades, as one text: it changes when the platform's mind does."""
        return f"{self.line_item} {self.line_items} {self.scopes}"


class LaunchLine(msgspec.Struct, frozen=True):
    """One launch in the list of the last launches; `at` is a Unix second."""

    id: str
    platform: str
    at: int
    message_type: str
    roles: str


class LinkState(msgspec.Struct, frozen=True):
    """A learner of a resource link as the teacher sees it: the best score so far in hundredths of a percent, None
    before the first, the Unix second of the last launch, why the score will not get into the gradebook or has to wait
    (or empty), and the score that the platform has taken."""

    subject: str
    best: int | None
    last_launch: int
    problem: str
    delay: str = ""
    sent: int | None = None
    registration: str = ""


class DeepLinkingRow(msgspec.Struct, frozen=True):
    """A deep-linking launch whose answer is being made: its platform's id and its settings as JSON."""

    platform: str
    deep_linking: str


class LaunchStore:
    """Launches and links of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._quick = Quick(engine)
        self._institution = institution

    def save(
        self,
        launch_id: str,
        message_type: str,
        roles: str,
        link: Link,
        now: datetime,
        *,
        form_token: str = "",
        deep_linking: str = "",
    ) -> str:
        """Writes one launch in one transaction and returns its xAPI registration.

        The registration is the one of an earlier launch of this subject at this resource link, else `link`'s own.
        A launch without subject or resource link keeps no link.
        """
        second = int(now.timestamp())
        values: dict[str, object] = msgspec.structs.asdict(link) | {
            "institution": self._institution,
            "now": second,
            "id": launch_id,
            "message_type": message_type,
            "roles": roles,
            "form_token": form_token,
            "deep_linking": deep_linking,
            "before": second - DEEP_LINKING_SECONDS,
        }
        kept = bool(link.subject and link.resource_link)
        # A power cut may cost the note that someone came back; it may not cost the enrolment that statements refer to.
        if kept and (known := self._come_back(values)):
            return known
        with self._quick.writing(durable=kept) as run:
            found = run(_LINK, values) if kept else None
            registration = str(found[0]) if found else link.registration
            self._add_line(run, values | {"registration": registration})
            if form_token:
                run(_SWEEP_DEEP_LINKING, values)
                run(_DEEP_LINKING, values)
        return registration

    def _come_back(self, values: dict[str, object]) -> str:
        """Writes a launch of a link that is as it was, and returns its registration; empty when it is not."""
        with self._quick.writing(durable=False) as run:
            known = run(_TOUCH, values)
            if known is not None:
                values["registration"] = known[0]
                self._add_line(run, values)
        return str(known[0]) if known else ""

    def _add_line(self, run: Run, values: Mapping[str, object]) -> None:
        (seq,) = run(_LAUNCH, values) or (0,)
        if seq % _SWEEP_EVERY == 0:
            run(_SWEEP, {"institution": self._institution, "seq": seq - MOST_LAUNCHES})

    def take_deep_linking(self, launch_id: str, form_token: str, now: datetime) -> DeepLinkingRow | None:
        """The deep-linking launch `launch_id` for the holder of its form token (hashed), who can ask only once."""
        with writing(self._engine) as connection:
            row = connection.execute(_TAKE_DEEP_LINKING, self._holding(launch_id, form_token, now)).first()
        return DeepLinkingRow(*row) if row else None

    def see_deep_linking(self, launch_id: str, form_token: str, now: datetime) -> DeepLinkingRow | None:
        """As `take_deep_linking`, but it can be taken afterwards."""
        with reading(self._engine) as connection:
            row = connection.execute(_SEE_DEEP_LINKING, self._holding(launch_id, form_token, now)).first()
        return DeepLinkingRow(*row) if row else None

    def _holding(self, launch_id: str, form_token: str, now: datetime) -> dict[str, object]:
        after = int(now.timestamp()) - DEEP_LINKING_SECONDS
        return {"institution": self._institution, "id": launch_id, "form_token": form_token, "after": after}

    def link(self, registration: str) -> Link | None:
        """The link with the xAPI registration `registration`."""
        return self._link(_BY_REGISTRATION, {"registration": registration})

    def link_of(self, platform: str, deployment: str, resource_link: str, subject: str) -> Link | None:
        """The link of `subject` at a resource link, None when they never launched it."""
        place = {"platform": platform, "deployment": deployment, "resource_link": resource_link}
        return self._link(_OF_SUBJECT, place | {"subject": subject})

    def _link(self, query: TextClause, values: dict[str, str]) -> Link | None:
        with reading(self._engine) as connection:
            row = connection.execute(query, values | {"institution": self._institution}).first()
        if row is None:
            return None
        found = dict(row._mapping)
        return Link(**(found | {"learner": bool(found["learner"])}))

    def first_launch(self, registration: str) -> int | None:
        """The Unix second of the first launch with the xAPI registration `registration`; None when there was none."""
        found = self._quick.first(_FIRST_LAUNCH, {"institution": self._institution, "registration": registration})
        return found[0] if found else None

    def registrations_since(self, platform: str, moment: datetime, deployment: str = "") -> list[str]:
        """The xAPI registrations launched at or after `moment` from a platform, or from one deployment of it."""
        values = {"platform": platform, "since": int(moment.timestamp()), "deployment": deployment}
        with reading(self._engine) as connection:
            return list(connection.execute(_SINCE, values | {"institution": self._institution}).scalars())

    def at_resource_link(self, platform: str, deployment: str, resource_link: str) -> list[LinkState]:
        """The learners who have launched a resource link."""
        values = {
            "institution": self._institution,
            "platform": platform,
            "deployment": deployment,
            "resource_link": resource_link,
        }
        with reading(self._engine) as connection:
            return [LinkState(*row) for row in connection.execute(_AT_RESOURCE_LINK, values)]

    def set_line_item(self, link: Link, line_item: str) -> None:
        """Remembers the line item found or made for the resource link of `link`, for all who launched it and had the
        one that `link` has (or none)."""
        with writing(self._engine) as connection:
            connection.execute(
                _SET_LINE_ITEM,
                {
                    "institution": self._institution,
                    "platform": link.platform,
                    "deployment": link.deployment,
                    "resource_link": link.resource_link,
                    "line_item": line_item,
                    "former": link.line_item,
                },
            )

    def count_since(self, moment: datetime) -> int:
        """How many of the launches that are kept came at or after `moment`."""
        with reading(self._engine) as connection:
            values = {"institution": self._institution, "at": int(moment.timestamp())}
            return int(connection.execute(_COUNT, values).scalar_one())

    def last(self, limit: int = 50) -> list[LaunchLine]:
        """The newest launches first, without anything personal."""
        with reading(self._engine) as connection:
            rows = connection.execute(_LAST, {"institution": self._institution, "limit": limit})
            return [LaunchLine(*row) for row in rows]
