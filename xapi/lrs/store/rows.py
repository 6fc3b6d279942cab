"""What goes into the statement store and what comes out: plain values, no SQL."""

from typing import NamedTuple

import msgspec

from xapi.validation.facts import Definition


class StoredStatement(msgspec.Struct, frozen=True):
    """A statement of the store.

    `seq` rises by one with each statement of the store; `stored` is its RFC 3339 time; `source` is written by the LRS
    from the credential; `body` is the JSON as received with the properties that the LRS set.
    """

    seq: int
    id: str
    stored: str
    source: str
    body: bytes


class NewStatement(NamedTuple):
    """A validated statement on its way into the store.

    `received` is the client's JSON, for comparing with a statement of the same id; `head` is the JSON to store without
    its closing brace and without the properties that only the moment of storing gives. `definitions` are what it says
    of activities, which does not replace what is known when it `only_adds`. The rest is what filters find it by.
    """

    id: bytes
    received: bytes
    head: bytes
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


class Filter(NamedTuple):
    """Which statements of an institution to read, in terms of the store (times in microseconds since 1970, UTC).

    `authority` is the identifier text of an Agent: only statements that the credential it stands for has stored itself.
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
