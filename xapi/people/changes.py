"""Reads what is to be set right about a person, as it is typed: `name=Siti Aminah`, `status=PPPK`."""

from collections.abc import Sequence

from xapi.people.layouts import TITLES
from xapi.people.roster_cells import status_of
from xapi.sheet_layout import read_pairs

CORRECTABLE = ("name", "nip", "opd", "status", "position", "grade", "unit", "unit_code")


def read_changes(texts: Sequence[str]) -> dict[str, str]:
    """The changes by field. Raises SheetError for another field or an empty value, PeopleError for an unknown
    status."""
    changes = {name: " ".join(value.split()) for name, value in read_pairs(texts, CORRECTABLE, TITLES).items()}
    if "status" in changes:
        changes["status"] = status_of(changes["status"])
    return changes
