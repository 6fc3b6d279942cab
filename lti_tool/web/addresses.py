"""What stands in an address: this page with its query changed, and numbers of rows."""

from urllib.parse import urlencode

from flask import request, url_for

LONGEST_NUMBER = 18  # digits of a number that fits into 64 bits


def this_page(**changes: object) -> str:
    """The path of this page and its query with `changes`; None or an empty text takes a parameter away.

    A visitor writes the query, so it never becomes arguments of `url_for`: some of those name other hosts or schemes.
    """
    path = url_for(request.endpoint or "home.page", **(request.view_args or {}))
    wanted = {name: value for name, value in {**request.args.to_dict(), **changes}.items() if value not in (None, "")}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def row_number(text: str) -> int:
    """The number of a row that `text` names. Raises ValueError when it is none, or larger than any database counts."""
    if len(text) > LONGEST_NUMBER:
        raise ValueError("too long for the number of a row")
    return int(text)
