"""What Moodle 4.5 will do with a package is told beforehand, as its own reader would meet it."""

import re
import zipfile
from pathlib import Path

import pytest

from scorm_packager.check.package import examine

VALID = Path(__file__).parent.parent.parent / "data" / "scorm" / "valid"
FILES = ("index.html", "a b.js", "dua/dua.html", "gaya.css", "meta.xml")
OLD = (VALID / "scorm12.xml").read_text(encoding="utf-8")
NEW = (VALID / "scorm2004-4.xml").read_text(encoding="utf-8")
THIRD = (VALID / "scorm2004-3.xml").read_text(encoding="utf-8")


def told(tmp_path: Path, body: str | bytes, name: str = "imsmanifest.xml") -> list[str]:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        package.writestr(name, body)
        for file in FILES:
            package.writestr(file, "x")
    return [finding.code for finding in examine(tmp_path / "a.zip").moodle]


@pytest.mark.parametrize(
    ("manifest", "old", "new", "code"),
    [
        (NEW, "", "", "moodle.mapinfo"),
        (NEW, "", "", "moodle.app"),
        (NEW, "", "", "moodle.several_scos"),
        (NEW, "", "", "moodle.pass_mark"),
        (NEW, "", "", "moodle.ignored"),
        (THIRD, "", "", "moodle.threshold"),
        (NEW, "<schemaversion>2004 4th Edition<", "<schemaversion>2004 4th edition<", "moodle.version"),
        (NEW, "<schemaversion>2004 4th Edition<", "<schemaversion>2004 4th Edition\n<", "moodle.version"),
        (NEW, 'satisfiedByMeasure="true"', 'satisfiedByMeasure="false"', "moodle.satisfied"),
        (OLD, "", "", "moodle.mastery"),
        (OLD, "", "", "moodle.asset"),
        (OLD, 'adlcp:scormtype="sco"', "", "moodle.asset"),
        (OLD, '<resources xml:base="">', '<resources xml:base="isi/">', "moodle.base"),
        (OLD, 'identifierref="R-1"', 'identifierref="X-1"', "moodle.no_launch"),
        (OLD, "<title>Halaman 1<", "<title><![CDATA[A & B]]><", "moodle.title"),
        (OLD, "<title>Halaman 1<", "<title>A &#169; B<", "moodle.title"),
        (OLD, "</organizations>", '<organization identifier="O-2"/></organizations>', "moodle.organizations"),
        (OLD, "<manifest ", "<manifest <", "moodle.xml"),
        (OLD, "<?xml ", "\n<?xml ", "moodle.xml"),
        (OLD, "<title>Halaman 1<", "<title>Halaman\x0b1<", "moodle.xml"),
        (OLD, "<title>Halaman 1<", "<title>Halaman&nbsp;1<", "moodle.xml"),
        (NEW, "", "", "moodle.interactions"),
        (NEW, "", "", "moodle.one_sco"),
    ],
)
def test_what_goes_wrong_in_moodle_is_told(tmp_path: Path, manifest: str, old: str, new: str, code: str) -> None:
    assert old in manifest
    assert code in told(tmp_path, manifest.replace(old, new, 1))


@pytest.mark.parametrize("name", ["modul/imsmanifest.xml", "IMSMANIFEST.XML"])
def test_a_manifest_where_moodle_does_not_look_is_told(tmp_path: Path, name: str) -> None:
    assert "moodle.not_imported" in told(tmp_path, OLD, name)


@pytest.mark.parametrize("name", ["cmi5.xml", "tincan.xml"])
def test_what_moodle_does_not_play_is_told(tmp_path: Path, name: str) -> None:
    body = (VALID / "cmi5.xml").read_text(encoding="utf-8") if name == "cmi5.xml" else "<tincan/>"
    assert told(tmp_path, body, name) == ["moodle.not_played"]


def test_the_version_of_a_right_package_is_no_finding(tmp_path: Path) -> None:
    assert {"moodle.version", "moodle.prefix", "moodle.not_imported"}.isdisjoint(told(tmp_path, NEW))


@pytest.mark.parametrize("whole", ["1", "1.0", " 1.0 "])
def test_a_threshold_that_moodle_reads_as_it_is_meant_is_no_finding(tmp_path: Path, whole: str) -> None:
    changed = re.sub(r"(<adlcp:completionThreshold>)[^<]*", rf"\g<1>{whole}", THIRD)
    assert changed != THIRD
    assert "moodle.threshold" not in told(tmp_path, changed)


def with_prefix(prefix: str) -> str:
    return OLD.replace("xmlns:adlcp", f"xmlns:{prefix}").replace("adlcp:", f"{prefix}:")


def test_a_prefix_that_only_attributes_bear_is_told(tmp_path: Path) -> None:
    body = re.sub(r"<paket:.*?</paket:\w+>", "", with_prefix("paket"))
    assert "<paket:" not in body
    assert "moodle.prefix" in told(tmp_path, body)


@pytest.mark.parametrize(
    "body",
    [
        OLD.replace("<title>Halaman 1<", "<title>Halaman & 1<"),
        OLD.replace("?>", "?>\n<!DOCTYPE manifest>"),
        with_prefix("ADLCP"),
    ],
    ids=["a plain ampersand", "a document type", "capitals"],
)
def test_what_moodle_reads_all_the_same_is_no_finding(tmp_path: Path, body: str) -> None:
    assert body != OLD
    assert set(told(tmp_path, body)) <= set(told(tmp_path, OLD))


def test_several_scos_of_scorm_1_2_are_recorded(tmp_path: Path) -> None:
    found = told(tmp_path, OLD)
    assert "moodle.several_scos" in found
    assert "moodle.one_sco" not in found


def test_a_text_that_moodle_garbles_in_utf_16_is_told(tmp_path: Path) -> None:
    body = OLD.replace("<title>Halaman 1<", "<title>A &amp; B<").replace("UTF-8", "UTF-16")
    assert "moodle.utf16" in told(tmp_path, body.encode("utf-16"))


def test_utf_16_without_an_ampersand_is_read_by_moodle(tmp_path: Path) -> None:
    assert "&" not in OLD
    assert "moodle.utf16" not in told(tmp_path, OLD.replace("UTF-8", "UTF-16").encode("utf-16"))
