"""Reads a Word document (.docx) into pages: each Heading 1 begins one; pictures, tables, notes, equations are kept."""

import hashlib
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from lxml import html

from scorm_packager.course import ASSET_FOLDER
from scorm_packager.source.context import Context
from scorm_packager.source.documents import DocumentFault
from scorm_packager.source.html import clean
from scorm_packager.source.html_page import HtmlPage, TooDeep, inner_html, parse
from scorm_packager.source.office_file import office_fault
from scorm_packager.source.pictures import picture_fault
from scorm_packager.source.recordings import Place
from scorm_packager.source.word_maths import WordMaths

MAIN = "word/document.xml"
KIND = "gambar1"
PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
NOTICE = re.compile(r"[^\w\s:.'-]")


class Part(msgspec.Struct, frozen=True):
    """One page of the document."""

    title: str
    html: str


class _Pictures:
    """Takes the pictures out of a document while it is read."""

    def __init__(self, context: Context, base: str, room: Path) -> None:
        self.context = context
        self.base = base
        self.room = room
        self.made: dict[str, Path] = {}
        self.mute = 0

    def take(self, image: Any) -> dict[str, str]:
        """The attributes of the `img` for a picture of the document; `mammoth` adds its alternative text."""
        suffix = PICTURES.get(image.content_type)
        if suffix is None:
            kind = str(image.content_type)[:40]
            self.context.findings.add(Place(self.context.file, 0).finding("document.picture_kind", kind=kind))
            return {"src": ""}
        with image.open() as stream:
            body = stream.read()
        name = f"{hashlib.sha256(body).hexdigest()[:16]}.{suffix}"
        path = self.room / name
        if path.is_symlink() or not path.is_file() or path.read_bytes() != body:
            path.unlink(missing_ok=True)
            path.write_bytes(body)
        fault = picture_fault(name, path)
        if fault:
            self.context.findings.add(msgspec.structs.replace(fault, file=self.context.file))
        self.made[f"{self.base}/{name}"] = path
        self.mute += not image.alt_text
        return {"src": f"{self.base}/{name}"} | ({} if image.alt_text else {"alt": ""})


def read_word(context: Context, prefix: str, title: str) -> list[Part]:
    """The pages of the Word file of `context`; ids in it begin with `prefix`; raises DocumentFault.

    What stands before the first Heading 1 is a page called `title`.
    """
    if find_spec("mammoth") is None:
        raise DocumentFault("document.needs_extra")
    source = context.media.files.path(context.file)
    fault = office_fault(source, MAIN)
    if fault:
        raise DocumentFault(fault)
    context.media.hear(context.file, 0, 0)  # hundreds of pages take seconds, and they are pages only in the end
    room = context.media.workroom.results(source, KIND, lambda _room: True)
    if room is None:
        raise DocumentFault("document.broken")
    pictures = _Pictures(context, f"{ASSET_FOLDER}/{context.file.removesuffix('.docx')}-docx", room)
    maths = WordMaths(context, source)
    with maths.without(room) as plain:
        body = maths.put_back(_convert(context, plain, pictures))
    context.media.made.update(pictures.made)
    if pictures.mute:
        context.findings.add(Place(context.file, 0).warning("document.no_alt", count=pictures.mute))
    try:
        root = parse(f"<!DOCTYPE html><html><body>{body}</body></html>")
    except TooDeep as cause:
        raise DocumentFault("document.broken") from cause
    if root is None:
        raise DocumentFault("document.empty")
    return list(_parts(root, HtmlPage(context, prefix, lambda _path, _title, _line: ""), pictures, title))


def _convert(context: Context, source: Path, pictures: _Pictures) -> str:
    import mammoth

    try:
        with source.open("rb") as file:
            found = mammoth.convert_to_html(
                file, convert_image=mammoth.images.img_element(pictures.take), id_prefix=f"{pictures.base}-"
            )
    except DocumentFault:
        raise
    except Exception as cause:  # a reader of files that strangers made: whatever it raises means the same
        raise DocumentFault("document.broken") from cause
    lost = sorted({NOTICE.sub("", str(message.message))[:60] for message in found.messages if _is_loss(message)})
    if lost:
        context.findings.add(Place(context.file, 0).warning("document.not_carried", what="; ".join(lost[:5])))
    return str(found.value)


def _is_loss(message: Any) -> bool:
    """Unknown styles change nothing that a learner sees, and pictures are told apart; unknown elements are left out."""
    text = str(message.message).lower()
    return "style" not in text and not text.startswith("image of type")


def _parts(root: html.HtmlElement, page: HtmlPage, pictures: _Pictures, title: str) -> Iterator[Part]:
    page.kept_pictures = frozenset({"", *pictures.made})  # an empty one was told already
    body = root.find("body")
    groups: list[tuple[str, list[html.HtmlElement]]] = [(title, [])]
    for element in list(body):
        if element.tag == "h1" and (words := " ".join(element.text_content().split())):
            groups.append((words, []))
        elif element.tag != "h1":
            groups[-1][1].append(element)
    page.tidy(root)
    for name, elements in groups:
        holder = html.Element("div")
        holder.extend(elements)
        text = clean(inner_html(holder)).strip()
        if text:
            yield Part(name, text)
