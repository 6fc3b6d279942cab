"""Packs a course for an LMS, from a program of your own: a module folder becomes SCORM, cmi5 and a web folder.

    python examples/kemas_modul.py [MODULE_FOLDER] [OUTPUT_FOLDER]

Without a module folder it makes a new one that explains itself. The same input gives the same bytes, so
a package can be compared with the one of last week.
"""

import hashlib
import sys
import tempfile
from pathlib import Path

from scorm_packager.build import Built, build_package
from scorm_packager.checker import check_package
from scorm_packager.findings import ModuleProblems
from scorm_packager.scaffold import new_module
from scorm_packager.source.module import read_module

FORMATS = ("scorm12", "scorm2004-4", "cmi5", "web")


def main(module: Path, output: Path) -> None:
    """Packs `module` in four formats into `output` and checks each as an LMS would."""
    output.mkdir(parents=True, exist_ok=True)
    course = read_module(module).course
    print(f"{course.title}: {len(course.pages)} halaman, {len(course.questions)} pertanyaan, {course.jp / 100:g} JP")
    for name in FORMATS:
        built = pack(module, name, output)
        if built.path.is_file():
            tell(built)


def pack(module: Path, name: str, output: Path) -> Built:
    """One package. What was at its place before stays whole when something goes wrong."""
    target = output / (f"{module.name}-{name}" + ("" if name == "web" else ".zip"))
    try:
        built = build_package(module, name, target)
    except ModuleProblems as problems:  # every fault of the module at once, each with its place
        for finding in problems.findings:
            print(f"{finding.place}: {finding.sentence()}", file=sys.stderr)
        raise SystemExit(1) from None
    print(f"{name}: {built.path.name}, {built.size} bita")
    return built


def tell(built: Built) -> None:
    """What is wrong with the package, and its fingerprint."""
    findings = check_package(built.path)
    for finding in findings:
        print(f"  {finding.level}: {finding.sentence()}")
    print(f"  {len(findings)} temuan, SHA-256 {hashlib.sha256(built.path.read_bytes()).hexdigest()[:16]}")


if __name__ == "__main__":
    room = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp(prefix="jampel-contoh-"))
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else new_module(room / "es-dan-ikan"), room)
