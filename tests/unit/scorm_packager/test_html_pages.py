"""HTML files as pages: cleaned, their media collected, every fault with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorm_packager.findings import Finding, Findings
from scorm_packager.source.module import check_module, read_module
from tests.unit.scorm_packager.page_dangers import dangers

Found = Callable[[Path], list[Finding]]
PAGE = """<!DOCTYPE html>
<html><head><title>Nama lain</title><style>p { color: red }</style></head>
<body><h1>Judul <em>laman</em></h1>
<p style="color:red">Halo <a href="01-awal.md">awal</a>, <a href="#bab">bab</a>, <a href="https://example.org">luar</a>.</p>
%s
<h2 id="bab">Bab</h2><h1>Kedua</h1>
</body></html>
"""


def write(folder: Path, more: str) -> None:
    (folder / "isi" / "03-laman.html").write_text(PAGE % more, encoding="utf-8")


def test_an_html_file_becomes_a_clean_page(module_folder: Path) -> None:
    write(module_folder, '<img src="../gambar/peta.svg" alt="Peta"><table><tr><td>a</td></tr></table>')
    module = read_module(module_folder)
    page = module.course.pages[2]
    assert (page.id, page.title) == ("p-03-laman", "Judul laman")
    assert 'href="#p-01-awal" data-page="p-01-awal"' in page.html
    assert 'href="#p-03-laman-bab"' in page.html
    assert '<h2 id="p-03-laman-bab">Bab</h2><h2>Kedua</h2>' in page.html
    assert 'href="https://example.org" target="_blank" rel="noopener noreferrer"' in page.html
    assert '<img src="aset/gambar/peta.svg" alt="Peta" loading="lazy">' in page.html
    assert "<style" not in page.html
    assert "Nama lain" not in page.html
    assert module.warnings == ()


def test_a_film_in_an_html_file_is_shown_like_any_other(module_folder: Path) -> None:
    write(module_folder, '<video width="9" title="Film kami"><source src="../video/film.mp4"></video> sesudah')
    module = read_module(module_folder)
    html = module.course.pages[2].html
    assert 'data-medium="m-video-film-mp4" title="Film kami"' in html
    assert '<details class="transkrip">' in html
    assert "sesudah" in html
    assert len(module.course.media) == 1


@pytest.mark.parametrize(
    ("more", "code", "level"),
    [
        ('<img src="../gambar/peta.svg">', "html.no_alt", "error"),
        ("<div>" * 101 + "dalam" + "</div>" * 101, "page.html_deep", "error"),
        ("<div>" * 1000 + "dalam", "page.html_deep", "error"),
        ('<img src="https://example.org/a.png" alt="a">', "media.external", "error"),
        ('<img src="../../a.png" alt="a">', "path.outside", "error"),
        ('<img src="data:image/png;base64,AAAA" alt="a">', "media.data", "error"),
        ('<img src="../gambar/hilang.png" alt="a">', "media.missing", "error"),
        ('<a href="hilang.html">a</a>', "link.broken", "error"),
        ('<a href="javascript:alert(1)">a</a>', "link.broken", "error"),
        ("<script>alert(1)</script>", "html.removed", "warning"),
        ('<p onclick="x()">a</p>', "html.removed", "warning"),
        ('<iframe src="https://example.org"></iframe>', "html.removed", "warning"),
        ('<video src="../video/hilang.mp4"></video>', "media.missing", "error"),
    ],
)
def test_what_an_html_file_may_not_hold_is_told_with_its_line(
    module_folder: Path, found: Found, more: str, code: str, level: str
) -> None:
    write(module_folder, more)
    assert [(f.code, f.level, f.place) for f in found(module_folder)] == [(code, level, "isi/03-laman.html:5")]


def test_a_picture_that_says_it_decorates_needs_no_words(module_folder: Path) -> None:
    write(module_folder, '<img src="../gambar/peta.svg" alt="">')
    assert 'alt="" loading="lazy"' in read_module(module_folder).course.pages[2].html


@pytest.mark.parametrize("body", ["", "   ", "<html></html>", "<!-- -->", "<title>x</title>"])
def test_an_empty_html_file_is_a_warning(module_folder: Path, found: Found, body: str) -> None:
    (module_folder / "isi" / "03-laman.html").write_text(body, encoding="utf-8")
    assert [(f.code, f.level) for f in found(module_folder)] == [("page.empty", "warning")]


PIECES = st.sampled_from(
    [
        "<script>",
        "</script>",
        "<style>",
        "<math><mtext><table><mglyph><style>",
        "<svg><desc>",
        "<img src=x onerror=alert(1)>",
        "<img src='../gambar/peta.svg' alt=a>",
        "<video src='../video/film.mp4'>",
        "<a href=' javascript:alert(1)'>",
        "<template>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<h1>",
        "</body>",
        "<body onload=x>",
        "<!--",
        "-->",
        "<![CDATA[",
        "<?xml version='1.0' encoding='utf-16'?>",
        "<base href='https://example.org'>",
        "<link rel=stylesheet href='https://example.org/a.css'>",
        "<object data='https://example.org'>",
        "<p id=x style='background:url(https://example.org)'>",
        "&#0;",
        "\0",
        "<a href='\x0f'>",
        "<img src='\x01' alt='\ufffe'>",
        "<p id='&#1;&#xfffe;'>",
    ]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_html_file_is_a_page_that_runs_and_fetches_nothing_or_findings(
    module_folder: Path, pieces: list[str]
) -> None:
    text = "".join(pieces).encode("utf-8", "replace")
    (module_folder / "isi" / "03-laman.html").write_bytes(text)
    findings = Findings()
    module = check_module(module_folder, findings)
    assert (module is None) == bool(findings.errors)
    if module is not None:
        assert dangers(module.course.pages[2].html) == []
