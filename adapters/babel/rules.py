"""The rule by which a form of learning is paid on a day, as this institution has it."""

from datetime import date
from functools import lru_cache

from adapters.remote import Connection
from xapi.audit.rule_set import FormRule, RuleSet
from xapi.audit.rules import load_rules


def rule_of(form: str, day: date, connection: Connection) -> FormRule | None:
    """The rule of `form`, a slug, on `day`; None where there is none."""
    edition = (connection.rules or _published()).at(day.year * 10000 + day.month * 100 + day.day)
    return edition.form(form) if edition else None


@lru_cache(maxsize=1)
def _published() -> RuleSet:
    return load_rules()
