"""A backup that is cut off, changed or made to do harm is refused with a sentence, and nothing is touched."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti_tool.backup.check import check_backup
from lti_tool.backup.create import make_backup
from lti_tool.backup.manifest import is_safe
from lti_tool.backup.restore import restore_backup
from lti_tool.databases import DATABASES
from lti_tool.errors import ToolError
from lti_tool.services import open_services
from lti_tool.settings import Settings, load_settings
from xapi.clock import system_clock
from xapi.words import explain

Members = dict[str, bytes]


def quietly(_total: int) -> Callable[[int], None]:
    return lambda _done: None


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small sound backup."""
    room = tmp_path_factory.mktemp("backup")
    chosen = load_settings(room / "data", {})
    open_services(chosen).close()
    lasting = [database for database in DATABASES if database.lasting]
    make_backup(chosen, room / "c", lasting, with_secrets=True, clock=system_clock, begin=quietly)
    return (room / "c").read_bytes()


def members_of(backup: bytes) -> Members:
    with tarfile.open(fileobj=io.BytesIO(backup)) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]


def tar_of(members: Members, *more: tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for info in more:
            tar.addfile(info)
    return out.getvalue()


def with_manifest(members: Members, change: Callable[[dict], object]) -> Members:
    """The members with a changed manifest and its right digest."""
    manifest = json.loads(members["manifest.json"])
    change(manifest)
    body = json.dumps(manifest).encode()
    return members | {"manifest.json": body, "manifest.sha256": hashlib.sha256(body).hexdigest().encode()}


def refused(tmp_path: Path, content: bytes) -> str:
    """The code with which checking and restoring refuse `content`, and that nothing came of it."""
    file, target = tmp_path / "c", Settings(data=tmp_path / "there")
    file.write_bytes(content)
    codes = []
    for attempt in (lambda: check_backup(file, quietly), lambda: restore_backup(target, file, quietly)):
        with pytest.raises(ToolError) as caught:
            attempt()
        codes.append(caught.value.code)
        assert "%(" not in explain(caught.value, "id")
    assert codes[0] == codes[1]
    assert not target.data.exists() or list(target.data.iterdir()) == []
    return codes[0]


def test_a_sound_backup_is_sound(tmp_path: Path, good: bytes) -> None:
    (tmp_path / "c").write_bytes(good)
    assert check_backup(tmp_path / "c", quietly).has_secrets
    (tmp_path / "d").write_bytes(tar_of(members_of(good)))
    assert check_backup(tmp_path / "d", quietly)


@pytest.mark.parametrize("content", [b"", b"\0" * 1024, b"not a tar" * 1000, b"PK\3\4" + b"\0" * 600])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content) == "backup.broken"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.floats(0, 0.97))
def test_a_backup_that_is_cut_off_is_refused(tmp_path: Path, good: bytes, part: float) -> None:
    assert refused(tmp_path, good[: int(len(good) * part)]) == "backup.broken"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_bit_in_any_content_is_refused(tmp_path: Path, good: bytes, data: st.DataObject) -> None:
    members = members_of(good)
    name = data.draw(st.sampled_from(sorted(name for name in members if members[name])))
    place = data.draw(st.integers(0, len(members[name]) - 1))
    if name == "manifest.sha256" and place >= 64:  # the name beside the digest says nothing
        place = 0
    body = bytearray(members[name])
    body[place] ^= 1 << data.draw(st.integers(0, 7))
    assert refused(tmp_path, tar_of(members | {name: bytes(body)})) in ("backup.broken", "backup.newer")


def test_a_link_a_device_or_a_folder_is_refused(tmp_path: Path, good: bytes) -> None:
    members = members_of(good)
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
        info = tarfile.TarInfo("files/" + "a" * 64)
        info.type, info.linkname = kind, "/etc/passwd"
        assert refused(tmp_path, tar_of(members, info)) == "backup.broken"


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "tables/../x.jsonl.gz", "a" * 300, "files/x"])
def test_a_member_with_a_name_of_its_own_is_refused(tmp_path: Path, good: bytes, name: str) -> None:
    assert refused(tmp_path, tar_of(members_of(good) | {name: b"x"})) == "backup.broken"


def test_a_member_that_is_missing_is_refused(tmp_path: Path, good: bytes) -> None:
    members = members_of(good)
    del members["tables/lrs/statement.jsonl.gz"]
    assert refused(tmp_path, tar_of(members)) == "backup.broken"


@pytest.mark.parametrize(
    "path",
    [
        "../x.toml", "/etc/x.toml", "secrets/../x.toml", "secrets/.x", "a\\b.toml", "lrs.db", "library/x/y",
        "library/" + "a" * 64, "library/" + "a" * 64 + "/../../jampel.toml", "library//x", "x\n.toml", ".x.toml", "",
        "aturan/../../x.toml", "./jampel.toml", "library/" + "a" * 64 + "/" + "x" * 500,
    ],
)  # fmt: skip
def test_a_file_that_has_no_business_in_a_data_folder_is_refused(tmp_path: Path, good: bytes, path: str) -> None:
    assert not is_safe(path)
    members = with_manifest(members_of(good), lambda manifest: manifest["files"][0].update(path=path))
    assert refused(tmp_path, tar_of(members)) == "backup.broken"


@pytest.mark.parametrize("path", ["jampel.toml", "lapisan.toml", "aturan/2026 baru.toml", "secrets/lti.key",
                                  "library/" + "a" * 64 + "/aset/gambar/peta é.svg"])  # fmt: skip
def test_a_file_that_belongs_there_is_let_in(path: str) -> None:
    assert is_safe(path)


def table(manifest: dict, database: str, name: str) -> dict:
    (part,) = [one for one in manifest["databases"] if one["name"] == database]
    (found,) = [one for one in part["tables"] if one["name"] == name]
    return found


def replaced(members: Members, body: bytes, **changes: object) -> Members:
    """The members with another `institution` table of the household, and a manifest that knows it."""
    packed = gzip.compress(body)

    def change(manifest: dict) -> None:
        digest = hashlib.sha256(packed).hexdigest()
        known = {"size": len(packed), "sha256": digest, "raw": len(body)}
        table(manifest, "house", "institution").update(known | changes)

    return with_manifest(members | {"tables/house/institution.jsonl.gz": packed}, change)


def lines_of(members: Members) -> list[bytes]:
    return gzip.decompress(members["tables/house/institution.jsonl.gz"]).splitlines(keepends=True)


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, good: bytes) -> None:
    members = members_of(good)
    head = lines_of(members)[0]
    bomb = head + b" " * 200_000_000
    assert refused(tmp_path, tar_of(replaced(members, bomb, raw=len(head) + 100))) == "backup.broken"


def test_rows_that_are_not_those_of_the_manifest_are_refused(tmp_path: Path, good: bytes) -> None:
    members = members_of(good)
    head, row = lines_of(members)
    for body in (head, head + row + row, head + row.replace(b"Instansi", b"Instansl"), head + b"[1]\n", head + b"{}\n"):
        assert refused(tmp_path, tar_of(replaced(members, body))) == "backup.broken"


def test_columns_that_are_not_those_of_the_table_are_refused_by_a_restore(tmp_path: Path, good: bytes) -> None:
    members = members_of(good)
    head, row = lines_of(members)
    body = head.replace(b'"slug"', b'"slug; DROP TABLE account"') + row
    (tmp_path / "c").write_bytes(tar_of(replaced(members, body)))
    with pytest.raises(ToolError) as caught:
        restore_backup(Settings(data=tmp_path / "there"), tmp_path / "c", quietly)
    assert caught.value.code == "backup.broken"
    assert list((tmp_path / "there").iterdir()) == []


def test_more_than_the_disk_holds_is_refused_at_once(tmp_path: Path, good: bytes) -> None:
    members = with_manifest(members_of(good), lambda manifest: table(manifest, "lrs", "statement").update(raw=10**18))
    (tmp_path / "c").write_bytes(tar_of(members))
    with pytest.raises(ToolError) as caught:
        restore_backup(Settings(data=tmp_path / "there"), tmp_path / "c", quietly)
    assert caught.value.code == "restore.no_space"


def test_a_version_that_nobody_knows_is_refused(tmp_path: Path, good: bytes) -> None:
    assert (
        refused(tmp_path, tar_of(with_manifest(members_of(good), lambda one: one.update(format=2)))) == "backup.newer"
    )
