"""Films and sound recordings of a module: how long they play, their captions, and their transcript."""

import os
from pathlib import Path
from typing import Protocol

import msgspec
from tinytag import TinyTag

from scorm_packager.course import ASSET_FOLDER
from scorm_packager.findings import Finding, Findings
from scorm_packager.source.captions import CaptionFault, cover_fault, read_captions
from scorm_packager.source.files import ModuleFiles
from scorm_packager.source.mp4 import Mp4Error, read_mp4

FILM = ".mp4"
OTHER_FILMS = (".webm", ".mov", ".mkv", ".avi", ".m4v", ".wmv", ".3gp")
SOUNDS = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
}
OTHER_SOUNDS = (".wma", ".aac", ".flac", ".amr", ".aiff")


class Place(msgspec.Struct, frozen=True):
    """Where a page names something."""

    file: str
    line: int

    def finding(self, code: str, **params: str | int) -> Finding:
        """An error at this place."""
        return Finding(code, file=self.file, line=self.line, params=params)

    def warning(self, code: str, **params: str | int) -> Finding:
        """A warning at this place."""
        return Finding(code, level="warning", file=self.file, line=self.line, params=params)


class Track(msgspec.Struct, frozen=True):
    """A caption file: its package path and language; empty for the language of the module."""

    path: str
    language: str


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A film or recording that can be shown: package path, type, captions, file of the transcript or None, length."""

    path: str
    type: str
    seconds: float
    tracks: tuple[Track, ...] = ()
    transcript: str | None = None


class Collector(Protocol):
    """Who keeps the files that go into the package."""

    files: ModuleFiles
    findings: Findings
    used: set[str]
    transcripts: set[str]


def film(media: Collector, path: str, place: Place, language: str) -> Recording | None:
    """The film `path` of the module, named at `place`; None after a fault. What it lacks for everyone is a warning."""
    seconds = _film_seconds(media, path)
    media.used.add(path)
    transcript = _transcript(media, path, place)
    tracks, whole = _tracks(media, path, place, (language, seconds))
    if seconds is None or not whole:
        return None
    return Recording(
        path=f"{ASSET_FOLDER}/{path}", type="video/mp4", seconds=seconds, tracks=tracks, transcript=transcript
    )


def sound(media: Collector, path: str, place: Place) -> Recording | None:
    """The sound recording `path` of the module, named at `place`; None after a fault."""
    suffix = os.path.splitext(path)[1]
    seconds = sound_seconds(media.files.path(path))
    media.used.add(path)
    transcript = _transcript(media, path, place)
    if seconds is None:
        media.findings.add(Finding("media.not_what_it_says", file=path, params={"kind": suffix[1:]}))
        return None
    if suffix == ".wav":
        media.findings.add(place.warning("audio.wav", path=path, better=path.removesuffix(suffix) + ".m4a"))
    return Recording(path=f"{ASSET_FOLDER}/{path}", type=SOUNDS[suffix], seconds=seconds, transcript=transcript)


def sound_seconds(path: Path) -> float | None:
    """How long the sound file `path` plays, from its container; None when it is no sound file."""
    try:
        seconds = TinyTag.get(path, tags=False).duration
    except Exception:  # noqa: BLE001 -- a parser of files that strangers made: whatever it raises means the same
        return None
    return float(seconds) if seconds and seconds > 0 else None


def _film_seconds(media: Collector, path: str) -> float | None:
    try:
        found = read_mp4(media.files.path(path))
    except Mp4Error:
        media.findings.add(Finding("media.not_what_it_says", file=path, params={"kind": "mp4"}))
        return None
    if not found.fast_start:
        media.findings.add(Finding("video.slow_start", level="warning", file=path))
    return found.seconds


def _transcript(media: Collector, path: str, place: Place) -> str | None:
    wanted = f"{os.path.splitext(path)[0]}.md"
    if media.files.exists(wanted) and media.files.is_inside(wanted):
        media.transcripts.add(wanted)
        return wanted
    media.findings.add(place.warning("video.no_transcript", path=path, wanted=wanted))
    return None


def _tracks(
    media: Collector, path: str, place: Place, film: tuple[str, float | None]
) -> tuple[tuple[Track, ...], bool]:
    """The caption files beside `path` (`name.vtt`, `name.en.vtt`), and whether all of them can be used."""
    stem, (language, seconds) = os.path.splitext(path)[0], film
    others = [
        name
        for name in media.files.names
        if name.startswith(f"{stem}.") and name.endswith(".vtt") and name.removeprefix(f"{stem}.").count(".") == 1
    ]
    tracks, whole = [], True
    for name in [f"{stem}.vtt", *others]:
        if not media.files.exists(name) or not media.files.is_inside(name):
            continue
        spoken = name.removeprefix(f"{stem}.").removesuffix("vtt").rstrip(".")
        whole = _check_captions(media, name, (spoken or language, seconds)) and whole
        media.used.add(name)
        tracks.append(Track(f"{ASSET_FOLDER}/{name}", spoken))
    if not tracks:
        media.findings.add(place.warning("video.no_captions", path=path, wanted=f"{stem}.vtt"))
    return tuple(tracks), whole


def _check_captions(media: Collector, name: str, film: tuple[str, float | None]) -> bool:
    language, seconds = film
    text = media.files.read_text(name, media.findings)
    if text is None:
        return False
    try:
        captions = read_captions(text)
    except CaptionFault as fault:
        media.findings.add(Finding(fault.code, file=name, line=fault.line))
        return False
    amiss = cover_fault(captions, seconds) if seconds is not None else None
    if amiss:
        params: dict[str, str | int] = {"end": round(captions.end), "film": round(seconds or 0)}
        media.findings.add(Finding(amiss.code, level="warning", file=name, line=amiss.line, params=params))
    if captions.language and captions.language.split("-")[0] != language.lower().split("-")[0]:
        params_said: dict[str, str | int] = {"said": captions.language, "wanted": language}
        media.findings.add(Finding("video.captions_language", level="warning", file=name, line=1, params=params_said))
    return True
