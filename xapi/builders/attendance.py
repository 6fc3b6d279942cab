"""Attendance at a class, a meeting or a broadcast: who was there, from when to when, and what it counts for.

There is no published attendance profile; the verb is ADL's `attended`, the type Activity Streams' event. What Jampel
counts (JP, form of development) are Jampel's own extensions, the same that an attendance sheet gives.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xapi.builders.parts import Json, activity, broken, duration, statement
from xapi.vocabulary import EXT_BENTUK, EXT_CERTIFICATE, EXT_JP, TYPE_EVENT, adl

MOST_JP = 100_000  # hundredths: a year of study


def event(iri: str, name: str, *, organiser: str | None = None) -> Json:
    """The event that people attend; its `iri` is the same for everyone who was there."""
    return activity(iri, kind=TYPE_EVENT, name=name, description=organiser)


def attended(
    actor: Mapping[str, Any], thing: Mapping[str, Any], start: datetime, end: datetime, *,
    jp: int | None = None, bentuk: str | None = None, certificate: str | None = None,
    instructor: Mapping[str, Any] | None = None,
) -> Json:  # fmt: skip
    """`actor` attended `thing` from `start` to `end` (aware).

    `jp` are hundredths of JP (200 is 2 JP), `bentuk` the slug of the form of development, `certificate` the number on
    the certificate. Raises StatementError for a class that ends before it begins, or JP that are no whole number.
    """
    if start.tzinfo is None or end.tzinfo is None or end < start:
        broken("an event ends after it begins, and both moments have a time zone", "$.result.duration", "Data 4.5")
    if jp is not None and (not isinstance(jp, int) or isinstance(jp, bool) or not 0 <= jp <= MOST_JP):
        broken(f"JP are whole hundredths from 0 to {MOST_JP}", "$.context.extensions", "Jampel vocabulary")
    given = {EXT_JP: jp, EXT_BENTUK: bentuk, EXT_CERTIFICATE: certificate}
    extensions = {key: value for key, value in given.items() if value is not None}
    context: Json = {"extensions": extensions} if extensions else {}
    if instructor is not None:
        context["instructor"] = dict(instructor)
    result = {"completion": True, "duration": duration(end - start)}
    return statement(actor, adl.ATTENDED, thing, result=result, context=context, at=end)
