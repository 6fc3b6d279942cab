"""Who asks the LRS for something, and what they may do: scopes, source of evidence, and the grant of one launch."""

from datetime import datetime
from typing import Final

import msgspec

SCOPES: Final = frozenset({"all", "all/read", "statements/write", "statements/read"})
"""The scopes a credential can have (xAPI Communication 4.2)."""

SOURCES: Final = frozenset({"launch", "lms_record", "sheet", "package", "foreign", "review"})
"""Where a statement comes from. The LRS writes it from the credential, never from what a client says."""


class LaunchGrant(msgspec.Struct, frozen=True):
    """What one launch may write: statements of its actor about its activity in its registration, until it expires.

    `actor` is an xAPI Agent, `activity` an IRI, `registration` a UUID, `expires` aware UTC. A context extension whose
    key is in `extensions` must have the granted value, so a learner cannot award more JP than the launch offered.
    A credit cannot be dated before `since` (aware UTC; None sets no bound), so it cannot land in a year long closed.
    """

    actor: dict[str, object]
    activity: str
    registration: str
    expires: datetime
    extensions: dict[str, object]
    since: datetime | None = None


class Principal(msgspec.Struct, frozen=True):
    """An authenticated client of the LRS.

    `institution` is the institution's id (32 hex), `authority` the Agent that the LRS writes into each statement,
    `scopes` a subset of SCOPES, `source` one of SOURCES. `allow_nip` lets account names be NIPs. `grant` limits a
    launch.
    """

    institution: str
    authority: dict[str, object]
    scopes: frozenset[str]
    source: str
    allow_nip: bool = False
    grant: LaunchGrant | None = None
