"""Long work as its account sees it: the list, a page for each that can be reloaded or kept, cancelling, the file."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from lti_tool.house.model import ROLES, Build
from lti_tool.tasks.kinds import KINDS
from lti_tool.tasks.model import About, Task
from lti_tool.tasks.steps import APPLY, COMPARE, GATHER, READ, RECKON, SEAL, WRITE
from lti_tool.web.context import services
from lti_tool.web.examination import check_under_way, found_by
from lti_tool.web.language import count, language
from lti_tool.web.list_page import list_page
from lti_tool.web.pustaka_upload import step_name as build_step
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Choice, Column, Tools, build_table
from lti_tool.web.task_words import task_title
from xapi.words import explain

blueprint = Blueprint("pekerjaan", __name__, url_prefix="/pekerjaan")
keep_to(blueprint, *ROLES)
BADGES = {"waiting": "wait", "running": "wait", "done": "good", "failed": "bad", "cancelled": ""}


def start(kind: str, about: About) -> Response:
    """Asks the worker for long work, and leads to its page."""
    task = services().tasks.ask(kind, about, staff_name(), language())
    return make_response(redirect(url_for("pekerjaan.page", task_id=task.id), 303))


@blueprint.get("/")
def listing() -> Response:
    """What this account has asked for: reports and other long work, and uploaded modules."""
    rows = [_task_row(task) for task in services().tasks.store.of(staff_name())]
    rows += [_build_row(build) for build in services().house.builds.of(staff_name(), limit=100)]
    columns = [
        Column("title", _("Pekerjaan"), link=lambda row: row["address"]),
        Column("state", _("Keadaan"), "badge", sorts=False),
        Column("created", _("Diminta"), "time"),
        Column("changed", _("Terakhir"), "time"),
    ]
    choice = Choice("keadaan", _("Keadaan"), "state_id", [(state, state_word(state)) for state in BADGES])
    view = build_table(columns, rows, sort="-created", tools=Tools("pekerjaan", ("title",), (choice,)))
    return list_page("tasks.html", view)


def _task_row(task: Task) -> dict[str, Any]:
    return {
        "title": task_title(task),
        "state": (BADGES[task.state], state_word(task.state)),
        "state_id": task.state,
        "created": task.created,
        "changed": task.changed,
        "address": url_for("pekerjaan.page", task_id=task.id),
    }


def _build_row(build: Build) -> dict[str, Any]:
    ended = build.state in ("done", "failed", "waiting")
    state = build.state if ended else "running"
    return {
        "title": _("Modul %(name)s", name=build.file_name),
        "state": (BADGES[state], build_step(build.state)),
        "state_id": state,
        "created": build.created,
        "changed": build.changed,
        "address": url_for("unggah.progress", build_id=build.id),
    }


@blueprint.get("/<task_id>")
def page(task_id: str) -> Response:
    """How far a piece of work is; in the end its file, or what went wrong and what to do.

    Work on what has a page of its own ends there.
    """
    task, desk = _task(task_id), services().tasks
    desk.ensure(task)
    if (place := _place_of(task)) and not task.is_open:
        return make_response(redirect(place, 303))
    return make_response(_task_page(task))


def _place_of(task: Task) -> str:
    """Where what came of `task` is shown, empty when it is a file; a list of employees that failed is told here."""
    if task.state == "failed" or "list" not in task.about or services().rosters.get(task.about["list"]) is None:
        return ""
    return url_for("admin_roster.one", list_id=task.about["list"])


def _task_page(task: Task) -> str:
    desk = services().tasks
    return render_template(
        "task.html",
        task=task,
        title=task_title(task),
        badge=(BADGES[task.state], state_word(task.state)),
        words=step_words(task),
        ahead=desk.store.ahead(task) if task.state == "waiting" else 0,
        silent=_worker_is_silent() if task.is_open else False,
        ready=desk.file(task) is not None,
        until=desk.kept_until(task),
        cancels=KINDS[task.kind].cancels,
        found=found_by(task),
        problem=explain(task.problem.error, language()) if task.problem else "",
    )


@blueprint.get("/<task_id>.json")
def progress(task_id: str) -> Response:
    """The same for the script of the page."""
    task = _task(task_id)
    running = task.state == "running"
    return jsonify(done=task.done, whole=task.whole, running=running, words=step_words(task), ended=not task.is_open)


@blueprint.post("/<task_id>/batal")
def cancel(task_id: str) -> Response:
    """Ends work that is not wanted any more."""
    task = _task(task_id)
    if not KINDS[task.kind].cancels:
        abort(404)
    services().tasks.cancel(task)
    services().house.log.add(services().clock(), staff_name(), "task.cancel", task.kind)
    flash(_("Pekerjaan dihentikan."), "good")
    return make_response(redirect(url_for("pekerjaan.page", task_id=task_id), 303))


@blueprint.post("/<task_id>/lagi")
def again(task_id: str) -> Response:
    """Asks for the same once more."""
    task = _task(task_id)
    services().house.log.add(services().clock(), staff_name(), "task.again", task.kind)
    return start(task.kind, task.about)


@blueprint.get("/<task_id>/berkas")
def file(task_id: str) -> Response:
    """What came of it, while it is kept; the staff log tells who took it away."""
    task = _task(task_id)
    place = services().tasks.file(task)
    if place is None:
        abort(404)
    services().house.log.add(services().clock(), staff_name(), "task.download", task.kind, task.file)
    answer = send_file(place.resolve(), "application/octet-stream", as_attachment=True, download_name=task.file)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _task(task_id: str) -> Task:
    """Work that this account asked for, and that its role still allows."""
    task = services().tasks.store.get(task_id)
    if task is None or task.account != staff_name() or current_user.role not in KINDS[task.kind].roles:
        abort(404)
    return task


def _worker_is_silent() -> bool:
    """Whether no worker has given a sign of life for too long: then nothing is being done, and the page says so."""
    beat = services().heartbeats.latest()
    late = services().settings.health.worker_seconds
    return beat is None or (services().clock() - beat.at).total_seconds() > late


def state_word(state: str) -> str:
    """The state of work in words."""
    words = {
        "waiting": _("Menunggu giliran"),
        "running": _("Sedang dikerjakan"),
        "done": _("Selesai"),
        "failed": _("Gagal"),
        "cancelled": _("Dihentikan"),
    }
    return words[state]


def step_words(task: Task) -> str:
    """How far it is, in words."""
    if task.state != "running":
        return state_word(task.state)
    words = {
        READ: _("Membaca data"),
        COMPARE: _("Membandingkan dengan data pegawai"),
        APPLY: _("Mencatat pegawai"),
        GATHER: _("Mengumpulkan data"),
        RECKON: _("Menghitung"),
        WRITE: _("Menulis berkas"),
        SEAL: _("Menyegel"),
    }
    step = words.get(task.step, check_under_way(task.step) or state_word("running"))
    if task.percent is None:
        return step
    numbers = {"done": count(task.done), "whole": count(task.whole), "percent": task.percent}
    return _("%(step)s: %(done)s dari %(whole)s (%(percent)s%%)", step=step, **numbers)
