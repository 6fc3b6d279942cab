"""Keeps one network from beginning so many sign-ins that those of everybody else are refused."""

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from threading import Lock

from lti_tool.errors import LaunchRefused
from lti_tool.login_brake import network_of

#: Sign-ins that one network may begin in a minute, in each process: a large office at the hour when a course opens, and
#: a third of what a platform may have in all (`lti_tool.flow.store.LOGINS_PER_MINUTE`).
MOST_A_MINUTE = 1000
MOST_KEPT = 50_000


class AddressPace:
    """Counts in memory: what a restart forgets, the next minute would have forgotten."""

    most = MOST_A_MINUTE

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._minute = 0
        self._begun: dict[str, int] = {}
        self._lock = Lock()

    def require(self, address: str) -> None:
        """Counts one more sign-in from `address`. Raises LaunchRefused (429) when its network has begun too many.

        This machine may begin any number: behind a proxy that is not known everybody comes from it.
        """
        self._require(self.count(address), self.most)

    def check(self, address: str) -> None:
        """Raises LaunchRefused (429) when the network of `address` may begin no more; counts nothing."""
        self._require(self._add(address, 0), self.most - 1)

    def count(self, address: str) -> int:
        """Counts one more from `address`; how many its network has begun in this minute, 0 for this machine."""
        return self._add(address, 1)

    def _add(self, address: str, number: int) -> int:
        if _is_here(address):
            return 0
        network, minute = network_of(address), int(self._clock().timestamp()) // 60
        with self._lock:
            if minute != self._minute or len(self._begun) >= MOST_KEPT:
                self._minute, self._begun = minute, {}
            begun = self._begun.get(network, 0) + number
            if number:
                self._begun[network] = begun
        return begun

    def _require(self, begun: int, most: int) -> None:
        if begun > most:
            raise LaunchRefused("login.too_many_here", "rate limit of the network reached", status=429)


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return True
