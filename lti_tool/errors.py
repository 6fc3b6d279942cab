"""Errors of the tool; the tree is drawn in `xapi.errors`."""

from typing import TYPE_CHECKING

from xapi.errors import JampelError

if TYPE_CHECKING:
    from lti_tool.store import Platform


class ToolError(JampelError):
    """The tool cannot do what was asked."""

    package = "lti_tool"
    #: What a person reads out to find this very refusal again; set where it was noted.
    reference = ""


class LaunchRefused(ToolError):
    """A login, launch or deep-linking request that must not be let in; `status` is the HTTP status of the page.

    `platform` is the one it came from when that is known; `return_url` is the page of that platform, named in its
    signed message, to which the person can be sent back with the reason.
    """

    platform: "Platform | None" = None
    return_url: str = ""

    def __init__(self, code: str, detail: str = "", *, status: int = 400, **params: object) -> None:
        super().__init__(code, detail, **params)
        self.status = status


class BrowserLost(LaunchRefused):
    """A launch whose browser did not bring back the cookie of its login; `storage` names the frame of the platform
    that may have kept the value (empty when the platform offered none), and `restarts` tells whether a page of the
    platform that begins the launch anew is known."""

    storage: str = ""
    restarts: bool = False


class PersonLost(LaunchRefused):
    """A launch in a frame in which the platform does not know the person: browsers may keep the platform's own cookie
    from a frame that has been elsewhere. `state` is a flow that a tab of its own can begin anew, and `restarts` is as
    in BrowserLost."""

    state: str = ""
    restarts: bool = False


class SettingsError(ToolError):
    """`jampel.toml` or an environment variable cannot be used."""
