"""Sends scores to platforms: each until it is answered, never in a way that costs a grade, and says why it cannot."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from lti_tool.errors import ToolError
from lti_tool.grades import ScoreJob
from lti_tool.http import Reply
from lti_tool.launch import Profiles
from lti_tool.line_items import SCORE, LineItems, scores_url
from lti_tool.platform_services import PlatformServices
from lti_tool.pylti import final_score
from lti_tool.store import Link, LtiStore, PendingScore, Platform
from xapi.queue import Done, Job, Outcome, Quarantine, Retry

_LATER = frozenset({401, 408, 425, 429})
_GONE = frozenset({404, 410})
#: What would fail in the same way for every score of the platform.
_OF_THE_PLATFORM = frozenset({"http.unreachable", "http.too_slow", "http.unresolved", "token.refused"})
#: Addresses that may not be called stay so until an administrator acts.
_FINAL = frozenset({"services.foreign_host", "http.private_address", "http.not_https", "http.address_broken"})
SWITCHED_OFF_SECONDS = 3600.0


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
        """One outcome for each job, in order.

        A platform that cannot be reached, or asks to be left alone, is left alone for the rest of `jobs`.
        """
        down: dict[str, Retry] = {}
        return [self._handle(job, down) for job in jobs]

    def _handle(self, job: Job, down: dict[str, Retry]) -> Outcome:
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
        outcome = self._try(platform, link, score, down)
        if isinstance(outcome, Retry):
            self._store.scores.delayed(score, outcome.reason, self._clock())
        if isinstance(outcome, Quarantine):
            self._store.scores.refused(score, outcome.reason, self._clock(), link.grade_place)
        return outcome

    def _try(self, platform: Platform, link: Link, score: PendingScore, down: dict[str, Retry]) -> Outcome:
        if not platform.active:
            return Retry("platform_off", SWITCHED_OFF_SECONDS)
        if platform.id in down:
            return down[platform.id]
        try:
            outcome = self._send(platform, link, score)
        except ToolError as error:
            outcome = _failed(error)
            if error.code in _OF_THE_PLATFORM and isinstance(outcome, Retry):
                down[platform.id] = outcome
        if isinstance(outcome, Retry) and outcome.after_seconds is not None:
            down[platform.id] = outcome
        return outcome

    def _send(self, platform: Platform, link: Link, score: PendingScore) -> Outcome:
        line_item = self._line_items.of(platform, link)
        if not line_item:
            return Quarantine("no_line_item")
        reply = self._post(platform, link, line_item, score)
        if reply.status in _GONE:
            found = self._line_items.other_than(platform, link, line_item)
            if not found:
                return Quarantine("line_item_gone")
            line_item = found
            reply = self._post(platform, link, line_item, score)
        if line_item != link.line_item and reply.status not in _GONE:
            self._store.launches.set_line_item(link, line_item)
        return self._judged(platform, score, reply)

    def _judged(self, platform: Platform, score: PendingScore, reply: Reply) -> Outcome:
        """What an answer means (AGS 2.0 section 3.4); what nobody can mend by waiting is final."""
        profile = self._profiles(platform.profile)
        if 200 <= reply.status < 300:
            self._store.scores.sent(score, self._clock())
            return Done(str(reply.status))
        if reply.status in profile.stale_score_statuses:
            return Retry("stale_timestamp")
        if reply.status in _LATER or reply.status >= 500:
            return Retry(f"http_{reply.status}", reply.wait_asked)
        if reply.status in _GONE:
            return Quarantine("line_item_gone")
        if reply.status in profile.not_gradable_statuses:
            return Quarantine("not_gradable")
        return Quarantine(f"http_{reply.status}")

    def _post(self, platform: Platform, link: Link, line_item: str, score: PendingScore) -> Reply:
        """Posts `score`; when the platform holds a newer second, a teacher's or our own, once more with a later one."""
        profile = self._profiles(platform.profile)
        reply = self._post_once(platform, link, line_item, score)
        if reply.status in profile.stale_score_statuses:
            reply = self._post_once(platform, link, line_item, score)
        return reply

    def _post_once(self, platform: Platform, link: Link, line_item: str, score: PendingScore) -> Reply:
        moment = self._store.scores.next_second(line_item, link.subject, self._clock())
        body = final_score(
            user_id=link.subject,
            percent=score.best / 100,
            timestamp=_rfc3339(moment),
            submission=self._submission(score),
        )
        media = self._profiles(platform.profile).media_types.score
        return self._services.post(
            platform, scores_url(line_item), body, scopes=[SCORE], content_type=media, accept="application/json"
        )

    def _submission(self, score: PendingScore) -> dict[str, str]:
        """When the learner began and finished (AGS 2.0 section 3.4.9), so that an LMS can tell what came late."""
        if score.reached is None:
            return {}
        began = self._store.launches.first_launch(score.registration)
        times = {"submittedAt": score.reached}
        if began is not None and began <= score.reached:
            times = {"startedAt": began, **times}
        return {name: _rfc3339(datetime.fromtimestamp(second, UTC)) for name, second in times.items()}


def _failed(error: ToolError) -> Outcome:
    """Everything may pass, except an address that may not be called and a line item that is refused to us."""
    if error.code in _FINAL:
        return Quarantine(error.code)
    status, wait = error.params.get("status"), error.params.get("wait")
    if not isinstance(status, int):
        return Retry(error.code)
    asked = wait if isinstance(wait, float) else None
    if status >= 500 or status in _LATER - {401}:
        return Retry(f"http_{status}", asked)
    if error.code == "services.status" and status not in _LATER:
        return Quarantine(f"line_item_http_{status}")
    return Retry(error.code, asked)


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
