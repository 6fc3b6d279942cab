"""A server under a service manager that watches it: signs of life at a real notify socket while a process serves."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.thorough
#: The server as `jampel serve` runs it, with an application that hangs, and cannot start, while a file `hang` is there.
SERVER = """
import sys
from pathlib import Path
from lti_tool import serve
from lti_tool.settings import load_settings

if __name__ == "__main__":
    serve.SILENT_SECONDS, serve.TOOL = 2, "application:application"
    serve.serve(load_settings(Path(sys.argv[1]), {"JAMPEL_SERVER__PORT": sys.argv[2]}))
"""
APPLICATION = """
import time
from pathlib import Path

HANG = Path(__file__).with_name("hang")

def wait():
    while HANG.exists():
        time.sleep(0.05)

wait()

async def application(scope, receive, send):
    wait()  # in the event loop, which stands still
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ada"})
"""


class Manager:
    """Stands for systemd: hears what the server says at its socket."""

    def __init__(self, place: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(place))

    def hears(self, word: str, seconds: float) -> bool:
        """Whether it hears `word` within so many seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._socket.settimeout(left)
            with suppress(TimeoutError):
                if self._socket.recv(100).decode() == word:
                    return True
        return False

    def close(self) -> None:
        """Hears no more."""
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    found = Manager(tmp_path / "notify")
    yield found
    found.close()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(tmp_path: Path, manager: Manager, port: int) -> Iterator[subprocess.Popen[bytes]]:
    (tmp_path / "server.py").write_text(SERVER, encoding="utf-8")
    (tmp_path / "application.py").write_text(APPLICATION, encoding="utf-8")
    environment = {
        "PYTHONPATH": f"{ROOT}:{tmp_path}",
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "4000000",
    }
    command = [sys.executable, str(tmp_path / "server.py"), str(tmp_path / "data"), str(port)]
    process = subprocess.Popen(command, env=environment)
    yield process
    (tmp_path / "hang").unlink(missing_ok=True)
    process.terminate()
    assert process.wait(30) == 0


def test_signs_of_life_come_while_a_process_serves_end_when_none_does_and_come_again(
    tmp_path: Path, manager: Manager, server: subprocess.Popen[bytes], port: int
) -> None:
    assert manager.hears("READY=1", 30)
    assert manager.hears("WATCHDOG=1", 5)
    assert urlopen(f"http://127.0.0.1:{port}/", timeout=10).read() == b"ada"
    (tmp_path / "hang").touch()
    with pytest.raises(OSError, match=r"timed out|reset|closed|refused"):
        urlopen(f"http://127.0.0.1:{port}/", timeout=4)  # longer than a process may be silent
    time.sleep(0.5)
    while manager.hears("WATCHDOG=1", 0.05):
        pass  # what was said while it still might have been slow
    assert not manager.hears("WATCHDOG=1", 4), "the process that hung is gone, and the new one does not serve"
    assert server.poll() is None
    (tmp_path / "hang").unlink()
    assert manager.hears("WATCHDOG=1", 15)
    assert urlopen(f"http://127.0.0.1:{port}/", timeout=10).read() == b"ada"
