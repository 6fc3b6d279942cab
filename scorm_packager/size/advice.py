"""Ready commands that make a film lighter; nothing here runs them, and none overwrites the original."""

import shlex
from pathlib import PurePosixPath
from typing import Literal

import msgspec

from scorm_packager.edition.names import light_name
from scorm_packager.film.facts import Film

Remedy = Literal["faststart", "480p", "240p", "audio"]
#: Above this (thousands of bits a second) a film halts on a link of 512 kbps; above 240p a smaller picture helps.
EASY_KBPS, LOW_HEIGHT, USUAL_HEIGHT = 400, 240, 480
FAST_START = ("-movflags", "+faststart")


class Advice(msgspec.Struct, frozen=True):
    """One remedy: its name, and the command line for a shell, run in the module folder."""

    remedy: Remedy
    command: str


def advice_for(path: str, film: Film) -> tuple[Advice, ...]:
    """What would make the film at `path` (with slashes, from the module folder) lighter, the mildest first."""
    found: list[Advice] = []
    if not film.fast_start and film.container == "mp4" and film.kbps <= EASY_KBPS:
        found.append(Advice("faststart", _command(path, ("-c", "copy", *FAST_START), ".mp4")))
    if film.video and film.kbps > EASY_KBPS:
        found.append(Advice("480p", _command(path, _picture(film, USUAL_HEIGHT, crf=28, audio="64k"), ".mp4")))
    if film.video and (film.kbps > EASY_KBPS or film.height > LOW_HEIGHT):
        found.append(
            Advice("240p", _command(path, ("-r", "15", *_picture(film, LOW_HEIGHT, crf=30, audio="32k")), ".mp4"))
        )
    if film.video and film.audio:
        voice = ("-vn", "-c:a", "aac", "-b:a", "48k", "-ac", "1", *FAST_START)
        found.append(Advice("audio", _command(path, voice, ".m4a")))
    return tuple(found)


def _picture(film: Film, height: int, *, crf: int, audio: str) -> tuple[str, ...]:
    """H.264 at most `height` pixels high, which every browser and phone plays; no sign that a shell would obey."""
    scale = f"scale=-2:{min(height, film.height or height) // 2 * 2}"
    return (
        "-vf", scale, "-c:v", "libx264", "-crf", str(crf), "-preset", "slow", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-b:a", audio, "-ac", "1", *FAST_START,
    )  # fmt: skip


def _command(path: str, options: tuple[str, ...], suffix: str) -> str:
    target = light_name(str(PurePosixPath(path).with_suffix(suffix)))
    return shlex.join(["ffmpeg", "-n", "-i", path, *options, target])
