"""The institution's keys for seals in the secrets folder: the one that signs, and the public halves of those before."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lti_tool.secret_files import KEY_BYTES, read_secret, replace_secret, secret
from xapi.audit.seal.keys import SealPrivateKey, SealPublicKey, parse_seal_key

SEED = "seal.key"
RETIRED = "seal-retired.txt"


class RetiredKey(NamedTuple):
    """A public key that signed until `until` (a day, ISO 8601)."""

    key: SealPublicKey
    until: str


class SealKeys:
    """The keys of `institution` (id and slug) below the folder `secrets`; the first is made when it is needed."""

    def __init__(self, folder: Path, institution: str, name: str) -> None:
        self._folder = folder
        self._institution = institution
        self._name = name

    def signing(self) -> SealPrivateKey:
        """The key that signs."""
        return SealPrivateKey(secret(self._folder, SEED), self._institution, self._name)

    def retired(self) -> list[RetiredKey]:
        """The keys that signed before, the oldest first. Raises AuditError when their list cannot be read."""
        lines = (read_secret(self._folder, RETIRED) or b"").decode(errors="replace").splitlines()
        found = []
        for line in lines:
            until, _, key = line.partition(" ")
            found.append(RetiredKey(parse_seal_key(key), until))
        return found

    def known(self) -> list[SealPublicKey]:
        """Every public key by which a seal of ours can be checked."""
        return [self.signing().public, *(one.key for one in self.retired())]

    def rotate(self, now: datetime) -> SealPrivateKey:
        """Signs with a new key from now on; the private key before is forgotten, its public half is kept."""
        before = self.signing().public
        kept = read_secret(self._folder, RETIRED) or b""
        line = f"{now.date().isoformat()} {before.text()}".encode()
        if before.id not in {one.key.id for one in self.retired()}:  # else a rotation was interrupted just here
            replace_secret(self._folder, RETIRED, kept + line)
        replace_secret(self._folder, SEED, secrets.token_bytes(KEY_BYTES))
        return self.signing()
