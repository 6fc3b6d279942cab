"""The publishers' XSDs of every kind of package, read from an author's folder, offline, faults repaired in memory."""

from functools import cached_property
from pathlib import Path

from lxml import etree

from scorm_packager.errors import PackagerError
from scorm_packager.namespaces import ADLCP2004, ADLNAV, ADLSEQ, CMI5, CP2004, IMSSS, LOM
from scorm_packager.schema import load_schema

ROOTS_2004 = {
    CP2004: "imscp_v1p1.xsd",
    ADLCP2004: "adlcp_v1p3.xsd",
    ADLSEQ: "adlseq_v1p3.xsd",
    ADLNAV: "adlnav_v1p3.xsd",
    IMSSS: "imsss_v1p0.xsd",
}
LOM_ROOT = "lomLoose.xsd"
#: Folders below the given one, by kind and edition; documents may also lie in the given folder itself.
PLACES = {
    ("scorm", "1.2"): "scorm12",
    ("scorm", "2nd"): "scorm2004-3",
    ("scorm", "3rd"): "scorm2004-3",
    ("scorm", "4th"): "scorm2004-4",
    ("cmi5", ""): "cmi5",
}


class _Folders(etree.Resolver):
    """Serves documents by their path below `memory:/`, and those of the W3C from beside them; nothing else."""

    def __init__(self, folders: list[Path]) -> None:
        super().__init__()
        self.folders = folders

    def resolve(self, system_url: str | None, public_id: str | None, context: object) -> object:
        name = (system_url or "").removeprefix("memory:/")
        name = name.rsplit("/", 1)[-1] if "://" in name else name
        for folder in self.folders:
            path = folder / name
            if ".." not in Path(name).parts and path.is_file():
                return self.resolve_string(path.read_bytes(), context, base_url=f"memory:/{name}")
        return self.resolve_string(b"", context)


class Schemas:
    """The schemas in `folder`: documents of one standard, or the folders that `PLACES` names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[str, etree.XMLSchema] = {}

    def faults(self, root: etree._Element, kind: str, edition: str) -> list[tuple[int, str]]:
        """What the schema of this kind and edition finds wrong: (line, what); nothing for kinds that have none.

        Raises PackagerError when the folder lacks its documents or they do not fit together.
        """
        place = PLACES.get((kind, edition))
        if place is None:
            return []
        if place not in self._loaded:
            self._loaded[place] = self._load(place)
        schema = self._loaded[place]
        schema.validate(root)
        return [(error.line, error.message) for error in schema.error_log]

    def _load(self, place: str) -> etree.XMLSchema:
        folder = self._folder / place if (self._folder / place).is_dir() else self._folder
        if place == "scorm12":
            return load_schema(folder)
        roots = {CMI5: "CourseStructure.xsd"} if place == "cmi5" else dict(ROOTS_2004)
        for name in roots.values():
            if not (folder / name).is_file():
                raise PackagerError("package.no_control_doc", f"{folder} has no {name}", path=str(folder), name=name)
        folders = [folder, *self._with_lom]
        if place != "cmi5" and any((each / LOM_ROOT).is_file() for each in folders):
            roots[LOM] = LOM_ROOT
        return _compile(folders, roots)

    @cached_property
    def _with_lom(self) -> list[Path]:
        """Where LOM may lie when the edition's own folder lacks it."""
        return [each for each in (self._folder / "scorm2004-4", self._folder) if each.is_dir()]


def _compile(folders: list[Path], roots: dict[str, str]) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    parser.resolvers.add(_Folders(folders))
    imports = "".join(f'<xsd:import namespace="{space}" schemaLocation="{name}"/>' for space, name in roots.items())
    driver = f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">{imports}</xsd:schema>'
    try:
        return etree.XMLSchema(etree.fromstring(driver.encode(), parser, base_url="memory:/driver.xsd"))
    except etree.LxmlError as cause:
        raise PackagerError("package.control_doc_broken", str(cause), path=str(folders[0])) from cause
