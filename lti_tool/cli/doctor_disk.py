"""What `jampel doctor` says about the disk under the data folder."""

import shutil

from lti_tool.console import say
from lti_tool.errors import SettingsError
from lti_tool.settings import Settings
from lti_tool.watch.disk import disk_fault

MEGABYTE = 1024 * 1024


def require_writable(settings: Settings) -> None:
    """Raises SettingsError for a disk that takes nothing at all. A full one may be served: reading needs no room."""
    if (fault := disk_fault(settings.data, 0)) and fault != "full":
        raise SettingsError("settings.data_closed", fault, fault=fault)


def say_disk(settings: Settings) -> bool:
    """Says whether there is room and whether it can be written; whether something is wrong."""
    folder, floor = settings.data, settings.health.disk_floor
    fault = disk_fault(folder, floor)
    free = shutil.disk_usage(folder).free // MEGABYTE
    if not fault:
        say("Disk folder data dapat ditulis; sisa %(free)s MB.", free=free)
    elif fault == "full":
        say("SALAH disk folder data tersisa %(free)s MB, di bawah %(floor)s MB ([health] disk_floor): kosongkan ruang.",
            free=free, floor=floor // MEGABYTE)  # fmt: skip
    else:
        say("SALAH disk folder data tidak dapat ditulis (%(fault)s): periksa pemasangan (mount), izin, dan log kernel.",
            fault=fault)  # fmt: skip
    return bool(fault)
