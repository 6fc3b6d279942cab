"""Restarts the server processes one by one (SIGHUP) so that nobody who connects meanwhile is refused or cut off."""

import logging
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from pickle import UnpicklingError
from socket import socket
from threading import Event

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from lti_tool.bounded_heads import BoundedHeads
from lti_tool.serve_socket import OwnSocket, borrowed
from lti_tool.service_manager import ServiceManager

LINGER_SECONDS = 1.0  # in which a request that is on its way arrives
_log = logging.getLogger("uvicorn.error")


class LingeringProtocol(BoundedHeads):
    """uvicorn's, but a process that ends still answers whoever has connected and not yet said anything.

    uvicorn closes such a connection at once, and the request that was on its way there is lost.
    """

    _leaving = False

    def shutdown(self) -> None:
        """Ends the connection after the answer that is being given, or after the one that may soon be asked for."""
        self._leaving = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LINGER_SECONDS, super().shutdown)
        else:
            super().shutdown()

    def on_headers_complete(self) -> None:
        """The last request of a connection that ends says so in its answer."""
        super().on_headers_complete()
        if self._leaving and self.cycle is not None:
            self.cycle.keep_alive = False


class WatchedProcess(Process):
    """A server process that is asked whether it lives without waiting for its answer.

    uvicorn waits, for as long as a process may be silent, and looks at no other process meanwhile. One that is killed
    just after it was asked never answers: for a minute nobody would take its place.
    """

    clock = staticmethod(time.monotonic)
    _asked: float | None = None  # when; None once it has answered
    _served: float | None = None  # when it last answered that it serves

    def target(self, sockets: list[socket] | None = None) -> None:
        """Serves, in the process itself. A SIGHUP is for the one that started it, which replaces it in good order, also
        when all processes of the server are sent one."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        super().target(sockets)

    def is_alive(self, timeout: float = 5) -> bool:
        """Whether it runs, and has not owed an answer for `timeout` seconds; asks anew when it has answered."""
        if not self.process.is_alive():
            return False
        now = self.clock()
        try:
            while self.parent_conn.poll():
                self._note(started=self.parent_conn.recv())
                self._asked = None
            if self._asked is None:
                self.parent_conn.send(b"ping")
                self._asked = now
        except (OSError, EOFError, UnpicklingError):
            return False
        return now - self._asked < timeout

    def serves(self, timeout: float) -> bool:
        """Whether it has answered within `timeout` seconds that it serves."""
        return self._served is not None and self.clock() - self._served < timeout

    def pong(self) -> None:
        """Answers, in the process itself, when its event loop comes round: one whose loop hangs serves nobody.

        uvicorn answers from a thread, whatever the loop is at.
        """
        self.child_conn.recv()
        comes_round = Event()
        for listening in self.server.servers[:1] if self.server.started else ():
            with suppress(RuntimeError):  # the loop has ended, and this process with it
                listening.get_loop().call_soon_threadsafe(comes_round.set)
                comes_round.wait()
        self.child_conn.send(self.server.started)

    def _healthcheck(self, timeout: float) -> bool | None:
        started = super()._healthcheck(timeout)
        self._note(started=started)
        return started

    def _note(self, *, started: bool | None) -> None:
        if started:
            self._served = self.clock()


class SeatedProcess(WatchedProcess):
    """A server process with a socket of its own, new or `taken` over from the one that it replaces."""

    def __init__(self, config: uvicorn.Config, taken: socket | None = None) -> None:
        self._asking, lender = Pipe()
        super().__init__(config, [OwnSocket(config.host, config.port, lender=lender, taken=taken)])  # type: ignore[list-item]

    def lent(self) -> socket | None:
        """Its socket, with those who wait there; None when it does not answer."""
        return borrowed(self._asking)


class Supervisor(Multiprocess):
    """uvicorn's, which starts a process anew that dies, and at SIGHUP all of them, one after the other.

    Without `sockets` each process has one of its own, and its successor takes it over with whoever waits there.
    `after_restart` is called when a restart was asked for and the processes have been replaced. The `manager` hears
    once that all of them serve, and then that one does, as long as one does and this process looks after them.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        sockets: list[socket],
        after_restart: Callable[[], None],
        manager: ServiceManager,
    ) -> None:
        super().__init__(config, sockets)
        self._after_restart = after_restart
        self._manager = manager
        self._is_ready = False

    def handle_hup(self) -> None:
        """Replaces all processes; where a new one does not come up, the old one stays, and the log says so."""
        before = list(self.processes)
        self.restart_all()
        if not any(old is new for old, new in zip(before, self.processes, strict=True)):
            self._after_restart()

    def init_processes(self) -> None:
        """Starts as many as the configuration wants."""
        self.processes.extend(self._started() for _ in range(self.processes_num))

    def restart_all(self) -> None:
        """Replaces each process by one that already serves; ends early when a new one does not come up."""
        for index, old in enumerate(self.processes):
            new = self._started(old.lent() if isinstance(old, SeatedProcess) else None)
            if not new.wait_until_ready(self.config.timeout_worker_healthcheck, self.should_exit):
                new.kill()
                new.join()
                _log.error("a new process was not ready; process %s and those after it stay", old.pid)
                return
            self.processes[index] = new
            old.terminate()
            old.join()
            self._show_life()  # before the next, which may take its time

    def keep_subprocess_alive(self) -> None:
        """Starts a process anew that died or hangs; one that could never start ends the server."""
        for index, process in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if process.is_alive(timeout=self.config.timeout_worker_healthcheck):
                continue
            process.kill()
            process.join()
            if process.exitcode == STARTUP_FAILURE:
                _log.error("process %s could not start; the server ends", process.pid)
                self.should_exit.set()
                return
            _log.warning("process %s is gone (exit code %s); another takes its place", process.pid, process.exitcode)
            self.processes[index] = self._started()
        self._show_life()

    def _show_life(self) -> None:
        """Tells the manager how it goes; when no process serves it hears nothing, and in the end starts all anew."""
        if not self._is_ready and all(process.is_ready() for process in self.processes):
            self._is_ready = True
            self._manager.ready()
        patience = self.config.timeout_worker_healthcheck
        if any(isinstance(one, WatchedProcess) and one.serves(patience) for one in self.processes):
            self._manager.alive()

    def handle_ttin(self) -> None:
        """One process more."""
        self.processes_num += 1
        self.processes.append(self._started())

    def _started(self, taken: socket | None = None) -> Process:
        process: Process
        process = WatchedProcess(self.config, self.sockets) if self.sockets else SeatedProcess(self.config, taken)
        process.start()
        if taken is not None:
            taken.close()  # the new process has it
        return process
