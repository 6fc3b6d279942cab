"""What stands in the platform's gradebook (AGS 2.0 results), read page by page."""

import math
from typing import Any

import msgspec

from lti_tool.claims import AGS_SCOPE
from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.launch import Profiles
from lti_tool.line_items import below, with_query
from lti_tool.paging import PAGE_SIZE, pages
from lti_tool.platform_services import PlatformServices, read_json
from lti_tool.store import Platform

RESULT_READ = AGS_SCOPE + "result.readonly"
MOST_RESULTS = 20_000


class Result(msgspec.Struct, frozen=True):
    """One learner's grade: `percent` of the line item's maximum, None where the gradebook holds none."""

    subject: str
    percent: float | None
    comment: str = ""

    def __repr__(self) -> str:
        return "Result(…)"  # personal


class Results:
    """Reads results of line items."""

    def __init__(self, services: PlatformServices, profiles: Profiles) -> None:
        self._services = services
        self._profiles = profiles

    def of(self, platform: Platform, line_item: str, subject: str = "") -> dict[str, Result]:
        """The results of `line_item` by the platform's user id, or those of `subject` alone.

        Raises ToolError when a page cannot be read.
        """
        profile = self._profiles(platform.profile)
        media = profile.media_types.results

        def get(address: str) -> Reply:
            return self._services.get(platform, address, scopes=[RESULT_READ], accept=media)

        found: dict[str, Result] = {}
        whole = {} if profile.results_at_once else {"limit": PAGE_SIZE}
        query = {"user_id": subject} if subject else whole
        first = with_query(below(line_item, "results"), query)
        for _address, reply in pages(get, first):
            for result in map(_result, read_json(reply, {200}, list)):
                if result is not None:
                    found[result.subject] = result
            if len(found) > MOST_RESULTS:
                raise ToolError("services.too_many", "more results than make sense", most=MOST_RESULTS)
        return found


def _result(value: Any) -> Result | None:
    if not isinstance(value, dict) or not isinstance(value.get("userId"), str):
        return None
    comment = value.get("comment")
    given, most = _number(value.get("resultScore")), _number(value.get("resultMaximum", 1))
    percent = given / most * 100 if given is not None and most is not None and most > 0 else None
    return Result(value["userId"], percent, comment if isinstance(comment, str) else "")


def _number(value: Any) -> float | None:
    """A finite number, or None: a platform may send anything."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
