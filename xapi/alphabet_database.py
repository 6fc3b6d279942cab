"""`Alphabetical(column)`: the order of `xapi.alphabet` in the ORDER BY of a query, the same on both databases."""

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from xapi.alphabet import SAME
from xapi.database import ALPHABETICAL


class Alphabetical(FunctionElement[str]):
    """The key that the texts of a column are sorted by; NULL stays NULL."""

    type = Text()
    inherit_cache = True
    name = "alphabetical"


_OF_ONE = [(chr(one), other) for one, other in SAME.items() if other is not None]
_FROM = "".join(one for one, _other in _OF_ONE) + "".join(chr(one) for one, other in SAME.items() if other is None)
_TO = "".join(other for _one, other in _OF_ONE)


@compiles(Alphabetical, "sqlite")
def _on_sqlite(element: Alphabetical, compiler: Any, **options: Any) -> str:
    return f"{ALPHABETICAL}({compiler.process(element.clauses, **options)})"


@compiles(Alphabetical, "postgresql")
def _on_postgresql(element: Alphabetical, compiler: Any, **options: Any) -> str:
    """A text of ASCII alone is spared the table, which PostgreSQL looks through for every character."""
    text = compiler.process(element.clauses, **options)
    table = f"translate({text}, {_quoted(_FROM)}, {_quoted(_TO)})"
    return (
        f'CASE WHEN octet_length({text}) = char_length({text}) THEN lower(({text}) COLLATE "C")'
        f' ELSE ({table}) COLLATE "C" END'
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
