"""The request that this thread works on, so that every line that it logs meanwhile names it."""

from contextvars import ContextVar

import msgspec

#: The route of a request that no page takes, and of one that is not routed yet.
NO_ROUTE = "-"
#: The request that is being answered; set and reset by who lets requests in.
CURRENT: ContextVar["RequestNote | None"] = ContextVar("jampel_request", default=None)


class RequestNote(msgspec.Struct):
    """One request: its id, its method, the route (a template such as `/audit/orang/<person>`, never the path itself),
    and the code of the error it ended in."""

    id: str
    method: str
    route: str = NO_ROUTE
    code: str = ""


def current_request() -> RequestNote | None:
    """The request that is being answered, or None outside of one."""
    return CURRENT.get()
