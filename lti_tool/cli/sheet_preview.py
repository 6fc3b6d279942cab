"""Shows how a table was understood before anything of it is recorded: columns, first rows, sums, things to look at."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from rich.table import Table

from adapters.attendance import Attendance, Notes, counted_jp
from adapters.certificates import Matched
from adapters.table_files import TableFound, TableHeld
from adapters.taking import Survey
from lti_tool.cli.output import refused_cells, show_table
from lti_tool.console import TALK, say, words
from lti_tool.services import Services
from lti_tool.settings import preferred_language
from xapi.audit.report_formats import one_line
from xapi.audit.rule_set import FormRule, RuleSet
from xapi.audit.words import number
from xapi.identity import mask_nip
from xapi.words import explain, translate

FIRST_ROWS = 10
FEW = 5  # notes of one kind, and strange files, that are told one by one


def show_found(found: TableFound, *, full: bool) -> None:
    """Which layout and worksheet it is, and which column is what; what nobody sees in the file is said."""
    language = preferred_language()
    say("Tata letak: %(title)s.", title=translate("adapters", language, found.title, {}))
    if found.beside:
        say("Dibaca: lembar kerja %(name)s. Tidak dibaca: %(others)s; pilih dengan --sheet.",
            name=found.sheet, others=", ".join(found.beside))  # fmt: skip
    if found.hidden:
        say("Lembar kerja %(name)s tersembunyi di berkasnya.", name=found.sheet)
    if found.hidden_rows:
        say("%(n)s baris tersembunyi di berkasnya ikut dibaca.", n=found.hidden_rows)
    if not full:
        return
    shown = Table()
    for heading in (words("Isi"), words("Kolom di berkas")):
        shown.add_column(heading)
    for name, header in found.headers.items():
        shown.add_row(f"{found.titles[name]} ({name})", one_line(header))
    for name, value in found.applied.fixed.items():
        shown.add_row(f"{found.titles[name]} ({name})", words("sama untuk semua: %(value)s", value=value))
    for header in found.unused:
        shown.add_row(words("tidak dipakai"), one_line(header))
    show_table(shown)


def show_rows(held: TableHeld, services: Services) -> None:
    """The first rows as they were understood, and the sums of each form."""
    language, known = preferred_language(), services.people.by_nips(_numbers(held.rows[:FIRST_ROWS]))
    shown = Table()
    for heading in (words("Baris"), "NIP", words("Orang"), words("Kegiatan"), words("Tanggal"), words("Bentuk"),
                    words("JP asli"), words("JP dihitung"), words("Sertifikat")):  # fmt: skip
        shown.add_column(heading, overflow="fold")
    for one in held.rows[:FIRST_ROWS]:
        fact = _facts(one, services.rules)
        who = words("dikenal") if one.nip and one.nip.digits in known else words("baru")
        event, certificate = one_line(one.event), one_line(one.certificate)
        shown.add_row(str(one.row), str(fact["nip"]), who, event, _dates(one), str(fact["form"]),
                      number(one.jp, language), _jp(fact["counted"], language), certificate)  # fmt: skip
    show_table(shown)
    for form, sums in _sums(held, services.rules).items():
        raw, counted = number(sums["raw"], language), number(sums["counted"], language)
        say("%(form)s: %(rows)s baris, JP asli %(raw)s, dihitung %(counted)s sebelum batas.",
            form=form, rows=sums["rows"], raw=raw, counted=counted)  # fmt: skip


def show_notes(held: TableHeld) -> None:
    """What is worth a look, the first of each kind; how many rows were left out, and why."""
    for notes, head in ((held.notes, words("Perlu dilihat")), (held.left_out, words("Dilewati"))):
        _show_notes(notes, head)


def _show_notes(notes: Notes, head: str) -> None:
    told: Counter[str] = Counter()
    for note, cell in zip(notes.kept, refused_cells(notes.kept), strict=True):
        told[note.code] += 1
        if told[note.code] <= FEW:
            say("%(head)s: baris %(row)s, kolom %(column)s: %(reason)s", head=head, **cell)
    for code, count in notes.counts.items():
        if count > FEW:
            say("… dan %(n)s lagi.", n=count - min(FEW, told[code]))


def show_certificates(matched: Matched) -> None:
    """How many rows have a certificate and by what it was found; the files that belong to nobody."""
    say("Sertifikat: %(file)s menurut kolom Berkas, %(certificate)s menurut nomor, %(nip)s menurut NIP; "
        "%(without)s baris tanpa berkas.", **matched.how, without=matched.without)  # fmt: skip
    for strange in matched.strange[:FEW]:
        TALK.print(f"{strange.name}: {explain(strange.error, preferred_language())}", markup=False, soft_wrap=True)
    if len(matched.strange) > FEW:
        say("… dan %(n)s lagi.", n=len(matched.strange) - FEW)


def preview_json(held: TableHeld, found: Survey, rules: RuleSet) -> dict[str, object]:
    """The same for a program."""
    about = held.found
    return {
        "layout": about.layout if about else "",
        "sheet": about.sheet if about else "",
        "hidden": bool(about and about.hidden),
        "hidden_rows": about.hidden_rows if about else 0,
        "columns": dict(about.headers) if about else {},
        "fixed": dict(about.applied.fixed) if about else {},
        "unused": list(about.unused) if about else [],
        "rows": len(held.rows),
        "new": found.new,
        "unknown_people": found.unknown,
        "first": [_facts(one, rules) for one in held.rows[:FIRST_ROWS]],
        "forms": _sums(held, rules),
        "notes": dict(held.notes.counts),
        "left_out": dict(held.left_out.counts),
        "look": refused_cells(held.notes.kept),
    }


def _facts(one: Attendance, rules: RuleSet) -> dict[str, object]:
    rule = _rule(one, rules)
    return {
        "row": one.row, "nip": mask_nip(one.nip.digits) if one.nip else "", "event": one.event,
        "organiser": one.organiser, "start": one.start.isoformat(), "end": one.end.isoformat(), "form": one.form,
        "jp": one.jp, "counted": counted_jp(one, rule) if rule else None, "certificate": one.certificate,
    }  # fmt: skip


def _sums(held: TableHeld, rules: RuleSet) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for one in held.rows:
        sums = found.setdefault(one.form, {"rows": 0, "raw": 0, "counted": 0})
        rule = _rule(one, rules)
        sums["rows"] += 1
        sums["raw"] += one.jp
        sums["counted"] += counted_jp(one, rule) if rule else 0
    return found


def _rule(one: Attendance, rules: RuleSet) -> FormRule | None:
    edition = rules.at(_number(one.end))
    return edition.form(one.form) if edition else None


def _number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def _numbers(rows: Sequence[Attendance]) -> list[str]:
    return [one.nip.digits for one in rows if one.nip is not None]


def _dates(one: Attendance) -> str:
    return one.start.isoformat() if one.start == one.end else f"{one.start} – {one.end}"


def _jp(hundredths: object, language: str) -> str:
    return number(hundredths, language) if isinstance(hundredths, int) else "–"
