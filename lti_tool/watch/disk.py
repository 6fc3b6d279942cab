"""Whether the disk under the data folder takes what is written to it."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)


def disk_fault(folder: Path, floor: int) -> str:
    """What is wrong with the disk under `folder`, in one word, or nothing: `full` with less than `floor` bytes free,
    `read_only`, or `broken`.

    It makes and removes an empty file. To look at how the disk is mounted is not enough: one that the system has
    closed because of its errors still says there that it can be written.
    """
    probe = folder / f".jampel-coba-{os.getpid()}"
    try:
        if shutil.disk_usage(folder).free < floor:
            return "full"
        os.close(os.open(probe, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        return "full" if error.errno in _FULL else "read_only" if error.errno == errno.EROFS else "broken"
    finally:
        with suppress(OSError):
            probe.unlink()
    return ""
