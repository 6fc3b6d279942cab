"""Writes the HTML of a document's pages: the picture, its words for those who hear it, the notes, the original."""

import re
from html import escape

from scorm_packager.course import Medium
from scorm_packager.source.documents import Document
from scorm_packager.source.figures import texts

ITEM = re.compile(r"(?:[•‣▪◦*–—-]|\d{1,3}[.)])\s+")
END = re.compile(r"[.!?:;…]$")
SHORTEST_FULL_LINE = 60


def sheet_title(document: Document, number: int, title: str) -> str:
    """The title of the course page that shows sheet `number` of a document called `title`."""
    own = document.sheets[number - 1].title
    if own:
        return own
    return title if len(document.sheets) == 1 else f"{title} ({number}/{len(document.sheets)})"


def sheet_page(document: Document, number: int, title: str, language: str) -> str:
    """One sheet as a whole course page; the first offers the original document."""
    download = _download(document, language) if number == 1 else ""
    sheet = f'<div class="lembar" data-lembar="{number}">{_sheet(document, number, title, language)}</div>'
    return f'<figure class="dokumen">{sheet}</figure>\n{download}'


def document_figure(document: Document, medium: Medium, title: str, language: str) -> str:
    """All sheets beneath each other in one figure, each marked with its number, so that a player can count them."""
    sheets = "".join(
        f'<div class="lembar" data-lembar="{number}">{_sheet(document, number, title, language)}</div>\n'
        for number in range(1, len(document.sheets) + 1)
    )
    return (
        f'<figure class="dokumen" data-medium="{escape(medium.id)}">{sheets}'
        f"<figcaption>{escape(title)}</figcaption>{_download(document, language)}</figure>\n"
    )


def paragraphs(text: str) -> str:
    """Lines of a page as paragraphs: a line that stops short, ends a sentence or precedes an item ends one."""
    found: list[str] = []
    lines = [line.strip() for line in text.split("\n")]
    open_line = False
    for line in lines:
        if not line:
            open_line = False
            continue
        if open_line and not ITEM.match(line):
            found[-1] += f" {line}"
        else:
            found.append(line)
        open_line = len(line) >= SHORTEST_FULL_LINE and not END.search(line)
    return "".join(f"<p>{escape(line)}</p>" for line in found)


def _sheet(document: Document, number: int, title: str, language: str) -> str:
    said, sheet = texts(language), document.sheets[number - 1]
    name = sheet.title or title
    alt = said["sheet"].format(n=number, total=len(document.sheets), title=name)
    picture = (
        f'<img src="{escape(document.picture(number))}" alt="{escape(alt)}" width="{sheet.width}"'
        f' height="{sheet.height}" loading="lazy">'
    )
    words = _folded("teks-lembar", said["words"], sheet.text)
    return picture + words + _folded("catatan-pembicara", said["notes"], sheet.notes)


def _folded(name: str, summary: str, text: str) -> str:
    return f'<details class="{name}"><summary>{summary}</summary>{paragraphs(text)}</details>' if text else ""


def _download(document: Document, language: str) -> str:
    said = texts(language)
    label = said["download"].format(size=max(1, document.size // 1000))
    return f'<p class="unduh"><a href="{escape(document.download)}" download>{label}</a></p>\n'
