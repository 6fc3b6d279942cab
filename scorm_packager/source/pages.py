"""The files that may be pages beside Markdown: HTML, PDF, slides and Word documents."""

import os
import re
from collections.abc import Callable

from scorm_packager.course import Page
from scorm_packager.findings import Finding
from scorm_packager.source.context import Context
from scorm_packager.source.documents import PDF, SLIDES, DocumentFault
from scorm_packager.source.figures import recording_figure
from scorm_packager.source.html_page import HtmlPage, TooDeep
from scorm_packager.source.markdown import Renderer
from scorm_packager.source.nesting import MOST_OPEN
from scorm_packager.source.recordings import Place
from scorm_packager.source.sheets import sheet_page, sheet_title
from scorm_packager.source.word import read_word

MARKDOWN = ".md"
HTML = (".html", ".htm")
WORD = ".docx"
PAGE_SUFFIXES = (MARKDOWN, *HTML, PDF, *SLIDES, WORD)
BETTER = {  # what an author may have, and what to save it as
    ".doc": "DOCX",
    ".docm": "DOCX",
    ".dotx": "DOCX",
    ".odt": "DOCX",
    ".rtf": "DOCX",
    ".pages": "DOCX",
    ".txt": "Markdown (.md)",
    ".markdown": "Markdown (.md)",
    ".ppt": "PPTX",
    ".pptm": "PPTX",
    ".odp": "PPTX",
    ".pps": "PPTX",
    ".ppsx": "PPTX",
    ".key": "PDF",
    ".xls": "PDF",
    ".xlsx": "PDF",
}
LEADING_NUMBER = re.compile(r"^\d+[\s._-]*")
LONGEST_TITLE = 200


def is_page(name: str) -> bool:
    """Whether the file `name` can be pages of a module."""
    return name.endswith(PAGE_SUFFIXES)


def better_kind(name: str) -> str | None:
    """What to save the file `name` as so that it can be pages; None when it is nothing an author would mean as one."""
    suffix = os.path.splitext(name)[1]
    plain = suffix.lower()
    return BETTER.get(plain) or (plain if plain != suffix and plain in PAGE_SUFFIXES else None)


def read_other(context: Context, page_id: str) -> list[Page]:
    """The pages of the file of `context`, which is not Markdown; what is wrong goes to its findings.

    The first has the id `page_id`, those that follow `page_id--2` and so on.
    """
    suffix = os.path.splitext(context.file)[1]
    try:
        if suffix in HTML:
            found = _html(context, page_id)
        elif suffix == WORD:
            found = _word(context, page_id)
        else:
            found = _sheets(context)
    except DocumentFault as fault:
        context.findings.add(Finding(fault.code, file=context.file))
        return []
    return [
        Page(
            id=page_id if number == 1 else f"{page_id}--{number}",
            title=title[:LONGEST_TITLE],
            html=f"<section>\n{html}\n</section>",
        )
        for number, (title, html) in enumerate(found, 1)
    ]


def plain_title(name: str) -> str:
    """A title made of a file name: `03-panduan-layanan.pdf` is “Panduan layanan”."""
    stem = LEADING_NUMBER.sub("", os.path.splitext(os.path.basename(name))[0])
    words = " ".join(re.split(r"[\s._-]+", stem)).strip() or os.path.basename(name)
    return words[:1].upper() + words[1:]


def embedder(context: Context) -> Callable[[str, str, int], str]:
    """Writes the figure of a film or sound that the file of `context` names."""

    def embed(source: str, title: str, line: int) -> str:
        found = context.media.recording(source, Place(context.file, line))
        if found is None:
            return ""
        transcript = Renderer(context).transcript(found[1].transcript) if found[1].transcript else ""
        return recording_figure(found, title, context.language, transcript=transcript)

    return embed


def _html(context: Context, page_id: str) -> list[tuple[str, str]]:
    text = context.media.files.read_text(context.file, context.findings)
    if text is None:
        return []
    try:
        title, html = HtmlPage(context, page_id, embedder(context)).read(text)
    except TooDeep as deep:
        context.findings.add(Place(context.file, deep.line).finding("page.html_deep", most=MOST_OPEN))
        return []
    if not html:
        context.findings.add(Finding("page.empty", level="warning", file=context.file, line=1))
    return [(title or plain_title(context.file), html)]


def _word(context: Context, page_id: str) -> list[tuple[str, str]]:
    parts = read_word(context, page_id, plain_title(context.file))
    if not parts:
        raise DocumentFault("error:document.empty")
    return [(part.title, part.html) for part in parts]


def _sheets(context: Context) -> list[tuple[str, str]]:
    document = context.media.document_at(context.file, Place(context.file, 0))
    if document is None:
        return []
    title = plain_title(context.file)
    return [
        (sheet_title(document, number, title), sheet_page(document, number, title, context.language))
        for number in range(1, len(document.sheets) + 1)
    ]
