"""Writes a report, findings or a transcript to a file with its seal inside (JSON) or beside it, or plain to stdout."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.progress import counted
from lti_tool.console import N_, say
from lti_tool.sealing import Draft, SealDesk
from lti_tool.services import Services
from lti_tool.settings import preferred_language
from xapi.audit.engines.ledger import EngineLedger
from xapi.audit.report_write import BINARY
from xapi.audit.seal.files import seal_path
from xapi.audit.seal.form import About
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError
from xapi.words import explain


def has_place_for_seal(form: str, output: Path | None) -> bool:
    """Whether the seal can stand in the file, or in a file beside it."""
    return form == "json" or (output is not None and form != "table")


def draft_of(services: Services, ledger: Ledger, about: About) -> tuple[SealDesk, Draft] | None:
    """What a seal says this `about`, made from `ledger`; None, with a word why, when an export cannot be sealed."""
    desk = SealDesk(services)
    if not isinstance(ledger, EngineLedger):
        return desk, desk.draft(about)
    try:
        return desk, desk.draft_from(ledger, about)
    except AuditError as error:
        if not error.code.startswith("audit.seal_export_"):
            raise
        say("Tidak disegel: %(why)s", why=explain(error, preferred_language()))
        return None


def write_sealed(desk: SealDesk, draft: Draft, form: str, output: Path | None) -> None:
    """The file with its seal inside or beside it; both are whole or not there."""
    with ticks(draft.rows, form) as progress:
        done = desk.write(draft, form, preferred_language(), progress)
    target = nullcontext(sys.stdout.buffer) if output is None else finished_file(output)
    with target as file:
        file.write(done.content)
    if done.seal is not None and output is not None:
        with finished_file(seal_path(output)) as file:
            file.write(done.seal)


@contextmanager
def ticks(rows: int, form: str) -> Iterator[Callable[[int], None]]:
    """A progress bar for the forms that take their time."""
    if form not in BINARY:
        yield lambda done: None
        return
    with counted(N_("Menulis baris …")) as begin:
        tick = begin(rows)
        yield lambda done: tick(1)
