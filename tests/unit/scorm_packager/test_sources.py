"""Drawings, films and settings that strangers may have made."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm_packager.findings import Findings
from scorm_packager.source.html import clean, refused_parts
from scorm_packager.source.mp4 import Mp4Error, read_mp4
from scorm_packager.source.settings import read_settings
from scorm_packager.source.svg import svg_fault

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"<svg {NS}><script>alert(1)</script></svg>", "svg.forbidden"),
        (f"<svg {NS} onload='x()'/>", "svg.forbidden"),
        (f"<svg {NS}><foreignObject/></svg>", "svg.forbidden"),
        (f"<svg {NS}><set attributeName='xlink:href' to='javascript:x'/></svg>", "svg.forbidden"),
        (f"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg {NS}>&a;</svg>", "svg.forbidden"),
        (f"<svg {NS}><?php x?></svg>", "svg.forbidden"),
        (f"<?xml-stylesheet type='text/xsl' href='#a'?><svg {NS}/>", "svg.forbidden"),
        (f"<svg {NS}/><?x?>", "svg.forbidden"),
        (f"<svg {NS}><image href='https://example.org/a.png'/></svg>", "svg.foreign"),
        (f"<svg {NS}><use xlink:href='a.svg#b'/></svg>", "svg.foreign"),
        (f"<svg {NS}><a href='javascript:alert(1)'/></svg>", "svg.foreign"),
        (f"<svg {NS}><image href='data:image/svg+xml;base64,AAAA'/></svg>", "svg.foreign"),
        (f"<svg {NS}><style>@import 'a.css';</style></svg>", "svg.foreign"),
        (f"<svg {NS}><style>a{{fill:url(https://example.org)}}</style></svg>", "svg.foreign"),
        (f"<svg {NS}><path style='fill:url( \"//example.org\")'/></svg>", "svg.foreign"),
        (f"<svg {NS}><path fill='url(a.svg#b)'/></svg>", "svg.foreign"),
        ("<svg>", "svg.broken"),
        ("", "svg.broken"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", "svg.no_namespace"),
        (f"<svg {NS}>{' ' * 1_000_001}</svg>", "svg.too_large"),
    ],
)
def test_a_drawing_that_does_more_than_show_is_refused(tmp_path: Path, body: str, code: str) -> None:
    (tmp_path / "a.svg").write_text(body)
    fault = svg_fault("a.svg", tmp_path / "a.svg")
    assert fault is not None
    assert fault.code == code


@pytest.mark.parametrize(
    "body",
    [
        f"<svg {NS}><defs><linearGradient id='g'/></defs><path fill='url(#g)'/><use href='#g'/></svg>",
        f"<svg {NS}><!-- catatan --><style>.a{{fill:#fff;filter:url('#f')}}</style><title>Peta</title></svg>",
        f"<svg {NS}><image href='data:image/png;base64,AAAA'/></svg>",
    ],
)
def test_a_plain_drawing_passes(tmp_path: Path, body: str) -> None:
    (tmp_path / "a.svg").write_text(body)
    assert svg_fault("a.svg", tmp_path / "a.svg") is None


def test_a_film_tells_its_length(tmp_path: Path, make_film: Callable[..., bytes]) -> None:
    (tmp_path / "a.mp4").write_bytes(make_film(42))
    assert read_mp4(tmp_path / "a.mp4").seconds == 42
    assert read_mp4(tmp_path / "a.mp4").fast_start


def test_ids_that_could_be_those_of_the_player_are_dropped() -> None:
    assert clean('<p id="jampel-course">a</p><p id="p-01-bab">b</p>') == '<p>a</p><p id="p-01-bab">b</p>'


@given(st.binary(max_size=200), st.integers(0, 120))
def test_a_damaged_film_is_refused_and_nothing_worse(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, cut: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.mp4"
    path.write_bytes((b"\0\0\0\x10ftypisom\0\0\0\0" + junk)[:cut] + junk)
    with contextlib.suppress(Mp4Error):
        assert read_mp4(path).seconds >= 0


KEYS = ("id", "judul", "versi", "jp", "bentuk", "instansi", "kelulusan", "halaman", "penulis", "menit", "iri", "asing")
QUOTED = st.text(max_size=20).map(lambda text: json.dumps("".join(letter for letter in text if letter.isprintable())))
ODD = st.sampled_from(["true", "[]", '["a"]', "{}", "1e999999", "["])
VALUES = st.one_of(QUOTED, st.integers().map(str), st.floats().map(str), ODD)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES) | st.text().map(lambda text: {"": text}))
def test_any_settings_are_values_or_findings(table: dict[str, str]) -> None:
    findings = Findings()
    settings = read_settings("\n".join(f"{key} = {value}" for key, value in table.items()), findings)
    assert (settings is None) == bool(findings.errors)


@given(st.text())
def test_cleaned_html_holds_nothing_that_runs(text: str) -> None:
    cleaned = clean(f"<p onclick='x'>{text}<script>{text}</script><a href='javascript:{text}'>x</a>").lower()
    assert "<script" not in cleaned
    assert "onclick" not in cleaned
    assert "javascript:" not in cleaned.split(">x</a>")[0].rsplit("<a", 1)[-1]
    assert isinstance(refused_parts(text), list)


@pytest.mark.parametrize(
    ("html", "refused"),
    [
        ("<p>a</p>\n<!-- tanpa akhir", (1, "<!--")),
        ("<!-- a\n -->\n<b", (2, "<b")),
        ("<b <i>x</i>", (0, "<b ")),
    ],
)
def test_what_is_never_closed_is_named_with_its_line(html: str, refused: tuple[int, str]) -> None:
    assert refused_parts(html) == [refused]


def test_a_comment_that_ends_is_no_fault() -> None:
    assert refused_parts("<!-- <script> --> <b>x</b>") == []
