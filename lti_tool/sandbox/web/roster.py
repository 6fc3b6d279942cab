"""Members and groups of the sandbox LMS (Names and Role Provisioning Services 2.0, Course Groups Service 1.0)."""

import html
import secrets
from typing import Any

from flask import Response, abort, request

from lti_tool.sandbox.messages import MEMBERSHIP, names_of
from lti_tool.sandbox.model import GROUP_SCOPE, GROUPS, LEARNER, MEMBER_SCOPE, TEACHER, Tool, User, group_of
from lti_tool.sandbox.web.answers import allowed_tool, answer, check_accept, page_of, refuse
from lti_tool.sandbox.web.session import platform

MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
#: Whoever has another role has left.
IN_COURSE = (LEARNER, TEACHER)
DIFFERENCES_SECONDS = 24 * 3600
GROUPS_MEDIA_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"


def members(course_id: str, tool_id: str = "") -> Response:
    """Who is in the course, paged by `limit` and `from`, filtered by `role` and `rlid` (NRPS 2.0, 2.4).

    With `since`, a value from a link to the differences, only those who came, changed or left since then (2.4.1.3).
    """
    tool = allowed_tool(MEMBER_SCOPE)
    check_accept("memberships", MEDIA_TYPE)
    store = platform().store
    course = store.course(course_id) or abort(404)
    if tool_id not in ("", tool.deployment_id) or not _knows_link(request.args.get("rlid"), course_id):
        refuse(404, "Not found")
    url = platform().addresses.memberships(course_id, tool.deployment_id)
    changed = _changed(request.args.get("since", ""))
    wanted = changed if changed is not None else [user for user in store.users() if user.role in IN_COURSE]
    page, headers = page_of([user for user in wanted if _plays(user, request.args.get("role", ""))], url)
    body = {
        "id": url,
        "context": {"id": course.id, "label": course.label, "title": course.title},
        "members": [_member(user, tool) | _enrolled(user, tool) for user in page],
    }
    shown = answer(body, MEDIA_TYPE)
    if platform().personality.roster.differences and "from" not in request.args:
        link = f'<{url}?since={_remember()}>; rel="differences"'
        headers["Link"] = f"{headers['Link']}, {link}" if "Link" in headers else link
    shown.headers.extend(headers)
    return shown


def _remember() -> str:
    """Keeps who is in the courses now; returns the value under which that is known."""
    since, now = secrets.token_urlsafe(12), platform().now()
    known: dict[str, object] = {user.id: [user.name, user.role, user.nip] for user in platform().store.users()}
    platform().store.put_ticket(since, "roster", known, now + DIFFERENCES_SECONDS)
    return since


def _changed(since: str) -> list[User] | None:
    """Whoever is not as they were at `since`; None when nobody asks, 404 when that is not known any more."""
    if not since or not platform().personality.roster.differences:
        return None
    known = platform().store.see_ticket(since, "roster", platform().now())
    if known is None:
        refuse(404, "Not found")
    return [user for user in platform().store.users() if known.get(user.id) != [user.name, user.role, user.nip]]


def groups(course_id: str) -> Response:
    """The groups of a course, paged (Course Groups Service 1.0, 3.2)."""
    allowed_tool(GROUP_SCOPE)
    check_accept("groups", GROUPS_MEDIA_TYPE)
    course = platform().store.course(course_id) or abort(404)
    url = platform().addresses.groups(course.id)
    page, headers = page_of(list(GROUPS), url)
    shown = answer({"id": url, "groups": [{"id": one.id, "name": one.name} for one in page]}, GROUPS_MEDIA_TYPE)
    shown.headers.extend(headers)
    return shown


def _enrolled(user: User, tool: Tool) -> dict[str, Any]:
    """The groups of a member, where they were asked for and the tool may know of them (3.4)."""
    asked = request.args.get("groups") == "true" and GROUP_SCOPE in tool.scopes
    group = group_of(user) if asked and platform().personality.paths.groups else None
    return {"group_enrollments": [{"group_id": group.id}]} if group else {}


def _knows_link(link_id: str | None, course_id: str) -> bool:
    """Whether a resource link that was asked about is one of the course; nobody asked: yes."""
    if link_id is None:
        return True
    link = platform().store.link(link_id) if link_id.isdecimal() else None
    return link is not None and link.course == course_id


def _role(user: User) -> str:
    return "Learner" if user.role == LEARNER else "Instructor"


def _plays(user: User, role: str) -> bool:
    """Whether `user` has `role`, in its short or long form; a role that nobody knows filters nothing."""
    short = role.removeprefix(MEMBERSHIP)
    return short not in ("Learner", "Instructor") or short == _role(user)


def _member(user: User, tool: Tool) -> dict[str, Any]:
    known = platform().personality
    role = _role(user) if known.roster.short_roles else MEMBERSHIP + _role(user)
    status = "Active" if user.role in IN_COURSE else "Deleted"
    member = {"status": status, "user_id": user.id, "lis_person_sourcedid": user.nip, "roles": [role]}
    if not tool.shares_name:
        return member
    names = names_of(user, known.id_token)
    if known.roster.names_escaped:
        names = {name: html.escape(value) for name, value in names.items()}
    return member | names | ({"ext_user_username": user.id} if known.id_token.user_name else {})
