"""Every setting is in the reference with its default, and the reference has no others."""

import configparser
import re
from importlib.metadata import EntryPoint
from pathlib import Path

from adapters.registry import GROUP, load_adapters
from adapters.remote import Option
from lti_tool.settings import SECTIONS
from xapi.words import translate

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference" / "pengaturan.md"


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value in ("", ()) else f"{value}"


def test_the_reference_of_settings_is_whole_and_true() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (?:`([^`]*)`)? ?\|", REFERENCE.read_text(encoding="utf-8"), re.M)
    found = {(section, key): default for section, key, default in rows}
    wanted = {
        (section, key): written(getattr(kind(), key))
        for section, kind in SECTIONS.items()
        for key in kind.__struct_fields__
    }
    assert found == wanted


def test_every_setting_is_explained_in_both_languages() -> None:
    rows = re.findall(r"^\| `\w+` \| `\w+` \|.*$", REFERENCE.read_text(encoding="utf-8"), re.M)
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [row[:2] for row in cells if len(row) != 5 or not all(row[3:])] == []


def rows_of_options() -> list[str]:
    """The rows of our adapters' options, as the reference has them."""
    house = configparser.ConfigParser()
    house.read(ROOT / "setup.cfg")
    lines = (one.partition("=") for one in house["options.entry_points"][GROUP].strip().splitlines())
    points = [EntryPoint(name.strip(), value.strip(), GROUP) for name, _, value in lines]
    registry = load_adapters(points)
    assert registry.problems == {}
    return [row(name, option) for name in registry.names() for option in registry.get(name).options]


def row(name: str, option: Option) -> str:
    notes = [note for note, holds in (("wajib", option.required), ("rahasia", option.secret)) if holds]
    default = f" Bawaan: `{option.default}`." if option.default else ""
    english = translate("adapters", "en", option.text)
    return f"| `{name}.{option.name}` | {', '.join(notes) or '–'} | {option.text}{default} | {english} |"


def test_every_option_of_our_adapters_is_in_the_reference_word_for_word() -> None:
    """Those of the packages that others install are shown by `jampel adapter show`."""
    found = re.findall(r"^\| `\w+\.\w+` \|.*$", REFERENCE.read_text(encoding="utf-8"), re.M)
    assert found == rows_of_options(), "\n".join(rows_of_options())
