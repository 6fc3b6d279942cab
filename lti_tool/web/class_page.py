"""The teacher's pages of one activity: the class, one learner's work, and sending what has not arrived once more."""

from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, current_app, make_response, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer

from lti_tool.browse.rows import read
from lti_tool.claims import Launch
from lti_tool.class_view import Class, class_of, view_class
from lti_tool.errors import LaunchRefused
from lti_tool.house.model import Module
from lti_tool.review_view import Work, view_work
from lti_tool.score_retry import send_again
from lti_tool.store.deployments import REFUSED
from lti_tool.web import statement_words
from lti_tool.web.context import services
from lti_tool.web.headers import allow_framing
from lti_tool.web.language import speak_as_launched
from lti_tool.web.preview_pass import preview_link
from xapi.lrs.store.times import moment_of
from xapi.words import explain

if TYPE_CHECKING:
    from lti_tool.services import Services

blueprint = Blueprint("class_page", __name__, url_prefix="/lti/kelas")
TEACHING = frozenset({"teacher", "admin"})
#: The pages of a class work for so long after the launch, in seconds; then the LMS has to say again who is a teacher.
PASS_SECONDS = 2 * 3600
LONGEST_PASS, LONGEST_TITLE = 16_384, 255


class ClassPass(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a teacher's launch carries in the place of a cookie, which a frame on another site may not
    keep: signed, so that nobody can make one, and without anything personal. `until` is the Unix second of its end."""

    until: int
    platform: str
    deployment: str
    resource_link: str
    module: str
    title: str = ""
    course: str = ""
    line_item: str = ""
    scopes: tuple[str, ...] = ()
    nrps_url: str = ""
    groups_url: str = ""
    locale: str = ""


def open_class(services: "Services", launch: Launch, module: Module) -> Response:
    """The class behind a teacher's launch."""
    return _class_page(services, class_of(launch), _pass_of(launch, module), module)


def open_review(services: "Services", launch: Launch, module: Module) -> Response:
    """One learner's work, as a submission review launch asks for it.

    Teachers see anybody's, a learner their own and nobody else's. Raises LaunchRefused.
    """
    teaches = bool(launch.roles & TEACHING)
    if not teaches and launch.subject != launch.for_user:
        raise LaunchRefused("launch.review_of_others", "a learner asks for the work of another", status=403)
    found, carried = class_of(launch), _pass_of(launch, module)
    return _work_page(found, carried, module, launch.for_user, teaches=teaches)


@blueprint.post("/")
def page() -> Response:
    """The class again, from one of its pages; `kelompok` is the id of the group that is wanted."""
    found, carried, module = _from_pass()
    return _class_page(services(), found, carried, module, group=request.form.get("kelompok", "")[:255])


@blueprint.post("/peserta")
def learner() -> Response:
    """One learner's work, from the page of the class."""
    found, carried, module = _from_pass()
    return _work_page(found, carried, module, request.form.get("peserta", "")[:255], teaches=True)


@blueprint.post("/kirim")
def again() -> Response:
    """Sends the scores of this class that have not arrived once more: all, or one learner's."""
    found, carried, module = _from_pass()
    wanted = request.form.get("peserta", "")[:255]
    states = services().lti.launches.at_resource_link(found.platform.id, found.deployment, found.resource_link)
    chosen = [state.registration for state in states if wanted in ("", state.subject)]
    count = send_again(services(), chosen)
    return _class_page(services(), found, carried, module, sent_again=count)


def _class_page(
    services: "Services",
    found: Class,
    carried: ClassPass,
    module: Module,
    *,
    sent_again: int | None = None,
    group: str = "",
) -> Response:
    page = render_template(
        "class.html",
        carried=carried,
        token=_seal(carried),
        module=module,
        view=view_class(services, found, group),
        versions=_other_versions(services, found, module),
        preview_link=preview_link,
        sent_again=sent_again,
        explain=explain,
        embedded=True,
    )
    return _framed(make_response(page), found)


def _other_versions(services: "Services", found: Class, newest: Module) -> list[tuple[str, int]]:
    """Versions before the newest that learners here go on with, and how many do."""
    place = (found.platform.id, found.deployment, found.resource_link)
    counts = services.house.usage.in_class(newest.course_id, newest.digest, place)
    known = ((services.library.by_digest(digest), number) for digest, number in counts.items())
    return [(one.version, number) for one, number in known if one is not None and one.digest != newest.digest]


def _work_page(found: Class, carried: ClassPass, module: Module, subject: str, *, teaches: bool) -> Response:
    work = view_work(services(), found, subject)
    page = render_template(
        "work.html",
        carried=carried,
        token=_seal(carried) if teaches else "",
        module=module,
        work=work,
        subject=subject,
        lines=_lines(work),
        explain=explain,
        embedded=True,
    )
    return _framed(make_response(page), found)


def _lines(work: Work) -> list[dict[str, Any]]:
    """The learner's statements in words."""
    readings = [(one, read(one.body)) for one in work.statements]
    names = statement_words.Names(reading for _one, reading in readings)
    return [
        {
            "at": moment_of(one.moment),
            "verb": statement_words.verb(reading).text,
            "thing": names.thing(reading).text,
            "result": statement_words.result(reading.result),
        }
        for one, reading in readings
    ]


def _pass_of(launch: Launch, module: Module) -> ClassPass:
    return ClassPass(
        until=int(launch.at.timestamp()) + PASS_SECONDS,
        platform=launch.platform.id,
        deployment=launch.deployment_id,
        resource_link=launch.resource_link_id,
        module=module.course_id,
        title=launch.resource_link_title[:LONGEST_TITLE],
        course=launch.context_title[:LONGEST_TITLE],
        line_item=launch.ags.line_item,
        scopes=launch.ags.scopes,
        nrps_url=launch.nrps_url,
        groups_url=launch.groups_url,
        locale=launch.locale,
    )


def _from_pass() -> tuple[Class, ClassPass, Module]:
    """The class of the pass in the form, in the language of its launch. Raises LaunchRefused."""
    carried = _unseal(request.form.get("kelas", ""))
    speak_as_launched(carried.locale)
    platform = services().lti.platforms.get(carried.platform)
    if platform is None or not platform.active:
        raise LaunchRefused("launch.platform_unknown", "the platform is gone or switched off")
    if services().lti.deployments.state(platform.id, carried.deployment) == REFUSED:
        raise LaunchRefused("launch.deployment_refused", "refused since the launch", status=403)
    module = services().library.newest(carried.module)
    if module is None:
        raise LaunchRefused("launch.module_gone", "the module is not in the library any more", status=404)
    found = Class(
        platform=platform,
        deployment=carried.deployment,
        resource_link=carried.resource_link,
        line_item=carried.line_item,
        scopes=carried.scopes,
        nrps_url=carried.nrps_url,
        groups_url=carried.groups_url,
    )
    return found, carried, module


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="lti-class")


def _seal(carried: ClassPass) -> str:
    return str(_sealer().dumps(msgspec.to_builtins(carried)))


def _unseal(text: str) -> ClassPass:
    try:
        carried = msgspec.convert(_sealer().loads(text[:LONGEST_PASS]), ClassPass)
    except (BadSignature, msgspec.ValidationError) as cause:
        raise LaunchRefused("launch.page_old", "the pass of the page is forged", status=403) from cause
    if services().clock().timestamp() >= carried.until:
        raise LaunchRefused("launch.page_old", "the pass of the page is too old", status=403)
    return carried


def _framed(response: Response, found: Class) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return allow_framing(response, *found.platform.origins)
