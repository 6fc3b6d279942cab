"""Opens zips that strangers made: one clear refusal for each trick, and nothing left on disk."""

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from scorm_packager.errors import PackagerError
from scorm_packager.output import new_folder

PIECE = 1 << 16
ENCRYPTED = 0x1 | 0x40
#: The record that ends a zip, and how far before the end of the file it may stand: behind it a comment of 64 KiB.
END_RECORD = struct.Struct("<4s4H2LH")
END_REACH = 65_535 + END_RECORD.size
#: In zip64 two records stand before it: the sizes, of which the directory's is the one but last, and where that lies.
LARGE_END, LARGE_LOCATOR = struct.Struct("<4s36x2Q"), struct.Struct("<4sLQL")
#: Bytes of the directory for one entry: the least, and what a name of ordinary length and its extras may take.
SHORTEST_ENTRY, ENTRY_BYTES = 46, 600
MOST_NAME_BYTES = 255  # of one part of a path: what the file systems of servers can write
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What reading an entry of a zip that somebody else wrote may raise; NotImplementedError is a compression not known.
UNREADABLE = (OSError, EOFError, ValueError, zlib.error, NotImplementedError, zipfile.BadZipFile)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The most a zip may hold. `ratio` is uncompressed by compressed bytes, for entries above `ratio_from` bytes."""

    entries: int = 20_000
    total: int = 2_000_000_000
    ratio: int = 200
    ratio_from: int = 1_000_000
    name: int = 400
    depth: int = 24
    segment: int = 200


DEFAULT_LIMITS = Limits()


@contextmanager
def open_safely(path: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[zipfile.ZipFile]:
    """The zip at `path` once all its entries are found harmless; raises PackagerError naming the first that is not.

    Refused: no zip, too many entries, encrypted, unusual compression, absolute or climbing names, backslashes, drive
    letters, control characters, names too long or deep, links and devices, names that come twice or differ by case
    only, a file that is also a folder, too much data and too high a ratio.
    """
    try:
        _check_directory(path, limits)
        with zipfile.ZipFile(path) as package:
            _check_entries(package.infolist(), path.stat().st_size, limits)
            yield package
    except FileNotFoundError as cause:
        raise PackagerError("archive.missing", str(cause), path=str(path)) from cause
    except (*UNREADABLE, zipfile.LargeZipFile, IndexError) as cause:
        raise PackagerError("archive.broken", str(cause), path=path.name) from cause


def extract_safely(path: Path, target: Path, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    """Unpack the zip at `path` into the new folder `target`; returns the names of its files, sorted.

    All or nothing. Raises PackagerError as `open_safely` does, and when `target` already holds something.
    """
    with open_safely(path, limits) as package, new_folder(target) as folder:
        left = limits.total
        files = [info for info in package.infolist() if not info.is_dir()]
        for info in files:
            place = folder / info.filename
            place.parent.mkdir(parents=True, exist_ok=True)
            with package.open(info) as source, place.open("xb") as out:
                while piece := source.read(PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise PackagerError(
                            "archive.too_large",
                            "more bytes than declared",
                            path=path.name,
                            most=limits.total // 1_000_000,
                        )
                    out.write(piece)
    return sorted(info.filename for info in files)


def read_entry(package: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The content of one entry of an opened zip; raises PackagerError when it is larger than `most` bytes."""
    with package.open(name) as source:
        body = source.read(most + 1)
    if len(body) > most:
        raise PackagerError("archive.entry_too_large", f"{name} is larger than {most}", path=name, most=most // 1000)
    return body


def _check_directory(path: Path, limits: Limits) -> None:
    """Refuses a directory of entries that is too large to be read into memory at all (APPNOTE 4.3.16)."""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(0, end - END_REACH - LARGE_END.size - LARGE_LOCATOR.size))
        tail = file.read()
    at = len(tail) - END_RECORD.size
    if at < 0 or tail[at : at + 4] != b"PK\x05\x06":
        at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END_RECORD.size:
        return  # no zip at all: the reader says so
    size = END_RECORD.unpack_from(tail, at)[5]
    if size == 0xFFFF_FFFF:
        size = _large_directory(tail[:at])
    if limits.entries * ENTRY_BYTES < size < end:
        count = size // SHORTEST_ENTRY
        raise PackagerError("archive.too_many", f"a directory of {size} bytes", count=count, most=limits.entries)


def _large_directory(before: bytes) -> int:
    """The size of the directory by the records of zip64 at the end of `before`; 0 when there are none (4.3.14)."""
    start = len(before) - LARGE_LOCATOR.size - LARGE_END.size
    if start < 0 or before[-LARGE_LOCATOR.size :][:4] != b"PK\x06\x07":
        return 0
    mark, size, _offset = LARGE_END.unpack_from(before, start)
    return int(size) if mark == b"PK\x06\x06" else 0


def _check_entries(infos: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    if len(infos) > limits.entries:
        raise PackagerError("archive.too_many", f"{len(infos)} entries", count=len(infos), most=limits.entries)
    seen: dict[str, bool] = {}
    total = 0
    for info in infos:
        _check_name(info, limits)
        _check_kind(info)
        _check_twins(info, seen)
        total += info.file_size
        squeezed = max(info.compress_size, 1)
        if info.file_size > limits.ratio_from and info.file_size / squeezed > limits.ratio:
            raise PackagerError("archive.bomb", f"ratio of {info.filename!r}", path=_shown(info.filename))
    if total > limits.total:
        raise PackagerError("archive.too_large", f"{total} bytes", path="zip", most=limits.total // 1_000_000)
    if (total > limits.ratio_from and total > limits.ratio * packed) or sum(
        info.compress_size for info in infos
    ) > packed:
        raise PackagerError("archive.bomb", "entries overlap or the whole ratio is too high", path="zip")


def _check_name(info: zipfile.ZipInfo, limits: Limits) -> None:
    name = info.orig_filename
    parts = name.removesuffix("/").split("/")
    long = any(len(part) > limits.segment or len(part.encode("utf-8", "replace")) > MOST_NAME_BYTES for part in parts)
    if len(name) > limits.name or len(parts) > limits.depth or long:
        raise PackagerError("archive.name_long", "name too long or too deep", path=_shown(name))
    climbs = name.startswith("/") or "\\" in name or ":" in name or any(part in ("", ".", "..") for part in parts)
    if climbs:
        raise PackagerError("archive.escapes", f"entry {name!r}", path=_shown(name))
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in name) or name != info.filename:
        raise PackagerError("archive.name_bad", f"entry {name!r}", path=_shown(name))


def _check_kind(info: zipfile.ZipInfo) -> None:
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackagerError("archive.link", f"entry {info.filename!r} has mode {mode:o}", path=_shown(info.filename))
    if info.flag_bits & ENCRYPTED:
        raise PackagerError("archive.encrypted", f"entry {info.filename!r}", path=_shown(info.filename))
    if info.compress_type not in METHODS:
        raise PackagerError("archive.method", f"method {info.compress_type}", path=_shown(info.filename))


def _check_twins(info: zipfile.ZipInfo, seen: dict[str, bool]) -> None:
    """`seen` maps each path, case and accents folded, to whether it is a folder."""
    parts = unicodedata.normalize("NFC", info.filename).casefold().removesuffix("/").split("/")
    for depth in range(1, len(parts)):
        if seen.setdefault("/".join(parts[:depth]), True) is False:
            raise PackagerError("archive.twins", f"file and folder {info.filename!r}", path=_shown(info.filename))
    whole = "/".join(parts)
    if whole in seen and not (info.is_dir() and seen[whole]):
        raise PackagerError("archive.twins", f"two entries {info.filename!r}", path=_shown(info.filename))
    seen[whole] = info.is_dir()


def _shown(name: str) -> str:
    """`name` for a sentence: short, and without anything a terminal would obey."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return plain if len(plain) <= 80 else plain[:77] + "…"
