"""cmi5 (https://w3id.org/xapi/cmi5): its category activities, activity types and extensions; its verbs are ADL's."""

from typing import Final

_CMI5: Final = "https://w3id.org/xapi/cmi5/"
CATEGORY: Final = _CMI5 + "context/categories/cmi5"
CATEGORY_MOVE_ON: Final = _CMI5 + "context/categories/moveon"

TYPE_BLOCK: Final = _CMI5 + "activitytype/block"
TYPE_COURSE: Final = _CMI5 + "activitytype/course"

SESSION_ID: Final = _CMI5 + "context/extensions/sessionid"
MASTERY_SCORE: Final = _CMI5 + "context/extensions/masteryscore"
LAUNCH_MODE: Final = _CMI5 + "context/extensions/launchmode"
LAUNCH_URL: Final = _CMI5 + "context/extensions/launchurl"
LAUNCH_PARAMETERS: Final = _CMI5 + "context/extensions/launchparameters"
MOVE_ON: Final = _CMI5 + "context/extensions/moveon"
PROGRESS: Final = _CMI5 + "result/extensions/progress"
REASON: Final = _CMI5 + "result/extensions/reason"
