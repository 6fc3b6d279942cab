"""The statements of one session with a video, by the xAPI video profile (https://w3id.org/xapi/video, v1.0.3).

The session remembers what was played: progress and played segments, which the profile demands, follow from that.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from xapi.builders.parts import Json, activity, broken, duration, statement
from xapi.vocabulary import adl, video

Part = Mapping[str, Any]
CLAUSE = "video profile, templates"


class Session:
    """One session of `actor` with the video `thing` of `length` seconds.

    `session_id` is a UUID of this session, `threshold` the part (0 to 1) that must be seen to complete it. Times in the
    video are seconds from its beginning.
    """

    def __init__(
        self, actor: Part, thing: Part, length: float, *, session_id: str, threshold: float = 1.0,
        registration: str | None = None,
    ) -> None:  # fmt: skip
        if not 0 < length < float("inf") or not 0 < threshold <= 1:
            broken("a length above 0 seconds and a threshold up to 1", "$.context.extensions", CLAUSE)
        self._actor, self._thing, self._length, self._threshold = actor, thing, _thousandths(length), threshold
        self._session_id, self._registration = session_id, registration
        self._segments: list[tuple[float, float]] = []
        self._playing_since: float | None = None
        self._begun = self._over = False

    @property
    def progress(self) -> float:
        """The part of the video that was seen so far, 0 to 1."""
        seen, end = 0.0, 0.0
        for first, last in sorted(self._segments):
            seen += max(last - max(first, end), 0.0)
            end = max(end, last)
        return _thousandths(min(seen / self._length, 1.0))

    def initialized(self, *, at: datetime | None = None) -> Json:
        """The video is ready: the first statement of a session."""
        if self._begun:
            broken("a session is initialized once", "$.verb.id", CLAUSE)
        self._begun = True
        return self._say(adl.INITIALIZED, None, at)

    def played(self, time: float, *, at: datetime | None = None) -> Json:
        """The video plays from `time` on."""
        made = self._say(video.PLAYED, {video.TIME: self._inside(time)}, at)
        self._playing_since = self._inside(time)
        return made

    def paused(self, time: float, *, at: datetime | None = None) -> Json:
        """The video stands still at `time`."""
        self._stop(time)
        return self._say(video.PAUSED, self._state(time), at)

    def seeked(self, start: float, end: float, *, at: datetime | None = None) -> Json:
        """The learner went from `start` to `end`; the video plays on if it did before."""
        was_playing = self._playing_since is not None
        self._stop(start)
        if was_playing:
            self._playing_since = self._inside(end)
        return self._say(video.SEEKED, {video.TIME_FROM: self._inside(start), video.TIME_TO: self._inside(end)}, at)

    def completed(self, time: float, spent: timedelta | float, *, at: datetime | None = None) -> Json:
        """The threshold is reached at `time`, `spent` after the beginning; the video may play on."""
        was_playing = self._playing_since is not None
        self._stop(time)
        if was_playing:
            self._playing_since = self._inside(time)
        if self.progress < self._threshold:
            broken("the video is not completed before its threshold", "$.result.completion", CLAUSE)
        return self._say(adl.COMPLETED, self._state(time), at, completion=True, duration=duration(spent))

    def terminated(self, time: float, *, at: datetime | None = None) -> Json:
        """The player is closed at `time`: the last statement of a session."""
        self._stop(time)
        made = self._say(adl.TERMINATED, self._state(time), at)
        self._over = True
        return made

    def _stop(self, time: float) -> None:
        """Ends the segment that is playing."""
        if self._playing_since is not None:
            self._segments.append((self._playing_since, max(self._inside(time), self._playing_since)))
        self._playing_since = None

    def _state(self, time: float) -> Json:
        played = "[,]".join(f"{first:.3f}[.]{last:.3f}" for first, last in self._segments)
        return {video.TIME: self._inside(time), video.PROGRESS: self.progress, video.PLAYED_SEGMENTS: played}

    def _inside(self, time: float) -> float:
        if not 0 <= time <= self._length:
            broken(f"a time in the video is from 0 to {self._length} s", "$.result.extensions", CLAUSE)
        return _thousandths(time)

    def _say(self, verb: str, extensions: Json | None, at: datetime | None, **result: object) -> Json:
        if self._over or not self._begun:
            broken("a session begins with initialized and ends with terminated", "$.verb.id", CLAUSE)
        given: Json = {video.LENGTH: self._length, video.SESSION_ID: self._session_id}
        if self._threshold != 1:
            given[video.COMPLETION_THRESHOLD] = self._threshold
        context: Json = {"contextActivities": {"category": [activity(video.PROFILE)]}, "extensions": given}
        if self._registration is not None:
            context["registration"] = self._registration
        outcome = dict(result) | ({"extensions": extensions} if extensions else {})
        return statement(self._actor, verb, self._thing, result=outcome, context=context, at=at)


def of(iri: str, name: str) -> Json:
    """The video with this IRI, as an Activity of the profile's type."""
    return activity(iri, kind=video.TYPE_VIDEO, name=name)


def _thousandths(number: float) -> float:
    """The profile allows three decimals."""
    return round(float(number), 3)
