"""Says in the HTML of a course how large its pictures are, so that no text jumps when one comes over a slow link."""

import re
import struct
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from scorm_packager.course import Asset, Course
from scorm_packager.source.pictures import MOST_HEAD, pixel_size

IMAGE = re.compile(r'<img src="([^"]+)"([^>]*)>')
#: Of a question what is no HTML: answers and words as a learner types them.
TYPED = frozenset({"id", "kind", "accepted", "keywords", "unit"})
DRAWING = re.compile(rb"<svg\b[^>]*>")
LENGTH = r'\s%s\s*=\s*["\'](\d+(?:\.\d+)?)(?:px)?["\']'
SHORT_HEAD = 1 << 15  # bytes
TURNED = range(5, 9)  # Exif 2.3, 4.6.4: orientations that lie on a side


def with_picture_sizes(course: Course, assets: Sequence[Asset]) -> Course:
    """`course` with `width` and `height`, in CSS pixels, at each picture of `assets` that does not say them itself."""
    if b"<img" not in msgspec.json.encode(course):
        return course
    known: dict[str, str] = {}
    mend = partial(IMAGE.sub, partial(_sized, {asset.path: Path(asset.source) for asset in assets}, known))
    raw = msgspec.to_builtins(course)
    for page in raw["pages"]:
        page["html"] = mend(page["html"])
    raw["questions"] = {name: _mended(question, mend) for name, question in raw["questions"].items()}
    return msgspec.convert(raw, Course)


def picture_size(path: Path) -> tuple[int, int] | None:
    """Width and height of the picture `path` as a browser shows it; None when the file does not tell."""
    with path.open("rb") as file:
        head = file.read(SHORT_HEAD)
        if path.suffix.lower() == ".svg":
            return _drawing_size(head)
        size = pixel_size(head)
        if size is None:  # a camera may put a small picture of it before the size
            head += file.read(MOST_HEAD - SHORT_HEAD)
            size = pixel_size(head)
    return (size[1], size[0]) if size and head.startswith(b"\xff\xd8") and _orientation(head) in TURNED else size


def _sized(sources: Mapping[str, Path], known: dict[str, str], image: re.Match[str]) -> str:
    source, rest = image.groups()
    if source not in sources or " width=" in rest or " height=" in rest:
        return image[0]
    if source not in known:
        size = picture_size(sources[source])
        known[source] = f' width="{size[0]}" height="{size[1]}"' if size else ""
    return f'<img src="{source}"{rest}{known[source]}>'


def _mended(value: Any, mend: Any) -> Any:
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list | tuple):
        return [_mended(one, mend) for one in value]
    if isinstance(value, dict):
        return {name: one if name in TYPED else _mended(one, mend) for name, one in value.items()}
    return value


def _drawing_size(head: bytes) -> tuple[int, int] | None:
    """What an SVG says of itself in pixels; one that only has a shape takes the room that it gets."""
    root = DRAWING.search(head)
    if not root:
        return None
    found = [re.search(LENGTH % side, root[0].decode("utf-8", "replace")) for side in ("width", "height")]
    sides = [round(float(side[1])) for side in found if side]
    return (sides[0], sides[1]) if len(sides) == 2 and all(sides) else None


def _orientation(head: bytes) -> int:
    """How a camera was held (Exif 2.3, 4.6.4); 1, upright, when a JPEG does not say it."""
    start = head.find(b"Exif\0\0", 0, 4096) + 6
    try:
        order = {b"II": "<", b"MM": ">"}.get(head[start : start + 2]) if start > 5 else None
        if order is None:
            return 1
        at = start + struct.unpack_from(f"{order}I", head, start + 4)[0]
        for entry in range(at + 2, at + 2 + 12 * min(struct.unpack_from(f"{order}H", head, at)[0], 100), 12):
            if struct.unpack_from(f"{order}H", head, entry)[0] == 0x0112:
                return int(struct.unpack_from(f"{order}H", head, entry + 8)[0])
    except struct.error:
        pass
    return 1
