"""Tables on stdout: as wide as the terminal, or as wide as they need when a program reads them."""

import sys

from rich.console import Console
from rich.table import Table

WIDE = 240


def show_table(table: Table) -> None:
    """Prints `table` on stdout."""
    Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else WIDE).print(table)
