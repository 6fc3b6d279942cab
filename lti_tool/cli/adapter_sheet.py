"""`jampel adapter sheet`: a table that people made, understood, shown, and recorded when nothing stands in its way."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from adapters.base import Adapter
from adapters.certificates import Matched, counts_of, match_certificates
from adapters.recording import RefusedRecord, Taken
from adapters.records import LearningRecord
from adapters.registry import load_adapters
from adapters.remote import Connection
from adapters.table_files import TableChoice, TableExchange, TableHeld
from adapters.taking import Survey, Tick, statement_of_record, survey, take_parts
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import end_with_refused, refused_cells
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.cli.progress import counted
from lti_tool.cli.sheet_ask import ask_for_columns, confirmed
from lti_tool.cli.sheet_preview import preview_json, show_certificates, show_found, show_notes, show_rows
from lti_tool.console import N_, Command, json_option, option, print_json, say, settings_option
from lti_tool.errors import ToolError
from lti_tool.evidence_files import EvidenceFiles
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.connections import connection_of
from lti_tool.systems.problems import refusal_of, refusal_of_cell
from lti_tool.systems.pull import desk_of
from lti_tool.systems.runs import run_of
from xapi.identity import mask_nips_in
from xapi.sheet_layout import Layout, read_pairs
from xapi.sheet_rows import RefusedCell
from xapi.words import explain

DEFAULT = "spreadsheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One run: the file, how it is read, and where it goes."""

    file: Path
    system: Adapter
    exchange: Any  # both an Exchange and a TableExchange
    choice: TableChoice
    connection: Connection
    services: Services
    certificates: Path | None
    ask: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the file holds, its certificates, its records with them, what is recorded already, and what is wrong."""

    held: TableHeld
    matched: Matched | None
    records: Sequence[LearningRecord]
    found: Survey
    wrong: list[RefusedCell]

    @property
    def sound(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.wrong and not self.found.refused


@click.command(
    "sheet",
    cls=Command,
    help=N_(
        "Catat isi lembar kehadiran (XLSX, ODS, CSV) dalam tata letak apa pun. --dry-run memperlihatkan dulu apa yang "
        "akan dicatat; satu sel salah, tidak ada yang masuk.\n\n"
        "Contoh: jampel adapter sheet hadir.xlsx --map jp=Jam --set form=seminar --certificates sertifikat/ --dry-run"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option("--system", default=DEFAULT, metavar="NAMA", help=N_("Adaptor yang membacanya (bawaan: spreadsheet)."))
@option("--layout", "named", default="", metavar="NAMA",
        help=N_("Tata letak: kehadiran, bps, sleman, webinar; bawaan: yang cocok."))  # fmt: skip
@option("--map", "columns", multiple=True, metavar="ISI=KOLOM",
        help=N_("Kolom berkas untuk satu isi, misalnya jp=Jam; diingat untuk berkas berikutnya yang berjudul kolom "
                "sama."))  # fmt: skip
@option("--set", "fixed", multiple=True, metavar="ISI=NILAI",
        help=N_("Isi yang sama untuk semua baris, bila kolomnya tidak ada, misalnya form=seminar."))  # fmt: skip
@option("--sheet", "worksheet", default="", metavar="NAMA", help=N_("Lembar kerja yang dibaca; bawaan: yang cocok."))
@option("--certificates", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
        help=N_("Folder sertifikat PDF, bernama menurut kolom Berkas, nomor sertifikat, atau NIP."))  # fmt: skip
@option("--dry-run", is_flag=True, help=N_("Perlihatkan apa yang akan dicatat, tanpa menulis."))
@option("--yes", is_flag=True, help=N_("Jangan bertanya."))
@json_option
@settings_option
def sheet(
    settings: Settings, file: Path, *, system: str, as_json: bool, dry_run: bool, yes: bool, **given: Any
) -> None:
    """Records a table; exit 1 when a cell or a row is refused, and then nothing is recorded."""
    found_system = load_adapters().get(system)
    ask = not yes and not as_json and sys.stdin.isatty()
    with open_existing(settings) as services:
        job = _job(services, found_system, file, given, ask=ask)
        seen = _look(job)
        shown = _preview(seen, services) if as_json else {}
        if not as_json:
            _show(seen, services, full=dry_run or ask)
        taken = Taken()
        dry_run = dry_run or (ask and seen.sound and not confirmed())
        if not dry_run:
            taken = _take(job, seen)
    refused = [*refused_cells(seen.wrong), *_refused_rows([*seen.found.refused, *taken.refused])]
    if as_json:
        told = {"recorded": taken.recorded, "unchanged": len(seen.found.there), "refused": refused, "dry_run": dry_run}
        print_json(shown | told)
    _end(taken, seen, refused, file, dry=dry_run)


def _exchange(system: Adapter) -> Any:
    if not isinstance(system.exchange, TableExchange):
        raise ToolError("adapter.reads_no_tables", system.name, system=system.name)
    return system.exchange


def _job(services: Services, system: Adapter, file: Path, given: Mapping[str, Any], *, ask: bool) -> _Job:
    exchange = _exchange(system)
    fields = exchange.fields
    chosen = Layout(
        read_pairs(given["columns"], tuple(fields), fields), read_pairs(given["fixed"], tuple(fields), fields)
    )
    choice = TableChoice(
        layout=given["named"], chosen=chosen, remembered=services.people.layouts.find, sheet=given["worksheet"]
    )
    return _Job(
        file=file, system=system, exchange=exchange, choice=choice, connection=connection_of(services, system),
        services=services, certificates=given["certificates"], ask=ask,
    )  # fmt: skip


def _look(job: _Job) -> _Seen:
    """What the file holds, what is recorded of it already, and everything that stands in the way."""
    held = _held(job)
    matched = match_certificates(held.rows, job.certificates) if job.certificates else None
    records = held.remade(matched.evidence) if matched else held.records
    found = Survey()
    if not held.refused:
        with counted(N_("Memeriksa …")) as begin:
            found = survey(records, desk_of(job.services), _stored(job.services), begin(len(records)))
    wrong = list(held.refused)
    if matched is not None:
        title = held.found.titles["file"] if held.found else ""
        wrong += [RefusedCell(row, title, error.code, error) for row, error in matched.missing]
    return _Seen(held, matched, records, found, wrong)


def _held(job: _Job) -> TableHeld:
    """What the file holds; who sits at a terminal is asked for columns that nobody knows."""

    def read(chosen: Layout) -> TableHeld:
        with counted(N_("Membaca lembar …")) as begin:  # closed before anything is asked
            choice = replace(job.choice, chosen=chosen, tick=begin(None))
            held: TableHeld = job.exchange.open(job.file, job.connection, choice)
        return held

    return ask_for_columns(read, job.choice.chosen, job.exchange.fields)[0] if job.ask else read(job.choice.chosen)


def _stored(services: Services) -> Callable[[Sequence[str]], dict[str, bytes]]:
    """What is recorded already: in the outbox, or, when that has forgotten it, in the LRS."""

    def stored(ids: Sequence[str]) -> dict[str, bytes]:
        found = {one: body for one in ids if (body := services.recorder.recorded(one)) is not None}
        left = [UUID(one).bytes for one in ids if one not in found]
        bodies = services.statements.bodies(services.institution.id, left) if left else {}
        return found | {str(UUID(bytes=number)): body for number, body in bodies.items()}

    return stored


def _preview(seen: _Seen, services: Services) -> dict[str, object]:
    shown = preview_json(seen.held, seen.found, services.rules)
    return shown | ({"certificates": counts_of(seen.matched)} if seen.matched else {})


def _show(seen: _Seen, services: Services, *, full: bool) -> None:
    if seen.held.found is not None:
        show_found(seen.held.found, full=full)
    if full:
        show_rows(seen.held, services)
    show_notes(seen.held)
    if seen.matched is not None:
        show_certificates(seen.matched)
    say(
        "%(new)s akan dicatat, %(there)s sudah tercatat, %(unknown)s orang belum dikenal.",
        new=seen.found.new, there=len(seen.found.there), unknown=seen.found.unknown,
    )  # fmt: skip


def _refused_rows(refused: Sequence[RefusedRecord]) -> list[dict[str, object]]:
    language = preferred_language()
    return [{"row": one.place, "column": "", "reason": explain(one.error, language)} for one in refused]


def _take(job: _Job, seen: _Seen) -> Taken:
    """Records what is new, when nothing is wrong, and leaves a receipt either way."""
    name, subject = job.system.name, mask_nips_in(job.file.name)
    with run_of(job.services, name, "file", connection=job.connection.name, subject=subject) as run:
        taken = Taken()
        if seen.sound:
            with counted(N_("Mencatat …")) as begin:
                taken = _record(job, seen, begin(len(seen.records)))
        refused = [*map(refusal_of_cell, seen.wrong), *map(refusal_of, [*seen.found.refused, *taken.refused])]
        counts = {"recorded": taken.recorded, "unchanged": len(seen.found.there), "refused": len(refused)}
        run.advance({"read": len(seen.records), **counts}, refused=refused)
    return taken


def _record(job: _Job, seen: _Seen, tick: Tick) -> Taken:
    """Keeps the certificates, then records: a record never names a file that is not there."""
    files = EvidenceFiles(job.services.settings.data, job.services.institution.id)
    for digest, path in (seen.matched.paths if seen.matched else {}).items():
        files.keep(path, digest)
    taken = take_parts(seen.records, desk_of(job.services), job.exchange.source, seen.found, tick)
    if seen.matched is not None and not taken.refused:
        _tie(job, seen.records, seen.found, files)
    about = seen.held.found
    if about is not None and about.applied.columns and not taken.refused:
        columns = Layout(columns=about.applied.columns)  # what holds for all rows of a file is of that file alone
        job.services.people.layouts.remember(about.mark, columns, job.services.clock())
    return taken


def _tie(job: _Job, records: Sequence[LearningRecord], found: Survey, files: EvidenceFiles) -> None:
    """Notes which statements each certificate is the evidence of; one that came later is linked to its statement."""
    for place, record in enumerate(records):
        if not record.evidence:
            continue
        statement_id = found.there.get(place) or statement_of_record(record, desk_of(job.services))
        files.used_by(record.evidence, [statement_id])
        if place in found.late:
            files.link(statement_id, record.evidence)


def _end(taken: Taken, seen: _Seen, refused: list[dict[str, object]], file: Path, *, dry: bool) -> None:
    if dry:
        say("Hanya percobaan: tidak ada yang ditulis.")
    elif seen.sound:
        there = len(seen.found.there)
        say("%(recorded)s catatan baru, %(unchanged)s sudah ada.", recorded=taken.recorded, unchanged=there)
        if seen.found.late:
            say("%(n)s sertifikat menyusul catatan yang sudah ada.", n=len(seen.found.late))
    end_with_refused(refused, file.name)
