"""A socket for each server process on one port, among which the system spreads whoever connects.

From one socket that all processes share, the process that wakes first takes the whole of a crowd: of two hundred
launches at once it had up to 199, and the other process looked on.
"""

import socket
import sys
from collections.abc import Callable

from uvicorn.config import STARTUP_FAILURE


class OwnSocket:
    """Stands for a socket at `host`:`port` and becomes one in the process that it is sent to, which has it alone.

    So a process that is started again has a new one, and whoever connects meanwhile comes to the others.
    """

    def __init__(self, host: str, port: int) -> None:
        self._place = host, port

    def __reduce__(self) -> tuple[Callable[[str, int], socket.socket], tuple[str, int]]:
        return bound_socket, self._place


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket at `host`:`port` beside those of other processes of ours; ends this process when there can be none."""
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        found.bind((host, port))
    except OSError as cause:
        print(f"{host}:{port}: {cause.strerror}", file=sys.stderr)
        sys.exit(STARTUP_FAILURE)  # which the supervisor takes for the end, not for a process to start again
    return found
