"""Finds the certificate of each row among the PDF files of a folder by their names, and checks it; keeps nothing."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters.attendance import Attendance
from adapters.errors import AdapterError
from xapi.errors import JampelError
from xapi.identity import looks_like_nip, mask_nips_in, parse_nip
from xapi.sheet import plain_name

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 100_000
_PIECE = 1 << 20
_LOOK = 1024
_NIP = re.compile(r"(?<!\d)\d{18}(?!\d)", re.ASCII)
_MAGIC, _END = b"%PDF-", b"%%EOF"


@dataclass(frozen=True, slots=True)
class StrangeFile:
    """A file that belongs to no row, with the reason; its `name` shows no NIP."""

    name: str
    error: JampelError


@dataclass(slots=True)
class Matched:
    """Which file belongs to which row: `evidence` is the SHA-256 by the number of the row, `paths` where the file with
    a SHA-256 lies. `strange` files belong to none; `missing` are rows that name a file that is not there, `without` how
    many rows have none at all; `how` counts by what the rows were matched: file, certificate, nip."""

    evidence: dict[int, str] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict, repr=False)
    strange: list[StrangeFile] = field(default_factory=list)
    missing: list[tuple[int, JampelError]] = field(default_factory=list)
    without: int = 0
    how: dict[str, int] = field(default_factory=lambda: {"file": 0, "certificate": 0, "nip": 0})


class _Rows:
    """The rows by what a file may be named after."""

    def __init__(self, rows: Iterable[Attendance]) -> None:
        self.by_file: dict[str, list[Attendance]] = defaultdict(list)
        self.by_certificate: dict[str, list[Attendance]] = defaultdict(list)
        self.by_nip: dict[str, list[Attendance]] = defaultdict(list)
        for row in rows:
            if row.file:
                self.by_file[_plain_file(row.file)].append(row)
            if number := plain_name(row.certificate):  # "-" is no number
                self.by_certificate[number].append(row)
            if row.nip is not None:
                self.by_nip[row.nip.digits].append(row)


def match_certificates(rows: Sequence[Attendance], folder: Path, most_bytes: int = MOST_BYTES) -> Matched:
    """The certificates of `rows` in `folder` and the folders below it.

    A file is named in the row's column Berkas, or after the number of the certificate, or after the NIP when one row
    has it, or after both. Raises AdapterError `certificate.too_many` for more files than anybody has.
    """
    found, known = Matched(), _Rows(rows)
    taken: dict[int, str] = {}
    candidates = [(path, *_rows_of(path, known)) for path in _files(folder, found)]
    for way in ("file", "certificate", "nip"):  # the surest first: a row has one certificate
        for path, by, wanted in candidates:
            if by == way:
                _take(found, path, [row for row in wanted if _is_free(found, taken, row, path)], way, most_bytes)
    for path, by, wanted in candidates:
        if not wanted:
            several = AdapterError("certificate.several", "fits several rows")
            surplus = AdapterError("certificate.surplus", "fits no row")
            found.strange.append(StrangeFile(_shown(path), several if by == "several" else surplus))
    _miss(found, rows)
    return found


def _files(folder: Path, found: Matched) -> Iterable[Path]:
    """The PDF files, in the order of their names; what is no PDF by its name is told."""
    paths = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file() or path.name.startswith("."):
            continue
        paths.append(path)
        if len(paths) > MOST_FILES:
            raise AdapterError("certificate.too_many", "too many files", most=MOST_FILES)
    for path in sorted(paths):
        if path.suffix.casefold() == ".pdf":
            yield path
        else:
            found.strange.append(StrangeFile(_shown(path), AdapterError("certificate.no_pdf", "no PDF")))


def _rows_of(path: Path, known: _Rows) -> tuple[str, list[Attendance]]:
    """By what a file was matched, and its rows; without a row, why."""
    if wanted := known.by_file.get(_plain_file(path.name)):
        return "file", wanted
    nip, rest = _parts_of(path.stem)
    of_number = [row for row in known.by_certificate.get(rest, ()) if nip in ("", row.nip.digits if row.nip else "")]
    if of_number and (nip or len({row.nip for row in of_number}) == 1):
        return "certificate", of_number
    if of_number:
        return "several", []
    of_nip = known.by_nip.get(nip, []) if nip else []
    if len(of_nip) == 1:
        return "nip", of_nip
    return ("several" if of_nip else "surplus"), []


def _parts_of(stem: str) -> tuple[str, str]:
    """The NIP in a file's name, "" when there is none, and the rest of the name for comparing."""
    text = unicodedata.normalize("NFKC", stem)
    if looks_like_nip(text):
        return parse_nip(text).digits, ""
    match = _NIP.search(text)
    if match is None:
        return "", plain_name(text)
    return match.group(), plain_name(f"{text[: match.start()]} {text[match.end() :]}")


def _is_free(found: Matched, taken: dict[int, str], row: Attendance, path: Path) -> bool:
    if row.row in taken:
        error = AdapterError("certificate.second", "the row has one", row=row.row)
        found.strange.append(StrangeFile(_shown(path), error))
        return False
    taken[row.row] = path.name
    return True


def _take(found: Matched, path: Path, wanted: Sequence[Attendance], way: str, most_bytes: int) -> None:
    if not wanted:
        return
    try:
        digest = checked_pdf(path, most_bytes)
    except AdapterError as error:
        found.missing += [(row.row, error) for row in wanted]
        return
    found.paths[digest] = path
    found.how[way] += len(wanted)
    found.evidence.update({row.row: digest for row in wanted})


def _miss(found: Matched, rows: Iterable[Attendance]) -> None:
    told = {row for row, _error in found.missing}
    for row in rows:
        if row.row in found.evidence or row.row in told:
            continue
        if row.file:
            error = AdapterError("certificate.missing", "not there", name=mask_nips_in(row.file)[:80])
            found.missing.append((row.row, error))
        else:
            found.without += 1


def checked_pdf(path: Path, most_bytes: int = MOST_BYTES) -> str:
    """The SHA-256 (hex) of a file that is a whole PDF (ISO 32000-1 section 7.5) of at most `most_bytes`.

    Raises AdapterError `certificate.too_large`, `certificate.no_pdf`, `certificate.cut_off`, `certificate.unreadable`.
    """
    digest, beginning, end, size = hashlib.sha256(), b"", b"", 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                beginning = beginning or piece[:_LOOK]
                end = (end + piece)[-_LOOK:]
                size += len(piece)
                digest.update(piece)
                if size > most_bytes:
                    megabytes = most_bytes // 1024**2
                    raise AdapterError("certificate.too_large", "too large", megabytes=megabytes)
    except OSError as cause:
        raise AdapterError("certificate.unreadable", type(cause).__name__) from cause
    if _MAGIC not in beginning:
        raise AdapterError("certificate.no_pdf", "no PDF")
    if _END not in end:
        raise AdapterError("certificate.cut_off", "a PDF without its end")
    return digest.hexdigest()


def _plain_file(name: str) -> str:
    """A file's name for comparing: without folders, and with or without its ending."""
    plain = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2].strip().casefold()
    return plain.removesuffix(".pdf")


def _shown(path: Path) -> str:
    return mask_nips_in(path.name)[:120]


def counts_of(found: Matched) -> Mapping[str, int]:
    """The sums, for a program."""
    return {**found.how, "without": found.without, "missing": len(found.missing), "surplus": len(found.strange)}
