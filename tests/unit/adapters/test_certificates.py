"""Certificates: matched by name, checked, and never guessed."""

from datetime import date

import pytest

from adapters.attendance import Attendance
from adapters.certificates import checked_pdf, counts_of, match_certificates
from adapters.errors import AdapterError
from xapi.identity import parse_nip

ANI, BUDI = "198501012099031001", "198612312099032002"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
DAY = date(2026, 3, 2)


def row(number: int, nip: str = ANI, certificate: str = "", file: str = "") -> Attendance:
    return Attendance(number, parse_nip(nip), "Ani", "Bimtek", "BKPSDM", "seminar", DAY, DAY, 400, certificate, False,
                      None, file=file)  # fmt: skip


@pytest.fixture
def put(tmp_path):
    def write(name: str, more: bytes = b"") -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PDF[:9] + name.encode() + more + PDF[9:])

    return write


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("Piagam Ani.pdf", "file"),
        ("piagam ani.PDF", "file"),
        ("no 12-2026.pdf", "certificate"),
        (f"{ANI}_No. 12-2026.pdf", "certificate"),
        (f"{ANI}.pdf", "nip"),
        ("19850101 209903 1 001.pdf", "nip"),
        (f"sertifikat {ANI} bimtek.pdf", "nip"),
        ("2026/no 12 2026.pdf", "certificate"),
    ],
)
def test_a_file_is_found_by_its_name(tmp_path, put, name, way):
    put(name)
    found = match_certificates(
        [row(2, certificate="No. 12/2026", file="piagam ani" if way == "file" else "")], tmp_path
    )
    assert (list(found.evidence), found.how[way], found.strange, found.missing) == ([2], 1, [], [])
    assert found.paths[found.evidence[2]] == tmp_path / name


def test_a_file_of_somebody_with_several_rows_belongs_to_none_of_them(tmp_path, put):
    put(f"{ANI}.pdf")
    found = match_certificates([row(2, certificate="A"), row(3, certificate="B")], tmp_path)
    assert (found.evidence, [one.error.code for one in found.strange]) == ({}, ["certificate.several"])
    assert ANI not in found.strange[0].name


def test_a_number_that_several_people_have_needs_the_nip_as_well(tmp_path, put):
    rows = [row(2, certificate="800/1"), row(3, BUDI, certificate="800/1")]
    put("800-1.pdf")
    put(f"800-1 {BUDI}.pdf")
    found = match_certificates(rows, tmp_path)
    assert (list(found.evidence), [one.error.code for one in found.strange]) == ([3], ["certificate.several"])


def test_one_file_may_be_the_evidence_of_all_rows_that_name_it(tmp_path, put):
    put("daftar.pdf")
    found = match_certificates([row(2, file="daftar.pdf"), row(3, BUDI, file="daftar.pdf")], tmp_path)
    assert found.evidence[2] == found.evidence[3]


def test_a_dash_is_no_number_of_a_certificate(tmp_path, put):
    put(f"{BUDI}.pdf")
    found = match_certificates([row(2, certificate="-"), row(3, BUDI, certificate="-")], tmp_path)
    assert (list(found.evidence), found.how["nip"]) == ([3], 1)


def test_missing_surplus_and_second_files_are_told(tmp_path, put):
    put("lain.pdf")
    put(f"{ANI}.pdf")
    put("a-1.pdf")
    (tmp_path / "foto.jpg").write_bytes(b"x")
    found = match_certificates([row(2, certificate="A-1"), row(3, BUDI, file="hilang.pdf")], tmp_path)
    assert sorted(one.error.code for one in found.strange) == [
        "certificate.no_pdf", "certificate.second", "certificate.surplus",
    ]  # fmt: skip
    assert [(number, error.code) for number, error in found.missing] == [(3, "certificate.missing")]
    assert counts_of(found)["surplus"] == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04", "no_pdf"), (b"", "no_pdf"), (PDF[:-7], "cut_off"), (PDF + b"x" * 2000, "cut_off")],
)
def test_what_is_no_whole_pdf_is_refused_for_its_rows(tmp_path, content, code):
    (tmp_path / f"{ANI}.pdf").write_bytes(content)
    found = match_certificates([row(2)], tmp_path)
    assert (found.evidence, [error.code for _row, error in found.missing]) == ({}, [f"certificate.{code}"])


def test_a_file_larger_than_allowed_is_refused_before_it_is_read_up(tmp_path):
    (tmp_path / "a.pdf").write_bytes(PDF[:-6] + b" " * 5000 + PDF[-6:])
    with pytest.raises(AdapterError) as caught:
        checked_pdf(tmp_path / "a.pdf", most_bytes=1000)
    assert caught.value.code == "certificate.too_large"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path, put):
    put("luar/rahasia.pdf")
    folder = tmp_path / "sertifikat"
    folder.mkdir()
    (folder / f"{ANI}.pdf").symlink_to(tmp_path / "luar" / "rahasia.pdf")
    assert match_certificates([row(2)], folder).without == 1
