"""The filter of the statement browser: from a form and an address to what the store is asked for, and back."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lti_tool.browse.find import Wanted
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.person_search import Fault, is_person, search_person
from xapi.errors import JampelError
from xapi.identity import contains_nip
from xapi.lrs.principal import SOURCES
from xapi.lrs.query import check_filter_agent
from xapi.lrs.store.times import micros
from xapi.model import Account
from xapi.people import Employee
from xapi.validation.agents import account_ifi
from xapi.words import explain

LONGEST = 2_000
NAMES = ("orang", "agen", "verba", "kegiatan", "terkait", "registrasi", "dari", "sampai", "asal", "keadaan")
VOIDED = "batal"


def values_of(source: MultiDict[str, str]) -> dict[str, str]:
    """The filter's values in a query or a form, without empty ones."""
    found = {name: source.get(name, "").strip()[:LONGEST] for name in NAMES}
    return {name: value for name, value in found.items() if value}


def wanted_of(values: dict[str, str]) -> Wanted:
    """What the store is asked for. Raises Fault when a value means nothing."""
    return Wanted(
        agents=_agents(values),
        verb=values.get("verba"),
        activity=values.get("kegiatan"),
        related=values.get("terkait") == "1",
        registration=_registration(values.get("registrasi")),
        since=_start(values.get("dari"), days=0),
        until=_start(values.get("sampai"), days=1),
        source=_source(values.get("asal", "")),
        voided=values.get("keadaan") == VOIDED,
    )


def before() -> int | None:
    """The place after which this page begins, None for the first page. Raises Fault when the address is not ours."""
    text = request.args.get("sebelum", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Fault(_("Alamat halaman ini tidak dikenal. Mulai lagi dari yang terbaru."))
    return int(text)


def address(values: dict[str, str], **changes: object) -> str:
    """The address of the browser with `values`, some of them changed (an empty one is taken away)."""
    return _with(url_for("admin_statements.page"), values | changes)


def file_address(values: dict[str, str], form: str) -> str:
    """The address of all that fits `values` as a file."""
    return _with(url_for("admin_statement_file.download", form=form), values)


def _with(path: str, values: Mapping[str, object]) -> str:
    wanted = {name: str(value) for name, value in values.items() if value not in (None, "")}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def resolved(values: dict[str, str]) -> tuple[dict[str, str], list[Employee]]:
    """`values` of the form with the person as a pseudonym: no NIP and no name may stand in an address.

    With several people of that name, these people instead. Raises Fault when there is nobody.
    """
    text = values.pop("orang", "")
    values.pop("agen", None)
    if not text:
        return values, []
    if text.startswith("mailto:") and not contains_nip(text):
        return {**values, "agen": msgspec.json.encode({"mbox": text}).decode()}, []
    person, several = search_person(text)
    return ({**values, "orang": person}, []) if person else (values, several)


def _agents(values: dict[str, str]) -> tuple[str, ...]:
    """The identifiers of the person, with those under which earlier statements know them, or of another agent."""
    if person := values.get("orang"):
        if not is_person(person):
            raise Fault(_("Nama samaran terdiri dari 32 angka dan huruf a sampai f."))
        canonical = services().people.canonical()
        own = canonical.get(person, person)
        names = [own, *sorted(alias for alias, other in canonical.items() if other == own)]
        home = services().people.home_page
        return tuple(account_ifi(Account(home_page=home, name=name)) for name in names)
    if "agen" not in values:
        return ()
    try:
        facts = check_filter_agent(msgspec.json.decode(values["agen"].encode(), type=dict[str, object]))
    except (msgspec.MsgspecError, RecursionError):
        raise Fault(_("Pelaku ini tidak terbaca.")) from None
    except JampelError as error:
        raise Fault(explain(error, language())) from None
    return (facts.ifi or "",)


def _registration(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return str(UUID(text))
    except ValueError:
        raise Fault(_("Registrasi adalah UUID, misalnya aa97b177-9383-4934-8543-0f91a7a02837.")) from None


def _start(text: str | None, *, days: int) -> int | None:
    """The last microsecond before the local day `text`, or before the day that is `days` later."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return micros(datetime.combine(day, time(), services().zone)) - 1
    except (ValueError, OverflowError):
        raise Fault(_("Tanggal tidak terbaca. Tulis seperti 2026-11-23.")) from None


def _source(text: str) -> str:
    if text and text not in SOURCES:
        raise Fault(_("Asal bukti itu tidak dikenal."))
    return text
