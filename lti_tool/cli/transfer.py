"""`jampel lrs export` and `jampel lrs import`: statements into files, and files into the LRS."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from lti_tool.cli.forward import agent_of
from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.cli.refusals import Refusals
from lti_tool.console import (
    FINDINGS,
    N_,
    TALK,
    Command,
    fail,
    json_option,
    option,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.services import Services
from lti_tool.settings import Settings
from xapi.lrs.principal import SOURCES
from xapi.lrs.selection import Selection, selection_of, stored_text
from xapi.lrs.transfer.admission import Admission
from xapi.lrs.transfer.export import Export
from xapi.lrs.transfer.file import ExportFile, ExportStream
from xapi.lrs.transfer.file import Progress as ExportProgress
from xapi.lrs.transfer.importer import Importer
from xapi.lrs.transfer.report import Counts
from xapi.lrs.transfer.run import ImportNote, ImportRun, Position

STANDARD = "-"
SOURCE_CHOICE = click.Choice(sorted(SOURCES))


@contextmanager
def bar(total: int | None, unit: str) -> Iterator[tuple[Progress, TaskID]]:
    """A progress bar on stderr with count and rate; nothing is drawn when stderr is no terminal."""
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn(unit), TimeRemainingColumn())
    with Progress(*columns, console=TALK, disable=not TALK.is_terminal) as progress:
        yield progress, progress.add_task("", total=total, count=0, rate=0)


@click.command(
    "export",
    cls=Command,
    help=N_(
        "Tulis pernyataan LRS ke berkas JSONL, termampat bila namanya berakhir .gz; - berarti keluaran baku.\n\n"
        "Contoh: jampel lrs export pernyataan.jsonl.gz --since 2026-01-01T00:00:00Z"
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@option("--since", default="", help=N_("Hanya yang disimpan sesudah waktu ini, misalnya 2026-01-01T00:00:00Z."))
@option("--until", default="", help=N_("Hanya yang disimpan sampai waktu ini (bawaan: sekarang)."))
@option("--verb", "verbs", multiple=True, metavar="IRI", help=N_("Hanya kata kerja ini; boleh berulang."))
@option("--activity", "activities", multiple=True, metavar="IRI", help=N_("Hanya kegiatan ini dan yang terkait."))
@option("--agent", "agents", multiple=True, metavar="JSON", help=N_("Hanya pelaku ini (Agent xAPI dalam JSON)."))
@option("--source", "sources", multiple=True, type=SOURCE_CHOICE, help=N_("Hanya sumber bukti ini."))
@option("--plain", is_flag=True, help=N_("Pernyataan saja, tanpa lampiran; jumlah periksa di berkas .sha256."))
@option("--resume", is_flag=True, help=N_("Lanjutkan ekspor yang terputus."))
@json_option
@settings_option
def export(settings: Settings, file: Path, plain: bool, resume: bool, as_json: bool, **given: Any) -> None:
    """Everything that is stored up to now; what is stored meanwhile waits for the next export."""
    agents = [agent_of(text) for text in given.pop("agents")]
    selection = selection_of(**given, agents=agents)
    with open_existing(settings) as services:
        done = _export(services, file, selection, plain=plain, resume=resume)
    if as_json and str(file) != STANDARD:
        print_json({"statements": done.statements, "contents": done.contents, "file": str(file)})
    say("%(n)s pernyataan dan %(contents)s lampiran ditulis.", n=done.statements, contents=done.contents)


def _export(
    services: Services, file: Path, selection: Selection, *, plain: bool, resume: bool
) -> ExportProgress:  # fmt: skip
    now = stored_text(services.clock())
    if not resume and not selection.until:
        selection = msgspec.structs.replace(selection, until=now)
    begin = ExportProgress(selection=selection, plain=plain)
    target = None if str(file) == STANDARD else ExportFile(file, begin, resume=resume)
    found = begin if target is None else target.progress
    source = Export(services.statements, services.institution.id, found.selection, plain=plain)
    sink = target or ExportStream(sys.stdout.buffer, plain=plain)
    if not found.seq and not found.size:
        sink.append(source.head(now))
    try:
        start = found.seq or source.start()
        with bar(source.end() - start, "{task.fields[count]}") as (progress, task):
            count, contents = found.statements, found.contents
            for piece in source.pieces(start):
                sink.append(piece)
                count, contents = count + piece.statements, contents + piece.contents
                progress.update(task, completed=piece.seq - start, count=count)
            sink.finish()
    finally:
        if target is not None:
            target.close()
    return msgspec.structs.replace(found, statements=count, contents=contents)


@click.command(
    "import",
    cls=Command,
    help=N_(
        "Masukkan pernyataan dari berkas JSONL (boleh .gz) milik Jampel atau LRS lain; - berarti masukan baku. "
        "Aman diulang dan dilanjutkan.\n\n"
        "Contoh: jampel lrs import pernyataan.jsonl.gz --rejects ditolak.jsonl"
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@option("--source", type=SOURCE_CHOICE, default="foreign", help=N_("Sumber bukti semua pernyataan (bawaan: foreign)."))
@option("--keep-sources", is_flag=True, help=N_("Pakai sumber bukti yang tertulis di ekspor Jampel (tepercaya)."))
@option("--as-is", is_flag=True, help=N_("Tanpa nama samaran baru: hanya untuk berkas tanpa identitas."))
@option("--strict", is_flag=True, help=N_("Berhenti pada yang pertama ditolak."))
@option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help=N_("Tulis semua penolakan ke berkas ini."))
@option("--from-start", is_flag=True, help=N_("Mulai dari awal, walau impor berkas ini pernah terputus."))
@json_option
@settings_option
def import_statements(settings: Settings, file: Path, as_json: bool, **given: Any) -> None:
    """Each statement is stored, there already, or refused with line, JSON path and reason; exit 1 when any was not."""
    with open_or_begin(settings) as services:
        counts = _Import(services, file, **given).run()
    if as_json:
        print_json(msgspec.to_builtins(counts))
    say(
        "%(read)s dibaca: %(new)s baru, %(already)s sudah ada, %(conflicts)s bentrok, %(refused)s ditolak.",
        **{name: getattr(counts, name) for name in ("read", "new", "already", "conflicts", "refused")},
    )
    if not counts.sound:
        fail(words("Tidak semua isi berkas masuk."), FINDINGS)


class _Import:
    """One run of the command; the parameters are its options."""

    def __init__(
        self, services: Services, file: Path, *, source: str, keep_sources: bool, as_is: bool, strict: bool,
        rejects: Path | None, from_start: bool,
    ) -> None:  # fmt: skip
        self._file = file
        self._strict = strict
        options = f"{services.institution.id} {source} {keep_sources} {as_is}"
        piped = str(file) == STANDARD
        self._note = None if piped else ImportNote(services.settings.data / "imports", file, options)
        self._services = services
        self._begin = Position() if self._note is None or from_start else self._note.read()
        self._refusals = Refusals(N_("Baris %(line)s, %(path)s: %(reason)s"), rejects, self._begin.line)
        self._importer = Importer(
            services.lrs, services.statements, services.principal,
            admission=None if as_is else Admission(services.intake), source=None if keep_sources else source,
            hear=self._refusals.hear, counts=self._begin.counts,
        )  # fmt: skip

    def run(self) -> Counts:
        """Imports the file and returns what became of it."""
        if self._begin.line:
            say("Melanjutkan sesudah baris %(line)s.", line=self._begin.line)
        total = None if self._note is None else self._file.stat().st_size
        unit = "{task.fields[count]} · {task.fields[rate]}/s"
        began = self._services.clock()
        with bar(total, unit) as (progress, task):

            def tell(read: int) -> bool:
                counts, seconds = self._importer.counts, (self._services.clock() - began).total_seconds()
                rate = round((counts.read - self._begin.counts.read) / seconds) if seconds else 0
                progress.update(task, completed=read, count=counts.read, rate=rate)
                return self._refusals.none or not self._strict

            with click.open_file(str(self._file), "rb") as stream:
                run = ImportRun(self._importer, _binary(stream), self._note, self._services.clock, tell=tell)
                run.run(self._begin.line)
        self._refusals.close()
        return self._importer.counts


def _binary(stream: Any) -> BinaryIO:
    found: BinaryIO = stream
    return found
