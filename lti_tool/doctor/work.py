"""Examines a platform as long work of the worker: check by check, its findings kept so that a page can show them."""

from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from lti_tool.doctor.consult import note_clock, patient_of, way_of
from lti_tool.doctor.examine import REST, WAY, Report, examine
from lti_tool.doctor.kept import kept_report, report_from
from lti_tool.errors import ToolError
from lti_tool.tasks.model import About, Task

if TYPE_CHECKING:
    from lti_tool.services import Services
    from lti_tool.store import Platform

#: A step is this with the name of the check.
CHECK = "check:"


def examination_about(platform: "Platform", *, may_write: bool) -> About:
    """What is asked for with the work `examination`; the name is for those who read of it later."""
    return {"platform": platform.id, "name": platform.name, "write": "1" if may_write else ""}


def examine_platform(services: "Services", task: Task, target: IO[bytes], tell: Callable[..., None]) -> str:
    """Writes what was found of the platform; raises ToolError when it has been removed meanwhile."""
    parts, settings, about = services.lti_parts, services.settings, task.about
    platform = services.lti.platforms.get(about["platform"])
    if platform is None:
        raise ToolError("lti.platform_unknown", "removed", platform=about["name"])
    checks = [*WAY, *REST]
    patient = patient_of(parts, settings, platform, may_write=bool(about["write"]))
    way = way_of(parts, settings)
    report = examine(patient, way, lambda name: tell(f"{CHECK}{name}", checks.index(name), len(checks)))
    note_clock(parts, patient)
    target.write(kept_report(report))
    return ""


def report_of(task: Task) -> Report | None:
    """What was found; None while nothing is, or when another release kept it in a form that this one cannot read."""
    return report_from(task.result)
