"""Who is logged in at the sandbox LMS, and the platform it runs."""

from flask import abort, current_app, session

from lti_tool.sandbox.model import TEACHER, User
from lti_tool.sandbox.platform import Platform


def platform() -> Platform:
    """The platform of the running application."""
    return current_app.extensions["sandbox"]


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
