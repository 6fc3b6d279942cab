"""Reads WebM and Matroska (RFC 8794, RFC 9559): codecs, size, length, and where the cues stand."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from scorm_packager.film.facts import LARGEST_SIDE, Film, FilmError, sane_seconds, take

EBML, SEGMENT, INFO, TRACKS, CLUSTER, CUES = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B
SCALE, DURATION, ENTRY, KIND, CODEC = 0x2AD7B1, 0x4489, 0xAE, 0x83, 0x86
VIDEO, WIDTH, HEIGHT, CUE_POINT = 0xE0, 0xB0, 0xBA, 0xBB
MOST_ELEMENTS = 20_000
MOST_TRACKS = 32
LONGEST_VALUE = 64
SIDES = {WIDTH: "width", HEIGHT: "height"}
NANOSECONDS = 1_000_000_000
CODECS = {
    "V_VP8": "VP8", "V_VP9": "VP9", "V_AV1": "AV1", "V_MPEG4/ISO/AVC": "H.264", "V_MPEGH/ISO/HEVC": "H.265",
    "A_OPUS": "Opus", "A_VORBIS": "Vorbis", "A_AAC": "AAC", "A_MPEG/L3": "MP3", "A_FLAC": "FLAC",
}  # fmt: skip


class Element(msgspec.Struct, frozen=True):
    """One element: its id with the marker bits, and where its content starts and ends."""

    id: int
    start: int
    end: int


def read_webm(file: BinaryIO, size: int) -> Film:
    """The film in `file`, which has `size` bytes; raises FilmError."""
    top = elements(file, 0, size)
    first = next(top, None)
    if first is None or first.id != EBML:
        raise FilmError("no Matroska")
    segment = next((one for one in top if one.id == SEGMENT), None)
    if segment is None:
        raise FilmError("no segment")
    found: dict[str, object] = {}
    seconds, clusters, cues, early = 0.0, 0, None, False
    for one in elements(file, segment.start, segment.end):
        if one.id == INFO:
            seconds = _length(file, one)
        elif one.id == TRACKS:
            found = _tracks(file, one)
        elif one.id == CLUSTER:
            clusters += 1
        elif one.id == CUES:
            cues = sum(point.id == CUE_POINT for point in elements(file, one.start, one.end))
            early = not clusters
    return Film(
        container="webm",
        seconds=sane_seconds(seconds),
        bytes=size,
        fast_start=early,
        keyframes=cues or None,
        **found,  # type: ignore[arg-type]  # the names are those of the struct
    )


def elements(file: BinaryIO, start: int, end: int) -> Iterator[Element]:
    """The elements between two offsets, at most MOST_ELEMENTS; one of unknown size reaches to the end."""
    for _count in range(MOST_ELEMENTS):
        if start >= end:
            return
        number, after = _variable(file, start, end, keep_marker=True)
        length, content = _variable(file, after, end, keep_marker=False)
        unknown = length == (1 << (7 * (content - after))) - 1
        stop = end if unknown else content + length
        if stop > end:
            raise FilmError("an element longer than its place")
        yield Element(number, content, stop)
        start = stop


def _variable(file: BinaryIO, start: int, end: int, *, keep_marker: bool) -> tuple[int, int]:
    """A variable-size integer (RFC 8794, 4) and the offset after it."""
    first = take(file, start, 1)[0]
    width = 9 - first.bit_length()
    if first == 0 or width > 8 or start + width > end:
        raise FilmError("no element")
    value = int.from_bytes(take(file, start, width), "big")
    return value if keep_marker else value & ((1 << (7 * width)) - 1), start + width


def _value(file: BinaryIO, one: Element) -> bytes:
    if one.end - one.start > LONGEST_VALUE:
        raise FilmError("a value longer than any")
    return take(file, one.start, one.end - one.start)


def _number(file: BinaryIO, one: Element) -> int:
    return int.from_bytes(_value(file, one), "big")


def _length(file: BinaryIO, info: Element) -> float:
    scale, duration = 1_000_000, 0.0
    for one in elements(file, info.start, info.end):
        if one.id == SCALE:
            scale = _number(file, one)
        elif one.id == DURATION:
            body = _value(file, one)
            layout = {4: ">f", 8: ">d"}.get(len(body))
            duration = struct.unpack(layout, body)[0] if layout else 0.0
    return duration * scale / NANOSECONDS if duration == duration else 0.0  # a NaN equals nothing


def _tracks(file: BinaryIO, tracks: Element) -> dict[str, object]:
    found: dict[str, object] = {}
    entries = (one for one in elements(file, tracks.start, tracks.end) if one.id == ENTRY)
    for _number_of, entry in zip(range(MOST_TRACKS), entries, strict=False):
        found = {**_track(file, entry), **found}
    return found


def _track(file: BinaryIO, entry: Element) -> dict[str, object]:
    kind, codec, sides = 0, "", {}
    for one in elements(file, entry.start, entry.end):
        if one.id == KIND:
            kind = _number(file, one)
        elif one.id == CODEC:
            codec = _value(file, one).decode("ascii", "replace")
        elif one.id == VIDEO:
            inner = {part.id: part for part in elements(file, one.start, one.end)}
            sides = {name: _number(file, inner[key]) for key, name in SIDES.items() if key in inner}
    name = CODECS.get(codec, codec.split("/")[0].removeprefix("V_").removeprefix("A_"))
    name = name if name.isprintable() else "?"
    if kind == 2:
        return {"audio": name}
    good = all(0 < side <= LARGEST_SIDE for side in sides.values())
    return {"video": name, **(sides if good else {})} if kind == 1 else {}
