"""`jampel adapter pull`: records of a system, or of a file in its layout, into the outbox."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from adapters.base import Adapter, FileRecords
from adapters.recording import Taken, take_all
from adapters.registry import load_adapters
from adapters.remote import Connection
from adapters.table_files import TableHeld
from lti_tool.cli.adapter_progress import reaching
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import end_with_refused, refused_cells, show_table
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.cli.sheet_preview import show_notes
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
    working,
)
from lti_tool.errors import ToolError
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.connections import connection_of
from lti_tool.systems.preview import KNOWN, NEW, REFUSED, Line, preview, refused_line
from lti_tool.systems.problems import refusal_of, refusal_of_cell, sentence
from lti_tool.systems.pull import crashed, desk_of, pages_of, pull_into
from lti_tool.systems.runs import LiveRun, place_of, run_of
from xapi.errors import JampelError
from xapi.identity import mask_nips_in
from xapi.words import explain

SHOWN = 50  # lines of a preview or of refusals on a terminal
STATES = {NEW: N_("baru"), KNOWN: N_("sudah ada"), REFUSED: N_("ditolak")}
connection_option = option(
    "--connection", "name", metavar="NAMA", help=N_("Sambungan mana, bila sistem itu punya beberapa.")
)


@click.command(
    "pull",
    cls=Command,
    help=N_(
        "Tarik catatan dari sebuah sistem, atau baca BERKAS dalam tata letaknya. Dijalankan lagi, hanya yang baru yang "
        "diambil, dan sesudah gangguan diteruskan dari tempat berhenti. Berkas masuk seluruhnya atau tidak sama "
        "sekali.\n\n"
        "Contoh: jampel adapter pull moodle --dry-run; jampel adapter pull spreadsheet daftar-hadir.xlsx"
    ),
)
@click.argument("system")
@click.argument("file", type=EXISTING_FILE, required=False)
@connection_option
@option("--dry-run", is_flag=True, help=N_("Perlihatkan yang akan dicatat; tidak ada yang dicatat."))
@option("--from-start", is_flag=True, help=N_("Mulai dari awal, walau sudah pernah ditarik."))
@json_option
@settings_option
def pull(
    settings: Settings, system: str, file: Path | None, name: str | None, dry_run: bool, as_json: bool, **given: bool
) -> None:
    """Exit 1 when something was refused, 3 when the system cannot be reached; what came before stands."""
    found = load_adapters().get(system)
    if file is None and found.pull is None:
        raise ToolError("adapter.reads_no_system", system, system=system)
    if file is not None and found.exchange is None:
        raise ToolError("adapter.reads_no_files", system, system=system)
    with open_existing(settings) as services:
        connection = connection_of(services, found, name)
        if dry_run:
            _show_preview(_lines(services, found, connection, file, from_start=given["from_start"]), as_json=as_json)
        elif file is not None:
            _take_file(services, found, connection, file, as_json=as_json)
        else:
            _take_pages(services, found, connection, as_json=as_json, **given)


def _take_pages(services: Services, found: Adapter, connection: Connection, *, as_json: bool, from_start: bool) -> None:
    place = place_of(connection)
    with run_of(
        services, found.name, "pull", connection=connection.name, place=place, from_start=from_start
    ) as run:  # fmt: skip
        try:
            with reaching(N_("Membaca …")) as told:
                pull_into(found, connection, desk_of(services), run, told)
        except JampelError:
            _tell(run)
            raise
    refused = services.lti.adapter_runs.refused(run.id)
    language = preferred_language()
    reasons = [{"place": one.place, "reason": sentence(one.problem, language)} for one in refused]
    if as_json:
        print_json({"run": run.id, **run.counts, "refused": reasons})
    _tell(run)
    for one in reasons[:SHOWN]:
        TALK.print(f"{one['place']}: {one['reason']}", markup=False, soft_wrap=True)
    if reasons:
        _fail_with_refused(run.counts["refused"], run.id)


def _fail_with_refused(refused: int, run: str) -> None:
    text = N_(
        "%(n)s catatan ditolak; semuanya ada di jampel adapter runs %(run)s. Sesudah sebabnya dibetulkan, tarik lagi "
        "dengan --from-start."
    )
    fail(words(text, n=refused, run=run[:8]), FINDINGS)


def _tell(run: LiveRun) -> None:
    counts = {name: run.counts.get(name, 0) for name in ("read", "recorded", "unchanged", "refused")}
    say(
        "%(read)s dibaca: %(recorded)s baru, %(unchanged)s sudah ada, %(refused)s ditolak. Tanda terima: %(run)s.",
        **counts,
        run=run.id[:8],
    )


def _take_file(services: Services, found: Adapter, connection: Connection, file: Path, *, as_json: bool) -> None:
    taken = Taken()
    with run_of(services, found.name, "file", connection=connection.name, subject=mask_nips_in(file.name)) as run:
        with working(N_("Membaca berkas …")):
            held = _read(found, connection, file)
            if not held.refused:
                taken = take_all(held.records, desk_of(services), found.exchange.source if found.exchange else "")
        kept = [*map(refusal_of_cell, held.refused), *map(refusal_of, taken.refused)]
        counts = {"read": len(held.records), "recorded": taken.recorded, "unchanged": taken.unchanged}
        run.advance({**counts, "refused": len(kept)}, refused=kept)
    if isinstance(held, TableHeld):  # rows that were left out, and what is used and worth a look
        show_notes(held)
    refused = [*refused_cells(held.refused), *_refused_rows(taken)]
    if as_json:
        print_json(
            {"run": run.id, "recorded": taken.recorded, "unchanged": taken.unchanged, "refused": refused}
        )  # fmt: skip
    say("%(recorded)s catatan baru, %(unchanged)s sudah ada.", recorded=taken.recorded, unchanged=taken.unchanged)
    end_with_refused(refused, file.name)


def _read(found: Adapter, connection: Connection, file: Path) -> FileRecords:
    """What the file holds; an adapter's own fault becomes an error with a sentence."""
    if found.exchange is None:
        raise ToolError("adapter.reads_no_files", found.name, system=found.name)
    try:
        return found.exchange.read(file, connection)
    except (JampelError, OSError):
        raise
    except Exception as cause:
        raise crashed(found, cause) from cause


def _refused_rows(taken: Taken) -> list[dict[str, object]]:
    language = preferred_language()
    return [{"row": one.place, "column": "", "reason": explain(one.error, language)} for one in taken.refused]


def _lines(
    services: Services, found: Adapter, connection: Connection, file: Path | None, *, from_start: bool
) -> Iterator[Line]:
    """What a run would do with each record."""
    if file is not None:
        held = _read(found, connection, file)
        for cell in held.refused:
            of_file = f"{cell.file}: " if cell.file else ""
            place = of_file + words(N_("baris %(row)s, kolom %(column)s"), row=cell.row, column=cell.column)
            yield Line(place, "", "", "", "", None, REFUSED, cell.error)
        yield from preview(held.records, services)
        return
    cursor = "" if from_start else services.lti.adapter_runs.cursor(found.name, connection.name, place_of(connection))
    for page in pages_of(found, connection, cursor):
        yield from map(refused_line, page.refused)
        yield from preview(page.records, services)


def _show_preview(lines: Iterator[Line], *, as_json: bool) -> None:
    language = preferred_language()
    counts = dict.fromkeys(STATES, 0)
    kept: list[dict[str, Any]] = []
    try:
        for line in lines:
            counts[line.state] += 1
            if as_json or len(kept) < SHOWN:
                reason = explain(line.error, language) if line.error else ""
                kept.append({**line._asdict(), "error": reason} if reason else {**line._asdict(), "error": None})
    finally:
        if as_json:
            print_json({"dry_run": True, **counts, "records": kept})
        elif kept:
            _show_lines(kept)
        say(
            "Akan dicatat: %(new)s baru, %(known)s sudah ada, %(refused)s ditolak. Belum ada yang dicatat.",
            **{name: counts[name] for name in STATES},
        )
    if counts[REFUSED]:
        fail(words("%(n)s catatan akan ditolak.", n=counts[REFUSED]), FINDINGS)


def _show_lines(kept: list[dict[str, Any]]) -> None:
    headings = (N_("Tempat"), N_("Orang"), N_("Kegiatan"), N_("Selesai"), N_("Bentuk"), N_("JP"), N_("Keadaan"))
    table = Table(*map(words, headings))
    for one in islice(kept, SHOWN):
        jp = "" if one["jp"] is None else f"{one['jp'] / 100:g}"
        state = one["error"] or _state(one)
        table.add_row(one["place"], one["who"], one["title"], one["at"][:10], one["form"], jp, state)
    show_table(table)


def _state(one: dict[str, Any]) -> str:
    text = STATES[one["state"]]
    return words(text)
