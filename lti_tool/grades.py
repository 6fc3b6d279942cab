"""Scores on their way to the platform: completions in the LRS become durable jobs, each sent until it is answered."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.launch import Profiles
from lti_tool.line_items import SCORE, LineItems, scores_url
from lti_tool.platform_services import PlatformServices
from lti_tool.pylti import final_score
from lti_tool.store import Link, LtiStore, PendingScore, Platform
from xapi.queue import Done, Job, Outcome, Quarantine, Retry
from xapi.vocabulary import COMPLETED, EXT_JP, FAILED, PASSED

CURSOR = "scores"
KIND = "score"
FULL_MARKS = 10_000
_LATER = frozenset({401, 408, 425, 429})


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


class ScoreJob(msgspec.Struct, frozen=True):
    """The payload of a job: which enrolment, and which rise of its best score."""

    registration: str
    version: int


def project_scores(store: LtiStore, after: After, queue: Putter, *, limit: int = 500) -> int:
    """Reads up to `limit` new statements of launches and puts the scores that rose into `queue`; returns how many read.

    `after` is `StatementStore.after`. The cursor moves in the transaction that keeps the scores, and a score counts as
    queued only after the queue has it, so that a crash anywhere repeats work and loses nothing.
    """
    _queue_waiting(store, queue)
    scores: dict[str, int] = {}
    seq, read = store.scores.cursor(CURSOR), 0
    for stored in after(store.institution, seq, limit):
        seq, read = stored.seq, read + 1
        found = score_of(stored.body) if stored.source == "launch" else None
        if found is not None:
            registration, score = found
            scores[registration] = max(score, scores.get(registration, 0))
    if read:
        known = {name: score for name, score in scores.items() if _wants_score(store.launches.link(name))}
        store.scores.advance(CURSOR, seq, known)
        _queue_waiting(store, queue)
    return read


def score_of(body: bytes) -> tuple[str, int] | None:
    """The registration and score (hundredths of a percent) in a statement, or None when it closes nothing.

    `passed`, `failed` and `completed` count with their score. Without one only a `completed` that carries JP does,
    with full marks: the player puts JP on it exactly when the module has no questions.
    """
    try:
        statement = msgspec.json.decode(body, type=_Statement)
    except msgspec.MsgspecError:
        return None
    context = statement.context
    if statement.verb.id not in (PASSED, FAILED, COMPLETED) or context is None or not context.registration:
        return None
    share = _share(statement.result.score if statement.result else None)
    if share is None and statement.verb.id == COMPLETED and EXT_JP in context.extensions:
        share = 1.0
    if share is None or not 0 <= share <= 1:
        return None
    return context.registration.lower(), int(share * FULL_MARKS + 0.5)


def _share(score: _Score | None) -> float | None:
    if score is None:
        return None
    if score.scaled is not None:
        return score.scaled
    if score.raw is None or score.max is None or score.max <= (score.min or 0):
        return None
    return (score.raw - (score.min or 0)) / (score.max - (score.min or 0))


def _wants_score(link: Link | None) -> bool:
    """A learner's link whose platform has a gradebook for it and grants us to write scores."""
    return bool(link and link.learner and (link.line_item or link.line_items) and SCORE in link.scopes.split())


def _queue_waiting(store: LtiStore, queue: Putter) -> None:
    while waiting := store.scores.waiting():
        for score in waiting:
            payload = msgspec.json.encode(ScoreJob(score.registration, score.version))
            key = f"{KIND}:{score.registration}:{score.version}"
            queue.put(store.institution, KIND, payload, key, lane=score.registration)
        store.scores.queued(waiting)


class ScoreSender:
    """The worker's handler of jobs of the kind `score`."""

    def __init__(
        self,
        store: LtiStore,
        services: PlatformServices,
        line_items: LineItems,
        profiles: Profiles,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._services = services
        self._line_items = line_items
        self._profiles = profiles
        self._clock = clock

    def __call__(self, jobs: list[Job]) -> Sequence[Outcome]:
        """One outcome for each job, in order; a platform found unreachable is left alone for the rest of `jobs`."""
        down: set[str] = set()
        return [self._handle(job, down) for job in jobs]

    def _handle(self, job: Job, down: set[str]) -> Outcome:
        try:
            wanted = msgspec.json.decode(job.payload, type=ScoreJob)
        except msgspec.MsgspecError:
            return Quarantine("unreadable payload")
        score = self._store.scores.get(wanted.registration)
        link = self._store.launches.link(wanted.registration)
        platform = self._store.platforms.get(link.platform) if link else None
        if score is None or link is None or platform is None:
            return Quarantine("the launch of this score is gone")
        if score.version > wanted.version:
            return Done("a better score follows")
        return self._try(platform, link, score, down)

    def _try(self, platform: Platform, link: Link, score: PendingScore, down: set[str]) -> Outcome:
        if not platform.active:
            return Retry("the platform is switched off", 3600)
        if platform.id in down:
            return Retry("http.unreachable")
        try:
            return self._send(platform, link, score)
        except ToolError as error:
            if error.code in ("http.unreachable", "http.too_slow", "http.unresolved"):
                down.add(platform.id)
            return self._failed(score, error)

    def _send(self, platform: Platform, link: Link, score: PendingScore) -> Outcome:
        line_item = self._line_items.of(platform, link)
        if not line_item:
            return self._final(score, "no_line_item")
        if line_item != link.line_item:
            self._store.launches.set_line_item(link, line_item)
        profile = self._profiles(platform.profile)
        reply = self._post(platform, link, line_item, score)
        if reply.status in profile.stale_score_statuses:  # the platform holds a newer second: a teacher's, or our own
            reply = self._post(platform, link, line_item, score)
        if 200 <= reply.status < 300:
            self._store.scores.sent(score, self._clock())
            return Done(str(reply.status))
        if reply.status in profile.stale_score_statuses:
            return Retry("stale_timestamp")
        if reply.status in _LATER or reply.status >= 500:
            return Retry(f"http_{reply.status}", _retry_after(reply))
        return self._final(score, "not_gradable" if reply.status in profile.not_gradable_statuses else
                           f"http_{reply.status}")  # fmt: skip

    def _post(self, platform: Platform, link: Link, line_item: str, score: PendingScore) -> Reply:
        moment = self._store.scores.next_second(line_item, link.subject, self._clock())
        body = final_score(
            user_id=link.subject, percent=score.best / 100, timestamp=moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        )
        media = self._profiles(platform.profile).media_types.score
        return self._services.post(
            platform, scores_url(line_item), body, scopes=[SCORE], content_type=media, accept="application/json"
        )

    def _failed(self, score: PendingScore, error: ToolError) -> Outcome:
        """Addresses that may not be called stay so until an administrator acts; everything else may pass."""
        if error.code in ("services.foreign_host", "http.private_address", "http.not_https", "http.address_broken"):
            return self._final(score, error.code)
        status = error.params.get("status")
        if error.code == "services.status" and isinstance(status, int) and status not in _LATER and status < 500:
            return self._final(score, f"line_item_http_{status}")
        return Retry(error.code)

    def _final(self, score: PendingScore, reason: str) -> Quarantine:
        self._store.scores.refused(score, reason)
        return Quarantine(reason)


def _retry_after(reply: Reply) -> float | None:
    value = reply.headers.get("retry-after", "")
    return float(value) if value.isdecimal() and len(value) < 7 else None
