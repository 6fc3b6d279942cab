"""Where in a statement an Agent is named by a NIP; only statements that are refused for it come here."""

from collections.abc import Iterator
from typing import Any

import msgspec

from xapi.model import Actor
from xapi.validation.agents import tells_nip

_STATEMENT = msgspec.json.Decoder(dict[str, Any])


def nip_place(body: bytes, path: str) -> str:
    """The path of the first Agent or Group with a NIP in the valid statement `body`, itself at `path`."""
    for place, agent in _agents(_STATEMENT.decode(body), path):
        if tells_nip(msgspec.convert(agent, Actor)):
            return place
    return path


def _agents(part: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    context = part.get("context", {})
    here = [(f"{path}.actor", part["actor"])]
    here += [(f"{path}.context.{name}", context[name]) for name in ("instructor", "team") if name in context]
    for name, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        people = enumerate(context.get(name, ()))
        here += [(f"{path}.context.{name}[{number}].{inner}", one[inner]) for number, one in people]
    thing = part["object"]
    if thing.get("objectType") in ("Agent", "Group"):
        here.append((f"{path}.object", thing))
    for place, agent in here:
        yield place, agent
        for number, member in enumerate(agent.get("member", ())):
            yield f"{place}.member[{number}]", member
    if thing.get("objectType") == "SubStatement":
        yield from _agents(thing, f"{path}.object")
