"""Rules for results and contexts (xAPI 1.0.3 Data 2.4.5, 2.4.6)."""

import re
from functools import partial

from msgspec import UNSET, Raw, Struct, UnsetType, json, structs

from xapi.errors import StatementError
from xapi.model import Context, ContextActivities, Extensions, Result, Score, StatementRef
from xapi.validation.activities import check_context_activities, require_extensions
from xapi.validation.agents import check_agent
from xapi.validation.cache import remembered
from xapi.validation.facts import ActivitiesFacts, AgentFacts, ContextFacts, PeopleFacts
from xapi.validation.formats import require_duration, require_language, require_uuid
from xapi.validation.people import NOBODY, check_people
from xapi.validation.strict_json import count_keys, shaped


class _ContextParts(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A context whose large parts are still JSON, so that those seen before need no second look."""

    registration: str | UnsetType = UNSET
    instructor: Raw | UnsetType = UNSET
    team: Raw | UnsetType = UNSET
    context_activities: Raw | UnsetType = UNSET
    context_agents: Raw | UnsetType = UNSET
    context_groups: Raw | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    statement: StatementRef | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


_REGISTRATION = b'"registration":"'
_QUOTED_UUID = re.compile(rb'[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"')
_ANY = b"00000000-0000-4000-8000-000000000000"
_RESULT = json.Decoder(Result)
_PARTS = json.Decoder(_ContextParts)


def check_result(raw: Raw, path: str) -> tuple[Result, int]:
    """The result in JSON and the number of its keys; StatementError when it breaks a rule of Data 2.4.5."""
    result = shaped(_RESULT, raw, path, "Data 2.4.5")
    keys = set_fields(result)
    if result.score is not UNSET:
        keys += set_fields(result.score)
        _require_score(result.score, f"{path}.score")
    if result.duration is not UNSET:
        require_duration(result.duration, f"{path}.duration")
    if result.extensions is not UNSET:
        keys += count_keys(result.extensions, f"{path}.extensions")
        require_extensions(result.extensions, f"{path}.extensions")
    return result, keys


def check_context(raw: Raw, path: str, *, about_activity: bool) -> ContextFacts:
    """ContextFacts of a context in JSON; StatementError when it breaks a rule of Data 2.4.6.

    `about_activity` says that the object is an activity: only then may revision and platform stand there.
    """
    text = bytes(raw)
    look = _look_about_activity if about_activity else _look_about_other
    place = _registration_in(text)
    if place is None:
        return look(text, path)
    end = place + len(_ANY)
    facts = look(b"%b%b%b" % (text[:place], _ANY, text[end:]), path)
    context = structs.replace(facts.context, registration=text[place:end].decode())
    return structs.replace(facts, context=context)


def _registration_in(text: bytes) -> int | None:
    """Where the registration of a context stands, if it is valid and surely the only thing that is called so.

    Contexts repeat but for their registrations. Without a backslash every quote begins or ends a text, so no key is
    written in another way, and what is found is no part of a longer text.
    """
    place = text.find(_REGISTRATION) + len(_REGISTRATION)
    if place < len(_REGISTRATION) or b"\\" in text or text.count(_REGISTRATION[:-2]) != 1:
        return None
    return place if _QUOTED_UUID.match(text, place) else None


def _check_context(raw: bytes, path: str, *, about_activity: bool) -> ContextFacts:
    parts = shaped(_PARTS, raw, path, "Data 2.4.6")
    _require_texts(parts, path, about_activity)
    keys = set_fields(parts)
    if parts.statement is not UNSET:
        keys += 2
        require_uuid(parts.statement.id, f"{path}.statement.id", "Data 2.4.4.3")
    if parts.extensions is not UNSET:
        keys += count_keys(parts.extensions, f"{path}.extensions")
        require_extensions(parts.extensions, f"{path}.extensions")
    instructor = None if parts.instructor is UNSET else check_agent(parts.instructor, f"{path}.instructor")
    team = None if parts.team is UNSET else _team(parts.team, f"{path}.team")
    if parts.context_activities is UNSET:
        activities = ActivitiesFacts(ContextActivities(), 0, (), (), False)
    else:
        activities = check_context_activities(parts.context_activities, f"{path}.contextActivities")
    people = [agent for agent in (instructor, team) if agent]
    others = check_people(parts.context_agents, parts.context_groups, path)
    return ContextFacts(
        context=_typed(parts, instructor, team, activities, others),
        keys=keys + activities.keys + sum(agent.keys for agent in people) + others.keys,
        related_agents=tuple(ifi for agent in people for ifi in agent.agents) + others.related_agents,
        related_activities=activities.ids,
        around=activities.around,
        nip=any(agent.nip for agent in people) or others.nip,
        single=activities.single,
        definitions=activities.definitions,
        newer=others is not NOBODY,
    )


_look_about_activity = remembered(partial(_check_context, about_activity=True))
_look_about_other = remembered(partial(_check_context, about_activity=False))


def set_fields(value: Struct) -> int:
    """How many properties of `value` are there."""
    fields = structs.astuple(value)
    return len(fields) - fields.count(UNSET)


def _typed(
    parts: _ContextParts,
    instructor: AgentFacts | None,
    team: AgentFacts | None,
    found: ActivitiesFacts,
    others: PeopleFacts,
) -> Context:
    return Context(
        registration=parts.registration,
        instructor=instructor.actor if instructor else UNSET,
        team=team.actor if team else UNSET,
        context_activities=UNSET if parts.context_activities is UNSET else found.activities,
        context_agents=others.agents,
        context_groups=others.groups,
        revision=parts.revision,
        platform=parts.platform,
        language=parts.language,
        statement=parts.statement,
        extensions=parts.extensions,
    )


def _require_texts(parts: _ContextParts, path: str, about_activity: bool) -> None:
    if parts.registration is not UNSET:
        require_uuid(parts.registration, f"{path}.registration", "Data 2.4.6")
    if parts.language is not UNSET:
        require_language(parts.language, f"{path}.language", "Data 2.4.6")
    for name in ("revision", "platform"):
        if not about_activity and getattr(parts, name) is not UNSET:
            detail = f"{name} though the object is not an activity"
            raise StatementError(
                "statement.only_activity", detail, path=f"{path}.{name}", clause="Data 2.4.6", property=name
            )


def _team(raw: Raw, path: str) -> AgentFacts:
    facts = check_agent(raw, path)
    if facts.actor.object_type != "Group":
        raise StatementError("statement.team", "an Agent, not a Group", path=path, clause="Data 2.4.6")
    return facts


def _require_score(score: Score, path: str) -> None:
    low = float("-inf") if score.min is UNSET else score.min
    high = float("inf") if score.max is UNSET else score.max
    if score.scaled is not UNSET and not -1 <= score.scaled <= 1:
        raise StatementError("statement.scaled", "outside -1 to 1", path=f"{path}.scaled", clause="Data 2.4.5.1")
    if not low < high and (score.min is not UNSET and score.max is not UNSET):
        raise StatementError("statement.score_range", "min is not below max", path=path, clause="Data 2.4.5.1")
    if score.raw is not UNSET and not low <= score.raw <= high:
        raise StatementError(
            "statement.score_range", "raw outside min to max", path=f"{path}.raw", clause="Data 2.4.5.1"
        )
