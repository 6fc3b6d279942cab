"""The shapes of an xAPI statement as frozen msgspec structs, spelt as in the specification (xAPI 1.0.3 Data 2, 2.0).

A struct says which properties exist and their JSON types; the rules that types cannot say are in `xapi.validation`. A
property that the statement does not have is `msgspec.UNSET`.
"""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field

LanguageMap = dict[str, str]
Extensions = dict[str, Any]
InteractionType = Literal[
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
]


class Shape(Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """Base of all shapes: immutable, camelCase in JSON, unknown properties refused (Data 2.2)."""


class Account(Shape, frozen=True):
    """An account of a person in a system (Data 2.4.2.4)."""

    home_page: str
    name: str


class Actor(Shape, frozen=True):
    """An Agent, or a Group when `object_type` is "Group" (Data 2.4.2)."""

    object_type: Literal["Agent", "Group"] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    mbox: str | UnsetType = UNSET
    mbox_sha1sum: str | UnsetType = field(default=UNSET, name="mbox_sha1sum")
    openid: str | UnsetType = UNSET
    account: Account | UnsetType = UNSET
    member: "list[Actor] | UnsetType" = UNSET


class Verb(Shape, frozen=True):
    """What the actor did (Data 2.4.3)."""

    id: str
    display: LanguageMap | UnsetType = UNSET


class InteractionComponent(Shape, frozen=True):
    """One choice, step, scale point, source or target of an interaction (Data 2.4.4.1)."""

    id: str
    description: LanguageMap | UnsetType = UNSET


class ActivityDefinition(Shape, frozen=True):
    """What an activity is (Data 2.4.4.1)."""

    name: LanguageMap | UnsetType = UNSET
    description: LanguageMap | UnsetType = UNSET
    type: str | UnsetType = UNSET
    more_info: str | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET
    interaction_type: InteractionType | UnsetType = UNSET
    correct_responses_pattern: list[str] | UnsetType = UNSET
    choices: list[InteractionComponent] | UnsetType = UNSET
    scale: list[InteractionComponent] | UnsetType = UNSET
    source: list[InteractionComponent] | UnsetType = UNSET
    target: list[InteractionComponent] | UnsetType = UNSET
    steps: list[InteractionComponent] | UnsetType = UNSET


class Activity(Shape, frozen=True):
    """Something that can be done (Data 2.4.4.1)."""

    id: str
    object_type: Literal["Activity"] | UnsetType = UNSET
    definition: ActivityDefinition | UnsetType = UNSET


class StatementRef(Shape, frozen=True):
    """A pointer to another statement (Data 2.4.4.3)."""

    object_type: Literal["StatementRef"]
    id: str


class Score(Shape, frozen=True):
    """A score; `scaled` is from -1 to 1 (Data 2.4.5.1)."""

    scaled: int | float | UnsetType = UNSET
    raw: int | float | UnsetType = UNSET
    min: int | float | UnsetType = UNSET
    max: int | float | UnsetType = UNSET


class Result(Shape, frozen=True):
    """What came of it (Data 2.4.5); `duration` is an ISO 8601 duration."""

    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: str | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class ContextActivities(Shape, frozen=True):
    """Activities around the object (Data 2.4.6.2); a single activity stands for a list of one."""

    parent: list[Activity] | Activity | UnsetType = UNSET
    grouping: list[Activity] | Activity | UnsetType = UNSET
    category: list[Activity] | Activity | UnsetType = UNSET
    other: list[Activity] | Activity | UnsetType = UNSET


class ContextAgent(Shape, frozen=True):
    """An Agent around the statement and what it is there (xAPI 2.0, IEEE 9274.1.1 4.2.2.5)."""

    object_type: Literal["contextAgent"]
    agent: Actor
    relevant_types: list[str] | UnsetType = UNSET


class ContextGroup(Shape, frozen=True):
    """A Group around the statement and what it is there (xAPI 2.0, IEEE 9274.1.1 4.2.2.5)."""

    object_type: Literal["contextGroup"]
    group: Actor
    relevant_types: list[str] | UnsetType = UNSET


class Context(Shape, frozen=True):
    """Where and with whom it happened (Data 2.4.6); `context_agents` and `context_groups` exist in xAPI 2.0 only."""

    registration: str | UnsetType = UNSET
    instructor: Actor | UnsetType = UNSET
    team: Actor | UnsetType = UNSET
    context_activities: ContextActivities | UnsetType = UNSET
    context_agents: list[ContextAgent] | UnsetType = UNSET
    context_groups: list[ContextGroup] | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    statement: StatementRef | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class Attachment(Shape, frozen=True):
    """The description of a file that belongs to the statement (Data 2.4.11); `length` in octets, `sha2` in hex."""

    usage_type: str
    display: LanguageMap
    content_type: str
    length: int
    sha2: str
    description: LanguageMap | UnsetType = UNSET
    file_url: str | UnsetType = UNSET


class SubStatement(Shape, frozen=True):
    """A statement inside a statement, not itself recorded (Data 2.4.4.3)."""

    object_type: Literal["SubStatement"]
    actor: Actor
    verb: Verb
    object: Activity | Actor | StatementRef
    result: Result | UnsetType = UNSET
    context: Context | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET


class Statement(Shape, frozen=True):
    """One statement (Data 2.4). Times are RFC 3339 texts, kept exactly as they were sent."""

    actor: Actor
    verb: Verb
    object: Activity | Actor | StatementRef | SubStatement
    id: str | UnsetType = UNSET
    result: Result | UnsetType = UNSET
    context: Context | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    stored: str | UnsetType = UNSET
    authority: Actor | UnsetType = UNSET
    version: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET
