"""Checks pictures by their first bytes: they must be what their name says, and small enough for a phone to unfold."""

import os
import struct
from pathlib import Path

from scorm_packager.findings import Finding
from scorm_packager.source.svg import svg_fault

PICTURES = {
    ".svg": b"",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".webp": b"RIFF",
    ".gif": b"GIF8",
}
MOST_PIXELS = 40_000_000  # 160 MB unfolded: more than the phones of learners have to spare
MOST_HEAD = 1 << 20
JPEG_SIZES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})


def picture_fault(name: str, path: Path) -> Finding | None:
    """What is wrong with the picture `path` (called `name` in findings), or None; its suffix is one of PICTURES."""
    suffix = os.path.splitext(name)[1]
    if suffix == ".svg":
        return svg_fault(name, path)
    with path.open("rb") as file:
        head = file.read(MOST_HEAD)
    size = pixel_size(head) if head.startswith(PICTURES[suffix]) else None
    if size is None:
        return Finding("media.not_what_it_says", file=name, params={"kind": suffix[1:]})
    if size[0] * size[1] > MOST_PIXELS:
        return Finding("picture.huge", file=name, params={"width": size[0], "height": size[1]})
    return None


def pixel_size(head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as the file's head tells; None when it is cut off or damaged."""
    try:
        if head.startswith(b"\x89PNG"):
            width, height = struct.unpack_from(">II", head, 16)
        elif head.startswith(b"GIF8"):
            width, height = struct.unpack_from("<HH", head, 6)
        elif head.startswith(b"RIFF"):
            return _webp_size(head)
        else:
            return _jpeg_size(head)
    except (struct.error, IndexError):
        return None
    return (int(width), int(height)) if width and height else None


def _webp_size(head: bytes) -> tuple[int, int] | None:
    """RFC 9649, 2.5 to 2.7: the three kinds of first chunk."""
    if head[8:12] != b"WEBP":
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    """ITU T.81, B.2.2: the frame header, sought from marker to marker."""
    at = 2
    while head[at] == 0xFF:
        marker = head[at + 1]
        if marker in JPEG_SIZES:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return (width, height) if width and height else None
        at += 2 + struct.unpack_from(">H", head, at + 2)[0]
    return None
