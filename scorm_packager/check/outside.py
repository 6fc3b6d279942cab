"""Looks into pages, styles and scripts for other hosts: what is fetched by itself, what is only linked or mentioned."""

import re
from bisect import bisect
from collections.abc import Iterator
from typing import Literal

import msgspec

from scorm_packager.check.context import Context
from scorm_packager.errors import PackagerError
from scorm_packager.extract import UNREADABLE

How = Literal["load", "link", "mention"]
SUFFIXES = (".html", ".htm", ".xhtml", ".css", ".js", ".mjs", ".svg")
MOST_OF_A_FILE = 4_000_000
MOST_IN_ALL = 64_000_000
MOST_HOSTS = 200
#: Of a file that is made of slashes, or nothing but addresses, no more are looked at.
MOST_SLASHES = 50_000
HOST = re.compile(rb"([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)(?=[/:?#\"'\s)&;<>\\]|\Z)")
#: What stands before an address that a browser fetches by itself.
LOADS = re.compile(
    rb"(?:\b(?:src|srcset|poster|data|background)\s*=\s*[\"']?|url\(\s*[\"']?|@import\s+[\"']|importScripts\(\s*[\"']"
    rb"|\bimport\s*\(?\s*[\"']|\bfrom\s*[\"']|fetch\(\s*[\"'`]|\.src\s*=\s*[\"'`]|\.open\(\s*[\"']\w+[\"']\s*,\s*[\"'`])"
    rb"[^\"'<>\s]{0,60}$",
    re.IGNORECASE,
)
LINK = re.compile(rb"\b(?:href|action|cite|xlink:href)\s*=\s*[\"']?$", re.IGNORECASE)
FETCHED_LINK = re.compile(rb"<(?:link|image|use|script)\b[^<>]*$", re.IGNORECASE)
RESOURCE_HINT = re.compile(rb"\brel\s*=\s*[\"']?(?:canonical|author|license|help|alternate|next|prev)", re.IGNORECASE)
#: Hosts in names that nobody fetches: namespaces, licences in comments, profiles.
NAMES_ONLY = frozenset(
    {
        "www.w3.org",
        "purl.org",
        "schema.org",
        "ns.adobe.com",
        "www.imsglobal.org",
        "www.adlnet.org",
        "adlnet.gov",
        "ltsc.ieee.org",
        "www.imsproject.org",
        "w3id.org",
        "schemas.microsoft.com",
        "www.inkscape.org",
        "sodipodi.sourceforge.net",
        "creativecommons.org",
    }
)


class Host(msgspec.Struct, kw_only=True):
    """Another host that the content names: how, how often, and where first."""

    host: str
    how: How
    count: int
    file: str
    line: int


class Outside(msgspec.Struct, frozen=True, kw_only=True):
    """All hosts, those that are fetched first; `unread` counts text files that were not looked into."""

    hosts: tuple[Host, ...] = ()
    unread: int = 0


ORDER: dict[How, int] = {"load": 0, "link": 1, "mention": 2}


def look_outside(context: Context, *, deep: bool) -> Outside:
    """The other hosts in the text files of the package, as many as fit the time, or all when `deep`."""
    found: dict[tuple[str, How], Host] = {}
    left, unread = MOST_IN_ALL, 0
    for name in sorted(context.files, key=lambda name: (name.lower().endswith((".js", ".svg")), name)):
        if not name.lower().endswith(SUFFIXES):
            continue
        size = context.files[name]
        if size > MOST_OF_A_FILE or (size > left and not deep):
            unread += 1
            continue
        left -= size
        for host, how, line in _hosts(_read(context, name), name):
            _count(found, host, how, name, line)
    hosts = sorted(found.values(), key=lambda one: (ORDER[one.how], one.host))
    for one in hosts:
        if one.how == "load":
            context.add_file("check.outside_load", one.file, one.line, host=one.host)
    return Outside(hosts=tuple(hosts), unread=unread)


def _read(context: Context, name: str) -> bytes:
    """The content, or nothing when it is broken: that is another finding."""
    try:
        return context.container.read(name, MOST_OF_A_FILE)
    except PackagerError:
        return b""
    except UNREADABLE:
        context.add_file("check.crc", name)
        return b""


def _count(found: dict[tuple[str, How], Host], host: str, how: How, name: str, line: int) -> None:
    if (host, how) in found:
        found[host, how].count += 1
    elif len(found) < MOST_HOSTS:
        found[host, how] = Host(host=host, how=how, count=1, file=name, line=line)


def _hosts(body: bytes, name: str) -> Iterator[tuple[str, How, int]]:
    lines: list[int] = []
    at = body.find(b"//")
    for _ in range(MOST_SLASHES):
        if at < 0:
            return
        match = HOST.match(body, at + 2)
        if match and (start := _start(body, at)) is not None:
            host = match[1].decode("ascii").lower()
            if host not in NAMES_ONLY and (start < at or not host[-1].isdigit()):
                lines = lines or [end.start() for end in re.finditer(rb"\n", body)]
                yield host, _how(body, start, name), bisect(lines, at) + 1
        at = body.find(b"//", match.end() if match else at + 2)


def _start(body: bytes, at: int) -> int | None:
    """Where the address begins whose `//` stands at `at`; None when it is a comment or of another scheme."""
    before = body[max(0, at - 6) : at].lower()
    for scheme in (b"https:", b"http:"):
        if before.endswith(scheme):
            return at - len(scheme)
    return at if before[-1:] in (b'"', b"'", b"(", b"=") else None


def _how(body: bytes, at: int, name: str) -> How:
    before = body[max(0, at - 300) : at]
    if LOADS.search(before[-120:]):
        return "load"
    if LINK.search(before[-40:]):
        fetched = FETCHED_LINK.search(before)
        after = body[at : at + 200].split(b">", 1)[0]
        return "load" if fetched and not RESOURCE_HINT.search(fetched[0] + after) else "link"
    return "link" if b"<a " in before[-80:].lower() else "mention"
