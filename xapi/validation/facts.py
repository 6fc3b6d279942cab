"""What the validator finds out about a statement and its parts: enough to store, find and authorise it.

None of these can be part of a circle, so the collector of circles need not look at them (`gc=False`).
"""

import msgspec
from msgspec import UNSET, UnsetType

from xapi.model import (
    Activity,
    Actor,
    Attachment,
    Context,
    ContextActivities,
    ContextAgent,
    ContextGroup,
    Result,
    Statement,
    StatementRef,
    SubStatement,
    Verb,
)


class AgentFacts(msgspec.Struct, frozen=True, gc=False):
    """An Agent or Group: `keys` counts JSON keys, `ifi` identifies it, `agents` are it and its members by IFI."""

    actor: Actor
    keys: int
    ifi: str | None
    agents: tuple[str, ...]
    nip: bool


class VerbFacts(msgspec.Struct, frozen=True, gc=False):
    """A verb and the number of its JSON keys."""

    verb: Verb
    keys: int


class Definition(msgspec.Struct, frozen=True, gc=False):
    """What a statement says an activity is: its IRI, the definition in JSON, and a digest of that."""

    activity: str
    body: bytes
    digest: bytes


class ObjectFacts(msgspec.Struct, frozen=True, gc=False):
    """The object: at most one of `activity` (an IRI) and `target` (UUID of 16 bytes); agents and activities by which a
    related search finds it; `single` when a context activity inside stands without its list; `newer` when something
    inside exists in xAPI 2.0 only.
    """

    object: Activity | Actor | StatementRef | SubStatement
    keys: int
    activity: str | None = None
    target: bytes | None = None
    agents: tuple[str, ...] = ()
    related_agents: tuple[str, ...] = ()
    related_activities: tuple[str, ...] = ()
    nip: bool = False
    single: bool = False
    definitions: tuple[Definition, ...] = ()
    newer: bool = False


class ActivitiesFacts(msgspec.Struct, frozen=True, gc=False):
    """Context activities by their IRIs; `around` are those of parent and grouping; `single` when one has no list."""

    activities: ContextActivities
    keys: int
    ids: tuple[str, ...]
    around: tuple[str, ...]
    single: bool
    definitions: tuple[Definition, ...] = ()


class PeopleFacts(msgspec.Struct, frozen=True, gc=False):
    """Agents and groups around a statement (xAPI 2.0)."""

    agents: list[ContextAgent] | UnsetType
    groups: list[ContextGroup] | UnsetType
    keys: int
    related_agents: tuple[str, ...]
    nip: bool


class ContextFacts(msgspec.Struct, frozen=True, gc=False):
    """The context of a statement or SubStatement; `newer` when something in it exists in xAPI 2.0 only."""

    context: Context
    keys: int
    related_agents: tuple[str, ...]
    related_activities: tuple[str, ...]
    around: tuple[str, ...]
    nip: bool
    single: bool
    definitions: tuple[Definition, ...] = ()
    newer: bool = False


class ParsedStatement(msgspec.Struct, frozen=True, gc=False):
    """A valid statement: its JSON as received and what was found in it.

    `body` is trimmed of white space around it. `must_rewrite` says that it cannot be stored by appending properties,
    because the client set one that the LRS sets, or left out the list around a context activity. `nip` says that an
    Agent in it is named by a NIP, `newer` that something in it exists in xAPI 2.0 only. `definitions` are what it says
    of activities.
    """

    body: bytes
    actor: AgentFacts
    verb: VerbFacts
    object: ObjectFacts
    context: ContextFacts | None
    result: Result | UnsetType = UNSET
    id: str | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    stored: str | UnsetType = UNSET
    version: str | UnsetType = UNSET
    authority: AgentFacts | None = None
    attachments: list[Attachment] | UnsetType = UNSET
    must_rewrite: bool = False
    nip: bool = False
    newer: bool = False
    definitions: tuple[Definition, ...] = ()

    def statement(self) -> Statement:
        """The typed statement."""
        return Statement(
            actor=self.actor.actor,
            verb=self.verb.verb,
            object=self.object.object,
            id=self.id,
            result=self.result,
            context=self.context.context if self.context else UNSET,
            timestamp=self.timestamp,
            stored=self.stored,
            authority=self.authority.actor if self.authority else UNSET,
            version=self.version,
            attachments=self.attachments,
        )
