"""Uploads: kept before anybody is told, built again after a crash, and never half in the library."""

import errno
import os
import zipfile
from datetime import timedelta

import pytest

from lti_tool.errors import ToolError
from lti_tool.house.store import House
from lti_tool.uploads import KIND, MOST_ATTEMPTS, findings_of
from lti_tool.web.testing import write_module
from lti_tool.worker import Work
from scorm_packager.errors import PackagerError
from xapi.queue.worker import LEASE_SECONDS

#: What is asked here is asked of files and of the queue; SQL of its own is on both databases.
ONE_DATABASE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def sent(folder, inside: str = ""):
    """What a browser's file does: writes itself to a path."""

    def save(target) -> None:
        with zipfile.ZipFile(target, "w") as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, f"{inside}{path.relative_to(folder)}")

    return save


def receive(site, folder, account: str = "a" * 32, inside: str = ""):
    return site.services.uploads.receive(sent(folder, inside), "modul.zip", account, 1000)


def now(site, build):
    return site.services.house.builds.get(build.id)


@pytest.mark.parametrize("inside", ["", "modul-saya/"])
@ONE_DATABASE
def test_a_zip_is_built_with_or_without_its_folder_and_leaves_no_file(site, tmp_path, inside: str) -> None:
    build = receive(site, write_module(tmp_path / "modul"), inside=inside)
    assert build.state == "waiting"
    assert Work(site.services).build_once() == 1
    (draft,) = site.services.library.versions()
    assert (now(site, build).state, now(site, build).digest) == ("done", draft.digest)
    assert (draft.draft, draft.published_by) == (True, "a" * 32)
    assert list((site.data / "uploads").iterdir()) == []


def test_a_build_killed_in_the_middle_is_taken_up_again_and_nothing_is_half_there(site, tmp_path, monkeypatch) -> None:
    build = receive(site, write_module(tmp_path / "modul"))
    with monkeypatch.context() as patched:

        def die(*_args: object) -> None:
            raise KeyboardInterrupt

        patched.setattr("lti_tool.library.publish_folder", die)
        with pytest.raises(KeyboardInterrupt):
            Work(site.services).build_once()
    assert now(site, build).state == "media"
    assert site.services.library.versions() == []
    assert Work(site.services).build_once() == 0  # the dead one's lease still runs
    site.clock.advance(seconds=LEASE_SECONDS + 1)
    assert Work(site.services).build_once() == 1
    assert now(site, build).state == "done"
    assert len(site.services.library.versions()) == 1


@ONE_DATABASE
def test_a_build_that_kills_every_worker_is_given_up_and_frees_its_author(site, tmp_path, monkeypatch) -> None:
    folder = write_module(tmp_path / "modul")
    build = receive(site, folder)

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lti_tool.library.publish_folder", die)
    for _attempt in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            Work(site.services).build_once()
        site.clock.advance(seconds=LEASE_SECONDS + 1)
    Work(site.services).build_once()
    assert (now(site, build).state, now(site, build).problem) == ("failed", "build.gave_up")
    assert receive(site, folder).state == "waiting"


@pytest.mark.parametrize("part", ["scorm_packager.library.write_entries", "lti_tool.uploads.extract_safely"])
@ONE_DATABASE
def test_a_disk_that_is_full_during_a_build_may_have_room_again(site, tmp_path, monkeypatch, part: str) -> None:
    build = receive(site, write_module(tmp_path / "modul"))
    with monkeypatch.context() as patched:

        def fill(*_args: object, **_named: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patched.setattr(part, fill)
        assert Work(site.services).build_once() == 1
    assert (now(site, build).state, now(site, build).findings) == ("waiting", "[]")
    site.clock.advance(seconds=600)
    assert Work(site.services).build_once() == 1
    assert now(site, build).state == "done"


@ONE_DATABASE
def test_an_upload_whose_job_was_lost_is_put_into_the_queue_again(site, tmp_path, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(site.services.uploads, "ensure", lambda _build: None)
        build = receive(site, write_module(tmp_path / "modul"))
    work = Work(site.services)
    assert work.build_once() == 0
    work.run_once()  # tidies
    assert work.build_once() == 1
    assert now(site, build).state == "done"


@ONE_DATABASE
def test_a_zip_that_is_gone_is_said_and_not_waited_for(site, tmp_path) -> None:
    build = receive(site, write_module(tmp_path / "modul"))
    for path in (site.data / "uploads").iterdir():
        path.unlink()
    Work(site.services).build_once()
    assert (now(site, build).state, now(site, build).problem) == ("failed", "build.gone")


@ONE_DATABASE
def test_faults_are_kept_with_file_and_line(site, tmp_path) -> None:
    folder = write_module(tmp_path / "modul")
    (folder / "gambar" / "loket.svg").unlink()
    build = receive(site, folder)
    Work(site.services).build_once()
    found = findings_of(now(site, build))
    assert any(one.file == "isi/01-pembuka.md" and one.line for one in found)
    assert site.services.library.versions() == []


@ONE_DATABASE
def test_what_is_no_harmless_zip_is_refused_at_once_and_not_kept(site) -> None:
    def climbing(target) -> None:
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("../../luar.txt", "x")

    for save in (climbing, lambda target: target.write_bytes(b"bukan zip")):
        with pytest.raises(PackagerError):
            site.services.uploads.receive(save, "jahat.zip", "a" * 32, 10)
    assert list((site.data / "uploads").iterdir()) == []
    assert site.services.house.builds.under_way() == []


def test_two_uploads_of_one_account_never_wait_together_and_two_accounts_do(site, tmp_path) -> None:
    folder = write_module(tmp_path / "modul")
    build = receive(site, folder)
    with pytest.raises(ToolError) as refused:
        site.services.house.builds.add(build)  # as of another process that had not seen the first
    assert refused.value.code == "upload.busy"
    assert receive(site, folder, "b" * 32).state == "waiting"


@ONE_DATABASE
def test_a_full_disk_refuses_the_upload(site, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("lti_tool.uploads.SPARE_BYTES", 1 << 62)
    with pytest.raises(ToolError) as refused:
        receive(site, write_module(tmp_path / "modul"))
    assert refused.value.code == "upload.disk_full"


@ONE_DATABASE
def test_tidying_deletes_files_nobody_waits_for(site, tmp_path) -> None:
    waiting = receive(site, write_module(tmp_path / "modul"))
    folder = site.data / "uploads"
    lost, room = folder / f"{'f' * 32}.zip", folder / ("e" * 32)
    lost.write_bytes(b"x")
    room.mkdir()
    for path in folder.iterdir():
        os.utime(path, (site.clock().timestamp() - 2 * 86400,) * 2)
    site.services.uploads.tidy()
    assert [path.name for path in folder.iterdir()] == [f"{waiting.id}.zip"]
    assert site.services.queue.status(site.services.institution.id)[KIND]["waiting"] == 1


def test_the_name_of_an_upload_is_kept_as_a_person_can_read_it(site, tmp_path) -> None:
    save = sent(write_module(tmp_path / "modul"))
    build = site.services.uploads.receive(save, "modul\0\x1b[31m\u202e.zip", "a" * 32, 1000)
    assert now(site, build).file_name == "modul··[31m·.zip"


def test_another_institution_sees_and_moves_no_upload(site, tmp_path) -> None:
    build = receive(site, write_module(tmp_path / "modul"))
    other = House(site.services.house.modules._engine, "f" * 32)
    assert (other.builds.get(build.id), other.builds.of(build.account), other.builds.under_way()) == (None, [], [])
    other.builds.step(build.id, "failed", site.clock(), problem="build.gone")
    assert other.builds.forget(site.clock() + timedelta(days=99)) == 0
    assert now(site, build) == build
