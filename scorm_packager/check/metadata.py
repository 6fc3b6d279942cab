"""Looks into the metadata files that `adlcp:location` names: many tools write them against their own schema."""

from scorm_packager.check.codes import level_of
from scorm_packager.check.context import Context
from scorm_packager.check.structure import Structure, local, space
from scorm_packager.check.tables import tables_for
from scorm_packager.errors import PackagerError
from scorm_packager.extract import UNREADABLE
from scorm_packager.findings import Finding
from scorm_packager.reader.hrefs import base_of, name_of
from scorm_packager.reader.texts import text
from scorm_packager.reader.xml import Document, read_xml

MOST_OF_A_FILE = 2_000_000
MOST_FILES = 50


def metadata_files(context: Context) -> list[str]:
    """The files of the package that `adlcp:location` names, each once, as many as are looked into."""
    root = context.package.found.root
    names = [name_of(base_of(each) + text(each), root) for each in context.all("location")]
    there = (name for name in dict.fromkeys(names) if name in context.files)
    return [name for name in there if name.lower().endswith(".xml")][:MOST_FILES]


def check_metadata_files(context: Context) -> None:
    """One warning for each such file: the first thing that is wrong in it. LMSs show less of it, and play on."""
    for name in metadata_files(context):
        document = _read(context, name)
        faults: list[Finding] = [
            Finding(note.code, file=name, line=note.line, params=note.params) for note in document.notes
        ]
        if document.root is not None and local(document.root) == "lom":
            tables = tables_for("scorm", context.package.edition)
            known = [table for table in tables if table.namespace == space(document.root)]
            if known:
                Structure(tables, name, faults.append).check(document.root)
        if faults:
            first = faults[0]
            context.report(
                Finding(
                    "check.metadata_file",
                    level=level_of("check.metadata_file"),
                    file=name,
                    line=first.line,
                    params={"count": len(faults), "what": first.code, "element": str(first.params.get("element", "–"))},
                )
            )


def _read(context: Context, name: str) -> Document:
    try:
        return read_xml(context.container.read(name, MOST_OF_A_FILE))
    except (PackagerError, *UNREADABLE):
        return Document(None)
