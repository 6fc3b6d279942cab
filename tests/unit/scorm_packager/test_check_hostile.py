"""Packages made to break the checker: one clear finding each, nothing written, memory bounded, never a traceback."""

import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from scorm_packager.check.package import Verdict, examine
from scorm_packager.errors import PackagerError
from scorm_packager.repair.repair import repair_package

VALID = Path(__file__).parent.parent.parent / "data" / "scorm" / "valid"
GOOD = (VALID / "scorm12.xml").read_bytes()
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def examined(path: Path) -> Verdict:
    """The verdict, after every sentence of it has been said in both languages."""
    verdict = examine(path, deep=True)
    for finding in (*verdict.findings, *verdict.moodle):
        for language in ("id", "en"):
            sentence = finding.sentence(language)
            assert finding.code not in sentence.split()
            assert "%(" not in sentence
    return verdict


def codes(path: Path) -> list[str]:
    return [finding.code for finding in examined(path).findings]


def make(path: Path, body: bytes, name: str = "imsmanifest.xml") -> Path:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(name, body)
        package.writestr("index.html", "<html></html>")
    return path


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "check.not_xml"),
        (b"<", "check.not_xml"),
        (b"\xff\xfe", "check.not_xml"),
        (b"\0" * 100, "check.not_xml"),
        (b"<a>" * 300, "check.not_xml"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><manifest/>', "check.doctype"),
        (b'<?xml version="1.0"?><!-- a --><!DOCTYPE a [<!ENTITY b "c">]><manifest>&b;</manifest>', "check.doctype"),
        (b'\xef\xbb\xbf<!DOCTYPE a [<!ENTITY % b SYSTEM "http://x/y">%b;]><manifest/>', "check.doctype"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><manifest/>'.encode("utf-16"), "check.doctype"),
        (b"<manifest/>", "check.namespace"),
        (b"<html/>", "check.no_manifest_element"),
        (b"<manifest %s/>" % b" ".join(b'a%d="x"' % n for n in range(100_000)), "check.not_xml"),
        (b'<?xml version="1.0" encoding="klingon"?><manifest/>', "check.encoding"),
        (GOOD.replace(b"UTF-8", b"punycode"), "check.encoding"),
        (GOOD.replace(b"UTF-8", b"unicode_escape"), "check.encoding"),
        (GOOD.replace(b"UTF-8", b"UTF-16"), "check.encoding"),
        (GOOD.replace(b"UTF-8", b"ISO-8859-1"), "check.encoding_other"),
        (GOOD.replace(b"Pelayanan", b"Layanan \xe9\x93"), "check.encoding"),
        (GOOD.replace(b"Pelayanan", b"Layanan \x01"), "check.control"),
        (GOOD.replace(b"Pelayanan", b"Layanan & warga"), "check.ampersand"),
        (GOOD.replace(b'href="index.html"', b'href="../../etc/passwd"', 1), "check.href_climbs"),
        (GOOD.replace(b'href="index.html"', b'href="http://["', 1), "check.outside"),
    ],
)
def test_a_hostile_manifest_is_a_clear_finding(tmp_path: Path, body: bytes, code: str) -> None:
    assert code in codes(make(tmp_path / "a.zip", body))


def test_an_encoding_that_cannot_be_is_mended(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", GOOD.replace(b"UTF-8", b"UTF-16"))
    assert {"check.encoding", "check.not_xml"} & set(codes(path)) == {"check.encoding"}
    repaired = repair_package(path, tmp_path / "b.zip")
    assert "check.encoding" not in [finding.code for finding in repaired.after.findings]


def test_an_encoding_that_is_slow_to_undo_is_never_tried(tmp_path: Path) -> None:
    slow = GOOD.replace(b"UTF-8", b"punycode").replace(b"Pelayanan", b"a" * 300_000 + b"-" + b"z" * 300_000, 1)
    start = time.process_time()
    assert "check.encoding" in codes(make(tmp_path / "a.zip", slow))
    assert time.process_time() - start < 10


def test_a_manifest_larger_than_any_is_refused_without_being_held(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_STORED) as package:
        package.writestr("imsmanifest.xml", b"<manifest>" + b" " * 11_000_000)
    tracemalloc.start()
    found = codes(tmp_path / "a.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ["archive.entry_too_large"]
    assert peak < 40_000_000


def test_seventy_thousand_entries_are_refused(tmp_path: Path) -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 70_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)
    (tmp_path / "a.zip").write_bytes(directory + end)
    assert codes(tmp_path / "a.zip")[0] in ("archive.too_many", "archive.broken")


@pytest.mark.parametrize("comment", [0, 65_535])
def test_a_directory_whose_size_zip64_tells_is_not_read_either(tmp_path: Path, comment: int) -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    count = 300_000
    size = len(entry) * count
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, size, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, comment)
    (tmp_path / "a.zip").write_bytes(entry * count + large + locator + end + b"c" * comment)
    tracemalloc.start()
    found = codes(tmp_path / "a.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ["archive.too_many"]
    assert peak < 5_000_000


def test_a_damaged_entry_is_found_when_every_byte_is_read(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", GOOD)
    path.write_bytes(path.read_bytes().replace(b"<html></html>", b"<html></htmX>"))
    assert "check.crc" in codes(path)


def test_ten_thousand_missing_files_are_a_readable_list(tmp_path: Path) -> None:
    lines = b"".join(b'<file href="f%d.js"/>' % number for number in range(10_000))
    path = make(tmp_path / "a.zip", GOOD.replace(b'<file href="a%20b.js"/>', lines))
    assert codes(path).count("check.file_missing") <= 100


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "paket"
    folder.mkdir()
    (folder / "imsmanifest.xml").write_bytes(GOOD)
    (folder / "rahasia.txt").symlink_to("/etc/passwd")
    assert codes(folder) == ["archive.link"]


@given(body=st.binary(max_size=300))
@example(b"PK\x05\x06" + b"\0" * 18)
@FEW
def test_any_bytes_are_judged(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(body)
    assert examined(tmp_path / "a.zip").findings


@given(at=st.integers(0, len(GOOD) - 1), piece=st.binary(max_size=12), cut=st.integers(0, 40))
@example(at=GOOD.index(b"http://www.w3.org"), piece=b"}", cut=0)  # a namespace may hold what ends it in a name
@FEW
def test_any_change_of_bytes_in_a_manifest_is_judged_and_repaired(
    tmp_path: Path, at: int, piece: bytes, cut: int
) -> None:
    path = make(tmp_path / "a.zip", GOOD[:at] + piece + GOOD[at + cut :])
    verdict = examined(path)
    assert "archive.broken" not in [finding.code for finding in verdict.findings]  # an error of ours would look like it
    before = len(verdict.errors)
    repaired = repair_package(path, tmp_path / "b.zip")
    assert len(repaired.after.errors) <= before


@given(data=st.data())
@FEW
def test_any_change_of_bytes_in_a_zip_is_judged(tmp_path: Path, data: st.DataObject) -> None:
    body = bytearray(make(tmp_path / "a.zip", GOOD).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "a.zip").write_bytes(body[: data.draw(st.integers(0, len(body)))] if data.draw(st.booleans()) else body)
    examined(tmp_path / "a.zip")
    try:
        repair_package(tmp_path / "a.zip", tmp_path / "b.zip")
    except PackagerError:
        assert not (tmp_path / "b.zip").exists()
    finally:
        (tmp_path / "b.zip").unlink(missing_ok=True)


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(names=st.lists(NAMES, max_size=5, unique=True), body=st.sampled_from([b"", b"x", GOOD, b"PK\x03\x04"]))
@FEW
def test_any_names_in_a_zip_are_judged(tmp_path: Path, names: list[str], body: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        for name in names:
            package.writestr(name, body)
    examined(tmp_path / "a.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "body",
    [
        b"<!-- a -->" * 5_000 + b"<manifest/",
        b"<manifest>" + b"<title><![CDATA[" * 60_000,
        b"<manifest>" + b"<!--" * 200_000,
        b"<?a?>" * 50_000 + b"&",
        b'<manifest identifier="' + b"&" * 500_000 + b'"/>',
        b"<manifest>" + b'<item identifier="1"/>' * 4_000 + b"</manifest>",
    ],
    ids=["comments", "sections", "open comments", "instructions", "ampersands", "twins"],
)
def test_texts_made_to_take_long_do_not(tmp_path: Path, body: bytes) -> None:
    path = make(tmp_path / "a.zip", body)
    examine(path)
    repair_package(path, tmp_path / "b.zip")


def test_deep_nesting_is_no_recursion(tmp_path: Path) -> None:
    root = etree.fromstring(GOOD)
    item = next(root.iter("{*}item"))
    for number in range(200):
        inner = etree.SubElement(item, item.tag, identifier=f"D-{number}")
        item = inner
    codes(make(tmp_path / "a.zip", etree.tostring(root)))
