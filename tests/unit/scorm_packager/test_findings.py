"""Findings are kept once, in order, and no more of a kind than a person reads."""

import zipfile
from pathlib import Path

from scorm_packager.check.codes import MOODLE, group_of_found
from scorm_packager.check.package import examine
from scorm_packager.findings import MORE, MOST_OF_A_KIND, Finding, Findings, how_many
from scorm_packager.source.banks.convert import convert_bank
from tests.unit.scorm_packager.test_repair import GOOD


def test_of_one_kind_the_first_are_kept_and_the_others_counted() -> None:
    findings = Findings()
    for _again in range(2):
        for line in range(250):
            findings.add(Finding("file.unused", level="warning", file="a.md", line=line))
    findings.add(Finding("file.unused", level="warning", file="b.md"))
    findings.add(Finding("file.not_utf8", file="a.md"))
    kept = findings.all()
    assert [found.code for found in kept[:2]] == ["file.not_utf8", "file.unused"]
    assert len(kept) == MOST_OF_A_KIND + 3
    assert kept[-1] == Finding(MORE, level="warning", file="a.md", params={"kind": "file.unused", "count": 150})
    assert (how_many(kept), how_many(findings.errors)) == (252, 1)
    assert "150" in kept[-1].sentence("id")


def test_a_package_counts_as_one_and_what_is_counted_stands_in_its_group() -> None:
    findings = Findings(whole=True)
    for number in range(120):
        findings.add(Finding("moodle.xml", file=f"{number}.html"))
    assert how_many(findings.errors) == 120
    assert group_of_found(findings.errors[-1]) == MOODLE


def test_a_bank_of_broken_questions_is_told_briefly(tmp_path: Path) -> None:
    path = tmp_path / "bank.gift"
    path.write_text("\n\n".join(f"::s{number}:: Apa {{" for number in range(5_000)), encoding="utf-8")
    _markdown, found = convert_bank(path)
    assert len(found) <= MOST_OF_A_KIND + 1
    assert how_many(found) == 5_000


def test_a_manifest_of_many_missing_files_is_told_briefly(tmp_path: Path) -> None:
    path = tmp_path / "banyak.zip"
    lines = "".join(f'<file href="{number}/hilang.html"/>\n' for number in range(20_000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
        package.writestr("imsmanifest.xml", GOOD.replace("</resource>", lines + "</resource>"))
        package.writestr("index.html", "x")
        package.writestr("a b.js", "x")
    verdict = examine(path)
    assert [found.code for found in verdict.errors] == ["check.file_missing"] * MOST_OF_A_KIND + [MORE]
    assert how_many(verdict.errors) == 20_000
