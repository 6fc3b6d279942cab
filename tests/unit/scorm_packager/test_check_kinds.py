"""cmi5, TinCan and Common Cartridge are checked by their own rules, SCORM 2004 by ADL's beyond the schemas."""

import zipfile
from pathlib import Path

import pytest

from scorm_packager.check.package import examine
from scorm_packager.reader.container import open_container
from scorm_packager.reader.read import read_package

VALID = Path(__file__).parent.parent.parent / "data" / "scorm" / "valid"
FILES = ("index.html", "a b.js", "dua/dua.html", "gaya.css", "meta.xml", "dua/meta.xml")
NEW = (VALID / "scorm2004-4.xml").read_text(encoding="utf-8")
CMI5 = (VALID / "cmi5.xml").read_text(encoding="utf-8")
TINCAN = """<tincan xmlns="http://projecttincan.com/tincan.xsd"><activities>
<activity id="https://contoh.go.id/1" type="http://adlnet.gov/expapi/activities/course"><name lang="id">T</name>
<description lang="id">D</description><launch lang="id">index.html</launch></activity></activities></tincan>"""
CC = """<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion></metadata>
<organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="akar">
<item identifier="i" identifierref="r"><title>T</title></item></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" href="index.html"><file href="index.html"/></resource></resources>
</manifest>"""


def examined(tmp_path: Path, body: str, name: str = "imsmanifest.xml", *files: str) -> list[str]:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        package.writestr(name, body)
        for file in files or FILES:
            package.writestr(file, "x")
    return [finding.code for finding in examine(tmp_path / "a.zip").findings]


def test_right_ones_have_no_finding(tmp_path: Path) -> None:
    # its metadata files hold an x, and it brings no XSDs
    assert set(examined(tmp_path, NEW)) == {"check.metadata_file", "check.xsd_missing"}
    assert examined(tmp_path, CMI5, "cmi5.xml") == []
    assert examined(tmp_path, TINCAN, "tincan.xml") == []
    assert examined(tmp_path, CC, "imsmanifest.xml", "index.html") == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('moveOn="Completed"', "", "check.move_on"),
        ('moveOn="Completed"', 'moveOn="completed"', "check.value"),
        ('id="https://contoh.go.id/au/2"', 'id="au-2"', "check.iri"),
        ('id="https://contoh.go.id/au/2"', 'id="https://contoh.go.id/au/1"', "check.iri_twice"),
        ("index.html?a=1", "index.html?fetch=1", "check.reserved_parameter"),
        ("index.html?a=1", "index.html?ActivityId=1", "check.reserved_parameter"),
        ("index.html?a=1", "hilang.html", "check.file_missing"),
        ('idref="https://contoh.go.id/tujuan/1"', 'idref="https://contoh.go.id/x"', "check.objective_reference"),
        ('masteryScore="0.7"', 'masteryScore="70"', "check.value"),
        ("CourseStructure.xsd", "Course.xsd", "check.namespace"),
    ],
)
def test_a_fault_of_cmi5_is_found(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in examined(tmp_path, CMI5.replace(old, new, 1), "cmi5.xml")


def test_a_bare_course_needs_whole_addresses(tmp_path: Path) -> None:
    (tmp_path / "kursus.xml").write_text(CMI5, encoding="utf-8")
    assert {finding.code for finding in examine(tmp_path / "kursus.xml").findings} == {"check.url_relative"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<launch", "<lunch", "check.tincan_launch"),
        ("index.html", "hilang.html", "check.file_missing"),
        ("https://contoh.go.id/1", "satu", "check.iri"),
        ("projecttincan", "x", "check.namespace"),
        (">D<", "><", "check.tincan_name"),
    ],
)
def test_a_fault_of_tincan_is_found(tmp_path: Path, old: str, new: str, code: str) -> None:
    body = TINCAN.replace(old, new).replace("</launch>", "</lunch>" if new == "<lunch" else "</launch>")
    assert code in examined(tmp_path, body, "tincan.xml")


def test_only_the_manifest_of_a_cartridge_must_name_its_schema(tmp_path: Path) -> None:
    roles = """<metadata><lom xmlns="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/resource"><educational><intendedEndUserRole>
    <source>IMSGLC_CC_Rolesv1p1</source><value>Mentor</value></intendedEndUserRole></educational></lom></metadata>"""
    with_roles = CC.replace('href="index.html"><file', f'href="index.html">{roles}<file').replace(
        "<title>T</title>", f"<title>T</title>{roles}"
    )
    assert with_roles.count(roles) == 2
    assert examined(tmp_path, with_roles, "imsmanifest.xml", "index.html") == []


def test_a_package_of_questions_is_no_course_of_scorm(tmp_path: Path) -> None:
    bank = """<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><metadata>
    <schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata><organizations/><resources>
    <resource identifier="r" type="imsqti_item_xmlv2p1" href="a.xml"><file href="a.xml"/></resource></resources>
    </manifest>"""
    assert examined(tmp_path, bank, "imsmanifest.xml", "a.xml") == ["check.question_bank"]
    verdict = examine(tmp_path / "a.zip")
    assert (verdict.kind, verdict.other, verdict.moodle) == ("other", "qti", ())


def test_a_cartridge_with_questions_alone_stays_a_cartridge(tmp_path: Path) -> None:
    quiz = CC.replace('type="webcontent"', 'type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"').replace(
        '<item identifier="i" identifierref="r"><title>T</title></item>', ""
    )
    examined(tmp_path, quiz, "imsmanifest.xml", "index.html")
    assert examine(tmp_path / "a.zip").kind == "cc"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("1.1.0", "1.3.0", "check.schemaversion"),
        ("IMS Common Cartridge", "ADL SCORM", "check.cc_structure"),
        ("rooted-hierarchy", "hierarchical", "check.cc_structure"),
        ('type="webcontent"', 'type="apa"', "check.cc_type"),
        ('identifierref="r"', 'identifierref="x"', "check.identifierref"),
        ("<resources>", "<resources><resource/>", "check.attribute_missing"),
    ],
)
def test_a_fault_of_a_cartridge_is_found(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in examined(tmp_path, CC.replace(old, new, 1), "imsmanifest.xml", "index.html")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('<item identifier="I-1"', '<item identifier="I-1" identifierref="R-1"', "check.not_leaf"),
        ('identifierref="R-2"', "", "check.leaf_without_resource"),
        ('<imsss:sequencing IDRef="S-1"/>', '<imsss:sequencing IDRef="S-2"/>', "check.sequencing_reference"),
        ('objectiveID="tujuan-2"', 'objectiveID="tujuan-1"', "check.objective_twice"),
        ('<adlseq:objective objectiveID="tujuan-1"', '<adlseq:objective objectiveID="x"', "check.objective_unknown"),
        (
            'condition="satisfied" operator="noOp"',
            'condition="satisfied" referencedObjective="x"',
            "check.objective_unknown",
        ),
        ('attemptLimit="2"', 'attemptLimit="2" beginTimeLimit="2026-01-31T08:00:00Z"', "check.limit_ignored"),
        (
            'targetObjectiveID="global-2" readNormalizedMeasure="true"',
            'targetObjectiveID="global-1" writeSatisfiedStatus="true"',
            "check.target_writers",
        ),
        ('isvisible="true"', 'adlseq:objectivesGlobalToSystem="false"', "check.only_on_organization"),
        ('xml:base="dua/"', 'xml:base="dua"', "check.base"),
        ('progressWeight="1.0"/>', 'progressWeight="1.0">0.8</adlcp:completionThreshold>', "check.threshold_edition"),
        ("2004 4th Edition", "2004 3rd Edition", "check.element_unknown"),
        ("2004 4th Edition", "2004.4", "check.schemaversion"),
        ('adlcp:scormType="sco"', 'adlcp:scormtype="sco"', "check.scormtype_spelling"),
    ],
)
def test_a_fault_of_scorm_2004_is_found(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in NEW
    assert code in examined(tmp_path, NEW.replace(old, new, 1))


def test_a_package_is_read_into_types(tmp_path: Path) -> None:
    examined(tmp_path, NEW)
    with open_container(tmp_path / "a.zip") as container:
        package = read_package(container)
    assert (package.edition, package.title) == ("4th", "Pelayanan")
    manifest = package.manifest
    assert manifest is not None
    (first, launch), (second, other) = manifest.scos()
    assert (first.title, first.mastery, first.data, first.completion) == ("Halaman 1", 0.7, "data", 0.8)
    assert (launch.launch, launch.scorm_type, [file.name for file in launch.files]) == (
        "index.html",
        "sco",
        ["index.html", "a b.js"],
    )
    assert (second.parameters, other.launch, other.base) == ("", "dua/dua.html", "dua/")
    assert first.sequencing is not None
    assert [objective.id for objective in first.sequencing.objectives] == ["tujuan-1", "tujuan-2"]
    assert first.hidden_controls == ("continue", "previous")


def test_a_course_is_read_into_types(tmp_path: Path) -> None:
    examined(tmp_path, CMI5, "cmi5.xml")
    with open_container(tmp_path / "a.zip") as container:
        course = read_package(container).course
    assert course is not None
    assert (course.id, course.titles) == ("https://contoh.go.id/kursus/1", {"id": "Pelayanan", "en": "Service"})
    units = list(course.units())
    assert [unit.launch for unit in units] == ["index.html", "dua/dua.html", ""]
    assert (units[0].mastery, units[0].move_on, units[0].launch_parameters) == (0.7, "CompletedAndPassed", '{"a": 1}')
