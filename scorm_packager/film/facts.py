"""The facts of a film, the error for a file that is none, and the door to both readers."""

from typing import BinaryIO

import msgspec

from scorm_packager.errors import PackagerError

LONGEST_SECONDS = 100 * 3600.0
LARGEST_SIDE = 65_535


class FilmError(ValueError):
    """The file is no film that can be read."""


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """What a film is.

    `container` is `mp4` or `webm`; `video` and `audio` are the codecs as people call them, "" when there is none.
    `width` and `height` are in pixels, `seconds` of play, `bytes` of the file. `fast_start` tells whether play begins
    before the whole file is there. `keyframes` is how many pictures stand alone, None when the file does not say.
    """

    container: str
    video: str = ""
    audio: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    bytes: int = 0
    fast_start: bool = False
    keyframes: int | None = None

    @property
    def kbps(self) -> int:
        """Thousands of bits for each second of play, 0 when the length is not known."""
        return round(self.bytes * 8 / self.seconds / 1000) if self.seconds > 0 else 0

    @property
    def keyframe_seconds(self) -> float | None:
        """Seconds between two pictures that stand alone: how finely one can jump."""
        return round(self.seconds / self.keyframes, 1) if self.keyframes and self.seconds else None


def sane_seconds(seconds: float) -> float:
    """`seconds` when a film may be so long; raises FilmError for what only a broken or hostile file says."""
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise FilmError("a length that no film has")
    return seconds


def take(file: BinaryIO, start: int, size: int) -> bytes:
    """Exactly `size` bytes from `start`; raises FilmError when the file ends before."""
    file.seek(start)
    body = file.read(size)
    if len(body) != size:
        raise FilmError("cut off")
    return body


def as_error(cause: FilmError, name: str) -> PackagerError:
    """The refusal of a file that a person named."""
    return PackagerError("film.unreadable", str(cause), path=name)
