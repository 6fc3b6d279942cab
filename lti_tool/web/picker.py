"""The page on which a teacher picks modules for a course (Deep Linking 2.0): a plain form, no script needed."""

from typing import TYPE_CHECKING

from flask import Response, make_response, render_template

from lti_tool.claims import Launch
from lti_tool.web.headers import POLICY, allow_framing
from lti_tool.web.language import speak_as_launched

if TYPE_CHECKING:
    from lti_tool.services import Services


def open_picker(services: "Services", launch: Launch) -> Response:
    """The library as a form that posts to `/lti/deep-link`: `launch`, `token`, `modules` and, if wanted, `line_item`.

    One module can be chosen where the platform takes one, several where it takes several.
    """
    speak_as_launched(launch.locale)
    settings = launch.deep_linking
    page = render_template(
        "picker.html",
        launch=launch,
        modules=services.library.list(),
        several=settings is not None and settings.accept_multiple,
        offers_line_item=settings is not None and settings.accept_line_item,
        embedded=True,
    )
    return allow_framing(make_response(page), *launch.platform.origins, policy=POLICY)
