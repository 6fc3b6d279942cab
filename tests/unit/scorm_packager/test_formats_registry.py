"""Formats of other distributions: the example of docs/new-format.md, installed as it stands there, and broken ones."""

import configparser
import re
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from scorm_packager.build import build_package
from scorm_packager.errors import PackagerError
from scorm_packager.formats.registry import find_format, format_names
from scorm_packager.options import BuildOptions
from scorm_packager.scaffold import new_module

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "new-format.md"


def install(site: Path, name: str, points: str, module: str = "", code: str = "") -> None:
    """What pip leaves of a distribution of one module."""
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[jampel.formats]\n{points}\n")
    if module:
        (site / f"{module}.py").write_text(code)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def example(site: Path) -> str:
    """Installs the example of the page; its format's name."""
    blocks = dict(re.findall(r"```(python|ini|toml)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
    settings = configparser.ConfigParser()
    settings.read_string(blocks["ini"])
    assert tomllib.loads(blocks["toml"])["build-system"]["build-backend"] == "setuptools.build_meta"
    points = settings["options.entry_points"]["jampel.formats"].strip()
    module = settings["options"]["py_modules"]
    install(site, settings["metadata"]["name"], points, module, blocks["python"])
    sys.modules.pop(module, None)
    return points.split(" = ")[0]


def test_the_example_of_the_page_is_found_and_packs_a_module(tmp_path: Path, example: str) -> None:
    assert example in format_names()
    module = new_module(tmp_path / "modul")
    built = build_package(module, example, tmp_path / "a.zip", BuildOptions(cache=tmp_path / "cache"))
    again = build_package(module, example, tmp_path / "b.zip")
    assert built.path.read_bytes() == again.path.read_bytes()
    with zipfile.ZipFile(built.path) as package:
        assert package.read("keterangan.txt").decode().startswith(built.course.title)
        assert "index.html" in package.namelist()


def test_the_example_refuses_what_it_cannot_keep(tmp_path: Path, example: str) -> None:
    with pytest.raises(PackagerError, match="format.no_choice"):
        build_package(new_module(tmp_path / "modul"), example, tmp_path / "a.zip", BuildOptions(multi_sco=True))


@pytest.mark.parametrize(
    ("points", "code", "error"),
    [
        ("rusak = rusak_format:FORMAT", "raise RuntimeError('x')", "format.broken"),
        ("rusak = rusak_format:HILANG", "", "format.broken"),
        ("rusak = rusak_format:FORMAT", "FORMAT = 1", "format.not_a_format"),
        ("rusak = scorm_packager.formats.web:FORMAT", "", "format.not_a_format"),
        ("web = rusak_format:FORMAT", "", "format.duplicate"),
    ],
)
def test_a_broken_format_is_named_and_hides_no_other(site: Path, points: str, code: str, error: str) -> None:
    install(site, "paket-rusak", points, "rusak_format", code)
    sys.modules.pop("rusak_format", None)
    with pytest.raises(PackagerError, match=error) as refused:
        find_format(points.split(" = ")[0])
    assert "paket-rusak" in str(refused.value.params)
    assert find_format("scorm12").name == "scorm12"
