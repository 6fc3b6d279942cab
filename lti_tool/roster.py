"""The members of a course or of one of its activities, read page by page from the platform (NRPS 2.0)."""

import html
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from adapters.base import LaunchProfile
from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.launch import Profiles
from lti_tool.line_items import with_query
from lti_tool.paging import DIFFERENCES, PAGE_SIZE, linked, pages
from lti_tool.platform_services import PlatformServices, read_json
from lti_tool.roles import rights
from lti_tool.store import Platform

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MOST_MEMBERS = 20_000
#: Of courses whose platform tells differences the members are kept in memory, so many of them and so long.
MOST_KEPT = 32
KEPT_FOR = timedelta(hours=6)
ACTIVE = "Active"
#: What a platform says to a resource link that it does not know, or to a parameter that it does not know.
_NOT_SO = frozenset({400, 403, 404, 422, 501})


class Member(msgspec.Struct, frozen=True):
    """One member: the platform's user id, our roles, what the platform tells of the person, and the ids of the groups
    that the person is in, where they were asked for."""

    subject: str
    roles: frozenset[str]
    name: str | None
    nip_text: str | None
    groups: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return "Member(…)"  # personal


class _Read(NamedTuple):
    """What was read: members by subject (None for one who has left), and where changes since then are told."""

    members: dict[str, Member | None]
    differences: str


class _Kept(NamedTuple):
    members: dict[str, Member]
    differences: str
    until: datetime


class Roster:
    """Reads members of courses.

    Where a platform gives a `differences` link, only what has changed is read the next time. Members are kept in the
    memory of this process and nowhere else: who is in a course is the platform's to keep.
    """

    def __init__(self, services: PlatformServices, profiles: Profiles, clock: Callable[[], datetime]) -> None:
        self._services = services
        self._profiles = profiles
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str, str], _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def members(self, platform: Platform, url: str, resource_link: str = "", *, groups: bool = False) -> list[Member]:
        """The active members behind `url`, the context_memberships_url of a launch.

        With `resource_link` those who may open that activity (NRPS 2.0 section 2.4.1.2); of the whole course where the
        platform does not tell. With `groups` each with their groups (Course Groups
        Service 1.0 section 3.4). Raises ToolError when a page cannot be read, or there are more than make sense.
        """
        more = {"limit": PAGE_SIZE} | ({"groups": "true"} if groups else {})
        wanted = [{"rlid": resource_link, **more}] if resource_link else []
        for query in (*wanted, more):
            try:
                return self._members(platform, with_query(url, query))
            except ToolError as error:
                if error.code != "services.status" or error.params.get("status") not in _NOT_SO:
                    raise
        return self._members(platform, url)

    def _members(self, platform: Platform, url: str) -> list[Member]:
        key = (platform.institution, platform.id, url)
        with self._lock:
            kept = self._kept.get(key)
        members, differences = self._changed(platform, kept) or self._whole(platform, url)
        self._keep(key, members, differences)
        return list(members.values())

    def _whole(self, platform: Platform, url: str) -> tuple[dict[str, Member], str]:
        read = self._read(platform, url)
        return {subject: member for subject, member in read.members.items() if member is not None}, read.differences

    def _changed(self, platform: Platform, kept: _Kept | None) -> tuple[dict[str, Member], str] | None:
        """What is kept, with the changes since then; None when there is nothing kept or they cannot be read."""
        if kept is None or kept.until <= self._clock():
            return None
        try:
            read = self._read(platform, kept.differences)
        except ToolError:  # a link may expire; the whole list is always right
            return None
        merged = {subject: member for subject, member in (kept.members | read.members).items() if member is not None}
        return merged, read.differences

    def _read(self, platform: Platform, url: str) -> _Read:
        profile = self._profiles(platform.profile)

        def get(address: str) -> Reply:
            return self._services.get(platform, address, scopes=[SCOPE], accept=profile.media_types.membership)

        found: dict[str, Member | None] = {}
        differences = ""
        for address, reply in pages(get, url):
            found |= _members(reply, profile)
            if len(found) > MOST_MEMBERS:
                raise ToolError("roster.too_long", "more members than allowed", most=MOST_MEMBERS)
            # the first page's link is the oldest: a change while the others are read is told again, not lost
            differences = differences or linked(reply.headers.get("link", ""), DIFFERENCES, base=address)
        return _Read(found, differences)

    def _keep(self, key: tuple[str, str, str], members: dict[str, Member], differences: str) -> None:
        with self._lock:
            self._kept.pop(key, None)
            if differences:
                self._kept[key] = _Kept(members, differences, self._clock() + KEPT_FOR)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def _members(reply: Reply, profile: LaunchProfile) -> dict[str, Member | None]:
    members = read_json(reply, {200}, dict).get("members")
    if not isinstance(members, list):
        raise ToolError("services.answer", "no list of members")
    return {
        member["user_id"]: _member(member, profile) if member.get("status", ACTIVE) == ACTIVE else None
        for member in members
        if isinstance(member, dict) and isinstance(member.get("user_id"), str)
    }


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
        _groups(member.get("group_enrollments")),
    )


def _groups(enrolments: Any) -> frozenset[str]:
    listed = enrolments if isinstance(enrolments, list) else []
    return frozenset(str(one["group_id"]) for one in listed if isinstance(one, dict) and one.get("group_id"))
