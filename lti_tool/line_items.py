"""The platform's gradebook columns (AGS line items): found, or made where a resource link has none."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.launch import Profiles
from lti_tool.platform_services import PlatformServices
from lti_tool.pylti import new_line_item
from lti_tool.store import Link, Platform

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINE_ITEM, LINE_ITEM_READ, SCORE = SCOPE + "lineitem", SCOPE + "lineitem.readonly", SCOPE + "score"
MAXIMUM = 100
LONGEST_LABEL = 255


class LineItems:
    """Finds and makes line items."""

    def __init__(self, services: PlatformServices, profiles: Profiles) -> None:
        self._services = services
        self._profiles = profiles

    def of(self, platform: Platform, link: Link) -> str:
        """The address of the line item of `link`: the one the platform gave, else found by resource link, else made.

        Empty when the platform offers none and lets us make none. Raises ToolError when the platform cannot be asked.
        """
        if link.line_item or not link.line_items:
            return link.line_item
        granted = set(link.scopes.split())
        readable = next((scope for scope in (LINE_ITEM, LINE_ITEM_READ) if scope in granted), None)
        if readable and (found := self._find(platform, link, readable)):
            return found
        return self._make(platform, link) if LINE_ITEM in granted else ""

    def _find(self, platform: Platform, link: Link, scope: str) -> str:
        media = self._profiles(platform.profile).media_types.line_items
        url = with_query(link.line_items, {"resource_link_id": link.resource_link})
        reply = self._services.get(platform, url, scopes=[scope], accept=media)
        items = _read(reply, {200}, list)
        return next((item["id"] for item in items if _is_ours(item, link) and platform.owns(item["id"])), "")

    def _make(self, platform: Platform, link: Link) -> str:
        profile = self._profiles(platform.profile)
        label = (link.title or link.module or link.resource_link)[:LONGEST_LABEL]
        item = new_line_item(
            label=label,
            maximum=profile.line_item_score_maximum(MAXIMUM),
            resource_id=link.module,
            resource_link_id=link.resource_link,
        )
        media = profile.media_types.line_item
        reply = self._services.post(
            platform, link.line_items, item.to_json(), scopes=[LINE_ITEM], content_type=media, accept=media
        )
        address = _read(reply, {200, 201}, dict).get("id")
        if not isinstance(address, str) or not platform.owns(address):
            raise ToolError("services.foreign_host", "a new line item is not on the platform", platform=platform.name)
        return address


def _is_ours(item: Any, link: Link) -> bool:
    """Platforms that ignore the filter list every line item, so the resource link is compared here too."""
    return (
        isinstance(item, dict)
        and isinstance(item.get("id"), str)
        and item.get("resourceLinkId") == link.resource_link
        and item.get("resourceId", link.module) in (link.module, "", None)
    )


def _read(reply: Reply, good: set[int], kind: type) -> Any:
    if reply.status not in good:
        raise ToolError("services.status", "unexpected status", status=reply.status)
    try:
        value = json.loads(reply.body)
    except ValueError as cause:
        raise ToolError("services.answer", "the answer is not JSON") from cause
    if not isinstance(value, kind):
        raise ToolError("services.answer", "the answer has the wrong shape")
    return value


def with_query(url: str, values: dict[str, str]) -> str:
    """`url` with `values` added to whatever query it has."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True) + list(values.items())
    return urlunsplit(parts._replace(query=urlencode(query)))


def scores_url(line_item: str) -> str:
    """Where scores of `line_item` are posted: `/scores` goes before its query (AGS 2.0 section 3.4.1)."""
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/scores"))
