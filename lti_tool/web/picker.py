"""The page on which a teacher picks modules for a course (Deep Linking 2.0): a plain form, no script needed."""

from typing import TYPE_CHECKING

from flask import Response, make_response, render_template, request

from lti_tool.claims import DeepLinking, Launch
from lti_tool.deep_linking import Asked
from lti_tool.errors import LaunchRefused
from lti_tool.store import Platform
from lti_tool.web.headers import POLICY, allow_framing
from lti_tool.web.language import language, speak_as_launched
from lti_tool.web.picker_form import MODULE_FIELD
from xapi.words import explain

if TYPE_CHECKING:
    from lti_tool.services import Services

#: From so many modules on the page offers to search them.
SEARCH_FROM = 9


def open_picker(services: "Services", launch: Launch) -> Response:
    """The library as a form that posts to `/lti/deep-link`: `launch`, `token`, `modules` and, if wanted, `line_item`.

    One module can be chosen where the platform takes one, several where it takes several. Times are asked for only
    where the platform keeps them.
    """
    speak_as_launched(launch.locale)
    return _page(
        services, launch.platform, launch.deep_linking, launch=launch.id, token=launch.form_token,
        course=launch.context_title,
    )  # fmt: skip


def reopen_picker(services: "Services", asked: Asked, problem: LaunchRefused) -> Response:
    """The page once more, with what was filled in and the reason why it cannot be answered so."""
    speak_as_launched(asked.kept.locale)
    form = request.form
    response = _page(
        services, asked.platform, asked.kept.settings, launch=form.get("launch", ""), token=form.get("token", ""),
        course=asked.kept.context_title, problem=problem,
    )  # fmt: skip
    response.status_code = 400
    return response


def _page(
    services: "Services",
    platform: Platform,
    settings: DeepLinking | None,
    *,
    problem: LaunchRefused | None = None,
    **words: str,
) -> Response:
    modules = services.library.list()
    again = problem is not None
    page = render_template(
        "picker.html",
        modules=modules,
        several=settings is not None and settings.accept_multiple,
        offers_line_item=settings is not None and settings.accept_line_item,
        wants_line_item="line_item" in request.form if again else True,
        offers_windows=services.lti_parts.deep_linking.keeps_windows(platform),
        searches=len(modules) >= SEARCH_FROM,
        chosen=request.form.getlist(MODULE_FIELD) if again else [],
        filled=request.form if again else {},
        problem=explain(problem, language()) if problem is not None else "",
        embedded=True,
        **words,
    )
    return allow_framing(make_response(page), *platform.origins, policy=POLICY)
