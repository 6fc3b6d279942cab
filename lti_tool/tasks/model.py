"""A piece of long work as a plain value: what was asked for, by whom, how far it is, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from xapi.errors import JampelError
from xapi.local_times import with_days_again

State = Literal["waiting", "running", "done", "failed", "cancelled"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
About = Mapping[str, str]


class Problem(msgspec.Struct, frozen=True):
    """Why work failed: an error code with what its sentence says, and the package that knows the sentence."""

    code: str
    package: str = "lti_tool"
    params: Mapping[str, str] = {}

    @property
    def error(self) -> JampelError:
        """The error again, for its sentence."""
        error = JampelError(self.code, "", **with_days_again(self.params))
        error.package = self.package
        return error


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Work of a `kind` that `account` asked for; `about` says on what.

    `done` of `whole` are counted within the `step`; 0 is a whole that nobody knows yet. `file` is the name of what came
    of it and `size` its bytes, or `result` is what a page shows of it; `attempts` says how often a worker has begun,
    `cancel` that it shall end.
    """

    id: str
    account: str
    kind: str
    about: About
    language: str
    state: State = "waiting"
    step: str = ""
    done: int = 0
    whole: int = 0
    problem: Problem | None = None
    file: str = ""
    size: int = 0
    result: str = ""
    attempts: int = 0
    cancel: bool = False
    created: datetime
    changed: datetime

    @property
    def is_open(self) -> bool:
        """Whether it waits or is being done."""
        return self.state not in ENDED

    @property
    def percent(self) -> int | None:
        """How much of the step is done, None where nobody knows."""
        return min(100, 100 * self.done // self.whole) if self.whole else None


class Cancelled(Exception):
    """Whoever asked for the work does not want it any more."""
