"""Repair mends what needs no guess, says so, leaves the content alone, and never makes a package worse."""

import random
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from scorm_packager.check.codes import is_mended
from scorm_packager.check.package import examine
from scorm_packager.errors import PackagerError
from scorm_packager.repair.codes import CODES
from scorm_packager.repair.repair import Repaired, repair_package
from tests.conformance.scorm_mutations import mutant

VALID = Path(__file__).parent.parent.parent / "data" / "scorm" / "valid"
FILES = ("index.html", "a b.js", "dua/dua.html", "gaya.css", "meta.xml")
GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>T</title>
<item identifier="i" identifierref="r"><title>I</title></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html">
<file href="index.html"/><file href="a%20b.js"/></resource></resources>
</manifest>"""


def make(path: Path, manifest: str | bytes, *files: str, name: str = "imsmanifest.xml", folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for file in files:
            package.writestr(folder + file, f"isi {file} " * 40)
        package.writestr(folder + name, manifest)
    return path


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {info.filename: package.read(info) for info in package.infolist()}


def mend(tmp_path: Path, manifest: str | bytes, *files: str, moodle: bool = False, **place: str) -> Repaired:
    path = make(tmp_path / "rusak.zip", manifest, *files, **place)
    before = path.read_bytes()
    repaired = repair_package(path, tmp_path / "baik.zip", moodle=moodle)
    assert path.read_bytes() == before
    for finding in repaired.done:
        assert finding.code in CODES
        for language in ("id", "en"):
            assert finding.code not in finding.sentence(language)
    return repaired


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<schemaversion>1.2<", "<schemaversion> 1.2\n<", "repair.version"),
        ("<schema>ADL SCORM</schema>", "", "repair.schema"),
        ("<schema>ADL SCORM<", "<schema>adl scorm<", "repair.schema"),
        ("adlcp:scormtype", "adlcp:scormType", "repair.scormtype"),
        ("adlcp:scormtype", "scormtype", "repair.scormtype"),
        ('"sco"', '"SCO"', "repair.scormtype"),
        ('default="o"', 'default="hilang"', "repair.default"),
        ('default="o"', "", "repair.default"),
        ('identifier="i"', 'identifier="o"', "repair.id"),
        ('identifier="i"', 'identifier="1 a"', "repair.id"),
        ('"r"', '"r 1"', "repair.id"),
        ('<file href="index.html"/>', '<file href="Index.html"/>', "repair.href"),
        ('<file href="a%20b.js"/>', '<file href="a b.js"/>', "repair.href"),
        ('<file href="a%20b.js"/>', '<file href=".\\a b.js"/>', "repair.href"),
        ('<file href="a%20b.js"/>', "", "repair.unlisted"),
        ('<file href="a%20b.js"/>', '<file href="a%20b.js"/><file href="hilang.js"/>', "repair.missing"),
        ('<file href="a%20b.js"/>', '<file href="a%20b.js"/><metadata/>', "repair.order"),
        ("<title>I</title>", "<Title>I</Title>", "repair.spelling"),
        ("<title>T</title>", "<title>T & U</title>", "repair.text"),
        ("<title>T</title>", "<title>T\x0b</title>", "repair.text"),
        (
            'identifier="m"',
            'identifier="m" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:a a.xsd"',
            "repair.locations",
        ),
    ],
)
def test_a_fault_that_needs_no_guess_is_mended(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in GOOD
    repaired = mend(tmp_path, GOOD.replace(old, new) if old in ('"r"',) else GOOD.replace(old, new, 1), *FILES[:2])
    assert code in [finding.code for finding in repaired.done]
    assert list(repaired.after.findings) == []


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        (b"\xef\xbb\xbf" + GOOD.encode(), "check.bom"),
        (GOOD.replace("UTF-8", "UTF-16").encode("utf-16"), "check.utf16"),
        (GOOD.replace("<title>T", "<title>Té").encode("cp1252"), "check.encoding"),
        (b"\n " + GOOD.encode(), "check.leading"),
    ],
)
def test_a_wrong_encoding_is_written_again_as_utf_8(tmp_path: Path, manifest: bytes, code: str) -> None:
    repaired = mend(tmp_path, manifest, *FILES[:2])
    assert code in [finding.code for finding in repaired.before.findings]
    assert [finding.code for finding in repaired.done] == ["repair.text"]
    assert list(repaired.after.findings) == []


def test_a_folder_in_the_zip_goes_away_with_rubbish_and_large_letters(tmp_path: Path) -> None:
    path = make(tmp_path / "rusak.zip", GOOD, *FILES[:2], folder="modul/", name="IMSManifest.xml")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("__MACOSX/._index.html", "x")
    repaired = repair_package(path, tmp_path / "baik.zip")
    assert [finding.code for finding in repaired.done] == ["repair.folder", "repair.junk", "repair.name"]
    assert sorted(contents(tmp_path / "baik.zip")) == ["a b.js", "imsmanifest.xml", "index.html"]
    assert list(repaired.after.findings) == []


def test_other_prefixes_become_those_that_moodle_reads(tmp_path: Path) -> None:
    manifest = GOOD.replace("<", "<ims:").replace("<ims:/", "</ims:").replace("<ims:?", "<?")
    manifest = manifest.replace("xmlns=", "xmlns:ims=").replace("adlcp:", "x:").replace("xmlns:adlcp", "xmlns:x")
    repaired = mend(tmp_path, manifest, *FILES[:2])
    assert "repair.prefix" in [finding.code for finding in repaired.done]
    assert (list(repaired.after.findings), list(repaired.after.moodle)) == ([], [])


def test_bases_go_to_the_resources(tmp_path: Path) -> None:
    manifest = GOOD.replace("<resources>", '<resources xml:base="isi/">')
    repaired = mend(tmp_path, manifest, "isi/index.html", "isi/a b.js")
    assert "moodle.base" in [finding.code for finding in repaired.before.moodle]
    assert "repair.base" in [finding.code for finding in repaired.done]
    assert (list(repaired.after.findings), list(repaired.after.moodle)) == ([], [])


def test_for_moodle_map_infos_go_and_otherwise_stay(tmp_path: Path) -> None:
    manifest = (VALID / "scorm2004-4.xml").read_bytes()
    assert "repair.mapinfo" not in [finding.code for finding in mend(tmp_path, manifest, *FILES).done]
    repaired = mend(tmp_path, manifest, *FILES, moodle=True)
    assert "repair.mapinfo" in [finding.code for finding in repaired.done]
    assert [finding.code for finding in repaired.after.moodle if finding.level == "error"] == []


def test_what_would_be_a_guess_is_left_and_said(tmp_path: Path) -> None:
    manifest = GOOD.replace('adlcp:scormtype="sco"', "").replace('identifierref="r"', 'identifierref="x"')
    repaired = mend(tmp_path, manifest, *FILES[:2])
    assert repaired.done == ()
    assert {finding.code for finding in repaired.after.errors} == {"check.scormtype_missing", "check.identifierref"}
    assert (tmp_path / "baik.zip").read_bytes() != b""


def test_a_document_that_is_no_xml_is_left_as_it_is(tmp_path: Path) -> None:
    repaired = mend(tmp_path, GOOD.replace("</item>", ""), *FILES[:2])
    assert contents(tmp_path / "baik.zip") == contents(tmp_path / "rusak.zip")
    assert "check.not_xml" in [finding.code for finding in repaired.after.errors]


def test_a_package_is_never_written_over_itself(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", GOOD, *FILES[:2])
    before = path.read_bytes()
    with pytest.raises(PackagerError, match="repair.same_file"):
        repair_package(path, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("body", "code"), [(b"bukan zip", "repair.not_zip"), (b"PK\x03\x04 terpotong", "archive.broken")]
)
def test_what_is_no_package_is_refused_and_nothing_is_written(tmp_path: Path, body: bytes, code: str) -> None:
    (tmp_path / "a.zip").write_bytes(body)
    with pytest.raises(PackagerError, match=code):
        repair_package(tmp_path / "a.zip", tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_a_plain_web_page_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "a.zip", "x", "index.html", name="catatan.txt")
    with pytest.raises(PackagerError, match="repair.not_package"):
        repair_package(tmp_path / "a.zip", tmp_path / "b.zip")


@pytest.mark.parametrize("name", ["scorm12", "scorm2004-3", "scorm2004-4", "cmi5"])
def test_repair_never_makes_more_errors_and_never_touches_content(tmp_path: Path, name: str) -> None:
    rng = random.Random(f"repair {name}")
    valid = etree.fromstring((VALID / f"{name}.xml").read_bytes())
    descriptor = "cmi5.xml" if name == "cmi5" else "imsmanifest.xml"
    for _ in range(20):
        path = make(tmp_path / "a.zip", etree.tostring(mutant(valid, rng)), *FILES, name=descriptor)
        repaired = repair_package(path, tmp_path / "b.zip", moodle=rng.random() < 0.5)
        assert len(repaired.after.errors) <= len(repaired.before.errors), repaired
        old, new = contents(path), contents(tmp_path / "b.zip")
        assert {k: v for k, v in old.items() if k != descriptor} == {k: v for k, v in new.items() if k != descriptor}
        again = repair_package(tmp_path / "b.zip", tmp_path / "c.zip")
        assert again.done == (), (repaired.done, again.done)
        assert contents(tmp_path / "c.zip") == new


CARTRIDGE = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
 xmlns:lom="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion></metadata>
<organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="root">
<item identifier="i" identifierref="r"><title>I</title></item></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" href="index.html"><file href="index.html"/>
<file href="a b.js"/></resource></resources>
</manifest>"""
COURSE = """<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
<course id="https://x.example/k"><description><langstring lang="id">K</langstring></description>
<title><langstring lang="id">K</langstring></title></course>
<au id="https://x.example/a" moveOn="Completed"><title><langstring lang="id">A</langstring></title>
<description><langstring lang="id">A</langstring></description><url>index.html</url></au></courseStructure>"""


@pytest.mark.parametrize(
    ("manifest", "name", "files"),
    [
        (CARTRIDGE, "imsmanifest.xml", ("index.html", "a b.js", "tidak-terdaftar.js", "Thumbs.db")),
        (CARTRIDGE, "imsmanifest.xml", ("INDEX.html",)),
        ("\ufeff" + CARTRIDGE.replace(">I<", ">I & J<"), "imsmanifest.xml", ("index.html", "a b.js")),
        (COURSE, "cmi5.xml", ("index.html", "Thumbs.db")),
        (COURSE, "cmi5.xml", ("lain.html",)),
        (GOOD.replace('scormtype="sco"', 'scormType="SCO"'), "imsmanifest.xml", ("index.html", "lain.js")),
    ],
)
@pytest.mark.parametrize("folder", ["", "dalam/"])
def test_what_check_calls_repairable_is_gone_after_a_repair(
    tmp_path: Path, manifest: str, name: str, files: tuple[str, ...], folder: str
) -> None:
    path = make(tmp_path / "rusak.zip", manifest, *files, name=name, folder=folder)
    before = examine(path)
    after = repair_package(path, tmp_path / "baik.zip").after
    promised = {found.code for found in (*before.findings, *before.moodle) if is_mended(found.code, before.kind)}
    assert promised & {found.code for found in (*after.findings, *after.moodle)} == set()
    if folder:
        assert "check.manifest_deep" in promised
