"""What a stored statement says at a glance: who, did what, to what, with which result."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw

from xapi.identity import contains_nip, looks_like_nip
from xapi.vocabulary import VOIDED

Languages = dict[str, str]


class _Account(msgspec.Struct, rename="camel"):
    home_page: str = ""
    name: str = ""


class Agent(msgspec.Struct, rename="camel"):
    """An Agent or Group; `account` names a person of ours or of another system."""

    object_type: str = "Agent"
    name: str = ""
    mbox: str = ""
    mbox_sha1sum: str = ""
    openid: str = ""
    account: _Account | None = None

    @property
    def label(self) -> str:
        """The best text there is to know the agent by."""
        account = self.account.name if self.account else ""
        return self.name or account or self.mbox.removeprefix("mailto:") or self.openid or self.mbox_sha1sum


class Verb(msgspec.Struct):
    """A verb with its display."""

    id: str
    display: Languages = {}


class _Definition(msgspec.Struct):
    name: Languages = {}
    type: str = ""


class Thing(msgspec.Struct, rename="camel"):
    """An object; `definition` only of an activity."""

    object_type: str = "Activity"
    id: str = ""
    definition: _Definition = msgspec.field(default_factory=_Definition)


class Score(msgspec.Struct):
    """A score, as far as it can be shown."""

    scaled: float | None = None
    raw: float | None = None
    max: float | None = None


class Result(msgspec.Struct):
    """A result, as far as it can be shown."""

    score: Score | None = None
    success: bool | None = None
    completion: bool | None = None
    duration: str = ""
    response: str = ""


class Attachment(msgspec.Struct, rename="camel"):
    """One attachment of a statement."""

    usage_type: str = ""
    display: Languages = {}
    content_type: str = ""
    length: float = 0
    sha2: str = ""
    file_url: str = ""


class Context(msgspec.Struct):
    """What a page shows of the context."""

    registration: str = ""
    platform: str = ""
    extensions: dict[str, Raw] = {}


class _Body(msgspec.Struct):
    actor: Raw
    verb: Raw
    object: Raw
    timestamp: str = ""
    version: str = ""
    authority: Raw = Raw(b"{}")
    result: Raw = Raw(b"{}")
    context: Raw = Raw(b"{}")
    attachments: Raw = Raw(b"[]")


class Reading(msgspec.Struct, frozen=True):
    """A statement, read for people. Its texts are as they were sent: show them through `shown`."""

    actor: Agent
    actor_json: bytes
    verb: Verb
    thing: Thing
    timestamp: str
    version: str
    authority: Agent
    result: Result
    context: Context
    attachments: list[Attachment]

    @property
    def voids(self) -> str:
        """The id of the statement that this one voids, or an empty text (Data 2.3.2)."""
        return self.target if self.verb.id == VOIDED else ""

    @property
    def target(self) -> str:
        """The id of the statement that this one is about, or an empty text."""
        return self.thing.id.lower() if self.thing.object_type == "StatementRef" else ""

    def person(self, home_page: str) -> str:
        """The pseudonym of the actor when it is an account of `home_page`, else an empty text."""
        account = self.actor.account
        return account.name if account is not None and account.home_page == home_page else ""

    @property
    def actor_may_be_linked(self) -> bool:
        """Whether the actor may stand in an address: an Agent or named Group without a NIP."""
        account = self.actor.account
        texts = (self.actor.name, self.actor.mbox, self.actor.openid, account.name if account else "")
        named = account or self.actor.mbox or self.actor.openid or self.actor.mbox_sha1sum
        return bool(named) and not any(looks_like_nip(text) or contains_nip(text) for text in texts)


def read(body: bytes) -> Reading:
    """The statement in `body`. A part that cannot be shown is left out: what is stored is never a reason to fail."""
    whole = _BODY.decode(body)
    return Reading(
        actor=_part(_AGENT, whole.actor, Agent()),
        actor_json=_identified(whole.actor),
        verb=_part(_VERB, whole.verb, Verb("")),
        thing=_part(_THING, whole.object, Thing()),
        timestamp=whole.timestamp,
        version=whole.version,
        authority=_part(_AGENT, whole.authority, Agent()),
        result=_part(_RESULT, whole.result, Result()),
        context=_part(_CONTEXT, whole.context, Context()),
        attachments=_part(_ATTACHMENTS, whole.attachments, []),
    )


def _identified(raw: Raw) -> bytes:
    """The agent without its name and members: enough to find it again."""
    fields: Mapping[str, Raw] = _part(_FIELDS, raw, {})
    return msgspec.json.encode({name: value for name, value in fields.items() if name not in ("name", "member")})


def _part(decoder: msgspec.json.Decoder, raw: Raw, otherwise: Any) -> Any:
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return otherwise


_BODY = msgspec.json.Decoder(_Body)
_AGENT = msgspec.json.Decoder(Agent)
_VERB = msgspec.json.Decoder(Verb)
_THING = msgspec.json.Decoder(Thing)
_RESULT = msgspec.json.Decoder(Result)
_CONTEXT = msgspec.json.Decoder(Context)
_ATTACHMENTS = msgspec.json.Decoder(list[Attachment])
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
