"""What a tool sends back from deep linking becomes activities of a course, within what the personality takes."""

from typing import Any

from lti_tool.errors import ToolError
from lti_tool.sandbox.model import LineItem, ResourceLink, Tool, is_number
from lti_tool.sandbox.personality import DeepLinking
from lti_tool.sandbox.tokens import DEEP_LINKING, LTI

ITEMS = f"{DEEP_LINKING}content_items"
USUAL_MAXIMUM = 100


def check_answer(claims: dict[str, Any], tool: Tool, behaviour: DeepLinking) -> None:
    """Raises ToolError when `claims` are not those of a LtiDeepLinkingResponse (Deep Linking 2.0, 4.5)."""
    if not behaviour.checks_answer:
        return
    if claims.get(f"{LTI}message_type") != "LtiDeepLinkingResponse" or claims.get(f"{LTI}version") != "1.3.0":
        raise _bad("message_type")
    if claims.get(f"{LTI}deployment_id") != tool.deployment_id or not claims.get("nonce"):
        raise _bad("deployment_id")


def links_of(
    claims: dict[str, Any], tool: Tool, course: str, behaviour: DeepLinking
) -> list[tuple[ResourceLink, LineItem | None]]:
    """The activities in `claims`, each with its gradebook column; what the platform drops without a word is not there.

    Raises ToolError when an item is one that no platform can take.
    """
    items = claims.get(ITEMS, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _bad("content_items")
    made = [_made(item, tool, course, behaviour) for item in items if item.get("type") == "ltiResourceLink"]
    return [(link, column) for link, column in made if _fits(link, column, behaviour)]


def _made(
    item: dict[str, Any], tool: Tool, course: str, behaviour: DeepLinking
) -> tuple[ResourceLink, LineItem | None]:
    title = str(item.get("title") or tool.name)
    link = ResourceLink("", course, title, _custom(item.get("custom", {})), tool.deployment_id)
    wanted = item.get("lineItem")
    if wanted is None:
        return link, None
    if not isinstance(wanted, dict):
        raise _bad("lineItem")
    maximum = wanted.get("scoreMaximum", USUAL_MAXIMUM)
    if not is_number(maximum) or maximum <= 0:
        raise _bad("scoreMaximum")
    label = title if behaviour.label_ignored else str(wanted.get("label") or title)
    resource_id, tag = (str(wanted.get(name) or "") for name in ("resourceId", "tag"))
    column = LineItem("", course, label, maximum, resource_id=resource_id, tag=tag, tool=tool.deployment_id)
    return link, column


def _custom(values: object) -> dict[str, str]:
    """Custom parameters are texts (LTI-DL 2.0, 3.2); numbers and truth values become texts, nothing deeper does."""
    if not isinstance(values, dict) or any(isinstance(value, dict | list) for value in values.values()):
        raise _bad("custom")
    return {str(name): "1" if value is True else str(value) for name, value in values.items()}


def _fits(link: ResourceLink, column: LineItem | None, behaviour: DeepLinking) -> bool:
    if behaviour.title_limit and len(link.title) > behaviour.title_limit:
        return False
    if column is None or not behaviour.maximum:
        return True
    whole = column.score_maximum == int(column.score_maximum) or not behaviour.maximum_whole
    return whole and 1 <= column.score_maximum <= behaviour.maximum


def _bad(reason: str) -> ToolError:
    return ToolError("sandbox.bad_deep_link", reason, reason=reason)
