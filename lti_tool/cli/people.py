"""`jampel people import|roster|history|layouts|standards`: the employees of the institution."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from rich.table import Table

from lti_tool.cli.days import DAY
from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.cli.operators import operator_name
from lti_tool.cli.output import end_with_refused, refused_cells, show_table
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.cli.people_matches import matches
from lti_tool.cli.people_standards import standards
from lti_tool.cli.progress import counted
from lti_tool.console import (
    N_,
    Group,
    json_option,
    option,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.roster_import import take_roster
from lti_tool.settings import Settings, preferred_language
from xapi.errors import PeopleError
from xapi.identity import mask_nip
from xapi.people.layouts import TITLES, read_layout
from xapi.people.roster import ImportReport, Roster, Wanted
from xapi.people.roster_cells import Flag
from xapi.words import explain

_FEW = 20  # flags that are told one by one


@click.group(cls=Group, help=N_("Pegawai: NIP, nama, OPD, status, jabatan."))
def people() -> None:
    """Employees."""


people.add_command(matches)
people.add_command(standards)


@people.command(
    "import",
    help=N_(
        "Masukkan pegawai dari CSV, XLSX, atau ODS; berkas dengan baris salah tidak mengubah apa pun.\n\n"
        "Contoh: jampel people import pegawai.xlsx --map opd=SATKER --set status=PNS --dry-run"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option("--map", "columns", multiple=True, metavar="ISI=KOLOM",
        help=N_("Kolom berkas untuk nip, name, opd, status, position, grade, unit, unit_code, start, atau end; "
                "diingat untuk berkas berikutnya yang berjudul kolom sama."))  # fmt: skip
@option("--set", "fixed", multiple=True, metavar="ISI=NILAI",
        help=N_("Isi yang sama untuk semua baris, bila kolomnya tidak ada; "
                "status=NIP menerkanya dari nomornya."))  # fmt: skip
@option("--dry-run", is_flag=True, help=N_("Tunjukkan kolom yang dikenali dan yang akan berubah, tanpa menulis."))
@option("--full", is_flag=True,
        help=N_("Daftar ini lengkap: pegawai yang tidak ada di dalamnya berakhir masa kerjanya."))  # fmt: skip
@option("--date", "day", type=DAY, metavar="TANGGAL", help=N_("Hari berlakunya daftar (bawaan: hari ini)."))
@option("--yes", is_flag=True, help=N_("Dengan --full: benar, sebanyak itu yang berhenti."))
@option("--skip-bad", is_flag=True, help=N_("Masukkan baris yang benar, lewati yang salah."))
@json_option
@settings_option
def import_file(
    settings: Settings, file: Path, columns: Sequence[str], fixed: Sequence[str], day: date | None, as_json: bool,
    **choice: bool,
) -> None:  # fmt: skip
    """Adds and renews employees; refused rows are listed with row, column and reason; exit 1 when there are any."""
    if choice["full"] and choice["skip_bad"]:
        raise click.UsageError(words("Pilihan itu tidak dapat dipakai bersama."))
    opened = open_existing if choice["dry_run"] else open_or_begin
    with opened(settings) as services, counted(N_("Membaca daftar pegawai …")) as begin:
        wanted = Wanted(
            skip_bad=choice["skip_bad"], full=choice["full"], many_may_leave=choice["yes"], dry=choice["dry_run"],
            day=day, zone=services.zone, reads=begin(None), applies=begin,
        )  # fmt: skip
        roster, report = take_roster(services, file, read_layout(columns, fixed), wanted, operator_name())
    refused = refused_cells(report.refused)
    if as_json:
        numbers = {name: getattr(report, name) for name in ("added", "changed", "unchanged", "left", "written")}
        flagged = [{"row": one.row, "column": one.column, "reason": _reason(one)} for one in report.flagged]
        print_json(numbers | {"columns": dict(roster.headers), "fixed": dict(roster.layout.fixed),
                              "unused": list(roster.unused), "refused": refused, "flagged": flagged})  # fmt: skip
    elif choice["dry_run"]:
        _show_columns(roster)
    _say_what(report, dry=choice["dry_run"])
    end_with_refused(refused, file.name)


def _show_columns(roster: Roster) -> None:
    shown = Table()
    for heading in (words("Isi"), words("Kolom di berkas")):
        shown.add_column(heading)
    for name, title in TITLES.items():
        if name in roster.headers:
            shown.add_row(f"{title} ({name})", roster.headers[name])
        elif name in roster.layout.fixed:
            shown.add_row(f"{title} ({name})", words("sama untuk semua: %(value)s", value=roster.layout.fixed[name]))
    for header in roster.unused:
        shown.add_row(words("tidak dipakai"), header)
    show_table(shown)


def _say_what(report: ImportReport, *, dry: bool) -> None:
    for flag in report.flagged[:_FEW]:
        say("Baris %(row)s, kolom %(column)s: %(reason)s", row=flag.row, column=flag.column, reason=_reason(flag))
    if len(report.flagged) > _FEW:
        say("… dan %(n)s lagi yang perlu dilihat.", n=len(report.flagged) - _FEW)
    say(
        "%(added)s pegawai baru, %(changed)s berubah, %(unchanged)s tetap.",
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
    )
    if report.left:
        say("%(n)s pegawai tidak ada dalam daftar: masa kerjanya berakhir.", n=report.left)
    if dry:
        say("Hanya percobaan: tidak ada yang ditulis.")
    elif report.nothing_new:
        say("Tidak ada yang berubah: semuanya sudah tercatat.")


def _reason(flag: Flag) -> str:
    return explain(PeopleError(flag.code, masked=flag.masked), preferred_language())


@people.command(
    "roster",
    help=N_(
        "Siapa bekerja di mana pada satu hari, dengan NIP tersamar.\n\n"
        "Contoh: jampel people roster --as-of 2026-12-31 --json"
    ),
)
@option("--as-of", "day", type=DAY, metavar="TANGGAL", help=N_("Hari itu (bawaan: hari ini)."))
@option("--opd", metavar="NAMA", help=N_("Hanya perangkat daerah ini."))
@json_option
@settings_option
def show_roster(settings: Settings, day: date | None, opd: str | None, as_json: bool) -> None:
    """The roster as of a day."""
    with open_existing(settings) as services:
        found = [one for one in services.people.roster(day or services.today) if opd in (None, one.opd)]
        frozen = services.people.subjects.frozen()
    fields = ("name", "opd", "unit", "unit_code", "status", "position", "grade")
    rows = [{"nip": mask_nip(one.nip), **{name: getattr(one, name) for name in fields}, "frozen": one.person in frozen}
            for one in found]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    shown = Table()
    for heading in ("NIP", *(words(TITLES[name]) for name in fields)):
        shown.add_column(heading)
    for row in rows:
        shown.add_row(str(row["nip"]), *(str(row[name]) for name in fields))
    show_table(shown)
    say("%(n)s pegawai.", n=len(rows))


@people.command(
    "history",
    help=N_("Riwayat unit, status, dan jabatan seorang pegawai.\n\nContoh: jampel people history 198501012099031001"),
)
@click.argument("nip")
@json_option
@settings_option
def show_history(settings: Settings, nip: str, as_json: bool) -> None:
    """Every stretch of one person's employment, the earliest first; exit 1 when nobody has the number."""
    with open_existing(settings) as services:
        stays = services.people.history(services.people.person_of(nip))
    fields = ("start", "end", "opd", "unit", "unit_code", "status", "position", "grade")
    if as_json:
        print_json([{name: getattr(stay, name) for name in fields} for stay in stays])
        return
    shown = Table()
    for heading in (words("Mulai"), words("Sampai sebelum"), *(words(TITLES[name]) for name in fields[2:])):
        shown.add_column(heading)
    for stay in stays:
        shown.add_row(*(str(getattr(stay, name) or "–") for name in fields))
    show_table(shown)


@people.command(
    "layouts",
    help=N_("Lupakan tata letak kolom yang pernah diberikan dengan --map.\n\nContoh: jampel people layouts --forget"),
)
@option("--forget", is_flag=True, required=True, help=N_("Lupakan semuanya."))
@settings_option
def forget_layouts(settings: Settings, forget: bool) -> None:
    """Forgets remembered layouts."""
    with open_existing(settings) as services:
        say("%(n)s tata letak dilupakan.", n=services.people.layouts.forget())
