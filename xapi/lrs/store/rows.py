"""What goes into the statement store and what comes out: plain values, no SQL."""

from typing import NamedTuple

import msgspec

from xapi.lrs.store.times import text_of_micros, uuid_text
from xapi.validation.facts import Definition


class StoredStatement(NamedTuple):
    """A statement of the store.

    `seq` rises by one with each statement of the store; `key` is its id as 16 bytes, `moment` when it was stored, in
    microseconds since 1970; `source` is written by the LRS from the credential; `body` is the JSON as received with the
    properties that the LRS set.
    """

    seq: int
    key: bytes
    moment: int
    source: str
    body: bytes

    @property
    def id(self) -> str:
        """Its id in canonical text, lower case."""
        return uuid_text(self.key)

    @property
    def stored(self) -> str:
        """When it was stored, RFC 3339."""
        return text_of_micros(self.moment)


class NewStatement(msgspec.Struct, frozen=True, gc=False):
    """A validated statement on its way into the store.

    `head` is the JSON to store without its closing brace and without the properties that only the moment of storing
    gives; the last `added` bytes of it are not the client's. `original` is the client's JSON when the rest is not as it
    was received. `definitions` are what it says
    of activities, which does not replace what is known when it `only_adds`. The rest is what filters find it by;
    `agents_and_verb` are the texts for the related agents beside the verb.
    """

    id: bytes
    head: bytes
    added: int
    needs_timestamp: bool
    agent: str
    verb: str
    activity: str | None
    registration: str | None
    authority: str
    target: bytes | None
    voids: bool
    source: str
    direct_agents: tuple[str, ...]
    related_agents: tuple[str, ...]
    related_activities: tuple[str, ...]
    definitions: tuple[Definition, ...] = ()
    only_adds: bool = False
    agents_and_verb: tuple[str, ...] = ()
    original: bytes | None = None

    @property
    def received(self) -> bytes:
        """The client's JSON, for comparing with a statement of the same id."""
        return self.head[: len(self.head) - self.added] + b"}" if self.original is None else self.original


class Filter(NamedTuple):
    """Which statements of an institution to read, in terms of the store (times in microseconds since 1970, UTC).

    `authority` is the identifier of the only authority whose statements may be read, None for any.
    """

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: str | None = None
    related_agents: bool = False
    related_activities: bool = False
    since: int | None = None
    until: int | None = None
    after_seq: int | None = None
    before_seq: int | None = None
    ascending: bool = False
    limit: int = 100
    authority: str | None = None


def agent_and_verb(agent: str, verb: str) -> str:
    """The text that stands for an agent beside a verb: an IRI holds no space, so it is unambiguous."""
    return f"{verb} {agent}"
