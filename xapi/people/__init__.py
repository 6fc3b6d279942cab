"""The people store: who the pseudonyms in the LRS are, with their NIPs, LMS accounts and employments."""

from xapi.people.person import Employee, Resolution, RosterEntry, Waiting
from xapi.people.roster import ImportReport, import_roster, read_roster
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
