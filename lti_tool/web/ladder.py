"""The ladder for browsers that keep no cookie in a frame: the platform keeps the value, then a tab of its own.

The first rung is the partitioned cookie that every login sets. The second (LTI Client Side postMessages, LTI Platform
Storage) is tried only when the platform offered it at login: a page of ours hands the value to the platform's frame,
and after the launch another page asks for it back. The third begins the launch anew in a tab of its own, where the
cookie is no stranger's: at a page of the platform that does so where one is known, else with the same login.
"""

from flask import Request, Response, make_response, render_template

from lti_tool.errors import BrowserLost, PersonLost
from lti_tool.flow.store import cookie_name
from lti_tool.login import Redirect
from lti_tool.store import Platform
from lti_tool.store.platforms import origin
from lti_tool.web.browser_setting import Setting
from lti_tool.web.headers import POLICY, allow_framing

#: The field in which our own page brings the value that the platform kept; empty when it brought none.
STORED = "jampel_stored"
#: How long a page waits for the platform's frame, in milliseconds.
KEEP_MS, ASK_MS = 1500, 3000


def keep_page(start: Redirect) -> Response:
    """The page that gives the flow's value to the platform to keep, and goes on to the platform either way."""
    page = render_template(
        "launch_storage.html",
        subject="lti.put_data",
        key=start.flow.cookie,
        value=start.flow.browser,
        frame=start.storage,
        origin=origin(start.platform.auth_url),
        wait=KEEP_MS,
        next=start.url,
        embedded=True,
    )
    return _framed(page, 200, start.platform)


def ask_page(lost: BrowserLost, state: str, token: str) -> Response:
    """The page that asks the platform for the value and sends the launch once more with it, or without."""
    assert lost.platform is not None  # noqa: S101 - only a known flow is lost
    page = render_template(
        "launch_storage.html",
        subject="lti.get_data",
        key=cookie_name(state),
        frame=lost.storage,
        origin=origin(lost.platform.auth_url),
        wait=ASK_MS,
        field=STORED,
        state=state,
        token=token,
        embedded=True,
    )
    return _framed(page, 200, lost.platform)


def tab_page(lost: BrowserLost | PersonLost, state: str, setting: Setting | None, words: dict[str, object]) -> Response:
    """The last rung: a button that opens the module in a tab from the flow `state`, and which `setting` of this
    browser is to blame (None: none is)."""
    assert lost.platform is not None  # noqa: S101 - only a known flow is lost
    page = render_template(
        "launch_tab.html",
        error=words,
        state=state,
        setting=setting,
        restarts=lost.restarts,
        embedded=True,
    )
    return _framed(page, lost.status, lost.platform)


def from_our_page(request: Request, own: str) -> bool:
    """Whether a page of the origin `own` sent this form.

    The value that a platform keeps proves a browser only when our page has fetched it there: anybody may post the value
    of their own login through somebody else's browser. Browsers say where a form comes from, and pages cannot lie
    about it. What says nothing, or contradicts itself, is not believed.
    """
    site, sender = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    return (site or "same-origin") == "same-origin" and (sender == own or (sender is None and site is not None))


def in_frame(request: Request) -> bool:
    """Whether the browser says that the answer is for a frame; one that says nothing may have a whole tab."""
    return request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame")


def _framed(page: str, status: int, platform: Platform) -> Response:
    """`page` in frames of `platform` only.

    Its form goes to ourselves and must say where it comes from, so the referrer stays on our site; the answer may send
    the person back to the platform.
    """
    policy = POLICY.replace("form-action 'self'", f"form-action 'self' {' '.join(platform.origins)}")
    response = allow_framing(make_response(page, status), *platform.origins, policy=policy)
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
