"""The zip writer: same input, same bytes, and nothing lost when it fails."""

import zipfile
from pathlib import Path

import pytest

from scorm_packager.archive import Entry, write_zip
from scorm_packager.errors import PackagerError
from scorm_packager.film.read import SUFFIXES as FILMS
from scorm_packager.source.recordings import SOUNDS


def test_order_and_times_of_the_input_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"isi" * 1000)
    entries = [Entry("b.txt", b"b"), Entry("a.mp4", tmp_path / "f"), Entry("c/d.txt", tmp_path / "f")]
    first = write_zip(tmp_path / "1.zip", entries).read_bytes()
    assert write_zip(tmp_path / "2.zip", entries[::-1]).read_bytes() == first
    with zipfile.ZipFile(tmp_path / "1.zip") as package:
        assert package.testzip() is None
        assert package.namelist() == ["a.mp4", "b.txt", "c/d.txt"]
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in package.infolist()} == {0o100644}
        assert [info.compress_type for info in package.infolist()] == [0, 8, 8]


@pytest.mark.parametrize("names", [("a b.txt",), ("../a",), ("/a",), ("é",), ("a.txt", "A.txt"), ("con.txt",)])
def test_a_name_that_some_reader_cannot_take_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(PackagerError, match="package.name_bad"):
        write_zip(tmp_path / "a.zip", [Entry(name, b"") for name in names])
    assert list(tmp_path.iterdir()) == []


def test_films_and_sounds_are_kept_as_they_are_and_what_shrinks_is_deflated(tmp_path: Path) -> None:
    compressed = {*FILMS, *SOUNDS} - {".wav"}
    entries = [Entry(f"a{suffix}", b"a" * 1000) for suffix in sorted(compressed)]
    write_zip(
        tmp_path / "a.zip", [*entries, Entry("a.wav", b"a" * 1000), Entry("B.MP3", b"b"), Entry("a.html", b"a" * 9)]
    )
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        methods = {info.filename: info.compress_type for info in package.infolist()}
    deflated = {name for name, method in methods.items() if method == zipfile.ZIP_DEFLATED}
    assert deflated == {"a.wav", "a.html"}


def test_a_failed_write_leaves_the_old_zip(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"lama")
    with pytest.raises(PackagerError, match="file.not_read"):
        write_zip(tmp_path / "a.zip", [Entry("a", b"x"), Entry("b", Path(tmp_path / "hilang"))])
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    assert (tmp_path / "a.zip").read_bytes() == b"lama"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(PackagerError, match="output.not_written"):
        write_zip(tmp_path / "tidak" / "ada" / "a.zip", [])
    with pytest.raises(PackagerError, match="output.is_folder"):
        write_zip(tmp_path, [])
