"""Common Cartridge 1.1 and 1.3: a zip with a link that opens the module in the running tool (LTI).

The cartridge holds no content: the LMS keeps the link, and a launch opens the module from the tool's library, which
records and grades. Written from the published specifications (1EdTech Common Cartridge 1.1 and 1.3, LTI link).
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from scorm_packager.archive import Entry, write_zip
from scorm_packager.course import Asset, Course
from scorm_packager.formats.choices import check_choices, launch_address
from scorm_packager.formats.port import Format
from scorm_packager.formats.scorm12_manifest import MANIFEST
from scorm_packager.formats.xml import add, href, one_line, root_element, to_bytes
from scorm_packager.options import BuildOptions

SCHEMA = "IMS Common Cartridge"
LINK = "lti.xml"
BLTI = "http://www.imsglobal.org/xsd/imsbasiclti_v1p0"
LTICM = "http://www.imsglobal.org/xsd/imslticm_v1p0"
LTICP = "http://www.imsglobal.org/xsd/imslticp_v1p0"
MODULE = "jampel_module"
VENDOR = ("jampel", "Jampel")
LONGEST_DESCRIPTION = 1000


class CartridgeVersion(msgspec.Struct, frozen=True):
    """What differs between the versions: `schemaversion`, namespaces, and the type of an LTI link."""

    version: str
    packaging: str
    metadata: str
    link: str
    link_type: str


CC11 = CartridgeVersion(
    version="1.1.0",
    packaging="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1",
    metadata="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest",
    link="http://www.imsglobal.org/xsd/imslticc_v1p0",
    link_type="imsbasiclti_xmlv1p0",
)
CC13 = CartridgeVersion(
    version="1.3.0",
    packaging="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1",
    metadata="http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest",
    link="http://www.imsglobal.org/xsd/imslticc_v1p3",
    link_type="imsbasiclti_xmlv1p3",
)


class Cartridge:
    """Builds Common Cartridges of one version."""

    suffix = ".imscc"

    def __init__(self, name: str, version: CartridgeVersion) -> None:
        self.name = name
        self.version = version

    def build(self, course: Course, assets: Sequence[Asset], target: Path, options: BuildOptions) -> Path:
        """Write the cartridge; `options.tool_url` says where the tool runs. Raises PackagerError."""
        check_choices(self.name, options)
        link = write_link(course, launch_address(self.name, options), self.version)
        return write_zip(
            target, [Entry(MANIFEST, write_manifest(course, self.version)), Entry(LINK, link)], options.cache
        )


def write_manifest(course: Course, version: CartridgeVersion) -> bytes:
    """The manifest: one item, one resource. A cartridge has one untitled item below its organization (CC 4.2)."""
    root = root_element(
        "manifest", {None: version.packaging, "lomimscc": version.metadata}, identifier=f"jampel-{course.id}"
    )
    metadata = add(root, "metadata")
    add(metadata, "schema", SCHEMA)
    add(metadata, "schemaversion", version.version)
    general = add(add(metadata, "lom", space=version.metadata), "general")
    add(add(general, "title"), "string", course.title, language=course.language)
    description = one_line(course.description, LONGEST_DESCRIPTION) or course.title
    add(add(general, "description"), "string", description, language=course.language)
    organization = add(add(root, "organizations"), "organization", identifier="org-1", structure="rooted-hierarchy")
    item = add(add(organization, "item", identifier="item-0"), "item", identifier="item-1", identifierref="res-1")
    add(item, "title", course.title)
    resource = add(add(root, "resources"), "resource", identifier="res-1", type=version.link_type)
    add(resource, "file", href=href(LINK))
    return to_bytes(root)


def write_link(course: Course, address: str, version: CartridgeVersion) -> bytes:
    """The LTI link: `address` is where the tool is launched, and a custom value says which module to open."""
    spaces: dict[str | None, str] = {None: version.link, "blti": BLTI, "lticm": LTICM, "lticp": LTICP}
    root = root_element("cartridge_basiclti_link", spaces)
    add(root, "title", course.title, BLTI)
    add(root, "description", one_line(course.description, LONGEST_DESCRIPTION) or course.title, BLTI)
    add(add(root, "custom", space=BLTI), "property", course.id, LTICM, name=MODULE)
    add(root, "launch_url", address, BLTI)
    if address.startswith("https:"):  # some readers look at one of the two only
        add(root, "secure_launch_url", address, BLTI)
    vendor = add(root, "vendor", space=BLTI)
    add(vendor, "code", VENDOR[0], LTICP)
    add(vendor, "name", VENDOR[1], LTICP)
    return to_bytes(root)


CARTRIDGE_11: Format = Cartridge("cc", CC11)
CARTRIDGE_13: Format = Cartridge("cc13", CC13)
