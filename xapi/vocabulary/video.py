"""The video profile (https://w3id.org/xapi/video): its own verbs, its activity type and its extensions."""

from typing import Final

PROFILE: Final = "https://w3id.org/xapi/video"
PLAYED: Final = PROFILE + "/verbs/played"
PAUSED: Final = PROFILE + "/verbs/paused"
SEEKED: Final = PROFILE + "/verbs/seeked"

TYPE_VIDEO: Final = PROFILE + "/activity-type/video"

LENGTH: Final = PROFILE + "/extensions/length"
SESSION_ID: Final = PROFILE + "/extensions/session-id"
COMPLETION_THRESHOLD: Final = PROFILE + "/extensions/completion-threshold"
TIME: Final = PROFILE + "/extensions/time"
TIME_FROM: Final = PROFILE + "/extensions/time-from"
TIME_TO: Final = PROFILE + "/extensions/time-to"
PROGRESS: Final = PROFILE + "/extensions/progress"
PLAYED_SEGMENTS: Final = PROFILE + "/extensions/played-segments"
