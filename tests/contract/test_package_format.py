"""Every format keeps the same promises: complete, deterministic, self-contained, all or nothing."""

import os
import shutil
import time
import zipfile
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from scorm_packager.build import build_package
from scorm_packager.checker import check_package
from scorm_packager.course import Course
from scorm_packager.errors import PackagerError
from scorm_packager.findings import ModuleProblems
from scorm_packager.formats.registry import find_format, format_names
from scorm_packager.index_page import read_embedded
from scorm_packager.library import load_course, publish_folder
from scorm_packager.options import BuildOptions
from scorm_packager.scaffold import new_module
from scorm_packager.source.module import read_module

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted(path for path in (ROOT / "examples" / "modul").glob("*") if (path / "modul.toml").is_file())
PLAYED = ("scorm12", "scorm2004-3", "scorm2004-4", "cmi5", "tincan", "web")
LINKS = ("cc", "cc13")
FORMATS = (*PLAYED, *LINKS)
#: The player's transport in a format, where its name is another one.
TRANSPORTS = {"scorm2004-3": "scorm2004", "scorm2004-4": "scorm2004"}
#: A format that holds a link needs the address of the tool; the others do not mind it.
OPTIONS = BuildOptions(tool_url="https://jampel.contoh.go.id")
#: An empty icon in the page itself, so that no browser asks a server for one.
NO_ICON = "data:,"


def contents(package: Path) -> dict[str, bytes]:
    """Names and contents of a package, zip or folder."""
    if package.is_dir():
        return {
            path.relative_to(package).as_posix(): path.read_bytes() for path in package.rglob("*") if path.is_file()
        }
    with zipfile.ZipFile(package) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return new_module(tmp_path / "modul-uji")


def test_the_formats_are_found_by_entry_point() -> None:
    assert set(FORMATS) == set(format_names())
    with pytest.raises(PackagerError, match="format.unknown"):
        find_format("tidak-ada")


@pytest.mark.parametrize("name", FORMATS)
def test_a_new_module_builds_without_a_warning(tmp_path: Path, module: Path, name: str) -> None:
    built = build_package(module, name, output=tmp_path / "keluar", options=OPTIONS)
    assert built.warnings == ()
    assert len(built.course.questions) == 9
    assert built.size == sum(len(body) for body in contents(built.path).values()) or built.path.is_file()


@pytest.mark.parametrize("name", PLAYED)
def test_the_page_holds_the_course_and_loads_only_what_is_there(tmp_path: Path, module: Path, name: str) -> None:
    files = contents(build_package(module, name, output=tmp_path / "keluar", options=OPTIONS).path)
    page = files["index.html"].decode()
    course = msgspec.convert(read_embedded(page, "jampel-course"), Course)
    assert course == read_module(module).course
    assert read_embedded(page, "jampel-config")["transport"] == TRANSPORTS.get(name, name)  # type: ignore[index]
    for part in page.split('src="')[1:] + page.split('href="')[1:]:
        assert part.split('"')[0] in {*files, NO_ICON}
    for asset in read_module(module).assets:
        assert files[asset.path] == asset.source.read_bytes()


@pytest.mark.parametrize("name", PLAYED)
def test_the_page_runs_nothing_inline_and_says_its_language(tmp_path: Path, module: Path, name: str) -> None:
    settings = module / "modul.toml"
    settings.write_text(settings.read_text().replace('judul = "Modul baru"', 'judul = "</script><b>&\'"'))
    page = contents(build_package(module, name, output=tmp_path / "keluar", options=OPTIONS).path)[
        "index.html"
    ].decode()
    assert '<html lang="id">' in page
    assert "<noscript>" in page
    assert 'name="viewport"' in page
    assert "<title>&lt;/script&gt;&lt;b&gt;&amp;&#x27;</title>" in page
    scripts = [part.split(">")[0] for part in page.split("<script")[1:]]
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
    assert "style=" not in page.split('<script type="application/json"')[0]
    assert page.count("</script>") == len(scripts)


@pytest.mark.parametrize("name", FORMATS)
def test_a_copy_with_other_times_order_and_zone_gives_the_same_bytes(
    tmp_path: Path, module: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_package(module, name, output=tmp_path / "satu", options=OPTIONS).path
    copy = tmp_path / "salinan"
    for path in sorted((path for path in module.rglob("*") if path.is_file()), reverse=True):
        place = copy / path.relative_to(module)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        os.utime(place, (1_000_000_000, 1_000_000_000))
        place.chmod(0o600)
    monkeypatch.setenv("TZ", "Asia/Jayapura")
    time.tzset()
    try:
        second = build_package(copy, name, output=tmp_path / "dua", options=OPTIONS).path
    finally:
        monkeypatch.undo()
        time.tzset()
    assert contents(first) == contents(second)
    if first.is_file():
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_building_again_replaces_the_old_package(tmp_path: Path, module: Path, name: str) -> None:
    build_package(module, name, output=tmp_path / "keluar", options=OPTIONS)
    settings = module / "modul.toml"
    settings.write_text(settings.read_text().replace('judul = "Modul baru"', 'judul = "Lain"'))
    files = contents(build_package(module, name, output=tmp_path / "keluar", options=OPTIONS).path)
    assert b"Lain" in (files.get("index.html") or files["lti.xml"])


@pytest.mark.parametrize("name", FORMATS)
def test_a_failed_build_leaves_what_was_there(tmp_path: Path, module: Path, name: str) -> None:
    old = contents(build_package(module, name, output=tmp_path / "keluar", options=OPTIONS).path)
    page = module / "isi" / "01-mulai.md"
    page.write_text(page.read_text() + "\n![](gambar/hilang.svg)\n")
    with pytest.raises(ModuleProblems):
        build_package(module, name, output=tmp_path / "keluar", options=OPTIONS)
    assert contents(tmp_path / "keluar") == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keluar", "modul-uji"]


@pytest.mark.parametrize("multi_sco", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("name", ["scorm12", "scorm2004-3", "scorm2004-4"])
def test_a_scorm_manifest_lists_every_file_of_its_package_and_no_other(
    tmp_path: Path, module: Path, name: str, multi_sco: bool
) -> None:
    files = contents(build_package(module, name, tmp_path / "a.zip", BuildOptions(multi_sco=multi_sco)).path)
    root = etree.fromstring(files.pop("imsmanifest.xml"))
    assert sorted(one.get("href") for one in root.iter("{*}file")) == sorted(files)


@pytest.mark.parametrize(
    ("name", "descriptor", "launch"), [("cmi5", "cmi5.xml", "{*}url"), ("tincan", "tincan.xml", "{*}launch")]
)
def test_what_an_lms_launches_is_in_the_package(
    tmp_path: Path, module: Path, name: str, descriptor: str, launch: str
) -> None:
    files = contents(build_package(module, name, tmp_path / "a.zip").path)
    assert {one.text for one in etree.fromstring(files[descriptor]).iter(launch)} <= set(files)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, module: Path) -> None:
    (tmp_path / "keluar").mkdir()
    (tmp_path / "keluar" / "penting.txt").write_text("x")
    with pytest.raises(PackagerError, match="output.not_ours"):
        build_package(module, "web", output=tmp_path / "keluar")
    assert contents(tmp_path / "keluar") == {"penting.txt": b"x"}


def test_a_new_module_spares_a_folder_that_holds_something(module: Path) -> None:
    before = contents(module)
    with pytest.raises(PackagerError, match="output.not_ours"):
        new_module(module)
    assert contents(module) == before


def test_a_published_course_is_named_by_its_digest_and_stays(tmp_path: Path, module: Path) -> None:
    read = read_module(module)
    place = publish_folder(read.course, read.assets, tmp_path / "library")
    assert place == tmp_path / "library" / read.course.digest
    assert load_course(place) == read.course
    assert set(contents(place)) == {"course.json", *(asset.path for asset in read.assets)}
    times = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert publish_folder(read.course, read.assets, tmp_path / "library") == place
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == times
    with pytest.raises(PackagerError, match="library.broken"):
        load_course(tmp_path)


def test_there_are_example_modules() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", FORMATS)
def test_every_example_module_builds(tmp_path: Path, folder: Path, name: str) -> None:
    built = build_package(folder, name, output=tmp_path / "keluar", options=OPTIONS)
    if name == "scorm12":
        assert check_package(built.path) == []
