"""What the query of an audit page narrows it to, and the links that keep it."""

from typing import Any

from flask import request, url_for

from lti_tool.web.figures import chosen_year
from xapi.audit.report_scope import Scope

TEXTS = {"opd": "opd", "status": "status", "golongan": "grade"}
PARAMETERS = (*TEXTS, "capaian", "triwulan")
LONGEST = 300


def chosen_scope() -> Scope:
    """The scope in the query: `opd`, `status`, `golongan`, `capaian` (1 or 0) and `triwulan` (1 to 4)."""
    texts = {field: _text(name) for name, field in TEXTS.items()}
    reached = {"1": True, "0": False}.get(request.args.get("capaian", ""))
    quarter = request.args.get("triwulan", type=int)
    return Scope(**texts, met=reached, quarter=quarter if quarter in (1, 2, 3, 4) else None)


def kept(**changes: str | None) -> dict[str, str | None]:
    """The parameters of the scope for a link, with `changes`; what is empty or not there is None."""
    return {**{name: _text(name) for name in PARAMETERS}, **changes}


def page_address(endpoint: str, **changes: str | None) -> str:
    """The address of an audit page of the chosen year, within the scope of this one with `changes`."""
    values: dict[str, Any] = {"tahun": chosen_year(), **kept(), **changes}
    return url_for(endpoint, **values)


def _text(name: str) -> str | None:
    """A parameter; without NUL, which PostgreSQL takes in no text."""
    return plain(request.args.get(name, "")) or None


def plain(text: str) -> str:
    """A text of a query, no longer than any name and without NUL, which PostgreSQL takes in no text."""
    return text.replace("\0", "")[:LONGEST]
