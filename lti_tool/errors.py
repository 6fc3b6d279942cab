"""Errors of the tool; the tree is drawn in `xapi.errors`."""

from xapi.errors import JampelError


class ToolError(JampelError):
    """The tool cannot do what was asked."""

    package = "lti_tool"
    #: What a person reads out to find this very refusal again; set where it was noted.
    reference = ""


class LaunchRefused(ToolError):
    """A login, launch or deep-linking request that must not be let in; `status` is the HTTP status of the page."""

    def __init__(self, code: str, detail: str = "", *, status: int = 400, **params: object) -> None:
        super().__init__(code, detail, **params)
        self.status = status


class SettingsError(ToolError):
    """`jampel.toml` or an environment variable cannot be used."""
