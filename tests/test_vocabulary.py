"""Every IRI of our own is explained in the reference, and every IRI there exists."""

import re
from pathlib import Path

from xapi import vocabulary

REFERENCE = Path(__file__).parent.parent / "docs" / "reference" / "vocabulary.md"


def ours() -> dict[str, str]:
    constants = {name: value for name, value in vars(vocabulary).items() if name.isupper() and name != "JAMPEL"}
    return {value: name for name, value in constants.items() if str(value).startswith(vocabulary.JAMPEL)}


def test_each_of_our_iris_is_documented_with_its_constant() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(https://w3id\.org/jampel/[^`<]+)` \| `(\w+)` \|", text, re.M)
    assert dict(rows) == ours()
