"""Documents as pages: PDF and slides page by page, Word by its headings; bad ones give one clear finding each."""

import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scorm_packager.findings import Finding, Findings
from scorm_packager.source import libreoffice
from scorm_packager.source.documents import DocumentFault, open_document
from scorm_packager.source.libreoffice import convert_to_pdf
from scorm_packager.source.module import check_module, read_module
from scorm_packager.source.office_file import office_fault
from scorm_packager.source.sheets import paragraphs
from scorm_packager.source.workroom import MOST_KEPT, Workroom
from tests.unit.scorm_packager.office_files import docx, paragraph, pdf, picture, pptx, relation

Found = Callable[[Path], list[Finding]]


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workroom in which the PDF of these tests is already drawn, so that it is drawn once."""
    folder = tmp_path_factory.mktemp("gambar")
    (folder / "a.pdf").write_bytes(PDF)
    open_document(folder / "a.pdf", "a.pdf", Workroom(folder))
    return folder / ".jampel"


@pytest.fixture
def with_pdf(module_folder: Path, drawn: Path) -> Path:
    """The module with a PDF among its pages."""
    _copy(drawn, module_folder / ".jampel")
    (module_folder / "isi" / "03-panduan-layanan.pdf").write_bytes(PDF)
    return module_folder


LAUGHS = '<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">'
PDF = pdf(["Halaman pertama", "Halaman kedua"])


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


def test_each_page_of_a_pdf_is_a_page_of_the_course(with_pdf: Path) -> None:
    module = read_module(with_pdf)
    first, second = module.course.pages[2:]
    assert (first.id, first.title) == ("p-03-panduan-layanan", "Panduan layanan (1/2)")
    assert (second.id, second.title) == ("p-03-panduan-layanan--2", "Panduan layanan (2/2)")
    base = "aset/isi/03-panduan-layanan"
    assert '<figure class="dokumen"><div class="lembar" data-lembar="1"><img ' in first.html
    assert f'<img src="{base}-pdf/1.webp" alt="Halaman 1 dari 2: Panduan layanan" width="1100"' in first.html
    assert "<summary>Teks halaman ini</summary><p>Halaman kedua</p>" in second.html
    assert f'<a href="{base}.pdf" download>Unduh dokumen lengkap (PDF, 1 kB)</a>' in first.html
    paths = [asset.path for asset in module.assets if asset.path.startswith("aset/isi/")]
    assert paths == [f"{base}-pdf/1.webp", f"{base}-pdf/2.webp", f"{base}.pdf"]
    assert all(asset.size < 20_000 for asset in module.assets if asset.path.endswith(".webp"))
    assert module.warnings == ()


def test_a_pdf_within_a_page_is_a_medium_with_its_pages(with_pdf: Path) -> None:
    (with_pdf / "dokumen").mkdir()
    (with_pdf / "isi" / "03-panduan-layanan.pdf").rename(with_pdf / "dokumen" / "panduan.pdf")
    (with_pdf / "isi" / "03-baca.md").write_text("# Baca\n\n![Panduan](dokumen/panduan.pdf)\n", encoding="utf-8")
    course = read_module(with_pdf).course
    medium = course.media[-1]
    assert (medium.id, medium.kind, medium.pages) == ("m-dokumen-panduan-pdf", "document", 2)
    html = course.pages[2].html
    assert '<figure class="dokumen" data-medium="m-dokumen-panduan-pdf"><div class="lembar" data-lembar="1">' in html
    assert "<figcaption>Panduan</figcaption>" in html


def test_a_pdf_is_drawn_once_for_each_content(with_pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object) -> bool:
        raise AssertionError("drawn again")

    monkeypatch.setattr("scorm_packager.source.documents._draw", never)
    assert len(read_module(with_pdf).course.pages) == 4


def test_a_pdf_may_be_linked_for_download(with_pdf: Path) -> None:
    (with_pdf / "dokumen").mkdir()
    (with_pdf / "dokumen" / "formulir.pdf").write_bytes(PDF)
    (with_pdf / "isi" / "04-akhir.md").write_text("# Akhir\n\n[Isi](../dokumen/formulir.pdf)\n", encoding="utf-8")
    module = read_module(with_pdf)
    assert '<a href="aset/dokumen/formulir.pdf" download' in module.course.pages[4].html
    assert "aset/dokumen/formulir.pdf" in [asset.path for asset in module.assets]
    assert module.warnings == ()


def test_a_picture_that_no_browser_shows_is_one_error(module_folder: Path, found: Found) -> None:
    parts = {"word/media/a.emf": b"x", "word/_rels/document.xml.rels": relation("i1", "image", "media/a.emf")}
    docx(module_folder / "isi" / "03-a.docx", paragraph("x") + picture("Peta"), parts)
    assert [(f.code, f.level) for f in found(module_folder)] == [("document.picture_kind", "error")]


def test_a_link_to_a_document_leads_to_its_first_page(with_pdf: Path) -> None:
    (with_pdf / "isi" / "04-akhir.md").write_text("# Akhir\n\n[Panduan](03-panduan-layanan.pdf)\n", encoding="utf-8")
    assert 'data-page="p-03-panduan-layanan"' in read_module(with_pdf).course.pages[4].html


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"bukan pdf", "document.broken"),
        (PDF[:200], "document.broken"),
        (b"", "document.broken"),
        (pdf(["x"] * 301), "document.too_long"),
    ],
)
def test_a_pdf_that_cannot_be_shown_is_one_finding(module_folder: Path, found: Found, body: bytes, code: str) -> None:
    (module_folder / "isi" / "03-a.pdf").write_bytes(body)
    assert [(finding.code, finding.file) for finding in found(module_folder)] == [(code, "isi/03-a.pdf")]


def test_a_pdf_without_text_and_of_strange_size_is_shown_with_a_warning(module_folder: Path, found: Found) -> None:
    (module_folder / "isi" / "03-a.pdf").write_bytes(pdf([""], box="0 0 14400 1"))
    assert [finding.code for finding in found(module_folder)] == ["document.no_text"]


def test_pictures_in_the_workroom_that_lead_elsewhere_are_not_followed(with_pdf: Path, tmp_path: Path) -> None:
    secret = tmp_path / "rahasia"
    secret.write_text("rahasia")
    picture_file = next((with_pdf / ".jampel").rglob("1.webp"))
    picture_file.unlink()
    picture_file.symlink_to(secret)
    findings = Findings()
    assert check_module(with_pdf, findings) is None
    assert [finding.code for finding in findings.errors] == ["document.broken"]


def test_a_word_document_is_split_at_its_headings(module_folder: Path) -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('sel')}</w:tc></w:tr></w:tbl>"
    body = paragraph("Kata &lt;awal&gt;") + paragraph("Bab satu", "Heading1") + picture("Peta kota")
    docx(module_folder / "isi" / "03-buku.docx", body + paragraph("Bab dua", "Heading1") + table)
    module = read_module(module_folder)
    assert [(page.id, page.title) for page in module.course.pages[2:]] == [
        ("p-03-buku", "Buku"),
        ("p-03-buku--2", "Bab satu"),
        ("p-03-buku--3", "Bab dua"),
    ]
    assert "Kata &lt;awal&gt;" in module.course.pages[2].html
    image = next(asset for asset in module.assets if asset.path.startswith("aset/isi/03-buku-docx/"))
    assert f'src="{image.path}"' in module.course.pages[3].html
    assert 'alt="Peta kota"' in module.course.pages[3].html
    assert "<td><p>sel</p></td>" in module.course.pages[4].html
    assert module.warnings == ()


def test_a_picture_without_words_in_a_word_document_is_a_warning(module_folder: Path, found: Found) -> None:
    docx(module_folder / "isi" / "03-a.docx", paragraph("x") + picture(""))
    assert [(f.code, f.level) for f in found(module_folder)] == [("document.no_alt", "warning")]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"word/vbaProject.bin": b"x"}, "document.macros"),
        ({"word/styles.xml": b" " * 61_000_000}, "document.bomb"),
        ({"word/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "document.broken"),
        ({"word/styles.xml": f"<!--{' a' * 9000}--><!DOCTYPE a [{LAUGHS}]><a>&c;</a>".encode()}, "document.broken"),
        ({"word/styles.xml": f"<!DOCTYPE a [{LAUGHS}]><a>&c;</a>".encode("utf-16")}, "document.broken"),
    ],
)
def test_an_office_file_that_is_dangerous_is_not_opened(
    module_folder: Path, found: Found, more: dict[str, bytes], code: str
) -> None:
    docx(module_folder / "isi" / "03-a.docx", paragraph("x"), more)
    assert [(f.code, f.file) for f in found(module_folder)] == [(code, "isi/03-a.docx")]


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("03-a.docx", b"bukan zip", "document.broken"),
        ("03-a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "document.encrypted"),
        ("03-a.docx", b"", "document.broken"),
        ("03-a.pptx", b"PK\x03\x04", "document.broken"),
        ("03-a.doc", b"x", "page.kind"),
        ("03-a.docm", b"x", "page.kind"),
        ("03-a.pptm", b"x", "page.kind"),
        ("03-a.xlsx", b"x", "page.kind"),
        ("03-a.txt", b"x", "page.kind"),
    ],
)
def test_a_file_that_cannot_be_a_page_is_an_error_with_a_remedy(
    module_folder: Path, found: Found, name: str, body: bytes, code: str
) -> None:
    (module_folder / "isi" / name).write_bytes(body)
    errors = [finding for finding in found(module_folder) if finding.level == "error"]
    assert [(finding.code, finding.file) for finding in errors] == [(code, f"isi/{name}")]
    assert all("%(" not in errors[0].sentence(language) for language in ("id", "en"))


def program(folder: Path, lines: str) -> str:
    """A program that stands for LibreOffice."""
    path = folder / "soffice"
    path.write_text(f"#!{sys.executable}\nimport pathlib, sys, time\narguments = sys.argv[1:]\n{lines}\n")
    path.chmod(0o755)
    return str(path)


def test_slides_are_shown_as_pages_with_titles_and_notes(
    module_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jadi.pdf").write_bytes(PDF)
    copy = (
        "target = pathlib.Path(arguments[arguments.index('--outdir') + 1], 'sumber.pdf')\n"
        f"target.write_bytes(pathlib.Path({str(tmp_path / 'jadi.pdf')!r}).read_bytes())\n"
        "assert '--headless' in arguments and any(a.startswith('-env:UserInstallation=file://') for a in arguments)"
    )
    monkeypatch.setattr("scorm_packager.source.media.find_libreoffice", lambda: program(tmp_path, copy))
    pptx(module_folder / "isi" / "03-salindia.pptx", [("Satu <b>", "Ucapkan salam."), ("-Sembunyi", ""), ("Dua", "")])
    module = read_module(module_folder)
    assert [page.title for page in module.course.pages[2:]] == ["Satu <b>", "Dua"]
    html = module.course.pages[2].html
    assert "<summary>Catatan pembicara</summary><p>Ucapkan salam.</p>" in html
    assert 'alt="Halaman 1 dari 2: Satu &lt;b&gt;"' in html
    assert "aset/isi/03-salindia-pptx/03-salindia.pdf" in [asset.path for asset in module.assets]
    assert "aset/isi/03-salindia.pptx" not in [asset.path for asset in module.assets]
    monkeypatch.setattr("scorm_packager.source.media.find_libreoffice", lambda: None)
    assert read_module(module_folder).course == module.course  # converted slides need LibreOffice no more


def test_slides_that_bring_in_something_from_elsewhere_are_not_converted(
    module_folder: Path, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scorm_packager.source.media.find_libreoffice", lambda: "/bin/false")
    path = module_folder / "isi" / "03-a.pptx"
    pptx(path, [("Satu", "")])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ppt/slides/_rels/slide9.xml.rels", relation("r1", "hyperlink", "https://a", outside=True))
    assert [finding.code for finding in found(module_folder)] == ["document.not_converted"]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ppt/slides/_rels/slide8.xml.rels", relation("r1", "image", "file:///etc/x", outside=True))
    assert [finding.code for finding in found(module_folder)] == ["document.linked"]


def test_without_libreoffice_slides_say_what_to_install(
    module_folder: Path, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scorm_packager.source.media.find_libreoffice", lambda: None)
    pptx(module_folder / "isi" / "03-a.pptx", [("Satu", "")])
    finding = found(module_folder)[0]
    assert finding.code == "document.needs_libreoffice"
    assert "apt install libreoffice-impress" in finding.sentence("id")


def test_libreoffice_is_found_by_name_or_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(tmp_path, "")
    monkeypatch.setattr(libreoffice, "PLACES", ())
    monkeypatch.setenv("PATH", "")
    assert libreoffice.find_libreoffice() is None
    monkeypatch.setattr(libreoffice, "PLACES", (path,))
    assert libreoffice.find_libreoffice() == path
    monkeypatch.setenv("PATH", str(tmp_path))
    assert libreoffice.find_libreoffice() == path


@pytest.mark.parametrize("lines", ["sys.exit(1)", "pass", "time.sleep(60)"])
def test_a_conversion_that_fails_or_hangs_gives_nothing(tmp_path: Path, lines: str) -> None:
    (tmp_path / "a.pptx").write_bytes(b"x")
    assert not convert_to_pdf(program(tmp_path, lines), tmp_path / "a.pptx", tmp_path / "b.pdf", 1.0)
    assert not (tmp_path / "b.pdf").exists()


def test_without_the_extra_libraries_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorm_packager.source.documents.find_spec", lambda _name: None)
    (tmp_path / "a.pdf").write_bytes(PDF)
    with pytest.raises(DocumentFault) as raised:
        open_document(tmp_path / "a.pdf", "a.pdf", Workroom(tmp_path))
    assert raised.value.code == "document.needs_extra"
    assert "jampel[office]" in Finding(raised.value.code, file="a.pdf").sentence("id")


@pytest.mark.parametrize("name", ["mimetype", "META-INF/manifest.xml", "Content.xml"])
def test_slides_that_are_an_open_document_too_reach_no_converter(tmp_path: Path, name: str) -> None:
    pptx(tmp_path / "a.pptx", [("Satu", "")])
    assert office_fault(tmp_path / "a.pptx", "ppt/presentation.xml", links=True) is None
    with zipfile.ZipFile(tmp_path / "a.pptx", "a") as archive:
        archive.writestr(name, "application/vnd.oasis.opendocument.presentation")
    assert office_fault(tmp_path / "a.pptx", "ppt/presentation.xml", links=True) == "error:document.broken"


def test_links_are_found_in_whatever_letters_their_part_is_named(tmp_path: Path) -> None:
    pptx(tmp_path / "a.pptx", [("Satu", "")])
    with zipfile.ZipFile(tmp_path / "a.pptx", "a") as archive:
        archive.writestr(
            "ppt/slides/_rels/x.xml.RELS", relation("r9", "image", "http://intra.example/a.png", outside=True)
        )
    assert office_fault(tmp_path / "a.pptx", "ppt/presentation.xml", links=True) == "error:document.linked"


def test_a_password_on_a_zip_is_told(tmp_path: Path) -> None:
    docx(tmp_path / "a.docx", paragraph("x"))
    body = bytearray((tmp_path / "a.docx").read_bytes())
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        offsets = [part.header_offset for part in archive.infolist()]
    for offset in offsets:
        body[offset + 6] |= 1
    at = -1
    while (at := body.find(b"PK\x01\x02", at + 1)) >= 0:
        body[at + 8] |= 1
    (tmp_path / "a.docx").write_bytes(bytes(body))
    assert office_fault(tmp_path / "a.docx", "word/document.xml") == "error:document.encrypted"


def test_a_workroom_keeps_few_old_results_and_none_outside(tmp_path: Path) -> None:
    elsewhere = tmp_path / "lain"
    elsewhere.mkdir()
    (tmp_path / ".jampel").symlink_to(elsewhere)
    source = tmp_path / "a"
    source.write_bytes(b"1")
    made = Workroom(tmp_path).results(source, "x", lambda _room: True)
    assert made is not None
    assert list(elsewhere.iterdir()) == []
    (tmp_path / ".jampel").unlink()
    for number in range(MOST_KEPT + 3):
        source.write_bytes(str(number).encode())
        Workroom(tmp_path).results(source, "x", lambda _room: True)
    last = Workroom(tmp_path)
    last.results(source, "x", lambda _room: True)
    last.prune()
    assert len([path for path in (tmp_path / ".jampel").iterdir() if path.is_dir()]) == MOST_KEPT + 1
    assert os.path.isfile(tmp_path / ".jampel" / ".gitignore")


def test_lines_of_a_page_become_paragraphs() -> None:
    long = "Kalimat panjang ini berlanjut di baris berikutnya karena lebar halaman"
    assert paragraphs(f"Judul\n{long}\nterbatas.\n\n• satu\n• dua") == (
        f"<p>Judul</p><p>{long} terbatas.</p><p>• satu</p><p>• dua</p>"
    )
