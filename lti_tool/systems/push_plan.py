"""What a push would do with each accepted credit, before it does anything: the plan, and the code that is its name."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from adapters.base import Adapter
from adapters.remote import Connection, Prepared
from lti_tool.errors import ToolError
from lti_tool.secret_files import secret
from lti_tool.services import Services
from lti_tool.store.adapter_pushes import SENDING, SENT, Pushed
from lti_tool.systems.credits import Given, accepted_credits
from lti_tool.systems.pull import crashed
from xapi.errors import JampelError
from xapi.identity import contains_nip

SEND, LOOK, THERE, DIFFERS, GONE, REFUSE = "send", "look", "there", "differs", "gone", "refuse"
ACTIONS = (SEND, LOOK, THERE, DIFFERS, GONE, REFUSE)
"""send: not there yet as far as we know; look: a run ended before its answer came, so it is looked for first; there:
sent as it is; differs: sent, and the credit has changed since; gone: sent, and no longer accepted; refuse: cannot be
sent, with the reason. Only `send` and `look` ever write anything."""


class Item(NamedTuple):
    """One record of a plan: `known` is what became of it in earlier runs."""

    action: str
    key: str
    statement: str
    title: str
    prepared: Prepared | None = None
    digest: str = ""
    known: Pushed | None = None
    error: JampelError | None = None


class Plan(NamedTuple):
    """All records of a year for a connection; `code` changes with whatever would be sent."""

    system: str
    connection: str
    year: int
    items: tuple[Item, ...]
    code: str

    @property
    def counts(self) -> dict[str, int]:
        """How many records there are of each action."""
        return {action: sum(item.action == action for item in self.items) for action in ACTIONS}

    @property
    def to_send(self) -> list[Item]:
        """What is looked for and, where it is not there, sent."""
        return [item for item in self.items if item.action in (SEND, LOOK)]


def plan_of(services: Services, adapter: Adapter, connection: Connection, year: int) -> Plan:
    """The plan for the accepted credits of `year`; asks the system nothing."""
    if adapter.push is None:
        raise ToolError("adapter.sends_nothing", adapter.name, system=adapter.name)
    sent = services.lti.adapter_pushes.of(adapter.name, connection.name)
    key = secret(services.settings.data / "secrets", "push.key")
    items: dict[str, Item] = {}
    for number, given in enumerate(accepted_credits(services, year)):
        item = _item(given, adapter, connection, sent, key)
        if item.key and item.key in items:
            twice = ToolError("adapter.key_twice", adapter.name, system=adapter.name)
            item = Item(REFUSE, "", given.statement, given.title, error=twice)
        items[item.key or f"\0{number}"] = item
    every = (*items.values(), *_gone(sent, items, year))
    return Plan(adapter.name, connection.name, year, every, _code(adapter.name, connection.name, year, every))


def _item(given: Given, adapter: Adapter, connection: Connection, sent: Mapping[str, Pushed], key: bytes) -> Item:
    try:
        prepared = _prepared(given, adapter, connection)
        digest = _digest(prepared, key)
    except JampelError as error:
        return Item(REFUSE, "", given.statement, given.title, error=error)
    known = sent.get(prepared.key)
    return Item(_action(known, digest), prepared.key, given.statement, given.title, prepared, digest, known)


def _action(known: Pushed | None, digest: str) -> str:
    if known is None or known.state not in (SENDING, SENT):
        return SEND
    if known.state == SENDING:
        return LOOK
    return THERE if known.digest == digest else DIFFERS


def _prepared(given: Given, adapter: Adapter, connection: Connection) -> Prepared:
    if given.error is not None:
        raise given.error
    if given.credit is None or adapter.push is None:
        raise ToolError("adapter.sends_nothing", adapter.name, system=adapter.name)
    try:
        prepared = adapter.push.prepare(given.credit, connection)
    except JampelError:
        raise
    except Exception as cause:
        raise crashed(adapter, cause) from cause
    if not prepared.key or contains_nip(prepared.key):  # it is kept, and shown in receipts
        raise ToolError("adapter.bad_key", adapter.name, system=adapter.name)
    return prepared


def _digest(prepared: Prepared, key: bytes) -> str:
    """What stands for the body: with a key of our own, for a NIP could be guessed from a plain hash."""
    try:
        body = msgspec.json.encode(prepared.body, order="sorted")
    except TypeError as cause:
        raise ToolError("adapter.bad_body", type(cause).__name__, reason=type(cause).__name__) from cause
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def _gone(sent: Mapping[str, Pushed], items: Mapping[str, Item], year: int) -> Iterator[Item]:
    for key, known in sent.items():
        if known.year == year and key not in items and known.state in (SENDING, SENT):
            yield Item(GONE, key, known.statement, "", known=known)


def _code(system: str, connection: str, year: int, items: tuple[Item, ...]) -> str:
    """Ten letters that stand for what would be sent."""
    parts = sorted(f"{item.action} {item.key} {item.digest}" for item in items if item.action in (SEND, LOOK))
    text = "\n".join((system, connection, str(year), *parts))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def is_of_connection(error: JampelError) -> bool:
    """Whether an error says that the system cannot be used at all, so that the next record would fail as well."""
    return error.code.startswith("remote.") and error.code not in ("remote.broken_answer", "remote.too_large")
