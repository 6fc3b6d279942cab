"""Helpers for tests of anything that speaks xAPI: valid statements, a clock that stands, ids that repeat."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class FixedClock:
    """A clock that stands at `now` until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        """Moves the clock by a timedelta: `clock.advance(minutes=5)`; negative values set it back."""
        self.now += timedelta(**duration)


def seeded_ids(seed: int = 1) -> Callable[[], uuid.UUID]:
    """A source of version 4 UUIDs that gives the same ones in every run."""
    source = random.Random(seed)  # noqa: S311  # repeatable on purpose, never a secret
    return lambda: uuid.UUID(int=source.getrandbits(128), version=4)


def make_agent(name: str = "0f8fad5bd9cb469fa16570867728950e", **changes: Any) -> dict[str, Any]:
    """An Agent with a pseudonymous account."""
    account = {"homePage": "https://w3id.org/jampel/instansi/00000000000000000000000000000001", "name": name}
    return {"objectType": "Agent", "account": account, **changes}


def make_statement(**changes: Any) -> dict[str, Any]:
    """A valid statement as a dict; `changes` replace its properties, and None removes one."""
    statement = {
        "actor": make_agent(),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"id": "lulus"}},
        "object": {"id": "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"},
        **changes,
    }
    return {key: value for key, value in statement.items() if value is not None}


def encoded(value: Any) -> bytes:
    """`value` as JSON in UTF-8."""
    return msgspec.json.encode(value)
