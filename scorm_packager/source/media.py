"""Pictures and videos of a module: they must be there, be what they say, and be readable by everyone."""

import os
import re
from urllib.parse import unquote, urlsplit

import msgspec

from scorm_packager.course import ASSET_FOLDER
from scorm_packager.findings import Finding, Findings
from scorm_packager.names import is_safe_path, safer_path
from scorm_packager.source.files import ModuleFiles
from scorm_packager.source.mp4 import Mp4Error, read_mp4
from scorm_packager.source.svg import svg_fault

PICTURES = {".svg": b"", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
VIDEO = ".mp4"
FOLDERS = ("gambar", "video")
CUE = re.compile(r"^(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}\s+-->\s+(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}", re.MULTILINE)


class Video(msgspec.Struct, frozen=True):
    """A video that is complete: package paths of film and captions, and the file of the transcript."""

    film: str
    captions: str
    transcript: str
    seconds: float


class Media:
    """Finds what pages refer to and collects the files that go into the package."""

    def __init__(self, files: ModuleFiles, findings: Findings) -> None:
        self.files = files
        self.findings = findings
        self.used: set[str] = set()
        self.transcripts: set[str] = set()
        self.seconds = 0.0
        self._videos: dict[str, Video | None] = {}
        self._pictures: dict[str, str | None] = {}

    def is_video(self, reference: str) -> bool:
        """Whether `reference` (as in Markdown) names a film."""
        return unquote(urlsplit_path(reference)).lower().endswith((VIDEO, ".webm", ".mov", ".mkv", ".avi"))

    def picture(self, reference: str, file: str, line: int) -> str | None:
        """The path in the package of the picture `reference`, named in `file` at `line`; None after a fault."""
        path = self._find(reference, file, line)
        if path is None:
            return None
        if path not in self._pictures:
            self._pictures[path] = f"{ASSET_FOLDER}/{path}" if self._check_picture(path, file, line) else None
            self.used.add(path)
        return self._pictures[path]

    def video(self, reference: str, file: str, line: int) -> Video | None:
        """The video `reference`, named in `file` at `line`, with captions and transcript; None after a fault."""
        path = self._find(reference, file, line)
        if path is None:
            return None
        if path not in self._videos:
            self._videos[path] = self._check_video(path, file, line)
        return self._videos[path]

    def _find(self, reference: str, file: str, line: int) -> str | None:
        path = unquote(reference)
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", path):
            self.findings.add(Finding("media.external", file=file, line=line, params={"path": path[:120]}))
        elif path.startswith("/") or "\\" in path or ".." in path.split("/") or "\0" in path:
            self.findings.add(Finding("path.outside", file=file, line=line, params={"path": path[:120]}))
        elif path.split("/")[0] not in FOLDERS:
            self.findings.add(Finding("media.folder", file=file, line=line, params={"path": path[:120]}))
        elif not self.files.exists(path):
            self.findings.add(Finding("media.missing", file=file, line=line, params={"path": path[:120]}))
        elif not is_safe_path(path):
            self.findings.add(
                Finding("path.unsafe", file=file, line=line, params={"path": path[:120], "better": safer_path(path)})
            )
        elif not self.files.is_inside(path):
            self.findings.add(Finding("path.outside", file=file, line=line, params={"path": path[:120]}))
        else:
            return path
        return None

    def _check_picture(self, path: str, file: str, line: int) -> bool:
        suffix = os.path.splitext(path)[1]
        if suffix not in PICTURES:
            self.findings.add(
                Finding(
                    "media.kind", file=file, line=line, params={"path": path, "known": ", ".join([*PICTURES, VIDEO])}
                )
            )
            return False
        if suffix == ".svg":
            return self._check_drawing(path)
        with self.files.path(path).open("rb") as picture:
            if picture.read(8).startswith(PICTURES[suffix]):
                return True
        self.findings.add(Finding("media.not_what_it_says", file=path, params={"kind": suffix[1:]}))
        return False

    def _check_drawing(self, path: str) -> bool:
        before = self.files.path(path).stat()
        if self.files.notes.is_sound(before):
            return True
        fault = svg_fault(path, self.files.path(path))
        if fault:
            self.findings.add(fault)
        else:
            self.files.notes.note_sound(before)
        return fault is None

    def _check_video(self, path: str, file: str, line: int) -> Video | None:
        stem, suffix = os.path.splitext(path)
        if suffix != VIDEO:
            self.findings.add(
                Finding(
                    "media.kind", file=file, line=line, params={"path": path, "known": ", ".join([*PICTURES, VIDEO])}
                )
            )
            return None
        captions, transcript = f"{stem}.vtt", f"{stem}.md"
        complete = self._check_captions(path, captions, file, line)
        if not self.files.exists(transcript) or not self.files.is_inside(transcript):
            self.findings.add(
                Finding("video.no_transcript", file=file, line=line, params={"path": path, "wanted": transcript})
            )
            complete = False
        seconds = self._film_seconds(path)
        self.used |= {path, captions}
        self.transcripts.add(transcript)
        if not complete or seconds is None:
            return None
        self.seconds += seconds
        return Video(f"{ASSET_FOLDER}/{path}", f"{ASSET_FOLDER}/{captions}", transcript, seconds)

    def _check_captions(self, path: str, captions: str, file: str, line: int) -> bool:
        if not self.files.exists(captions) or not self.files.is_inside(captions):
            self.findings.add(
                Finding("video.no_captions", file=file, line=line, params={"path": path, "wanted": captions})
            )
            return False
        text = self.files.read_text(captions, self.findings)
        if text is None:
            return False
        if not re.match(r"WEBVTT(?:[ \t\n]|$)", text) or not CUE.search(text):
            self.findings.add(Finding("video.captions_bad", file=captions, line=1))
            return False
        return True

    def _film_seconds(self, path: str) -> float | None:
        try:
            film = read_mp4(self.files.path(path))
        except Mp4Error:
            self.findings.add(Finding("media.not_what_it_says", file=path, params={"kind": "mp4"}))
            return None
        if not film.fast_start:
            self.findings.add(Finding("video.slow_start", level="warning", file=path))
        return film.seconds


def urlsplit_path(reference: str) -> str:
    """The path of `reference`, or the whole when it is no address."""
    try:
        return urlsplit(reference).path
    except ValueError:
        return reference
