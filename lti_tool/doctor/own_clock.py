"""Whether the clock of this machine can be trusted: what the kernel knows of it, and what the LMSs' clocks say."""

import ctypes
import sys
from collections.abc import Collection
from statistics import median

from lti_tool.doctor.network import MOST_SKEW

_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised with anything
_TIMEX_BYTES = 512  # more than struct timex has on any system


def is_synchronised() -> bool | None:
    """Whether the kernel says that something (chrony, systemd-timesyncd, ntpd) keeps the clock right; None when it does
    not tell."""
    if sys.platform != "linux":
        return None
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def own_error(ahead: Collection[int]) -> int:
    """By how many seconds this machine's clock is behind, less than 0 when it is ahead, as the clocks of LMSs tell that
    were `ahead` of it when they were last seen; 0 when they do not agree that it is wrong.

    One alone may be wrong itself; two or more that are all off to the same side are not.
    """
    if len(ahead) < 2 or not (min(ahead) > MOST_SKEW or max(ahead) < -MOST_SKEW):
        return 0
    return round(median(ahead))
