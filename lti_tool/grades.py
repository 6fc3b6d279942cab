"""Scores on their way to the platform: completions in the LRS become durable jobs."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Protocol

import msgspec

from lti_tool.line_items import SCORE
from lti_tool.store import Link, LtiStore, PendingScore, Reached
from lti_tool.store.scores import NO_GRADEBOOK
from xapi.clock import Clock
from xapi.vocabulary import COMPLETED, EXT_JP, FAILED, PASSED

CURSOR = "scores"
KIND = "score"
FULL_MARKS = 10_000


class Stored(Protocol):
    """A statement as the LRS keeps it; `source` was written from the credential, never by the client."""

    @property
    def seq(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def body(self) -> bytes: ...


class Putter(Protocol):
    """The durable queue: the same key twice is one job, jobs of one lane are done one after the other."""

    def put(
        self,
        institution: str,
        kind: str,
        payload: bytes,
        key: str | None = None,
        due: datetime | None = None,
        *,
        lane: str | None = None,
    ) -> int: ...


After = Callable[[str, int, int], Iterable[Stored]]


class _Verb(msgspec.Struct):
    id: str


class _Score(msgspec.Struct):
    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None


class _Result(msgspec.Struct):
    score: _Score | None = None


class _Context(msgspec.Struct):
    registration: str = ""
    extensions: dict[str, Any] = msgspec.field(default_factory=dict)


class _Statement(msgspec.Struct):
    verb: _Verb
    result: _Result | None = None
    context: _Context | None = None
    timestamp: str = ""


class ScoreJob(msgspec.Struct, frozen=True):
    """The payload of a job: which enrolment, and which rise of its best score."""

    registration: str
    version: int


def project_scores(store: LtiStore, after: After, queue: Putter, clock: Clock, *, limit: int = 500) -> int:
    """Reads up to `limit` new statements of launches and puts the scores that rose into `queue`; returns how many read.

    `after` is `StatementStore.after`. The cursor moves in the transaction that keeps the scores, and a score counts as
    queued only after the queue has it, so that a crash anywhere repeats work and loses nothing. A score is kept also
    where the platform has no place for it: the teacher sees it, and it is sent when a later launch brings a place.
    """
    _queue_waiting(store, queue, clock)
    scores: dict[str, Reached] = {}
    seen: set[str] = set()
    seq, read = store.scores.cursor(CURSOR), 0
    for stored in after(store.institution, seq, limit):
        seq, read = stored.seq, read + 1
        statement = _decoded(stored.body) if stored.source == "launch" else None
        if statement is None or statement.context is None:
            continue
        registration = statement.context.registration.lower()
        seen.add(registration)
        found = _reached(statement)
        if found is not None and (registration not in scores or found.score > scores[registration].score):
            scores[registration] = found
    if read:
        known = {name: found for name, found in scores.items() if _is_learners(store.launches.link(name))}
        store.scores.advance(CURSOR, seq, known)
        store.scores.revive(seen - {""})
        _queue_waiting(store, queue, clock)
    return read


def score_of(body: bytes) -> tuple[str, int] | None:
    """The registration and score (hundredths of a percent) in a statement, or None when it closes nothing.

    `passed`, `failed` and `completed` count with their score. Without one only a `completed` that carries JP does,
    with full marks: the player puts JP on it exactly when the module has no questions.
    """
    statement = _decoded(body)
    found = _reached(statement) if statement is not None else None
    if statement is None or statement.context is None or found is None:
        return None
    return statement.context.registration.lower(), found.score


def _decoded(body: bytes) -> _Statement | None:
    try:
        return msgspec.json.decode(body, type=_Statement)
    except msgspec.MsgspecError:
        return None


def _reached(statement: _Statement) -> Reached | None:
    context = statement.context
    if statement.verb.id not in (PASSED, FAILED, COMPLETED) or context is None or not context.registration:
        return None
    share = _share(statement.result.score if statement.result else None)
    if share is None and statement.verb.id == COMPLETED and EXT_JP in context.extensions:
        share = 1.0
    if share is None or not 0 <= share <= 1:
        return None
    return Reached(int(share * FULL_MARKS + 0.5), _second(statement.timestamp))


def _second(timestamp: str) -> int | None:
    """The Unix second of a statement's timestamp, None when it tells none."""
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    return int(moment.timestamp()) if moment.tzinfo is not None else None


def _share(score: _Score | None) -> float | None:
    if score is None:
        return None
    if score.scaled is not None:
        return score.scaled
    if score.raw is None or score.max is None or score.max <= (score.min or 0):
        return None
    return (score.raw - (score.min or 0)) / (score.max - (score.min or 0))


def _is_learners(link: Link | None) -> bool:
    return link is not None and link.learner


def _wants_score(link: Link | None) -> bool:
    """A learner's link whose platform has a gradebook for it and grants us to write scores."""
    return bool(link and link.learner and (link.line_item or link.line_items) and SCORE in link.scopes.split())


def _queue_waiting(store: LtiStore, queue: Putter, clock: Clock) -> None:
    while waiting := store.scores.waiting():
        for score in waiting:
            link = store.launches.link(score.registration)
            if _wants_score(link):
                payload = msgspec.json.encode(ScoreJob(score.registration, score.version))
                queue.put(store.institution, KIND, payload, job_key(score), lane=score.registration)
            else:
                place = link.grade_place if link else ""
                store.scores.refused(score, NO_GRADEBOOK, clock(), place)
        store.scores.queued(waiting)


def job_key(score: PendingScore) -> str:
    """The key of the job that sends `score`: one for each rise of the best score."""
    return f"{KIND}:{score.registration}:{score.version}"
