"""Slows down whoever guesses passwords: failures are counted, and few passwords are checked at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import BoundedSemaphore

import msgspec

from lti_tool.errors import ToolError
from lti_tool.house.store.sessions import SessionStore
from lti_tool.secret_hash import secret_hash

#: A key's failures in a row that cost nothing, and the longest wait after more. One person at one address is slowed
#: soon; a whole office behind one address and a name tried from many addresses only later, and never for long.
BRAKES = {"pair": (5, timedelta(minutes=15)), "address": (30, timedelta(minutes=5)), "name": (60, timedelta(minutes=1))}
FORGET_AFTER = timedelta(hours=1)
#: The log tells of braked attempts once in this time, of one address at one account: a flood must not bury the rest.
TOLD_AGAIN = timedelta(minutes=15)
#: Passwords that a process checks side by side, each with 64 MiB and a whole core, and how many more wait for that:
#: the other threads of the process are for those who are inside.
AT_ONCE, IN_LINE, LONGEST_LINE = 2, 8, 10.0
BUSY_SECONDS = 5
#: The part of an IPv6 address that its holder was given; the rest everybody chooses anew at will.
HOLDERS_BITS = 64


class Attempt(msgspec.Struct, frozen=True):
    """Somebody who wants in: the `username` that was typed, and the network `address` of the browser.

    `browser` is the number of a browser that has logged in as this username before, empty for any other. Its failures
    are counted apart from everybody's: whoever fails elsewhere on purpose cannot keep a person out of their account.
    """

    username: str
    address: str
    browser: str = ""

    def keys(self) -> dict[str, str]:
        """The hashes under which failures are counted, by kind of brake."""
        place = network_of(self.address)
        if self.browser:
            values = {"pair": f"{self.username}\nbrowser {self.browser}"}
        else:
            values = {"pair": f"{self.username}\n{place}", "address": place, "name": self.username}
        return {kind: secret_hash(f"{kind}\n{value}") for kind, value in values.items()}


class LoginBrake:
    """The brake of one institution, over the counts in `sessions`."""

    def __init__(self, sessions: SessionStore, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._clock = clock
        self._line = BoundedSemaphore(AT_ONCE + IN_LINE)
        self._free = BoundedSemaphore(AT_ONCE)

    @contextmanager
    def turn(self, attempt: Attempt) -> Iterator[None]:
        """A block in which the password of `attempt` may be checked.

        Raises ToolError `accounts.login_braked` (with `seconds`) after many failures, `accounts.login_busy` (with
        `seconds`) when too many wait for the same. Counts are looked at when it is one's turn, so a crowd that comes
        at once has no more guesses than one after the other.
        """
        with self._room():
            self._check(attempt)
            yield

    @contextmanager
    def _room(self) -> Iterator[None]:
        if not self._line.acquire(blocking=False):
            raise _busy()
        try:
            if not self._free.acquire(timeout=LONGEST_LINE):
                raise _busy()
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._line.release()

    def _check(self, attempt: Attempt) -> None:
        waits = [self._wait(kind, key_hash) for kind, key_hash in attempt.keys().items()]
        seconds = int(max(waits).total_seconds())
        if seconds > 0:
            raise ToolError("accounts.login_braked", "too many failures", seconds=seconds)

    def _wait(self, kind: str, key_hash: str) -> timedelta:
        free, longest = BRAKES[kind]
        failures = self._sessions.failures(key_hash)
        if failures is None or failures[0] < free or self._clock() - failures[1] > FORGET_AFTER:
            return timedelta(0)
        pause = min(timedelta(seconds=5 * 2 ** min(failures[0] - free, 12)), longest)
        left = failures[1] + pause - self._clock()
        return left if left <= longest else timedelta(0)  # failed before the clock was set back: nobody waits for that

    def failed(self, attempt: Attempt) -> None:
        """Counts a failure."""
        now = self._clock()
        for key_hash in attempt.keys().values():
            self._sessions.failed(key_hash, now, now - FORGET_AFTER)

    def passed(self, attempt: Attempt) -> None:
        """Forgets the failures of this person at this place."""
        self._sessions.forgive(attempt.keys()["pair"])

    def is_news(self, account_id: str, address: str) -> bool:
        """Whether a braked attempt from `address` at an account (or at none, empty) deserves a line in the log."""
        key_hash, now = secret_hash(f"told\n{account_id}\n{network_of(address)}"), self._clock()
        told = self._sessions.failures(key_hash)
        if told is not None and timedelta(0) <= now - told[1] < TOLD_AGAIN:
            return False
        self._sessions.failed(key_hash, now, now - FORGET_AFTER)
        return True


def network_of(address: str) -> str:
    """What of an IP address tells its holder: all of IPv4, the first 64 bits of IPv6; any other text as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found.packed, HOLDERS_BITS), strict=False))
    return str(found)


def _busy() -> ToolError:
    return ToolError("accounts.login_busy", "too many at once", seconds=BUSY_SECONDS)
