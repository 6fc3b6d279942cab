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

**Dalam bahasa Indonesia.** Halaman ini ditulis dari tabel konversi yang dipakai Jampel. Lampiran Peraturan LAN 10/2018 sendiri belum
terlihat; nilainya dari salinan yang disebut di bawah, yang berbeda di beberapa tempat: bandingkan dulu sebelum diandalkan. Sel bertanda
**setting** belum ditetapkan peraturan mana pun; yang dipakai ialah nilai yang hati-hati, tercantum di setiap laporan, dan dapat diubah instansi.
JP asli dikonversi menurut bentuknya; kegiatan dan nomor sertifikat yang sama dihitung sekali setahun, yang terawal; lalu batas bulan dan hari;
lalu batas tahun menurut status. Hanya yang *Disetujui* diterima. `jampel audit rules show` menampilkan tabel ini dalam bahasa Indonesia.

## How a credit becomes accepted JP

1. **Raw JP** is what the record declares.
2. **Converted JP** is what the form pays: its fixed value per event, day, month or semester, or the declared JP, with
   the addition for an international activity.
3. **JP after caps**: the same activity counts once a year, then the same certificate number once a year, always the
   earliest record; then the caps of the month and of the day. A cap holds for a group of forms and for the person (or
   for each activity of the person, where the scope says `activity`). A record that declares n days may use the day
   cap n times. The cap that applies to a record is its own form's; what came earlier that day in the
   group is deducted first.
4. **Accepted JP**: what the yearly maximum of the status leaves. Only records whose review is *Disetujui* come this
   far. *Ditinjau* and *Perbaikan* count as zero and stand in a column of their own.

A record of a learner's package or of an attendance sheet begins as *Ditinjau*. It never adds JP by itself: a validator
approves it, or the LMS's own record of the same activity and person counts in its place.

| `unit` | A fixed value is paid | A record says how many by | Without it |
|---|---|---|---|
| `jp` | never: the declared JP count | JP | – |
| `kali` | once | – (one record is one event) | 1 |
| `hari` | for each day | the extension `days`, column *Hari* of a sheet | 1 |
| `bulan` | for each month | the extension `quantity`, column *Semester atau bulan* | 1 |
| `semester` | for each semester | the extension `quantity`, column *Semester atau bulan* | 1 |

An international value is either fixed (`jp`, per `unit` of its own where it says one) or an addition: `percent` on top
of the national value, or with `of = "programme"` on top of the declared JP.

## What is not confirmed, and where it stands

| Matter | Where | The careful default |
|---|---|---|
| E-learning abroad: 4 or 3 JP a day | `bentuk.e-learning.day_cap_international` | 3 |
| Detasering abroad: 24 JP or the programme's JP + 20% | `bentuk.detasering.international` | 24 |
| Unit of coaching and mentoring abroad | `bentuk.coaching.international`, `bentuk.mentoring.international` | once per event |
| Tugas belajar and izin belajar: an addition of BPS | `bentuk.tugas-belajar.*`, `bentuk.izin-belajar.*` | 20 JP per semester |
| Bimbingan di tempat kerja: one source | `bentuk.bimbingan-di-tempat-kerja.*` | 2 JP, + 20%, 2 a month |
| Whether coaching and mentoring share a maximum | `group` of their `month_cap` | one each |
| Whether 3 JP a day limits the person or the activity | `scope` of `bentuk.e-learning.day_cap` | the person |
| Several days in one record and the day cap | `settings.day_cap_times_days` | once for each day |
| Rounding of + 20% | `settings.rounding` | down, to a hundredth of a JP |
| Webinars | `settings.webinar_form` | paid as a seminar |
| The year of an event across 31 December | `settings.year_attribution` | that of its end |
| Maximum of a PPPK, part-time PPPK, CPNS | `target.*` | see the table below |
| How records of each source begin | `review.*` | packages, sheets and other systems wait |
| Completions in one second that are suspicious | `settings.bulk_threshold` | 20 |
| Carrying JP over | `settings.carry_over` | never; no other choice |
| Half days | `settings.half_days` | refused, a finding; no other choice |
| Two events at once | `settings.overlap` | flagged, never deducted; no other choice |
| What "international" means: place, organiser, participants | `settings.international` | what the record declares; no other choice |
| Who validates, in what role | `settings.validators` | recorded, none demanded; no other choice |
| Which evidence a form needs | `settings.missing_evidence` | flagged, never deducted; no other choice |
| A fixed form that declares another value | `settings.fixed_jp` | the table's value; no other choice |
| The same activity or certificate again | `settings.same_activity`, `settings.same_certificate` | once a year; no other choice |
| Unit and status of a person in a year | `settings.roster_day` | those of 31 December; no other choice |
| Contract year of a PPPK | `settings.pppk_year` | the calendar year; no other choice |
| 70-20-10 as a duty of a person | `settings.shares`, `share` of each form | information only; no other choice |
| Whether a later rule replaced LAN 10/2018 or 15/2020 | – | this table until one is published; it has no last day |
| Sanctions below the target; weights of the IP ASN; retention of records | – | not computed here |

A setting with no other choice states what Jampel does. It stands on every report all the same, so that nobody has to
guess; a layer that asks for something else is refused rather than silently ignored.

## Versions

A published table is never edited: a test holds the SHA-256 of each. A correction is a table of a new version beside the
old one, the newest is used, and every ledger and report names the version and the hash of the rules that made it.
`[institution] rules_table = "lan-10-2018 1.0.0"` in `jampel.toml` keeps an older one. A table without `valid_to` is in
force until the next begins; tables that overlap or leave a gap are refused.

## Changing a value

Write a layer: only the cells that differ. Put it beside `jampel.toml` and name it under `[institution] rules`, or take
it into use with `jampel audit rules adopt FILE` or on the page *Audit → Aturan*.

```toml
format = 1
name = "pemprov-contoh"
version = "2026.1"
level = "instansi"             # or "induk": the layer of the province or ministry above the institution
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

[target.PPPK]
maximum = { none = true }      # no maximum; a cap is taken away the same way
```

To change a layer in use, adopt it under a higher `version`; to take it away, adopt a version without cells.

The national table comes first, then layers of level `induk`, then those of level `instansi`; the later one wins, cell
by cell. Two layers of one level may not say the same cell for the same days. A value that a layer gives counts as
settled, unless the layer says `unconfirmed = true`. Statuses under `target` are the institution's own words, as its
roster writes them; forms, sources of evidence and settings are those of the national table.

A file is UTF-8 (a byte order mark and Windows line ends are fine), at most 1 MB. Whatever is wrong is told with file,
line, column and what to do, all of it at once, and changes nothing: unknown keys with the one that was probably meant, values
out of range, a cap that differs within its group, dates that contradict each other, a source that `[sources]` does not
explain.

`check` takes whole sets. A file without a `level` that gives six settings or more is taken for a national table; where there is
none, the layers lie over the published ones. In a folder, each folder inside is one institution: its files are laid over
those of the folders above it, and say nothing to the folders beside it. In a set, versions of one layer must follow each
other: a gap between them, days that both claim, and one name and version in two files are told too. At most 500 files.

| Command | |
|---|---|
| `jampel audit rules check [FILE…]` | all faults of layers, national tables and folders together; without FILE of the published tables and the layers in use; exit 1 when there are any; `--json` |
| `jampel audit rules show [--year Y] [--open]` | every cell in words, with source and confidence; `--format csv`, `--json` |
| `jampel audit rules compare A B` | cell by cell, and what it means; each a file, a published table (`lan-10-2018@1.0.0`) or `dipakai`; `--format csv`, `--json` |
| `jampel audit rules try FILE [--year Y]` | who and which OPD would change, counted on the side; `--format csv` (the people), `--json` |
| `jampel audit rules adopt FILE` | takes the layer into use and writes the log; what it replaces is kept as `.lama` |
"""  # noqa: E501 - rows of a table


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
