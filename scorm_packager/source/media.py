"""Everything a page shows beside its text: found in the folder, checked once, and collected for the package."""

import os
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scorm_packager.course import ASSET_FOLDER, Medium, MediumKind
from scorm_packager.findings import Finding, Findings
from scorm_packager.hearing import Hear, nobody
from scorm_packager.names import is_safe_path, safer_path, slug
from scorm_packager.source import recordings
from scorm_packager.source.documents import PDF, SLIDES, Document, DocumentFault, open_document
from scorm_packager.source.files import ModuleFiles
from scorm_packager.source.libreoffice import find_libreoffice
from scorm_packager.source.office_file import LARGEST
from scorm_packager.source.pdf_sheets import MOST_PAGES
from scorm_packager.source.pictures import PICTURES, picture_fault
from scorm_packager.source.recordings import FILM, OTHER_FILMS, OTHER_SOUNDS, SOUNDS, Place, Recording
from scorm_packager.source.workroom import Workroom

FOLDERS = ("gambar", "video", "audio", "dokumen", "soal")
KNOWN = ", ".join([*PICTURES, FILM, *SOUNDS, PDF, *SLIDES])


class Media:
    """Finds what pages refer to and collects the files that go into the package.

    `language` is the module's; `hear` is told how far documents are.
    """

    def __init__(self, files: ModuleFiles, findings: Findings, language: str = "id", *, hear: Hear = nobody) -> None:
        self.files = files
        self.findings = findings
        self.language = language
        self.hear = hear
        self.used: set[str] = set()
        self.transcripts: set[str] = set()
        self.documents: set[str] = set()
        self.banks: set[str] = set()  # files of questions
        self._recordings: dict[str, Recording | None] = {}
        self._pictures: dict[str, str | None] = {}
        self._media: dict[str, Medium] = {}
        self._documents: dict[str, Document | None] = {}
        self.made: dict[str, Path] = {}  # what is not in the folder as it goes into the package
        self.libreoffice: Callable[[], str | None] = find_libreoffice

    @cached_property
    def workroom(self) -> Workroom:
        """Where what is made from documents lies; only modules with documents need it."""
        return Workroom(self.files.folder)

    @property
    def media(self) -> tuple[Medium, ...]:
        """Films, recordings and documents in the order in which pages first show them."""
        return tuple(self._media.values())

    @property
    def read(self) -> set[str]:
        """The files that were read and do not go into the package as they are."""
        return self.transcripts | self.banks | self.documents

    @property
    def seconds(self) -> float:
        """How long all films and recordings play together."""
        return sum(medium.seconds or 0 for medium in self._media.values())

    def kind(self, reference: str) -> MediumKind | None:
        """What `reference` (as in Markdown) names by its suffix; None for a picture and everything else."""
        name = unquote(urlsplit_path(reference)).lower()
        if name.endswith((PDF, *SLIDES)):
            return "document"
        if name.endswith((FILM, *OTHER_FILMS)):
            return "video"
        return "audio" if name.endswith((*SOUNDS, *OTHER_SOUNDS)) else None

    def picture(self, reference: str, place: Place) -> str | None:
        """The path in the package of the picture `reference`, named at `place`; None after a fault."""
        path = self.find(reference, place)
        if path is None:
            return None
        if path not in self._pictures:
            self._pictures[path] = f"{ASSET_FOLDER}/{path}" if self._check_picture(path, place) else None
            self.used.add(path)
        return self._pictures[path]

    def recording(self, reference: str, place: Place) -> tuple[Medium, Recording] | None:
        """The film or sound `reference`, named at `place`, with all that belongs to it; None after a fault."""
        path = self.find(reference, place)
        if path is None:
            return None
        if path not in self._recordings:
            self._recordings[path] = self._check_recording(path, place)
        found = self._recordings[path]
        if found is None:
            return None
        kind: MediumKind = "video" if path.endswith(FILM) else "audio"
        return self.register(path, Medium(id="", kind=kind, seconds=round(found.seconds, 3))), found

    def document(self, reference: str, place: Place) -> tuple[Medium, Document] | None:
        """The document `reference`, named at `place`, to show within a page; None after a fault."""
        path = self.find(reference, place)
        found = self.document_at(path, place) if path else None
        if path is None or found is None:
            return None
        return self.register(path, Medium(id="", kind="document", pages=len(found.sheets))), found

    def document_at(self, path: str, place: Place) -> Document | None:
        """The document `path` of the folder, with its files collected; None after a fault, which is told once."""
        if path not in self._documents:
            self._documents[path] = self._open_document(path, place)
        return self._documents[path]

    def _open_document(self, path: str, place: Place) -> Document | None:
        self.documents.add(path)
        if os.path.splitext(path)[1] not in (PDF, *SLIDES):
            self.findings.add(place.finding("media.kind", path=path, known=KNOWN))
            return None
        try:
            found = open_document(
                self.files.path(path), path, self.workroom, libreoffice=self.libreoffice, hear=self.hear
            )
        except DocumentFault as fault:
            self.findings.add(Finding(fault.code, file=path, params={"most": MOST_PAGES, "size": LARGEST // 1_000_000}))
            return None
        self.made.update(found.files)
        mute = [number for number, sheet in enumerate(found.sheets, 1) if not sheet.text and not sheet.notes]
        if mute:
            params: dict[str, str | int] = {"count": len(mute), "first": mute[0]}
            self.findings.add(Finding("document.no_text", level="warning", file=path, params=params))
        return found

    def register(self, path: str, medium: Medium) -> Medium:
        """Keeps `medium` of the file `path`, once, under an id made of the path; returns it with that id."""
        if path not in self._media:
            taken = {other.id for other in self._media.values()}
            plain = f"m-{slug(path)}"
            name = next(
                name
                for number in range(1, 10_000)
                if (name := f"{plain}-{number}" if number > 1 else plain) not in taken
            )
            self._media[path] = Medium(id=name, kind=medium.kind, seconds=medium.seconds, pages=medium.pages)
        return self._media[path]

    def find(self, reference: str, place: Place) -> str | None:
        """The path in the folder that `reference` names, or None after a fault.

        A path may start from the module folder or, as editors write it, with `../` from the folder of the pages.
        """
        path = unquote(reference)
        if path.startswith("../") and path.split("/")[1] in FOLDERS:
            path = path[3:]
        shown = path[:120]
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", path):
            self.findings.add(place.finding("media.external", path=shown))
        elif path.startswith("/") or "\\" in path or ".." in path.split("/") or "\0" in path:
            self.findings.add(place.finding("path.outside", path=shown))
        elif path.split("/")[0] not in FOLDERS:
            self.findings.add(place.finding("media.folder", path=shown))
        elif not self.files.exists(path):
            self.findings.add(place.finding("media.missing", path=shown))
        elif not is_safe_path(path):
            self.findings.add(place.finding("path.unsafe", path=shown, better=safer_path(path)))
        elif not self.files.is_inside(path):
            self.findings.add(place.finding("path.outside", path=shown))
        else:
            return path
        return None

    def _check_picture(self, path: str, place: Place) -> bool:
        if os.path.splitext(path)[1] not in PICTURES:
            self.findings.add(place.finding("media.kind", path=path, known=KNOWN))
            return False
        before, kind = self.files.path(path).stat(), os.path.splitext(path)[1]
        if self.files.notes.is_sound(before, kind):
            return True
        fault = picture_fault(path, self.files.path(path))
        if fault:
            self.findings.add(fault)
        else:
            self.files.notes.note_sound(before, kind)
        return fault is None

    def _check_recording(self, path: str, place: Place) -> Recording | None:
        suffix = os.path.splitext(path)[1]
        if suffix == FILM:
            return recordings.film(self, path, place, self.language)
        if suffix in SOUNDS:
            return recordings.sound(self, path, place)
        self.findings.add(place.finding("media.kind", path=path, known=KNOWN))
        return None


def urlsplit_path(reference: str) -> str:
    """The path of `reference`, or the whole when it is no address."""
    try:
        return urlsplit(reference).path
    except ValueError:
        return reference
