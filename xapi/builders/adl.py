"""Statements with the verbs of ADL's vocabulary.

>>> from xapi.builders import account, activity, adl
>>> siti = account("https://desa.example.go.id", "7")
>>> made = adl.completed(siti, activity("https://example.go.id/modul/es", name="Es dan ikan"))
>>> made["verb"]["id"], made["result"]
('http://adlnet.gov/expapi/verbs/completed', {'completion': True})
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from xapi.builders.parts import Json, broken, outcome, statement
from xapi.vocabulary import adl, cmi5

Part = Mapping[str, Any]


class Plain(Protocol):
    """A verb without a result: `actor` did it with `thing`; `at` is when (aware)."""

    def __call__(self, actor: Part, thing: Part, *, context: Part | None = None, at: datetime | None = None) -> Json:
        """The statement."""


def _plain(verb: str) -> Plain:
    def build(actor: Part, thing: Part, *, context: Part | None = None, at: datetime | None = None) -> Json:
        return statement(actor, verb, thing, context=context, at=at)

    build.__doc__ = f"`actor` {verb.rpartition('/')[2]} `thing`; `at` is when (aware)."
    return build


attempted = _plain(adl.ATTEMPTED)
exited = _plain(adl.EXITED)
experienced = _plain(adl.EXPERIENCED)
initialized = _plain(adl.INITIALIZED)
interacted = _plain(adl.INTERACTED)
launched = _plain(adl.LAUNCHED)
registered = _plain(adl.REGISTERED)
resumed = _plain(adl.RESUMED)
suspended = _plain(adl.SUSPENDED)


def completed(
    actor: Part, thing: Part, *, spent: timedelta | float | None = None, score: Part | None = None,
    context: Part | None = None, at: datetime | None = None,
) -> Json:  # fmt: skip
    """`actor` completed `thing`, in `spent` (seconds, when a number), with a `score` as `parts.score` makes it."""
    return statement(actor, adl.COMPLETED, thing, result=outcome(spent, score, completion=True), context=context, at=at)


def passed(
    actor: Part, thing: Part, *, spent: timedelta | float | None = None, score: Part | None = None,
    context: Part | None = None, at: datetime | None = None,
) -> Json:  # fmt: skip
    """`actor` passed `thing`; parameters as in `completed`."""
    return statement(actor, adl.PASSED, thing, result=outcome(spent, score, success=True), context=context, at=at)


def failed(
    actor: Part, thing: Part, *, spent: timedelta | float | None = None, score: Part | None = None,
    context: Part | None = None, at: datetime | None = None,
) -> Json:  # fmt: skip
    """`actor` did not pass `thing`; parameters as in `completed`."""
    return statement(actor, adl.FAILED, thing, result=outcome(spent, score, success=False), context=context, at=at)


def scored(actor: Part, thing: Part, score: Part, *, context: Part | None = None, at: datetime | None = None) -> Json:
    """`actor` got `score` in `thing`, without a word on passing."""
    return statement(actor, adl.SCORED, thing, result=outcome(None, score), context=context, at=at)


def terminated(
    actor: Part, thing: Part, *, spent: timedelta | float | None = None, context: Part | None = None,
    at: datetime | None = None,
) -> Json:  # fmt: skip
    """`actor` ended `thing` after `spent`."""
    return statement(actor, adl.TERMINATED, thing, result=outcome(spent, None), context=context, at=at)


def answered(
    actor: Part, question: Part, response: str, *, success: bool | None = None, score: Part | None = None,
    context: Part | None = None, at: datetime | None = None,
) -> Json:  # fmt: skip
    """`actor` answered `question` with `response` (the form of its interaction type: xAPI 1.0.3 Data 2.4.4.1)."""
    result = {"response": response} | outcome(None, score, success=success)
    return statement(actor, adl.ANSWERED, question, result=result, context=context, at=at)


def progressed(
    actor: Part, thing: Part, percent: int, *, context: Part | None = None, at: datetime | None = None
) -> Json:
    """`actor` is `percent` (0 to 100) through `thing`; the extension is cmi5's, which others read too."""
    if not isinstance(percent, int) or isinstance(percent, bool) or not 0 <= percent <= 100:
        broken("progress is a whole number from 0 to 100", "$.result.extensions", "cmi5 9.5.5.1")
    result = {"extensions": {cmi5.PROGRESS: percent}}
    return statement(actor, adl.PROGRESSED, thing, result=result, context=context, at=at)


def voided(actor: Part, statement_id: str, *, at: datetime | None = None) -> Json:
    """`actor` takes back the statement with this id (xAPI 1.0.3 Data 2.3.2)."""
    return statement(actor, adl.VOIDED, {"objectType": "StatementRef", "id": statement_id}, at=at)
