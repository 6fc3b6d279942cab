"""Reads for a page that must open while a store fails, because it tells that one does."""

import logging
from collections.abc import Callable
from typing import TypeVar

from xapi.database import DRIVER_ERRORS
from xapi.errors import DatabaseError

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Otherwise = TypeVar("Otherwise")


def read_or(read: Callable[[], Result], otherwise: Otherwise) -> Result | Otherwise:
    """What `read` gives, or `otherwise` when a database fails meanwhile."""
    try:
        return read()
    except (DatabaseError, *DRIVER_ERRORS) as error:
        log.warning("a page is shown without what a store says: %s", type(error).__name__)
        return otherwise
