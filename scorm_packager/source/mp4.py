"""Reads from an MP4 file how long it plays, from the movie header alone (ISO/IEC 14496-12, 8.2.2 mvhd)."""

import struct
from pathlib import Path
from typing import BinaryIO

import msgspec

MOST_BOXES = 10_000


class Mp4Error(ValueError):
    """The file is no MP4 that can be played."""


class Mp4(msgspec.Struct, frozen=True):
    """`seconds` of play; `fast_start` when the index stands before the pictures, so play begins at once."""

    seconds: float
    fast_start: bool


def read_mp4(path: Path) -> Mp4:
    """The movie header of `path`; raises Mp4Error."""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        boxes = _boxes(file, 0, end)
        if not boxes or boxes[0][0] != b"ftyp":
            raise Mp4Error("no ftyp box")
        order = [kind for kind, _start, _end in boxes]
        movie = next((box for box in boxes if box[0] == b"moov"), None)
        header = next((box for box in _boxes(file, *movie[1:]) if box[0] == b"mvhd"), None) if movie else None
        if header is None:
            raise Mp4Error("no mvhd box")
        seconds = _duration(file, header[1], header[2])
    return Mp4(seconds, b"mdat" not in order or order.index(b"moov") < order.index(b"mdat"))


def _boxes(file: BinaryIO, start: int, end: int) -> list[tuple[bytes, int, int]]:
    """The boxes between two offsets: kind, start and end of the content."""
    found: list[tuple[bytes, int, int]] = []
    while start + 8 <= end and len(found) < MOST_BOXES:
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            wide = file.read(8)
            size, head = (struct.unpack(">Q", wide)[0], 16) if len(wide) == 8 else (0, 16)
            if size == 0:
                raise Mp4Error("cut off")
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            raise Mp4Error("box longer than the file")
        found.append((kind, start + head, start + size))
        start += size
    return found


def _duration(file: BinaryIO, start: int, end: int) -> float:
    file.seek(start)
    body = file.read(min(end - start, 32))
    layout, offset = (">IQ", 20) if body[:1] == b"\x01" else (">II", 12)
    if len(body) < offset + struct.calcsize(layout):
        raise Mp4Error("short mvhd")
    scale, duration = struct.unpack_from(layout, body, offset)
    if scale == 0:
        raise Mp4Error("no time scale")
    return float(duration) / float(scale)
