"""Module folders: what is read, and every fault with file and line."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding, Findings, ModuleProblems
from scorm_packager.source.module import check_module, read_module
from tests.unit.scorm_packager.page_dangers import dangers
from xapi.words import explain

Found = Callable[[Path], list[Finding]]


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def write_page(folder: Path, body: str) -> None:
    (folder / "isi" / "02-lanjut.md").write_text(f"# Lanjut\n\n{body}\n", encoding="utf-8")


def test_a_good_module_becomes_a_course(module_folder: Path) -> None:
    module = read_module(module_folder)
    course = module.course
    assert (course.id, course.jp, course.mastery, course.title) == ("coba-satu", 5, 70, "Coba & <satu>")
    assert course.iri == "https://w3id.org/jampel/modul/bkpsdm-kota-contoh/coba-satu"
    assert [page.id for page in course.pages] == ["p-01-awal", "p-02-lanjut"]
    assert course.pages[1].questions == ("q1",)
    assert '<div class="soal" data-question="q1"></div>' in course.pages[1].html
    assert '<a href="#p-02-lanjut" data-page="p-02-lanjut">' in course.pages[0].html
    assert [asset.path for asset in module.assets] == [
        "aset/gambar/peta.svg",
        "aset/video/film.mp4",
        "aset/video/film.vtt",
    ]
    assert module.warnings == ()


def test_a_course_lists_its_media_in_order(module_folder: Path, make_sound: Callable[..., bytes]) -> None:
    (module_folder / "audio").mkdir()
    (module_folder / "audio" / "sapa.wav").write_bytes(make_sound(3))
    (module_folder / "audio" / "sapa.md").write_text("Selamat pagi.", encoding="utf-8")
    spoil(module_folder / "modul.toml", "kelulusan", "tonton = 80\nkelulusan")
    write_page(
        module_folder, "![Sapa](../audio/sapa.wav)\n\n![Film](video/film.mp4)\n\n" + "kata " * 200 + "\n\n" + SOAL
    )
    module = read_module(module_folder)
    assert [(m.id, m.kind, m.seconds) for m in module.course.media] == [
        ("m-video-film-mp4", "video", 30.0),
        ("m-audio-sapa-wav", "audio", 3.0),
    ]
    assert module.course.watch == 80
    assert 'data-medium="m-video-film-mp4"' in module.course.pages[0].html
    html = module.course.pages[1].html
    assert '<source src="aset/audio/sapa.wav" type="audio/wav">' in html
    assert 'data-medium="m-audio-sapa-wav"' in html
    assert 'data-medium="m-video-film-mp4"' in html
    assert [(warning.code, warning.line) for warning in module.warnings] == [("audio.wav", 3)]


def test_captions_in_further_languages_are_offered(module_folder: Path) -> None:
    text = (module_folder / "video" / "film.vtt").read_text(encoding="utf-8")
    (module_folder / "video" / "film.en.vtt").write_text(text, encoding="utf-8")
    module = read_module(module_folder)
    assert '<track src="aset/video/film.en.vtt" kind="captions" srclang="en"' in module.course.pages[0].html
    assert module.warnings == ()


def test_a_video_carries_captions_and_transcript(module_folder: Path) -> None:
    html = read_module(module_folder).course.pages[0].html
    assert '<track src="aset/video/film.vtt" kind="captions" srclang="id"' in html
    assert '<details class="transkrip"><summary>Transkrip</summary><p>Halo.</p></details>' in html
    assert "autoplay" not in html
    assert 'preload="none"' in html


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('id = "coba-satu"', 'id = "coba-satu', "module.toml_broken", 1),
        ("jp = 0.05", "jp = 0,05", "module.toml_broken", 4),
        ("kelulusan = 70", "#\nx" + ".x" * 90_000 + " = 1", "module.toml_broken", 9),
        ("jp = 0.05", "jp = 0", "module.jp_bad", 4),
        ("jp = 0.05", "jp = -1", "module.jp_bad", 4),
        ("jp = 0.05", "jp = 0.055", "module.jp_bad", 4),
        ("jp = 0.05", "jp = nan", "module.jp_bad", 4),
        ("jp = 0.05", "jp = inf", "module.jp_bad", 4),
        ("jp = 0.05", "jp = true", "module.jp_bad", 4),
        ("jp = 0.05", 'jp = "1"', "module.jp_bad", 4),
        ('bentuk = "e-learning"', 'bentuk = "elearning"', "module.form_unknown", 5),
        ("kelulusan = 70", "kelulusn = 70", "module.key_unknown_close", 6),
        ("kelulusan = 70", "kelulusan = 101", "module.not_whole", 6),
        ("kelulusan = 70", "kelulusan = 70\nxyzzy = 1", "module.key_unknown", 7),
        ("kelulusan = 70", "kelulusan = 70\n[xyzzy]\na = 1", "module.key_unknown", 7),
        ('id = "coba-satu"', 'id = "Coba"', "module.id_bad", 1),
        ('versi = "1.0.0"', 'versi = "satu"', "module.version_bad", 3),
        ('versi = "1.0.0"', "versi = 1.0", "module.not_text", 3),
        ('judul = "Coba & <satu>"', 'judul = ""', "module.not_text", 2),
        ("kelulusan = 70", "kelulusan = 70\nhalaman = []", "module.not_texts", 7),
        ("kelulusan = 70", 'kelulusan = 70\niri = "x"', "module.iri_bad", 7),
        ("kelulusan = 70", 'kelulusan = 70\nbahasa = "Bahasa Indonesia"', "module.language_bad", 7),
        ("kelulusan = 70", "", "module.mastery_missing", 1),
        ('instansi = "BKPSDM Kota Contoh"', "", "module.key_missing", 1),
    ],
)
def test_a_fault_in_the_settings_is_found_with_its_line(
    module_folder: Path, found: Found, old: str, new: str, code: str, line: int
) -> None:
    spoil(module_folder / "modul.toml", old, new)
    finding = next(finding for finding in found(module_folder) if finding.code == code)
    assert (finding.file, finding.line) == ("modul.toml", line)


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("a\n\n![Peta](gambar/hilang.svg)", "media.missing", 5),
        ("a\n\n![Peta](gambar/Peta.svg)", "media.missing", 5),
        ("a\nb\n![](gambar/peta.svg)", "media.no_alt", 5),
        ("![Peta](https://example.org/peta.png)", "media.external", 3),
        ("![Peta](//example.org/peta.png)", "media.external", 3),
        ("![Peta](../rahasia.png)", "path.outside", 3),
        ("![Peta](gambar/../../rahasia.png)", "path.outside", 3),
        ("![Peta](/etc/passwd)", "path.outside", 3),
        ("![Peta](isi/peta.svg)", "media.folder", 3),
        ("teks ![Film](video/film.mp4) teks", "video.place", 3),
        ("[ke mana](99-tidak-ada.md)", "link.broken", 3),
        ("[ke mana](ftp://example.org)", "link.broken", 3),
        ("## a\n\n# Judul kedua", "page.second_title", 5),
        ("a\n\n<script>alert(1)</script>", "page.html_refused", 5),
        ("a <img src=x onerror=alert(1)> b", "page.html_refused", 3),
        ('a\nb <b onclick="x">c</b>', "page.html_refused", 4),
        ('<iframe src="https://example.org"></iframe>', "page.html_refused", 3),
        ("a\n\n" + "<div>\n" * 120, "page.html_deep", 105),
        ("a\n" + "<b><i>\n" * 120, "page.html_deep", 54),
        ("a\n\n$$\n\\frac{\n$$", "math.broken", 5),
        ("a $\\perintah$ b", "math.command", 3),
        ("a\n\nb[^satu]", "footnote.missing", 5),
        ("teks ![Suara](audio/a.mp3) teks", "video.place", 3),
        ("::: catatn\nx\n:::", "block.unknown", 3),
        ("a\n\n:::", "block.stray_end", 5),
        ("::: catatan\nx", "block.not_closed", 3),
        ("::: soal pilihan #q1\nx", "block.not_closed", 3),
    ],
)
def test_a_fault_in_a_page_is_found_with_its_line(
    module_folder: Path, found: Found, body: str, code: str, line: int
) -> None:
    write_page(module_folder, body)
    places = [(finding.code, finding.file, finding.line) for finding in found(module_folder)]
    assert (code, "isi/02-lanjut.md", line) in places


def test_all_faults_are_told_at_once(module_folder: Path) -> None:
    spoil(module_folder / "modul.toml", "jp = 0.05", "jp = 0")
    write_page(module_folder, "![](gambar/hilang.svg)\n\n::: soal pilihan #q1\nApa?\n- [ ] a\n- [ ] b\n:::")
    with pytest.raises(ModuleProblems) as raised:
        read_module(module_folder)
    codes = {finding.code for finding in raised.value.findings}
    assert {"module.jp_bad", "media.no_alt", "media.missing", "question.no_right_answer"} <= codes
    assert "modul.toml:4" in explain(raised.value, "id")
    assert "modul.toml:4" in explain(raised.value, "en")


def test_the_same_question_id_twice_names_both_places(module_folder: Path) -> None:
    question = "::: soal benar-salah #q1\nYa?\n= benar\n:::\n"
    write_page(module_folder, question + question)
    with pytest.raises(ModuleProblems) as raised:
        read_module(module_folder)
    finding = raised.value.findings[0]
    assert (finding.code, finding.line, finding.params["other"]) == ("question.id_twice", 7, "isi/02-lanjut.md:3")


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("isi/02-lanjut.md", b"teks tanpa judul", "page.no_title"),
        ("isi/02-lanjut.md", b"", "page.no_title"),
        ("isi/02-lanjut.md", b"# A\n\n\xff\xfe", "file.not_utf8"),
        ("modul.toml", b"\xff", "file.not_utf8"),
        ("isi/03 dengan spasi.md", b"# A\n\nb", "path.unsafe"),
        ("isi/con.md", b"# A\n\nb", "path.unsafe"),
        ("isi/01_awal.md", b"# A\n\nb", "page.twice"),
        ("video/film.mp4", b"bukan film", "media.not_what_it_says"),
        ("video/film.vtt", b"bukan teks", "video.captions_bad"),
        ("video/film.vtt", b"WEBVTT\n", "video.captions_bad"),
        ("video/film.vtt", b"WEBVTT\n\n0:1 --> 0:2\na\n", "video.captions_time"),
        ("video/film.vtt", b"WEBVTT\n\n00:09.000 --> 00:02.000\na\n", "video.captions_order"),
        ("video/film.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\na\n", "video.captions_short"),
        ("video/film.vtt", b"WEBVTT\n\n00:00.000 --> 01:02.000\na\n", "video.captions_past_end"),
        ("video/film.vtt", b"WEBVTT\nLanguage: en\n\n00:00.000 --> 00:29.000\na\n", "video.captions_language"),
        ("video/film.en.vtt", b"bukan teks", "video.captions_bad"),
        ("video/film.md", b"", "video.transcript_empty"),
        ("gambar/peta.svg", b"<svg/>", "svg.no_namespace"),
    ],
)
def test_a_bad_file_is_found(module_folder: Path, found: Found, name: str, body: bytes, code: str) -> None:
    (module_folder / name).write_bytes(body)
    finding = next(finding for finding in found(module_folder) if finding.code == code)
    assert finding.file in (name, "modul.toml")


@pytest.mark.parametrize(
    ("body", "looks"),
    [
        ("# A\n\nb".encode("utf-16"), "UTF-16"),
        ("# A\n\nb".encode("utf-16-le"), "UTF-16"),
        ("# A\n\ncaf\u00e9 \u2013".encode("cp1252"), "Windows-1252"),
    ],
)
def test_another_encoding_is_named(module_folder: Path, found: Found, body: bytes, looks: str) -> None:
    (module_folder / "isi" / "02-lanjut.md").write_bytes(body)
    assert [(f.code, f.params["looks"]) for f in found(module_folder) if f.code.startswith("file")] == [
        ("file.not_utf8", looks)
    ]


def test_a_mark_of_the_byte_order_is_no_part_of_the_text(module_folder: Path) -> None:
    path = module_folder / "isi" / "01-awal.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_module(module_folder).course.pages[0].title == "Awal"


def test_a_folder_of_documents_is_told_how_to_become_a_module(tmp_path: Path, found: Found) -> None:
    for name in ("Panduan.PDF", "salindia.pptx", "foto.png"):
        (tmp_path / name).write_bytes(b"x")
    finding = found(tmp_path)[0]
    assert (finding.code, finding.params["count"]) == ("module.only_documents", 2)
    assert len(found(tmp_path)) == 1
    assert "jampel modul new" in finding.sentence("id")


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("a.png", png(20_000, 20_000), "picture.huge"),
        ("a.png", png(0, 1), "media.not_what_it_says"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "media.not_what_it_says"),
        ("a.jpg", b"\xff\xd8\xff", "media.not_what_it_says"),
        ("a.jpg", b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff", "picture.huge"),
        ("a.gif", b"GIF89a\xff\xff\xff\xff", "picture.huge"),
        ("a.webp", b"RIFF\0\0\0\0WAVEVP8 ", "media.not_what_it_says"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff", "picture.huge"),
        ("a.bmp", b"BM", "media.kind"),
    ],
)
def test_a_picture_that_is_damaged_or_huge_is_one_finding(
    module_folder: Path, found: Found, name: str, body: bytes, code: str
) -> None:
    (module_folder / "gambar" / name).write_bytes(body)
    write_page(module_folder, f"![a](gambar/{name})\n\n![b](gambar/{name})\n\n" + SOAL)
    assert [f.code for f in found(module_folder) if f.level == "error"] == [code]


def test_the_line_of_a_bad_byte_is_told(module_folder: Path, found: Found) -> None:
    (module_folder / "isi" / "02-lanjut.md").write_bytes(b"# A\n\nx\n\xff\n")
    assert found(module_folder)[0].place == "isi/02-lanjut.md:4"


@pytest.mark.parametrize(("suffix", "code"), [("vtt", "video.no_captions"), ("md", "video.no_transcript")])
def test_a_video_without_captions_or_transcript_is_a_warning(
    module_folder: Path, found: Found, suffix: str, code: str
) -> None:
    (module_folder / "video" / f"film.{suffix}").unlink()
    assert [(f.code, f.level, f.file, f.line) for f in found(module_folder)] == [(code, "warning", "isi/01-awal.md", 7)]
    assert "<video" in read_module(module_folder).course.pages[0].html


def test_a_folder_without_settings_or_pages_is_refused(tmp_path: Path, found: Found) -> None:
    assert [finding.code for finding in found(tmp_path)] == ["module.no_settings", "page.none"]
    with pytest.raises(PackagerError, match="module.no_folder"):
        read_module(tmp_path / "tidak-ada")


def test_pages_come_in_the_order_of_the_settings(module_folder: Path) -> None:
    spoil(module_folder / "modul.toml", "kelulusan", 'halaman = ["02-lanjut.md", "01-awal.md"]\nkelulusan')
    assert [page.title for page in read_module(module_folder).course.pages] == ["Lanjut", "Awal"]


@pytest.mark.parametrize(("name", "code"), [("99.md", "page.missing"), ("../modul.toml", "path.outside")])
def test_a_page_that_is_not_in_the_folder_is_refused(module_folder: Path, found: Found, name: str, code: str) -> None:
    spoil(module_folder / "modul.toml", "kelulusan", f'halaman = ["01-awal.md", "02-lanjut.md", "{name}"]\nkelulusan')
    assert code in [finding.code for finding in found(module_folder)]


def test_a_link_out_of_the_folder_is_not_followed(module_folder: Path, tmp_path: Path, found: Found) -> None:
    (tmp_path / "rahasia.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (module_folder / "gambar" / "peta.svg").unlink()
    os.symlink(tmp_path / "rahasia.svg", module_folder / "gambar" / "peta.svg")
    assert "path.outside" in [finding.code for finding in found(module_folder)]


def test_more_jp_than_the_content_takes_is_a_warning(module_folder: Path) -> None:
    spoil(module_folder / "modul.toml", "jp = 0.05", "jp = 2")
    warning = read_module(module_folder).warnings[0]
    assert (warning.code, warning.line, warning.params["wanted"]) == ("module.jp_too_long", 4, 90)


def test_an_unused_picture_is_a_warning(module_folder: Path) -> None:
    (module_folder / "gambar" / "lain.png").write_bytes(b"x")
    module = read_module(module_folder)
    assert [(warning.code, warning.file) for warning in module.warnings] == [("file.unused", "gambar/lain.png")]
    assert "aset/gambar/lain.png" not in [asset.path for asset in module.assets]


def test_a_late_film_index_is_a_warning(module_folder: Path, make_film: Callable[..., bytes]) -> None:
    (module_folder / "video" / "film.mp4").write_bytes(make_film(fast=False))
    assert [warning.code for warning in read_module(module_folder).warnings] == ["video.slow_start"]


def test_any_change_of_a_source_changes_the_digest(module_folder: Path) -> None:
    digests = {read_module(module_folder).course.digest}
    for name in ("modul.toml", "isi/01-awal.md", "gambar/peta.svg", "video/film.vtt", "video/film.md"):
        path = module_folder / name
        path.write_bytes(path.read_bytes() + b"\n")
        digests.add(read_module(module_folder).course.digest)
    assert len(digests) == 6


def test_an_admonition_keeps_the_lines_of_what_is_in_it(module_folder: Path, found: Found) -> None:
    write_page(module_folder, "::: penting Ingat <ini>\nteks\n\n![Peta](gambar/hilang.svg)\n:::")
    assert [(f.code, f.line) for f in found(module_folder) if f.file == "isi/02-lanjut.md"] == [("media.missing", 6)]
    write_page(module_folder, "::: penting Ingat <ini>\n**teks**\n:::\n\n::: soal benar-salah #q\nYa?\n= benar\n:::")
    html = read_module(module_folder).course.pages[1].html
    assert '<aside class="penting"><p class="judul"><strong>Ingat &lt;ini&gt;</strong></p>' in html
    assert "<p><strong>teks</strong></p>" in html


@pytest.mark.parametrize(
    ("first", "shown"),
    [
        ("[!NOTE]", '<aside class="catatan"><p class="judul"><strong>Catatan</strong>'),
        (
            "[!WARNING] Awas <api>",
            '<aside class="peringatan penting"><p class="judul"><strong>Awas &lt;api&gt;</strong>',
        ),
        ("[!CONTOH]", '<aside class="contoh"><p class="judul"><strong>Contoh</strong>'),
        ("[!LAIN]", "<blockquote>"),
    ],
)
def test_a_quotation_that_names_a_kind_is_a_box(module_folder: Path, first: str, shown: str) -> None:
    write_page(module_folder, f"> {first}\n> **isi**\n>\n> lagi\n\n" + SOAL)
    html = read_module(module_folder).course.pages[1].html
    assert shown in html
    assert "<strong>isi</strong>" in html
    assert html.count("<aside") == html.count("</aside>")


def test_a_box_of_github_keeps_the_lines_of_what_is_in_it(module_folder: Path, found: Found) -> None:
    write_page(module_folder, "> [!NOTE]\n> a\n> ![Peta](gambar/hilang.svg)")
    assert ("media.missing", 5) in [(f.code, f.line) for f in found(module_folder)]


def test_maths_becomes_mathml_that_keeps_its_source(module_folder: Path) -> None:
    write_page(module_folder, "Luas $\\pi r^2 < 4$, harga $5 dan $6.\n\n$$\n\\frac{1}{2}\n$$\n\n" + SOAL)
    html = read_module(module_folder).course.pages[1].html
    assert '<math alttext="\\pi r^2 &lt; 4" display="inline">' in html
    assert '<div class="rumus"><math alttext="\\frac{1}{2}" display="block">' in html
    assert "harga $5 dan $6" in html


def test_footnotes_lead_there_and_back_and_are_unique_in_the_course(module_folder: Path) -> None:
    (module_folder / "isi" / "03-lagi.md").write_text("# Lagi\n\nA[^1].\n\n[^1]: Sumber\n", encoding="utf-8")
    write_page(module_folder, "A[^1].\n\n[^1]: Sumber\n\n" + SOAL)
    second, third = (page.html for page in read_module(module_folder).course.pages[1:])
    assert '<a href="#fn-isi-02-lanjut-md-2-1" id="fnref-isi-02-lanjut-md-2-1">[1]</a>' in second
    assert 'aria-label="Kembali ke teks"' in second
    assert 'id="fn-isi-03-lagi-md-2-1"' in third


def test_a_picture_is_without_words_only_when_it_says_that_it_decorates(module_folder: Path) -> None:
    write_page(module_folder, '![](gambar/peta.svg "hiasan")\n\n' + SOAL)
    assert '<img src="aset/gambar/peta.svg" alt="" loading="lazy">' in read_module(module_folder).course.pages[1].html


def test_a_question_shown_as_code_is_no_question(module_folder: Path) -> None:
    write_page(module_folder, "```\n::: soal pilihan #x\n:::\n```\n\n::: soal benar-salah #q\nYa?\n= benar\n:::")
    course = read_module(module_folder).course
    assert list(course.questions) == ["q"]
    assert "::: soal pilihan #x" in course.pages[1].html


def test_links_outside_open_apart_and_tell_nothing(module_folder: Path) -> None:
    write_page(module_folder, "[luar](https://example.org/)\n\n::: soal benar-salah #q\nYa?\n= benar\n:::")
    html = read_module(module_folder).course.pages[1].html
    assert '<a href="https://example.org/" target="_blank" rel="noopener noreferrer">luar</a>' in html


def test_every_sentence_is_filled_in_both_languages(module_folder: Path, found: Found) -> None:
    spoil(module_folder / "modul.toml", 'bentuk = "e-learning"', 'bentuk = "x"\nabc = 1\njudl = 2')
    write_page(
        module_folder, "![](gambar/a.svg)\n[x](y)\n\n::: soal pilhan #q\n:::\n\n::: soal angka #q x=1\n= 1.000\n:::"
    )
    for finding in found(module_folder):
        for language in ("id", "en"):
            sentence = finding.sentence(language)
            assert finding.place in sentence
            assert finding.code not in sentence
            assert "%(" not in sentence


PIECES = st.sampled_from(
    [
        "> [!NOTE] x",
        "> [!TIP]",
        "a[^1] b ^[c]",
        "[^1]: d",
        "$$",
        "$a_b$",
        "$\\frac{$",
        ": arti",
        "![a](../audio/x.mp3)",
        "# a",
        "::: soal pilihan #q",
        "::: catatan x",
        ":::",
        "- [x] a",
        "  - b",
        "> c",
        "= 1",
        "```",
        "<div>",
        "<![x[",
        "</p>",
        "![a](gambar/peta.svg)",
        "![](x",
        "![v](video/film.mp4)",
        "[b](02-lanjut.md)",
        "[c](http://[)",
        "    kode",
        "<!-- ",
        "&#0;",
        "\t",
        "",
        "[d]: /x",
        "<a\nhref=x>",
        "* * *",
        "1. x",
    ]
)


@given(st.lists(PIECES | st.text(max_size=10), max_size=15))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_page_is_a_page_or_findings(module_folder: Path, lines: list[str]) -> None:
    write_page(module_folder, "\n".join(lines).encode("utf-8", "replace").decode("utf-8"))
    findings = Findings()
    module = check_module(module_folder, findings)
    assert (module is None) == bool(findings.errors)
    if module is not None:
        assert dangers(module.course.pages[1].html) == []


def test_a_file_that_cannot_be_read_is_told(module_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PackagerError, match="file.not_read"):
        read_module(module_folder)


def test_a_picture_twice_is_one_asset_and_its_fault_is_told_once(module_folder: Path, found: Found) -> None:
    write_page(module_folder, "![a](gambar/peta.svg)\n\n![b](gambar/peta.svg)\n\n" + SOAL)
    assert len([asset for asset in read_module(module_folder).assets if asset.path.endswith("peta.svg")]) == 1


def test_a_module_without_questions_needs_no_pass_mark(module_folder: Path, found: Found) -> None:
    write_page(module_folder, "kata " * 300)
    assert [finding.code for finding in found(module_folder)] == ["module.mastery_without_questions"]
    spoil(module_folder / "modul.toml", "kelulusan = 70\n", "")
    assert read_module(module_folder).course.mastery is None


SOAL = "::: soal benar-salah #q\nYa?\n= benar\n:::\n"
