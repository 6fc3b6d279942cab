"""Writes docs/reference/aturan-jp.md from the published rule table: `python -m xapi.audit.rule_page`."""

import sys
from collections.abc import Iterator

from xapi.audit.rule_set import Cell, Edition, FormRule, RuleSet
from xapi.audit.rules import load_rules
from xapi.audit.words import number

INTRODUCTION = """\
# Aturan JP

The table by which Jampel turns a record into JP (jam pelajaran). This page is written from the table itself
(`xapi/audit/tables/`) by `python -m xapi.audit.rule_page`; a test keeps the two the same.

**Please compare before relying on it.** The annex of Peraturan LAN 10/2018 (BN 1127/2018) was not seen; the values come
from copies of it, listed below, which disagree in places. Cells marked **setting** are not settled by any rule that was
found: the value here is the careful one, every report lists them, and an institution can change them.

Confidence: H two or more independent sources, M one good source, L one weak source or a policy of this table.

## How a credit becomes accepted JP

1. **Raw JP** is what the record declares.
2. **Converted JP** is what the form pays: its fixed value per event or day, or the declared JP, with the addition
   for an international activity.
3. **JP after caps**: the same activity counts once a year, then the same certificate number once a year, always the
   earliest record; then the caps of the month and of the day. A cap holds for a group of forms and for the person (or
   for each activity of the person, where the scope says `activity`). A record that declares n days may use the day
   cap n times. The cap that applies to a record is its own form's; what came earlier that day in the
   group is deducted first.
4. **Accepted JP**: what the yearly maximum of the status leaves. Only records whose review is *Disetujui* come this
   far. *Ditinjau* and *Perbaikan* count as zero and stand in a column of their own.

A record of a learner's package or of an attendance sheet begins as *Ditinjau*. It never adds JP by itself: a validator
approves it, or the LMS's own record of the same activity and person counts in its place.

Not supported by any cell, because no rule was found: half days (an event counts in whole days) and carrying JP over to
the next year.

## Changing a value

Put a layer beside `jampel.toml` and name it in the settings of the institution. Only the cells that differ are written;
an unknown key or form is refused with its file and line.

```toml
format = 1
name = "pemprov-contoh"
version = "2026.1"
valid_from = 2026-01-01        # optional, as is valid_to

[sources]
SK = "Keputusan Kepala BKPSDM 12/2026"

[settings]
time_zone = { value = "Asia/Makassar" }

[bentuk.e-learning]
day_cap_international = { jp = 4, source = ["SK"], confidence = "M" }

[bentuk.coaching]              # coaching and mentoring share one maximum
month_cap = { kali = 2, group = "pendampingan" }
[bentuk.mentoring]
month_cap = { kali = 2, group = "pendampingan" }

[target.PPPK.year.2027]
minimum = { jp = 24 }
```
"""


def page(rules: RuleSet) -> str:
    """The reference page of the newest edition of `rules`, in Markdown."""
    edition = rules.editions[-1]
    return "\n".join([INTRODUCTION, *_table(edition), "", *_cells(edition), "", *_sources(rules)]) + "\n"


def _table(edition: Edition) -> Iterator[str]:
    yield f"## The table: {edition.version}, in force from {_date(edition.valid_from)}"
    yield ""
    yield "| `bentuk` | Nama | BPS | BKN | Jalur | Satuan | Nasional | Internasional | Batas |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for form in edition.forms.values():
        yield (
            f"| `{form.slug}` | {form.title_id} | {form.bps or '–'} | {form.bkn or '–'} | {form.jalur} | {form.unit} |"
            f" {_national(form)} | {_international(form)} | {_caps(form)} |"
        )


def _cells(edition: Edition) -> Iterator[str]:
    yield "## Every cell and its source"
    yield ""
    yield "| Cell | Value | Sources | Confidence | Note |"
    yield "|---|---|---|---|---|"
    for cell in edition.cells:
        yield f"| `{cell.path}` | {cell.value} | {', '.join(cell.source)} | {cell.confidence} | {_note(cell)} |"


def _sources(rules: RuleSet) -> Iterator[str]:
    yield "## Sources"
    yield ""
    for key, text in rules.sources.items():
        yield f"- **{key}**: {text}"


def _note(cell: Cell) -> str:
    return ("**setting**" + (": " if cell.note else "") if cell.unconfirmed else "") + cell.note


def _national(form: FormRule) -> str:
    return "sesuai JP" if form.national_jp is None else f"{number(form.national_jp, 'id')} JP"


def _international(form: FormRule) -> str:
    if form.international_jp is not None:
        return f"{number(form.international_jp, 'id')} JP"
    return f"+ {form.international_percent}%" if form.international_percent else "sesuai JP"


def _caps(form: FormRule) -> str:
    caps = []
    if form.day_cap is not None:
        caps.append(f"{number(form.day_cap, 'id')} JP/hari")
    if form.day_cap_international not in {None, form.day_cap}:
        caps.append(f"internasional {number(form.day_cap_international or 0, 'id')} JP/hari")
    if form.month_cap is not None:
        caps.append(f"{form.month_cap} kali/bulan")
    return ", ".join(caps) or "–"


def _date(day: int) -> str:
    return f"{day // 10000}-{day // 100 % 100:02d}-{day % 100:02d}"


if __name__ == "__main__":
    sys.stdout.write(page(load_rules()))
