"""Moves SQLite's write-ahead log into its file beside the writer, which would otherwise stand still for as long.

Beside a writer that never rests the log never ends by itself: it begins anew only when a transaction finds all of it
moved. So most of it is moved in a thread, while the writer goes on, and the writer moves the short rest before its next
transaction. A page that changes often goes into the file once for many commits.
"""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from threading import Thread

LONG = 40_000  # rows, and _COMMIT for each commit: some twenty thousand pages
LONGEST = 128_000  # pages, after which the writer moves all itself, whatever became of the thread
_COMMIT = 50  # rows that write as many pages as a commit of a few does
_MOVE = "PRAGMA wal_checkpoint(PASSIVE)"
_TURNS = 2  # the second moves what came during the first
_log = logging.getLogger(__name__)


class LogKeeper:
    """The write-ahead log of one file; `connect` opens a connection of its own for the thread.

    `committed` and `end` are for the writer, one at a time.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._rows = 0  # since the log began anew
        self._changes = 0
        self._moving = False
        self.nearly_moved = False  # the writer should call `end` before it begins

    def committed(self, writer: sqlite3.Connection) -> None:
        """Notes what `writer` has written; begins to move the log when it is long."""
        changes = writer.total_changes
        self._rows += changes - self._changes + _COMMIT
        self._changes = changes
        if self._rows > LONG and not self._moving:
            self._moving = True
            Thread(target=self._move, name="lrs-log", daemon=True).start()

    def end(self, writer: sqlite3.Connection) -> None:
        """Moves the rest, so that the next transaction begins the log anew."""
        self.nearly_moved = self._moving = False
        self._rows = 0
        writer.execute(_MOVE).fetchone()

    def _move(self) -> None:
        try:
            with closing(self._connect()) as connection:
                for _ in range(_TURNS):
                    connection.execute(_MOVE).fetchone()
        except sqlite3.Error as error:
            _log.warning("the write-ahead log could not be moved beside the writer, who will move it: %s", error)
        finally:
            self.nearly_moved = True
