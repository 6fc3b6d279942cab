"""The launches that went well and those that did not, as one list for people who look after the connections."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select, text

from lti_tool.store.audit import OTHER_NIP
from xapi.list_database import SqlList, columns_of

#: What became of a launch: it went well, it was let in and wants a look, or it was refused.
GOOD, NOTED, REFUSED = "baik", "dicatat", "ditolak"
_COLUMNS = columns_of(("platform_id", "platform", "kind", "result", "code", "reference"), ("at", "place", "seq"))
_LINES = text(
    "SELECT line.at, 1 AS place, line.seq, line.platform AS platform_id, coalesce(platform.name, '') AS platform,"
    f" line.message_type AS kind, '{GOOD}' AS result, '' AS code, '' AS reference FROM lti_launch AS line"
    " LEFT JOIN lti_platform AS platform ON platform.id = line.platform WHERE line.institution = :institution"
    " UNION ALL "
    "SELECT line.at, 0 AS place, line.seq, line.platform AS platform_id, coalesce(platform.name, '') AS platform,"
    f" line.kind, CASE WHEN line.code = '{OTHER_NIP}' THEN '{NOTED}' ELSE '{REFUSED}' END AS result, line.code,"
    " line.reference FROM lti_audit AS line"
    " LEFT JOIN lti_platform AS platform ON platform.id = line.platform WHERE line.institution = :institution"
)


def launch_list(engine: Engine, institution: str) -> SqlList:
    """Every launch and refusal that is kept: `at`, `platform` (its name), `kind`, `result`, the error `code` and the
    `reference` of its page; nobody's name."""
    lines = _LINES.bindparams(institution=institution).columns(*_COLUMNS).subquery("line")
    searched = ("platform", "kind", "code", "reference")
    return SqlList(engine, select(lines), searched=searched, newest=("at", "place", "seq"), read=_line)


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "at": datetime.fromtimestamp(row["at"], UTC)}
