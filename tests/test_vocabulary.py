"""Every IRI that Jampel writes is explained in the reference, and every IRI there exists."""

import re
from pathlib import Path

import pytest

from xapi import vocabulary
from xapi.vocabulary import activity_streams, adl, cmi5, scorm, video

REFERENCE = Path(__file__).parent.parent / "docs" / "reference" / "vocabulary.md"


def ours() -> dict[str, str]:
    constants = {name: value for name, value in vars(vocabulary).items() if name.isupper() and name != "JAMPEL"}
    return {value: name for name, value in constants.items() if str(value).startswith(vocabulary.JAMPEL)}


def test_each_of_our_iris_is_documented_with_its_constant() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(https://w3id\.org/jampel/[^`<]+)` \| `(\w+)` \|", text, re.M)
    assert dict(rows) == ours()


@pytest.mark.parametrize("module", [activity_streams, adl, cmi5, scorm, video], ids=lambda module: module.__name__)
def test_each_published_iri_is_documented_with_its_constant(module) -> None:
    name = module.__name__.rpartition(".")[2]
    rows = re.findall(rf"^\| `([^`]+)` \| `{name}\.(\w+)` \|", REFERENCE.read_text(encoding="utf-8"), re.M)
    constants = {key: value for key, value in vars(module).items() if key.isupper() and not key.startswith("_")}
    assert {constant: iri for iri, constant in rows} == constants


def test_no_published_iri_is_one_of_ours() -> None:
    published = [value for module in (activity_streams, adl, cmi5, scorm, video) for value in vars(module).values()]
    assert not [value for value in published if str(value).startswith(vocabulary.JAMPEL)]
