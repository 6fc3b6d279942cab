"""Lists of scores that have not reached the gradebook, for people who look after them."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Engine, select, text

from lti_tool.store.scores import NO_GRADEBOOK
from xapi.database import reading
from xapi.list_database import SqlList, columns_of

_OPEN = f"(score.sent IS NULL OR score.sent < score.best) AND score.problem <> '{NO_GRADEBOOK}'"
_FROM = (
    " FROM lti_score AS score JOIN lti_link AS link ON link.institution = score.institution"
    " AND link.registration = score.registration JOIN lti_platform AS platform ON platform.id = link.platform"
    f" WHERE score.institution = :institution AND {_OPEN}"
)
_UNDELIVERED = text(
    "SELECT score.registration, score.best, score.version, score.problem, score.delay, score.tries, score.tried_at,"
    " score.reached, platform.id, platform.name, platform.issuer, link.subject, link.title, link.module"
    f"{_FROM} ORDER BY score.problem = '', coalesce(score.tried_at, 0) DESC, score.registration LIMIT :limit"
)
_TEXTS = (
    "registration", "problem", "delay", "state", "platform", "platform_name", "issuer", "subject", "title", "module",
)  # fmt: skip
_NUMBERS = ("best", "version", "tries", "tried_at", "reached")
_LISTED = text(
    "SELECT score.registration, score.best, score.version, score.problem, score.delay, score.tries, score.tried_at,"
    " score.reached, platform.id AS platform, platform.name AS platform_name, platform.issuer, link.subject,"
    " CASE WHEN link.title <> '' THEN link.title ELSE link.module END AS title, link.module,"
    f" CASE WHEN score.problem <> '' THEN 'ditolak' ELSE 'menunggu' END AS state{_FROM}"
)
_COUNT = text(f"SELECT count(*), coalesce(sum(CASE WHEN score.problem <> '' THEN 1 ELSE 0 END), 0){_FROM}")


class Undelivered(msgspec.Struct, frozen=True):
    """A score that the platform does not have yet.

    `best` is in hundredths of a percent; `problem` is why it is not tried any more, `delay` why it waits, "" where it
    was not tried yet; `tried_at` and `reached` are Unix seconds; `subject` is the platform's user id at `issuer`.
    """

    registration: str
    best: int
    version: int
    problem: str
    delay: str
    tries: int
    tried_at: int | None
    reached: int | None
    platform: str
    platform_name: str
    issuer: str
    subject: str
    title: str
    module: str

    def __repr__(self) -> str:
        return f"Undelivered({self.registration}, {self.problem or self.delay})"  # the rest is personal


class ScoreLists:
    """Undelivered scores of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def undelivered(self, limit: int = 500) -> list[Undelivered]:
        """The scores that the platforms do not have: the refused ones first, then what was tried last."""
        with reading(self._engine) as connection:
            rows = connection.execute(_UNDELIVERED, {"institution": self._institution, "limit": limit})
            return [Undelivered(*row) for row in rows]

    def count(self) -> tuple[int, int]:
        """How many scores are undelivered, and how many of them are refused."""
        with reading(self._engine) as connection:
            row = connection.execute(_COUNT, {"institution": self._institution}).one()
        return int(row[0]), int(row[1])

    def listed(self) -> SqlList:
        """The same for a page, as `one` of each row; `state` is `menunggu` or `ditolak`, `title` never empty."""
        mine = _LISTED.bindparams(institution=self._institution)
        lines = mine.columns(*columns_of(_TEXTS, _NUMBERS)).subquery("line")
        searched, newest = ("title", "platform_name"), ("problem", "tried_at", "registration")
        return SqlList(self._engine, select(lines), searched=searched, newest=newest, read=_line)


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    """`one` is the score as a whole; the list sorts and narrows by the columns beside it."""
    return {"one": Undelivered(**{name: value for name, value in row.items() if name != "state"})}
