"""The checker tells right packages from wrong ones, whoever made them."""

import zipfile
from pathlib import Path

import pytest

from scorm_packager.build import build_package
from scorm_packager.checker import check_package

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>T</title>
<item identifier="i" identifierref="r"><title>I</title></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index%20a.html">
<file href="index%20a.html"/></resource></resources>
</manifest>"""
FILE = "index a.html"


def make(tmp_path: Path, manifest: str | bytes | None, *files: str, name: str = "imsmanifest.xml") -> Path:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as package:
        if manifest is not None:
            package.writestr(name, manifest)
        for file in files:
            package.writestr(file, "x")
    return tmp_path / "p.zip"


def test_a_right_package_has_no_finding(tmp_path: Path) -> None:
    assert check_package(make(tmp_path, GOOD, FILE)) == []


def test_our_own_package_has_no_finding(tmp_path: Path, module_folder: Path) -> None:
    assert check_package(build_package(module_folder, output=tmp_path / "a.zip").path) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("<schemaversion>1.2<", "<schemaversion>1.2 <", "check.schemaversion", 3),
        ("<schemaversion>1.2<", "<schemaversion>2004.4<", "check.schemaversion", 3),
        ("<schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>", "", "check.schemaversion", 2),
        ("<schema>ADL SCORM</schema>", "", "check.schema_name", 2),
        ("<schemaversion>1.2<", "<schemaversion>2004 4th Edition<", "check.edition_guessed", 2),
        ("adlcp:scormtype", "adlcp:scormType", "check.scormtype_spelling", 6),
        ("adlcp:scormtype", "scormtype", "check.scormtype_spelling", 6),
        ('adlcp:scormtype="sco"', "", "check.scormtype_missing", 6),
        ('"sco"', '"SCO"', "check.scormtype_value", 6),
        ("adlcp:", "x:", "check.prefix", 6),
        ('identifierref="r"', 'identifierref="hilang"', "check.identifierref", 5),
        ('identifierref="r"', "", "check.nothing_to_launch", 2),
        ('default="o"', 'default="x"', "check.default", 4),
        ('identifier="i"', 'identifier="o"', "check.id_twice", 5),
        ('identifier="i"', 'identifier="1 a"', "check.id_bad", 5),
        ('<file href="index%20a.html"/>', '<file href="hilang.html"/>', "check.file_missing", 7),
        ('<file href="index%20a.html"/>', '<file href="Index%20a.html"/>', "check.file_case", 7),
        ('<file href="index%20a.html"/>', '<file href="index a.html"/>', "check.href_plain", 7),
        ('<file href="index%20a.html"/>', '<file href="https://example.org/a.js"/>', "check.outside", 7),
        (' href="index%20a.html">', ">", "check.no_href", 6),
        ("<title>I</title>", "", "check.no_title", 5),
        ("<title>I</title>", "<title>I</title><adlcp:masteryscore>101</adlcp:masteryscore>", "check.item_value", 5),
        (
            "<title>I</title>",
            f"<title>I</title><adlcp:datafromlms>{'x' * 256}</adlcp:datafromlms>",
            "check.value",
            5,
        ),
        (
            "<title>I</title>",
            "<title>I</title><adlcp:timelimitaction>stop</adlcp:timelimitaction>",
            "check.value",
            5,
        ),
        ("<title>I</title>", "<title>I & J</title>", "check.ampersand", 5),
        ("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "urn:x", "check.namespace", 2),
        ("?>", '?><!DOCTYPE manifest [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "check.doctype", 1),
    ],
)
def test_a_fault_in_the_manifest_is_found_with_its_line(
    tmp_path: Path, old: str, new: str, code: str, line: int
) -> None:
    assert old in GOOD
    manifest = GOOD.replace(old, new) if old == "adlcp:" else GOOD.replace(old, new, 1)
    if old == "adlcp:":
        manifest = manifest.replace("xmlns:adlcp", "xmlns:x")
    findings = check_package(make(tmp_path, manifest, FILE))
    assert (code, "imsmanifest.xml", line) in [(f.code, f.file, f.line) for f in findings]
    for finding in findings:
        for language in ("id", "en"):
            assert finding.place in finding.sentence(language)


def test_a_prefix_that_moodle_cannot_read_is_found(tmp_path: Path) -> None:
    manifest = (
        GOOD.replace("<", "<ims:").replace("<ims:/", "</ims:").replace("<ims:?", "<?").replace("xmlns=", "xmlns:ims=")
    )
    assert "check.prefix" in [finding.code for finding in check_package(make(tmp_path, manifest, FILE))]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("modul/imsmanifest.xml", "check.manifest_deep"),
        ("IMSManifest.xml", "check.manifest_case"),
        ("a.xml", "check.plain_web"),
    ],
)
def test_a_manifest_in_the_wrong_place_is_found(tmp_path: Path, name: str, code: str) -> None:
    assert code in [finding.code for finding in check_package(make(tmp_path, GOOD, FILE, name=name))]


def test_an_unlisted_file_is_a_warning_but_an_xsd_is_not(tmp_path: Path) -> None:
    findings = check_package(make(tmp_path, GOOD, FILE, "lain.js", "adlcp_rootv1p2.xsd"))
    assert [(f.level, f.code, f.file) for f in findings] == [("warning", "check.unlisted", "lain.js")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "check.not_package"),
        (b"bukan zip", "check.not_package"),
        (b"PK\x03\x04 terpotong", "archive.broken"),
        (b"Rar!\x1a\x07\x01\x00", "check.rar"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "check.rar"),
        (b"\x1f\x8b\x08\x00", "check.moodle_backup"),
        (b"<!DOCTYPE html><html></html>", "check.plain_web"),
    ],
)
def test_what_is_no_zip_is_one_finding(tmp_path: Path, body: bytes, code: str) -> None:
    (tmp_path / "p.zip").write_bytes(body)
    assert [finding.code for finding in check_package(tmp_path / "p.zip")] == [code]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["h5p.json", "content/content.json"], "check.h5p"),
        (["moodle_backup.xml", "files.xml"], "check.moodle_backup"),
        (["contentv3.xml", "index.html"], "check.exe_source"),
        (["[Content_Types].xml", "word/document.xml"], "check.office"),
        (["index.html", "gaya.css"], "check.plain_web"),
        (["modul.toml", "isi/01.md"], "check.module_source"),
        (["paket.zip", "lain.zip"], "check.zips"),
        (["a.crs", "a.au", "a.des", "a.cst"], "check.aicc"),
        (["foto.jpg", "catatan.txt"], "check.not_package"),
    ],
)
def test_what_is_no_package_is_told_what_it_is(tmp_path: Path, names: list[str], code: str) -> None:
    assert [finding.code for finding in check_package(make(tmp_path, None, *names))] == [code]


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><manifest>&b;</manifest>'
    )
    assert [finding.code for finding in check_package(make(tmp_path, bomb))] == ["check.doctype"]
