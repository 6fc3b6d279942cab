"""What a launch opens inside the LMS: the player for a learner, the class for a teacher, or a clear refusal."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, make_response, render_template
from werkzeug.exceptions import NotFound

from lti_tool.claims import PRIVACY_LAUNCHES, REVIEW_LAUNCH, Launch
from lti_tool.credential_terms import given_by
from lti_tool.errors import ToolError
from lti_tool.house.model import Module
from lti_tool.store.audit import OTHER_NIP
from lti_tool.web.class_page import TEACHING, open_class, open_review
from lti_tool.web.context import services as current_services
from lti_tool.web.headers import PLAYER_POLICY, allow_framing
from lti_tool.web.language import speak_as_launched
from lti_tool.web.player_shell import SCRIPTS, SHEETS, shell_of
from lti_tool.web.privacy import open_privacy
from lti_tool.web.ready_response import ready_page
from scorm_packager.index_page import embed_told
from scorm_packager.player_files import player_script, player_style
from xapi.errors import LrsError
from xapi.lrs.principal import LaunchGrant
from xapi.lrs.states import StateAddress

if TYPE_CHECKING:
    from lti_tool.services import Services

blueprint = Blueprint("learn", __name__)
PLAYER_STATE = "jampel"
GRANT_LIFE = timedelta(hours=8)
NOTHING_KEPT = 404
CLOCK_SLACK = timedelta(days=7)
FOR_GOOD = "public, max-age=31536000, immutable"


def open_launch(services: "Services", launch: Launch) -> Response:
    """The page of a resource-link launch, for the role it came with, framed by its platform alone.

    A learner gets the player with a token of their own; nothing of it is in a cookie, so the page works where an LMS
    frames it and the browser keeps no cookies of others.
    """
    speak_as_launched(launch.locale)
    if launch.message_type in PRIVACY_LAUNCHES:
        return open_privacy(services, launch)
    module = services.library.newest(launch.module or _reviewed_module(services, launch))
    if "learner" not in launch.roles:  # whoever learned here before has another role now: what they held ends
        services.credentials.revoke_grants(services.institution.id, launch.registration)
    if module is None:
        answer = _message(services, launch, "gone", 404)
    elif launch.message_type == REVIEW_LAUNCH:
        answer = open_review(services, launch, module)
    elif "learner" in launch.roles:
        answer = _learner(services, launch, module)
    elif launch.roles & TEACHING:
        answer = open_class(services, launch, module)
    else:
        answer = _message(services, launch, "no_role", 403)
    return answer


def _reviewed_module(services: "Services", launch: Launch) -> str:
    """The module of the learner whose work is reviewed: a platform need not send the link's custom values with that."""
    if launch.message_type != REVIEW_LAUNCH:
        return ""
    place = (launch.platform.id, launch.deployment_id, launch.resource_link_id)
    link = services.lti.launches.link_of(*place, launch.for_user)
    return link.module if link else ""


def _learner(services: "Services", launch: Launch, newest: Module) -> Response:
    module = services.library.for_learner(launch.registration, newest)
    if not launch.subject:
        return player_page(services, module, {"transport": "web"}, launch.platform.origins, notice="anonymous")
    now = services.clock()
    found = services.people.resolve(
        launch.platform.issuer, launch.subject, nip=launch.nip_text, name=launch.name, now=now
    )
    if found.conflict:
        services.lti.audit.add("launch", OTHER_NIP, now, platform=launch.platform.id, reference=found.person)
    if services.people.is_frozen(found.person):
        return player_page(services, module, {"transport": "web"}, launch.platform.origins, notice="frozen")
    actor = services.people.actor(found.person)
    state = _state(services, StateAddress(module.iri, actor, launch.registration, PLAYER_STATE))
    if state is None and module is not newest:  # there is nothing to lose in the version before
        services.library.let_go(launch.registration)
        module = newest
    extensions = given_by(module, services.library.serves(module.digest))
    grant = LaunchGrant(
        actor=actor,
        activity=module.iri,
        registration=launch.registration,
        expires=now + GRANT_LIFE,
        extensions=extensions,
        since=_since(services, launch.registration, now),
    )
    token = services.credentials.grant(services.institution.id, grant)
    config = {
        "transport": "xapi",
        "endpoint": "/xapi/",
        "token": token,
        "actor": actor,
        "registration": launch.registration,
        "activity": module.iri,
        "extensions": extensions,
        "learner": launch.name,
        "state": state or "",
        "returnUrl": launch.return_url or None,
    }
    return player_page(services, module, config, launch.platform.origins, token=token)


def _since(services: "Services", registration: str, now: datetime) -> datetime:
    """Nobody earns a credit before their first launch, give or take a wrong clock."""
    first = services.lti.launches.first_launch(registration)
    return (now if first is None else datetime.fromtimestamp(first, UTC)) - CLOCK_SLACK


def _state(services: "Services", address: StateAddress) -> str | None:
    """What the player kept at the last launch: in the page it saves a round trip on a slow link.

    None when it has kept nothing yet, "" when what it kept cannot be read now.
    """
    try:
        document = services.lrs.states.get(services.principal("launch"), address)
        return str(msgspec.json.decode(document.content)["state"])
    except LrsError as error:
        return None if error.status == NOTHING_KEPT else ""
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""


def player_page(
    services: "Services",
    module: Module,
    config: Mapping[str, Any],
    frames: tuple[str, ...],
    *,
    token: str = "",
    notice: str = "",
) -> Response:
    """The page with the player and the course.

    `frames` are the origins that may frame it. `token` is the launch token behind the button `JP saya`; `notice` is
    `anonymous`, `frozen` or `preview` when nothing will be recorded.
    """
    shell = shell_of(services.library, module, config["transport"], notice, with_token=bool(token))
    page = shell.filled(token, embed_told(msgspec.json.encode({**config, **shell.same})))
    return allow_framing(ready_page(page), *frames, policy=PLAYER_POLICY)


def _message(services: "Services", launch: Launch, kind: str, status: int) -> Response:
    page = render_template(
        "launch_message.html", kind=kind, teaching=bool(launch.roles & TEACHING), launch=launch, embedded=True
    )
    return allow_framing(make_response(page, status), *launch.platform.origins)


@blueprint.get("/static-player/<release>/<name>")
def player_file(release: str, name: str) -> Response:
    """A script of the player in a language, or a style sheet; browsers keep what a release names for good."""
    if name in SHEETS:
        answer = Response(player_style(SHEETS[name]), mimetype="text/css")
    elif name in SCRIPTS:
        answer = Response(player_script(*SCRIPTS[name]), mimetype="text/javascript")
    else:
        raise NotFound
    answer.headers["Cache-Control"] = FOR_GOOD
    return answer


@blueprint.get("/pustaka/halaman/<digest>/<int:number>.js")
def later_page(digest: str, number: int) -> Response:
    """A page of a long course after the first, or the questions of the first.

    The digest cannot be guessed, and what it names never changes.
    """
    try:
        script = current_services().library.later_page(digest, number)
    except ToolError as cause:
        raise NotFound from cause
    answer = Response(script, mimetype="text/javascript")
    answer.headers["Cache-Control"] = FOR_GOOD
    return answer
