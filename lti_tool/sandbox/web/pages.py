"""Pages of the sandbox LMS: who you are, courses, activities, gradebook."""

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from lti_tool.sandbox.model import FIRST_TOOL, LEARNER, TEACHER, Course, ResourceLink, User
from lti_tool.sandbox.web.session import keeps_values, platform, teacher, user
from lti_tool.store.platforms import origin

PAGES = Blueprint("pages", __name__)


@PAGES.get("/")
def home() -> str:
    """Choose who to be."""
    return render_template("sandbox/home.html", users=platform().store.users(), title="LMS Contoh")


@PAGES.post("/masuk")
def enter() -> Response:
    """Log in as a person of the sandbox: there are no passwords, because nobody here is real."""
    found = platform().store.user(request.form.get("user", ""))
    if found is None:
        abort(404)
    session.clear()
    session["user"] = found.id
    return redirect(url_for("pages.courses"))


@PAGES.get("/kursus")
def courses() -> str:
    """All courses."""
    return render_template("sandbox/courses.html", user=user(), courses=platform().store.courses())


@PAGES.get("/kursus/<course_id>")
def course(course_id: str) -> str:
    """One course: its activities, and the grades of everyone (teacher) or one's own (learner)."""
    found, person = _course(course_id), user()
    return render_template(
        "sandbox/course.html",
        user=person,
        teacher=person.role == TEACHER,
        course=found,
        links=platform().store.links(course_id),
        grades=_grades(found, person),
        tools=[tool for tool in platform().store.tools() if tool.active],
        added=request.args.get("ditambah", type=int),
    )


@PAGES.post("/kursus/<course_id>/salin")
def copy(course_id: str) -> Response:
    """Copies a course, as a teacher does for the next year; tools that want to know are told."""
    teacher()
    copied = platform().copy_course(_course(course_id))
    return redirect(url_for("pages.course", course_id=copied.id), 303)


@PAGES.get("/kursus/<course_id>/tambah")
def add(course_id: str) -> str:
    """The teacher chooses content of a tool (deep linking), in a frame; `alat` says which."""
    teacher()
    tool = request.args.get("alat", FIRST_TOOL)
    frame = url_for("oidc.start", course_id=course_id, alat=tool)
    return _framed(_course(course_id), None, frame, tool)


@PAGES.get("/kegiatan/<link_id>")
def activity(link_id: str) -> str:
    """One activity: the tool in a frame."""
    link = _link(link_id)
    frame = url_for("oidc.start", course_id=link.course, link_id=link.id)
    return _framed(_course(link.course), link, frame, link.tool)


def _framed(course: Course, link: ResourceLink | None, frame: str, tool_id: str) -> str:
    """The page around the tool's frame; it may keep values for the tool."""
    tool = platform().store.tool(tool_id) or abort(404)
    storage_for = origin(tool.launch_url) if keeps_values() else ""
    return render_template(
        "sandbox/frame.html", user=user(), course=course, link=link, frame=frame, storage_for=storage_for
    )


def _course(course_id: str) -> Course:
    return platform().store.course(course_id) or abort(404)


def _link(link_id: str) -> ResourceLink:
    return platform().store.link(link_id) or abort(404)


def _grades(course: Course, person: User) -> list[tuple[str, list[tuple[str, float | None, float]]]]:
    """(learner, [(column, score given, maximum)]) for those whom `person` may see."""
    store = platform().store
    seen = [
        found for found in store.users() if (found.role == LEARNER and person.role == TEACHER) or found.id == person.id
    ]
    columns = [(item, {score.user: score for score in store.scores(item.id)}) for item in store.line_items(course.id)]
    return [
        (
            found.name,
            [
                (item.label, scores[found.id].given if found.id in scores else None, item.score_maximum)
                for item, scores in columns
            ],
        )
        for found in seen
    ]
