"""Reads what the audit needs from one stored statement: a credit, a void, a review, or why it is none of them.

Only the fields used here are decoded: the LRS has already validated the statement.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from xapi import vocabulary as words
from xapi.audit.rule_cells import QUANTITIES
from xapi.audit.rule_set import Edition, FormRule, RuleSet
from xapi.identity import looks_like_nip, mask_nip

CREDIT_VERBS = frozenset({words.PASSED, words.COMPLETED, words.ATTENDED})
STATUSES = frozenset({"Ditinjau", "Disetujui", "Ditolak", "Perbaikan"})
REVIEW_SOURCE = "review"
MOST_JP = 1_000_000
MOST_DAYS = 366
MOST_UNITS = 60  # months or semesters of one record
CLOCK_SLACK = timedelta(days=1)
_PERSON = re.compile(r"[0-9a-f]{32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DURATION = re.compile(
    r"P(?:(?P<weeks>[\d.]+)W|(?:(?P<years>[\d.]+)Y)?(?:(?P<months>[\d.]+)M)?(?:(?P<days>[\d.]+)D)?"
    r"(?:T(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?)"
)
_SECONDS = {
    "weeks": 604_800,
    "years": 31_536_000,
    "months": 2_592_000,
    "days": 86_400,
    "hours": 3_600,
    "minutes": 60,
    "seconds": 1,
}


class Stored(Protocol):
    """A statement as the LRS's store gives it."""

    @property
    def seq(self) -> int: ...
    @property
    def id(self) -> str: ...
    @property
    def stored(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def body(self) -> bytes: ...


class Credit(msgspec.Struct, frozen=True):
    """One claim of JP, as the ledger keeps it: `day` is `yyyymmdd` in the institution's zone, minutes since 1970 UTC.

    `days` is how many of the form's units are declared: days, or months or semesters of a form that is paid by them.
    """

    statement_id: str
    seq: int
    actor: str
    activity: str
    activity_title: str
    form: str
    day: int
    month: int
    quarter: int
    year: int
    days: int
    cap_days: int
    start_minute: int
    end_minute: int
    end_second: int
    raw_jp: int
    international: int
    certificate: str | None
    source: str
    registration: str | None
    evidence: str | None
    default_review: str
    lms_match: int


class Void(msgspec.Struct, frozen=True):
    """A statement that takes another one back."""

    statement_id: str
    seq: int
    target: str
    source: str
    stored: str


class Review(msgspec.Struct, frozen=True):
    """A validator's decision about a credit."""

    statement_id: str
    seq: int
    target: str
    status: str
    who: str
    role: str
    at: str
    reason: str
    evidence: str | None


class BadStatement(msgspec.Struct, frozen=True):
    """A statement that means to give or judge a credit and cannot; `reason` is a key of `xapi.audit.words.REASONS`."""

    statement_id: str
    seq: int
    reason: str
    path: str
    source: str
    stored: str


Meaning = Credit | Void | Review | BadStatement | None


class _Verb(msgspec.Struct):
    id: str


class _Account(msgspec.Struct, rename="camel"):
    home_page: str = ""
    name: str = ""


class _Actor(msgspec.Struct):
    account: _Account | None = None


class _Definition(msgspec.Struct):
    name: dict[str, str] = {}


class _Object(msgspec.Struct, rename="camel"):
    id: str = ""
    object_type: str = "Activity"
    definition: _Definition | None = None


class _Result(msgspec.Struct):
    success: bool | None = None
    completion: bool | None = None
    duration: str = ""
    response: str = ""


class _Context(msgspec.Struct):
    registration: str | None = None
    extensions: dict[str, Any] = {}


class _Statement(msgspec.Struct):
    verb: _Verb
    actor: _Actor
    object: _Object
    result: _Result | None = None
    context: _Context | None = None
    timestamp: str = ""


class _Unusable(Exception):
    """A credit or review cannot be used: reason and JSON path."""

    def __init__(self, reason: str, path: str) -> None:
        super().__init__(reason)
        self.reason, self.path = reason, path


_decode = msgspec.json.Decoder(_Statement).decode


def read_statement(stored: Stored, rules: RuleSet, home_page: str) -> Meaning:
    """What `stored` means for the ledger; None when it has nothing to do with JP.

    `home_page` is the institution's, of whose people alone a credit can be. Never raises for a bad statement.
    """
    source = stored.source
    try:
        statement = _decode(stored.body)
        verb = statement.verb.id
        if verb in CREDIT_VERBS:
            return _credit(stored, statement, rules, home_page)
        if verb == words.VOIDED:
            target = statement.object.id.lower()
            return Void(stored.id.lower(), stored.seq, target, source, stored.stored)
        if verb == words.VERB_REVIEWED:
            return _review(stored, statement)
    except msgspec.DecodeError:
        return BadStatement(stored.id.lower(), stored.seq, "unreadable", "$", source, stored.stored)
    except _Unusable as problem:
        return BadStatement(stored.id.lower(), stored.seq, problem.reason, problem.path, source, stored.stored)
    return None


def _credit(stored: Stored, statement: _Statement, rules: RuleSet, home_page: str) -> Credit | None:
    context, result = statement.context or _Context(), statement.result or _Result()
    said = context.extensions
    if words.EXT_JP not in said and words.EXT_BENTUK not in said:
        return None
    if result.success is False or result.completion is False:
        return None
    end = _moment(statement.timestamp or stored.stored, "$.timestamp")
    _refuse_future(end, stored.stored)
    raw_jp = _whole(said, words.EXT_JP, None, 0, MOST_JP, "jp")
    days = _whole(said, words.EXT_DAYS, 1, 1, MOST_DAYS, "days")
    start = _start(end, result.duration, days)
    edition, local = _edition_and_day(rules, start, end)
    form = edition.form(_text(said, words.EXT_BENTUK, "form"))
    if form is None:
        raise _Unusable("form_unknown", _path(words.EXT_BENTUK))
    source_rule = edition.source(stored.source)
    return Credit(
        statement_id=stored.id.lower(),
        seq=stored.seq,
        actor=_person(statement.actor, home_page),
        activity=_activity(statement.object),
        activity_title=_title(statement.object),
        form=form.slug,
        day=local.year * 10000 + local.month * 100 + local.day,
        month=local.year * 100 + local.month,
        quarter=(local.month + 2) // 3,
        year=local.year,
        days=_units(said, form, days),
        cap_days=days if edition.settings.day_cap_times_days else 1,
        start_minute=int(start.timestamp()) // 60,
        end_minute=int(end.timestamp()) // 60,
        end_second=int(end.timestamp()),
        raw_jp=raw_jp,
        international=_flag(said, words.EXT_INTERNATIONAL),
        certificate=_certificate(said),
        source=stored.source,
        registration=context.registration,
        evidence=_evidence(said),
        default_review=source_rule.status,
        lms_match=int(source_rule.lms_match),
    )


def _units(said: dict[str, Any], form: FormRule, days: int) -> int:
    """How many units a form that counts them is paid for: months or semesters by `quantity`, else the days."""
    unit = form.unit_paid(international=_flag(said, words.EXT_INTERNATIONAL) == 1)
    if unit in QUANTITIES:
        return _whole(said, words.EXT_QUANTITY, 1, 1, MOST_UNITS, "quantity")
    return days


def _review(stored: Stored, statement: _Statement) -> Review:
    if stored.source != REVIEW_SOURCE:
        raise _Unusable("review_untrusted", "$.authority")
    if statement.object.object_type != "StatementRef":
        raise _Unusable("review_object", "$.object")
    said = (statement.context or _Context()).extensions
    status = said.get(words.EXT_STATUS)
    if status not in STATUSES:
        raise _Unusable("review_status", _path(words.EXT_STATUS))
    who = statement.actor.account.name if statement.actor.account else ""
    role = said.get(words.EXT_ROLE)
    return Review(
        statement_id=stored.id.lower(),
        seq=stored.seq,
        target=statement.object.id.lower(),
        status=str(status),
        who=mask_nip(who) if looks_like_nip(who) else who[:200],
        role=role[:200] if isinstance(role, str) else "",
        at=statement.timestamp or stored.stored,
        reason=(statement.result or _Result()).response[:2000],
        evidence=_evidence(said),
    )


def _edition_and_day(rules: RuleSet, start: datetime, end: datetime) -> tuple[Edition, datetime]:
    """The edition in force and the local day to which the credit belongs (start or end, by the setting)."""
    edition = rules.at(_number(end))
    if edition is None:
        raise _Unusable("no_rule", "$.timestamp")
    zone = ZoneInfo(edition.settings.time_zone)
    local = (start if edition.settings.year_attribution == "start" else end).astimezone(zone)
    edition = rules.at(_number(local))
    if edition is None:
        raise _Unusable("no_rule", "$.timestamp")
    return edition, local


def _number(day: datetime) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def _moment(text: str, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Unusable("timestamp", path) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if not 1900 <= moment.year <= 9990:
        raise _Unusable("timestamp", path)
    return moment.astimezone(UTC)


def _refuse_future(end: datetime, stored: str) -> None:
    if end > _moment(stored, "$.stored") + CLOCK_SLACK:
        raise _Unusable("in_future", "$.timestamp")


def _start(end: datetime, duration: str, days: int) -> datetime:
    """When it began: by the recorded duration, else by the number of days, else the moment of its end."""
    match = _DURATION.fullmatch(duration)
    seconds = sum(float(part) * _SECONDS[unit] for unit, part in match.groupdict().items() if part) if match else 0.0
    if not seconds:
        return end - timedelta(days=days - 1)
    return end - timedelta(seconds=min(seconds, MOST_DAYS * 86_400.0))


def _person(actor: _Actor, home_page: str) -> str:
    account = actor.account
    if account is None or account.home_page != home_page or not _PERSON.fullmatch(account.name):
        raise _Unusable("actor_unknown", "$.actor.account")
    return account.name


def _activity(thing: _Object) -> str:
    if thing.object_type != "Activity" or not 0 < len(thing.id) <= 2000:
        raise _Unusable("object", "$.object")
    return thing.id


def _title(thing: _Object) -> str:
    names = thing.definition.name if thing.definition else {}
    title = next((names[tag] for tag in ("id", "id-ID", "en", "en-US") if tag in names), next(iter(names.values()), ""))
    return " ".join(title.split())[:500]


def _whole(said: dict[str, Any], key: str, missing: int | None, low: int, high: int, reason: str) -> int:
    value = said.get(key, missing)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _Unusable(reason, _path(key))
    return value


def _text(said: dict[str, Any], key: str, reason: str) -> str:
    value = said.get(key)
    if not isinstance(value, str):
        raise _Unusable(reason, _path(key))
    return value


def _flag(said: dict[str, Any], key: str) -> int:
    value = said.get(key, False)
    if not isinstance(value, bool):
        raise _Unusable("international", _path(key))
    return int(value)


def _certificate(said: dict[str, Any]) -> str | None:
    """The certificate number, compared without regard to case and runs of blanks; an empty one is none."""
    value = said.get(words.EXT_CERTIFICATE)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 200:
        raise _Unusable("certificate", _path(words.EXT_CERTIFICATE))
    return " ".join(value.split()).upper()[:200] or None


def _evidence(said: dict[str, Any]) -> str | None:
    value = said.get(words.EXT_EVIDENCE)
    return value.lower() if isinstance(value, str) and _SHA256.fullmatch(value.lower()) else None


def _path(extension: str) -> str:
    return f"$.context.extensions['{extension}']"
