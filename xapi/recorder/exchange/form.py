"""The form of an exchange file: magic, header, gzip'd lines, perhaps encrypted, perhaps signed, and a checksum.

    JAMPEL-EXCHANGE 1⏎
    {header in JSON}⏎
    body: gzip of lines, each a JSON object, in the encrypted form of `cipher` when the header has a `lock`
    signature: 64 bytes (Ed25519), when the header has a `signer`
    checksum: 32 bytes, SHA-256 of everything before it

docs/reference/berkas-pertukaran.md is the page for people.
"""

import base64
from typing import Literal

import msgspec

NAME = b"JAMPEL-EXCHANGE "
MAGIC = NAME + b"1\n"
MOST_HEADER = 16 * 1024
MOST_LINE = 4 * 1024 * 1024
MOST_BYTES = 1024 * 1024 * 1024  # of lines, unpacked: some 700,000 statements
MOST_LINES = 1_000_000
CHECKSUM, SIGNATURE = 32, 64
BLOCK = 64 * 1024
GZIP = 31  # zlib's name for the gzip form


class Lock(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the body is encrypted: by a passphrase with `salt`, or to the key `to` with `ephemeral` (both base64)."""

    salt: str = ""
    to: str = ""
    ephemeral: str = ""


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The second line of a file.

    `kind` is `statements` or `receipt`. `institution` and `name` say where the statements were recorded, `made` when
    the file was written (RFC 3339), `tool` by what. `count`, `bytes` and `sha256` are of the unpacked lines. `signer`
    is the signing half of the key of whoever wrote it (base64). A receipt names in `about` the `sha256` of the file
    that it answers, and its institution.
    """

    kind: Literal["statements", "receipt"]
    institution: str
    name: str = ""
    made: str = ""
    tool: str = ""
    count: int
    bytes: int
    sha256: str
    lock: Lock | None = None
    signer: str = ""
    about: str = ""


def signed(content: bytes) -> bytes:
    """What is signed: never the bare digest, so that no signature for another purpose can be passed off as one."""
    return b"jampel exchange file 1\n" + content


def written(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
