"""Administration: examine the connection to a platform, and watch its launches for a while."""

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.debugger.checks import judged, title
from lti_tool.debugger.desk import MOST_MINUTES, Debugger, Seen
from lti_tool.debugger.save import save_capture
from lti_tool.doctor.work import examination_about
from lti_tool.errors import LaunchRefused
from lti_tool.store import DebugRow, Platform
from lti_tool.tasks.model import Task
from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.examination import KIND, found_by
from lti_tool.web.language import language
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.task_pages import start
from xapi.words import explain

blueprint = Blueprint("admin_doctor", __name__, url_prefix="/admin/lms/<platform_id>")
keep_to(blueprint, "admin")
MINUTES = (15, 30, 60, 120, MOST_MINUTES)


def _platform(platform_id: str) -> Platform:
    return services().lti.platforms.get(platform_id) or abort(404)


def _desk() -> Debugger:
    return services().lti_parts.debugger


@blueprint.get("/periksa")
def page(platform_id: str) -> str:
    """What an examination does, the button that begins it, and what the last one found."""
    platform, tasks = _platform(platform_id), services().tasks.store
    under_way = (task for task in tasks.of(staff_name()) if task.is_open and _is_of(task, platform))
    last = next((task for task in tasks.done(KIND) if _is_of(task, platform)), None)
    return render_template(
        "admin_doctor.html",
        platform=platform,
        under_way=next(under_way, None),
        found=found_by(last) if last else None,
        may_write=last is None or bool(last.about["write"]),
    )


@blueprint.post("/periksa")
def check(platform_id: str) -> Response:
    """Asks the worker to examine the platform; the page that follows it shows what was found."""
    platform = _platform(platform_id)
    note("platform.check", platform.id)
    return start(KIND, examination_about(platform, may_write="tulis" in request.form))


def _is_of(task: Task, platform: Platform) -> bool:
    return task.kind == KIND and task.about["platform"] == platform.id


@blueprint.get("/peluncuran")
def debugger(platform_id: str) -> str:
    """Whether launches are watched, and what the last ones met."""
    platform = _platform(platform_id)
    until = _desk().until(platform.id)
    return render_template(
        "admin_debugger.html",
        platform=platform,
        until=datetime.fromtimestamp(until, UTC) if until else None,
        minutes=MINUTES,
        entries=[_entry(row, seen) for row, seen in _desk().entries(platform.id)],
    )


def _entry(row: DebugRow, seen: Seen) -> dict[str, object]:
    """An entry as the page shows it."""
    return {
        "id": row.id,
        "at": datetime.fromtimestamp(row.at, UTC),
        "login": row.kind == "login",
        "code": row.code,
        "reference": row.reference,
        "sentence": _sentence(row.code, seen),
        "unproven": row.kind == "launch" and not seen.proven,
        "checks": [(title(one.name, language()), one.state) for one in judged(row.kind, row.code, seen.reached)],
        "parts": [
            (name, _pretty(part)) for name, part in ((_("Kepala"), seen.header), (_("Klaim"), seen.claims)) if part
        ],
        "kept": bool(row.sealed),
    }


def _pretty(part: dict[str, Any]) -> str:
    return json.dumps(part, ensure_ascii=False, indent=2)


def _sentence(code: str, seen: Seen) -> str:
    if not code:
        return ""
    try:
        return explain(LaunchRefused(code, **seen.params), language())
    except (KeyError, TypeError, ValueError):  # kept by an older version, whose sentence had other values
        return code


@blueprint.post("/peluncuran")
def switch(platform_id: str) -> Response:
    """Begins or ends the watch."""
    platform = _platform(platform_id)
    if request.form.get("menit") == "0":
        _desk().switch_off(platform.id)
        note("debug.off", platform.id)
        flash(_("Pencatatan peluncuran dimatikan."), "good")
    else:
        minutes = request.form.get("menit", type=int)
        if minutes not in MINUTES:
            abort(400)
        _desk().switch_on(platform.id, minutes)
        note("debug.on", platform.id, str(minutes))
        flash(_("Peluncuran dicatat. Buka kembali kegiatan dari LMS."), "good")
    return make_response(redirect(url_for("admin_doctor.debugger", platform_id=platform.id), 303))


@blueprint.post("/peluncuran/<entry_id>/simpan")
def capture(platform_id: str, entry_id: str) -> Response:
    """A launch as a capture file: masked, or whole when the person says that it may hold personal data."""
    platform = _platform(platform_id)
    masked = "pribadi" not in request.form
    if entry_id not in {row.id for row, _seen in _desk().entries(platform.id)}:
        abort(404)
    raw, _signer = save_capture(services().lti_parts, entry_id, masked=masked)
    note("debug.capture", platform.id, f"{entry_id} {'masked' if masked else 'whole'}")
    answer = make_response(raw)
    name = f"peluncuran-{entry_id[:8]}{'-samar' if masked else ''}.json"
    answer.headers["Content-Type"] = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
