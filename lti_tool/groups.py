"""The groups of a course, read from the platform (LTI Course Groups Service 1.0)."""

from typing import Any

import msgspec

from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.launch import Profiles
from lti_tool.line_items import with_query
from lti_tool.paging import PAGE_SIZE, pages
from lti_tool.platform_services import PlatformServices, read_json
from lti_tool.store import Platform
from xapi.alphabet import alphabetical

SCOPE = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
MOST_GROUPS = 1000
LONGEST_NAME = 255


class Group(msgspec.Struct, frozen=True):
    """One group: the platform's id for it, and its name."""

    id: str
    name: str


class Groups:
    """Reads groups of courses; who is in them stands in the roster."""

    def __init__(self, services: PlatformServices, profiles: Profiles) -> None:
        self._services = services
        self._profiles = profiles

    def of(self, platform: Platform, url: str) -> list[Group]:
        """The groups behind `url`, the `context_groups_url` of a launch, by name. Raises ToolError."""
        media = self._profiles(platform.profile).media_types.groups

        def get(address: str) -> Reply:
            return self._services.get(platform, address, scopes=[SCOPE], accept=media)

        found: dict[str, Group] = {}
        for _address, reply in pages(get, with_query(url, {"limit": PAGE_SIZE})):
            listed = read_json(reply, {200}, dict).get("groups")
            if not isinstance(listed, list):
                raise ToolError("services.answer", "no list of groups")
            found |= {group.id: group for group in map(_group, listed) if group is not None}
            if len(found) > MOST_GROUPS:
                raise ToolError("services.too_many", "more groups than make sense", most=MOST_GROUPS)
        return sorted(found.values(), key=lambda group: (alphabetical(group.name), group.id))


def _group(value: Any) -> Group | None:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    number = value.get("id")
    if isinstance(number, int) and not isinstance(number, bool):
        number = str(number)
    return Group(number, value["name"].strip()[:LONGEST_NAME]) if isinstance(number, str) and number else None
