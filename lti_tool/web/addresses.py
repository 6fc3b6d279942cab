"""The address of the page that is being shown, with its query changed."""

from urllib.parse import urlencode

from flask import request, url_for


def this_page(**changes: object) -> str:
    """The path of this page and its query with `changes`; None or an empty text takes a parameter away.

    A visitor writes the query, so it never becomes arguments of `url_for`: some of those name other hosts or schemes.
    """
    path = url_for(request.endpoint or "home.page", **(request.view_args or {}))
    wanted = {name: value for name, value in {**request.args.to_dict(), **changes}.items() if value not in (None, "")}
    return f"{path}?{urlencode(wanted)}" if wanted else path
