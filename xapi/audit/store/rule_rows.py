"""The rules as rows of the ledger, for the SQL files to join."""

from collections.abc import Iterator

from xapi.audit.rule_edition import ROUND_ADD
from xapi.audit.rule_set import RuleSet

FORM_COLUMNS = (
    "institution", "form", "valid_from", "valid_to", "national_jp", "national_per_day", "international_jp",
    "international_per_day", "international_percent", "round_add", "day_cap", "day_cap_international", "day_cap_group",
    "day_cap_scope", "month_cap", "month_cap_group", "month_cap_scope", "jalur", "bkn", "share",
)  # fmt: skip
TARGET_COLUMNS = ("institution", "status", "year", "minimum", "maximum")


def form_rows(institution: str, rules: RuleSet) -> Iterator[tuple[object, ...]]:
    """Every form of every edition, in order of FORM_COLUMNS."""
    for edition in rules.editions:
        for form in edition.forms.values():
            yield (
                institution,
                form.slug,
                edition.valid_from,
                edition.valid_to,
                form.national_jp,
                int(form.national_per_day),
                form.international_jp,
                int(form.international_per_day),
                form.international_percent,
                ROUND_ADD[edition.settings.rounding],
                form.day_cap,
                form.day_cap_international,
                form.day_cap_group,
                form.day_cap_scope,
                form.month_cap,
                form.month_cap_group,
                form.month_cap_scope,
                form.jalur,
                form.bkn,
                form.share,
            )


def target_rows(institution: str, rules: RuleSet, year: int) -> Iterator[tuple[object, ...]]:
    """The targets of `year`, in order of TARGET_COLUMNS."""
    edition = rules.of_year(year)
    for status in edition.targets:
        target = edition.target(status, year)
        yield institution, status, year, target.minimum, target.maximum
