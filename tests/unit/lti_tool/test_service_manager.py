"""A service manager hears when the server serves and that it lives, and one that is gone disturbs nobody."""

import os
import socket
from pathlib import Path

import pytest

from lti_tool.service_manager import ServiceManager, tell
from lti_tool.settings import taken_notify_socket, taken_watchdog


@pytest.mark.parametrize("name", ["notify", "@jampel-uji-notify"])
def test_the_manager_is_told_at_its_socket(tmp_path: Path, name: str) -> None:
    address = name if name.startswith("@") else str(tmp_path / name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        manager.settimeout(5)
        tell(address)
        assert manager.recv(100) == b"READY=1"


def test_without_a_manager_and_with_one_that_is_gone_nothing_happens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tell("")
    assert caplog.text == ""
    tell(str(tmp_path / "gone"))
    assert "the service manager was not told" in caplog.text


def test_no_process_of_ours_inherits_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/notify")
    assert taken_notify_socket() == "/run/notify"
    assert taken_notify_socket() == ""


@pytest.mark.parametrize(
    ("named", "process", "seconds"),
    [
        ("120000000", "", 120.0),
        ("120000000", "ours", 120.0),
        ("120000000", "1", 0.0),
        ("", "", 0.0),
        ("-5", "", 0.0),
        ("²", "", 0.0),
        ("lama", "", 0.0),
    ],
)
def test_only_a_watch_over_this_very_process_counts(
    monkeypatch: pytest.MonkeyPatch, named: str, process: str, seconds: float
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", named)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if process == "ours" else process)
    assert taken_watchdog() == seconds
    assert taken_watchdog() == 0.0, "no process of ours inherits it"


def test_signs_of_life_come_several_times_within_the_patience_and_not_at_every_look(tmp_path: Path) -> None:
    now = 0.0
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        manager = ServiceManager(str(tmp_path / "notify"), 120.0, lambda: now)
        heard = []
        for now in [second / 2 for second in range(240)]:  # as the supervisor looks, for two minutes
            manager.alive()
            try:
                heard.append((now, listening.recv(100)))
            except BlockingIOError:
                continue
    assert heard == [(15.0 * turn, b"WATCHDOG=1") for turn in range(8)]


def test_a_manager_that_does_not_watch_hears_no_sign_of_life(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ServiceManager(str(tmp_path / "gone")).alive()
    assert caplog.text == ""
