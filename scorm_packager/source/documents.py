"""Documents that are shown page by page: a PDF, or slides that LibreOffice turns into one, as pictures with text."""

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import msgspec

from scorm_packager.course import ASSET_FOLDER
from scorm_packager.hearing import Hear, nobody
from scorm_packager.source.libreoffice import convert_to_pdf, find_libreoffice
from scorm_packager.source.office_file import LARGEST, office_fault
from scorm_packager.source.pdf_sheets import RESULT, Sheet, Sheets
from scorm_packager.source.telling_process import run_telling
from scorm_packager.source.workroom import Workroom

PDF = ".pdf"
SLIDES = {".pptx": "ppt/presentation.xml"}
KIND = "lembar1"  # raise the number when pages are drawn in another way
DRAWING_SECONDS = 600
WORKER = "scorm_packager.source.pdf_sheets"
CONVERTED = "dokumen.pdf"
LIBRARIES = ("pypdfium2", "PIL")
HearPage = Callable[[int, int], None]  # pages done, and pages in all or 0


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document that is ready: its sheets, and package paths of their pictures' folder and of the PDF to download."""

    sheets: tuple[Sheet, ...]
    base: str
    download: str
    files: dict[str, Path]  # package path -> where it lies on disk

    def picture(self, number: int) -> str:
        """Package path of the picture of sheet `number`, from 1."""
        return f"{self.base}/{number}.webp"

    @property
    def size(self) -> int:
        """Bytes of the PDF to download."""
        return self.files[self.download].stat().st_size


class DocumentFault(ValueError):
    """A document that cannot be shown; `code` is that of the finding."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code.removeprefix("error:")


def open_document(
    source: Path,
    name: str,
    workroom: Workroom,
    *,
    libreoffice: Callable[[], str | None] = find_libreoffice,
    hear: Hear = nobody,
) -> Document:
    """The document `source`, called `name` in the module; raises DocumentFault. Drawn once for each content.

    `hear` is told when it is drawn or turned into a PDF, and of every page.
    """
    suffix = os.path.splitext(name)[1]
    if any(find_spec(library) is None for library in LIBRARIES):
        raise DocumentFault("document.needs_extra")
    if source.stat().st_size > LARGEST:
        raise DocumentFault("document.too_large")
    hear_page = partial(hear, name)
    if suffix in SLIDES:
        made = workroom.results(
            source, KIND, lambda room: _slides_to_sheets(source, SLIDES[suffix], room, libreoffice, hear=hear_page)
        )
        if made is None:
            raise DocumentFault("document.not_converted")
    else:
        made = workroom.results(source, KIND, lambda room: _draw(source, room, hear=hear_page))
        if made is None:
            raise DocumentFault("document.broken")
    return _document(_read(made), name, made, source)


def _slides_to_sheets(
    source: Path, main: str, room: Path, libreoffice: Callable[[], str | None], *, hear: HearPage
) -> bool:
    fault = office_fault(source, main, links=True)
    if fault:
        raise DocumentFault(fault)
    program = libreoffice()
    if program is None:
        raise DocumentFault("document.needs_libreoffice")
    pdf = room / CONVERTED
    slides = source if find_spec("pptx") is not None else None
    hear(0, 0)
    return convert_to_pdf(program, source, pdf) and _draw(pdf, room, slides, hear=hear)


def _draw(pdf: Path, room: Path, slides: Path | None = None, *, hear: HearPage) -> bool:
    """Whether the worker came to an end; what it found stands in its result."""
    command = [sys.executable, "-P", "-m", WORKER, str(pdf.absolute()), str(room.absolute())]
    command += [str(slides.absolute())] if slides else []
    hear(0, 0)
    return run_telling(command, DRAWING_SECONDS, hear) and (room / RESULT).is_file()


def _read(made: Path) -> Sheets:
    """What the worker wrote; a room that somebody changed counts as a broken document, never as a file to follow."""
    result = made / RESULT
    try:
        if result.is_symlink():
            raise DocumentFault("document.broken")
        found = msgspec.json.decode(result.read_bytes(), type=Sheets)
    except (OSError, msgspec.DecodeError) as cause:
        raise DocumentFault("document.broken") from cause
    if found.fault:
        raise DocumentFault(found.fault)
    return found


def _document(found: Sheets, name: str, made: Path, source: Path) -> Document:
    stem, suffix = os.path.splitext(name)
    base = f"{ASSET_FOLDER}/{stem}-{suffix[1:]}"
    download, original = f"{ASSET_FOLDER}/{name}", source
    if suffix != PDF:
        download, original = f"{base}/{os.path.basename(stem)}.pdf", made / CONVERTED
    files = {f"{base}/{number}.webp": made / f"{number}.webp" for number in range(1, len(found.sheets) + 1)}
    files[download] = original
    if len(files) < 2 or not all(path.is_file() for path in files.values()):
        raise DocumentFault("document.broken")
    if any(path.is_symlink() for path in files.values() if path is not source):
        raise DocumentFault("document.broken")
    return Document(sheets=found.sheets, base=base, download=download, files=files)


#: The findings that the worker may name; it runs in a process of its own, so they are listed here.
WORKER_FAULTS = ("error:document.encrypted", "error:document.broken", "error:document.too_long")
