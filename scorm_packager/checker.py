"""Checks a package in one call: what breaks its standard, as a list of findings."""

from pathlib import Path

from scorm_packager.check.package import examine
from scorm_packager.findings import Finding
from scorm_packager.schemas import Schemas


def check_package(path: Path, schemas: Path | None = None) -> list[Finding]:
    """What is wrong with the package at `path`, errors first; an empty list when nothing is.

    `schemas` is a folder of the publishers' XSDs to validate against as well. A file that cannot be opened safely is
    one finding too. Raises PackagerError when `schemas` cannot be used. `scorm_packager.check.package.examine` tells
    more: the kind of package, what Moodle does with it, other hosts, its weight.
    """
    return list(examine(path, schemas=Schemas(schemas) if schemas else None).findings)
