"""`jampel adapter sheet`: a table that people made, understood, shown, and recorded when nothing stands in its way."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from adapters.base import Desk
from adapters.certificates import Matched, counts_of, match_certificates
from adapters.recording import Taken
from adapters.records import LearningRecord
from adapters.registry import load_adapters
from adapters.remote import Connection
from adapters.tables import TableChoice, TableExchange, TableHeld
from adapters.taking import Survey, statement_of_record, survey, take_parts
from lti_tool.cli.output import end_with_refused, refused_cells
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.cli.progress import counted
from lti_tool.cli.sheet_ask import ask_for_columns, confirmed
from lti_tool.cli.sheet_preview import preview_json, show_certificates, show_found, show_notes, show_rows
from lti_tool.console import N_, Command, json_option, option, print_json, say, settings_option
from lti_tool.errors import ToolError
from lti_tool.evidence_files import EvidenceFiles
from lti_tool.services import Services, open_services
from lti_tool.settings import Settings, preferred_language
from xapi.sheet_layout import Layout, read_pairs
from xapi.words import explain

DEFAULT = "spreadsheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One run: the file, how it is read, and where it goes."""

    file: Path
    exchange: TableExchange
    choice: TableChoice
    connection: Connection
    services: Services
    desk: Desk
    source: str
    certificates: Path | None
    ask: bool


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
@option(
    "--layout", "named", default="", metavar="NAMA", help=N_("Tata letak: kehadiran, bps, sleman; bawaan: yang cocok.")
)
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
    exchange = _exchange(system)
    ask = not yes and not as_json and sys.stdin.isatty()
    with open_services(settings) as services, counted(N_("Membaca lembar …")) as begin:
        job = _job(services, file, exchange, given, ask=ask)
        held, job = _held(job, begin(None))
        matched = match_certificates(held.rows, job.certificates) if job.certificates else None
        records = held.remade(matched.evidence) if matched else held.records
        found = Survey()
        if not held.refused:
            found = survey(records, job.desk, _stored(services), begin(len(records)))
        if as_json:
            shown = preview_json(held, found, services.rules) | (
                {"certificates": counts_of(matched)} if matched else {}
            )
        else:
            shown = {}
            _show(held, found, matched, services, full=dry_run or ask)
        wrong = _wrong(held, found, matched)
        taken = Taken()
        if not wrong and not dry_run and (not ask or confirmed()):
            taken = _take(job, records, found, matched, begin(len(records)))
            _remember(job, held)
    if as_json:
        told = {"recorded": taken.recorded, "unchanged": len(found.there), "refused": wrong, "dry_run": dry_run}
        print_json(shown | told)
    _end(taken, found, wrong, file, dry=dry_run)


def _exchange(system: str) -> Any:
    exchange = load_adapters().get(system).exchange
    if not isinstance(exchange, TableExchange):
        raise ToolError("adapter.reads_no_tables", system, system=system)
    return exchange


def _job(services: Services, file: Path, exchange: Any, given: Mapping[str, Any], *, ask: bool) -> _Job:
    from lti_tool.cli.adapter import connection_of, desk_of  # which adds this command to its group

    fields = exchange.fields
    chosen = Layout(
        read_pairs(given["columns"], tuple(fields), fields), read_pairs(given["fixed"], tuple(fields), fields)
    )
    choice = TableChoice(
        layout=given["named"], chosen=chosen, remembered=services.people.layouts.find, sheet=given["worksheet"]
    )
    connection = connection_of(services, {})
    return _Job(
        file=file, exchange=exchange, choice=choice, connection=connection, services=services, desk=desk_of(services),
        source=exchange.source, certificates=given["certificates"], ask=ask,
    )  # fmt: skip


def _held(job: _Job, tick: Callable[[int], None]) -> tuple[TableHeld, _Job]:
    """What the file holds; who sits at a terminal is asked for columns that nobody knows."""

    def read(chosen: Layout) -> TableHeld:
        choice = replace(job.choice, chosen=chosen, tick=tick)
        return job.exchange.open(job.file, job.connection, choice)

    if not job.ask:
        return read(job.choice.chosen), job
    held, chosen = ask_for_columns(read, job.choice.chosen, job.exchange.fields)
    return held, replace(job, choice=replace(job.choice, chosen=chosen))


def _stored(services: Services) -> Callable[[Sequence[str]], dict[str, bytes]]:
    """What is recorded already: in the outbox, or, when that has forgotten it, in the LRS."""

    def stored(ids: Sequence[str]) -> dict[str, bytes]:
        found = {one: body for one in ids if (body := services.recorder.recorded(one)) is not None}
        left = [UUID(one).bytes for one in ids if one not in found]
        bodies = services.statements.bodies(services.institution.id, left) if left else {}
        return found | {str(UUID(bytes=number)): body for number, body in bodies.items()}

    return stored


def _show(held: TableHeld, found: Survey, matched: Matched | None, services: Services, *, full: bool) -> None:
    if held.found is not None:
        show_found(held.found, full=full)
    if full:
        show_rows(held, services)
    show_notes(held)
    if matched is not None:
        show_certificates(matched)
    say(
        "%(new)s akan dicatat, %(there)s sudah tercatat, %(unknown)s orang belum dikenal.",
        new=found.new, there=len(found.there), unknown=found.unknown,
    )  # fmt: skip


def _wrong(held: TableHeld, found: Survey, matched: Matched | None) -> list[dict[str, object]]:
    """Everything that stands in the way."""
    language = preferred_language()
    wrong = refused_cells(held.refused)
    wrong += [{"row": one.place, "column": "", "reason": explain(one.error, language)} for one in found.refused]
    if matched is not None:
        title = held.found.titles["file"] if held.found else ""
        wrong += [{"row": row, "column": title, "reason": explain(error, language)} for row, error in matched.missing]
    return wrong


def _take(
    job: _Job, records: Sequence[LearningRecord], found: Survey, matched: Matched | None, tick: Callable[[int], None]
) -> Taken:
    """Keeps the certificates, then records: a record never names a file that is not there."""
    files = EvidenceFiles(job.services.settings.data, job.services.institution.id)
    for digest, path in (matched.paths if matched else {}).items():
        files.keep(path, digest)
    taken = take_parts(records, job.desk, job.source, found, tick)
    _tie(job, records, found, files)
    return taken


def _tie(job: _Job, records: Sequence[LearningRecord], found: Survey, files: EvidenceFiles) -> None:
    """Notes which statements each certificate is the evidence of; one that came later is linked to its statement."""
    for place, record in enumerate(records):
        if not record.evidence:
            continue
        statement_id = found.there.get(place) or statement_of_record(record, job.desk)
        files.used_by(record.evidence, [statement_id])
        if place in found.late:
            files.link(statement_id, record.evidence)


def _remember(job: _Job, held: TableHeld) -> None:
    if held.found is not None and (held.found.applied.columns or held.found.applied.fixed):
        job.services.people.layouts.remember(held.found.mark, held.found.applied, job.services.clock())


def _end(taken: Taken, found: Survey, wrong: list[dict[str, object]], file: Path, *, dry: bool) -> None:
    language = preferred_language()
    late: list[dict[str, object]] = [
        {"row": one.place, "column": "", "reason": explain(one.error, language)} for one in taken.refused
    ]
    if dry:
        say("Hanya percobaan: tidak ada yang ditulis.")
    elif not wrong:
        say("%(recorded)s catatan baru, %(unchanged)s sudah ada.", recorded=taken.recorded, unchanged=len(found.there))
    if found.late and not dry and not wrong:
        say("%(n)s sertifikat menyusul catatan yang sudah ada.", n=len(found.late))
    end_with_refused([*wrong, *late], file.name)
