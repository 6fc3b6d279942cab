"""Other hosts are found in pages, styles and scripts, and what is fetched by itself is told from what is linked."""

import zipfile
from pathlib import Path

import pytest

from scorm_packager.check.package import examine

MANIFEST = """<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>T</title>
<item identifier="i" identifierref="r"><title>I</title></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="{name}">
<file href="{name}"/></resource></resources></manifest>"""


def hosts(tmp_path: Path, name: str, body: str) -> list[tuple[str, str, int]]:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        package.writestr("imsmanifest.xml", MANIFEST.replace("{name}", name))
        package.writestr(name, body)
    verdict = examine(tmp_path / "a.zip")
    loads = {(found.params["host"], found.line) for found in verdict.findings if found.code == "check.outside_load"}
    found = [(one.host, one.how, one.line) for one in verdict.outside.hosts]
    assert loads == {(host, line) for host, how, line in found if how == "load"}
    return found


@pytest.mark.parametrize(
    ("name", "body", "how"),
    [
        ("a.html", '<script src="https://cdn.example.org/a.js"></script>', "load"),
        ("a.html", "<img src=//cdn.example.org/a.png>", "load"),
        ("a.html", '<link rel="stylesheet" href="http://cdn.example.org/a.css">', "load"),
        ("a.html", '<link rel="canonical" href="https://cdn.example.org/">', "link"),
        ("a.html", '<video poster="https://cdn.example.org/a.jpg">', "load"),
        ("a.html", '<a class="x" href="https://cdn.example.org/a">', "link"),
        ("a.html", "<p>https://cdn.example.org/a</p>", "mention"),
        ("a.css", "body { background: url(https://cdn.example.org/a.png) }", "load"),
        ("a.css", '@import "//cdn.example.org/a.css";', "load"),
        ("a.js", 'fetch("https://cdn.example.org/a.json")', "load"),
        ("a.js", 'x.src = "https://cdn.example.org/a.js"', "load"),
        ("a.js", 'import a from "https://cdn.example.org/a.js"', "load"),
        ("a.js", 'x.open("GET", "https://cdn.example.org/a")', "load"),
        ("a.js", 'const help = "https://cdn.example.org/a"', "mention"),
        ("a.svg", '<svg><image xlink:href="https://cdn.example.org/a.png"/></svg>', "load"),
    ],
)
def test_another_host_is_found_with_how_it_is_used(tmp_path: Path, name: str, body: str, how: str) -> None:
    assert hosts(tmp_path, name, f"\n{body}\n") == [("cdn.example.org", how, 2)]


@pytest.mark.parametrize(
    "body",
    ["// a.comment", "x = 1 //x.y", '<svg xmlns="http://www.w3.org/2000/svg"/>', 'a = "gambar/a.png"', "ftp://a.b/c"],
)
def test_what_is_no_address_of_a_host_is_none(tmp_path: Path, body: str) -> None:
    assert hosts(tmp_path, "a.js", body) == []
