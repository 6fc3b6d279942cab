"""A server on a disk that fills up, and on one that the kernel closes because of its errors: real mounts, as root."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.single_server import END_SECONDS, Server

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Does what root may do. Skips the test where it is refused."""
    program = shutil.which(command[0], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None or os.geteuid() != 0:
        pytest.skip(f"needs root and {command[0]}")
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{command[0]} is not allowed here: {done.stderr.strip()}")
    return done


def unmount(place: Path) -> None:
    program = shutil.which("umount", path=f"{os.environ.get('PATH', '')}:/usr/bin:/bin") or "umount"
    subprocess.run([program, "--lazy", str(place)], capture_output=True, check=False)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", str(place))
    yield place
    unmount(place)


class FailingDisk:
    """An ext4 of 64 MB in a file, whose errors can be brought about."""

    def __init__(self, folder: Path) -> None:
        self.place, self._image = folder / "disk", folder / "image"
        self.place.mkdir()
        with self._image.open("wb") as file:
            file.truncate(64 * 1024 * 1024)
        run("mkfs.ext4", "-q", "-O", "^has_journal", str(self._image))
        self.mount()

    def mount(self) -> None:
        run("mount", "-o", "loop,errors=remount-ro", str(self._image), str(self.place))
        self._device = run("losetup", "-j", str(self._image)).stdout.split(":")[0].rpartition("/")[2]

    def fail(self) -> None:
        """The kernel finds an error and closes the disk for everybody who writes."""
        os.sync()  # what nobody has been promised yet, as the settings file, may be lost with such a disk
        trigger = Path("/sys/fs/ext4") / self._device / "trigger_fs_error"
        if not trigger.exists():
            pytest.skip("this kernel cannot bring about an error of ext4")
        try:
            trigger.write_text("uji")
        except OSError as refused:
            pytest.skip(f"this machine does not let an error of ext4 be brought about: {refused.strerror}")

    def repair(self) -> None:
        """What an operator does: takes it off, has it checked, and puts it on again."""
        unmount(self.place)
        program = shutil.which("fsck.ext4", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        assert program
        deadline = time.monotonic() + END_SECONDS
        while subprocess.run([program, "-fy", str(self._image)], capture_output=True, check=False).returncode > 1:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        self.mount()


@pytest.fixture
def failing_disk(tmp_path: Path) -> Iterator[FailingDisk]:
    disk = FailingDisk(tmp_path)
    yield disk
    unmount(disk.place)


def test_a_disk_that_fills_up_costs_no_acknowledged_statement_and_room_is_enough_to_go_on(
    small_disk: Path, tmp_path: Path
) -> None:
    server = Server(small_disk, tmp_path / "log")
    try:
        assert [server.send().status_code for _ in range(3)] == [200] * 3
        with (small_disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(b"x" * 4096)
        refused = [server.send(300_000) for _ in range(3)][-1]
        assert (refused.status_code, refused.json()["error"]) == (503, "lrs.unavailable")
        assert refused.headers["Retry-After"]
        assert server.log_in().status_code == 507
        assert server.waits_until(lambda: server.disk() == "full")
        assert server.ask("/healthz").status_code == 200
        told = server.command("doctor")
        assert told.returncode == 1
        assert "SALAH disk folder data" in told.stderr
        (small_disk / "ballast").unlink()
        assert server.waits_until(lambda: server.send().status_code == 200)
        assert server.waits_until(lambda: server.ask("/healthz/siap").status_code == 200)
        assert server.lost() == []
        assert server.stop() == 0
        assert "database.full" in server.log.read_text()
        assert "Traceback" not in server.log.read_text()
    finally:
        server.stop()


def test_a_disk_that_the_kernel_closes_is_told_as_one_and_everything_acknowledged_is_there_after_its_repair(
    failing_disk: FailingDisk, tmp_path: Path
) -> None:
    server = Server(failing_disk.place, tmp_path / "log")
    try:
        assert [server.send().status_code for _ in range(3)] == [200] * 3
        failing_disk.fail()
        assert server.send().status_code == 503
        page = server.log_in()
        assert page.status_code == 503
        assert "web.read_only" in page.text
        assert len(server.ask("/xapi/statements").json()["statements"]) == 3  # what is there can still be read
        assert server.waits_until(lambda: server.disk() == "read_only")
        assert server.ask("/healthz").status_code == 200
        server.stop()
        assert "database.disk" in server.log.read_text()
        assert "Traceback" not in server.log.read_text()
        failing_disk.repair()
        server.start()
        assert server.lost() == []
        assert server.send().status_code == 200
    finally:
        server.stop()


def test_a_start_on_a_disk_that_can_only_be_read_is_refused_with_three_and_changes_nothing(
    small_disk: Path, tmp_path: Path
) -> None:
    server = Server(small_disk, tmp_path / "log")
    assert server.send().status_code == 200
    assert server.stop() == 0
    run("mount", "-o", "remount,ro", str(small_disk))
    for words, codes in ((("serve",), {3}), (("doctor",), {1, 3})):
        done = server.command(*words)
        assert done.returncode in codes, done.stderr
        assert "mount" in done.stderr
        assert "Traceback" not in done.stderr
    run("mount", "-o", "remount,rw", str(small_disk))
    server.start()
    assert server.lost() == []
    server.stop()
