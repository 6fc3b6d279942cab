"""Activity Streams 1.0 (http://activitystrea.ms): activity types that ADL's vocabulary does not have."""

from typing import Final

_SCHEMA: Final = "http://activitystrea.ms/schema/1.0/"
TYPE_EVENT: Final = _SCHEMA + "event"
TYPE_PAGE: Final = _SCHEMA + "page"
