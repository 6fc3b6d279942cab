"""Reads the form of the choosing page: which modules, their title and column, and the times they are open."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Protocol

from werkzeug.datastructures import MultiDict

from lti_tool.deep_linking import MOST_ITEMS, Choice, Window
from lti_tool.errors import LaunchRefused

#: The choosing page sends one field of this name for each module, and one of these where it is left without a choice.
MODULE_FIELD = "modules"
CANCEL_FIELD, EMPTY_FIELD = "batal", "kosong"
LONGEST_TITLE = 255


class Titled(Protocol):
    """A module of the library."""

    @property
    def title(self) -> str: ...


Newest = Callable[[str], Titled | None]


class NotChosen(LaunchRefused):
    """The form cannot be answered as it is; the page is shown again with what was filled in."""


def read_choices(form: MultiDict[str, str], newest: Newest, zone: tzinfo, now: datetime) -> list[Choice]:
    """The choices in `form`; none only where the teacher cancels.

    `newest` finds a module of the library, `zone` is the one in which times are written. Raises NotChosen where the
    teacher can mend it, LaunchRefused where the module is gone.
    """
    modules = list(dict.fromkeys(form.getlist(MODULE_FIELD)))
    if CANCEL_FIELD in form or EMPTY_FIELD in form:
        return []
    if not modules:
        raise NotChosen("deep_link.none_chosen", "no module chosen")
    if len(modules) > MOST_ITEMS:
        raise NotChosen("deep_link.too_many", "more modules than an answer may hold", most=MOST_ITEMS)
    available = _window(form, "available_from", "available_to", zone)
    submission = _window(form, "", "submit_to", zone)
    for window in (available, submission):
        _check(window, now)
    title = form.get("title", "").strip()[:LONGEST_TITLE] if len(modules) == 1 else ""
    found = [(module, _module(newest, module)) for module in modules]
    return [
        Choice(
            module,
            title or known.title,
            graded="line_item" in form,
            available=available,
            submission=submission,
        )
        for module, known in found
    ]


def _module(newest: Newest, module_id: str) -> Titled:
    module = newest(module_id)
    if module is None:
        raise LaunchRefused("deep_link.module_unknown", "a chosen module is not in the library", status=404)
    return module


def _window(form: MultiDict[str, str], opens: str, closes: str, zone: tzinfo) -> Window:
    return Window(_moment(form.get(opens, ""), zone), _moment(form.get(closes, ""), zone))


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """The local moment that `<input type="datetime-local">` sends, None when it is left empty."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as cause:
        raise NotChosen("deep_link.time_broken", "not a local date and time") from cause
    if moment.tzinfo is not None or not 2000 <= moment.year <= 2999:
        raise NotChosen("deep_link.time_broken", "not a local date and time")
    return moment.replace(tzinfo=zone)


def _check(window: Window, now: datetime) -> None:
    if window.closes is not None and window.closes <= now:
        raise NotChosen("deep_link.window_past", "the window closes in the past")
    if window.opens is not None and window.closes is not None and window.closes <= window.opens:
        raise NotChosen("deep_link.window_order", "the window closes before it opens")
