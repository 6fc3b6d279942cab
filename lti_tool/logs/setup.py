"""Sets up the logs of a process: where they go, in what shape, and that nothing passes beside them."""

import logging
import sys
import threading
from typing import Any, TextIO

from lti_tool.logs.lines import Kind, LineFormatter
from lti_tool.settings import Log, Settings

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_crash = logging.getLogger("jampel.crash")


class StderrHandler(logging.StreamHandler):
    """Writes to what `sys.stderr` is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        """Where the lines go."""
        return sys.stderr

    def handleError(self, record: logging.LogRecord) -> None:
        """Says nothing: the standard one would print the record's arguments as they are."""


def init_logging(settings: Settings, program: str) -> None:
    """Sends the log of this process to stderr as `[log]` says; a second call replaces the first.

    Warnings of Python and exceptions that nobody caught take the same way.
    """
    handler = StderrHandler()
    handler.setFormatter(LineFormatter(_kind(settings.log), program, settings.institution.slug))
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, StderrHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(LEVELS[settings.log.level])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # Whoever asked tells what became of it, in words of the reader's language; each attempt besides is noise.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    logging.captureWarnings(True)
    threading.excepthook = _in_thread


def log_crashes() -> None:
    """Lets an exception that ends the process be a line of the log; for servers, not for commands on a terminal."""
    sys.excepthook = lambda kind, error, trace: _crash.critical("the process ends", exc_info=(kind, error, trace))


def _in_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and not isinstance(crash.exc_value, SystemExit):
        told = (crash.exc_type, crash.exc_value, crash.exc_traceback)
        _crash.error("a thread ends", exc_info=told)


def server_logs(settings: Settings) -> dict[str, Any]:
    """The logging configuration with which uvicorn writes the same lines, of warnings and worse."""
    return {"version": 1, "disable_existing_loggers": False, **_lines(settings, {"uvicorn": "WARNING"})}


def _lines(settings: Settings, levels: dict[str, str]) -> dict[str, Any]:
    """A configuration in which the loggers of `levels` write our lines."""
    formatter = {
        "()": "lti_tool.logs.lines.LineFormatter",
        "kind": _kind(settings.log),
        "program": "server",
        "institution": settings.institution.slug,
    }
    handler = {"class": "lti_tool.logs.setup.StderrHandler", "formatter": "line"}
    return {
        "formatters": {"line": formatter},
        "handlers": {"stderr": handler},
        "loggers": {
            name: {"handlers": ["stderr"], "level": level, "propagate": False} for name, level in levels.items()
        },
    }


def _kind(log: Log) -> Kind:
    if log.format == "auto":
        return "text" if sys.stderr is not None and sys.stderr.isatty() else "json"
    return log.format
