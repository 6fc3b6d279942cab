"""`jampel audit rules check|show|compare|try|adopt`: the JP rule tables and the institution's layers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.table import Table

from lti_tool.cli.audit_report import year_option
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import show_table
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import (
    FINDINGS,
    N_,
    TALK,
    Group,
    fail,
    json_option,
    late_settings_option,
    option,
    print_json,
    say,
    settings_option,
    words,
    working,
)
from lti_tool.rule_desk import adopt, faults_with, layer_files, rules_of, with_layer
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from xapi.audit.report_columns import Column
from xapi.audit.report_formats import csv_of, one_line, text_table
from xapi.audit.rule_compare import Difference, compare, csv_of_differences, rows_of
from xapi.audit.rule_set import Edition, RuleSet
from xapi.audit.rule_sets import check_set
from xapi.audit.rule_trial import OPDS, PEOPLE, Trial, try_rules
from xapi.audit.rule_words import facts
from xapi.audit.rules import check_rules, load_rules, published
from xapi.audit.words import number, whole
from xapi.errors import AuditError
from xapi.words import explain

IN_USE = "dipakai"
CELLS = tuple(
    Column(key, key, "text")
    for key in ("path", "words", "value", "layer", "source", "confidence", "unconfirmed", "note")
)
format_option = option(
    "--format", "form", type=click.Choice(("table", "json", "csv")), default="table", help=N_("Format keluaran.")
)


@click.group(cls=Group, help=N_("Tabel konversi JP dan lapisan aturan instansi."))
def rules() -> None:
    """Rule tables."""


@rules.command(
    "check",
    help=N_(
        "Periksa aturan (TOML): setiap kesalahan dengan berkas, baris, kolom, dan perbaikannya.\n\n"
        "FILE boleh lapisan, tabel nasional, atau folder berisi keduanya; semuanya diperiksa bersama, dan setiap "
        "folder di dalamnya adalah satu instansi. Tanpa FILE: tabel terbitan dan lapisan yang dipakai.\n\n"
        "Contoh: jampel audit rules check provinsi.toml kabupaten.toml"
    ),
)
@click.argument("files", type=click.Path(exists=True, path_type=Path), nargs=-1, metavar="[FILE]...")
@option("--table", "base", metavar="TABEL", help=N_('Tabel terbitan di bawahnya, misalnya "lan-10-2018 1.0.0".'))
@json_option
@late_settings_option
def check(settings: Callable[[], Settings], files: tuple[Path, ...], base: str | None, as_json: bool) -> None:
    """Reads tables and layers and lists all faults at once."""
    if files:
        chosen, wanted = files, base
    else:
        here = settings()
        chosen, wanted = tuple(layer_files(here)), base or here.institution.rules_table or None
        for label in () if base else published():
            _end_with(check_rules((), base=label))
    found = check_set(chosen, base=wanted)
    if as_json:
        print_json([_fault(error) for error in found.faults])
    _end_with(found.faults, quiet=as_json)
    if not as_json:
        names = ", ".join([*found.tables, *found.layers]) or ", ".join(published())
        say("%(files)s dapat dipakai. Tabel menjadi %(version)s.", files=names, version="; ".join(found.versions))


@rules.command(
    "show",
    help=N_(
        "Tampilkan aturan yang dipakai: setiap sel, sumbernya, keyakinannya, dan mana yang belum ditetapkan.\n\n"
        "Contoh: jampel audit rules show --year 2026 --open"
    ),
)
@year_option
@option("--open", "only_open", is_flag=True, help=N_("Hanya yang belum ditetapkan peraturan."))
@format_option
@json_option
@settings_option
def show(settings: Settings, year: int | None, only_open: bool, form: str, as_json: bool) -> None:
    """The cells in effect at the end of the year."""
    found = rules_of(settings)
    edition = found.of_year(year) if year else found.editions[-1]
    rows = list(_cells(edition, only_open=only_open))
    if as_json or form == "json":
        print_json({"version": edition.version, "hash": found.hash, "cells": rows, "sources": dict(found.sources)})
    elif form == "csv":
        click.echo(csv_of(CELLS, [_for_sheet(row) for row in rows], preferred_language()), nl=False)
    else:
        _show_cells(found, edition, rows)


def _for_sheet(row: Mapping[str, object]) -> dict[str, object]:
    """A cell for a spreadsheet: sources in one field, and whether it is settled in words."""
    mark = words("belum ditetapkan") if row["unconfirmed"] else ""
    return {**row, "source": ", ".join(row["source"]), "unconfirmed": mark}  # type: ignore[arg-type]


def _show_cells(found: RuleSet, edition: Edition, rows: Sequence[Mapping[str, object]]) -> None:
    say("Tabel aturan %(version)s (sha256 %(hash)s…).", version=edition.version, hash=found.hash[:16])
    shown = Table()
    for header in (N_("Sel"), N_("Artinya"), N_("Sumber"), N_("Keyakinan"), N_("Catatan")):
        shown.add_column(words(header), overflow="fold")
    for row in rows:
        mark = words("[belum ditetapkan] ") if row["unconfirmed"] else ""
        sources = ", ".join(row["source"])  # type: ignore[arg-type]
        shown.add_row(*map(one_line, (row["path"], row["words"], sources, row["confidence"], f"{mark}{row['note']}")))
    show_table(shown)


@rules.command(
    "compare",
    help=N_(
        "Bandingkan dua aturan sel demi sel. A dan B adalah berkas lapisan, tabel terbitan, atau kata dipakai.\n\n"
        'Contoh: jampel audit rules compare dipakai baru.toml; jampel audit rules compare "lan-10-2018 1.0.0" baru.toml'
    ),
)
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@format_option
@json_option
@late_settings_option
def compare_rules(settings: Callable[[], Settings], one: str, other: str, form: str, as_json: bool) -> None:
    """What differs between two rule sets, and what it means."""
    zone = settings().institution.time_zone if IN_USE in (one, other) else None
    language = preferred_language()
    differences = compare(_chosen(one, settings, zone), _chosen(other, settings, zone), language)
    if as_json or form == "json":
        print_json(rows_of(differences))
    elif form == "csv":
        click.echo(csv_of_differences(differences, language), nl=False)
    elif differences:
        show_table(_differences(differences))
    else:
        say("Kedua aturan sama.")


@rules.command(
    "try",
    help=N_(
        "Coba sebuah lapisan pada data yang sudah ada: siapa dan OPD mana yang JP-nya berubah. "
        "Tidak mengubah apa pun.\n\n"
        "Contoh: jampel audit rules try baru.toml --year 2026"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@year_option
@format_option
@json_option
@settings_option
def try_layer(settings: Settings, file: Path, year: int | None, form: str, as_json: bool) -> None:
    """Projects the statements under both rules in a scratch folder."""
    _end_with(faults_with(settings, file))
    with open_existing(settings) as services:
        with working(N_("Menghitung dengan kedua aturan …")), TemporaryDirectory(prefix="jampel-") as folder:
            found = _trial(services, rules_of(settings, with_layer(settings, file)), year, Path(folder))
    if as_json or form == "json":
        click.echo(found.json(), nl=False)
    elif form == "csv":
        click.echo(found.csv(preferred_language()), nl=False)
    else:
        _show_trial(found)


@rules.command(
    "adopt",
    help=N_(
        "Pakai sebuah lapisan mulai sekarang. Lapisan bernama sama yang digantikannya disimpan sebagai .lama.\n\n"
        "Contoh: jampel audit rules adopt baru.toml"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@settings_option
def adopt_layer(settings: Settings, file: Path) -> None:
    """Checks the layer, takes it into use, writes the log and counts anew; servers follow the ledger."""
    _end_with(faults_with(settings, file))
    with open_existing(settings) as services:
        label = adopt(settings, file)
        services.house.log.add(services.clock(), "jampel", "audit.rules", label)
        with working(N_("Menghitung ulang semua kredit …")):
            services.rules = rules_of(settings)
            services.bring_ledger_up_to_date()
    say("Lapisan %(layer)s dipakai. Semua JP dihitung ulang.", layer=label)


def _trial(services: Services, after: RuleSet, year: int | None, scratch: Path) -> Trial:
    return try_rules(
        services.rules,
        after,
        year or services.today.year,
        sources=(services.institution.id, services.statements, services.people),
        scratch=scratch,
    )


def _chosen(text: str, settings: Callable[[], Settings], zone: str | None) -> RuleSet:
    if text == IN_USE:
        return rules_of(settings())
    if Path(text).is_file():
        return load_rules([Path(text)], time_zone=zone)
    return load_rules(time_zone=zone, base=text.replace("@", " "))


def _fault(error: AuditError) -> dict[str, object]:
    place = {key: error.params.get(key) for key in ("file", "line", "column", "path")}
    return {**place, "code": error.code, "message": explain(error, preferred_language())}


def _end_with(faults: Sequence[AuditError], *, quiet: bool = False) -> None:
    """Lists what is wrong on stderr and leaves with exit 1; comes back when nothing is."""
    for error in () if quiet else faults:
        TALK.print(explain(error, preferred_language()), markup=False, soft_wrap=True)
    if faults:
        fail(words("%(n)s kesalahan. Aturan yang dipakai tidak berubah.", n=len(faults)), FINDINGS)


def _cells(edition: Edition, *, only_open: bool) -> Iterable[dict[str, object]]:
    language = preferred_language()
    meanings = facts(edition, language)
    for cell in edition.cells:
        if cell.unconfirmed or not only_open:
            yield {
                "path": cell.path,
                "value": cell.value,
                "words": meanings.get(cell.path, cell.value),
                "layer": cell.layer,
                "source": list(cell.source),
                "confidence": cell.confidence,
                "unconfirmed": cell.unconfirmed,
                "note": cell.remark(language),
            }


def _differences(differences: Sequence[Difference]) -> Table:
    shown = Table()
    for header in (N_("Sel"), N_("Sebelum"), N_("Sesudah"), N_("Berlaku"), N_("Artinya")):
        shown.add_column(words(header), overflow="fold")
    for one in differences:
        row = rows_of([one])[0]
        marks = [
            words(" (belum ditetapkan)") if flag else "" for flag in (one.before_unconfirmed, one.after_unconfirmed)
        ]
        days = f"{row['valid_from']} – {row['valid_to']}"
        shown.add_row(*map(one_line, (one.path, one.before + marks[0], one.after + marks[1], days, one.meaning)))
    return shown


def _show_trial(found: Trial) -> None:
    language = preferred_language()
    say(
        "Tahun %(year)s, %(statements)s pernyataan, %(employees)s pegawai. Aturan: %(before)s menjadi %(after)s.",
        year=found.year,
        statements=whole(found.statements, language),
        employees=whole(found.employees, language),
        before=found.before.version,
        after=found.after.version,
    )
    say(
        "Terpenuhi: %(met_before)s menjadi %(met_after)s. JP diterima: %(before)s menjadi %(after)s. "
        "Temuan: %(findings_before)s menjadi %(findings_after)s.",
        met_before=whole(found.before.met, language),
        met_after=whole(found.after.met, language),
        before=number(found.before.accepted, language),
        after=number(found.after.accepted, language),
        findings_before=whole(found.before.findings, language),
        findings_after=whole(found.after.findings, language),
    )
    if not found.people:
        say("Tidak ada pegawai yang JP atau capaiannya berubah.")
    for columns, rows in ((OPDS, found.opd_rows()), (PEOPLE, found.person_rows())):
        if rows:
            click.echo(text_table(columns, rows, None, language))
            click.echo()
