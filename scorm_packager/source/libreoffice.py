"""Has LibreOffice turn slides into a PDF: without a window, in a profile of its own, and within a time."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

NAMES = ("soffice", "libreoffice")
PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
SECONDS = 180


def find_libreoffice() -> str | None:
    """The program that starts LibreOffice, or None when it is not there."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).is_file()), None)


def convert_to_pdf(program: str, source: Path, target: Path, seconds: float = SECONDS) -> bool:
    """Whether `program` wrote `source` as the PDF `target` within `seconds`; everything it started ends with it."""
    with tempfile.TemporaryDirectory(prefix="jampel-", ignore_cleanup_errors=True) as room:
        copy = Path(room) / f"sumber{source.suffix}"
        shutil.copyfile(source, copy)
        command = [
            program,
            "--headless",
            "--norestore",
            "--nolockcheck",
            f"-env:UserInstallation={(Path(room) / 'profil').as_uri()}",
            "--convert-to",
            "pdf",
            "--outdir",
            room,
            str(copy),
        ]
        if not _run(command, room, seconds):
            return False
        made = copy.with_suffix(".pdf")
        if not made.is_file() or made.stat().st_size == 0:
            return False
        shutil.move(made, target)
    return True


def _run(command: list[str], folder: str, seconds: float) -> bool:
    try:
        process = subprocess.Popen(  # noqa: S603 -- a program found by name, and a file name of our own
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )
    except OSError:
        return False
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """LibreOffice is a starter with a child; both are in the session that began with the starter."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    else:
        process.kill()
    process.wait()
