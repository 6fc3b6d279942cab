"""A build that uses what an earlier one left gives the same bytes as one that does not, whatever happened between."""

import os
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorm_packager import archive, notes
from scorm_packager.archive import write_zip
from scorm_packager.build import build_package
from scorm_packager.deflating import SMALL
from scorm_packager.earlier_zip import EarlierZip
from scorm_packager.entry import Entry
from scorm_packager.notes import FileBook, Notebook
from scorm_packager.options import BuildOptions
from scorm_packager.scaffold import new_module
from scorm_packager.source import module

pytestmark = pytest.mark.skipif(not notes.can_note(), reason="this system does not tell when a file changed")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files settle at once: the clock of the file system is finer than what a test does between two steps."""
    for user in (archive, module):
        monkeypatch.setattr(user, "Notebook", lambda folder: Notebook(folder, -60_000_000_000))


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the members that were taken from the earlier zip."""
    found: list[str] = []
    plain = EarlierZip.copy

    def copy(self: EarlierZip, members: list, out: object) -> None:  # type: ignore[type-arg]
        found.extend(member.name for member in members)
        plain(self, members, out)  # type: ignore[arg-type]

    monkeypatch.setattr(EarlierZip, "copy", copy)
    return found


def folder_with(place: Path, **files: bytes) -> Path:
    for name, body in files.items():
        path = place / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return place


def entries_of(folder: Path) -> list[Entry]:
    return [Entry(path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")) if path.is_file()]


def rebuilt(tmp_path: Path, folder: Path) -> bytes:
    """The zip after a build with notes; the same must come out without them."""
    body = write_zip(tmp_path / "a.zip", entries_of(folder), tmp_path / "cache").read_bytes()
    assert body == write_zip(tmp_path / "segar.zip", entries_of(folder)).read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        assert package.testzip() is None
        assert {name: package.read(name) for name in package.namelist()} == {
            entry.name: entry.content.read_bytes() for entry in entries_of(folder) if isinstance(entry.content, Path)
        }
    return body


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    noise = random.Random(1)
    return folder_with(
        tmp_path / "isi",
        a__txt=b"satu " * 1000,
        b__png=noise.randbytes(70_000),
        c__svg=b"<svg/>" * 500,
        d__mp4=noise.randbytes(2_500_000),
        e__txt=b"besar " * (SMALL // 4),
        f__txt=b"",
    )


def test_what_did_not_change_is_taken_from_the_earlier_zip(tmp_path: Path, folder: Path, taken: list[str]) -> None:
    first = rebuilt(tmp_path, folder)
    assert taken == []
    assert rebuilt(tmp_path, folder) == first
    assert taken == ["a.txt", "b.png", "c.svg", "d.mp4", "e.txt", "f.txt"]


def change(folder: Path) -> None:
    (folder / "c.svg").write_bytes(b"<svg />" * 900)


def change_keeping_size_and_time(folder: Path) -> None:
    before = (folder / "a.txt").stat()
    (folder / "a.txt").write_bytes(b"SATU " * 1000)
    os.utime(folder / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))


def delete(folder: Path) -> None:
    (folder / "b.png").unlink()


def rename(folder: Path) -> None:
    (folder / "a.txt").rename(folder / "z.txt")


def swap(folder: Path) -> None:
    (folder / "a.txt").rename(folder / "antara")
    (folder / "f.txt").rename(folder / "a.txt")
    (folder / "antara").rename(folder / "f.txt")


def add_first(folder: Path) -> None:
    (folder / "0.txt").write_bytes(b"baru")


EDITS = [change, change_keeping_size_and_time, delete, rename, swap, add_first]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_after_an_edit_the_rest_is_taken_and_the_bytes_are_those_of_a_new_build(
    tmp_path: Path, folder: Path, taken: list[str], edit: Callable[[Path], None]
) -> None:
    first = rebuilt(tmp_path, folder)
    edit(folder)
    assert rebuilt(tmp_path, folder) != first
    assert len(taken) >= 4


def damage_zip(tmp_path: Path) -> None:
    body = bytearray((tmp_path / "a.zip").read_bytes())
    body[len(body) // 2] ^= 255
    (tmp_path / "a.zip").write_bytes(body)


def damage_zip_keeping_its_time(tmp_path: Path) -> None:
    before = (tmp_path / "a.zip").stat()
    damage_zip(tmp_path)
    os.utime(tmp_path / "a.zip", ns=(before.st_atime_ns, before.st_mtime_ns))


def truncate_zip(tmp_path: Path) -> None:
    os.truncate(tmp_path / "a.zip", 100)


def remove_zip(tmp_path: Path) -> None:
    (tmp_path / "a.zip").unlink()


def copy_zip(tmp_path: Path) -> None:
    shutil.copy2(tmp_path / "a.zip", tmp_path / "b.zip")
    (tmp_path / "b.zip").replace(tmp_path / "a.zip")


def truncate_notes(tmp_path: Path) -> None:
    for path in (tmp_path / "cache").iterdir():
        os.truncate(path, path.stat().st_size - 1)


def damage_notes(tmp_path: Path) -> None:
    for path in (tmp_path / "cache").iterdir():
        body = bytearray(path.read_bytes())
        body[-3] ^= 1
        path.write_bytes(body)


def empty_notes(tmp_path: Path) -> None:
    for path in (tmp_path / "cache").iterdir():
        path.write_bytes(b"")


DAMAGES = [
    damage_zip,
    damage_zip_keeping_its_time,
    truncate_zip,
    remove_zip,
    copy_zip,
    truncate_notes,
    damage_notes,
    empty_notes,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_in_doubt_everything_is_packed_anew(
    tmp_path: Path, folder: Path, taken: list[str], damage: Callable[[Path], None]
) -> None:
    first = rebuilt(tmp_path, folder)
    damage(tmp_path)
    assert rebuilt(tmp_path, folder) == first
    assert taken == []


def test_another_program_does_not_use_the_notes(
    tmp_path: Path, folder: Path, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuilt(tmp_path, folder)
    monkeypatch.setattr(notes, "program_sign", lambda: "lain")
    rebuilt(tmp_path, folder)
    assert taken == []


def test_where_the_kernel_cannot_copy_the_bytes_are_the_same(
    tmp_path: Path, folder: Path, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rebuilt(tmp_path, folder)
    monkeypatch.delattr(os, "copy_file_range", raising=False)
    assert rebuilt(tmp_path, folder) == first
    assert len(taken) == 6


@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_row_of_edits_gives_the_bytes_of_a_new_build(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    tmp_path = tmp_path_factory.mktemp("deret")
    folder = folder_with(tmp_path / "isi", awal__txt=b"awal")
    names = st.sampled_from(["a.txt", "b.svg", "c.png", "sub/d.mp4", "sub/e.txt"])
    for _turn in range(data.draw(st.integers(1, 4))):
        for name in data.draw(st.lists(names, max_size=4)):
            if data.draw(st.booleans()):
                folder_with(folder, **{name.replace(".", "__"): data.draw(st.binary(max_size=300))})
            else:
                (folder / name).unlink(missing_ok=True)
        rebuilt(tmp_path, folder)


def test_a_file_that_changed_lately_is_not_noted(tmp_path: Path, folder: Path) -> None:
    status = (folder / "a.txt").stat()
    assert Notebook(tmp_path / "cache", 60_000_000_000).lasting_sign(status) == ""
    assert Notebook(tmp_path / "cache", -60_000_000_000).lasting_sign(status) != ""


def test_notes_that_cannot_be_written_do_not_fail_a_build(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "cache").write_text("bukan folder")
    rebuilt(tmp_path, folder)
    assert (tmp_path / "cache").read_text() == "bukan folder"


def test_old_notes_are_forgotten_and_other_files_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST_BOOKS", 2)
    cache = folder_with(tmp_path / "cache", surat__txt=b"penting")
    for number in range(4):
        Notebook(cache).write(tmp_path / str(number), FileBook({}, []))
    assert len(list(cache.iterdir())) == 3
    assert (cache / "surat.txt").read_bytes() == b"penting"


@pytest.mark.parametrize("name", ["scorm12", "web"])
def test_a_module_built_again_after_an_edit_is_as_if_built_for_the_first_time(
    tmp_path: Path, taken: list[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_module(tmp_path / "modul")
    options = BuildOptions(cache=tmp_path / "cache")
    build_package(folder, name, tmp_path / "a", options)
    for path, old, new in [("isi/01-mulai.md", "# ", "# Lain "), ("gambar/alur.svg", "</svg>", "<g/></svg>")]:
        (folder / path).write_text((folder / path).read_text().replace(old, new, 1))
        build_package(folder, name, tmp_path / "a", options)
        fresh = build_package(folder, name, tmp_path / "b").path
        if fresh.is_file():
            assert (tmp_path / "a").read_bytes() == fresh.read_bytes()
            assert "player/player.js" in taken
        else:
            assert (tmp_path / "a" / "index.html").read_bytes() == (fresh / "index.html").read_bytes()


def test_a_drawing_that_turns_bad_is_refused_though_it_was_sound_before(tmp_path: Path) -> None:
    folder = new_module(tmp_path / "modul")
    options = BuildOptions(cache=tmp_path / "cache")
    first = build_package(folder, "scorm12", tmp_path / "a.zip", options).path.read_bytes()
    drawing = folder / "gambar" / "alur.svg"
    before, body = drawing.stat(), drawing.read_text()
    drawing.write_text(body.replace("</svg>", "<script>x</script></svg>"))
    os.utime(drawing, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(Exception, match="svg"):
        build_package(folder, "scorm12", tmp_path / "a.zip", options)
    assert (tmp_path / "a.zip").read_bytes() == first
