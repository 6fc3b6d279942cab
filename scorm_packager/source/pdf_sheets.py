"""Draws the pages of a PDF as pictures with their text, as a process of its own that a broken file may end.

`python -m scorm_packager.source.pdf_sheets FILE.pdf FOLDER [SLIDES.pptx]` writes `1.webp` … and `sheets.json` into
FOLDER, and says after each page how many are done; titles and the speaker's notes come from the slides that the PDF was
made of.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

WIDTH = 1100  # pixels: 133 dots an inch of A4, sharp on a laptop and readable on a phone
HEIGHT = 2000
MOST_PAGES = 300
LONGEST_TEXT = 20_000
FEW_COLOURS = 4096
LEVELS = [round(value / 17) * 17 for value in range(256)]  # 16 of each colour, white and black among them
QUALITY = 60
MEMORY = 3 << 30
RESULT = "sheets.json"
NEEDS_PASSWORD = 4  # FPDF_ERR_PASSWORD of fpdfview.h


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a document: its picture's size in pixels, its text, its title in the outline, the speaker's notes."""

    width: int
    height: int
    text: str = ""
    title: str = ""
    notes: str = ""


class Sheets(msgspec.Struct, frozen=True, kw_only=True):
    """All pages of a document, or the code of the finding that says why there are none."""

    sheets: tuple[Sheet, ...] = ()
    fault: str = ""


def draw_sheets(pdf: Path, folder: Path, hear: Callable[[int, int], None]) -> Sheets:
    """Draw every page of `pdf` into `folder`; what cannot be opened comes back as a fault.

    `hear` is told how many pages of how many are done.
    """
    import pypdfium2  # the extra `office`; whoever starts this process has looked whether it is there

    try:
        document = pypdfium2.PdfDocument(pdf)
        pages = len(document)
    except pypdfium2.PdfiumError as cause:
        secret = getattr(cause, "err_code", None) == NEEDS_PASSWORD
        return Sheets(fault="document.encrypted" if secret else "document.broken")
    if not 1 <= pages <= MOST_PAGES:
        return Sheets(fault="document.too_long" if pages else "document.broken")
    titles = _titles(document)
    try:
        return Sheets(sheets=tuple(_sheets(document, folder, titles, hear)))
    except (pypdfium2.PdfiumError, MemoryError):
        return Sheets(fault="document.broken")


def _titles(document: Any) -> dict[int, str]:
    """The first entry of the outline that leads to each page."""
    titles: dict[int, str] = {}
    for entry in document.get_toc(max_depth=3):
        target = entry.get_dest()
        index = target.get_index() if target else None
        title = " ".join(entry.get_title().split())[:120]
        if index is not None and title:
            titles.setdefault(index, title)
    return titles


def _sheets(document: Any, folder: Path, titles: dict[int, str], hear: Callable[[int, int], None]) -> Iterator[Sheet]:
    pages = len(document)
    for number in range(pages):
        hear(number, pages)
        yield _sheet(document, number, folder, titles)
    hear(pages, pages)


def _sheet(document: Any, number: int, folder: Path, titles: dict[int, str]) -> Sheet:
    page = document[number]
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), HEIGHT / max(height, 1))
    picture = page.render(scale=scale, draw_annots=True).to_pil().convert("RGB")
    _save(picture, folder / f"{number + 1}.webp")
    text = page.get_textpage().get_text_bounded()
    size = picture.size
    page.close()
    return Sheet(width=size[0], height=size[1], text=tidy_text(text), title=titles.get(number, ""))


def _save(picture: Any, path: Path) -> None:
    """As WebP: with few shades and sharp edges where that is smaller (text, diagrams), else like a photograph."""
    picture.save(path, "WEBP", quality=QUALITY, method=4)
    if picture.getcolors(FEW_COLOURS) is None:
        return
    exact = path.with_suffix(".exact")
    picture.point(LEVELS * 3).save(exact, "WEBP", lossless=True, quality=60, method=4)
    if exact.stat().st_size < path.stat().st_size:
        exact.replace(path)
    else:
        exact.unlink()


def tidy_text(text: str) -> str:
    """The text of a page with plain newlines and nothing that cannot be printed."""
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = "\n".join("".join(sign for sign in line if sign.isprintable()) for line in lines).strip()
    return kept[:LONGEST_TEXT]


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def with_notes(found: Sheets, slides: Path) -> Sheets:
    """`found` with the titles and notes of `slides`; as it is when the two do not belong to each other."""
    import pptx
    from pptx.exc import PythonPptxError

    try:
        shown = [slide for slide in pptx.Presentation(str(slides)).slides if slide.element.get("show") != "0"]
        said = [(_title(slide), _notes(slide)) for slide in shown]
    except (PythonPptxError, KeyError, ValueError, AttributeError, OSError):  # the slides are drawn; words are extra
        return found
    if len(said) != len(found.sheets):
        return found
    pairs = zip(found.sheets, said, strict=True)
    return Sheets(
        sheets=tuple(msgspec.structs.replace(sheet, title=title, notes=notes) for sheet, (title, notes) in pairs)
    )


def _title(slide: Any) -> str:
    title = slide.shapes.title
    return " ".join(title.text_frame.text.split())[:120] if title is not None else ""


def _notes(slide: Any) -> str:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return tidy_text(frame.text.replace("\v", "\n")) if frame is not None else ""


def _tell(done: int, whole: int) -> None:
    """As `telling_process` reads it."""
    print(f"{done}/{whole}", flush=True)


def main() -> int:
    """Draws the PDF named first into the folder named second, with the words of the slides named third."""
    _bound_memory()
    folder = Path(sys.argv[2])
    found = draw_sheets(Path(sys.argv[1]), folder, _tell)
    if len(sys.argv) > 3:
        found = with_notes(found, Path(sys.argv[3]))
    folder.joinpath(RESULT).write_bytes(msgspec.json.encode(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
