"""Keeps the report of an examination as JSON, and reads it back with its days and moments as they were."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from lti_tool.doctor.examine import Report

_REPORT = msgspec.json.Decoder(Report)


def kept_report(report: Report) -> bytes:
    """`report` as JSON."""
    return msgspec.json.encode(_with_params(report, _plain), enc_hook=str)


def report_from(text: str) -> Report | None:
    """The report that was kept; None when there is none, or in a form that this release cannot read."""
    try:
        return _with_params(_REPORT.decode(text), _restored) if text else None
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError):
        return None


def _with_params(report: Report, change: Callable[[Any], Any]) -> Report:
    return Report({
        name: msgspec.structs.replace(one, params={key: change(value) for key, value in one.params.items()})
        for name, one in report.findings.items()
    })  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        # ISO 8601 has the distance from UTC, and readers want the name of the zone.
        return {"moment": value.timestamp(), "zone": str(value.tzinfo or UTC)}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _restored(value: Any) -> Any:
    if isinstance(value, dict) and "moment" in value:
        return datetime.fromtimestamp(value["moment"], ZoneInfo(value["zone"]))
    return date.fromisoformat(value["day"]) if isinstance(value, dict) and "day" in value else value
