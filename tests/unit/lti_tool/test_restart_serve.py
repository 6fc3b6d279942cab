"""The supervisor looks after its processes without waiting for any of them."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from click.testing import CliRunner
from uvicorn.supervisors.multiprocess import Process

from lti_tool import restart_serve
from lti_tool.cli import main
from lti_tool.restart_serve import Supervisor, WatchedProcess

SECONDS = 5.0


def at(process: WatchedProcess, second: float) -> bool:
    """Whether the process seems alive at `second`."""
    process.clock = lambda: second  # type: ignore[method-assign, assignment]
    return process.is_alive(SECONDS)


@pytest.fixture
def process() -> Iterator[WatchedProcess]:
    """A process that seems to run."""
    watched = WatchedProcess(uvicorn.Config("tidak:ada", log_config=None), [])
    watched.process = SimpleNamespace(is_alive=lambda: True)  # type: ignore[assignment]
    yield watched
    watched.parent_conn.close()
    watched.child_conn.close()


def answer(process: WatchedProcess) -> None:
    """What the process does when it is asked."""
    assert process.child_conn.recv() == b"ping"
    process.child_conn.send(True)


def test_nobody_waits_for_the_answer_of_a_process_that_dies_after_it_was_asked(process: WatchedProcess) -> None:
    assert at(process, 100)
    process.process = SimpleNamespace(is_alive=lambda: False)  # type: ignore[assignment]
    assert not at(process, 100.5)


def test_a_process_that_is_silent_for_too_long_hangs(process: WatchedProcess) -> None:
    assert at(process, 100)
    assert at(process, 104.9)
    assert not at(process, 105)


def test_a_process_that_answers_is_asked_again_and_lives(process: WatchedProcess) -> None:
    for second in (100, 160, 220):
        assert at(process, second)
        answer(process)


def test_a_process_whose_line_is_broken_is_no_more(process: WatchedProcess) -> None:
    process.parent_conn.close()
    assert not at(process, 100)


def test_a_process_serves_as_long_as_it_says_so_now_and_then(process: WatchedProcess) -> None:
    assert at(process, 100)
    assert not process.serves(SECONDS), "it has not answered yet"
    process.child_conn.send(False)
    assert at(process, 101)
    assert not process.serves(SECONDS), "it has not started yet"
    process.child_conn.send(True)
    assert at(process, 102)
    assert process.serves(SECONDS)
    process.clock = lambda: 108.0  # type: ignore[method-assign, assignment]
    assert not process.serves(SECONDS)


class Loop:
    """An event loop that comes round when it is let."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def call_soon_threadsafe(self, call: Callable[[], None]) -> None:
        self.waiting.append(call)


def test_a_process_whose_event_loop_hangs_answers_nothing_until_it_comes_round(process: WatchedProcess) -> None:
    loop = Loop()
    process._server = SimpleNamespace(started=True, servers=[SimpleNamespace(get_loop=lambda: loop)])  # type: ignore[assignment]
    process.parent_conn.send(b"ping")
    answering = threading.Thread(target=process.pong)
    answering.start()
    assert not process.parent_conn.poll(0.1)
    loop.waiting[0]()
    answering.join(5)
    assert process.parent_conn.recv() is True


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[int, Any]:
    """What a process of ours would do at each signal, without its being done here."""
    found: dict[int, Any] = {}
    monkeypatch.setattr(signal, "signal", found.__setitem__)
    return found


def test_a_hangup_is_for_the_first_process_alone_also_when_all_are_sent_one(
    process: WatchedProcess, handlers: dict[int, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As by `systemctl kill -s HUP`: the others would die at once, and nobody would serve until new ones have come."""
    served: list[object] = []
    monkeypatch.setattr(Process, "target", lambda _self, sockets=None: served.append(sockets))
    process.target()
    assert (served, handlers.pop(signal.SIGHUP)) == ([None], signal.SIG_IGN)
    nothing = ["worker", "--with-parent", "--data", str(tmp_path)]
    assert CliRunner().invoke(main, nothing).exit_code == 3, "there is no installation, which is seen after that"
    assert handlers[signal.SIGHUP] == signal.SIG_IGN
    handlers.clear()
    CliRunner().invoke(main, ["worker", "--data", str(tmp_path)])
    assert signal.SIGHUP not in handlers, "one that runs by itself ends with its terminal"


def supervised(told: list[str], *processes: WatchedProcess) -> Any:
    """A supervisor of `processes` whose manager keeps what it is told."""
    manager = SimpleNamespace(ready=lambda: told.append("ready"), alive=lambda: told.append("alive"))
    config = SimpleNamespace(timeout_worker_healthcheck=SECONDS)
    return SimpleNamespace(processes=list(processes), config=config, _manager=manager, _is_ready=False)


def test_the_manager_hears_of_life_only_while_a_process_serves(process: WatchedProcess) -> None:
    told: list[str] = []
    supervisor = supervised(told, process)
    process.is_ready = lambda timeout=5: False  # type: ignore[method-assign]
    Supervisor._show_life(supervisor)
    assert told == []
    process.is_ready = lambda timeout=5: True  # type: ignore[method-assign]
    process.clock, process._served = lambda: 100.0, 99.0  # type: ignore[method-assign, assignment]
    Supervisor._show_life(supervisor)
    Supervisor._show_life(supervisor)
    assert told == ["ready", "alive", "alive"]
    process._served = 90.0
    Supervisor._show_life(supervisor)
    assert told == ["ready", "alive", "alive"]


def test_a_process_that_is_gone_is_replaced_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(restart_serve, "_log", logging.getLogger("uji"))
    gone = SimpleNamespace(
        pid=4711, exitcode=-9, is_alive=lambda timeout: False, kill=lambda: None, join=lambda: None
    )  # fmt: skip
    lives, new = SimpleNamespace(is_alive=lambda timeout: True), object()
    supervisor = SimpleNamespace(
        processes=[lives, gone],
        should_exit=threading.Event(),
        config=SimpleNamespace(timeout_worker_healthcheck=60),
        _started=lambda: new,
        _show_life=lambda: None,
    )
    Supervisor.keep_subprocess_alive(supervisor)  # type: ignore[arg-type]
    assert supervisor.processes == [lives, new]
    assert caplog.messages == ["process 4711 is gone (exit code -9); another takes its place"]
