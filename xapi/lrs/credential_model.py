"""A credential of the LRS: what it may do, what is asked of a new one, and what can be listed of it."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from xapi.errors import LrsError
from xapi.lrs.principal import SOURCES
from xapi.lrs.scopes import MODULE, SCOPES
from xapi.validation.formats import require_iri

PACKAGE: Final = "package"
MOST_GRACE: Final = timedelta(days=90)


class Limits(msgspec.Struct, frozen=True):
    """What narrows a new credential: until when it works (aware UTC, None for ever), and for which module.

    `module` is the IRI of the one module of a credential with the scope `module`, `extensions` the context extensions
    of its JP and form with the values that its statements may repeat.
    """

    expires: datetime | None = None
    module: str | None = None
    extensions: dict[str, object] = {}


NO_LIMITS: Final = Limits()


class NewCredential(msgspec.Struct, frozen=True):
    """A credential just made, or its new secret. The secret can never be shown again; it stays out of the repr."""

    key: str
    secret: str

    def __repr__(self) -> str:
        return "NewCredential(…)"


class Credential(msgspec.Struct, frozen=True):
    """A credential as it can be listed; all moments are aware UTC.

    `created` is None for one of the first release, `last_used` until its first use and exact to the hour. `old_until`
    is until when the secret before the last rotation still works, None when it does not. `module` is the IRI of the
    module that it may write about.
    """

    key: str
    institution: str
    name: str
    scopes: frozenset[str]
    source: str
    allow_nip: bool
    created: datetime | None = None
    last_used: datetime | None = None
    expires: datetime | None = None
    old_until: datetime | None = None
    module: str | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether its end date has come."""
        return self.expires is not None and now >= self.expires


def require_sound(scopes: frozenset[str], source: str, allow_nip: bool, limits: Limits, now: datetime) -> None:
    """Refuses a new credential that contradicts itself (LrsError), or whose module is no IRI (StatementError)."""
    if not scopes or not scopes <= SCOPES:
        raise LrsError("lrs.unknown_scope", "unknown scope", known=", ".join(sorted(SCOPES)))
    if source not in SOURCES:
        raise LrsError("lrs.unknown_source", "unknown source", known=", ".join(sorted(SOURCES)))
    if limits.expires is not None and limits.expires <= now:
        raise LrsError("lrs.expires_past", "the end date is over already")
    if MODULE in scopes:
        _require_sound_module(scopes, source, allow_nip, limits)
    elif limits.module is not None:
        raise LrsError("lrs.module_scope", "a module without the scope module")


def _require_sound_module(scopes: frozenset[str], source: str, allow_nip: bool, limits: Limits) -> None:
    """What is in a package can be read by whoever has the package: so it is worth a package, and no more."""
    if len(scopes) > 1:
        raise LrsError("lrs.module_alone", "module beside other scopes")
    if source != PACKAGE:
        raise LrsError("lrs.module_source", "module with another source than package")
    if allow_nip:
        raise LrsError("lrs.module_nip", "module with NIPs")
    if limits.module is None:
        raise LrsError("lrs.module_missing", "module without a module")
    require_iri(limits.module, "module", "Data 2.4.4.1")
