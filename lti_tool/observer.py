"""Notes what launches tell of their platform beside the learner, seldom enough that no launch is slower for it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from lti_tool.claims import COPY_NOTICE, HELLO_NOTICE, Launch, Notices
from lti_tool.store import LtiStore, Observed, Platform
from xapi.database import DRIVER_ERRORS
from xapi.errors import DatabaseError

LOG = logging.getLogger(__name__)
#: A clock that differs by more than this many seconds costs launches or access tokens.
WRONG_CLOCK = 60
#: What is known is written once more after this time, and a wrong clock after the second.
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LONGEST_URL = 2000
#: The notices that we have use for.
KINDS = (COPY_NOTICE, HELLO_NOTICE)


class _Known(msgspec.Struct):
    at: datetime
    wrong: bool
    roster: bool


class Observer:
    """Notes of each platform a roster's address, its clock, and where it takes subscriptions to notices.

    Nothing that it keeps is about a person. What fails here must not fail a launch.
    """

    def __init__(self, store: LtiStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._asked: set[tuple[str, str, Notices]] = set()

    def saw_launch(self, launch: Launch, issued: float) -> None:
        """Notes what the good `launch` tells; `issued` is its `iat`.

        A message may have lain in a browser, so that an old one says nothing about a clock.
        """
        ahead = max(0, round(issued - launch.at.timestamp()))
        known = self._known.get(launch.platform.id)
        news = known is None or known.wrong or launch.at - known.at >= DAY or (launch.nrps_url and not known.roster)
        if news:
            self._note(launch.platform, ahead, launch.at, launch.nrps_url)
        if launch.notices.url:
            self._want(launch)

    def saw_wrong_clock(self, platform: Platform, issued: float, now: datetime) -> None:
        """Notes that a message that `platform` signed was refused because of its times."""
        ahead = round(issued - now.timestamp())
        known = self._known.get(platform.id)
        if abs(ahead) > WRONG_CLOCK and (known is None or not known.wrong or now - known.at >= MINUTE):
            self._note(platform, ahead, now, "")

    def _note(self, platform: Platform, ahead: int, now: datetime, roster: str) -> None:
        good = roster if len(roster) <= LONGEST_URL and platform.owns(roster) else ""
        former = self._known.get(platform.id)
        try:
            self._store.observed.note(platform.id, ahead, now, roster=good)
        except (DatabaseError, *DRIVER_ERRORS) as cause:
            LOG.warning("observer: a platform was not noted: %s", type(cause).__name__)
            return
        has_roster = bool(good) or (former is not None and former.roster)
        self._known[platform.id] = _Known(now, abs(ahead) > WRONG_CLOCK, has_roster)

    def _want(self, launch: Launch) -> None:
        """Asks for the notices that the platform offers and we have use for, once in the life of this process."""
        offer, kinds = launch.notices, [kind for kind in KINDS if kind in launch.notices.kinds]
        asked = (launch.platform.id, launch.deployment_id, offer)
        if asked in self._asked or not kinds or len(offer.url) > LONGEST_URL or not launch.platform.owns(offer.url):
            return
        try:
            self._store.notices.want(launch.platform.id, launch.deployment_id, offer.url, kinds)
        except (DatabaseError, *DRIVER_ERRORS) as cause:
            LOG.warning("observer: notices were not asked for: %s", type(cause).__name__)
            return
        self._asked.add(asked)


def wrong_clocks(store: LtiStore) -> list[tuple[Platform, Observed]]:
    """The platforms whose clock was last seen too far from ours, by name; those that are switched off do not count."""
    observed = store.observed.all()
    found = [(platform, observed.get(platform.id)) for platform in store.platforms.list() if platform.active]
    return [(platform, seen) for platform, seen in found if seen is not None and abs(seen.ahead) > WRONG_CLOCK]
