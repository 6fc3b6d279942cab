"""The parts that statements are made of: actors, activities, scores, durations and the statement around them."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from xapi.errors import StatementError
from xapi.vocabulary import adl, video

Json = dict[str, Any]
Names = str | Mapping[str, str]
LANGUAGE = "id"  # of a name that is given as plain text

#: How verbs are shown to people, in Indonesian and English.
DISPLAYS = {
    adl.ABANDONED: ("ditinggalkan", "abandoned"),
    adl.ANSWERED: ("menjawab", "answered"),
    adl.ASKED: ("bertanya", "asked"),
    adl.ATTEMPTED: ("mencoba", "attempted"),
    adl.ATTENDED: ("mengikuti", "attended"),
    adl.COMMENTED: ("mengomentari", "commented"),
    adl.COMPLETED: ("menyelesaikan", "completed"),
    adl.EXITED: ("keluar dari", "exited"),
    adl.EXPERIENCED: ("mempelajari", "experienced"),
    adl.FAILED: ("belum lulus", "failed"),
    adl.INITIALIZED: ("memulai", "initialized"),
    adl.INTERACTED: ("berinteraksi dengan", "interacted"),
    adl.LAUNCHED: ("membuka", "launched"),
    adl.MASTERED: ("menguasai", "mastered"),
    adl.PASSED: ("lulus", "passed"),
    adl.PROGRESSED: ("melanjutkan", "progressed"),
    adl.REGISTERED: ("mendaftar", "registered"),
    adl.RESPONDED: ("menanggapi", "responded"),
    adl.RESUMED: ("meneruskan", "resumed"),
    adl.SATISFIED: ("memenuhi", "satisfied"),
    adl.SCORED: ("memperoleh nilai", "scored"),
    adl.SUSPENDED: ("menjeda", "suspended"),
    adl.TERMINATED: ("mengakhiri", "terminated"),
    adl.VOIDED: ("membatalkan", "voided"),
    adl.WAIVED: ("dibebaskan dari", "waived"),
    video.PAUSED: ("menjeda", "paused"),
    video.PLAYED: ("memutar", "played"),
    video.SEEKED: ("menggeser", "seeked"),
}


def account(home_page: str, name: str) -> Json:
    """An Agent by its account (xAPI 1.0.3 Data 2.4.2.4): `name` is a local or pseudonymous id, never a NIP."""
    return {"objectType": "Agent", "account": {"homePage": home_page, "name": name}}


def activity(iri: str, *, kind: str | None = None, name: Names | None = None, description: Names | None = None) -> Json:
    """An Activity (xAPI 1.0.3 Data 2.4.4.1): `kind` is the IRI of its type; plain texts count as Indonesian."""
    definition: Json = {} if kind is None else {"type": kind}
    definition |= {key: _names(text) for key, text in (("name", name), ("description", description)) if text}
    return {"objectType": "Activity", "id": iri} | ({"definition": definition} if definition else {})


def score(
    scaled: float | None = None, *, raw: float | None = None, least: float | None = None, most: float | None = None
) -> Json:
    """A score (xAPI 1.0.3 Data 2.4.5.1): `scaled` from -1 to 1, `raw` between `least` and `most`."""
    given = {"scaled": scaled, "raw": raw, "min": least, "max": most}
    made = {key: value for key, value in given.items() if value is not None}
    if not made or not all(math.isfinite(value) for value in made.values()):
        broken("a score has at least one number, and only numbers", "$.result.score", "xAPI 1.0.3 Data 2.4.5.1")
    return made


def duration(length: timedelta | float) -> str:
    """`length` (seconds, when it is a number) as an ISO 8601 duration with hundredths: `PT1H2M3.5S`."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    if not math.isfinite(seconds) or seconds < 0:
        broken("a duration is a number of seconds from 0", "$.result.duration", "xAPI 1.0.3 Data 4.6")
    hundredths = round(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    text = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M")) if number)
    whole, part = divmod(rest, 100)
    last = f"{whole}.{part:02d}".rstrip("0") if part else str(whole)
    return f"PT{text}{last}S" if rest or not text else f"PT{text}"


def statement(
    actor: Mapping[str, Any], verb: str, thing: Mapping[str, Any], *,
    result: Mapping[str, Any] | None = None, context: Mapping[str, Any] | None = None, at: datetime | None = None,
) -> Json:  # fmt: skip
    """A statement of `actor`, `verb` (an IRI of the vocabulary) and object `thing`; `at` is when it happened (aware).

    Without `at` the recorder gives the moment of recording. The id is made by the recorder too.
    """
    words = DISPLAYS.get(verb)
    made: Json = {"actor": dict(actor), "verb": {"id": verb}, "object": dict(thing)}
    if words is not None:
        made["verb"]["display"] = dict(zip(("id", "en"), words, strict=True))
    if result:
        made["result"] = dict(result)
    if context:
        made["context"] = dict(context)
    if at is not None:
        made["timestamp"] = moment(at)
    return made


def outcome(
    spent: timedelta | float | None,
    score: Mapping[str, Any] | None,
    *,
    completion: bool | None = None,
    success: bool | None = None,
) -> Json:
    """The result of something that took `spent`, with the parts that are given."""
    given = {
        "score": None if score is None else dict(score),
        "completion": completion,
        "success": success,
        "duration": None if spent is None else duration(spent),
    }
    return {key: value for key, value in given.items() if value is not None}


def moment(at: datetime) -> str:
    """`at` in UTC as in RFC 3339; a moment without a zone is refused, because nobody can know what it means."""
    if at.tzinfo is None:
        broken("a moment without a time zone", "$.timestamp", "xAPI 1.0.3 Data 4.5")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def broken(detail: str, path: str, clause: str) -> None:
    """Refuses what breaks a MUST of a profile."""
    raise StatementError("statement.profile_rule", detail, path=path, clause=clause, problem=detail)


def _names(text: Names) -> dict[str, str]:
    return {LANGUAGE: text} if isinstance(text, str) else dict(text)
