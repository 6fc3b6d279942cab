"""Measures how long a large package takes to be checked and repaired, beside reading the same zip once.

    python -m bench.check                     # a package of about 200 MB and 1,000 files
    python -m bench.check --megabytes 20

The floor is to read every byte of the zip with its CRC, as `unzip -t` does. The target is one second for a check: the
whole command `jampel check`, its start included.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from bench._process import least, run_jampel
from bench.pack import DRAWING, FILM, PICTURE, WORDS
from scorm_packager.check.package import examine
from scorm_packager.repair.repair import repair_package

TARGET = 1.0
REPEATS = 3
SHARES = (
    ("video/film-{}.mp4", FILM, 0.66),
    ("gambar/foto-{}.jpg", PICTURE, 0.24),
    ("gambar/peta-{}.svg", DRAWING, 0.18),
)
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Ukur</title>
<item identifier="i" identifierref="r"><title>Ukur</title></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html">
<file href="index.html"/>{files}</resource></resources></manifest>"""


def make_package(path: Path, size: int, rng: random.Random) -> int:
    """A SCORM 1.2 package of about `size` bytes: films and pictures of noise, drawings and pages of words."""
    names = ["index.html"]
    with zipfile.ZipFile(path, "w") as package:
        for pattern, piece, share in SHARES:
            for number in range(max(1, int(size * share) // piece)):
                names.append(pattern.format(number))
                _write(package, names[-1], piece, rng)
        for number in range(60):
            names.append(f"isi/{number}.html")
            body = " ".join(rng.choices(WORDS, k=4000))
            package.writestr(names[-1], f"<html><a href='https://contoh.go.id'>{body}</a></html>", zipfile.ZIP_DEFLATED)
        package.writestr("index.html", "<html></html>")
        files = "".join(f'<file href="{name}"/>' for name in names[1:])
        package.writestr("imsmanifest.xml", MANIFEST.replace("{files}", files), zipfile.ZIP_DEFLATED)
    return len(names) + 1


def _write(package: zipfile.ZipFile, name: str, size: int, rng: random.Random) -> None:
    if name.endswith(".svg"):
        points = " ".join(f"{rng.random():.3f},{rng.random():.3f}" for _ in range(size // 12))
        svg = f'<svg xmlns="http://www.w3.org/2000/svg"><polyline points="{points}"/></svg>'
        package.writestr(name, svg, zipfile.ZIP_DEFLATED)
    else:
        package.writestr(name, rng.randbytes(size), zipfile.ZIP_STORED)


def _seconds(start: float) -> float:
    return round(time.perf_counter() - start, 3)


def measure(megabytes: int) -> dict[str, float | int]:
    """Reads once to warm the caches, then measures the floor, the check and the repair."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "ukur.zip"
        files = make_package(path, megabytes * 1_000_000, random.Random(1))
        with zipfile.ZipFile(path) as package:
            package.testzip()
            start = time.perf_counter()
            package.testzip()
            floor = _seconds(start)
        checks = [run_jampel("check", str(path), cache=Path(place) / "catatan") for _turn in range(REPEATS)]
        verdict = examine(path)
        start = time.perf_counter()
        repair_package(path, Path(place) / "baik.zip")
        repair = _seconds(start)
        start = time.perf_counter()
        examine(path, deep=True)
        deep = _seconds(start)
        if verdict.errors:
            raise SystemExit(f"the package should be right: {verdict.errors}")
        size = path.stat().st_size
    return {
        "megabytes": round(size / 1_000_000),
        "files": files,
        "check_seconds": round(least("seconds", checks), 3),
        "check_cpu": round(least("cpu", checks), 3),
        "check_peak_megabytes": int(max(found["peak"] for found in checks)),
        "deep_seconds": deep,
        "repair_seconds": repair,
        "floor_seconds": floor,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> int:
    """Prints the result; exit 1 when the check takes longer than the target and the floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=200, help="size of the package (default 200)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    result = measure(arguments.megabytes)
    if arguments.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:16} {value}")
    return 0 if result["check_seconds"] <= max(TARGET, result["floor_seconds"]) else 1  # a busy machine slows both


if __name__ == "__main__":
    sys.exit(main())
