"""Reads XML that strangers wrote: safely, tolerantly, and saying what had to be overlooked to read it at all."""

import codecs
import re
from collections.abc import Callable, Iterator

import msgspec
from lxml import etree

LARGEST = 10_000_000
#: No standard knows a tenth of so many on one element; reading them takes time by their square.
MOST_ATTRIBUTES = 1_000
STRAY_AMPERSAND = re.compile(r"&(?!(?:#[0-9]+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);)")
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
DECLARATION = re.compile(r"\A<\?xml[^>]*?\?>")
DECLARED = re.compile(r"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
DOCTYPE = re.compile(r"\A(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)  # nothing is tried twice
SECTION = re.compile(r"<!\[CDATA\[|<!--")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Character sets that editors write. Python knows more under such names, some of which take hours over a few megabytes.
CHARSET = re.compile(
    r"(?:utf|iso|latin|windows|cp|koi8|mac|gb|big5|hz|shift|sjis|euc|tis|ptcp|johab|us)[-_a-z0-9.]*|ascii|l[0-9]+"
)
WIDE = ("utf-16", "utf_16", "utf16", "utf-32", "utf_32", "utf32", "ucs-2", "ucs-4", "iso-10646-ucs-2")
UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")


class Note(msgspec.Struct, frozen=True):
    """Something that had to be overlooked or guessed; `code` is also the code of the finding about it."""

    code: str
    line: int = 1
    params: dict[str, str | int] = {}
    error: bool = True


class Document(msgspec.Struct, frozen=True):
    """A document as far as it could be read: `root` is None when there is nothing to work with."""

    root: etree._Element | None
    notes: tuple[Note, ...] = ()
    text: str = ""


def read_xml(body: bytes) -> Document:
    """Read `body`; what is wrong with it is among the notes. A DOCTYPE is never read: entities, files."""
    text, notes = _decode(body)
    if DOCTYPE.match(text.lstrip("\ufeff \t\r\n")):
        return Document(None, (*notes, Note("check.doctype")), text)
    text, tidied = _tidy(text)
    notes += tidied
    root, problem = _parse(text)
    if root is None and problem is not None:
        mended, more = _escape(text)
        if more:
            root, problem = _parse(mended)
            notes, text = notes + more, mended
    if root is None and problem is not None:
        notes.append(problem)
        root = _recovered(text)
    if root is not None and (crowded := crowded_element(root)) is not None:
        reason = f"<{str(crowded.tag)[:60]}>: > {MOST_ATTRIBUTES} attributes"
        return Document(None, (*notes, Note("check.not_xml", crowded.sourceline or 1, {"reason": reason})), text)
    return Document(root, tuple(notes), text)


def crowded_element(root: etree._Element) -> etree._Element | None:
    """The first element with more attributes than anybody writes, which is made to hold a reader up."""
    return next((each for each in root.iter("*") if len(each.attrib) > MOST_ATTRIBUTES), None)


def _decode(body: bytes) -> tuple[str, list[Note]]:
    for mark, encoding in MARKS:
        if body.startswith(mark):
            return _with_mark(body[len(mark) :] if encoding == "utf-8" else body, encoding)
    if body[:2] in (b"<\0", b"\0<"):
        return _plain(body, "utf-16-le" if body[0] else "utf-16-be", [Note("check.utf16", error=False)])
    declared = DECLARED.match(body[:400].decode("latin-1"))
    encoding = declared[1].lower() if declared else "utf-8"
    if encoding.startswith(WIDE):  # then the declaration could not have been read letter by letter
        return _plain(body, "utf-8", [Note("check.encoding", params={"encoding": encoding})])
    notes = [] if encoding in UTF8 else [Note("check.encoding_other", params={"encoding": encoding}, error=False)]
    return _plain(body, encoding, notes)


def _with_mark(body: bytes, encoding: str) -> tuple[str, list[Note]]:
    note = Note("check.bom", error=False) if encoding == "utf-8" else Note("check.utf16", error=False)
    return _plain(body, encoding, [note])


def _plain(body: bytes, encoding: str, notes: list[Note]) -> tuple[str, list[Note]]:
    """`body` in its encoding, or in the one that Windows editors write, or with signs of replacement."""
    try:
        if not CHARSET.fullmatch(encoding):
            raise LookupError(encoding)
        return body.decode(encoding), notes
    except (UnicodeError, LookupError) as wrong:
        at = wrong.start if isinstance(wrong, UnicodeDecodeError) else 0
        line = body.count(b"\n", 0, at) + 1
    wide = encoding.startswith(("utf-16", "utf-32"))
    text = body.decode(encoding, "replace") if wide else body.decode("cp1252", "replace")
    return text, [*notes, Note("check.encoding", line, {"encoding": encoding})]


def _tidy(text: str) -> tuple[str, list[Note]]:
    """`text` without what may not stand before the document or in it at all, and in one declared encoding."""
    notes: list[Note] = []
    plain = text.lstrip("\ufeff \t\r\n")
    if plain != text and DECLARATION.match(plain):
        notes.append(Note("check.leading"))
    else:
        plain = text.lstrip("\ufeff")
    if found := NO_CHARACTER.search(plain):
        notes.append(Note("check.control", plain.count("\n", 0, found.start()) + 1))
        plain = NO_CHARACTER.sub("", plain)
    return plain, notes


def _escape(text: str) -> tuple[str, list[Note]]:
    """`text` with each stray `&` as `&amp;`; CDATA sections and comments stay as they are."""
    notes: list[Note] = []

    def outside(piece: str, offset: int) -> str:
        found = [offset + one.start() for one in STRAY_AMPERSAND.finditer(piece)][: 20 - len(notes)]
        notes.extend(Note("check.ampersand", text.count("\n", 0, at) + 1) for at in found)
        return STRAY_AMPERSAND.sub("&amp;", piece)

    return _outside_sections(text, outside), notes


def _outside_sections(text: str, change: Callable[[str, int], str]) -> str:
    """`change` of all that is outside comments and CDATA; it gets each piece with its place."""
    pieces: list[str] = []
    at = 0
    for start, end in _sections(text):
        pieces += [change(text[at:start], at), text[start:end]]
        at = end
    return "".join([*pieces, change(text[at:], at)])


def _sections(text: str) -> Iterator[tuple[int, int]]:
    """Where comments and CDATA sections stand; one that never ends ends the search, so that no text is read twice."""
    at = 0
    while found := SECTION.search(text, at):
        close = "]]>" if found[0] == "<![CDATA[" else "-->"
        end = text.find(close, found.end())
        if end < 0:
            return
        at = end + len(close)
        yield found.start(), at


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=recover,
        encoding="utf-8",
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _parse(text: str) -> tuple[etree._Element | None, Note | None]:
    try:
        return etree.fromstring(_bytes(text), _parser(recover=False)), None
    except (etree.XMLSyntaxError, ValueError) as broken:
        line = getattr(broken, "lineno", 1) or 1
        return None, Note("check.not_xml", line, {"reason": str(broken)[:200]})


def _recovered(text: str) -> etree._Element | None:
    try:
        return etree.fromstring(_bytes(text), _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
