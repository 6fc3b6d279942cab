"""The platform's gradebook columns (AGS 2.0 line items): listed, read, made, changed, deleted, and found for a link."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lti_tool.claims import AGS_SCOPE
from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.launch import Profiles
from lti_tool.paging import pages
from lti_tool.platform_services import PlatformServices, read_json
from lti_tool.pylti import WholeLineItem, new_line_item
from lti_tool.store import Link, Platform

LINE_ITEM, LINE_ITEM_READ, SCORE = AGS_SCOPE + "lineitem", AGS_SCOPE + "lineitem.readonly", AGS_SCOPE + "score"
MAXIMUM = 100
LONGEST_LABEL = 255
MOST_ITEMS = 5000


class LineItems:
    """Line items of platforms. Every method raises ToolError when the platform cannot be asked or refuses."""

    def __init__(self, services: PlatformServices, profiles: Profiles) -> None:
        self._services = services
        self._profiles = profiles

    def read_all(
        self, platform: Platform, url: str, *, scope: str = LINE_ITEM_READ, **filters: str
    ) -> list[WholeLineItem]:
        """The line items behind `url`, the `lineitems` of a launch, over all pages.

        `scope` is one that the launch grants; `filters` are `resource_link_id`, `resource_id` and `tag` (AGS 2.0
        section 3.2.6), which a platform may ignore. What is no line item, or lies on a foreign host, is left out.
        """
        media = self._profiles(platform.profile).media_types.line_items

        def get(address: str) -> Reply:
            return self._services.get(platform, address, scopes=[scope], accept=media)

        found: list[WholeLineItem] = []
        for _address, reply in pages(get, with_query(url, filters)):
            found += [WholeLineItem(item) for item in read_json(reply, {200}, list) if _is_item(item, platform)]
            if len(found) > MOST_ITEMS:
                raise ToolError("services.too_many", "more line items than make sense", most=MOST_ITEMS)
        return found

    def get(self, platform: Platform, url: str, *, scope: str = LINE_ITEM_READ) -> WholeLineItem:
        """The line item at `url`, with whatever members the platform gave it."""
        media = self._profiles(platform.profile).media_types.line_item
        reply = self._services.get(platform, url, scopes=[scope], accept=media)
        return WholeLineItem(read_json(reply, {200}, dict))

    def create(self, platform: Platform, url: str, item: WholeLineItem) -> WholeLineItem:
        """Makes `item` in the container `url`; returns it as the platform keeps it, with its `id`."""
        media = self._profiles(platform.profile).media_types.line_item
        reply = self._services.post(platform, url, item.to_json(), scopes=[LINE_ITEM], content_type=media, accept=media)
        made = read_json(reply, {200, 201}, dict)
        if not _is_item(made, platform):
            raise ToolError("services.foreign_host", "a new line item is not on the platform", platform=platform.name)
        return WholeLineItem(made)

    def update(self, platform: Platform, item: WholeLineItem) -> WholeLineItem:
        """Replaces the line item by `item`, as a whole (AGS 2.0 section 3.2.4): change one that was read, so that what
        we do not know of it, and its resource link, stay as they are."""
        media = self._profiles(platform.profile).media_types.line_item
        reply = self._services.put(
            platform, item.get_id() or "", item.to_json(), scopes=[LINE_ITEM], content_type=media, accept=media
        )
        return WholeLineItem(read_json(reply, {200, 201}, dict))

    def delete(self, platform: Platform, url: str) -> None:
        """Deletes the line item at `url`; one that is gone already is as good."""
        media = self._profiles(platform.profile).media_types.line_item
        reply = self._services.delete(platform, url, scopes=[LINE_ITEM], accept=media)
        if reply.status not in (200, 202, 204, 404, 410):
            raise ToolError("services.status", "unexpected status", status=reply.status)

    def of(self, platform: Platform, link: Link) -> str:
        """The address of the line item of `link`: the one the platform gave, else found by resource link, else made.

        Empty when the platform offers none and lets us make none.
        """
        if link.line_item or not link.line_items:
            return link.line_item
        if found := self._find(platform, link):
            return found
        return self._make(platform, link) if LINE_ITEM in link.scopes.split() else ""

    def other_than(self, platform: Platform, link: Link, gone: str) -> str:
        """The line item that stands at the resource link of `link` in the place of `gone`, empty when there is none.

        None is made: a column that somebody has deleted stays deleted.
        """
        try:
            found = self._find(platform, link) if link.line_items else ""
        except ToolError as error:
            if error.code != "services.status":
                raise
            return ""
        return found if found != gone else ""

    def _find(self, platform: Platform, link: Link) -> str:
        granted = link.scopes.split()
        scope = next((scope for scope in (LINE_ITEM, LINE_ITEM_READ) if scope in granted), None)
        if scope is None:
            return ""
        items = self.read_all(platform, link.line_items, scope=scope, resource_link_id=link.resource_link)
        return next((str(item.get_id()) for item in items if _is_ours(item, link)), "")

    def _make(self, platform: Platform, link: Link) -> str:
        profile = self._profiles(platform.profile)
        item = new_line_item(
            label=(link.title or link.module or link.resource_link)[:LONGEST_LABEL],
            maximum=profile.line_item_score_maximum(MAXIMUM),
            resource_id=link.module,
            resource_link_id=link.resource_link,
        )
        return str(self.create(platform, link.line_items, item).get_id())


def _is_item(item: Any, platform: Platform) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str) and platform.owns(item["id"])


def _is_ours(item: WholeLineItem, link: Link) -> bool:
    """Platforms that ignore the filter list every line item, so the resource link is compared here too."""
    return item.get_resource_link_id() == link.resource_link and item.get_resource_id() in (link.module, "", None)


def with_query(url: str, values: dict[str, str]) -> str:
    """`url` with `values` added to whatever query it has; without values it stays as it is written."""
    if not values:
        return url
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True) + list(values.items())
    return urlunsplit(parts._replace(query=urlencode(query)))


def scores_url(line_item: str) -> str:
    """Where scores of `line_item` are posted: `/scores` goes before its query (AGS 2.0 section 3.4.1)."""
    return below(line_item, "scores")


def below(line_item: str, name: str) -> str:
    """The address of the service `name` under the address of a line item, whose query stays behind it."""
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))
