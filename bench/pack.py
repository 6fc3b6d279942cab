"""Measures how long a module takes to become a SCORM 1.2 zip, beside plain zipfile on the same files in the same run.

    python bench/pack.py                     # a small module (about 20 MB)
    python bench/pack.py --megabytes 200     # the size of a large one

The floor is zipfile alone: media stored, text deflated, no reading of pages, no hashes, no manifest. The target is a
ratio of at most 2.
"""

import argparse
import json
import random
import resource
import struct
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from scorm_packager.build import build_package
from scorm_packager.source.module import read_module

TARGET = 2.0
FILM_SHARE, PICTURE_SHARE, DRAWING_SHARE = 0.58, 0.21, 0.17
PICTURE, DRAWING, FILM = 150_000, 53_000, 15_000_000
WORDS = "pelayanan warga standar waktu biaya petugas loket antre jelas ramah tepat sistem pengaduan".split()  # noqa: SIM905


def box(kind: bytes, content: bytes) -> bytes:
    """One MP4 box."""
    return struct.pack(">I4s", len(content) + 8, kind) + content


def make_module(folder: Path, size: int, rng: random.Random) -> None:
    """A module of about `size` bytes: films and pictures of noise, drawings and pages of words."""
    for name in ("isi", "gambar", "video"):
        (folder / name).mkdir(parents=True)
    (folder / "modul.toml").write_text(
        'id = "ukur"\njudul = "Ukur"\nversi = "1.0.0"\njp = 1\nbentuk = "e-learning"\nkelulusan = 70\ninstansi = "X"\n'
    )
    references = [*_films(folder, int(size * FILM_SHARE), rng), *_pictures(folder, int(size * PICTURE_SHARE), rng)]
    references += _drawings(folder, int(size * DRAWING_SHARE), rng)
    for number in range(60):
        body = "\n\n".join(" ".join(rng.choices(WORDS, k=80)) for _ in range(8))
        shown = "\n\n".join(references[number::60])
        question = f"::: soal benar-salah #q{number}\nBenarkah?\n= benar\n:::"
        (folder / "isi" / f"{number:02}-halaman.md").write_text(
            f"# Halaman {number}\n\n{body}\n\n{shown}\n\n{question}\n"
        )


def _films(folder: Path, size: int, rng: random.Random) -> list[str]:
    head = box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", box(b"mvhd", struct.pack(">5I", 0, 0, 0, 1000, 60_000)))
    for number in range(max(1, size // FILM)):
        stem = folder / "video" / f"film-{number}"
        stem.with_suffix(".mp4").write_bytes(head + box(b"mdat", rng.randbytes(min(FILM, size))))
        stem.with_suffix(".vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nHalo\n")
        stem.with_suffix(".md").write_text("Halo.\n")
    return [f"![Film](video/film-{number}.mp4)" for number in range(max(1, size // FILM))]


def _pictures(folder: Path, size: int, rng: random.Random) -> list[str]:
    for number in range(max(1, size // PICTURE)):
        (folder / "gambar" / f"foto-{number}.jpg").write_bytes(b"\xff\xd8\xff" + rng.randbytes(PICTURE))
    return [f"![Foto](gambar/foto-{number}.jpg)" for number in range(max(1, size // PICTURE))]


def _drawings(folder: Path, size: int, rng: random.Random) -> list[str]:
    for number in range(max(1, size // DRAWING)):
        points = " ".join(f"{rng.random():.3f},{rng.random():.3f}" for _ in range(DRAWING // 12))
        (folder / "gambar" / f"peta-{number}.svg").write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg"><polyline points="{points}"/></svg>'
        )
    return [f"![Peta](gambar/peta-{number}.svg)" for number in range(max(1, size // DRAWING))]


def floor(folder: Path, target: Path) -> float:
    """Seconds that zipfile alone needs for the same files."""
    start = time.perf_counter()
    with zipfile.ZipFile(target, "w") as package:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            stored = path.suffix in (".mp4", ".jpg")
            package.write(path, path.relative_to(folder), zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return time.perf_counter() - start


def measure(megabytes: int) -> dict[str, float | int]:
    """Builds once to warm the caches, then measures reading, building and the floor."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "modul"
        make_module(folder, megabytes * 1_000_000, random.Random(1))
        floor(folder, Path(place) / "floor.zip")
        plain = floor(folder, Path(place) / "floor.zip")
        start = time.perf_counter()
        read_module(folder)
        read = time.perf_counter() - start
        start = time.perf_counter()
        built = build_package(folder, output=Path(place) / "modul.zip")
        seconds = time.perf_counter() - start
    return {
        "megabytes": megabytes,
        "zip_megabytes": round(built.size / 1_000_000, 1),
        "read_seconds": round(read, 3),
        "build_seconds": round(seconds, 3),
        "floor_seconds": round(plain, 3),
        "ratio": round(seconds / plain, 2),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> int:
    """Prints the result; exit 1 when the ratio misses the target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=20, help="size of the module (default 20)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    result = measure(arguments.megabytes)
    if arguments.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:16} {value}")
    return 0 if result["ratio"] <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
