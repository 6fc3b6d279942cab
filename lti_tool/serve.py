"""Runs the server processes: the tool, one worker beside it, and the sandbox LMS of the demo."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn

from lti_tool.errors import ToolError
from lti_tool.logs import server_logs
from lti_tool.restart_serve import LingeringProtocol, Supervisor
from lti_tool.service_manager import ServiceManager
from lti_tool.settings import (
    Settings,
    child_environment,
    export_data,
    export_figures,
    taken_notify_socket,
    taken_watchdog,
)

KEEP_ALIVE_SECONDS = 75  # as long as proxies keep theirs
STOP_SECONDS = 10
#: A web process that is silent for so long hangs. One that starts on a busy machine or a slow disk needs a part of it:
#: with uvicorn's own five seconds such a machine would kill each process before it answers, and never serve.
SILENT_SECONDS = 60
_log = logging.getLogger("uvicorn.error")  # whose lines are ours, as the server's own
TOOL = "lti_tool.web.wsgi:gateway"
SANDBOX = "lti_tool.sandbox.web.wsgi:gateway"


class WorkerProcess:
    """A `jampel worker` that is started again when it dies, and stopped with its owner."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def __enter__(self) -> "WorkerProcess":
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self.restart()
        self._keeper.join(STOP_SECONDS)

    def restart(self) -> None:
        """Lets the worker end what it does; the next one has the settings and the release of now."""
        if self._process is not None:
            self._process.terminate()

    def _keep(self) -> None:
        command = [sys.executable, "-m", "lti_tool.cli", "worker", "--with-parent"]
        while not self._stopping.is_set():
            self._process = subprocess.Popen(command, env=child_environment(self._settings))  # noqa: S603
            ended = self._process.wait()
            if not self._stopping.wait(1) and ended:
                _log.warning("the worker is gone (exit code %s); another takes its place", ended)


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder where the processes that this one starts share their figures; new at each start, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="jampel-"))  # its owner's alone
    try:
        export_figures(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_port(host: str, port: int) -> None:
    """Raises ToolError when somebody listens at `host`:`port`, it is no address, or only root may listen there.

    The server shares its port among its own processes, so the system would not refuse a second server by itself.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as cause:  # the system keeps the low ports for root
            raise ToolError("serve.port_closed", str(cause), port=port) from cause
        except socket.gaierror as cause:
            raise ToolError("serve.no_host", str(cause), host=host) from cause
        except OSError as cause:
            raise ToolError("serve.port_busy", str(cause), host=host, port=port) from cause


def end_with_parent() -> None:
    """Ends this process when the one that started it is gone, so that a killed demo leaves nothing behind."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def serve(settings: Settings, after_restart: Callable[[], None] = lambda: None) -> None:
    """Serves the tool until it is told to stop (SIGINT, SIGTERM); a process that dies is started again.

    At SIGHUP the processes are replaced one by one, with the settings and the release of that moment; then
    `after_restart` is called. Where it listens, and how many processes there are, stays as it is. The service manager
    hears when all processes serve, and then that one of them does, if it wants to.
    """
    export_data(settings)
    manager = ServiceManager(taken_notify_socket(), taken_watchdog())
    check_port(settings.server.host, settings.server.port)
    config = _config(settings, TOOL, workers=settings.server.workers, timeout_worker_healthcheck=SILENT_SECONDS)
    Supervisor(config, _sockets_of(config), after_restart, manager).run()


def _config(settings: Settings, application: str, **further: Any) -> uvicorn.Config:
    """How the server runs `application` where `settings` say."""
    return uvicorn.Config(
        application,
        host=settings.server.host,
        port=settings.server.port,
        http=LingeringProtocol,
        ws="none",
        lifespan="off",
        log_config=server_logs(settings),
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application looks at them itself, and only behind https
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        **further,
    )


def _sockets_of(config: uvicorn.Config) -> list[socket.socket]:
    """What the processes of `config` share; nothing where each has a socket of its own and the system spreads the crowd
    among them, which is on Linux. Ends this process when somebody else has the port, also another server of ours."""
    shared = config.bind_socket()
    if config.workers == 1 or sys.platform != "linux":
        return [shared]
    shared.close()  # it has shown that the port is free, which a socket beside others never does
    return []


def serve_sandbox(settings: Settings) -> None:
    """Serves the sandbox LMS of the demo until it is told to stop."""
    export_data(settings)
    check_port(settings.server.host, settings.server.port)
    uvicorn.Server(_config(settings, SANDBOX)).run()
