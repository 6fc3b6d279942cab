"""The people store: who the pseudonyms in the LRS are, with their NIPs, LMS accounts and employments."""

from typing import TYPE_CHECKING

from xapi.people.person import Employee, Resolution, RosterEntry, Waiting
from xapi.people.roster import ImportReport, import_roster, read_roster

if TYPE_CHECKING:
    from xapi.people.store.people import PeopleStore

__all__ = [
    "Employee",
    "ImportReport",
    "PeopleStore",
    "Resolution",
    "RosterEntry",
    "Waiting",
    "import_roster",
    "read_roster",
]


def __getattr__(name: str) -> object:
    """Who reads a roster alone does not load the databases."""
    if name == "PeopleStore":
        from xapi.people.store.people import PeopleStore

        return PeopleStore
    raise AttributeError(f"module 'xapi.people' has no attribute {name!r}")
