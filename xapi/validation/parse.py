"""One statement from bytes to facts: every rule of xAPI 1.0.3 Data 2, with a cache for the parts that repeat."""

from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from xapi.errors import StatementError
from xapi.model import Activity, Attachment, Context, Result, StatementRef, SubStatement
from xapi.validation.activities import definitions_of, require_activity, require_attachments
from xapi.validation.agents import check_agent, check_verb, require_authority
from xapi.validation.cache import remembered
from xapi.validation.context import check_context, check_result, set_fields
from xapi.validation.facts import AgentFacts, ContextFacts, ObjectFacts, ParsedStatement, VerbFacts
from xapi.validation.formats import require_timestamp, require_uuid, require_version
from xapi.validation.strict_json import count_all_keys, require_single_keys, require_text, shaped
from xapi.vocabulary import VOIDED


class _Parts(Struct, frozen=True, forbid_unknown_fields=True):
    """A statement whose parts are still JSON, so that those seen before need no second look."""

    actor: Raw
    verb: Raw
    object: Raw
    id: str | UnsetType = UNSET
    result: Raw | UnsetType = UNSET
    context: Raw | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    stored: str | UnsetType = UNSET
    authority: Raw | UnsetType = UNSET
    version: str | UnsetType = UNSET
    attachments: Raw | UnsetType = UNSET


class _SubParts(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A SubStatement in the same way; it has no id, stored, authority or version (Data 2.4.4.3)."""

    object_type: str
    actor: Raw
    verb: Raw
    object: Raw
    result: Raw | UnsetType = UNSET
    context: Raw | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    attachments: Raw | UnsetType = UNSET


class _Kind(Struct, frozen=True, rename="camel"):
    object_type: str = "Activity"


_PARTS = msgspec.json.Decoder(_Parts)
_SUB_PARTS = msgspec.json.Decoder(_SubParts)
_KIND = msgspec.json.Decoder(_Kind)
_ACTIVITY = msgspec.json.Decoder(Activity)
_REFERENCE = msgspec.json.Decoder(StatementRef)
_ATTACHMENTS = msgspec.json.Decoder(list[Attachment])


def validate_statement(raw: bytes) -> ParsedStatement:
    """The statement in `raw`, one JSON object in UTF-8 by xAPI 1.0.3, with what an LRS needs to know of it.

    Raises StatementError with the JSON path of the first offending value and the clause it breaks.
    """
    require_text(raw)
    parsed = validate_text(raw)
    require_old(parsed)
    return parsed


def require_old(parsed: ParsedStatement, path: str = "$") -> None:
    """Refuses a statement that only xAPI 2.0 has, by a property or by its version (StatementError)."""
    if parsed.newer:
        detail = "contextAgents or contextGroups before xAPI 2.0"
        place = path + _newer_place(parsed)
        raise StatementError("statement.newer", detail, path=place, clause="Data 2.4.6")
    if parsed.version is not UNSET and not parsed.version.startswith("1."):
        detail = "a statement of xAPI 2.0 in a request of 1.0.3"
        raise StatementError("statement.newer_version", detail, path=f"{path}.version", clause="Data 2.4.10")


def validate_text(raw: bytes | Raw) -> ParsedStatement:
    """`validate_statement` for bytes already known to be UTF-8, in which properties of xAPI 2.0 may stand too."""
    body = bytes(raw).strip(b" \t\r\n")
    parts = shaped(_PARTS, body, "$", "Data 2.4")
    actor, verb = check_agent(parts.actor, "$.actor"), check_verb(parts.verb, "$.verb")
    thing = check_object(parts.object, "$.object")
    result, context, attachments, keys = _around(parts, thing, "$")
    authority = None if parts.authority is UNSET else _authority(parts.authority)
    _require_scalars(parts)
    _require_voiding(verb, thing, "$")
    keys += set_fields(parts) + actor.keys + verb.keys + thing.keys + (authority.keys if authority else 0)
    require_single_keys(body, keys, "$")
    single = thing.single or (context is not None and context.single)
    return ParsedStatement(
        body=body,
        actor=actor,
        verb=verb,
        object=thing,
        context=context,
        result=result,
        id=parts.id,
        timestamp=parts.timestamp,
        stored=parts.stored,
        version=parts.version,
        authority=authority,
        attachments=attachments,
        must_rewrite=single or parts.stored is not UNSET or authority is not None,
        nip=actor.nip or thing.nip or (context is not None and context.nip),
        newer=thing.newer or (context is not None and context.newer),
        definitions=thing.definitions + context.definitions if context else thing.definitions,
    )


def check_object(raw: Raw | bytes, path: str, *, inner: bool = False) -> ObjectFacts:
    """ObjectFacts of the object of a statement, or of a SubStatement when `inner`; StatementError by Data 2.4.4."""
    kind = shaped(_KIND, raw, path, "Data 2.4.4").object_type
    if kind == "Activity":
        return _check_activity(raw, path)
    if kind in ("Agent", "Group"):
        agent = check_agent(raw, path)
        return ObjectFacts(agent.actor, agent.keys, agents=agent.agents, related_agents=agent.agents, nip=agent.nip)
    if kind == "StatementRef":
        reference = shaped(_REFERENCE, raw, path, "Data 2.4.4.3")
        target = UUID(require_uuid(reference.id, f"{path}.id", "Data 2.4.4.3")).bytes
        return ObjectFacts(reference, 2, target=target)
    if kind == "SubStatement" and not inner:
        return _check_substatement(raw, path)
    detail = "not Activity, Agent, Group, StatementRef" + ("" if inner else " or SubStatement")
    raise StatementError("statement.object_type", detail, path=f"{path}.objectType", clause="Data 2.4.4")


def _activity_facts(raw: bytes, path: str) -> ObjectFacts:
    activity = shaped(_ACTIVITY, raw, path, "Data 2.4.4.1")
    require_activity(activity, path)
    return ObjectFacts(activity, count_all_keys(raw, path), activity=activity.id, definitions=definitions_of(raw))


_check_activity = remembered(_activity_facts)


def _check_substatement(raw: Raw | bytes, path: str) -> ObjectFacts:
    parts = shaped(_SUB_PARTS, raw, path, "Data 2.4.4.3")
    actor, verb = check_agent(parts.actor, f"{path}.actor"), check_verb(parts.verb, f"{path}.verb")
    thing = check_object(parts.object, f"{path}.object", inner=True)
    result, context, attachments, keys = _around(parts, thing, path)
    _require_voiding(verb, thing, path)
    if parts.timestamp is not UNSET:
        require_timestamp(parts.timestamp, f"{path}.timestamp")
    return ObjectFacts(
        object=_sub_statement(parts, actor, verb, thing, (result, context, attachments)),
        keys=keys + set_fields(parts) + actor.keys + verb.keys + thing.keys,
        related_agents=actor.agents + thing.related_agents + (context.related_agents if context else ()),
        related_activities=((thing.activity,) if thing.activity else ())
        + (context.related_activities if context else ()),
        nip=actor.nip or thing.nip or (context is not None and context.nip),
        single=context is not None and context.single,
        definitions=thing.definitions + (context.definitions if context else ()),
        newer=context is not None and context.newer,
    )


_Around = tuple[Result | UnsetType, ContextFacts | None, list[Attachment] | UnsetType, int]


def _around(parts: _Parts | _SubParts, thing: ObjectFacts, path: str) -> _Around:
    """Result, context and attachments of a statement or SubStatement, and how many keys they have."""
    result: Result | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET
    context, keys = None, 0
    if parts.result is not UNSET:
        result, keys = check_result(parts.result, f"{path}.result")
    if parts.context is not UNSET:
        context = check_context(parts.context, f"{path}.context", about_activity=thing.activity is not None)
        keys += context.keys
    if parts.attachments is not UNSET:
        attachments = shaped(_ATTACHMENTS, parts.attachments, f"{path}.attachments", "Data 2.4.11")
        require_attachments(attachments, f"{path}.attachments")
        keys += count_all_keys(bytes(parts.attachments), f"{path}.attachments")
    return result, context, attachments, keys


def _sub_statement(
    parts: _SubParts,
    actor: AgentFacts,
    verb: VerbFacts,
    thing: ObjectFacts,
    around: tuple[Result | UnsetType, ContextFacts | None, list[Attachment] | UnsetType],
) -> SubStatement:
    result, context, attachments = around
    return SubStatement(
        object_type="SubStatement",
        actor=actor.actor,
        verb=verb.verb,
        object=thing.object,  # type: ignore[arg-type]  # check_object(inner=True) refuses a SubStatement
        result=result,
        context=context.context if context else UNSET,
        timestamp=parts.timestamp,
        attachments=attachments,
    )


def _newer_place(parsed: ParsedStatement) -> str:
    """The path of the property that only xAPI 2.0 has, after that of the statement."""
    if parsed.context is not None and parsed.context.newer:
        return ".context." + _newer_property(parsed.context.context)
    thing = parsed.object.object
    inner = thing.context if isinstance(thing, SubStatement) else UNSET
    return ".object.context." + _newer_property(inner)


def _newer_property(context: Context | UnsetType) -> str:
    return "contextGroups" if context is UNSET or context.context_agents is UNSET else "contextAgents"


def _authority(raw: Raw) -> AgentFacts:
    facts = check_agent(raw, "$.authority")
    require_authority(facts, "$.authority")
    return facts


def _require_scalars(parts: _Parts) -> None:
    if parts.id is not UNSET:
        require_uuid(parts.id, "$.id", "Data 2.4.1")
    if parts.timestamp is not UNSET:
        require_timestamp(parts.timestamp, "$.timestamp")
    if parts.stored is not UNSET:
        require_timestamp(parts.stored, "$.stored")
    if parts.version is not UNSET:
        require_version(parts.version, "$.version")


def _require_voiding(verb: VerbFacts, thing: ObjectFacts, path: str) -> None:
    if verb.verb.id == VOIDED and thing.target is None:
        detail = "voided needs a StatementRef"
        raise StatementError("statement.voiding", detail, path=f"{path}.object", clause="Data 2.3.2")
