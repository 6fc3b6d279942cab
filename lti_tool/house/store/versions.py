"""Which version of a module a learner keeps: whoever has begun goes on with what they began.

A row is written when the newest version changes, for everybody who has opened the module until then: launches only
read. The links of learners (`lti_link`) and their scores are in the same database.
"""

from datetime import datetime

from sqlalchemy import Engine, text

from lti_tool.house.store.tables import instant
from xapi.database import writing
from xapi.quick_database import Quick

_KEPT = "SELECT digest FROM module_pin WHERE institution = :institution AND registration = :registration"
_PIN_STARTED = text(
    "INSERT INTO module_pin (institution, registration, course_id, digest, since)"
    " SELECT institution, registration, module, :digest, :now FROM lti_link"
    " WHERE institution = :institution AND module = :course AND learner"
    " ON CONFLICT (institution, registration) DO UPDATE"
    " SET course_id = excluded.course_id, digest = excluded.digest, since = excluded.since"
    " WHERE module_pin.course_id <> excluded.course_id OR EXISTS (SELECT 1 FROM module"
    "  WHERE module.institution = module_pin.institution AND module.digest = module_pin.digest"
    "  AND module.withdrawn IS NOT NULL AND module.digest <> :coming)"
)
_RELEASE = text("DELETE FROM module_pin WHERE institution = :institution AND registration = :registration")
_MOVE_ON = text(
    "DELETE FROM module_pin WHERE institution = :institution AND course_id = :course AND digest = :digest"
    " AND NOT EXISTS (SELECT 1 FROM lti_score WHERE lti_score.institution = module_pin.institution"
    "  AND lti_score.registration = module_pin.registration AND lti_score.best >= :mark)"
)


class VersionStore:
    """The versions that learners of one institution keep; `engine` holds the LTI tables too."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._quick = Quick(engine)
        self._institution = institution

    def kept(self, registration: str) -> str:
        """The digest that the learner with this xAPI registration keeps, "" when they get the newest."""
        values = {"institution": self._institution, "registration": registration}
        found = self._quick.first(_KEPT, values)
        return str(found[0]) if found else ""

    def keep(self, course_id: str, digest: str, coming: str, now: datetime) -> int:
        """Lets everybody who has opened `course_id` keep `digest`, as the version `coming` takes its place.

        Whoever keeps a version already goes on keeping it, unless it was withdrawn and is not the one that comes back.
        Returns how many learners changed.
        """
        values = {"course": course_id, "digest": digest, "coming": coming, "now": instant(now)}
        with writing(self._engine) as connection:
            return connection.execute(_PIN_STARTED, values | {"institution": self._institution}).rowcount

    def release(self, registration: str) -> None:
        """Lets one learner have the newest version again."""
        with writing(self._engine) as connection:
            connection.execute(_RELEASE, {"institution": self._institution, "registration": registration})

    def move_on(self, course_id: str, digest: str, mark: int) -> int:
        """Lets all who keep `digest` and have not reached `mark` (hundredths of a percent) have the newest; how many.

        Whoever has reached it stays: what they passed is what they can open again.
        """
        values = {"institution": self._institution, "course": course_id, "digest": digest, "mark": mark}
        with writing(self._engine) as connection:
            return connection.execute(_MOVE_ON, values).rowcount
