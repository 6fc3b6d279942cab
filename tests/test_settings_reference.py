"""Every setting is in the reference with its default, and the reference has no others."""

import re
from pathlib import Path

from adapters.registry import load_adapters
from lti_tool.settings import SECTIONS

REFERENCE = Path(__file__).parent.parent / "docs" / "reference" / "pengaturan.md"


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


def test_every_option_of_our_adapters_is_in_the_reference() -> None:
    """Those of the packages that others install are shown by `jampel adapter show`."""
    found = set(re.findall(r"^\| `([\w*]+\.\w+)` \|", REFERENCE.read_text(encoding="utf-8"), re.M))
    registry = load_adapters()
    ours = [registry.get(name) for name in registry.names()]
    wanted = {f"{one.name}.{option.name}" for one in ours for option in one.options}
    assert found == wanted | {"*.push"}
