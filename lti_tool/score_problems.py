"""Why a score is not in the gradebook, as an error that a person can be told: what happened and what to do."""

from lti_tool.errors import ToolError

#: The words that are kept beside a score, and the code of the sentence that explains each.
_CODES = {
    "not_gradable": "error:score.not_gradable",
    "line_item_gone": "error:score.line_item_gone",
    "no_line_item": "error:score.no_line_item",
    "no_gradebook": "error:score.no_gradebook",
    "platform_off": "error:score.platform_off",
    "stale_timestamp": "error:score.newer_grade",
    "token.refused": "error:score.no_permission",
    "http_401": "error:score.no_permission",
    "http.unreachable": "error:score.unreachable",
    "http.too_slow": "error:score.unreachable",
    "http.unresolved": "error:score.unreachable",
    "services.answer": "error:score.odd_answer",
    "http.too_large": "error:score.odd_answer",
    "services.foreign_host": "error:score.address",
    "http.private_address": "error:score.address",
    "http.not_https": "error:score.address",
    "http.address_broken": "error:score.address",
}


def explained(reason: str, platform: str) -> ToolError:
    """The error behind `reason`, a word kept beside a score for the platform named `platform`."""
    code = _CODES.get(reason)
    if code is not None:
        return ToolError(code.removeprefix("error:"), reason, platform=platform)
    status = reason.rpartition("http_")[2]
    if not status.isdecimal():
        return ToolError("score.failed", reason, platform=platform, reason=reason)
    busy = int(status) >= 500 or int(status) in (408, 425, 429)
    return ToolError("score.busy" if busy else "score.refused", reason, platform=platform, status=status)
