"""Keeps the log of what the staff did: it only grows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select

from lti_tool.house.model import LogLine
from lti_tool.house.store.tables import ACCOUNT, STAFF_LOG, instant, moment
from xapi.database import reading, writing
from xapi.list_database import SqlList


class StaffLog:
    """The log of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def add(self, at: datetime, account: str, action: str, subject: str = "", detail: str = "") -> None:
        """Adds a line. `account` is an id, `action` a dotted word, `subject` what it was done to."""
        values = {
            "institution": self._institution,
            "at": instant(at),
            "account": account,
            "action": action,
            "subject": subject,
            "detail": detail,
        }
        with writing(self._engine) as connection:
            connection.execute(insert(STAFF_LOG).values(values))

    def last(self, limit: int = 100) -> list[LogLine]:
        """The newest lines first."""
        query = select(STAFF_LOG).where(STAFF_LOG.c.institution == self._institution)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(STAFF_LOG.c.seq.desc()).limit(limit)).all()
        return [
            LogLine(at=moment(row.at), account=row.account, action=row.action, subject=row.subject, detail=row.detail)
            for row in rows
        ]

    def listed(self) -> SqlList:
        """All lines for a page: `at`, `who` (the username, else the account's id), `action`, `subject`, `detail`."""
        line, mine = STAFF_LOG.c, (ACCOUNT.c.institution == self._institution) & (ACCOUNT.c.id == STAFF_LOG.c.account)
        query = (
            select(
                line.seq, line.at, line.account, line.action, line.subject, line.detail,
                func.coalesce(ACCOUNT.c.username, line.account).label("who"),
            )
            .select_from(STAFF_LOG.outerjoin(ACCOUNT, mine))
            .where(line.institution == self._institution)
        )  # fmt: skip
        searched = ("who", "action", "subject", "detail")
        return SqlList(self._engine, query, searched=searched, newest=("seq",), read=_line)


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "at": moment(row["at"])}
