"""Who runs a command, for the records that say who did what."""

import os
from contextlib import suppress

UNKNOWN = "?"


def operator_name() -> str:
    """The account of the operating system, from the process itself: a variable could say anything."""
    with suppress(ImportError, KeyError, AttributeError):  # a system without it, or an account without a name
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    return UNKNOWN
