"""Reads what the audit needs from one stored statement: a credit, void, review, release, proof, or why it is none.

Only the fields used here are decoded: the LRS has already validated the statement.
"""

import re
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from xapi import vocabulary as words
from xapi.audit import extensions as read
from xapi.audit.meanings import (
    LMS_SOURCE,
    REVIEW_SOURCE,
    STATUSES,
    BadStatement,
    Credit,
    Meaning,
    Proof,
    Release,
    Review,
    Stored,
    Unusable,
    Void,
)
from xapi.audit.moments import MOST_DAYS, local_day, moment, number_of, refuse_future, start_of, zone_of
from xapi.audit.rule_cells import QUANTITIES
from xapi.audit.rule_set import Edition, FormRule, RuleSet
from xapi.identity import looks_like_nip, mask_nip

CREDIT_VERBS = frozenset({words.PASSED, words.COMPLETED, words.ATTENDED})
MOST_JP = 1_000_000
HIGHEST_LEVEL = 9  # of a competency
MOST_UNITS = 60  # months or semesters of one record
_PERSON = re.compile(r"[0-9a-f]{32}")
_DATES = re.compile(r", [0-9]{4}-[0-9]{2}-[0-9]{2}( – [0-9]{4}-[0-9]{2}-[0-9]{2})?$")


class _Verb(msgspec.Struct, gc=False):
    id: str


class _Account(msgspec.Struct, rename="camel", gc=False):
    home_page: str = ""
    name: str = ""


class _Actor(msgspec.Struct, gc=False):
    account: _Account | None = None


class _Definition(msgspec.Struct, gc=False):
    name: dict[str, str] = {}
    description: dict[str, str] = {}
    type: str = ""


class _Object(msgspec.Struct, rename="camel", gc=False):
    id: str = ""
    object_type: str = "Activity"
    definition: _Definition | None = None


class _Score(msgspec.Struct, gc=False):
    scaled: float | None = None


class _Result(msgspec.Struct, gc=False):
    success: bool | None = None
    completion: bool | None = None
    score: _Score | None = None
    duration: str = ""
    response: str = ""


class _Context(msgspec.Struct, gc=False):
    registration: str | None = None
    extensions: dict[str, Any] = {}


class StatementShape(msgspec.Struct, gc=False):
    """As much of a statement as is read here."""

    verb: _Verb
    actor: _Actor
    object: _Object
    result: _Result | None = None
    context: _Context | None = None
    timestamp: str = ""


_NO_CONTEXT, _NO_RESULT = _Context(), _Result()
_decode = msgspec.json.Decoder(StatementShape).decode


def read_statement(stored: Stored, rules: RuleSet, home_page: str) -> Meaning:
    """What `stored` means for the ledger; None when it has nothing to do with JP.

    `home_page` is the institution's, of whose people alone a credit can be. Never raises for a bad statement.
    """
    try:
        statement = _decode(stored.body)
        verb = statement.verb.id
        if verb in CREDIT_VERBS:
            return _achievement(stored, statement, rules, home_page)
        if verb == words.VOIDED:
            target = read.storable(statement.object.id.lower())[:64]
            return Void(stored.id.lower(), stored.seq, target, stored.source, stored.stored)
        if verb == words.VERB_REVIEWED:
            return _review(stored, statement)
    except (msgspec.DecodeError, RecursionError):
        return _bad(stored, "unreadable", "$")
    except Unusable as problem:
        return _bad(stored, problem.reason, problem.path)
    return None


def _bad(stored: Stored, reason: str, path: str) -> BadStatement:
    return BadStatement(stored.id.lower(), stored.seq, reason, path, stored.source, stored.stored)


def _achievement(
    stored: Stored, statement: StatementShape, rules: RuleSet, home_page: str
) -> Credit | Release | Proof | None:
    context, result = statement.context or _NO_CONTEXT, statement.result or _NO_RESULT
    said = context.extensions
    if result.success is False or result.completion is False:
        return None
    if words.EXT_JP in said or words.EXT_BENTUK in said:
        return _credit(stored, statement, rules, home_page)
    if words.EXT_IMPLEMENTS in said:
        return _release(stored, statement, home_page)
    if words.EXT_COMPETENCY in said and statement.verb.id == words.PASSED:
        with suppress(Unusable):  # it decides over no JP: what cannot be told is left out
            return _proof(stored, statement, rules, home_page)
    return None


def _credit(stored: Stored, statement: StatementShape, rules: RuleSet, home_page: str) -> Credit:
    context, result = statement.context or _NO_CONTEXT, statement.result or _NO_RESULT
    said = context.extensions
    arrived = moment(stored.stored, "$.stored")
    end = moment(statement.timestamp, "$.timestamp") if statement.timestamp else arrived
    refuse_future(end, arrived)
    raw_jp = read.whole(said, words.EXT_JP, None, (0, MOST_JP), "jp")
    days = read.whole(said, words.EXT_DAYS, 1, (1, MOST_DAYS), "days")
    start, doubt = start_of(end, result.duration, days)
    zone = _zone(said)
    edition, local = _edition_and_day(rules, start, end, zone)
    form = edition.form(read.text(said, words.EXT_BENTUK, "form"))
    if form is None:
        raise Unusable("form_unknown", read.path_of(words.EXT_BENTUK))
    international = read.flag(said, words.EXT_INTERNATIONAL, "international")
    source = edition.source(stored.source)
    end_second = int(end.timestamp())
    return Credit(  # by position, which is eight times faster than by name
        stored.id.lower(),
        stored.seq,
        _person(statement.actor, home_page),
        _activity(statement.object),
        _title(statement.object),
        form.slug,
        number_of(local),
        local.year * 100 + local.month,
        (local.month + 2) // 3,
        local.year,
        _units(said, form, days, international=international),
        days if edition.settings.day_cap_times_days else 1,  # cap_days
        int(start.timestamp()) // 60,
        end_second // 60,
        end_second,
        int(arrived.timestamp()) // 60,
        raw_jp,
        international,
        read.certificate(said),
        stored.source,
        read.storable(context.registration)[:36] if context.registration else None,
        read.evidence(said),
        source.status,  # default_review
        int(source.lms_match),
        read.flag(said, words.EXT_AWAITS, "awaits"),
        read.told_flag(said, words.EXT_ASSIGNED),
        read.told_text(said, words.EXT_COMPETENCY),
        _organiser(said, statement.object),
        zone.key if zone else edition.settings.time_zone,
        doubt,
    )


def _units(said: dict[str, Any], form: FormRule, days: int, *, international: int) -> int:
    """How many units a form that counts them is paid for: months or semesters by `quantity`, else the days."""
    if form.unit_paid(international=international == 1) in QUANTITIES:
        return read.whole(said, words.EXT_QUANTITY, 1, (1, MOST_UNITS), "quantity")
    return days


def _release(stored: Stored, statement: StatementShape, home_page: str) -> Release:
    """Only the LMS's own record can say that an implementation was carried out."""
    said = (statement.context or _NO_CONTEXT).extensions
    if stored.source != LMS_SOURCE:
        raise Unusable("release_untrusted", "$.authority")
    activity = read.text(said, words.EXT_IMPLEMENTS, "release_object")
    return Release(
        statement_id=stored.id.lower(),
        seq=stored.seq,
        actor=_person(statement.actor, home_page),
        activity=read.storable(activity)[:2000],
        at=read.storable(statement.timestamp or stored.stored)[:40],
        evidence=read.evidence(said),
    )


def _proof(stored: Stored, statement: StatementShape, rules: RuleSet, home_page: str) -> Proof | None:
    """A test that was passed, None when it does not say in what."""
    said = (statement.context or _NO_CONTEXT).extensions
    competency = read.told_text(said, words.EXT_COMPETENCY)
    if competency is None:
        return None
    arrived = moment(stored.stored, "$.stored")
    end = moment(statement.timestamp, "$.timestamp") if statement.timestamp else arrived
    refuse_future(end, arrived)
    edition, local = _edition_and_day(rules, end, end, _zone(said))
    score = (statement.result or _NO_RESULT).score
    scaled = score.scaled if score is not None else None
    level = said.get(words.EXT_LEVEL)
    return Proof(
        statement_id=stored.id.lower(),
        seq=stored.seq,
        actor=_person(statement.actor, home_page),
        activity=_activity(statement.object),
        activity_title=_title(statement.object),
        competency=competency,
        level=level if type(level) is int and 1 <= level <= HIGHEST_LEVEL else None,
        score=None if scaled is None else round(scaled * 10_000),
        day=number_of(local),
        source=stored.source,
        default_review=edition.source(stored.source).status,
    )


def _review(stored: Stored, statement: StatementShape) -> Review:
    if stored.source != REVIEW_SOURCE:
        raise Unusable("review_untrusted", "$.authority")
    if statement.object.object_type != "StatementRef":
        raise Unusable("review_object", "$.object")
    said = (statement.context or _NO_CONTEXT).extensions
    status = said.get(words.EXT_STATUS)
    if not isinstance(status, str) or status not in STATUSES:
        raise Unusable("review_status", read.path_of(words.EXT_STATUS))
    who = statement.actor.account.name if statement.actor.account else ""
    role = said.get(words.EXT_ROLE)
    return Review(
        statement_id=stored.id.lower(),
        seq=stored.seq,
        target=read.storable(statement.object.id.lower())[:64],
        status=status,
        who=read.storable(mask_nip(who) if looks_like_nip(who) else who[:200]),
        role=read.storable(role[:200]) if isinstance(role, str) else "",
        at=read.storable(statement.timestamp or stored.stored)[:40],
        reason=read.storable((statement.result or _NO_RESULT).response[:2000]),
        evidence=read.evidence(said),
    )


def _zone(said: dict[str, Any]) -> ZoneInfo | None:
    """The zone of the place of the event, when the statement says one."""
    if words.EXT_ZONE not in said:
        return None
    zone = zone_of(read.text(said, words.EXT_ZONE, "time_zone")[:100])
    if zone is None:
        raise Unusable("time_zone", read.path_of(words.EXT_ZONE))
    return zone


def _edition_and_day(rules: RuleSet, start: datetime, end: datetime, own_zone: ZoneInfo | None) -> tuple[Edition, date]:
    """The edition in force and the local day to which the credit belongs (start or end, by the setting)."""
    edition = rules.at(number_of(end))
    if edition is None:
        raise Unusable("no_rule", "$.timestamp")
    zone = own_zone or ZoneInfo(edition.settings.time_zone)
    local = local_day(start if edition.settings.year_attribution == "start" else end, zone)
    if not edition.valid_from <= (day := number_of(local)) <= edition.valid_to:
        edition = rules.at(day)
    if edition is None:
        raise Unusable("no_rule", "$.timestamp")
    return edition, local


def _person(actor: _Actor, home_page: str) -> str:
    account = actor.account
    if account is None or account.home_page != home_page or not _PERSON.fullmatch(account.name):
        raise Unusable("actor_unknown", "$.actor.account")
    return account.name


def _activity(thing: _Object) -> str:
    if thing.object_type != "Activity" or not 0 < len(thing.id) <= 2000:
        raise Unusable("object", "$.object")
    return read.storable(thing.id)


def _title(thing: _Object) -> str:
    return _on_one_line(_in_our_language(thing.definition.name)) if thing.definition else ""


@lru_cache(maxsize=4096)
def _on_one_line(title: str) -> str:
    return " ".join(read.storable(title[:2000]).split())[:500]


def _organiser(said: dict[str, Any], thing: _Object) -> str | None:
    """Who held it: as the extension says, or as our events do, which describe themselves by organiser and dates."""
    if words.EXT_ORGANISER in said:
        return read.told_text(said, words.EXT_ORGANISER)
    if thing.definition is None or thing.definition.type != words.TYPE_EVENT:
        return None
    return read.short(_DATES.sub("", _in_our_language(thing.definition.description)))


def _in_our_language(texts: dict[str, str]) -> str:
    for tag in ("id", "id-ID", "en", "en-US"):
        if tag in texts:
            return texts[tag]
    return next(iter(texts.values()), "")
