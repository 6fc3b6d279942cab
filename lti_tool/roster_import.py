"""Takes a list of employees into the people store, the same for the command and for the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xapi.people.roster import ImportReport, Roster, Wanted, import_roster, open_roster
from xapi.sheet_layout import Layout

if TYPE_CHECKING:
    from lti_tool.services import Services


def take_roster(
    services: "Services", path: Path, layout: Layout, wanted: Wanted, decided_by: str
) -> tuple[Roster, ImportReport]:
    """Brings the people store to what the list in `path` says, as `import_roster` does.

    What was written is noted in the record of processing, and the layout is remembered for the next list with the same
    headers. Raises SheetError and PeopleError as `open_roster` and `import_roster`; nothing is then written.
    """
    people = services.people
    roster = open_roster(path, layout, people.layouts.find)
    report = import_roster(people, roster, services.clock(), wanted)
    if report.written and (roster.layout.columns or roster.layout.fixed):
        people.layouts.remember(roster.mark, roster.layout, services.clock())
    if report.written and not report.nothing_new:
        _note(services, report, decided_by)
    return roster, report


def numbers_of(report: ImportReport, names: Sequence[str] = ("added", "changed", "left")) -> str:
    """The counts of a report as a log keeps them."""
    return " ".join(f"{name}={getattr(report, name)}" for name in names)


def _note(services: "Services", report: ImportReport, decided_by: str) -> None:
    """A new list is processing of everyone in it, so the record of processing says when (UU 27/2022 art. 31)."""
    services.people.subjects.note("import", services.clock(), basis=services.settings.privacy.legal_basis,
                                  decided_by=decided_by, detail=numbers_of(report))  # fmt: skip
