"""Who uses the versions of a module, as numbers: learners, launches, the places that link to it, and downloads."""

from datetime import datetime

import msgspec
from sqlalchemy import Engine, select, text

from lti_tool.house.store.tables import MODULE_DOWNLOAD, instant
from xapi.database import insert_into, reading, writing

# A version that was withdrawn is kept by nobody: its learners get the newest.
_LEARNERS = (
    " FROM lti_link AS link"
    " LEFT JOIN module_pin AS pin ON pin.institution = link.institution AND pin.registration = link.registration"
    " LEFT JOIN module ON module.institution = link.institution AND module.digest = pin.digest"
    "  AND module.course_id = link.module AND module.withdrawn IS NULL AND NOT module.draft"
    " LEFT JOIN lti_score AS score ON score.institution = link.institution AND score.registration = link.registration"
    " WHERE link.institution = :institution AND link.learner"
)
_BY_VERSION = text(
    "SELECT coalesce(module.digest, :newest), score.best, count(*)"
    + _LEARNERS
    + " AND link.module = :course GROUP BY 1, 2"
)
_LAUNCHES = text(
    "SELECT coalesce(module.digest, :newest), count(*) FROM lti_launch AS launch"
    " JOIN lti_link AS link ON link.institution = launch.institution AND link.registration = launch.registration"
    " LEFT JOIN module_pin AS pin ON pin.institution = link.institution AND pin.registration = link.registration"
    " LEFT JOIN module ON module.institution = link.institution AND module.digest = pin.digest"
    "  AND module.course_id = link.module AND module.withdrawn IS NULL AND NOT module.draft"
    " WHERE launch.institution = :institution AND link.module = :course AND link.learner GROUP BY 1"
)
_PLACES = text(
    "SELECT coalesce(platform.name, ''), max(link.title),"
    " sum(CASE WHEN link.learner THEN 1 ELSE 0 END), max(link.last_launch)"
    " FROM lti_link AS link"
    " LEFT JOIN lti_platform AS platform ON platform.institution = link.institution AND platform.id = link.platform"
    " WHERE link.institution = :institution AND link.module = :course"
    " GROUP BY platform.name, link.platform, link.deployment, link.resource_link ORDER BY 4 DESC LIMIT :limit"
)
_IN_CLASS = text(
    "SELECT coalesce(module.digest, :newest), count(*)"
    + _LEARNERS
    + " AND link.module = :course AND link.platform = :platform AND link.deployment = :deployment"
    " AND link.resource_link = :resource_link GROUP BY 1"
)


class VersionUse(msgspec.Struct, frozen=True):
    """Of one version: learners who have opened it, who have a result, who have passed, and the launches remembered."""

    started: int = 0
    finished: int = 0
    passed: int = 0
    launches: int = 0


class Place(msgspec.Struct, frozen=True):
    """A link of a course to the module: platform and title, its learners, and the Unix second of the last launch."""

    platform: str
    title: str
    learners: int
    last: int


class UsageStore:
    """Numbers about the modules of one institution, never who the people are; `engine` holds the LTI tables too."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def of_versions(self, course_id: str, newest: str, marks: dict[str, int]) -> dict[str, VersionUse]:
        """The use of each version by digest.

        `newest` is the digest that learners without a kept version have. `marks` is the pass mark of each version in
        hundredths of a percent.
        """
        values = {"institution": self._institution, "course": course_id, "newest": newest}
        with reading(self._engine) as connection:
            found = connection.execute(_BY_VERSION, values).all()
            launches = {str(digest): number for digest, number in connection.execute(_LAUNCHES, values)}
        used = {digest: VersionUse(launches=number) for digest, number in launches.items()}
        for digest, best, number in found:
            before = used.get(digest, VersionUse())
            used[digest] = VersionUse(
                before.started + number,
                before.finished + (number if best is not None else 0),
                before.passed + (number if best is not None and best >= marks.get(digest, 0) else 0),
                before.launches,
            )
        return used

    def in_class(self, course_id: str, newest: str, place: tuple[str, str, str]) -> dict[str, int]:
        """How many learners of one resource link (platform, deployment, link) have each version, by digest."""
        platform, deployment, resource_link = place
        values = {"institution": self._institution, "course": course_id, "newest": newest, "platform": platform}
        values |= {"deployment": deployment, "resource_link": resource_link}
        with reading(self._engine) as connection:
            return {str(digest): number for digest, number in connection.execute(_IN_CLASS, values)}

    def places(self, course_id: str, limit: int = 200) -> list[Place]:
        """The links to a module in the courses of platforms, those used last first."""
        values = {"institution": self._institution, "course": course_id, "limit": limit}
        with reading(self._engine) as connection:
            return [Place(*row) for row in connection.execute(_PLACES, values)]

    def count_download(self, digest: str, form: str, now: datetime) -> None:
        """Counts one download of a version in a format."""
        values = {"institution": self._institution, "digest": digest, "form": form, "number": 1, "last": instant(now)}
        with writing(self._engine) as connection:
            adding = insert_into(connection, MODULE_DOWNLOAD).values(values)
            again = {"number": MODULE_DOWNLOAD.c.number + 1, "last": values["last"]}
            key = [MODULE_DOWNLOAD.c.institution, MODULE_DOWNLOAD.c.digest, MODULE_DOWNLOAD.c.form]
            connection.execute(adding.on_conflict_do_update(index_elements=key, set_=again))

    def downloads(self, digest: str) -> dict[str, int]:
        """How often a version was downloaded, by format."""
        mine = (MODULE_DOWNLOAD.c.institution == self._institution, MODULE_DOWNLOAD.c.digest == digest)
        with reading(self._engine) as connection:
            rows = connection.execute(select(MODULE_DOWNLOAD.c.form, MODULE_DOWNLOAD.c.number).where(*mine))
            return {str(form): number for form, number in rows}
