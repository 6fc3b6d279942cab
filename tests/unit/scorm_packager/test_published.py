"""Published courses: whole from the first moment they can be seen, whoever else publishes the same."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from scorm_packager.errors import PackagerError
from scorm_packager.library import course_assets, is_published, load_course, publish_folder
from scorm_packager.output import new_folder
from scorm_packager.source.module import read_module


def test_a_published_course_gives_back_the_files_it_was_made_of(tmp_path: Path, module_folder: Path) -> None:
    read = read_module(module_folder)
    place = publish_folder(read.course, read.assets, tmp_path / "library")
    assert is_published(place)
    assert load_course(place) == read.course
    wanted = [msgspec.structs.replace(asset, source=place / asset.path, sha256="") for asset in read.assets]
    assert list(course_assets(place)) == wanted
    assert all((place / asset.path).read_bytes() == asset.source.read_bytes() for asset in read.assets)


def test_many_who_publish_the_same_at_once_all_find_it_whole(tmp_path: Path, module_folder: Path) -> None:
    read = read_module(module_folder)
    for attempt in range(5):
        library = tmp_path / f"library-{attempt}"
        with ThreadPoolExecutor(8) as pool:
            publish = [pool.submit(publish_folder, read.course, read.assets, library) for _ in range(8)]
        assert {one.result() for one in publish} == {library / read.course.digest}
        assert [path.name for path in library.iterdir()] == [read.course.digest]
        assert load_course(library / read.course.digest) == read.course


def test_a_folder_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "sasaran"

    def write_too_late() -> None:
        with new_folder(target) as folder:
            (folder / "kami.txt").write_text("kami", encoding="utf-8")
            target.mkdir()
            (target / "mereka.txt").write_text("mereka", encoding="utf-8")

    with pytest.raises(PackagerError, match="output.not_written"):
        write_too_late()
    assert [path.name for path in tmp_path.iterdir()] == ["sasaran"]
    assert [path.name for path in target.iterdir()] == ["mereka.txt"]


def test_a_course_whose_file_is_broken_is_named(tmp_path: Path, module_folder: Path) -> None:
    read = read_module(module_folder)
    place = publish_folder(read.course, read.assets, tmp_path / "library")
    (place / "course.json").write_bytes(b"{}")
    with pytest.raises(PackagerError, match="library.broken"):
        load_course(place)
