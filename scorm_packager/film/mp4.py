"""Reads MP4 and MOV (ISO/IEC 14496-12): codecs, size, length, whether the index comes first, and key pictures."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from scorm_packager.film.facts import LARGEST_SIDE, Film, FilmError, sane_seconds, take

MOST_BOXES = 4_000
MOST_TRACKS = 32
#: Sample entries (ISO/IEC 14496-15, RFC 6381) as people call them.
CODECS = {
    b"avc1": "H.264", b"avc3": "H.264", b"hvc1": "H.265", b"hev1": "H.265", b"av01": "AV1", b"vp09": "VP9",
    b"mp4v": "MPEG-4", b"apcn": "ProRes", b"apch": "ProRes", b"jpeg": "MJPEG",
    b"mp4a": "AAC", b"Opus": "Opus", b"ac-3": "AC-3", b"ec-3": "E-AC-3", b".mp3": "MP3", b"alac": "ALAC",
    b"sowt": "PCM", b"twos": "PCM", b"lpcm": "PCM",
}  # fmt: skip


class Box(msgspec.Struct, frozen=True):
    """One box: its kind, and where its content starts and ends in the file."""

    kind: bytes
    start: int
    end: int


def read_mp4(file: BinaryIO, size: int) -> Film:
    """The film in `file`, which has `size` bytes; raises FilmError."""
    top = list(boxes(file, 0, size))
    if not top or top[0].kind not in (b"ftyp", b"moov", b"wide", b"mdat", b"free"):
        raise FilmError("no MP4")
    movie = next((box for box in top if box.kind == b"moov"), None)
    if movie is None:
        raise FilmError("no movie box")
    kinds = [box.kind for box in top]
    inside = list(boxes(file, movie.start, movie.end))
    header = next((box for box in inside if box.kind == b"mvhd"), None)
    if header is None:
        raise FilmError("no movie header")
    found: dict[str, object] = {}
    for track in [box for box in inside if box.kind == b"trak"][:MOST_TRACKS]:
        found = {**_track(file, track), **found}  # the first track of a kind is the one that plays
    return Film(
        container="mp4",
        seconds=sane_seconds(_length(file, header)),
        bytes=size,
        fast_start=b"mdat" not in kinds or kinds.index(b"moov") < kinds.index(b"mdat"),
        **found,  # type: ignore[arg-type]  # the names are those of the struct
    )


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two offsets, at most MOST_BOXES; raises FilmError for one that is longer than its place."""
    for _count in range(MOST_BOXES):
        if start + 8 > end:
            return
        length, kind = struct.unpack(">I4s", take(file, start, 8))
        head = 8
        if length == 1:
            length, head = struct.unpack(">Q", take(file, start + 8, 8))[0], 16
        elif length == 0:
            length = end - start
        if length < head or start + length > end:
            raise FilmError("a box longer than its place")
        yield Box(kind, start + head, start + length)
        start += length


def _inside(file: BinaryIO, box: Box, *path: bytes) -> Box | None:
    """The box reached by going from `box` down `path`."""
    found: Box | None = box
    for kind in path:
        found = next((one for one in boxes(file, found.start, found.end) if one.kind == kind), None) if found else None
    return found


def _length(file: BinaryIO, header: Box) -> float:
    """Seconds in a movie header (8.2.2)."""
    version = take(file, header.start, 1)[0]
    layout, offset = (">IQ", 20) if version == 1 else (">II", 12)
    scale, duration = struct.unpack(layout, take(file, header.start + offset, struct.calcsize(layout)))
    if not scale:
        raise FilmError("no time scale")
    return float(duration) / float(scale)


def _track(file: BinaryIO, track: Box) -> dict[str, object]:
    """What one track says of the film, by the names of `Film`."""
    handler = _inside(file, track, b"mdia", b"hdlr")
    table = _inside(file, track, b"mdia", b"minf", b"stbl")
    if handler is None or table is None or handler.end - handler.start < 12:
        return {}
    kind = take(file, handler.start + 8, 4)
    entry = _inside(file, table, b"stsd")
    name = take(file, entry.start + 12, 4) if entry is not None and entry.end - entry.start >= 16 else b""
    codec = CODECS.get(name, name.decode("ascii", "replace").strip("\0 ") if name.isascii() else "?")
    codec = codec if codec.isprintable() else "?"
    if kind == b"soun":
        return {"audio": codec}
    if kind != b"vide" or entry is None:
        return {}
    return {"video": codec, **_picture_size(file, entry), **_keyframes(file, table)}


def _picture_size(file: BinaryIO, entry: Box) -> dict[str, object]:
    """Width and height in a visual sample entry (12.1.3)."""
    if entry.end - entry.start < 44:
        return {}
    width, height = struct.unpack(">HH", take(file, entry.start + 40, 4))
    return {"width": width, "height": height} if 0 < width <= LARGEST_SIDE and height > 0 else {}


def _keyframes(file: BinaryIO, table: Box) -> dict[str, object]:
    """How many sync samples (8.6.2); a film without the box says that every picture is one."""
    sync = _inside(file, table, b"stss")
    if sync is None or sync.end - sync.start < 8:
        return {}
    (count,) = struct.unpack(">I", take(file, sync.start + 4, 4))
    return {"keyframes": count} if 0 < count * 4 <= sync.end - sync.start - 8 else {}
