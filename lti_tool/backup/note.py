"""A note in the data folder of when each database was last backed up, so that a page can say how old that is."""

import logging
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from lti_tool.databases import DATABASES

NAME = "last-backup.json"
_decode = msgspec.json.Decoder(dict[str, datetime]).decode
_log = logging.getLogger(__name__)


def note_backup(data: Path, databases: Iterable[str], made: datetime) -> None:
    """Notes in `data` that these databases were backed up at `made`. The backup stands also where this fails."""
    draft = data / f".{NAME}.{secrets.token_hex(4)}"
    try:
        draft.write_bytes(msgspec.json.encode(_noted(data) | dict.fromkeys(databases, made)))
        os.replace(draft, data / NAME)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        _log.warning("the backup could not be noted: %s", error.strerror)


def last_backup(data: Path) -> datetime | None:
    """Since when everything that lasts has been in some backup; None when a part of it was never backed up."""
    noted = _noted(data)
    moments = [noted.get(database.name) for database in DATABASES if database.lasting]
    return None if None in moments else min(moment for moment in moments if moment is not None)


def _noted(data: Path) -> dict[str, datetime]:
    try:
        return _decode((data / NAME).read_bytes())
    except (OSError, msgspec.MsgspecError):
        return {}
