"""`jampel check` and `jampel repair`: what they print, where, and with which exit code."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main

VALID = Path(__file__).parent.parent.parent / "data" / "scorm" / "valid"
FILES = ("index.html", "a b.js", "dua/dua.html", "gaya.css", "meta.xml", "imscp_v1p1.xsd")


def run(*arguments: str, language: str = "id") -> Result:
    return CliRunner().invoke(main, list(arguments), env={"JAMPEL_LANG": language})


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package that keeps its standard and dies in Moodle."""
    with zipfile.ZipFile(tmp_path / "paket.zip", "w") as opened:
        opened.write(VALID / "scorm2004-4.xml", "imsmanifest.xml")
        for file in (*FILES, "dua/meta.xml"):
            opened.writestr(file, '<script src="https://cdn.example.org/a.js"></script>' if "html" in file else "x")
    return tmp_path / "paket.zip"


@pytest.mark.parametrize(("language", "words"), [("id", ("PERHATIKAN", "Di Moodle 4.5")), ("en", ("In Moodle 4.5",))])
def test_the_verdict_stands_on_stdout_by_groups(package: Path, language: str, words: tuple[str, ...]) -> None:
    checked = run("check", str(package), language=language)
    assert checked.exit_code == 0, checked.stdout
    for word in (*words, "SCORM 2004 4th Edition · Pelayanan", "cdn.example.org", "512 kbps", "imsmanifest.xml:"):
        assert word in checked.stdout
    assert "paket.zip" in checked.stderr


def test_what_dies_in_moodle_is_an_error_when_moodle_is_asked_about(package: Path) -> None:
    checked = run("check", str(package), "--lms", "moodle45", "--json")
    verdict = json.loads(checked.stdout)
    assert (checked.exit_code, verdict["errors"]) == (1, 1)
    assert "moodle.mapinfo" in [row["code"] for row in verdict["moodle45"]]
    row = verdict["findings"][0]
    assert set(row) == {"level", "code", "file", "line", "message", "group", "repairable"}


def test_the_keys_of_the_json_are_those_of_the_reference(package: Path) -> None:
    verdict = json.loads(run("check", str(package), "--json", "--deep").stdout)
    reference = Path(__file__).parent.parent.parent.parent / "docs" / "reference" / "periksa-paket.md"
    text = reference.read_text(encoding="utf-8")
    for key in (*verdict, *verdict["size"], *verdict["hosts"][0], *verdict["findings"][0]):
        assert f"`{key}`" in text, key
    assert verdict["media_not_read"] is False


def test_repair_names_each_change_and_leaves_the_original(package: Path, tmp_path: Path) -> None:
    before = package.read_bytes()
    repaired = run("repair", str(package), "-o", str(tmp_path / "baik.zip"), "--lms", "moodle45")
    assert (repaired.exit_code, repaired.stdout.strip()) == (0, str(tmp_path / "baik.zip")), repaired.stderr
    assert "DIBETULKAN imsmanifest.xml:" in repaired.stderr
    assert package.read_bytes() == before
    again = run("repair", str(tmp_path / "baik.zip"), "-o", str(tmp_path / "lagi.zip"), "--lms", "moodle45", "--json")
    assert (json.loads(again.stdout)["done"], json.loads(again.stdout)["left"]) == ([], [])


def test_repair_says_what_is_left_with_exit_1(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        manifest = (VALID / "scorm12.xml").read_text(encoding="utf-8").replace('"R-1" isvisible', '"X" isvisible')
        opened.writestr("imsmanifest.xml", manifest)
    repaired = run("repair", str(tmp_path / "a.zip"), "-o", str(tmp_path / "b.zip"))
    assert repaired.exit_code == 1
    assert "TERSISA" in repaired.stderr


@pytest.mark.parametrize("command", [("check",), ("repair", "-o", "x.zip")])
def test_an_unknown_lms_is_told_those_there_are(package: Path, command: tuple[str, ...]) -> None:
    refused = run(command[0], str(package), *command[1:], "--lms", "moodel")
    assert refused.exit_code == 1
    assert "moodle45" in refused.stderr


def test_a_folder_without_the_schemas_is_told(package: Path, tmp_path: Path) -> None:
    (tmp_path / "kosong").mkdir()
    refused = run("check", str(package), "--control-docs", str(tmp_path / "kosong"))
    assert refused.exit_code == 1
    assert "imscp_v1p1.xsd" in refused.stderr


def test_a_good_package_that_moodle_cannot_play_is_not_called_good_without_a_word(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.writestr("cmi5.xml", (VALID / "cmi5.xml").read_text(encoding="utf-8"))
        for name in ("index.html", "dua.html"):
            opened.writestr(name, "<title>x</title>")
    told = run("check", str(tmp_path / "a.zip"))
    assert ("Moodle 4.5" in told.stderr) == (told.exit_code == 0)
