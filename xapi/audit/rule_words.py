"""Says in words what each cell of an edition means, and what it pays: for tables, comparisons and pages."""

from collections.abc import Iterator, Mapping

from xapi.audit.rule_set import Edition, FormRule, SourceRule, Target
from xapi.audit.words import N_, UNITS, number, word
from xapi.words import translate

SCOPES: Mapping[str, str] = {"person": N_("per orang"), "activity": N_("per orang dan kegiatan")}
SHARES: Mapping[str, str] = {
    "formal": N_("formal (10)"),
    "social": N_("sosial (20)"),
    "experiential": N_("pengalaman (70)"),
    "": N_("tidak disebut"),
}
EXAMPLE_JP, EXAMPLE_UNITS = 1000, 2


def facts(edition: Edition, language: str) -> dict[str, str]:
    """What holds in `edition`, in words, by the path of the cell that says it."""
    found: dict[str, str] = {}
    for name in edition.settings.__struct_fields__:
        value = getattr(edition.settings, name)
        found[f"settings.{name}"] = str(value).lower() if isinstance(value, bool) else str(value)
    for name, rule in edition.sources.items():
        found[f"review.{name}"] = _source(rule, language)
    for form in edition.forms.values():
        found |= {f"bentuk.{form.slug}.{key}": text for key, text in _form(edition, form, language)}
    for status, target in edition.targets.items():
        found |= _target(f"target.{status}", target, language)
        for year, special in edition.targets_of_year.get(status, {}).items():
            found |= _target(f"target.{status}.year.{year}", special, language)
    return found


def pay(form: FormRule, raw_jp: int, units: int, round_add: int, *, international: bool) -> int:
    """The JP (hundredths) that `form` pays before caps for a record that declares `raw_jp` and `units`."""
    fixed = form.international_jp if international else form.national_jp
    if fixed is not None:
        return fixed * (units if form.counts_units(international=international) else 1)
    percent = form.international_percent if international else 0
    return raw_jp + (raw_jp * percent + round_add) // 100


def example(form: FormRule, round_add: int, language: str, *, international: bool) -> str:
    """What an ordinary record of `form` is paid, in words."""
    fixed = form.international_jp if international else form.national_jp
    say: dict[str, object] = {
        "pay": number(pay(form, EXAMPLE_JP, EXAMPLE_UNITS, round_add, international=international), language),
        "raw": number(EXAMPLE_JP, language),
        "units": EXAMPLE_UNITS,
        "unit": word(UNITS, form.unit_paid(international=international), language),
    }
    if fixed is None:
        return translate("xapi", language, "catatan %(raw)s JP dibayar %(pay)s JP", say)
    if form.counts_units(international=international):
        return translate("xapi", language, "catatan %(units)s %(unit)s dibayar %(pay)s JP", say)
    return translate("xapi", language, "satu kegiatan dibayar %(pay)s JP", say)


def _form(edition: Edition, form: FormRule, language: str) -> Iterator[tuple[str, str]]:
    yield "title", form.title(language)
    yield "unit", word(UNITS, form.unit, language)
    yield "jalur", form.jalur
    yield "bps", form.bps or "–"
    yield "bkn", str(form.bkn or "–")
    yield "share", word(SHARES, form.share, language)
    yield "national", _pay(form, language, international=False)
    yield "international", _pay(form, language, international=True)
    if form.day_cap is not None or _has(edition, form, "day_cap"):
        yield "day_cap", _cap(form.day_cap, form.day_cap_group, form.day_cap_scope, language, "day")
    if form.day_cap_international != form.day_cap or _has(edition, form, "day_cap_international"):
        yield (
            "day_cap_international",
            _cap(form.day_cap_international, form.day_cap_group, form.day_cap_scope, language, "day"),
        )
    if form.month_cap is not None or _has(edition, form, "month_cap"):
        yield "month_cap", _cap(form.month_cap, form.month_cap_group, form.month_cap_scope, language, "month")


def _has(edition: Edition, form: FormRule, column: str) -> bool:
    return any(cell.path == f"bentuk.{form.slug}.{column}" for cell in edition.cells)


def _pay(form: FormRule, language: str, *, international: bool) -> str:
    fixed = form.international_jp if international else form.national_jp
    if fixed is not None:
        unit = word(UNITS, form.unit_paid(international=international), language)
        return translate("xapi", language, "%(jp)s JP per %(unit)s", {"jp": number(fixed, language), "unit": unit})
    if international and form.international_percent:
        say = {"percent": form.international_percent}
        return translate("xapi", language, "JP yang dinyatakan + %(percent)s%%", say)
    return translate("xapi", language, "JP yang dinyatakan")


def _cap(cap: int | None, group: str, scope: str, language: str, kind: str) -> str:
    if cap is None:
        return translate("xapi", language, "tanpa batas")
    say = {
        "cap": number(cap, language) if kind == "day" else cap,
        "group": group,
        "scope": translate("xapi", language, SCOPES[scope]),
    }
    if kind == "day":
        return translate("xapi", language, "paling banyak %(cap)s JP sehari %(scope)s, kelompok %(group)s", say)
    return translate("xapi", language, "paling banyak %(cap)s kali sebulan %(scope)s, kelompok %(group)s", say)


def _source(rule: SourceRule, language: str) -> str:
    if rule.lms_match:
        return translate("xapi", language, "%(status)s, diganti catatan LMS yang cocok", {"status": rule.status})
    return rule.status


def _target(path: str, target: Target, language: str) -> dict[str, str]:
    most = target.maximum
    return {
        f"{path}.minimum": f"{number(target.minimum, language)} JP",
        f"{path}.maximum": translate("xapi", language, "tanpa batas")
        if most is None
        else f"{number(most, language)} JP",
    }
