"""Readers of what authors bring: whatever is in a file or a formula, the answer is a value or a told fault."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorm_packager.source.captions import CaptionFault, cover_fault, read_captions
from scorm_packager.source.html import clean
from scorm_packager.source.maths import MathFault, mathml
from scorm_packager.source.recordings import sound_seconds
from tests.unit.scorm_packager.conftest import sound
from tests.unit.scorm_packager.page_dangers import dangers

PIECES = (
    "\\frac \\sqrt \\text \\begin{matrix} \\end{matrix} \\left( \\right) \\href{javascript:x} \\color{red} \\sum"
    " \\operatorname{a} { } ^ _ & \\\\ \\ x 12 < > ' \" $ ä"
)
LINES = ("WEBVTT", "", "00:01.000 --> 00:02.000", "a --> b", "Language: id", "1:00.000 --> x")


@given(st.lists(st.sampled_from([*PIECES.split(" "), " "]), max_size=12).map("".join) | st.text(max_size=30))
@example("{" * 1000)
@example("\\text{<b onclick=x>}")
@settings(max_examples=150, deadline=None)
def test_any_formula_is_mathml_that_only_shows_or_a_fault(latex: str) -> None:
    try:
        found = mathml(latex, block=True)
    except MathFault:
        return
    assert ElementTree.fromstring(found).get("display") == "block"
    assert dangers(clean(found)) == []


@pytest.mark.parametrize("command", ["\\foo", "\\alfa", "\\fracc"])
def test_a_command_that_does_not_exist_is_named(command: str) -> None:
    with pytest.raises(MathFault) as raised:
        mathml(f"a + {command}{{x}}", block=False)
    assert (raised.value.code, raised.value.what) == ("math.command", command)


@given(st.binary(max_size=60), st.integers(0, 400), st.sampled_from(["wav", "mp3", "m4a", "ogg", "opus"]))
@settings(max_examples=80, deadline=None)
def test_a_damaged_sound_has_a_length_or_none(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, cut: int, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"rusak.{suffix}"
    path.write_bytes(sound(1, "mp3" if suffix == "mp3" else "wav")[:cut] + junk)
    seconds = sound_seconds(path)
    assert seconds is None or seconds > 0


@pytest.mark.parametrize("kind", ["wav", "mp3"])
def test_a_sound_tells_its_length(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"a.{kind}").write_bytes(sound(3, kind))
    assert sound_seconds(tmp_path / f"a.{kind}") == pytest.approx(3, abs=0.1)


@given(st.lists(st.sampled_from(LINES)))
@settings(max_examples=80)
def test_any_captions_are_read_or_have_a_fault_with_its_line(lines: list[str]) -> None:
    line, end = 1, 2.0
    try:
        end = read_captions("\n".join(lines)).end
    except CaptionFault as fault:
        line = fault.line
    assert (end, 1 <= line <= max(1, len(lines))) == (2.0, True)


def test_captions_say_where_they_end_and_in_which_language() -> None:
    first = "WEBVTT - judul\nLanguage: id\n\nNOTE catatan\n\n1\n00:01.000 --> 00:02.500 align:start\nHalo\n\n"
    found = read_captions(f"{first}01:00:00.000 --> 01:00:01.000\nYa")
    assert (found.end, found.end_line, found.language) == (3601.0, 10, "id")
    assert cover_fault(found, 3605) is None
    assert getattr(cover_fault(found, 3000), "code", "") == "video.captions_past_end"
    assert getattr(cover_fault(found, 9000), "code", "") == "video.captions_short"
