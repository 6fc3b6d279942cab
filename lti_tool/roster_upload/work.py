"""Looks at a list that was sent, and takes it: at once where it is short, else as work that tells how far it is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from lti_tool.errors import ToolError
from lti_tool.roster_import import numbers_of, take_roster
from lti_tool.roster_upload.model import Found, Sent, found_in
from lti_tool.tasks.model import Task
from lti_tool.tasks.steps import APPLY, COMPARE, READ, Tell
from xapi.errors import PeopleError
from xapi.people.roster import ImportReport, Roster, Wanted, import_roster, open_roster
from xapi.sheet import SheetError

if TYPE_CHECKING:
    from lti_tool.services import Services

#: A list of so many bytes and rows is looked at while its sender waits; a longer one is work for the worker.
AT_ONCE_BYTES, AT_ONCE_ROWS = 200_000, 2_000
TOLD_EVERY = 100  # rows that were read


class TooLong(Exception):
    """The list has more rows than anybody waits for."""


def silent(step: str, done: int = 0, whole: int = 0) -> None:
    """Tells nobody."""


def impatient(step: str, done: int = 0, whole: int = 0) -> None:
    """Raises TooLong as soon as a list turns out to be long; nothing has been written by then."""
    if step == READ and done > AT_ONCE_ROWS:
        raise TooLong


def look(services: "Services", sent: Sent, tell: Tell = silent) -> Sent:
    """Keeps what the list would change and which of its cells cannot be used; nothing of it is written."""
    try:
        found = _compared(services, sent, tell)
    except (SheetError, PeopleError) as error:
        found = Found(problem=sent.told(error))
    return services.rosters.keep(msgspec.structs.replace(sent, found=found))


def _compared(services: "Services", sent: Sent, tell: Tell) -> Found:
    """With a list that names everyone the question of those who leave is asked once more, when they are many."""
    try:
        roster, report = _tried(services, sent, tell, many=False)
    except PeopleError as error:
        if error.code != "people.many_leave":
            raise
        roster, report = _tried(services, sent, tell, many=True)
        return found_in(sent, roster, report, many=True)
    return found_in(sent, roster, report)


def _tried(services: "Services", sent: Sent, tell: Tell, *, many: bool) -> tuple[Roster, ImportReport]:
    wanted = replace(
        _wanted(services, sent, tell, COMPARE), skip_bad=not sent.full, many_may_leave=many, dry=True
    )  # fmt: skip
    roster = open_roster(_sheet(services, sent), sent.layout, services.people.layouts.find)
    return roster, import_roster(services.people, roster, services.clock(), wanted)


def take(services: "Services", sent: Sent, *, skip_bad: bool, many: bool, tell: Tell = silent) -> Sent:
    """Takes the list: with a refused cell nothing is written, unless bad rows are to be skipped.

    What was taken is kept with the list and stands in the staff log. Raises ToolError `roster.gone` when the file is
    not there any more, and `roster.bad_rows` when a cell is refused that was good before.
    """
    wanted = replace(_wanted(services, sent, tell, APPLY), skip_bad=skip_bad, many_may_leave=many)
    roster, report = take_roster(services, _sheet(services, sent), sent.layout, wanted, sent.account)
    found = found_in(sent, roster, report)
    if not report.written:
        services.rosters.keep(msgspec.structs.replace(sent, found=found))
        raise ToolError("roster.bad_rows", f"{found.refused_rows} rows", n=found.refused_rows)
    numbers = f"{numbers_of(report)} refused={found.refused_rows}"
    services.house.log.add(services.clock(), sent.account, "people.import", sent.name, numbers)
    return services.rosters.finish(msgspec.structs.replace(sent, taken=found))


def check_list(services: "Services", task: Task, _target: IO[bytes], tell: Tell) -> str:
    """The work `roster_check`: looks at the list `list`."""
    look(services, _asked(services, task), tell)
    return ""


def take_list(services: "Services", task: Task, _target: IO[bytes], tell: Tell) -> str:
    """The work `roster_import`: takes the list `list`; `skip_bad` and `many` as in `take`."""
    about = task.about
    take(services, _asked(services, task), skip_bad=bool(about["skip_bad"]), many=bool(about["many"]), tell=tell)
    return ""


def _asked(services: "Services", task: Task) -> Sent:
    sent = services.rosters.get(task.about["list"])
    if sent is None or sent.account != task.account:
        raise _gone()
    return sent


def _sheet(services: "Services", sent: Sent) -> Path:
    place = services.rosters.sheet(sent)
    if place is None:
        raise _gone()
    return place


def _gone() -> ToolError:
    return ToolError("roster.gone", "the list is not kept any more")


def _wanted(services: "Services", sent: Sent, tell: Tell, step: str) -> Wanted:
    """How the list is read, telling `tell` now and then."""
    return Wanted(
        full=sent.full, day=sent.day, zone=services.zone,
        reads=_counted(lambda done: tell(READ, done), TOLD_EVERY),
        applies=lambda whole: _counted(lambda done: tell(step, done, whole), 1),
    )  # fmt: skip


def _counted(tell: Callable[[int], object], every: int) -> Callable[[int], None]:
    """Adds up what it hears, and tells the sum whenever another `every` are full."""
    done = told = 0

    def hear(more: int) -> None:
        nonlocal done, told
        done += more
        if done - told >= every:
            told = done
            tell(done)

    return hear
