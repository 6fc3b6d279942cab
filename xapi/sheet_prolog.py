"""Looks at what stands before the root element of an XML part: a document type there may declare entities."""

from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

MOST_PROLOG = 1 << 20  # bytes until the root element: a writer of workbooks needs some hundred
_PIECE = 1 << 14


class _Seen(Exception):
    """The document type, or the root element, was reached."""


def has_doctype(part: IO[bytes]) -> bool | None:
    """Whether `part` has a document type declaration (XML 1.0, 2.8); None when it is no XML until its root element.

    Read only until there. A prolog longer than MOST_PROLOG counts as one, and an empty part has none.
    """
    parser = ParserCreate()
    found: list[bool] = []

    def see(declares: bool) -> None:
        found.append(declares)
        raise _Seen

    parser.StartDoctypeDeclHandler = lambda *_declared: see(True)
    parser.StartElementHandler = lambda *_element: see(False)
    try:
        for _piece in range(MOST_PROLOG // _PIECE):
            piece = part.read(_PIECE)
            if not piece:
                return False
            parser.Parse(piece, False)
    except _Seen:
        return found[0]
    except ExpatError:
        return None
    return True
