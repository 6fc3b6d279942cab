"""Tells what a file is from its names and first bytes: a package of some standard, or something else entirely."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from scorm_packager.reader.container import Container

Kind = Literal["scorm", "cmi5", "tincan", "cc", "aicc", "other"]
MANIFEST, COURSE, TINCAN = "imsmanifest.xml", "cmi5.xml", "tincan.xml"
DESCRIPTORS = (MANIFEST, COURSE, TINCAN)
#: How the type of a resource begins that is a question or a test, and what courses write as their schema.
QUESTIONS = ("imsqti_", "imsapip_")
COURSES = ("ADL SCORM", "IMS Common Cartridge")
AICC_SUFFIXES = (".cst", ".au", ".des", ".crs")
MARKS: tuple[tuple[bytes, str], ...] = (
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"\x00\x00\x00", "video"),
    (b"<!DOCTYPE html", "html"),
    (b"<!doctype html", "html"),
    (b"<html", "html"),
)
#: A name that only such files hold at their root, and what they are.
NAMES: tuple[tuple[str, str], ...] = (
    ("h5p.json", "h5p"),
    ("moodle_backup.xml", "moodle"),
    ("contentv3.xml", "exe"),
    ("content.xml", "exe"),
    ("[Content_Types].xml", "office"),
    ("META-INF/container.xml", "epub"),
    ("course.xml", "course"),
    ("modul.toml", "jampel"),
)


class Found(msgspec.Struct, frozen=True):
    """What a container was taken for.

    `descriptor` is the file that describes the package, in the spelling of the container, and `root` the folder it
    lies in, with a slash, or empty. `other` names what a file of kind `other` is; `also` lists further descriptors.
    """

    kind: Kind
    descriptor: str = ""
    root: str = ""
    other: str = ""
    also: tuple[str, ...] = ()


def recognise(container: Container) -> Found:
    """What `container` holds: the descriptor nearest to the root decides, a name in other letters counts too."""
    files = container.files
    for wanted in DESCRIPTORS:
        if found := _descriptor(files, wanted):
            also = tuple(name for name in DESCRIPTORS if name != wanted and _descriptor(files, name))
            kind: Kind = {MANIFEST: "scorm", COURSE: "cmi5", TINCAN: "tincan"}[wanted]  # type: ignore[assignment]
            return Found(kind, found, found.rpartition("/")[0] + "/" * ("/" in found), also=also)
    if len(files) == 1 and (bare := _bare(container, next(iter(files)))):
        return bare
    if aicc := _aicc(files):
        return Found("aicc", aicc, aicc.rpartition("/")[0] + "/" * ("/" in aicc))
    return Found("other", other=_other(container))


def is_question_bank(types: Iterable[str], schema: str, *, has_items: bool) -> bool:
    """Whether a manifest with resources of `types` is a package of questions (QTI 2.1 Integration Guide, 2) alone.

    Course packages may hold questions too: they say so in `schema`, or have items that open something.
    """
    return not has_items and schema not in COURSES and any(kind.lower().startswith(QUESTIONS) for kind in types)


def _descriptor(files: Mapping[str, int], wanted: str) -> str | None:
    """The file called `wanted`, however its letters are, that lies nearest to the root."""
    named = [name for name in files if name.rpartition("/")[2].lower() == wanted]
    return min(named, key=lambda name: (name.count("/"), name != name.lower(), name), default=None)


def _bare(container: Container, name: str) -> Found | None:
    """A descriptor by itself under another name."""
    head = container.head(name, 4000)
    for mark, kind in ((b"CourseStructure.xsd", "cmi5"), (b"projecttincan.com", "tincan"), (b"<manifest", "scorm")):
        if mark in head and not head.startswith(b"PK"):
            return Found(kind, name)  # type: ignore[arg-type]
    return None


def _aicc(files: Mapping[str, int]) -> str | None:
    by_suffix = {name[name.rfind(".") :].lower(): name for name in sorted(files, reverse=True) if "." in name}
    return by_suffix[".cst"] if all(suffix in by_suffix for suffix in AICC_SUFFIXES) else None


def _other(container: Container) -> str:
    files = container.files
    for name, kind in NAMES:
        if name in files:
            return kind
    if len(files) == 1:
        return _single(container, next(iter(files)))
    if any(name.lower().endswith((".html", ".htm")) for name in files):
        return "web"
    if files and all(name.lower().endswith((".zip", ".rar", ".7z")) for name in files):
        return "zips"
    return "nothing" if not files else "unknown"


def _single(container: Container, name: str) -> str:
    head = container.head(name, 64)
    if head.startswith(b"PK\x03\x04"):
        return "zips"
    for mark, kind in MARKS:
        if head.lstrip().startswith(mark) or head.startswith(mark):
            return kind
    return "web" if name.lower().endswith((".html", ".htm")) else "unknown"
