"""The report on a zip, ours or another's: its pages by our own course, or by its manifest."""

import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote

import msgspec

from scorm_packager.course import ASSET_FOLDER, Course
from scorm_packager.extract import open_safely, read_entry
from scorm_packager.index_page import read_embedded
from scorm_packager.reader.xml import LARGEST, read_xml
from scorm_packager.size.course_pages import first_files, page_sizes
from scorm_packager.size.report import PageSize, SizeReport, Source, duplicates, weigh

MANIFEST, INDEX = "imsmanifest.xml", "index.html"
LARGEST_TEXT = 20_000_000
LONGEST_TITLE = 120
LOCAL_HEADER = struct.Struct("<4s22xHH")  # APPNOTE 4.3.7: the signature, and the lengths of name and extra at its end
#: What an LMS reads and no page uses.
OF_THE_LMS = (".xsd", ".dtd")


class Window(io.RawIOBase):
    """A part of a file as a file of its own, in which one can jump: how a stored entry lies in a zip."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + {0: 0, 1: self._at, 2: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._start + self._at)
        body = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(body)] = body
        self._at += len(body)
        return len(body)


def report_package(path: Path, limit: int | None = None) -> SizeReport:
    """The report on the zip at `path`; raises PackagerError when it is none or cannot be opened safely."""
    with open_safely(path) as package:
        infos = [info for info in package.infolist() if not info.is_dir()]
        sizes = {info.filename: info.file_size for info in infos}
        sources = [_source(path, package, info) for info in infos]
        course = _course(package, sizes)
        pages = page_sizes(course, sizes) if course else _manifest_pages(package, sizes)
        return SizeReport(
            name=f"{course.title} {course.version}" if course else path.name,
            total=sum(sizes.values()),
            packed=path.stat().st_size,
            first_screen=_first_screen(course, sizes),
            pages=pages,
            files=weigh(sources, _used(course, pages, sizes)),
            duplicates=duplicates(sources),
            limit=limit,
        )


def _source(path: Path, package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Source:
    stored = info.compress_type == zipfile.ZIP_STORED

    @contextmanager
    def window() -> Iterator[BinaryIO]:
        with path.open("rb") as file:
            file.seek(info.header_offset)
            header = file.read(LOCAL_HEADER.size)
            mark, name, extra = LOCAL_HEADER.unpack(header) if len(header) == LOCAL_HEADER.size else (b"", 0, 0)
            size = info.file_size if mark == b"PK\x03\x04" else 0
            yield cast(BinaryIO, io.BufferedReader(Window(file, file.tell() + name + extra, size)))

    @contextmanager
    def unpacked() -> Iterator[BinaryIO]:
        with package.open(info) as file:
            yield cast(BinaryIO, file)

    return Source(info.filename, info.file_size, window if stored else unpacked, seekable=stored)


def _course(package: zipfile.ZipFile, sizes: dict[str, int]) -> Course | None:
    """The course of a package of ours; None for another's."""
    if INDEX not in sizes or sizes[INDEX] > LARGEST_TEXT:
        return None
    try:
        page = read_entry(package, INDEX, LARGEST_TEXT).decode("utf-8")
        return msgspec.convert(read_embedded(page, "jampel-course"), Course)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return None


def _first_screen(course: Course | None, sizes: dict[str, int]) -> int | None:
    if course is None:
        return None
    first = first_files(course)
    return sum(size for name, size in sizes.items() if name == INDEX or name.startswith("player/") or name in first)


def _manifest_pages(package: zipfile.ZipFile, sizes: dict[str, int]) -> tuple[PageSize, ...]:
    """The resources that a manifest launches, each with the files it lists (IMS Content Packaging 1.1, 4.6)."""
    if MANIFEST not in sizes or sizes[MANIFEST] > LARGEST:
        return ()
    root = read_xml(read_entry(package, MANIFEST, LARGEST)).root
    if root is None:
        return ()
    titles = {
        str(item.get("identifierref")): (item.findtext("{*}title") or "").strip()
        for item in root.iter("{*}item")
        if item.get("identifierref")
    }
    pages = []
    for resource in root.iter("{*}resource"):
        named = [str(file.get("href", "")) for file in resource.iter("{*}file")]
        files = sorted({name for href in named if (name := unquote(href.split("?")[0].split("#")[0])) in sizes})
        if resource.get("href"):
            title = titles.get(str(resource.get("identifier"))) or str(resource.get("href"))
            title = "".join(letter if letter.isprintable() else " " for letter in title)[:LONGEST_TITLE]
            pages.append(PageSize(title, sum(sizes[name] for name in files), tuple(files)))
    return tuple(pages)


def _used(course: Course | None, pages: Sequence[PageSize], sizes: dict[str, int]) -> frozenset[str] | None:
    if not pages:
        return None
    named = {name for page in pages for name in page.files}
    if course is not None:  # of our own packages everything is used but what no page names any more
        named |= {name for name in sizes if not name.startswith(f"{ASSET_FOLDER}/")}
    return frozenset(named | {name for name in sizes if name == MANIFEST or name.endswith(OF_THE_LMS)})
