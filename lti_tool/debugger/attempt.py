"""What a launch tells the debugger, and the door through which it does."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from lti_tool.errors import ToolError
from lti_tool.flow.store import Flow
from lti_tool.jose import SignedToken
from lti_tool.store import Platform


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """How far a launch came: each part is None when it was refused before; `cookie` says whether its cookie came."""

    form: Mapping[str, str]
    cookie: bool
    at: datetime
    flow: Flow | None = None
    token: SignedToken | None = None
    platform: Platform | None = None
    read: bool = False

    @property
    def reached(self) -> str:
        """The last part that is there."""
        parts = {"flow": self.flow, "token": self.token, "platform": self.platform, "message": self.read or None}
        return next((name for name in reversed(parts) if parts[name] is not None), "")


class Witness(Protocol):
    """Whoever watches logins and launches; `error` is None for one that was let in. It never raises."""

    def awake(self, now: datetime) -> bool: ...
    def saw_login(self, params: Mapping[str, str], at: datetime, error: ToolError | None) -> None: ...
    def saw_launch(self, attempt: Attempt, error: ToolError | None) -> None: ...
