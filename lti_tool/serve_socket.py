"""A socket for each server process on one port, among which the system spreads whoever connects.

From one socket that all processes share, the process that wakes first takes the whole of a crowd: of two hundred
launches at once it had up to 199, and the other process looked on.
"""

import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle

from uvicorn.config import STARTUP_FAILURE

LEND_SECONDS = 2.0


class OwnSocket:
    """Stands for a socket at `host`:`port` and becomes one in the process that it is sent to, which has it alone.

    So a process that is started again has a new one, and whoever connects meanwhile comes to the others. With `lender`,
    the process gives its socket to whoever asks at the other end (`borrowed`); one that was got so is `taken` over.
    """

    def __init__(
        self, host: str, port: int, *, lender: Connection | None = None, taken: socket.socket | None = None
    ) -> None:
        self._place = host, port, lender, taken

    def __reduce__(self) -> tuple[Callable[..., socket.socket], tuple[object, ...]]:
        return opened_socket, self._place


def opened_socket(host: str, port: int, lender: Connection | None, taken: socket.socket | None) -> socket.socket:
    """The socket that `taken` is, or a new one; lent through `lender`."""
    found = taken or bound_socket(host, port)
    if lender is not None:
        threading.Thread(target=_lend, args=(lender, found), name="lender", daemon=True).start()
    return found


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


def borrowed(asking: Connection) -> socket.socket | None:
    """The socket of the process at the other end of `asking`, with whoever waits there; None when it does not answer.

    A connection that waits at a socket is cut off when the last process that has the socket closes it.
    """
    with suppress(OSError, EOFError, RuntimeError):
        asking.send_bytes(b"?")
        if asking.poll(LEND_SECONDS):
            return socket.socket(fileno=recv_handle(asking))
    return None


def _lend(lender: Connection, own: socket.socket) -> None:
    with suppress(OSError, EOFError):
        while lender.recv_bytes():
            send_handle(lender, own.fileno(), None)
