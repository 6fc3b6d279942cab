"""Prepares large batches in a process beside this one, so that a server can store one while it validates the next.

Python runs one thread at a time in a process: a batch of hundreds of statements would keep all other requests waiting
while its rules are checked. The process beside gets the body and answers with what is to be stored. It knows no
database and no secret, starts with the first large batch, and ends with the process that started it.
"""

import fcntl
import logging
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import BinaryIO, NamedTuple

import msgspec

from xapi.clock import random_ids
from xapi.errors import LrsError, StatementError
from xapi.lrs.fiber import this_fiber
from xapi.lrs.prepare import Ids, Prepared, Version, prepare_body
from xapi.lrs.principal import Principal

_LENGTH = 8
_PIPE = 1024 * 1024  # bytes on their way, as many as Linux lets anyone have
_COMMAND = (sys.executable, "-m", "xapi.lrs.beside")
_log = logging.getLogger(__name__)


class _Asked(msgspec.Struct):
    principal: Principal
    version: Version
    body: bytes


class _Refused(msgspec.Struct):
    """A StatementError, or with a `status` an LrsError."""

    code: str
    detail: str
    status: int
    params: dict[str, str | int]


class _Answered(msgspec.Struct):
    prepared: Prepared | None = None
    refused: _Refused | None = None


_ASKED = msgspec.msgpack.Decoder(_Asked)
_ANSWERED = msgspec.msgpack.Decoder(_Answered)


class _Pipes(NamedTuple):
    process: "subprocess.Popen[bytes]"
    to: BinaryIO
    back: BinaryIO


class Beside:
    """Does what `prepare_body` does, in a process of its own; in this one while that cannot be had.

    Safe to use from several threads and from fibers, whose loop goes on meanwhile. `niceness` is how much more others
    count than that process, as of `nice`.
    """

    def __init__(self, niceness: int = 0) -> None:
        self.niceness = niceness
        self._lock = Lock()
        self._pipes: _Pipes | None = None
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="beside")

    def prepare_body(self, principal: Principal, body: bytes, version: Version, ids: Ids) -> Prepared:
        """As `prepare_body` of xapi.lrs.prepare; who has no id gets a random one."""
        asked = _Asked(principal, version, body)
        fiber = this_fiber()
        if fiber is None:
            answered = self._ask(asked)
        else:
            future = fiber.loop.run_in_executor(self._threads, self._ask, asked)
            fiber.wait_for(future)
            answered = future.result()
        if answered is None:
            return prepare_body(principal, body, version, ids)
        if answered.prepared is None:
            raise _error(answered.refused)
        return answered.prepared

    @property
    def process_id(self) -> int | None:
        """The process beside, if it has been needed already."""
        pipes = self._pipes
        return None if pipes is None else pipes.process.pid

    def close(self) -> None:
        """Ends the process beside."""
        with self._lock:
            self._end()

    def _ask(self, asked: _Asked) -> _Answered | None:
        """The answer, or None when the process beside gives none."""
        frame = msgspec.msgpack.encode(asked)
        try:
            with self._lock:
                answer = self._exchanged(frame)
            return _ANSWERED.decode(answer)
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            _log.warning("the process beside gave no answer, the batch is prepared here: %s", type(error).__name__)
            return None

    def _exchanged(self, frame: bytes) -> bytes:
        pipes = self._pipes = self._pipes or _start(self.niceness)
        try:
            _send(pipes.to, frame)
            return _receive(pipes.back)
        except (OSError, EOFError):
            self._end()
            raise

    def _end(self) -> None:
        pipes, self._pipes = self._pipes, None
        if pipes is not None:
            for one in (pipes.to, pipes.back):
                with suppress(OSError):
                    one.close()
            pipes.process.kill()
            pipes.process.wait()


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers what comes from `source` until it ends, or nobody listens any more."""
    with suppress(EOFError, BrokenPipeError):
        while True:
            asked = _ASKED.decode(_receive(source))
            _send(sink, msgspec.msgpack.encode(_answer(asked)))


def _answer(asked: _Asked) -> _Answered:
    try:
        return _Answered(prepared=prepare_body(asked.principal, asked.body, asked.version, random_ids))
    except (StatementError, LrsError) as error:
        params = {name: value if isinstance(value, int) else str(value) for name, value in error.params.items()}
        return _Answered(refused=_Refused(error.code, error.detail, getattr(error, "status", 0), params))


def _error(refused: _Refused | None) -> StatementError | LrsError:
    if refused is None:
        raise TypeError("neither an answer nor an error")
    if refused.status:
        return LrsError(refused.code, refused.detail, status=refused.status, **refused.params)
    params = dict(refused.params)
    path, clause = str(params.pop("path")), str(params.pop("clause"))
    return StatementError(refused.code, refused.detail, path=path, clause=clause, **params)


def _start(niceness: int) -> _Pipes:
    process = subprocess.Popen((*_COMMAND, str(niceness)), stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    for one in (process.stdin, process.stdout):
        with suppress(OSError, AttributeError):  # smaller pipes only take more turns
            fcntl.fcntl(one.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    return _Pipes(process, process.stdin, process.stdout)  # type: ignore[arg-type]


def _send(sink: BinaryIO, frame: bytes) -> None:
    sink.write(len(frame).to_bytes(_LENGTH, "big"))
    sink.write(frame)
    sink.flush()


def _receive(source: BinaryIO) -> bytes:
    """The next frame; EOFError when there is none, or not all of it."""
    length = int.from_bytes(source.read(_LENGTH), "big")
    frame = source.read(length) if length else b""
    if not length or len(frame) < length:
        raise EOFError
    return frame


if __name__ == "__main__":
    os.nice(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key pressed for the server ends this with it, not before
    serve(sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)  # what could still be written has no reader
