"""Every ink of the style sheet can be read on every ground it stands on, in daylight, in the dark, and on paper."""

import re
from pathlib import Path

import pytest

from lti_tool.web import home

CSS = (Path(home.__file__).parent / "static" / "jampel.css").read_text(encoding="utf-8")
GROUNDS = ("card", "paper", "tint")
#: Text on grounds: at least 4.5 to 1 (WCAG 2.2, 1.4.3).
TEXT = {
    "ink": (*GROUNDS, "good-tint", "bad-tint", "wait-tint"),
    "muted": (*GROUNDS, "good-tint", "bad-tint", "wait-tint"),
    "accent": (*GROUNDS, "good-tint", "bad-tint", "wait-tint"),
    "on-accent": ("accent",),
    "good": ("good-tint", "card"),
    "bad": ("bad-tint", "card", "paper", "tint"),
    "wait": ("wait-tint", "card"),
}
#: Edges of fields and the parts of drawings: at least 3 to 1 (1.4.11).
SHAPES = {
    "edge": ("card", "paper"),
    "mid": ("card",),
    "accent": ("line",),
    "good": ("line", "card"),
    "bad": ("card",),
}
PAIRS = [(ink, ground, 4.5) for ink in TEXT for ground in TEXT[ink]]
PAIRS += [(ink, ground, 3.0) for ink in SHAPES for ground in SHAPES[ink]]


def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--jp-([a-z-]+): (#[0-9a-f]{3,6});", css))


def schemes() -> dict[str, dict[str, str]]:
    light = tokens(CSS[: CSS.index("@media")])
    dark = CSS[CSS.index("@media (prefers-color-scheme: dark)") :]
    paper = CSS[CSS.index("@media print") :]
    return {
        "light": light,
        "dark": light | tokens(dark[: dark.index("/* Page */")]),
        "print": light | tokens(paper),
    }


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_ratio_is_that_of_the_standard() -> None:
    assert ratio("#000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_ink_can_be_read_on_its_grounds(scheme: str) -> None:
    colours = schemes()[scheme]
    found = {f"{ink} on {ground}": round(ratio(colours[ink], colours[ground]), 2) for ink, ground, _least in PAIRS}
    assert [f"{ink} on {ground}: {found[f'{ink} on {ground}']}" for ink, ground, least in PAIRS
            if ratio(colours[ink], colours[ground]) < least] == []  # fmt: skip


def test_every_colour_has_a_value_in_both_schemes_and_a_pair() -> None:
    light, dark = schemes()["light"], CSS[CSS.index("@media (prefers-color-scheme: dark)") : CSS.index("/* Page */")]
    assert set(tokens(dark)) == set(light)
    named = {name for pair in PAIRS for name in pair[:2]}
    assert set(light) == named, "a colour that stands in no pair is not tested"


def test_colours_are_written_nowhere_but_in_tokens() -> None:
    rules = re.sub(r"--jp-[a-z-]+: #[0-9a-f]+;", "", CSS[: CSS.index("@media print")])
    assert re.findall(r"#[0-9a-f]{3,6}\b(?!\s*[{,])", rules) == []
