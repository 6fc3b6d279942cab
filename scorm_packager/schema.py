"""Validates a SCORM 1.2 manifest against the publishers' XSDs, offline, with their known faults repaired in memory."""

from pathlib import Path

from lxml import etree

from scorm_packager.errors import PackagerError
from scorm_packager.formats.scorm12_manifest import ADLCP, CONTROL_DOCS, CP, IMSMD

# The set as published compiles nowhere: this file declares the XML namespace as its default, which XML forbids.
XML_NAMESPACE_SCHEMA = b"""<?xml version="1.0"?>
<xsd:schema targetNamespace="http://www.w3.org/XML/1998/namespace" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<xsd:attribute name="lang" type="xsd:language"/>
<xsd:attribute name="base" type="xsd:anyURI"/>
<xsd:attribute name="link" type="xsd:string"/>
</xsd:schema>"""
DRIVER = f"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<xsd:import namespace="{CP}" schemaLocation="imscp_rootv1p1p2.xsd"/>
<xsd:import namespace="{IMSMD}" schemaLocation="imsmd_rootv1p2p1.xsd"/>
<xsd:import namespace="{ADLCP}" schemaLocation="adlcp_rootv1p2.xsd"/>
</xsd:schema>""".encode()


class _Repairing(etree.Resolver):
    """Serves the four documents of one folder by file name, repaired, and nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def resolve(self, system_url: str | None, public_id: str | None, context: object) -> object:
        name = (system_url or "").rsplit("/", 1)[-1]
        if name == "ims_xml.xsd":
            return self.resolve_string(XML_NAMESPACE_SCHEMA, context, base_url=system_url)
        body = (self.folder / name).read_bytes() if name in CONTROL_DOCS else b""
        if name == "imsmd_rootv1p2p1.xsd":  # breaks Unique Particle Attribution
            body = body.replace(b'namespace="##any"', b'namespace="##other"')
        return self.resolve_string(body, context, base_url=system_url)


def load_schema(folder: Path) -> etree.XMLSchema:
    """The schema of SCORM 1.2 manifests made of the XSDs in `folder`; raises PackagerError when one is missing
    or they do not fit together.
    """
    for name in CONTROL_DOCS:
        if not (folder / name).is_file():
            raise PackagerError("package.no_control_doc", f"{folder} has no {name}", path=str(folder), name=name)
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    parser.resolvers.add(_Repairing(folder))
    try:
        return etree.XMLSchema(etree.fromstring(DRIVER, parser, base_url="memory:/driver.xsd"))
    except etree.LxmlError as cause:
        raise PackagerError("package.control_doc_broken", str(cause), path=str(folder)) from cause


def schema_faults(manifest: etree._Element, schema: etree.XMLSchema) -> list[tuple[int, str]]:
    """What `schema` finds wrong in `manifest`: (line, what)."""
    schema.validate(manifest)
    return [(error.line, error.message) for error in schema.error_log]
