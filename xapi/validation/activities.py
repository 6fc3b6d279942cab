"""Rules for activities, their interactions, and attachments (xAPI 1.0.3 Data 2.4.4.1, 2.4.6.2, 2.4.11)."""

import hashlib

import msgspec
from msgspec import UNSET, Raw, UnsetType

from xapi.errors import StatementError
from xapi.model import Activity, ActivityDefinition, Attachment, ContextActivities, Extensions, InteractionComponent
from xapi.validation.agents import require_language_map
from xapi.validation.cache import remembered
from xapi.validation.facts import ActivitiesFacts, Definition
from xapi.validation.formats import is_iri, require_iri, require_irl, require_media_type, require_sha2
from xapi.validation.places import member
from xapi.validation.strict_json import count_all_keys, shaped

_INTERACTION = "Data 2.4.4.1"
_COMPONENTS = {  # property -> the interaction types that have it
    "choices": ("choice", "sequencing"),
    "scale": ("likert",),
    "source": ("matching",),
    "target": ("matching",),
    "steps": ("performance",),
}
_ACTIVITIES = msgspec.json.Decoder(ContextActivities)


class _Defined(msgspec.Struct, frozen=True):
    """An activity whose definition is still JSON."""

    id: str
    definition: Raw | UnsetType = UNSET


_DEFINED = msgspec.json.Decoder(_Defined)
_ALL_DEFINED = msgspec.json.Decoder(dict[str, list[_Defined] | _Defined])
_DIGEST = 16


def _check_context_activities(raw: bytes, path: str) -> ActivitiesFacts:
    activities = shaped(_ACTIVITIES, raw, path, "Data 2.4.6.2")
    ids: dict[str, list[str]] = {}
    single = False
    for kind in ("parent", "grouping", "category", "other"):
        value = getattr(activities, kind)
        if isinstance(value, Activity):
            single, ids[kind] = True, [_one_of_context(value, f"{path}.{kind}")]
            continue
        ids[kind] = [_one_of_context(one, f"{path}.{kind}[{place}]") for place, one in enumerate(value or [])]
    everything = tuple(dict.fromkeys(iri for kind in ids.values() for iri in kind))
    around = tuple(dict.fromkeys(ids["parent"] + ids["grouping"]))
    keys = count_all_keys(raw, path)
    return ActivitiesFacts(activities, keys, everything, around, single, _definitions_around(raw))


check_context_activities = remembered(_check_context_activities)
"""ActivitiesFacts of contextActivities in JSON; StatementError when one breaks a rule of Data 2.4.6.2."""


def definitions_of(activity: bytes) -> tuple[Definition, ...]:
    """The definition in a valid activity in JSON, if it has one."""
    return _definitions([_DEFINED.decode(activity)])


def require_activity(activity: Activity, path: str) -> None:
    """Refuses an activity that breaks a rule of Data 2.4.4.1."""
    require_iri(activity.id, f"{path}.id", _INTERACTION)
    if activity.definition is not UNSET:
        _require_definition(activity.definition, f"{path}.definition")


def require_extensions(extensions: Extensions, path: str) -> None:
    """Refuses extensions with a key that is no IRI (Data 4.1)."""
    for key in extensions:
        if not is_iri(key):
            place = member(path, key)
            raise StatementError("statement.iri", "not an IRI with a scheme", path=place, clause="Data 4.1")


def require_attachments(attachments: list[Attachment], path: str) -> None:
    """Refuses the description of an attachment that breaks a rule of Data 2.4.11."""
    for place, attachment in enumerate(attachments):
        here = f"{path}[{place}]"
        require_iri(attachment.usage_type, f"{here}.usageType", "Data 2.4.11")
        require_language_map(attachment.display, f"{here}.display")
        if attachment.description is not UNSET:
            require_language_map(attachment.description, f"{here}.description")
        require_media_type(attachment.content_type, f"{here}.contentType")
        require_sha2(attachment.sha2, f"{here}.sha2")
        if attachment.length < 0:
            raise StatementError("statement.length", "below zero", path=f"{here}.length", clause="Data 2.4.11")
        if attachment.file_url is not UNSET:
            require_irl(attachment.file_url, f"{here}.fileUrl", "Data 2.4.11")


def _definitions_around(activities: bytes) -> tuple[Definition, ...]:
    found: list[_Defined] = []
    for several in _ALL_DEFINED.decode(activities).values():
        found += [several] if isinstance(several, _Defined) else several
    return _definitions(found)


def _definitions(activities: list[_Defined]) -> tuple[Definition, ...]:
    found = []
    for one in activities:
        if one.definition is not UNSET:
            body = bytes(one.definition)
            found.append(Definition(one.id, body, hashlib.blake2b(body, digest_size=_DIGEST).digest()))
    return tuple(found)


def _one_of_context(activity: Activity, path: str) -> str:
    require_activity(activity, path)
    return activity.id


def _require_definition(definition: ActivityDefinition, path: str) -> None:
    for name in ("name", "description"):
        texts = getattr(definition, name)
        if texts is not UNSET:
            require_language_map(texts, f"{path}.{name}")
    if definition.type is not UNSET:
        require_iri(definition.type, f"{path}.type", _INTERACTION)
    if definition.more_info is not UNSET:
        require_irl(definition.more_info, f"{path}.moreInfo", _INTERACTION)
    if definition.extensions is not UNSET:
        require_extensions(definition.extensions, f"{path}.extensions")
    _require_interaction(definition, path)


def _require_interaction(definition: ActivityDefinition, path: str) -> None:
    if definition.interaction_type is UNSET and definition.correct_responses_pattern is not UNSET:
        raise _misplaced("correctResponsesPattern", path)
    for name, kinds in _COMPONENTS.items():
        components = getattr(definition, name)
        if components is UNSET:
            continue
        if definition.interaction_type not in kinds:
            raise _misplaced(name, path)
        _require_components(components, f"{path}.{name}")


def _require_components(components: list[InteractionComponent], path: str) -> None:
    seen = set()
    for place, component in enumerate(components):
        if component.id in seen:
            raise StatementError(
                "statement.component_twice", "an id twice", path=f"{path}[{place}].id", clause=_INTERACTION
            )
        seen.add(component.id)
        if component.description is not UNSET:
            require_language_map(component.description, f"{path}[{place}].description")


def _misplaced(name: str, path: str) -> StatementError:
    detail = f"{name} without the interactionType that has it"
    return StatementError("statement.interaction", detail, path=f"{path}.{name}", clause=_INTERACTION, property=name)
