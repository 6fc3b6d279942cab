"""The library: publishing is all or nothing, versions follow each other, and packages are built once."""

import zipfile

import pytest

from lti_tool.errors import ToolError
from lti_tool.house.store import House
from lti_tool.library import Library
from lti_tool.testing import counting_ids
from lti_tool.web.testing import write_module
from scorm_packager.errors import PackagerError
from scorm_packager.findings import ModuleProblems
from xapi.database import migrate, open_database


@pytest.fixture
def library(place, tmp_path, clock):
    engine = open_database(place)
    migrate(engine, "lti_tool.house")
    yield Library(House(engine, "a" * 32).modules, tmp_path / "library", clock, counting_ids(), "1")
    engine.dispose()


def zipped(folder, target, inside: str = ""):
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"{inside}{path.relative_to(folder)}")
    return target


def test_a_published_module_is_there_whole(library, tmp_path) -> None:
    module, _warnings = library.publish(write_module(tmp_path / "modul"), "akun")
    assert (module.course_id, module.jp, module.pages, module.questions) == ("pelayanan-publik", 100, 1, 1)
    assert library.list() == [module]
    assert library.course(module.digest).title == "Pelayanan publik"
    assert (library.folder(module.digest) / "aset/gambar/loket.svg").is_file()


def test_a_new_version_takes_the_place_of_the_old(library, tmp_path, clock) -> None:
    old, _ = library.publish(write_module(tmp_path / "modul"))
    clock.advance(days=1)
    new, _ = library.publish(write_module(tmp_path / "modul", versi='"1.1.0"'))
    assert library.list() == [new]
    assert library.newest("pelayanan-publik") == new
    library.withdraw(new.id)
    assert library.newest("pelayanan-publik").id == old.id
    library.restore(new.id)
    assert library.list() == [new]


def test_a_broken_module_changes_nothing(library, tmp_path) -> None:
    folder = write_module(tmp_path / "modul")
    (folder / "gambar" / "loket.svg").unlink()
    with pytest.raises(ModuleProblems) as caught:
        library.publish(folder)
    assert any(found.file == "isi/01-pembuka.md" and found.line for found in caught.value.findings)
    assert library.versions() == []
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize("inside", ["", "modul-saya/"])
def test_a_zip_is_published_with_or_without_its_folder(library, tmp_path, inside: str) -> None:
    archive = zipped(write_module(tmp_path / "modul"), tmp_path / "modul.zip", inside)
    assert library.publish_zip(archive)[0].course_id == "pelayanan-publik"


def test_a_zip_that_climbs_out_is_refused(library, tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "jahat.zip", "w") as archive:
        archive.writestr("../../luar.txt", "x")
    with pytest.raises(PackagerError):
        library.publish_zip(tmp_path / "jahat.zip")
    assert library.versions() == []


@pytest.mark.parametrize(("form", "entry"), [("scorm12", "imsmanifest.xml"), ("web", "pelayanan-publik/index.html")])
def test_a_package_is_built_once(library, tmp_path, form: str, entry: str) -> None:
    module, _ = library.publish(write_module(tmp_path / "modul"))
    first = library.package(module.digest, form)
    with zipfile.ZipFile(first) as archive:
        assert entry in archive.namelist()
        assert any(name.endswith("aset/gambar/loket.svg") for name in archive.namelist())
    before = first.stat().st_mtime_ns
    assert library.package(module.digest, form).stat().st_mtime_ns == before


def test_a_cartridge_from_the_library_links_to_the_public_address_of_the_server(lasting_place, tmp_path, clock) -> None:
    engine = open_database(lasting_place)
    migrate(engine, "lti_tool.house")
    links = []
    for address in ("https://lama.go.id", "https://baru.go.id"):
        modules = House(engine, "a" * 32).modules
        library = Library(modules, tmp_path / "library", clock, counting_ids(), "1", address)
        module, _ = library.publish(write_module(tmp_path / "modul"))
        with zipfile.ZipFile(library.package(module.digest, "cc")) as archive:
            links.append(f"{address}/lti/launch" in archive.read("lti.xml").decode())
    engine.dispose()
    assert links == [True, True]


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc", "", "packages"])
def test_an_unknown_digest_is_no_path(library, digest: str) -> None:
    with pytest.raises(ToolError) as caught:
        library.folder(digest)
    assert caught.value.code == "library.unknown"
