"""Asks the person at the terminal which column of a table is what, and whether what was understood is right."""

from collections.abc import Callable, Mapping

import click

from adapters.table_files import TableHeld
from lti_tool.cli.agreement import agreed
from lti_tool.console import TALK, words
from lti_tool.settings import preferred_language
from xapi.sheet import plain_name
from xapi.sheet_cells import SheetError
from xapi.sheet_layout import Layout
from xapi.words import explain

MOST_ASKED = 20  # times: columns are asked for until none is missing
MISSING = "sheet.columns_missing"


def ask_for_columns(
    read: Callable[[Layout], TableHeld], chosen: Layout, fields: Mapping[str, str]
) -> tuple[TableHeld, Layout]:
    """What `read` gives once no column is missing, and the columns as chosen by then; `fields` have titles.

    An empty answer gives up: then the error says what is missing. An answer that begins with `=` holds for all rows.
    """
    for _time in range(MOST_ASKED):
        try:
            return read(chosen), chosen
        except SheetError as error:
            more = _answers(error, fields) if error.code == MISSING else None
            if more is None:
                raise
            chosen = more.over(chosen)
    return read(chosen), chosen


def _answers(error: SheetError, fields: Mapping[str, str]) -> Layout | None:
    """The columns for what an error calls missing; None when the person gives up."""
    TALK.print(explain(error, preferred_language()), markup=False, soft_wrap=True)
    by_title = {plain_name(title): name for name, title in fields.items()}
    columns, fixed = {}, {}
    for title in str(error.params["columns"]).split(", "):
        name = by_title.get(plain_name(title))
        if name is None:
            return None
        question = words("Kolom mana yang berisi %(title)s? (=NILAI bila sama untuk semua baris)", title=title)
        answer = click.prompt(question, default="", show_default=False, err=True).strip()
        if not answer:
            return None
        if answer.startswith("="):
            fixed[name] = answer[1:].strip()
        else:
            columns[name] = answer
    return Layout(columns, fixed)


def confirmed() -> bool:
    """Whether the person says that what was shown is right."""
    return agreed(words("Catat sekarang?"))
