"""What an examination of a platform found, as pages show it."""

from contextlib import suppress
from typing import Any

from flask_babel import gettext as _

from lti_tool.doctor.examine import title
from lti_tool.doctor.work import CHECK, report_of
from lti_tool.tasks.model import Task
from lti_tool.web.context import services
from lti_tool.web.language import language

KIND = "examination"


def found_by(task: Task) -> dict[str, Any] | None:
    """The findings of `task` in the reader's language, how many of each state, when, and the id of the platform as long
    as it is registered; None where nothing was found."""
    report = report_of(task)
    if report is None:
        return None
    with suppress(KeyError, TypeError, ValueError):  # kept by another release, whose sentences had other values
        rows = report.rows(language())
        counts = {state: sum(row["state"] == state for row in rows) for state in ("good", "bad", "untried")}
        return {"rows": rows, "counts": counts, "at": task.changed, "platform": _still_there(task.about["platform"])}
    return None


def _still_there(platform: str) -> str:
    return platform if services().lti.platforms.get(platform) else ""


def check_under_way(step: str) -> str:
    """A `step` that is a check, in words; empty for a step of other work."""
    if not step.startswith(CHECK):
        return ""
    return _("Memeriksa %(check)s", check=title(step.removeprefix(CHECK), language()))
