"""Published courses: a folder each, named by the digest of the sources, never changed once it is there."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from scorm_packager.archive import Entry
from scorm_packager.course import ASSET_FOLDER, Asset, Course, decode_course, encode_course
from scorm_packager.errors import PackagerError
from scorm_packager.formats.web import write_entries
from scorm_packager.output import new_folder

COURSE_FILE = "course.json"


def publish_folder(course: Course, assets: Sequence[Asset], target: Path) -> Path:
    """Put `course` and its files into `target`/<digest>/ and return that folder.

    The folder holds `course.json` and `aset/…`; the player comes from the installed package. Publishing the same
    sources again changes nothing. Raises PackagerError.
    """
    place = target / course.digest
    if is_published(place):
        return place
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise PackagerError("output.not_written", str(cause), path=str(target)) from cause
    content = [*(Entry(asset.path, asset.source) for asset in assets), Entry(COURSE_FILE, encode_course(course))]
    try:
        with new_folder(place) as folder:
            write_entries(folder, content)
    except PackagerError:
        if not is_published(place):  # else another process published the same sources meanwhile
            raise
    return place


def is_published(folder: Path) -> bool:
    """Whether `folder` holds a published course."""
    return (folder / COURSE_FILE).is_file()


def load_course(folder: Path) -> Course:
    """The course published in `folder`; raises PackagerError when there is none or it is broken."""
    try:
        return decode_course((folder / COURSE_FILE).read_bytes())
    except (OSError, msgspec.DecodeError) as cause:
        raise PackagerError("library.broken", str(cause), path=str(folder)) from cause


def course_assets(folder: Path) -> tuple[Asset, ...]:
    """The files of the course published in `folder`, as the formats want them; they were hashed when it was read."""
    return tuple(
        Asset(path=path.relative_to(folder).as_posix(), source=path, size=path.stat().st_size, sha256="")
        for path in sorted((folder / ASSET_FOLDER).rglob("*"))
        if path.is_file()
    )
