"""Converts a package: the door of this room."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from scorm_packager.check.package import Verdict, examine
from scorm_packager.convert.edition import write_edition
from scorm_packager.convert.from_cmi5 import Cmi5Reader
from scorm_packager.convert.from_scorm import ScormReader, is_apart
from scorm_packager.convert.inlet import HEAD, LARGEST_PAGE, is_document, is_page, with_script
from scorm_packager.convert.pages import INLET, bridge_files
from scorm_packager.convert.to_cmi5 import move_on, write_cmi5
from scorm_packager.convert.to_scorm import write_scorm12, write_scorm2004
from scorm_packager.convert.tree import Tree
from scorm_packager.errors import PackagerError
from scorm_packager.extract import read_entry
from scorm_packager.findings import Finding
from scorm_packager.formats.cmi5 import STRUCTURE
from scorm_packager.formats.scorm12_manifest import MANIFEST
from scorm_packager.formats.scorm2004_manifest import FOURTH, THIRD
from scorm_packager.output import new_file
from scorm_packager.reader.container import ZipContainer, open_container
from scorm_packager.reader.model import Package
from scorm_packager.reader.read import read_package
from scorm_packager.repair.copy import copy_entry
from scorm_packager.repair.repair import fresh_entry

#: The formats that a package can be moved to: what its LMS speaks, and the edition in the words of the reader.
FORMATS: Mapping[str, tuple[str, str]] = {
    "scorm12": ("12", "1.2"),
    "scorm2004-3": ("2004", "3rd"),
    "scorm2004-4": ("2004", "4th"),
    "cmi5": ("cmi5", ""),
}
NAMES = {"1.2": "SCORM 1.2", "2nd": "SCORM 2004 2nd", "3rd": "SCORM 2004 3rd", "4th": "SCORM 2004 4th", "": "cmi5"}
#: The editions that are read; one that nobody could name is none of them.
SOURCES = ("1.2", "2nd", "3rd", "4th")
EDITIONS = {"scorm2004-3": THIRD, "scorm2004-4": FOURTH}
#: Characters that an LMS keeps for a part: suspend_data of SCORM 1.2 and of SCORM 2004.
ROOM = {"12": 4096, "2004": 64000}
#: Notes of the reader after which nobody can say what the manifest meant.
UNREADABLE = frozenset({"check.not_xml", "check.doctype"})


class Converted(msgspec.Struct, kw_only=True):
    """What a conversion did: `said` in the order of the old descriptor, and the verdict on the new package."""

    target: Path
    source: str
    parts: int
    said: tuple[Finding, ...]
    after: Verdict


class _Plan(msgspec.Struct, kw_only=True):
    """What the new zip will hold: `fresh` by name, and of the old zip all that `kept` names.

    Those of `pages` begin with the script `inlet`.
    """

    fresh: dict[str, bytes]
    kept: frozenset[str]
    parts: int
    said: list[Finding]
    inlet: str = ""
    pages: frozenset[str] = frozenset()


def convert_package(path: Path, target: Path, wanted: str) -> Converted:
    """Write the SCORM or cmi5 package at `path` as `target` in the format `wanted`, one of `FORMATS`, all or nothing.

    The content is copied byte for byte, but for one script in each page of cmi5 content; each part that speaks to an
    LMS is opened by a page that translates. Raises PackagerError when `path` is no such package in a zip, cannot be
    opened safely or read, has that format already, opens an AU on another host, or is `target` itself.
    """
    if wanted not in FORMATS:
        raise PackagerError("convert.unknown_format", wanted, name=wanted, known=", ".join(FORMATS))
    if target.exists() and target.samefile(path):
        raise PackagerError("convert.same_file", f"{path} would overwrite itself", path=path.name)
    with open_container(path) as container:
        if not isinstance(container, ZipContainer):
            raise PackagerError("convert.not_zip", f"{path} is no zip", path=path.name)
        package = read_package(container)
        _refuse(package, path, wanted)
        plan = _plan(package, container, wanted)
        with new_file(target) as temporary:
            _write(container.zip, plan, temporary)
    return Converted(
        target=target, source=NAMES[package.edition], parts=plan.parts, said=tuple(plan.said), after=examine(target)
    )


def _refuse(package: Package, path: Path, wanted: str) -> None:
    if package.found.kind not in ("scorm", "cmi5"):
        raise PackagerError("convert.not_scorm", f"{path} is {package.found.kind}", path=path.name)
    broken = UNREADABLE & {note.code for note in package.notes}
    if broken or package.document is None or (package.manifest is None and package.course is None):
        raise PackagerError("convert.unreadable", f"{path}: {sorted(broken)}", path=path.name)
    if package.edition not in SOURCES and package.course is None:
        raise PackagerError("convert.not_scorm", f"{path} names no edition", path=path.name)
    if package.edition == FORMATS[wanted][1]:
        raise PackagerError("convert.already", f"{path} is {wanted}", path=path.name, name=NAMES[package.edition])


def _plan(package: Package, container: ZipContainer, wanted: str) -> _Plan:
    speaks, edition = FORMATS[wanted]
    if speaks == "2004" and package.manifest is not None and package.edition != "1.2":
        return _other_edition(package, container, wanted)
    kept = frozenset(name for name in container.files if not is_apart(name, package))
    tree = _read(package, container, kept, speaks)
    bridge = bridge_files(tree, speaks, kept)
    if wanted == "cmi5":
        fresh = {STRUCTURE: write_cmi5(tree), **bridge}
    elif wanted == "scorm12":
        fresh = {MANIFEST: write_scorm12(tree, bridge), **bridge}
    else:
        fresh = {MANIFEST: write_scorm2004(tree, bridge, EDITIONS[wanted]), **bridge}
    inlet = next((name for name in bridge if name.endswith(f"/{INLET}")), "")
    said = [*_on_the_whole(tree, package, speaks, NAMES[edition]), *tree.said]
    pages = _pages(package, container, kept)
    said += _on_the_files(package, container, kept, len(pages))
    return _Plan(fresh=fresh, kept=kept, parts=len(tree.leaves()), said=said, inlet=inlet, pages=pages)


def _pages(package: Package, container: ZipContainer, kept: frozenset[str]) -> frozenset[str]:
    """The pages of cmi5 content: what an AU opens, and every other document."""
    opened = {unit.launch for unit in package.course.units()} if package.course is not None else set()
    if not opened:
        return frozenset()
    named = (name for name in kept if is_page(name))
    return frozenset(name for name in named if name in opened or is_document(container.head(name, HEAD)))


def _read(package: Package, container: ZipContainer, kept: frozenset[str], speaks: str) -> Tree:
    if package.course is not None:
        return Cmi5Reader(package, kept).read()
    return ScormReader(package, container.files, speaks).read()


def _on_the_whole(tree: Tree, package: Package, speaks: str, new: str) -> list[Finding]:
    """What the bridge does to the record of every part."""
    bridged = [leaf for leaf in tree.leaves() if leaf.tracked]
    said = []
    if bridged:
        said.append(_say("convert.bridged", count=len(bridged), old=NAMES[package.edition], new=new))
    if tree.content == "cmi5":
        return [*said, _say("convert.documents", count=ROOM[speaks]), _say("convert.statements")]
    if speaks == "12" and bridged:
        said += [_say("convert.status"), _say("convert.suspend")]
    if speaks == "cmi5":
        for leaf in tree.leaves():
            said.append(
                _say("convert.move_on", leaf.line, package.found.descriptor, item=leaf.title, value=move_on(leaf, tree))
            )
        said += [_say("convert.record")] if bridged else []
        said += (
            [_say("convert.asset_opened", count=len(tree.leaves()) - len(bridged))]
            if len(tree.leaves()) > len(bridged)
            else []
        )
        said += [] if tree.language else [_say("convert.language")]
    return said


def _on_the_files(package: Package, container: ZipContainer, kept: frozenset[str], pages: int = 0) -> list[Finding]:
    said = [_say("convert.files", count=len(kept) - pages)]
    said += [_say("convert.pages", count=pages)] if pages else []
    left = sorted(name for name in container.files if name not in kept and name != package.found.descriptor)
    if left:
        shown = ", ".join(left[:5]) + (" …" if len(left) > 5 else "")
        said.append(_say("convert.left_out", count=len(left), names=shown))
    return said


def _say(code: str, line: int = 0, file: str = "", **params: str | int) -> Finding:
    return Finding(code, level="warning", file=file, line=line, params=dict(params))


def _other_edition(package: Package, container: ZipContainer, wanted: str) -> _Plan:
    """The manifest anew, all else as it is: the API is the same in every edition of SCORM 2004."""
    if package.found.root:
        raise PackagerError("convert.deep", package.found.descriptor, path=package.found.descriptor)
    body, said = write_edition(package, EDITIONS[wanted])
    kept = frozenset(name for name in container.files if not is_apart(name, package))
    manifest = package.manifest
    parts = len(manifest.scos()) if manifest else 0
    edition = _say("convert.edition", old=NAMES[package.edition], new=NAMES[FORMATS[wanted][1]])
    return _Plan(
        fresh={MANIFEST: body}, kept=kept, parts=parts, said=[edition, *said, *_on_the_files(package, container, kept)]
    )


def _write(source: zipfile.ZipFile, plan: _Plan, temporary: Path) -> None:
    """The descriptor first, where a reader looks first; then the bridge and the content in its old order.

    Raises PackagerError for a page that is too large to be changed.
    """
    with zipfile.ZipFile(temporary, "w", allowZip64=True) as target:
        for name, body in plan.fresh.items():
            target.writestr(fresh_entry(name), body)
        for info in source.infolist():
            if info.filename not in plan.kept:
                continue
            if info.filename in plan.pages:
                body = read_entry(source, info.filename, LARGEST_PAGE)
                target.writestr(fresh_entry(info.filename), with_script(body, info.filename, plan.inlet))
            else:
                copy_entry(source, info, target, info.filename)
