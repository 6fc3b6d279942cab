"""A day on the command line: 2026-12-31, or as people write it, 31-12-2026 and 31 Desember 2026."""

from datetime import date
from typing import Any

import click

from lti_tool.console import words
from xapi.sheet import SheetError, date_of


class Day(click.ParamType):
    """Reads a day."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a usage error for anything else."""
        if isinstance(value, date):
            return value
        try:
            found = date_of(str(value))
        except SheetError:
            found = None
        if found is None:
            self.fail(words("“%(value)s” bukan tanggal; tulis misalnya 2026-12-31.", value=value), param, ctx)
        return found


DAY = Day()
