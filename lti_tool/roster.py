"""The members of a course, read page by page from the platform (NRPS 2.0)."""

import html
import json
import re
from typing import Any
from urllib.parse import urljoin

import msgspec

from adapters.base import LaunchProfile
from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.launch import Profiles
from lti_tool.platform_services import PlatformServices
from lti_tool.roles import rights
from lti_tool.store import Platform

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MOST_PAGES = 50
MOST_MEMBERS = 20_000
_LINK = re.compile(r"<([^<>]*)>\s*((?:;[^,<]*)*)")
_REL = re.compile(r';\s*rel\s*=\s*["“”\']?([^"“”\';]+)["“”\']?', re.IGNORECASE)


class Member(msgspec.Struct, frozen=True):
    """One member: the platform's user id, our roles, and what the platform tells of the person."""

    subject: str
    roles: frozenset[str]
    name: str | None
    nip_text: str | None

    def __repr__(self) -> str:
        return "Member(…)"  # personal


class Roster:
    """Reads members of courses."""

    def __init__(self, services: PlatformServices, profiles: Profiles) -> None:
        self._services = services
        self._profiles = profiles

    def members(self, platform: Platform, url: str) -> list[Member]:
        """All members behind `url`, the context_memberships_url of a launch.

        Raises ToolError when a page cannot be read, or there are more pages or members than make sense.
        """
        profile = self._profiles(platform.profile)
        found: list[Member] = []
        for _page in range(MOST_PAGES):
            reply = self._services.get(platform, url, scopes=[SCOPE], accept=profile.media_types.membership)
            found += _members(reply, profile)
            following = next_page(reply.headers.get("link", ""))
            if not following:
                return found
            if len(found) > MOST_MEMBERS:
                break
            url = urljoin(url, following)
        raise ToolError("roster.too_long", "more pages than allowed", most=MOST_MEMBERS)


def next_page(link: str) -> str:
    """The target of rel=next in a Link header (RFC 8288), exactly as written; empty when there is none.

    Typographic quotes and `&amp;` are seen in the field and understood.
    """
    for target, parameters in _LINK.findall(link):
        relations = _REL.search(parameters)
        if relations and "next" in relations.group(1).lower().split():
            return html.unescape(target.strip())
    return ""


def _members(reply: Reply, profile: LaunchProfile) -> list[Member]:
    if reply.status != 200:
        raise ToolError("services.status", "unexpected status", status=reply.status)
    try:
        document = json.loads(reply.body)
    except ValueError as cause:
        raise ToolError("services.answer", "the answer is not JSON") from cause
    members = document.get("members") if isinstance(document, dict) else None
    if not isinstance(members, list):
        raise ToolError("services.answer", "no list of members")
    return [_member(member, profile) for member in members if _is_active(member)]


def _is_active(member: Any) -> bool:
    return isinstance(member, dict) and isinstance(member.get("user_id"), str) and member.get(
        "status", "Active") == "Active"  # fmt: skip


def _member(member: dict[str, Any], profile: LaunchProfile) -> Member:
    roles = member.get("roles")
    name, person = member.get("name"), member.get(profile.person_id_member)
    if isinstance(name, str) and profile.member_names_escaped:
        name = html.unescape(name)
    return Member(
        member["user_id"],
        rights(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset(),
        name if isinstance(name, str) and name else None,
        person.strip() if isinstance(person, str) and person.strip() else None,
    )
