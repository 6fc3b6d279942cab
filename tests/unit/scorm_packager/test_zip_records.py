"""Records of zips beyond what the first zips could say: many files, large files, far away ones (zip64)."""

import zipfile
import zlib
from pathlib import Path

from scorm_packager.zip_records import STORED, Member, closing_records, local_record

GIGABYTE = 1 << 30


def test_more_files_than_a_plain_zip_can_count_are_all_found(tmp_path: Path) -> None:
    path, members, end = tmp_path / "banyak.zip", [], 0
    with path.open("wb") as out:
        for number in range(66_000):
            member = Member(name=f"{number}.txt", method=STORED, crc=0, packed=0, size=0, offset=end)
            out.write(local_record(member))
            members.append(member)
            end = member.end
        out.write(closing_records(members, end))
    with zipfile.ZipFile(path) as package:
        assert len(package.namelist()) == 66_000
        assert package.read("65999.txt") == b""


def test_a_large_file_and_one_far_behind_it_are_found(tmp_path: Path) -> None:
    """The large one is a hole in the file, so that it costs nothing."""
    path, body = tmp_path / "besar.zip", b"di belakang"
    large = Member(name="film.mp4", method=STORED, crc=0, packed=5 * GIGABYTE, size=5 * GIGABYTE)
    small = Member(
        name="teks.txt", method=STORED, crc=zlib.crc32(body), packed=len(body), size=len(body), offset=large.end
    )
    with path.open("wb") as out:
        out.write(local_record(large))
        out.seek(small.offset)
        out.write(local_record(small) + body)
        out.write(closing_records([large, small], small.end))
    with zipfile.ZipFile(path) as package:
        film, text = package.infolist()
        assert (film.file_size, film.compress_size, film.header_offset) == (5 * GIGABYTE, 5 * GIGABYTE, 0)
        assert text.header_offset == large.end > 4 * GIGABYTE
        assert package.read("teks.txt") == body
        with package.open("film.mp4") as opened:
            assert opened.read(10) == bytes(10)
