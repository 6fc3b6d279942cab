"""The library: publishing is all or nothing, versions follow each other, and packages are built once."""

import os
import zipfile

import pytest

from lti_tool.errors import ToolError
from lti_tool.house.store import House
from lti_tool.library import Library
from lti_tool.testing import counting_ids
from lti_tool.web.testing import write_module
from scorm_packager.findings import ModuleProblems
from xapi.database import migrate, open_database


@pytest.fixture
def library(place, tmp_path, clock):
    engine = open_database(place)
    migrate(engine, "lti_tool.house")
    migrate(engine, "lti_tool.store")
    yield Library(House(engine, "a" * 32), tmp_path / "library", clock, counting_ids(), release="1")
    engine.dispose()


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
    library.withdraw(new)
    assert library.newest("pelayanan-publik").id == old.id
    library.restore(new)
    assert library.list() == [new]


def test_a_broken_module_changes_nothing(library, tmp_path) -> None:
    folder = write_module(tmp_path / "modul")
    (folder / "gambar" / "loket.svg").unlink()
    with pytest.raises(ModuleProblems) as caught:
        library.publish(folder)
    assert any(found.file == "isi/01-pembuka.md" and found.line for found in caught.value.findings)
    assert library.versions() == []
    assert not (tmp_path / "library").exists()


def test_a_draft_is_opened_by_no_link_until_it_is_published(library, tmp_path, clock) -> None:
    old, _ = library.publish(write_module(tmp_path / "modul"))
    clock.advance(days=1)
    draft = library.draft(write_module(tmp_path / "modul", versi='"1.1.0"'), "akun").module
    assert draft.draft
    assert (library.newest("pelayanan-publik"), library.list()) == (old, [old])
    clock.advance(days=1)
    published = library.publish_draft(draft, "lain", "Contoh baru")
    assert library.newest("pelayanan-publik") == published
    assert (published.draft, published.notes, published.published_by) == (False, "Contoh baru", "lain")
    assert published.published_at == clock()


def test_the_same_content_as_a_draft_changes_nothing_that_is_published(library, tmp_path) -> None:
    old, _ = library.publish(write_module(tmp_path / "modul"))
    assert library.draft(write_module(tmp_path / "modul"), "akun").module == old


def test_a_discarded_draft_leaves_no_files_and_what_was_published_stays(library, tmp_path) -> None:
    draft = library.draft(write_module(tmp_path / "modul")).module
    assert library.discard(draft)
    assert not (tmp_path / "library" / draft.digest).exists()
    published, _ = library.publish(write_module(tmp_path / "modul"))
    assert not library.discard(published)
    assert library.course(published.digest).title == "Pelayanan publik"


def test_tidying_deletes_what_killed_builds_and_other_releases_left_and_nothing_else(library, tmp_path, clock) -> None:
    module, _ = library.publish(write_module(tmp_path / "modul"))
    kept = library.package(module.digest, "scorm12")
    old = kept.with_name(f"{module.digest}-scorm12-generic-0-00000000.zip")
    left = tmp_path / "library" / ".jampel-abc"
    old.write_bytes(b"")
    left.mkdir()
    long_ago = clock().timestamp() - 2 * 86400
    for path in (old, left, kept):
        os.utime(path, (long_ago, long_ago))
    library.tidy()
    assert (old.exists(), left.exists(), kept.exists()) == (False, False, True)
    assert library.course(module.digest)


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
