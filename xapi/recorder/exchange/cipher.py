"""Encrypts a stream in chunks, so that a large file never lies in memory, and a cut or changed one is noticed.

Each file has a key of its own. Chunk number i is sealed with the nonce i, and the last one is marked in its nonce: a
chunk that is missing, doubled, moved or cut off at the end cannot be opened (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015). The header of the file is authenticated with each chunk.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from xapi.errors import RecorderError

CHUNK = 64 * 1024
TAG = 16
SALT_BYTES = 16
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**16, 8, 1  # 64 MB and a fraction of a second; fixed, so a file cannot ask for more


def passphrase_key(passphrase: str, salt: bytes) -> bytes:
    """The key that follows from `passphrase` and `salt` by scrypt (RFC 7914)."""
    return Scrypt(salt=salt, length=32, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.encode())


class Encrypting:
    """Writes what it is given to `write`, encrypted with `key`; `finish` writes the last chunk."""

    def __init__(self, write: Callable[[bytes], object], key: bytes, header: bytes) -> None:
        self._write = write
        self._cipher = ChaCha20Poly1305(key)
        self._header = header
        self._number = 0
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        """Takes `data`; whole chunks are written at once."""
        self._waiting += data
        while len(self._waiting) > CHUNK:  # not ">=": the last chunk is never empty unless the whole stream is
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        """Writes what is left as the last chunk."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._write(self._cipher.encrypt(_nonce(self._number, last), chunk, self._header))
        self._number += 1


def decrypting(file: BinaryIO, length: int, key: bytes, header: bytes) -> Iterator[bytes]:
    """The chunks of the next `length` bytes of `file`, decrypted.

    Raises RecorderError `exchange.wrong_key` when the first chunk cannot be opened, `exchange.damaged` for a later one.
    """
    cipher = ChaCha20Poly1305(key)
    number = 0
    while length > 0 or number == 0:
        sealed = file.read(min(length, CHUNK + TAG))
        length -= len(sealed)
        try:
            yield cipher.decrypt(_nonce(number, last=length <= 0), sealed, header)
        except InvalidTag as cause:
            if number:
                raise RecorderError("exchange.damaged", f"chunk {number} cannot be opened") from cause
            raise RecorderError("exchange.wrong_key", "the first chunk cannot be opened") from cause
        if not sealed:
            return
        number += 1


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
