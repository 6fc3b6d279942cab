"""Published courses: a folder each, named by the digest of the sources, never changed once it is there."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from scorm_packager.archive import Entry
from scorm_packager.course import Asset, Course, decode_course, encode_course
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
    if (place / COURSE_FILE).is_file():
        return place
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise PackagerError("output.not_written", str(cause), path=str(target)) from cause
    with new_folder(place) as folder:
        write_entries(
            folder, [*(Entry(asset.path, asset.source) for asset in assets), Entry(COURSE_FILE, encode_course(course))]
        )
    return place


def load_course(folder: Path) -> Course:
    """The course published in `folder`; raises PackagerError when there is none or it is broken."""
    try:
        return decode_course((folder / COURSE_FILE).read_bytes())
    except (OSError, msgspec.DecodeError) as cause:
        raise PackagerError("library.broken", str(cause), path=str(folder)) from cause
