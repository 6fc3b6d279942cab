"""Convert keeps the content, writes a manifest without findings, and says what becomes of the rest."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from scorm_packager.convert.codes import FATES, fate_of
from scorm_packager.convert.convert import FORMATS, Converted, convert_package
from scorm_packager.convert.from_scorm import with_parameters
from scorm_packager.errors import PackagerError
from scorm_packager.reader.container import open_container
from scorm_packager.reader.model import Package
from scorm_packager.reader.read import read_package

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Layanan &amp; warga</title>
<item identifier="bab"><title>Bab 1</title>
<item identifier="satu" identifierref="r" parameters="?a=1"><title>Satu</title>
<adlcp:prerequisites type="aicc_script">dua</adlcp:prerequisites><adlcp:maxtimeallowed>00:30:00</adlcp:maxtimeallowed>
<adlcp:timelimitaction>exit,no message</adlcp:timelimitaction><adlcp:datafromlms>mulai=1</adlcp:datafromlms>
<adlcp:masteryscore>80</adlcp:masteryscore></item>
<item identifier="dua" identifierref="q" isvisible="false"><title>Dua</title></item></item>
</organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="x/index.html" xml:base="isi/">
<file href="x/index.html"/><dependency identifierref="q"/></resource>
<resource identifier="q" type="webcontent" adlcp:scormtype="asset" href="a%20b.html">
<file href="a%20b.html"/></resource></resources>
</manifest>"""
NEW = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" version="1.0" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
 xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Warga</title>
<item identifier="i" identifierref="r"><title>Satu</title>
<adlcp:timeLimitAction>exit,no message</adlcp:timeLimitAction><adlcp:dataFromLMS>mulai=1</adlcp:dataFromLMS>
<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75"/>
<imsss:sequencing><imsss:controlMode choiceExit="false"/>
<imsss:limitConditions attemptLimit="2" attemptAbsoluteDurationLimit="PT30M"/>
<imsss:objectives><imsss:primaryObjective objectiveID="utama" satisfiedByMeasure="true">
<imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure>
</imsss:primaryObjective></imsss:objectives></imsss:sequencing>
<adlnav:presentation><adlnav:navigationInterface>
<adlnav:hideLMSUI>continue</adlnav:hideLMSUI><adlnav:hideLMSUI>exitAll</adlnav:hideLMSUI>
</adlnav:navigationInterface></adlnav:presentation>
</item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormType="sco" href="isi/x/index.html">
<file href="isi/x/index.html"/></resource>
<resource identifier="q" type="webcontent" adlcp:scormType="asset"><file href="a%20b.html"/>
<file href="lain/gambar.bin"/></resource></resources>
</manifest>"""
FILES = {"isi/x/index.html": b"<p>satu", "a b.html": b"<p>dua", "lain/gambar.bin": bytes(range(256)) * 300}


def make(path: Path, manifest: str, **more: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in {**FILES, **more}.items():
            package.writestr(name, body)
        package.writestr("imsmanifest.xml", manifest)
        package.writestr("imscp_rootv1p1p2.xsd", "<x/>")
    return path


def convert(tmp_path: Path, manifest: str, wanted: str, **more: bytes) -> Converted:
    path = make(tmp_path / "lama.zip", manifest, **more)
    before = path.read_bytes()
    converted = convert_package(path, tmp_path / "baru.zip", wanted)
    assert path.read_bytes() == before
    assert converted.after.findings == ()
    for finding in converted.said:
        assert finding.code in FATES
        assert all("convert." not in finding.sentence(language) for language in ("id", "en"))
    return converted


def package_of(converted: Converted) -> Package:
    with open_container(converted.target) as container:
        return read_package(container)


def body(converted: Converted, name: str) -> bytes:
    with zipfile.ZipFile(converted.target) as package:
        return package.read(name)


def settings(converted: Converted, page: str) -> dict[str, object]:
    found = re.search(rb'id="jembatan">(.*?)</script>', body(converted, page))
    assert found
    return dict(json.loads(found[1]))


def codes(converted: Converted) -> set[str]:
    return {finding.code.removeprefix("convert.") for finding in converted.said}


@pytest.mark.parametrize("manifest", [OLD, NEW], ids=["1.2", "2004"])
@pytest.mark.parametrize("wanted", FORMATS)
def test_every_direction_gives_a_package_without_findings_and_the_same_content(
    tmp_path: Path, manifest: str, wanted: str
) -> None:
    if (manifest, wanted) in ((OLD, "scorm12"), (NEW, "scorm2004-4")):
        pytest.skip("it is that already")
    converted = convert(tmp_path, manifest, wanted)
    with zipfile.ZipFile(converted.target) as package:
        assert package.testzip() is None
        assert {name: package.read(name) for name in FILES} == FILES
        assert "imscp_rootv1p1p2.xsd" not in package.namelist()


def test_scorm12_becomes_2004_with_its_tree_pass_mark_and_limits(tmp_path: Path) -> None:
    converted = convert(tmp_path, OLD, "scorm2004-4")
    found = package_of(converted)
    assert found.edition == "4th"
    assert found.manifest is not None
    chapter = found.manifest.organizations[0].items[0]
    one, two = chapter.items
    assert (chapter.title, one.title, two.title, two.visible) == ("Bab 1", "Satu", "Dua", False)
    assert (one.mastery, one.data, one.time_action) == (0.8, "mulai=1", "exit,no message")
    assert one.sequencing is not None
    assert one.sequencing.time_limit == "PT0H30M0S"
    assert settings(converted, "jembatan/1.html")["launch"] == "../isi/x/index.html?a=1"
    assert "prerequisites" in codes(converted)


def test_2004_becomes_scorm12_and_what_has_no_place_is_named_with_its_line(tmp_path: Path) -> None:
    converted = convert(tmp_path, NEW, "scorm12")
    found = package_of(converted)
    assert found.edition == "1.2"
    assert found.manifest is not None
    item = found.manifest.organizations[0].items[0]
    assert (item.mastery, item.data, item.time_limit) == (0.8, "mulai=1", "0000:30:00")
    page = settings(converted, "jembatan/1.html")
    assert (page["threshold"], page["objectives"], page["setByContent"]) == (0.75, ["utama"], False)
    lost = {finding.code: finding.line for finding in converted.said if fate_of(finding.code) == "lost"}
    assert lost == {"convert.sequencing": 6, "convert.attempts": 6, "convert.navigation": 6}


def test_another_edition_keeps_the_manifest_but_what_only_the_fourth_knows(tmp_path: Path) -> None:
    converted = convert(tmp_path, NEW, "scorm2004-3")
    manifest = body(converted, "imsmanifest.xml").decode()
    assert "2004 3rd Edition" in manifest
    assert "completionThreshold>0.75</" in manifest
    assert "continue" in manifest
    assert "exitAll" not in manifest
    assert codes(converted) >= {"edition", "fourth_only"}


@pytest.mark.parametrize(("manifest", "rule"), [(OLD, "CompletedOrPassed"), (NEW, "CompletedAndPassed")])
def test_cmi5_says_when_each_part_is_satisfied_and_names_stay_the_same(
    tmp_path: Path, manifest: str, rule: str
) -> None:
    first = convert(tmp_path, manifest, "cmi5")
    structure = body(first, "cmi5.xml")
    course = package_of(first).course
    assert course is not None
    unit = next(course.units())
    assert (unit.move_on, unit.mastery, unit.launch) == (rule, 0.8, "jembatan/1.html")
    assert body(convert(tmp_path, manifest, "cmi5"), "cmi5.xml") == structure


def test_a_folder_called_like_the_bridges_stays_apart(tmp_path: Path) -> None:
    converted = convert(tmp_path, OLD, "scorm2004-4", **{"Jembatan/jembatan.js": b"milik lain"})
    assert body(converted, "Jembatan/jembatan.js") == b"milik lain"
    assert settings(converted, "jembatan-2/1.html")["target"] == "2004"


def test_an_item_with_content_and_items_keeps_both(tmp_path: Path) -> None:
    both = OLD.replace('<item identifier="bab">', '<item identifier="bab" identifierref="r">')
    found = package_of(convert(tmp_path, both, "scorm2004-3"))
    assert found.manifest is not None
    assert [item.title for item in found.manifest.organizations[0].walk()] == ["Bab 1", "Bab 1", "Satu", "Dua"]


def test_content_on_another_site_is_opened_untracked_and_said(tmp_path: Path) -> None:
    away = OLD.replace('href="x/index.html" xml:base="isi/"', 'href="https://lain.example/a.html"').replace(
        '<file href="x/index.html"/>', ""
    )
    path = make(tmp_path / "lama.zip", away)
    assert "outside" in codes(convert_package(path, tmp_path / "baru.zip", "scorm2004-4"))


@pytest.mark.parametrize(
    ("address", "parameters", "whole"),
    [
        ("a.html", "", "a.html"),
        ("a.html", "?b=1", "a.html?b=1"),
        ("a.html?b=1", "&c=2", "a.html?b=1&c=2"),
        ("a.html#x", "b=1", "a.html?b=1#x"),
        ("a.html", "#x", "a.html#x"),
        ("a.html#y", "#x", "a.html#y"),
    ],
)
def test_parameters_join_the_address_as_the_standard_says(address: str, parameters: str, whole: str) -> None:
    assert with_parameters(address, parameters) == whole


@pytest.mark.parametrize(
    ("manifest", "wanted", "code"),
    [
        (OLD, "scorm12", "convert.already"),
        (OLD, "scorm13", "convert.unknown_format"),
        (OLD.replace('href="x/index.html" xml', 'href="hilang.html" xml'), "cmi5", "convert.launch_missing"),
        (OLD.replace('identifierref="', 'ref="'), "cmi5", "convert.nothing"),
        (OLD[:900], "cmi5", "convert.unreadable"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + OLD[39:], "cmi5", "convert.unreadable"),
        ("<x/>", "cmi5", "convert.not_scorm"),
    ],
)
def test_what_cannot_be_converted_is_refused_and_nothing_is_written(
    tmp_path: Path, manifest: str, wanted: str, code: str
) -> None:
    path = make(tmp_path / "lama.zip", manifest)
    with pytest.raises(PackagerError) as refused:
        convert_package(path, tmp_path / "baru.zip", wanted)
    assert refused.value.code == code
    assert [place.name for place in tmp_path.iterdir()] == ["lama.zip"]


def test_hostile_zips_and_other_things_are_refused(tmp_path: Path) -> None:
    climbing = make(tmp_path / "naik.zip", OLD, **{"../jahat.html": b"x"})
    (tmp_path / "catatan.txt").write_text("bukan zip")
    empty = tmp_path / "lain.zip"
    with zipfile.ZipFile(empty, "w") as package:
        package.writestr("a.txt", "x")
    found = []
    for path in (climbing, tmp_path / "catatan.txt", empty, tmp_path / "tidak-ada.zip"):
        with pytest.raises(PackagerError) as refused:
            convert_package(path, tmp_path / "baru.zip", "cmi5")
        found.append(refused.value.code)
    assert found == ["archive.escapes", "convert.not_zip", "convert.not_scorm", "archive.missing"]
    assert not (tmp_path / "baru.zip").exists()


def test_a_package_never_overwrites_itself(tmp_path: Path) -> None:
    path = make(tmp_path / "lama.zip", OLD)
    with pytest.raises(PackagerError, match="overwrite"):
        convert_package(path, path, "cmi5")


def test_the_command_says_what_became_of_what_for_people_and_programs(tmp_path: Path) -> None:
    path = make(tmp_path / "lama.zip", OLD)
    command = ["convert", str(path), "--format", "scorm2004-4", "-o", str(tmp_path / "baru.zip")]
    shown = CliRunner().invoke(main, command)
    assert shown.exit_code == 0
    assert "HILANG imsmanifest.xml:6" in shown.stderr
    assert shown.stdout.strip() == str(tmp_path / "baru.zip")
    plain = json.loads(CliRunner().invoke(main, [*command, "--json"]).stdout)
    assert (plain["from"], plain["parts"], plain["errors"]) == ("SCORM 1.2", 2, [])
    assert {row["fate"] for row in plain["said"]} == {"kept", "close", "lost"}
