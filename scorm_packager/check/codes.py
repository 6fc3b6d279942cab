"""Every finding about a package, in one table: the group it is shown in, how grave it is, and whether repair mends it.

The sentences stand in the catalogues under the same keys; docs/reference/periksa-paket.md lists them all.
"""

import msgspec

from scorm_packager.findings import MORE, Finding, Level

E: Level = "error"
W: Level = "warning"
XML, STRUCTURE, IDENTITY, REFERENCES = "xml", "structure", "identity", "references"
ITEMS, SEQUENCING, FILES, OUTSIDE, COURSE = "items", "sequencing", "files", "outside", "course"
MOODLE = "moodle"
GROUPS = (XML, STRUCTURE, IDENTITY, REFERENCES, ITEMS, SEQUENCING, COURSE, FILES, OUTSIDE)
_ROWS: tuple[tuple[str, str, Level, bool], ...] = (
    ("error:check.not_package", IDENTITY, E, False),
    ("error:check.rar", IDENTITY, E, False),
    ("error:check.zips", IDENTITY, E, False),
    ("error:check.h5p", IDENTITY, E, False),
    ("error:check.moodle_backup", IDENTITY, E, False),
    ("error:check.exe_source", IDENTITY, E, False),
    ("error:check.office", IDENTITY, E, False),
    ("error:check.plain_web", IDENTITY, E, False),
    ("error:check.module_source", IDENTITY, E, False),
    ("error:check.question_bank", IDENTITY, E, False),
    ("error:check.aicc", IDENTITY, W, False),
    ("error:check.manifest_deep", IDENTITY, E, True),
    ("error:check.manifest_case", IDENTITY, E, True),
    ("error:check.two_kinds", IDENTITY, W, False),
    ("error:check.edition_guessed", IDENTITY, W, False),
    ("error:check.namespace", IDENTITY, E, False),
    ("error:check.no_manifest_element", IDENTITY, E, False),
    ("error:check.schema_name", IDENTITY, W, True),
    ("error:check.schemaversion", IDENTITY, E, True),
    ("error:check.prefix", IDENTITY, W, True),
    ("error:check.metadata_namespace", IDENTITY, W, False),
    ("error:check.doctype", XML, E, False),
    ("error:check.not_xml", XML, E, False),
    ("error:check.bom", XML, W, True),
    ("error:check.utf16", XML, W, True),
    ("error:check.encoding", XML, E, True),
    ("error:check.encoding_other", XML, W, True),
    ("error:check.leading", XML, E, True),
    ("error:check.control", XML, E, True),
    ("error:check.ampersand", XML, E, True),
    ("error:check.child_unexpected", STRUCTURE, E, True),
    ("error:check.child_missing", STRUCTURE, E, False),
    ("error:check.child_repeated", STRUCTURE, E, False),
    ("error:check.element_unknown", STRUCTURE, E, False),
    ("error:check.element_misplaced", STRUCTURE, W, False),
    ("error:check.attribute_missing", STRUCTURE, E, False),
    ("error:check.attribute_unknown", STRUCTURE, E, False),
    ("error:check.value", STRUCTURE, E, False),
    ("error:check.text_stray", STRUCTURE, E, False),
    ("error:check.schema", STRUCTURE, E, False),
    ("error:check.id_bad", REFERENCES, E, True),
    ("error:check.id_twice", REFERENCES, E, True),
    ("error:check.identifierref", REFERENCES, E, False),
    ("error:check.default", REFERENCES, E, True),
    ("error:check.default_missing", REFERENCES, W, True),
    ("error:check.nothing_to_launch", REFERENCES, E, False),
    ("error:check.not_leaf", REFERENCES, E, False),
    ("error:check.leaf_without_resource", REFERENCES, E, False),
    ("error:check.submanifest", REFERENCES, W, False),
    ("error:check.scormtype_missing", REFERENCES, E, False),
    ("error:check.scormtype_spelling", REFERENCES, E, True),
    ("error:check.scormtype_value", REFERENCES, E, True),
    ("error:check.no_href", REFERENCES, E, False),
    ("error:check.no_title", ITEMS, E, False),
    ("error:check.item_value", ITEMS, E, False),
    ("error:check.parameters", ITEMS, W, False),
    ("error:check.only_on_sco", ITEMS, W, False),
    ("error:check.only_on_organization", ITEMS, E, False),
    ("error:check.threshold_edition", ITEMS, W, False),
    ("error:check.sequencing_place", SEQUENCING, E, False),
    ("error:check.sequencing_reference", SEQUENCING, E, False),
    ("error:check.objective_twice", SEQUENCING, E, False),
    ("error:check.objective_unknown", SEQUENCING, E, False),
    ("error:check.objective_without_id", SEQUENCING, E, False),
    ("error:check.target_writers", SEQUENCING, E, False),
    ("error:check.target_readers", SEQUENCING, E, False),
    ("error:check.limit_ignored", SEQUENCING, W, False),
    ("error:check.iri", COURSE, E, False),
    ("error:check.iri_twice", COURSE, E, False),
    ("error:check.move_on", COURSE, W, False),
    ("error:check.reserved_parameter", COURSE, E, False),
    ("error:check.url_relative", COURSE, E, False),
    ("error:check.objective_reference", COURSE, E, False),
    ("error:check.tincan_launch", COURSE, E, False),
    ("error:check.tincan_name", COURSE, W, False),
    ("error:check.cc_structure", COURSE, E, False),
    ("error:check.cc_type", COURSE, W, False),
    ("error:check.file_missing", FILES, E, True),
    ("error:check.file_case", FILES, E, True),
    ("error:check.href_plain", FILES, W, True),
    ("error:check.href_climbs", FILES, E, False),
    ("error:check.base", FILES, W, False),
    ("error:check.outside", FILES, W, False),
    ("error:check.unlisted", FILES, W, True),
    ("error:check.unlisted_more", FILES, W, True),
    ("error:check.junk", FILES, W, True),
    ("error:check.xsd_missing", FILES, W, True),
    ("error:check.metadata_file", FILES, W, True),
    ("error:check.crc", FILES, E, False),
    ("error:check.outside_load", OUTSIDE, W, False),
    ("error:moodle.not_played", MOODLE, E, False),
    ("error:moodle.not_imported", MOODLE, E, True),
    ("error:moodle.xml", MOODLE, E, True),
    ("error:moodle.utf16", MOODLE, E, True),
    ("error:moodle.mapinfo", MOODLE, E, True),
    ("error:moodle.version", MOODLE, E, True),
    ("error:moodle.prefix", MOODLE, E, True),
    ("error:moodle.asset", MOODLE, W, False),
    ("error:moodle.base", MOODLE, E, True),
    ("error:moodle.no_launch", MOODLE, E, False),
    ("error:moodle.organizations", MOODLE, W, False),
    ("error:moodle.title", MOODLE, W, True),
    ("error:moodle.pass_mark", MOODLE, W, False),
    ("error:moodle.threshold", MOODLE, W, False),
    ("error:moodle.satisfied", MOODLE, W, False),
    ("error:moodle.ignored", MOODLE, W, False),
    ("error:moodle.mastery", MOODLE, W, False),
    ("error:moodle.app", MOODLE, W, False),
    ("error:moodle.interactions", MOODLE, W, False),
    ("error:moodle.several_scos", MOODLE, W, False),
    ("error:moodle.one_sco", MOODLE, W, False),
)


#: Kinds that a repair takes besides SCORM, and what it mends in them: the file and the names, not what they refer to.
KINDS_MENDED = frozenset({"cmi5", "tincan", "cc"})
MENDED_EVERYWHERE = frozenset({
    "check.manifest_deep", "check.manifest_case", "check.child_unexpected", "check.junk",
    "moodle.not_imported", "moodle.xml", "moodle.utf16",
})  # fmt: skip


class Code(msgspec.Struct, frozen=True):
    """One row of the table; `mended` says whether `jampel repair` mends it where that needs no guess."""

    group: str
    level: Level
    mended: bool


CODES: dict[str, Code] = {key.removeprefix("error:"): Code(group, level, mended) for key, group, level, mended in _ROWS}


def group_of(code: str) -> str:
    """The group of a finding; the codes of the zip itself stand with the files."""
    return CODES[code].group if code in CODES else FILES


def group_of_found(found: Finding) -> str:
    """The group of `found`; what stands for others of a kind is in their group."""
    return group_of(str(found.params["kind"]) if found.code == MORE else found.code)


def level_of(code: str) -> Level:
    """How grave a finding is."""
    return CODES[code].level if code in CODES else "error"


def is_mended(code: str, kind: str) -> bool:
    """Whether `jampel repair` mends such a finding in a package of this `kind` where it need not guess."""
    if code not in CODES or not CODES[code].mended:
        return False
    return kind == "scorm" or (kind in KINDS_MENDED and (CODES[code].group == XML or code in MENDED_EVERYWHERE))
