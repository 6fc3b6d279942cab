"""Who asks the LRS for something, and what they may do: scopes, source of evidence, and the grant of one launch."""

from datetime import datetime
from typing import Final

import msgspec

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


class ModuleGrant(msgspec.Struct, frozen=True):
    """What a credential inside a package may write: statements of one person each about one module, whoever it is.

    `key` names the credential, to count what it sends. `activity` is the module's IRI and `extensions` are as in a
    LaunchGrant: the module's JP and form, which a statement may repeat and nothing else.
    """

    key: str
    activity: str
    extensions: dict[str, object]


class Principal(msgspec.Struct, frozen=True):
    """An authenticated client of the LRS.

    `institution` is the institution's id (32 hex), `authority` the Agent that the LRS writes into each statement,
    `scopes` a subset of SCOPES, `source` one of SOURCES. `allow_nip` lets account names be NIPs. `grant` limits a
    launch, `module` a credential that ships inside a package. `is_lms`: an LMS with a credential of its own, which
    names people by its accounts.
    """

    institution: str
    authority: dict[str, object]
    scopes: frozenset[str]
    source: str
    allow_nip: bool = False
    grant: LaunchGrant | None = None
    module: ModuleGrant | None = None
    is_lms: bool = False

    @property
    def names_accounts(self) -> bool:
        """Whether it knows people by accounts of elsewhere, which the intake replaces before anything is stored."""
        return self.module is not None or self.is_lms

    @property
    def limit(self) -> LaunchGrant | ModuleGrant | None:
        """What narrows the statements it may write to one activity, if anything does."""
        return self.grant or self.module
