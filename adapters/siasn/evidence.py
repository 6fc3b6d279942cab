"""Certificates at hand: PDF files of a folder, named by the SHA-256 of what is in them."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adapters.errors import AdapterError
from adapters.remote import N_

PDF = b"%PDF-"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The file to send with a record, if there is one (`path`), and what the sender should know (`note`, a message id)
    with its `params`."""

    path: Path | None
    note: str
    params: Mapping[str, object]


def certificate(folder: Path | None, digest: str, most_bytes: int) -> Certificate:
    """The PDF whose SHA-256 is `digest`: `<digest>.pdf` in `folder`, or in the folder of its first two digits.

    A file over `most_bytes` or of another kind is not sent, and the note says so. Raises AdapterError
    `siasn.certificate_changed` when the file has another content than its name says.
    """
    digest = digest.casefold()
    found = _file(folder, digest)
    if found is None:
        return Certificate(
            None, N_("Berkas sertifikatnya tidak ada di folder bukti; riwayat dikirim tanpa berkas."), {}
        )
    if (size := found.stat().st_size) > most_bytes:
        sizes = {"size": -(-size // 1024), "most": most_bytes // 1024}
        note = N_("Berkas sertifikatnya %(size)s KiB, batasnya %(most)s KiB; riwayat dikirim tanpa berkas.")
        return Certificate(None, note, sizes)
    content = found.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise AdapterError("siasn.certificate_changed", "another content", mark=digest[:12])
    if not content.startswith(PDF):
        return Certificate(None, N_("Berkas sertifikatnya bukan PDF; riwayat dikirim tanpa berkas."), {})
    return Certificate(found, N_("Berkas sertifikatnya (PDF) ikut diunggah."), {})


def _file(folder: Path | None, digest: str) -> Path | None:
    if folder is None or not _DIGEST.fullmatch(digest):
        return None
    names = (folder / f"{digest}.pdf", folder / digest[:2] / f"{digest}.pdf")
    return next((path for path in names if path.is_file()), None)
