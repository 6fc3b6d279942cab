"""Tells the service manager that started this process (systemd, `Type=notify`) how it goes: sd_notify(3)."""

import logging
import socket
import time
from collections.abc import Callable

READY, ALIVE = "READY=1", "WATCHDOG=1"
#: How often within its patience the manager hears that this process lives, so that a busy machine costs no life.
SIGNS = 8
SEND_SECONDS = 1.0
_log = logging.getLogger(__name__)


class ServiceManager:
    """The manager at the socket `address` (empty: there is none), which ends and starts this process anew when it has
    not heard that it lives for `patience` seconds (0: it does not watch). `clock` gives monotonic seconds."""

    def __init__(self, address: str = "", patience: float = 0.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._patience = patience
        self._clock = clock
        self._told: float | None = None

    def ready(self) -> None:
        """Says that this process serves."""
        tell(self._address, READY)

    def alive(self) -> None:
        """Says that this process does its work, unless that was said just now."""
        now = self._clock()
        if not self._patience or (self._told is not None and now - self._told < self._patience / SIGNS):
            return
        self._told = now
        tell(self._address, ALIVE)


def tell(address: str, word: str = READY) -> None:
    """Sends `word` to the socket at `address`; without one nobody waits for it. A manager that is gone is no error."""
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.settimeout(SEND_SECONDS)
            way.sendto(word.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
    except OSError as error:
        _log.warning("the service manager was not told: %s", error.strerror or type(error).__name__)
