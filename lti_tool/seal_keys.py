"""The institution's keys for seals in the secrets folder: the one that signs, and the public halves of those before."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lti_tool.secret_files import KEY_BYTES, only_one, read_secret, replace_secret, secret
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

    def rotate(self, now: datetime, others: Iterable[tuple[str, str]] = ()) -> SealPrivateKey:
        """Signs with a new key from now on; the private key before is forgotten, its public half is kept.

        All institutions of the folder sign by the same secret: of the `others` (id and slug) the public half is kept
        too. Two rotations at once come one after the other.
        """
        with only_one(self._folder, SEED):
            seed = secret(self._folder, SEED)
            signed = {one: SealPrivateKey(seed, one, name).public for one, name in others}
            signed[self._institution] = self.signing().public
            known = {one.key.id for one in self.retired()}  # a rotation was interrupted where one is there already
            lines = [f"{now.date().isoformat()} {key.text()}" for key in signed.values() if key.id not in known]
            kept = read_secret(self._folder, RETIRED) or b""
            replace_secret(self._folder, RETIRED, kept + "".join(lines).encode())
            new = secrets.token_bytes(KEY_BYTES)
            replace_secret(self._folder, SEED, new)
            return SealPrivateKey(new, self._institution, self._name)
