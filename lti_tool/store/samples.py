"""What earlier launches tell of a platform: a service address to try, and when it last worked."""

from sqlalchemy import Engine, TextClause, text

from xapi.database import reading

_LINE_ITEMS = text(
    "SELECT line_items FROM lti_link WHERE institution = :institution AND platform = :platform AND line_items <> ''"
    " ORDER BY last_launch DESC LIMIT 1"
)
_LAST = text("SELECT max(at) FROM lti_launch WHERE institution = :institution AND platform = :platform")


class SampleStore:
    """Samples of the launches of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def line_items(self, platform: str) -> str:
        """The address of the line items in the newest link of `platform` that has one; empty when none has."""
        return str(self._scalar(_LINE_ITEMS, platform) or "")

    def last_launch(self, platform: str) -> int | None:
        """The Unix second of the last launch of `platform` that was let in."""
        found = self._scalar(_LAST, platform)
        return int(found) if found is not None else None

    def _scalar(self, query: TextClause, platform: str) -> str | int | None:
        with reading(self._engine) as connection:
            found = connection.execute(query, {"institution": self._institution, "platform": platform}).scalar()
            return found if isinstance(found, str | int) else None
