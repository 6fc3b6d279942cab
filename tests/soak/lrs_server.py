"""An LRS in a process of its own that can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.ports import free_port
from xapi.database import migrate, open_database
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.store import StatementStore

HERE = "a" * 32
FOLDER = Path(__file__).parent


class LrsProcess:
    """An LRS that can be killed and started again on the same database (a file or a URL) and port."""

    def __init__(self, database: Path | str, scope: str = "statements/write") -> None:
        self.database = database
        engine = open_database(self.database)
        migrate(engine, "xapi.lrs")
        self.credential = CredentialStore(engine).add(HERE, "perekam", {scope}, "package")
        engine.dispose()
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}/xapi/"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and returns when it takes connections."""
        command = [sys.executable, str(FOLDER / "lrs_process.py"), str(self.database), str(self.port)]
        self._process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert self._process.poll() is None, "the LRS ended by itself"
                threading.Event().wait(0.02)
            else:
                return
        pytest.fail("the LRS did not start")

    def kill(self) -> None:
        """SIGKILL to it and all its children; returns when they are gone."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stored(self) -> Counter[str]:
        """How often each statement id is in the LRS's database."""
        engine = open_database(self.database)
        found: Counter[str] = Counter()
        seq = 0
        while page := StatementStore(engine).after(HERE, seq, 1000):
            found.update(statement.id for statement in page)
            seq = page[-1].seq
        engine.dispose()
        return found
