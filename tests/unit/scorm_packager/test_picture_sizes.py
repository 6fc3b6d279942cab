"""A picture says how large it is, so that a page does not jump when it comes."""

import struct
from pathlib import Path

import pytest

from scorm_packager.source.module import read_module
from scorm_packager.source.picture_sizes import picture_size

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
FRAME = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 480, 640)


def exif(order: str, orientation: int) -> bytes:
    """The part of a JPEG in which a camera says how it was held, with `order` of bytes `<` or `>`."""
    mark = {"<": b"II*\0", ">": b"MM\0*"}[order]
    entries = struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + mark + entries
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize(
    ("name", "body", "size"),
    [
        ("a.png", PNG, (640, 480)),
        ("a.gif", b"GIF89a" + struct.pack("<HH", 64, 48), (64, 48)),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x7f\x02\x00\xdf\x01\x00", (640, 480)),
        ("a.jpg", b"\xff\xd8" + FRAME, (640, 480)),
        ("upright.jpg", b"\xff\xd8" + exif("<", 1) + FRAME, (640, 480)),
        ("turned.jpg", b"\xff\xd8" + exif("<", 6) + FRAME, (480, 640)),
        ("turned.jpg", b"\xff\xd8" + exif(">", 8) + FRAME, (480, 640)),
        ("late.jpg", b"\xff\xd8" + (b"\xff\xe2\xff\xff" + bytes(0xFFFD)) * 2 + FRAME, (640, 480)),
        ("cut.jpg", b"\xff\xd8" + exif("<", 6)[:20], None),
        ("empty.png", b"", None),
        ("a.svg", b'<?xml version="1.0"?><svg xmlns="x" width="64.4px" height="48"/>', (64, 48)),
        ("shape.svg", b'<svg xmlns="x" viewBox="0 0 4 3" stroke-width="4"/>', None),
        ("wide.svg", b'<svg xmlns="x" width="100%" height="40"/>', None),
        ("broken.svg", b"<svg", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_picture_tells_how_large_a_browser_shows_it(
    tmp_path: Path, name: str, body: bytes, size: tuple[int, int] | None
) -> None:
    (tmp_path / name).write_bytes(body)
    assert picture_size(tmp_path / name) == size


def test_pages_and_questions_say_how_large_their_pictures_are(module_folder: Path) -> None:
    (module_folder / "gambar" / "peta.png").write_bytes(PNG)
    picture = "![Peta](gambar/peta.png)"
    choices = f'- [x] `<img src="aset/gambar/peta.png">`\n- [ ] {picture}\n'
    text = f"# Lagi\n\n{picture}\n\n::: soal pilihan #peta\nMana {picture}?\n\n{choices}:::\n"
    (module_folder / "isi" / "03-lagi.md").write_text(text, encoding="utf-8")
    course = read_module(module_folder).course
    sized = '<img src="aset/gambar/peta.png" alt="Peta" loading="lazy" width="640" height="480">'
    assert sized in course.pages[2].html
    first, second = course.questions["peta"].options
    assert sized in course.questions["peta"].prompt
    assert sized in second.html
    assert "width" not in first.html
