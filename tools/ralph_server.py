"""Ralph, the other LRS on PyPI, as a server to test and measure against: `make ralph` installs it on its own.

`RalphServer` starts it from any Python; the file run by Ralph's own Python is the server. Its file backend as shipped
stores exactly one write (its operation type is CREATE, so the next is "already exists"): the subclass here appends.
Ralph answers at `/xAPI/statements` and needs no version header. It has no documents, agents, activities or about
resources, no attachments and no voiding; a broken statement is refused with 422 and no header names the version.
"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-ralph" / "bin" / "python"
INSTALLED = ROOT / ".venv-ralph" / ".installed"
KEY, SECRET = "perekam", "hanya-untuk-uji"
START_SECONDS = 60.0


class RalphServer:
    """Ralph on a free port of this machine, with its statements in `folder`; use it with `with`.

    `endpoint`, `key` and `secret` are what a client needs. `log` is what the server wrote.
    """

    def __init__(self, folder: Path, python: Path = PYTHON) -> None:
        self.key, self.secret = KEY, SECRET
        self.log = folder / "ralph.log"
        self._folder = folder
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self.port}/xAPI/"

    def start(self) -> None:
        """Starts the server and returns when it takes connections; raises RuntimeError with its log otherwise."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own Python and file
                [str(self._python), str(Path(__file__).resolve()), str(self._folder), str(self.port)],
                stdout=log, stderr=log, cwd=self._folder,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise RuntimeError(f"Ralph did not start: {self.log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """Ends the server."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(folder: Path, port: int) -> None:
    """Runs Ralph in this process, which must be one of Ralph's Python, until it is ended."""
    for name in [name for name in os.environ if name.startswith("RALPH_")]:
        del os.environ[name]
    os.environ |= {
        "RALPH_APP_DIR": str(folder),
        "RALPH_AUTH_FILE": str(folder / "auth.json"),
        "RALPH_HISTORY_FILE": str(folder / "history.json"),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder / "statements"),
    }
    _write_credentials(folder / "auth.json")
    import uvicorn
    from ralph.backends.data.base import BaseOperationType
    from ralph.backends.lrs.fs import FSLRSBackend

    class AppendingBackend(FSLRSBackend):
        """Appends to the file, so that a second write is possible."""

        default_operation_type = BaseOperationType.APPEND

    from ralph.api.routers import statements

    statements.BACKEND_CLIENT = AppendingBackend()
    from ralph.api import app

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def _write_credentials(path: Path) -> None:
    import bcrypt

    agent = {"account": {"homePage": "https://w3id.org/jampel/", "name": KEY}}
    hashed = bcrypt.hashpw(SECRET.encode(), bcrypt.gensalt(4)).decode()
    path.write_text(json.dumps([{"username": KEY, "hash": hashed, "scopes": ["all"], "agent": agent}]))


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
