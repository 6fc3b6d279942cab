"""The credential that ships inside the packages of one module: made once, kept, and used again for every build.

The LRS keeps only the hash of a secret, so the secret that packages carry lies in `secrets/` as well. It is worth no
more than the package: it writes statements about its module, which wait for a review.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lti_tool.secret_files import read_secret, replace_secret
from xapi.lrs.credentials import Limits
from xapi.lrs.scopes import MODULE

if TYPE_CHECKING:
    from lti_tool.services import Services


class ModuleCredential(msgspec.Struct, frozen=True):
    """A credential for packages; `made` says that there was none that works."""

    key: str
    secret: str
    made: bool = False

    def __repr__(self) -> str:
        return "ModuleCredential(…)"


_KEPT = msgspec.json.Decoder(ModuleCredential)


def module_credential(
    services: "Services", name: str, activity: str, extensions: Mapping[str, object]
) -> ModuleCredential:
    """The credential for packages of the module `activity` (IRI) whose records carry `extensions`.

    The one that was made before, unless it was revoked, rotated or is over; other `extensions` (another JP, another
    version) have a credential of their own. `name` is what a list of credentials calls it.
    """
    folder = services.settings.data / "secrets"
    file = _file(services.institution.id, activity, extensions)
    known = _kept(folder, file)
    if known is not None and _works(services, known, activity):
        return known
    limits = Limits(module=activity, extensions=dict(extensions))
    new = services.credentials.add(services.institution.id, f"Paket {name}", [MODULE], "package", limits=limits)
    made = ModuleCredential(new.key, new.secret)
    replace_secret(folder, file, msgspec.json.encode(made))
    return msgspec.structs.replace(made, made=True)


def _file(institution: str, activity: str, extensions: Mapping[str, object]) -> str:
    said = json.dumps([institution, activity, dict(extensions)], sort_keys=True)
    return f"modul-{hashlib.sha256(said.encode()).hexdigest()[:32]}.json"


def _kept(folder: Path, file: str) -> ModuleCredential | None:
    content = read_secret(folder, file)
    try:
        return None if content is None else msgspec.structs.replace(_KEPT.decode(content), made=False)
    except msgspec.MsgspecError:
        return None


def _works(services: "Services", known: ModuleCredential, activity: str) -> bool:
    principal = services.credentials.authenticate(known.key, known.secret)
    return principal is not None and principal.module is not None and principal.module.activity == activity
