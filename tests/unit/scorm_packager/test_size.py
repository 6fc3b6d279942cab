"""Sizes: what a module weighs page by page, in a folder and in a zip, ours and another's."""

import zipfile

import pytest

from scorm_packager.build import HEAVY, VERY_HEAVY, build_package
from scorm_packager.errors import PackagerError
from scorm_packager.size.amount import megabytes, parse_amount, seconds_at
from scorm_packager.size.folder import report_folder
from scorm_packager.size.package import report_package


@pytest.mark.parametrize(
    ("text", "amount"),
    [("50M", 50_000_000), ("1,5 GB", 1_500_000_000), ("800k", 800_000), ("7", 7), ("2 MiB", 2_000_000)],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: int) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize("text", ["", "banyak", "0", "-5M", "1e9", "5T", "١٠M", "9" * 50])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(PackagerError) as refused:
        parse_amount(text)
    assert refused.value.code == "size.unreadable"


def test_seconds_and_megabytes_are_for_people() -> None:
    assert seconds_at(64_000, 512) == 1.0
    assert (megabytes(999_001), megabytes(1_250_000)) == ("1000 kB", "1,2 MB")


@pytest.fixture
def heavy(module_folder):
    """The small module with a file twice and one for nothing."""
    film = module_folder / "video" / "film.mp4"
    film.write_bytes(film.read_bytes() + b"\0\0\0\x08free" * 500)
    (module_folder / "video" / "sama.mp4").write_bytes(film.read_bytes())
    (module_folder / "video" / "film.ringan.mp4").write_bytes(b"x")
    return module_folder


def test_a_folder_is_reported_as_its_package_will_be(heavy, tmp_path) -> None:
    report = report_folder(heavy, limit=10)
    built = build_package(heavy, output=tmp_path / "paket.zip")
    assert report.packed == pytest.approx(built.size, rel=0.02)
    assert report.over_limit
    assert [page.title for page in report.pages] == ["Awal", "Lanjut"]
    assert report.pages[0].size > 4000
    assert "aset/video/film.mp4" in report.pages[0].files
    assert [file.path for file in report.unused] == ["video/sama.mp4"]
    assert report.duplicates == (("video/film.mp4", "video/sama.mp4"),)
    assert report.files[0].film.seconds == 30.0
    first = report.first_screen
    assert first is not None
    assert 0 < first < report.total


def test_our_package_says_the_same_as_its_folder(heavy, tmp_path) -> None:
    built = build_package(heavy, output=tmp_path / "paket.zip")
    folder, package = report_folder(heavy), report_package(built.path)
    assert package.packed == built.size
    assert [(page.title, page.size) for page in package.pages] == [(page.title, page.size) for page in folder.pages]
    assert package.unused == ()
    assert package.first_screen == pytest.approx(folder.first_screen, rel=0.01)
    film = next(file for file in package.files if file.path.endswith("film.mp4"))
    assert film.film.seconds == 30.0


def foreign(target, manifest: str, **files: bytes):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("imsmanifest.xml", manifest)
        for name, body in files.items():
            package.writestr(name.replace("_", "."), body)
    return target


def test_a_foreign_package_is_reported_by_its_manifest(tmp_path, make_film) -> None:
    manifest = (
        '<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"><organizations><organization>'
        '<item identifierref="r"><title>Bab\u0085 satu</title></item></organization></organizations>'
        '<resources><resource identifier="r" href="a.html"><file href="a.html"/><file href="b.mp4?x=1"/>'
        '<file href="tidak-ada.js"/></resource></resources></manifest>'
    )
    path = foreign(tmp_path / "a.zip", manifest, a_html=b"x" * 50, b_mp4=make_film(), c_png=b"y" * 2000)
    report = report_package(path)
    (page,) = report.pages
    assert page.files == ("a.html", "b.mp4")
    assert page.title.isprintable()
    assert [file.path for file in report.unused] == ["c.png"]
    assert report.first_screen is None


@pytest.mark.parametrize("manifest", ["", "<a", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'])
def test_a_manifest_that_cannot_be_read_leaves_the_pages_unknown(tmp_path, manifest: str) -> None:
    report = report_package(foreign(tmp_path / "a.zip", manifest, a_html=b"x"))
    assert (report.pages, report.unused) == ((), ())


def test_a_manifest_is_read_as_tolerantly_and_as_warily_as_by_the_check(tmp_path) -> None:
    resources = '<a><resource identifier="r" href="a.html"><file href="a.html"/></resource><b>A & B</b></a>'
    assert len(report_package(foreign(tmp_path / "a.zip", resources, a_html=b"x")).pages) == 1
    declared = f"<!DOCTYPE a>{resources.replace('&', 'dan')}"
    assert report_package(foreign(tmp_path / "b.zip", declared, a_html=b"x")).pages == ()


def test_a_package_with_a_forged_course_is_read_as_foreign(tmp_path) -> None:
    path = foreign(tmp_path / "a.zip", "<a/>", index_html=b'<script id="jampel-course">{"format": "x"}</script>')
    assert report_package(path).name == "a.zip"


@pytest.mark.parametrize(
    ("size", "code"), [(HEAVY, None), (HEAVY + 1, "package.heavy"), (VERY_HEAVY + 1, "package.very_heavy")]
)
def test_a_heavy_package_is_pointed_out(module_folder, tmp_path, monkeypatch, size: int, code: str | None) -> None:
    monkeypatch.setattr("scorm_packager.build._size", lambda _path: size)
    built = build_package(module_folder, output=tmp_path / "paket.zip")
    heavy = [one for one in built.warnings if one.code.startswith("package.")]
    assert [one.code for one in heavy] == ([code] if code else [])
    assert all("error:" not in one.sentence(language) for one in heavy for language in ("id", "en"))


def test_a_package_whose_course_is_nested_without_end_is_weighed_as_anothers(module_folder, tmp_path) -> None:
    built = build_package(module_folder, output=tmp_path / "paket.zip")
    with zipfile.ZipFile(built.path) as good, zipfile.ZipFile(tmp_path / "dalam.zip", "w") as deep:
        for name in good.namelist():
            nested = f'<script id="jampel-course">{"[" * 200_000}</script>'
            deep.writestr(name, nested if name == "index.html" else good.read(name))
    assert report_package(tmp_path / "dalam.zip").name == "dalam.zip"
