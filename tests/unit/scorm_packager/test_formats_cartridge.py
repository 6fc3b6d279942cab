"""Common Cartridges: the rules of the published specifications, for which no schema is at hand."""

import zipfile
from pathlib import Path

import pytest
from lxml import etree

from scorm_packager.build import build_package
from scorm_packager.errors import PackagerError
from scorm_packager.options import BuildOptions
from scorm_packager.scaffold import new_module

TOOL = "https://jampel.contoh.go.id"
LINK_ORDER = ["title", "description", "custom", "launch_url", "secure_launch_url", "vendor"]


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return new_module(tmp_path / "modul-uji")


def cartridge(module: Path, name: str, tool_url: str | None = TOOL) -> dict[str, bytes]:
    options = BuildOptions(tool_url=tool_url)
    with zipfile.ZipFile(build_package(module, name, module.parent / "a.imscc", options).path) as opened:
        return {info: opened.read(info) for info in opened.namelist()}


@pytest.mark.parametrize(
    ("name", "version", "kind"), [("cc", "1.1.0", "imsbasiclti_xmlv1p0"), ("cc13", "1.3.0", "imsbasiclti_xmlv1p3")]
)
def test_a_cartridge_is_a_manifest_with_one_item_and_one_link(module: Path, name: str, version: str, kind: str) -> None:
    files = cartridge(module, name)
    root = etree.fromstring(files["imsmanifest.xml"])
    assert set(files) == {"imsmanifest.xml", "lti.xml"}
    assert [etree.QName(child).localname for child in root] == ["metadata", "organizations", "resources"]
    assert root.findtext("{*}metadata/{*}schema") == "IMS Common Cartridge"
    assert root.findtext("{*}metadata/{*}schemaversion") == version
    organizations = root.findall("{*}organizations/{*}organization")
    assert [one.get("structure") for one in organizations] == ["rooted-hierarchy"]
    outer = organizations[0].findall("{*}item")
    assert len(outer) == 1
    assert outer[0].find("{*}title") is None
    assert outer[0].get("identifierref") is None
    resource = root.find("{*}resources/{*}resource")
    assert resource is not None
    assert outer[0].findall("{*}item")[0].get("identifierref") == resource.get("identifier")
    assert (resource.get("type"), resource.get("href")) == (kind, None)
    assert [file.get("href") for file in resource] == ["lti.xml"]


def test_moodle_knows_the_first_cartridge_by_the_text_of_its_namespace(module: Path) -> None:
    assert b'xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"' in cartridge(module, "cc")["imsmanifest.xml"]


@pytest.mark.parametrize(("name", "link"), [("cc", "imslticc_v1p0"), ("cc13", "imslticc_v1p3")])
def test_the_link_opens_the_module_in_the_tool(module: Path, name: str, link: str) -> None:
    root = etree.fromstring(cartridge(module, name, TOOL + "/")["lti.xml"])
    assert root.tag == f"{{http://www.imsglobal.org/xsd/{link}}}cartridge_basiclti_link"
    assert [etree.QName(child).localname for child in root] == LINK_ORDER
    assert root.findtext("{*}launch_url") == root.findtext("{*}secure_launch_url") == TOOL + "/lti/launch"
    values = {one.get("name"): one.text for one in root.findall("{*}custom/{*}property")}
    assert values == {"jampel_module": "modul-uji"}


def test_without_the_address_of_the_tool_there_is_no_cartridge(module: Path) -> None:
    with pytest.raises(PackagerError, match="format.no_tool_url"):
        cartridge(module, "cc", None)
    assert not (module.parent / "a.imscc").exists()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jampel.go.id",
        "http://jampel.go.id",
        "ftp://a",
        "https://",
        "https://a/?x=1",
        "https://a/#x",
        "https://ü",
        "https://[",
        "https://a:b",
    ],
)
def test_an_address_that_no_lms_can_open_safely_is_refused(module: Path, address: str) -> None:
    with pytest.raises(PackagerError, match="format.tool_url_bad"):
        cartridge(module, "cc13", address)


def test_an_address_with_a_password_is_refused_and_not_repeated(module: Path) -> None:
    with pytest.raises(PackagerError, match="format.tool_url_bad") as refused:
        cartridge(module, "cc", "https://orang:rahasia@jampel.go.id")
    assert "rahasia" not in f"{refused.value} {refused.value.params}"


def test_a_tool_on_this_machine_may_be_plain_http(module: Path) -> None:
    root = etree.fromstring(cartridge(module, "cc", "http://[::1]:8000")["lti.xml"])
    assert root.findtext("{*}launch_url") == "http://[::1]:8000/lti/launch"
    assert root.find("{*}secure_launch_url") is None
