"""Who is logged in at the sandbox LMS, and the platform it runs."""

from flask import abort, current_app, request, session

from lti_tool.sandbox.model import TEACHER, User
from lti_tool.sandbox.platform import Platform


def platform() -> Platform:
    """The platform of the running application."""
    return current_app.extensions["sandbox"]


def keeps_values() -> bool:
    """Whether this sandbox keeps values for tools (LTI Platform Storage) in the browser that asks.

    It does where it is set to, and in Safari: without TLS, as in the demo, that browser keeps no secure cookie, and a
    tool in a frame of another site can have no other.
    """
    agent = request.user_agent.string
    return platform().storage or ("AppleWebKit/" in agent and "Chrome/" not in agent and not request.is_secure)


def user_or_nobody() -> User | None:
    """The person who is logged in, if anybody is."""
    return platform().store.user(session.get("user", ""))


def user() -> User:
    """The person who is logged in; 401 without one."""
    return user_or_nobody() or abort(401)


def teacher() -> User:
    """The teacher who is logged in; 403 for anybody else."""
    found = user()
    if found.role != TEACHER:
        abort(403)
    return found
