"""The deployments of each platform: approved, waiting for an administrator, or refused."""

from datetime import datetime

import msgspec
from sqlalchemy import Engine, text

from xapi.database import reading, writing
from xapi.quick_database import Quick

APPROVED, PENDING, REFUSED = "approved", "pending", "refused"
#: A platform cannot fill the inbox of the administrator.
MOST_PENDING = 50

_STATE = (
    "SELECT state FROM lti_deployment"
    " WHERE institution = :institution AND platform = :platform AND deployment = :deployment"
)
_ANY = (
    "SELECT 1 FROM lti_deployment WHERE institution = :institution AND platform = :platform AND state = :state LIMIT 1"
)
_ADD_PENDING = text(
    "INSERT INTO lti_deployment (institution, platform, deployment, state, first_seen)"
    " SELECT CAST(:institution AS VARCHAR(32)), CAST(:platform AS VARCHAR(32)), :deployment, 'pending', :now"
    " WHERE (SELECT count(*) FROM lti_deployment"
    " WHERE institution = :institution AND platform = :platform AND state = 'pending') < :most"
    " ON CONFLICT DO NOTHING"
)
_DECIDE = text(
    "INSERT INTO lti_deployment (institution, platform, deployment, state, first_seen, decided)"
    " VALUES (:institution, :platform, :deployment, :state, :now, :now)"
    " ON CONFLICT (institution, platform, deployment) DO UPDATE SET state = :state, decided = :now"
)
_LIST = text(
    "SELECT platform, deployment, state, first_seen, decided FROM lti_deployment"
    " WHERE institution = :institution ORDER BY state = 'pending' DESC, first_seen, deployment"
)


class Deployment(msgspec.Struct, frozen=True):
    """One deployment; times are Unix seconds."""

    platform: str
    deployment: str
    state: str
    first_seen: int
    decided: int | None


class DeploymentStore:
    """Deployments of one institution's platforms."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._quick = Quick(engine)
        self._institution = institution

    def state(self, platform: str, deployment: str) -> str | None:
        """`approved`, `pending` or `refused`; None when this deployment was never seen."""
        found = self._quick.first(_STATE, self._key(platform, deployment))
        return found[0] if found else None

    def any_approved(self, platform: str) -> bool:
        """Whether an administrator has let any deployment of this platform in."""
        values = {"institution": self._institution, "platform": platform, "state": APPROVED}
        return self._quick.first(_ANY, values) is not None

    def wait(self, platform: str, deployment: str, now: datetime) -> None:
        """Files an unknown deployment for approval; beyond MOST_PENDING of a platform nothing is kept."""
        values = self._key(platform, deployment) | {"now": int(now.timestamp()), "most": MOST_PENDING}
        with writing(self._engine) as connection:
            connection.execute(_ADD_PENDING, values)

    def approve(self, platform: str, deployment: str, now: datetime) -> None:
        """Lets launches of this deployment in, seen before or not."""
        self._decide(platform, deployment, APPROVED, now)

    def refuse(self, platform: str, deployment: str, now: datetime) -> None:
        """Keeps launches of this deployment out."""
        self._decide(platform, deployment, REFUSED, now)

    def list(self) -> list[Deployment]:
        """All deployments, those that wait first."""
        with reading(self._engine) as connection:
            return [Deployment(*row) for row in connection.execute(_LIST, {"institution": self._institution})]

    def _decide(self, platform: str, deployment: str, state: str, now: datetime) -> None:
        values = self._key(platform, deployment) | {"state": state, "now": int(now.timestamp())}
        with writing(self._engine) as connection:
            connection.execute(_DECIDE, values)

    def _key(self, platform: str, deployment: str) -> dict[str, object]:
        return {"institution": self._institution, "platform": platform, "deployment": deployment}
