"""The report on a module folder: as its SCORM 1.2 package would be, and what lies in the folder for nothing."""

import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from scorm_packager.content import course_content
from scorm_packager.course import ASSET_FOLDER
from scorm_packager.edition.names import is_light
from scorm_packager.entry import Entry
from scorm_packager.hearing import Hear, nobody
from scorm_packager.options import PLAIN
from scorm_packager.size.course_pages import first_files, page_sizes
from scorm_packager.size.report import PIECE, SizeReport, Source, duplicates, weigh
from scorm_packager.source.module import Module, read_module
from scorm_packager.zip_records import STORED

TRANSPORT = "scorm12"
ASSETS = f"{ASSET_FOLDER}/"


def report_folder(folder: Path, limit: int | None = None, *, hear: Hear = nobody) -> SizeReport:
    """The report on the module in `folder`; raises ModuleProblems with every fault, or PackagerError.

    `hear` is told how far documents are.
    """
    module = read_module(folder, hear=hear)
    course, content = module.course, course_content(module.course, module.assets, TRANSPORT, PLAIN)
    sizes = {entry.name: entry.size() for entry in content}
    first = first_files(course)
    sources, used = _sources(folder, module)
    return SizeReport(
        name=f"{course.title} {course.version}",
        total=sum(sizes.values()),
        packed=packed_size(content),
        first_screen=sum(size for name, size in sizes.items() if name in first or not name.startswith(ASSETS)),
        pages=page_sizes(course, sizes),
        files=weigh(sources, used),
        duplicates=duplicates(sources),
        limit=limit,
    )


def packed_size(content: Sequence[Entry]) -> int:
    """The bytes of a zip of `content`, near enough: media are stored in it, everything else is deflated."""
    return sum(_packed(entry) + 2 * len(entry.name) + 100 for entry in content)


def _packed(entry: Entry) -> int:
    if entry.method == STORED:
        return entry.size()
    with entry.open() as (source, _size):
        pressing, packed = zlib.compressobj(), 0
        while piece := source.read(PIECE):
            packed += len(pressing.compress(piece))
        return packed + len(pressing.flush())


def _sources(folder: Path, module: Module) -> tuple[list[Source], frozenset[str]]:
    """The files of the package and those of the folder that no page uses, and which of them are used: a lighter file
    beside an original waits for a light edition."""
    places = {asset.path.removeprefix(ASSETS): asset.source for asset in module.assets}
    idle = [finding.file for finding in module.warnings if finding.code == "file.unused"]
    used = frozenset([*places, *(name for name in idle if is_light(name))])
    places |= {name: folder / name for name in idle}
    found = [Source(name, place.stat().st_size, partial(_open, place)) for name, place in places.items()]
    return found, used


def _open(place: Path) -> BinaryIO:
    return place.open("rb")
