"""What people say when they make a credential, as the LRS wants it: a module of the library, a last day, a grace."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from lti_tool.errors import ToolError
from lti_tool.house.model import Module
from xapi.errors import StatementError
from xapi.validation.formats import require_iri
from xapi.vocabulary import EXT_BENTUK, EXT_COMPETENCY, EXT_JP, EXT_MODULE_VERSION, EXT_STANDARD

_GRACE = re.compile(r"(\d{1,5}) ?(d|h|m)", re.ASCII)
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_LAST_YEAR = 9000
_INSTANT = timedelta(microseconds=1)


class _Modules(Protocol):
    """The part of a library that is needed here."""

    def newest(self, course_id: str) -> Module | None: ...

    def list(self) -> list[Module]: ...

    def serves(self, digest: str) -> tuple[str, str]: ...


def given_by(module: Module, serves: tuple[str, str] = ("", "")) -> dict[str, object]:
    """The context extensions that a record of `module` may carry: its JP in hundredths, its form, its version, and the
    competencies and the job standard that it `serves`, where it names them."""
    always = {EXT_JP: module.jp, EXT_BENTUK: module.bentuk, EXT_MODULE_VERSION: module.version}
    told = zip((EXT_COMPETENCY, EXT_STANDARD), serves, strict=True)
    return always | {name: text for name, text in told if text}


def find_module(library: _Modules, named: str) -> tuple[str, dict[str, object]]:
    """The IRI of the module that `named` (an id of the library, or an IRI) means, and what its records may carry.

    An IRI that is not in the library gives no extensions: its records are kept and earn nothing. Raises ToolError
    `lrs.module_unknown` for anything else.
    """
    published = library.newest(named) or next((one for one in library.list() if one.iri == named), None)
    if published is not None:
        return published.iri, given_by(published, library.serves(published.digest))
    try:
        return require_iri(named, "module", ""), {}
    except StatementError as cause:
        raise ToolError("lrs.module_unknown", "neither a module of the library nor an IRI", module=named) from cause


def end_of(last_day: date | None, zone: ZoneInfo) -> datetime | None:
    """The moment, aware UTC, when the day `last_day` is over in `zone`; None without one, or for one out of sight."""
    if last_day is None or last_day.year > _LAST_YEAR:
        return None
    return datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)


def last_moment(expires: datetime | None) -> datetime | None:
    """The last moment at which a credential works that is over at `expires`: it lies in the day that was given."""
    return None if expires is None else expires - _INSTANT


def parse_grace(text: str) -> timedelta:
    """A duration as `7d`, `12h`, `30m` or `0`; ToolError `lrs.grace_unreadable` for anything else."""
    if text.strip() == "0":
        return timedelta()
    found = _GRACE.fullmatch(text.strip())
    if found is None:
        raise ToolError("lrs.grace_unreadable", "not a duration", text=text)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
