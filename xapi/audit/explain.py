"""Says in plain words, with rule cell and version, how one credit was converted and why it was reduced."""

from collections.abc import Iterator, Mapping

import msgspec

from xapi.audit.rule_set import Cell, Edition, FormRule, RuleSet
from xapi.audit.words import N_, UNITS, number, word
from xapi.words import translate

TEXTS: Mapping[str, str] = {
    "declared": N_("%(form)s: JP sesuai yang dinyatakan, %(raw)s JP"),
    "percent": N_(
        "%(form)s, internasional: JP yang dinyatakan %(raw)s ditambah %(percent)s%% menjadi %(converted)s JP"
    ),
    "fixed": N_("%(form)s: %(pay)s JP per %(unit)s, menjadi %(converted)s JP"),
    "fixed days": N_("%(form)s: %(pay)s JP per %(unit)s × %(days)s %(unit)s, menjadi %(converted)s JP"),
    "day cap": N_("Batas %(cap)s JP per hari: dari %(converted)s JP tersisa %(capped)s JP"),
    "day cap days": N_("Batas %(cap)s JP per hari × %(days)s hari: dari %(converted)s JP tersisa %(capped)s JP"),
    "month cap": N_("Batas %(times)s kali per bulan sudah tercapai: tidak dihitung"),
    "year cap": N_("Batas %(maximum)s JP setahun untuk status %(status)s: diterima %(accepted)s JP"),
}
_KEYS = ("raw", "converted", "capped", "accepted", "pay", "cap", "maximum")


class Step(msgspec.Struct, frozen=True):
    """One conversion or reduction: what was done, by which cell, of which file, and how sure the cell is."""

    kind: str
    values: dict[str, int | str]
    form_id: str
    form_en: str
    cell: str
    layer: str
    edition: str
    source: tuple[str, ...] = ()
    confidence: str = ""
    unconfirmed: bool = False

    def text(self, language: str) -> str:
        """The step in words, with the cell and the file it stands in."""
        return f"{self.words(language)} [{self.place(language)}]"

    def words(self, language: str) -> str:
        """The step in words alone."""
        say: dict[str, object] = {
            key: number(int(value), language) if key in _KEYS else value for key, value in self.values.items()
        }
        say["form"] = self.form_id if language == "id" else self.form_en
        say["unit"] = word(UNITS, str(self.values.get("unit", "")), language)
        return translate("xapi", language, TEXTS[self.kind], say)

    def place(self, language: str) -> str:
        """The cell and the file of the rule, and whether a regulation has set it."""
        where = {"cell": self.cell, "layer": self.layer}
        if self.unconfirmed:
            return translate("xapi", language, "%(cell)s, %(layer)s, belum ditetapkan peraturan", where)
        return f"{self.cell}, {self.layer}"


def steps_of(credit: Mapping[str, object], rules: RuleSet, status: str) -> Iterator[Step]:
    """The steps from declared to accepted JP of a credit as the ledger holds it, for an employee of `status`."""
    edition = rules.at(int(str(credit["day"])))
    form = edition.forms.get(str(credit["form"])) if edition else None
    if edition is None or form is None:
        return
    yield _conversion(credit, edition, form)
    fate = credit["fate"]
    converted, capped, accepted = (int(str(credit[key])) for key in ("converted", "capped", "accepted"))
    if fate == "month cap":
        yield _step("month cap", "month_cap", edition, form, times=form.month_cap or 0)
    if capped < converted and fate in {"day cap", "year cap"}:
        yield _day_cap(credit, edition, form)
    if accepted < capped:
        year = int(str(credit["year"]))
        target = rules.of_year(year).target(status, year)
        yield _maximum(rules.of_year(year), form, status, year, maximum=target.maximum or 0, accepted=accepted)


def _conversion(credit: Mapping[str, object], edition: Edition, form: FormRule) -> Step:
    abroad = bool(credit["international"])
    column = "international" if abroad else "national"
    fixed = form.international_jp if abroad else form.national_jp
    per_day = form.international_per_day if abroad else form.national_per_day
    raw, converted, days = (int(str(credit[key])) for key in ("raw_jp", "converted", "days"))
    if fixed is None:
        kind = "percent" if abroad and form.international_percent else "declared"
        return _step(kind, column, edition, form, raw=raw, converted=converted, percent=form.international_percent)
    unit = form.unit_paid(international=abroad)
    kind = "fixed days" if per_day and days > 1 else "fixed"
    return _step(kind, column, edition, form, pay=fixed, days=days, unit=unit, converted=converted)


def _day_cap(credit: Mapping[str, object], edition: Edition, form: FormRule) -> Step:
    abroad, days = bool(credit["international"]), int(str(credit["cap_days"]))
    cap = form.day_cap_international if abroad else form.day_cap
    own_cell = abroad and any(c.path == f"bentuk.{form.slug}.day_cap_international" for c in edition.cells)
    column = "day_cap_international" if own_cell else "day_cap"
    converted, capped = int(str(credit["converted"])), int(str(credit["capped"]))
    kind = "day cap days" if days > 1 else "day cap"
    return _step(kind, column, edition, form, cap=cap or 0, days=days, converted=converted, capped=capped)


def _maximum(edition: Edition, form: FormRule, status: str, year: int, **values: int) -> Step:
    special = f"target.{status}.year.{year}.maximum"
    path = special if any(cell.path == special for cell in edition.cells) else f"target.{status}.maximum"
    return _made("year cap", path, edition, form, {**values, "status": status})


def _step(kind: str, column: str, edition: Edition, form: FormRule, **values: int | str) -> Step:
    return _made(kind, f"bentuk.{form.slug}.{column}", edition, form, values)


def _made(kind: str, path: str, edition: Edition, form: FormRule, values: Mapping[str, int | str]) -> Step:
    cell = next((cell for cell in edition.cells if cell.path == path), Cell(path=path, value="", layer=edition.version))
    return Step(
        kind=kind,
        values=dict(values),
        form_id=form.title_id,
        form_en=form.title_en,
        cell=path,
        layer=cell.layer,
        edition=edition.version,
        source=cell.source,
        confidence=cell.confidence,
        unconfirmed=cell.unconfirmed,
    )
