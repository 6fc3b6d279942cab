"""A backup of an older release's data, made before this release changes the tables."""

import logging
from pathlib import Path
from secrets import token_hex

from lti_tool.backup.create import make_backup
from lti_tool.databases import DATABASES, Database, place_of
from lti_tool.errors import ToolError
from lti_tool.settings import Settings
from lti_tool.version import VERSION
from xapi.clock import Clock
from xapi.errors import JampelError

FOLDER = "backups"
KEPT = 3
_log = logging.getLogger(__name__)


def back_up_before_upgrade(settings: Settings, clock: Clock) -> Path:
    """Puts a backup of everything into `backups/` of the data folder; the newest KEPT of these stay.

    Raises ToolError `upgrade.no_backup` when it cannot be made: nothing has been changed then, and nothing should be.
    """
    folder = settings.data / FOLDER
    target = folder / f"pra-{VERSION}-{clock():%Y%m%dT%H%M%S}-{token_hex(2)}.jampel"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        make_backup(settings, target, _there(settings), with_secrets=False, clock=clock, begin=lambda _rows: _untold)
        for old in sorted(folder.glob("pra-*.jampel"), key=_age)[:-KEPT]:
            old.unlink()
    except (OSError, JampelError) as cause:
        reason = cause.code if isinstance(cause, JampelError) else cause.strerror or type(cause).__name__
        raise ToolError("upgrade.no_backup", reason, folder=folder, reason=reason) from cause
    _log.info("the data of an older release are in a backup: %s", target.name)
    return target


def _there(settings: Settings) -> list[Database]:
    """The databases that an older release has made; it may not have known all."""
    places = {database: place_of(database, settings) for database in DATABASES if database.lasting}
    return [database for database, place in places.items() if not isinstance(place, Path) or place.is_file()]


def _age(path: Path) -> float:
    return path.stat().st_mtime


def _untold(_rows: int) -> None:
    """Nobody watches the progress."""
