"""Zips from strangers: each trick gets one clear refusal and leaves nothing on disk."""

import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorm_packager.errors import PackagerError
from scorm_packager.extract import DEFAULT_LIMITS, Limits, extract_safely, open_safely, read_entry
from xapi.words import explain

SMALL = Limits(entries=5, total=5_000_000, ratio=100, ratio_from=1000, name=100, depth=6, segment=60)


def make_zip(path: Path, *names: str, content: bytes = b"isi", mode: int = 0, flag: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    if flag:
        body = bytearray(path.read_bytes())
        struct.pack_into("<H", body, body.index(b"PK\x01\x02") + 8, flag)
        path.write_bytes(body)
    return path


def refuse(path: Path, tmp_path: Path, limits: Limits = SMALL) -> PackagerError:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(PackagerError) as raised:
        extract_safely(path, tmp_path / "tujuan", limits)
    assert sorted(tmp_path.rglob("*")) == before
    for language in ("id", "en"):
        assert raised.value.code not in explain(raised.value, language)
    return raised.value


def test_a_harmless_zip_is_unpacked(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", "a.txt", "b/", "b/c.txt")
    assert extract_safely(path, tmp_path / "tujuan", SMALL) == ["a.txt", "b/c.txt"]
    assert (tmp_path / "tujuan" / "b" / "c.txt").read_bytes() == b"isi"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../a", "archive.escapes"),
        ("a/../../b", "archive.escapes"),
        ("/etc/passwd", "archive.escapes"),
        ("a\\b", "archive.escapes"),
        ("..\\a", "archive.escapes"),
        ("C:/a", "archive.escapes"),
        ("C:a", "archive.escapes"),
        ("./a", "archive.escapes"),
        ("a//b", "archive.escapes"),
        ("a\nb", "archive.name_bad"),
        ("a\u202eb", "archive.name_bad"),
        ("a" * 61, "archive.name_long"),
        ("a/" * 6 + "b", "archive.name_long"),
    ],
)
def test_a_dangerous_name_is_refused(tmp_path: Path, name: str, code: str) -> None:
    assert refuse(make_zip(tmp_path / "a.zip", name), tmp_path).code == code


def test_a_name_that_no_disk_can_write_is_refused_as_such(tmp_path: Path) -> None:
    assert refuse(make_zip(tmp_path / "a.zip", "é" * 150), tmp_path, DEFAULT_LIMITS).code == "archive.name_long"


def test_a_name_cut_by_a_null_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", "aXb.txt")
    path.write_bytes(path.read_bytes().replace(b"aXb.txt", b"a\0b.txt"))
    assert refuse(path, tmp_path).code == "archive.name_bad"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, kind: int) -> None:
    assert refuse(make_zip(tmp_path / "a.zip", "a", mode=kind | 0o777), tmp_path).code == "archive.link"


@pytest.mark.parametrize("names", [("a", "A"), ("ß", "SS"), ("a", "a/b"), ("a/b", "A"), ("e\u0301", "\u00e9")])
def test_names_that_meet_on_some_disk_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    assert refuse(make_zip(tmp_path / "a.zip", *names), tmp_path).code == "archive.twins"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    assert refuse(make_zip(tmp_path / "a.zip", "a", "a"), tmp_path).code == "archive.twins"


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    assert refuse(make_zip(tmp_path / "a.zip", "a", flag=1), tmp_path).code == "archive.encrypted"


def test_an_unusual_compression_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_BZIP2) as package:
        package.writestr("a", b"isi")
    assert refuse(tmp_path / "a.zip", tmp_path).code == "archive.method"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    assert refuse(make_zip(tmp_path / "a.zip", "a", content=b"\0" * 4_000_000), tmp_path).code == "archive.bomb"


def test_a_bomb_of_many_small_entries_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", *"abcde", content=b"\0" * 100_000)
    limits = Limits(ratio=10, ratio_from=200_000)
    assert refuse(path, tmp_path, limits).code == "archive.bomb"


def test_too_much_and_too_many_are_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", *"abcdef")
    assert refuse(path, tmp_path).code == "archive.too_many"
    assert refuse(path, tmp_path, Limits(total=17)).code == "archive.too_large"


def test_a_declared_size_that_lies_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", "a", content=b"isi" * 1000)
    body = bytearray(path.read_bytes())
    struct.pack_into("<I", body, body.index(b"PK\x01\x02") + 24, 10)
    path.write_bytes(body)
    assert refuse(path, tmp_path).code == "archive.broken"


@pytest.mark.parametrize("body", [b"", b"bukan zip", b"PK\x05\x06" + b"\0" * 10, b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(body)
    assert refuse(tmp_path / "a.zip", tmp_path).code == "archive.broken"


def test_a_missing_zip_is_refused(tmp_path: Path) -> None:
    assert refuse(tmp_path / "tidak-ada.zip", tmp_path).code == "archive.missing"


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", "a")
    (tmp_path / "tujuan").mkdir()
    (tmp_path / "tujuan" / "penting.txt").write_text("x")
    assert refuse(path, tmp_path).code == "output.not_ours"


def test_an_entry_larger_than_asked_is_refused(tmp_path: Path) -> None:
    with open_safely(make_zip(tmp_path / "a.zip", "a", content=b"12345")) as package:
        assert read_entry(package, "a", 5) == b"12345"
        with pytest.raises(PackagerError, match="entry_too_large"):
            read_entry(package, "a", 4)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_a_damaged_zip_is_unpacked_inside_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    tmp_path = tmp_path_factory.mktemp("zip")
    path = make_zip(tmp_path / "a.zip", "a.txt", "b/c.txt", content=b"isi yang agak panjang")
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(body)
    try:
        names = extract_safely(path, tmp_path / "tujuan", SMALL)
    except PackagerError:
        assert sorted(tmp_path.iterdir()) == [path]
    else:
        assert all((tmp_path / "tujuan" / name).resolve().is_relative_to(tmp_path / "tujuan") for name in names)


def test_a_directory_too_large_for_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "banyak.zip"
    with zipfile.ZipFile(path, "w") as package:
        for number in range(3000):
            package.writestr(f"{number}.md", b"")
    with pytest.raises(PackagerError) as refusal, open_safely(path, Limits(entries=100)):
        pass
    assert refusal.value.code == "archive.too_many"
    assert refusal.value.detail.startswith("a directory of")
