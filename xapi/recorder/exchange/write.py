"""Writes exchange files: aside first, and under their name when they are whole and on the disk."""

import hashlib
import os
import secrets
import tempfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from xapi.errors import RecorderError
from xapi.recorder.exchange.cipher import SALT_BYTES, Encrypting, passphrase_key
from xapi.recorder.exchange.form import (
    BLOCK,
    GZIP,
    MAGIC,
    MOST_BYTES,
    MOST_HEADER,
    MOST_LINE,
    MOST_LINES,
    Header,
    Lock,
    signed,
    written,
)
from xapi.recorder.exchange.keys import PrivateKey, PublicKey, RandomBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """How a file is protected: `passphrase` or `to` encrypts it, `signer` signs it."""

    passphrase: str | None = None
    to: PublicKey | None = None
    signer: PrivateKey | None = None
    random: RandomBytes = secrets.token_bytes


OPEN = Protection()


def write_file(
    path: Path, header: Callable[[int, int, str], Header], lines: Iterable[bytes], protection: Protection = OPEN
) -> Header:
    """Writes `lines` to the new file `path` and returns its header, once it is on the disk.

    `header(count, bytes, sha256)` makes the header. Raises RecorderError `exchange.exists` when there is a file of
    that name, and OSError; then nothing is left behind.
    """
    if path.exists():
        raise RecorderError("exchange.exists", path.name, file=path.name)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with tempfile.TemporaryFile() as packed:  # not beside `path`: a stick remembers what was deleted from it
            head, key = _lock(_pack(packed, header, lines), protection)
            packed.seek(0)
            with _new(draft) as file:
                _assemble(file, packed, head, key, protection.signer)
        _put_into_place(draft, path)
    except FileExistsError as cause:
        raise RecorderError("exchange.exists", path.name, file=path.name) from cause
    finally:
        draft.unlink(missing_ok=True)
    return head


def _pack(packed: IO[bytes], header: Callable[[int, int, str], Header], lines: Iterable[bytes]) -> Header:
    """Writes the gzip'd lines into `packed`; returns the header that fits them."""
    digest, count, size = hashlib.sha256(), 0, 0
    press = zlib.compressobj(wbits=GZIP)
    for line in lines:
        whole = line + b"\n"
        count, size = count + 1, size + len(whole)
        if size > MOST_BYTES or len(whole) > MOST_LINE or count > MOST_LINES:
            raise RecorderError("exchange.too_large", f"{size} bytes", most=MOST_BYTES)
        digest.update(whole)
        packed.write(press.compress(whole))
    packed.write(press.flush())
    return header(count, size, digest.hexdigest())


def _lock(header: Header, protection: Protection) -> tuple[Header, bytes | None]:
    """The header with its lock and signer, and the key of the body."""
    if protection.signer is not None:
        header = msgspec.structs.replace(header, signer=written(protection.signer.public.sign))
    if protection.to is not None:
        key, ephemeral = protection.to.shared(protection.random)
        return msgspec.structs.replace(header, lock=Lock(to=protection.to.id, ephemeral=written(ephemeral))), key
    if protection.passphrase is not None:
        salt = protection.random(SALT_BYTES)
        key = passphrase_key(protection.passphrase, salt)
        return msgspec.structs.replace(header, lock=Lock(salt=written(salt))), key
    return header, None


def _assemble(file: BinaryIO, packed: IO[bytes], header: Header, key: bytes | None, signer: PrivateKey | None) -> None:
    digest = hashlib.sha256()

    def write(data: bytes) -> None:
        digest.update(data)
        file.write(data)

    raw = MAGIC + msgspec.json.encode(header) + b"\n"
    if len(raw) > MOST_HEADER:
        raise RecorderError("exchange.too_large", "the header", most=MOST_HEADER)
    write(raw)
    body = Encrypting(write, key, raw) if key is not None else None
    while block := packed.read(BLOCK):
        (body.write if body else write)(block)
    if body:
        body.finish()
    if signer is not None:
        write(signer.sign(signed(digest.digest())))
    file.write(digest.digest())
    file.flush()
    os.fsync(file.fileno())


def _new(path: Path) -> BinaryIO:
    """A new file that only its owner can read: it may hold personal data."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _put_into_place(draft: Path, path: Path) -> None:
    """Gives the finished file its name and makes that durable, where the system can."""
    try:
        os.link(draft, path)  # unlike a move, this never replaces a file that came meanwhile
    except FileExistsError:
        raise
    except OSError:  # the file systems of USB sticks have no links
        draft.replace(path)
    with suppress(OSError):
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
