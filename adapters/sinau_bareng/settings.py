"""The settings of the comparison: the cap of one person's JP, how small is too small, and whether sheets are ranked."""

from dataclasses import dataclass

from adapters.errors import AdapterError
from adapters.remote import Connection
from adapters.tables import YES
from xapi.audit.rule_set import RuleSet
from xapi.audit.rules import load_rules
from xapi.sheet_numbers import decimal_of

MOST_CAP = 2000
MOST_SMALL = 10_000


@dataclass(frozen=True, slots=True)
class Choices:
    """`cap` in hundredths of a JP (None: the target of each status), `small` in employees, and `sheets`."""

    cap: int | None
    small: int
    sheets: bool


def choices_of(connection: Connection) -> Choices:
    """The settings as numbers; raises AdapterError `sinau.setting` for one that is none."""
    cap = _number(connection, "cap", MOST_CAP)
    small = _number(connection, "small", MOST_SMALL)
    sheets = connection.options.get("sheets", "").strip().casefold() in YES
    return Choices(None if cap is None else int(cap * 100), int(small or 0), sheets)


def rules_of(connection: Connection) -> RuleSet:
    """The rules of the institution that compares."""
    return connection.rules or load_rules()


def _number(connection: Connection, name: str, most: int) -> float | None:
    text = connection.options.get(name, "").strip()
    if not text:
        return None
    number = decimal_of(text)
    if number is None or not 0 < number <= most:
        raise AdapterError("sinau.setting", name, name=name, value=text[:20], most=most)
    return float(number)
