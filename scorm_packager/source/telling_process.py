"""Runs a program of ours within a time, and passes on how far it says that it is."""

import re
import subprocess
import threading
from collections.abc import Callable, Sequence

SAID = re.compile(rb"(\d{1,6})/(\d{1,6})\n")
LONGEST_LINE = 100  # bytes; what a broken file makes the program say must fill no memory


def run_telling(command: Sequence[str], seconds: float, hear: Callable[[int, int], None]) -> bool:
    """Whether `command` came to a good end within `seconds`; it has ended in every case.

    It says how far it is as lines `DONE/WHOLE` on stdout, which go to `hear`. Everything else that it says is nothing.
    """
    process = subprocess.Popen(  # noqa: S603 -- our own module in our own interpreter
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    bell = threading.Timer(seconds, process.kill)
    bell.start()
    try:
        _listen(process, hear)
        return process.wait() == 0
    finally:
        bell.cancel()
        process.kill()
        process.wait()


def _listen(process: "subprocess.Popen[bytes]", hear: Callable[[int, int], None]) -> None:
    """Until the program has nothing more to say."""
    if process.stdout is None:
        return
    with process.stdout as lines:
        while line := lines.readline(LONGEST_LINE):
            if found := SAID.fullmatch(line):
                hear(int(found[1]), int(found[2]))
