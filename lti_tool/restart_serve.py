"""Restarts the server processes one by one (SIGHUP) so that nobody who connects meanwhile is refused or cut off."""

import logging
from collections.abc import Callable
from multiprocessing import Pipe
from socket import socket

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from lti_tool.serve_socket import OwnSocket, borrowed

LINGER_SECONDS = 1.0  # in which a request that is on its way arrives
_log = logging.getLogger("uvicorn.error")


class LingeringProtocol(HttpToolsProtocol):
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


class SeatedProcess(Process):
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
    `after_restart` is called when a restart was asked for and the processes have been replaced.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket], after_restart: Callable[[], None]) -> None:
        super().__init__(config, sockets)
        self._after_restart = after_restart

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
            self.processes[index] = self._started()

    def handle_ttin(self) -> None:
        """One process more."""
        self.processes_num += 1
        self.processes.append(self._started())

    def _started(self, taken: socket | None = None) -> Process:
        process = Process(self.config, self.sockets) if self.sockets else SeatedProcess(self.config, taken)
        process.start()
        if taken is not None:
            taken.close()  # the new process has it
        return process
