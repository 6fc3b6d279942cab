"""What several commands show: tables on stdout, and the cells of a file that were refused."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from lti_tool.console import FINDINGS, N_, TALK, fail, words
from lti_tool.settings import preferred_language
from xapi.sheet_rows import RefusedCell
from xapi.words import explain

WIDE = 240


def show_table(table: Table) -> None:
    """Prints `table` on stdout: as wide as the terminal, or as wide as it needs when a program reads it."""
    width = None if sys.stdout.isatty() else WIDE
    Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=width).print(table)


def refused_cells(refused: Sequence[RefusedCell]) -> list[dict[str, object]]:
    """Each refused cell as plain values, its reason in the language of the command."""
    language = preferred_language()
    return [
        {"row": bad.row, "column": bad.column, "reason": explain(bad.error, language)}
        | ({"file": bad.file} if bad.file else {})
        for bad in refused
    ]


def end_with_refused(refused: Sequence[dict[str, object]], file: str) -> None:
    """Lists what `refused_cells` gave on stderr and leaves with exit 1; comes back when nothing was refused."""
    for bad in refused:
        of_file = f"{bad['file']}: " if bad.get("file") else ""
        TALK.print(of_file + words(_place(bad), **bad), markup=False, soft_wrap=True)
    if refused:
        fail(words("%(n)s sel ditolak di %(file)s.", n=len(refused), file=file), FINDINGS)


def _place(bad: dict[str, object]) -> str:
    if not bad["row"]:  # of the whole file
        return "%(reason)s"
    return N_("Baris %(row)s, kolom %(column)s: %(reason)s") if bad["column"] else N_("Baris %(row)s: %(reason)s")
