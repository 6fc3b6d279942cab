"""Puts the bridge's script first into the pages of a cmi5 AU, which otherwise stay as they are."""

import posixpath
import re

PAGES = (".html", ".htm", ".xhtml", ".xht")
#: Of one page in bytes; a page is read whole to be changed.
LARGEST_PAGE = 64_000_000
#: What may stand before the place, and the place itself: after <head>, else after <html>, else after the doctype.
_TAGS = re.compile(
    rb"<!--.*?-->|<\?.*?\?>|<head(?:\s[^>]*)?>|<html(?:\s[^>]*)?>|<!doctype[^>]*>|<(?:body|script)\b", re.I | re.S
)
_DOCUMENT = re.compile(rb"<!doctype|<html|<head|<body", re.I)
#: Bytes at the beginning of a page in which its document begins.
HEAD = 4096
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UTF8_MARK = b"\xef\xbb\xbf"


def is_page(name: str) -> bool:
    """Whether a file of this name is a page that a script can stand in."""
    return name.lower().endswith(PAGES)


def is_document(head: bytes) -> bool:
    """Whether `head`, the first bytes of a page, begins a document of its own and no piece that a script puts in."""
    return _DOCUMENT.search(head.replace(b"\0", b"")) is not None


def with_script(body: bytes, page: str, script: str) -> bytes:
    """`body` of the file `page` with `script`, another file of the package, before every script of its own."""
    address = posixpath.relpath(script, posixpath.dirname(page) or ".")
    tag = f'<script src="{address}"></script>'
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            text = body[len(mark) :].decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
            return mark + _inserted(text, tag).decode("utf-8", "surrogatepass").encode(encoding, "surrogatepass")
    if body.startswith(_UTF8_MARK):
        return _UTF8_MARK + _inserted(body[len(_UTF8_MARK) :], tag)
    return _inserted(body, tag)


def _inserted(body: bytes, tag: str) -> bytes:
    at = 0
    for found in _TAGS.finditer(body):
        word = found[0][:5].lower()
        if word in (b"<body", b"<scri"):
            break
        if not word.startswith((b"<!--", b"<?")):
            at = found.end()
        if word == b"<head":
            break
    return body[:at] + tag.encode("ascii") + body[at:]
