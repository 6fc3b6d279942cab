"""Keeps root out of a data folder that belongs to another user, whose server could not use what root writes there."""

import os
from pathlib import Path

from lti_tool.errors import SettingsError

ROOT = 0


def require_owner(folder: Path) -> None:
    """Raises SettingsError (`settings.other_owner`) where root stands before the data folder of somebody else.

    Root may write everywhere, so nothing else would stop it: modules and backups that it makes would be closed to the
    server, which runs without rights. Other users are stopped by the system. A folder of root's own is as good as any.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != ROOT or not folder.is_dir() or folder.stat().st_uid == ROOT:
        return
    owner = _owner(folder)
    raise SettingsError("settings.other_owner", owner, owner=owner, data=folder)


def _owner(folder: Path) -> str:
    """The name of the user, or the number where this machine knows no name for it."""
    try:
        return folder.owner()
    except KeyError:
        return f"'#{folder.stat().st_uid}'"  # as a shell and sudo take it
