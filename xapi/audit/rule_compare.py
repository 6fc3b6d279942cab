"""Compares two rule sets cell by cell: what differs, on which days, and what it means in words."""

import itertools
from collections.abc import Iterator, Sequence

import msgspec

from xapi.audit.report_columns import Column
from xapi.audit.report_formats import csv_of
from xapi.audit.rule_dates import after, before, written
from xapi.audit.rule_edition import ROUND_ADD
from xapi.audit.rule_files import FIRST_DAY, LAST_DAY
from xapi.audit.rule_set import Cell, Edition, RuleSet
from xapi.audit.rule_words import example, facts
from xapi.audit.words import N_
from xapi.words import DEFAULT_LANGUAGE, translate

COLUMNS = (
    Column("path", N_("Sel"), "text"),
    Column("before", N_("Sebelum"), "text"),
    Column("after", N_("Sesudah"), "text"),
    Column("valid_from", N_("Mulai"), "text"),
    Column("valid_to", N_("Sampai"), "text"),
    Column("meaning", N_("Artinya"), "text"),
)


class Difference(msgspec.Struct, frozen=True):
    """One cell that differs from `valid_from` to `valid_to` (`yyyymmdd`, inclusive), its values in words.

    `…_layer` is the file that gives the value (empty when a rule set lacks the cell), `…_unconfirmed` whether no rule
    settles it there.
    """

    path: str
    before: str
    after: str
    before_layer: str
    after_layer: str
    before_unconfirmed: bool
    after_unconfirmed: bool
    valid_from: int
    valid_to: int
    meaning: str


def compare(one: RuleSet, other: RuleSet, language: str = DEFAULT_LANGUAGE) -> tuple[Difference, ...]:
    """What holds in `other` and not in `one`, by day and cell; empty when both count alike and are as sure.

    A day on which only one of them has a table is one difference, of the path `table`.
    """
    found: dict[str, list[Difference]] = {}
    for first, last in _stretches(one, other):
        for difference in _on(one.at(first), other.at(first), first, last, language):
            same = found.setdefault(difference.path, [])
            if same and _continues(same[-1], difference):
                same[-1] = msgspec.structs.replace(same[-1], valid_to=last)
            else:
                same.append(difference)
    return tuple(sorted(itertools.chain.from_iterable(found.values()), key=lambda d: (d.valid_from, d.path)))


def rows_of(differences: Sequence[Difference]) -> list[dict[str, object]]:
    """The differences as plain values, days as people write them."""
    return [
        {**msgspec.structs.asdict(one), "valid_from": written(one.valid_from), "valid_to": _last(one.valid_to)}
        for one in differences
    ]


def csv_of_differences(differences: Sequence[Difference], language: str = DEFAULT_LANGUAGE) -> str:
    """The differences as CSV, headers in `language`."""
    return csv_of(COLUMNS, rows_of(differences), language)


def _last(day: int) -> str:
    return "" if day >= LAST_DAY else written(day)


def _stretches(one: RuleSet, other: RuleSet) -> Iterator[tuple[int, int]]:
    """Stretches of days in which neither rule set changes."""
    every = [edition for rules in (one, other) for edition in rules.editions]
    borders = {edition.valid_from for edition in every} | {after(edition.valid_to) for edition in every}
    for first, border in itertools.pairwise(sorted(borders | {LAST_DAY + 1} - {FIRST_DAY})):
        yield first, before(border)


def _continues(earlier: Difference, later: Difference) -> bool:
    if after(earlier.valid_to) != later.valid_from:
        return False
    return msgspec.structs.replace(earlier, valid_from=later.valid_from, valid_to=later.valid_to) == later


def _on(one: Edition | None, other: Edition | None, first: int, last: int, language: str) -> Iterator[Difference]:
    if one is None or other is None:
        if one is not other:
            yield _whole_table(one, other, first, last, language)
        return
    old, new = facts(one, language), facts(other, language)
    old_cells, new_cells = _by_path(one), _by_path(other)
    for path in dict.fromkeys([*old, *new]):
        was, now = old_cells.get(path), new_cells.get(path)
        if old.get(path) == new.get(path) and _open(was) == _open(now):
            continue
        yield Difference(
            path=path,
            before=old.get(path, ""),
            after=new.get(path, ""),
            before_layer=was.layer if was else "",
            after_layer=now.layer if now else "",
            before_unconfirmed=_open(was),
            after_unconfirmed=_open(now),
            valid_from=first,
            valid_to=last,
            meaning=_meaning(path, one, other, changed=old.get(path) != new.get(path), language=language),
        )


def _whole_table(one: Edition | None, other: Edition | None, first: int, last: int, language: str) -> Difference:
    none = translate("xapi", language, "tidak ada tabel")
    return Difference(
        path="table",
        before=one.version if one else none,
        after=other.version if other else none,
        before_layer=one.version if one else "",
        after_layer=other.version if other else "",
        before_unconfirmed=False,
        after_unconfirmed=False,
        valid_from=first,
        valid_to=last,
        meaning=translate("xapi", language, "Kegiatan pada hari tanpa tabel tidak dihitung dan masuk daftar temuan."),
    )


def _by_path(edition: Edition) -> dict[str, Cell]:
    return {cell.path: cell for cell in edition.cells}


def _open(cell: Cell | None) -> bool:
    return cell is not None and cell.unconfirmed


def _meaning(path: str, one: Edition, other: Edition, *, changed: bool, language: str) -> str:
    """What a difference at `path` does, in a sentence."""
    if not changed:
        return translate("xapi", language, "Nilainya tetap; yang berubah hanya apakah nilainya sudah ditetapkan.")
    section, name, *rest = path.split(".")
    if section == "bentuk" and rest and rest[-1] in {"national", "international"}:
        return _pay_meaning(name, rest[-1] == "international", one, other, language)
    if section == "bentuk":
        kinds = {"day_cap": "cap", "day_cap_international": "cap", "month_cap": "cap", "unit": "unit"}
        return translate("xapi", language, MEANINGS[kinds.get(rest[-1], "label")])
    if section == "target":
        return translate("xapi", language, MEANINGS["maximum" if rest[-1] == "maximum" else "minimum"])
    return translate("xapi", language, MEANINGS[section] if section == "review" else _SETTINGS.get(name, _SAID))


def _pay_meaning(slug: str, international: bool, one: Edition, other: Edition, language: str) -> str:
    old, new = one.forms.get(slug), other.forms.get(slug)
    if old is None or new is None:
        return translate("xapi", language, MEANINGS["form"])
    texts = [
        example(form, ROUND_ADD[edition.settings.rounding], language, international=international)
        for form, edition in ((old, one), (new, other))
    ]
    say = {"before": texts[0], "after": texts[1]}
    return translate("xapi", language, "Contoh sebelum batas: %(before)s; sesudahnya %(after)s.", say)


MEANINGS = {
    "cap": N_("JP di atas batas tidak dihitung; batas yang lebih rendah mengurangi JP setelah batas."),
    "label": N_("Nama, kode, atau penggolongan bentuk; tidak mengubah JP yang dihitung."),
    "unit": N_("Satuan yang dibayar; akibatnya ada pada nilai nasional dan internasional bentuk ini."),
    "form": N_("Bentuk hanya ada di salah satu tabel; catatannya di tabel lain masuk daftar temuan."),
    "minimum": N_("Pegawai terpenuhi bila JP diterima mencapai angka ini."),
    "maximum": N_("JP diterima setahun berhenti di angka ini."),
    "review": N_("Status awal catatan dari sumber ini; hanya Disetujui yang dihitung."),
}
_SETTINGS = {
    "minutes_per_jp": N_("Dipakai anomali JP lebih banyak daripada waktunya; tidak mengubah JP yang dihitung."),
    "year_attribution": N_("Kegiatan yang melewati 31 Desember pindah tahun."),
    "rounding": N_("Tambahan persen dibulatkan lain, sampai seperseratus JP."),
    "webinar_form": N_("Catatan webinar dibayar sebagai bentuk ini."),
    "day_cap_times_days": N_("Batas harian bagi catatan beberapa hari dikalikan harinya atau tidak."),
    "time_zone": N_("Hari, bulan, dan tahun kegiatan dihitung di zona ini."),
    "bulk_threshold": N_("Dipakai anomali penyelesaian serentak; tidak mengubah JP yang dihitung."),
}
_SAID = N_("Kebijakan yang ditulis pada laporan; tidak mengubah JP yang dihitung.")
