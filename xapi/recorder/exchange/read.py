"""Reads exchange files and believes nothing: the whole file is checked before one line is given out."""

import base64
import hashlib
import os
import secrets
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Self, cast

import msgspec

from xapi.errors import RecorderError
from xapi.recorder.exchange.cipher import SALT_BYTES, decrypting, passphrase_key
from xapi.recorder.exchange.form import (
    BLOCK,
    CHECKSUM,
    GZIP,
    MAGIC,
    MOST_BYTES,
    MOST_HEADER,
    MOST_LINE,
    MOST_LINES,
    NAME,
    SIGNATURE,
    Header,
    signed,
    written,
)
from xapi.recorder.exchange.keys import KEY_BYTES, PrivateKey, PublicKey


class ExchangeFile:
    """An exchange file that was read to its end and found whole. Made by `open_file`; close it, or use `with`."""

    def __init__(self, file: BinaryIO, header: Header, body: tuple[int, int], key: bytes | None, raw: bytes) -> None:
        self.header = header
        self._file = file
        self._start, self._length = body
        self._key = key
        self._raw = raw

    def lines(self) -> Iterator[bytes]:
        """The lines, from the first; raises RecorderError `exchange.damaged` when they are not what the header says."""
        self._file.seek(self._start)
        if self._key is None:
            blocks = _blocks(self._file, self._length)
        else:
            blocks = decrypting(self._file, self._length, self._key, self._raw)
        yield from _checked(_unpacked(blocks, self.header.bytes), self.header)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_file(
    path: Path,
    *,
    key: PrivateKey | None = None,
    passphrase: Callable[[], str] | None = None,
    signed_by: PublicKey | None = None,
) -> ExchangeFile:
    """The file `path`, checked to its last byte: checksum, signature, encryption, and that it has what it promises.

    `key` opens what is sealed to us, `passphrase` is asked when one is needed, and with `signed_by` nothing else than
    a file of that signer is taken. Raises RecorderError `exchange.not_one`, `newer`, `damaged`, `too_large`,
    `needs_passphrase`, `wrong_key`, `sealed_to_another`, `not_signed_by`.
    """
    file = _private_copy(path)
    try:
        opened = _open(file, key, passphrase, signed_by)
        for _line in opened.lines():
            pass
    except BaseException:
        file.close()
        raise
    return opened


def _private_copy(path: Path) -> BinaryIO:
    """A copy that nobody else can reach: a USB stick may say something else when it is read a second time."""
    with path.open("rb") as source:
        if os.fstat(source.fileno()).st_size > MOST_BYTES:
            raise RecorderError("exchange.too_large", path.name, most=MOST_BYTES)
        copy = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - the reader closes it
        for block in iter(lambda: source.read(BLOCK), b""):
            copy.write(block)
            if copy.tell() > MOST_BYTES:  # a pipe has no size
                raise RecorderError("exchange.too_large", path.name, most=MOST_BYTES)
    copy.seek(0)
    return copy


def _open(
    file: BinaryIO, key: PrivateKey | None, passphrase: Callable[[], str] | None, signed_by: PublicKey | None
) -> ExchangeFile:
    header, raw = _read_header(file)
    size = os.fstat(file.fileno()).st_size
    tail = CHECKSUM + (SIGNATURE if header.signer else 0)
    start = len(raw)
    if size < start + tail:
        raise RecorderError("exchange.damaged", "cut off")
    if header.bytes > MOST_BYTES or header.count > MOST_LINES:
        raise RecorderError("exchange.too_large", f"{header.bytes} bytes", most=MOST_BYTES)
    _check_whole(file, header, size, tail, signed_by)
    return ExchangeFile(file, header, (start, size - tail - start), _key_of(header, key, passphrase), raw)


def _read_header(file: BinaryIO) -> tuple[Header, bytes]:
    magic = file.readline(len(MAGIC) + 1)
    if not magic.startswith(NAME):
        raise RecorderError("exchange.not_one", "another kind of file")
    if magic != MAGIC:
        raise RecorderError("exchange.newer", "a later version of the format")
    line = file.readline(MOST_HEADER + 1)
    if not line.endswith(b"\n"):
        raise RecorderError("exchange.damaged", "the header does not end")
    try:
        header = msgspec.json.decode(line, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise RecorderError("exchange.damaged", "the header cannot be read") from cause
    return header, magic + line


def _check_whole(file: BinaryIO, header: Header, size: int, tail: int, signed_by: PublicKey | None) -> None:
    """The checksum first: what it does not cover is damaged, whatever else it may be. Then the signature."""
    file.seek(0)
    digest = hashlib.sha256()
    for block in _blocks(file, size - tail):
        digest.update(block)
    content = digest.digest()
    signature = file.read(tail - CHECKSUM)
    digest.update(signature)
    if not secrets.compare_digest(digest.digest(), file.read(CHECKSUM)):
        raise RecorderError("exchange.damaged", "the checksum is another")
    if signed_by is None:
        return
    if header.signer != written(signed_by.sign) or not signed_by.verifies(signature, signed(content)):
        raise RecorderError("exchange.not_signed_by", "another signer or none", name=signed_by.name or signed_by.id)


def _key_of(header: Header, key: PrivateKey | None, passphrase: Callable[[], str] | None) -> bytes | None:
    """The key of the body, or None when it is not encrypted."""
    if header.lock is None:
        return None
    if header.lock.to:
        if key is None or header.lock.to != key.public.id:
            raise RecorderError("exchange.sealed_to_another", "sealed to another key", key=header.lock.to[:32])
        return key.shared(_bytes(header.lock.ephemeral, KEY_BYTES))
    if passphrase is None:
        raise RecorderError("exchange.needs_passphrase", "encrypted with a passphrase")
    return passphrase_key(passphrase(), _bytes(header.lock.salt, SALT_BYTES))


def _blocks(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0:
        block = file.read(min(length, BLOCK))
        if not block:
            raise RecorderError("exchange.damaged", "cut off")
        length -= len(block)
        yield block


def _unpacked(blocks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The gunzipped pieces, at most `most` bytes in all and never much at once, whatever the file would unpack to."""
    unpress = zlib.decompressobj(wbits=GZIP)
    size = 0
    for block in blocks:
        while block and not unpress.eof:
            try:
                piece = unpress.decompress(block, BLOCK)
            except zlib.error as cause:
                raise RecorderError("exchange.damaged", "not gzip") from cause
            block = unpress.unconsumed_tail
            size += len(piece)
            if size > most:
                raise RecorderError("exchange.damaged", "more than the header says")
            yield piece
        if unpress.unused_data or (block and unpress.eof):
            raise RecorderError("exchange.damaged", "something after the end")
    if not unpress.eof:
        raise RecorderError("exchange.damaged", "the end is missing")


def _checked(pieces: Iterable[bytes], header: Header) -> Iterator[bytes]:
    """The lines of `pieces`; at the end their number, size and digest must be those of the header."""
    digest, count, size, rest = hashlib.sha256(), 0, 0, b""
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            count += 1
            yield line
        if len(rest) > MOST_LINE or count > header.count:
            raise RecorderError("exchange.damaged", "a line without an end, or too many")
    if rest or (count, size, digest.hexdigest()) != (header.count, header.bytes, header.sha256):
        raise RecorderError("exchange.damaged", "the lines are not those of the header")


def _bytes(text: str, length: int) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as cause:
        raise RecorderError("exchange.damaged", "the lock cannot be read") from cause
    if len(raw) != length:
        raise RecorderError("exchange.damaged", "the lock cannot be read")
    return raw
