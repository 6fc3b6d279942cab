"""Checks a package: the door of this room."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from scorm_packager.check.codes import MOODLE, group_of_found, level_of
from scorm_packager.check.context import Context
from scorm_packager.check.courses import check_activities, check_cartridge, check_course
from scorm_packager.check.files import check_files
from scorm_packager.check.metadata import check_metadata_files
from scorm_packager.check.moodle import look_as_moodle
from scorm_packager.check.outside import Outside, look_outside
from scorm_packager.check.scorm import check_2004, check_identity, check_items, check_references, check_resources
from scorm_packager.check.sequencing import check_sequencing
from scorm_packager.check.structure import Structure, local, show, space
from scorm_packager.check.tables import tables_for
from scorm_packager.check.weight import Weight, weigh
from scorm_packager.errors import PackagerError
from scorm_packager.extract import UNREADABLE
from scorm_packager.findings import Finding, Findings
from scorm_packager.reader.container import Container, ZipContainer, open_container
from scorm_packager.reader.kinds import Found
from scorm_packager.reader.model import Package
from scorm_packager.reader.read import read_package
from scorm_packager.schemas import Schemas

PIECE = 1 << 20
OTHERS = {
    "rar": "check.rar",
    "7z": "check.rar",
    "zips": "check.zips",
    "h5p": "check.h5p",
    "moodle": "check.moodle_backup",
    "gzip": "check.moodle_backup",
    "exe": "check.exe_source",
    "office": "check.office",
    "web": "check.plain_web",
    "html": "check.plain_web",
    "jampel": "check.module_source",
    "qti": "check.question_bank",
}


class Verdict(msgspec.Struct, kw_only=True):
    """What a check found out.

    `kind` and `edition` say what the file was taken for, `other` what it is when it is no package. `findings` are
    about the standard, errors first; `moodle` about Moodle 4.5. `unread` says whether the content of media was left
    unread, so that a broken byte in it would not be noticed.
    """

    name: str
    kind: str = "other"
    edition: str = ""
    other: str = ""
    title: str = ""
    findings: tuple[Finding, ...] = ()
    moodle: tuple[Finding, ...] = ()
    outside: Outside = Outside()
    weight: Weight | None = None
    unread: bool = True

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What breaks the standard."""
        return tuple(found for found in self.findings if found.level == "error")


def examine(path: Path, *, schemas: Schemas | None = None, deep: bool = False) -> Verdict:
    """Check the package at `path`: a zip, a folder or a bare descriptor.

    `schemas` validates against the publishers' XSDs as well. `deep` reads every byte and compares each entry with its
    CRC; without it, media stays unread. What cannot be opened safely is one finding. Raises PackagerError when
    `schemas` lacks what this kind of package needs.
    """
    findings = Findings(whole=True)
    verdict = Verdict(name=path.name)
    try:
        with open_container(path) as container:
            _examine(container, findings, verdict, schemas, deep=deep)
    except PackagerError as refused:
        if refused.code.startswith("package."):  # the schemas, not the package
            raise
        findings.add(_as_finding(refused))
    _sort(verdict, findings)
    return verdict


def _sort(verdict: Verdict, findings: Findings) -> None:
    everything = findings.all()
    verdict.moodle = tuple(found for found in everything if group_of_found(found) == MOODLE)
    verdict.findings = tuple(found for found in everything if group_of_found(found) != MOODLE)


def _as_finding(refused: PackagerError) -> Finding:
    params = {
        key: value if isinstance(value, int) else str(value)
        for key, value in refused.params.items()
        if key not in ("file", "line", "place")
    }
    return Finding(refused.code, params=params)


def _examine(
    container: Container, findings: Findings, verdict: Verdict, schemas: Schemas | None, *, deep: bool
) -> None:
    verdict.weight = weigh(container)
    package = read_package(container)
    verdict.kind, verdict.edition, verdict.other = package.found.kind, package.edition, package.found.other
    verdict.title = show(package.title, 200)
    context = Context(container, package, findings)
    _check_place(context, package.found)
    for note in package.notes:
        params = {key: show(value, 200) if isinstance(value, str) else value for key, value in note.params.items()}
        findings.add(Finding(note.code, level=level_of(note.code), file=context.file, line=note.line, params=params))
    if package.document is not None and package.document.root is not None:
        _check_document(context, schemas)
    if package.found.kind != "other":
        look_as_moodle(context)
        verdict.outside = look_outside(context, deep=deep)
    if deep:
        _check_bytes(context)
        verdict.unread = False


def _check_place(context: Context, found: Found) -> None:
    """What the file is, and where its descriptor lies."""
    if found.kind == "other":
        code = OTHERS.get(found.other, "check.not_package")
        context.report(Finding(code, file=context.container.name, params={}))
        return
    if found.kind == "aicc":
        context.add("check.aicc", 0)
    if found.also:
        context.add("check.two_kinds", 0, others=", ".join(found.also))
    if len(context.files) == 1 and found.descriptor == context.container.name:
        return  # a bare descriptor may have any name
    if found.root:
        context.add("check.manifest_deep", 0, folder=found.root.rstrip("/"))
    elif found.descriptor != found.descriptor.lower():
        context.add("check.manifest_case", 0, wanted=found.descriptor.lower())


def _check_document(context: Context, schemas: Schemas | None) -> None:
    package: Package = context.package
    kind = package.found.kind
    if kind in ("scorm", "cc") and local(context.root) != "manifest":
        context.add("check.no_manifest_element", context.root)
        return
    tables = tables_for(kind, package.edition)
    if tables and space(context.root) == tables[0].namespace and local(context.root) in tables[0].roots:
        Structure(tables, context.file, context.report).check(context.root)
    for rule in RULES[kind]:
        rule(context)
    if schemas is not None:
        for line, reason in schemas.faults(context.root, kind, package.edition):
            context.add("check.schema", line, reason=reason[:300])
    if kind == "tincan" or kind == "cmi5":
        return
    bare = len(context.files) == 1 and context.container.name in context.files
    if not bare:
        check_files(context)
        check_metadata_files(context)


def _scorm(context: Context) -> None:
    for rule in (check_identity, check_resources, check_references, check_items):
        rule(context)
    if context.package.edition != "1.2":
        check_2004(context)
        check_sequencing(context)


RULES: dict[str, tuple[Callable[[Context], None], ...]] = {
    "scorm": (_scorm,),
    "cc": (check_cartridge,),
    "cmi5": (check_course,),
    "tincan": (check_activities,),
}


def _check_bytes(context: Context) -> None:
    """Reads every entry of a zip to its end, which compares its CRC."""
    container = context.container
    if not isinstance(container, ZipContainer):
        return
    for name in sorted(context.files):
        try:
            with container.zip.open(name) as source:
                while source.read(PIECE):
                    pass
        except UNREADABLE:
            context.add_file("check.crc", name)
