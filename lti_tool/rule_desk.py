"""The rule layers of the institution: which are in use, and how one is tried and adopted without losing what was there.

A layer is in use when it is named under `[institution] rules` in `jampel.toml`, or when it was adopted: it then lies in
the data folder as `aturan-NAME.toml`.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lti_tool.backup.archive import sync_folder
from lti_tool.errors import ToolError
from lti_tool.settings import Settings
from xapi.audit.rule_faults import Faults
from xapi.audit.rule_files import Layer, read_layer, require_layer
from xapi.audit.rule_set import RuleSet
from xapi.audit.rules import check_rules, load_rules
from xapi.errors import AuditError

ADOPTED = "aturan-*.toml"
REPLACED = ".lama"


def layer_files(settings: Settings) -> list[Path]:
    """The files of the layers in use: those that the settings name, then the adopted ones."""
    named = [settings.data / layer for layer in settings.institution.rules]
    known = {path.resolve() for path in named}
    return [*named, *(path for path in sorted(settings.data.glob(ADOPTED)) if path.resolve() not in known)]


def rules_of(settings: Settings, layers: Sequence[Path] | None = None) -> RuleSet:
    """The published rule table with the layers in use on top, or other `layers`.

    Raises AuditError when one is wrong, or when the table that the settings choose was never published.
    """
    files = layer_files(settings) if layers is None else layers
    chosen = settings.institution.rules_table or None
    return load_rules(files, time_zone=settings.institution.time_zone, base=chosen)


def with_layer(settings: Settings, file: Path) -> list[Path]:
    """The layers in use if `file` were: it takes the place of the layer of the same name."""
    name = require_layer(file).head.name
    return [*(path for path in layer_files(settings) if _name_of(path) != name), file]


def faults_with(settings: Settings, file: Path) -> tuple[AuditError, ...]:
    """What is wrong with `file` as one more layer of the institution; empty when it can be adopted."""
    alone = check_rules([file], base=settings.institution.rules_table or None)
    return alone or check_rules(with_layer(settings, file), base=settings.institution.rules_table or None)


def adopt(settings: Settings, file: Path) -> str:
    """Takes `file` into use from now on and returns its name and version.

    The layer of the same name that it replaces is kept beside it as `.lama`. Raises AuditError when the layer does not
    fit, ToolError when a layer of this name and version is or was in use with other content (that needs a new version),
    or when the settings name a file with a layer of this name (that file is then the place to change it).
    """
    for error in faults_with(settings, file):
        raise error
    layer = require_layer(file)
    place = settings.data / f"aturan-{layer.head.name}.toml"
    for path in layer_files(settings):
        if path != place and _name_of(path) == layer.head.name:
            raise ToolError("rules.in_settings", layer.head.name, layer=layer.head.name, file=path.name)
    for known in (place, _kept_as(place, layer)):
        if known.exists() and _says_otherwise(require_layer(known), layer):
            raise ToolError("rules.version_again", layer.label, layer=layer.label)
    if place.exists() and (before := require_layer(place)).label != layer.label:
        _write(_kept_as(place, before), _lines(before.text))
    _write(place, _lines(layer.text))
    return layer.label


@contextmanager
def uploaded(data: bytes, name: str) -> Iterator[Path]:
    """`data` as a file of its own for a while, called as the person called it."""
    plain = "".join(letter for letter in Path(name).name if letter.isascii() and (letter.isalnum() or letter in "._-"))
    plain = plain.lstrip(".")[-80:] or "lapisan.toml"
    with tempfile.TemporaryDirectory(prefix="jampel-") as folder:
        file = Path(folder) / plain
        file.write_bytes(data)
        yield file


def _kept_as(place: Path, layer: Layer) -> Path:
    """Where an adopted layer lies after another has taken its place."""
    return place.with_name(f"aturan-{layer.head.name}-{layer.head.version}.toml{REPLACED}")


def _says_otherwise(one: Layer, other: Layer) -> bool:
    """Whether two files under one name and version differ: a report could then not be traced."""
    return one.label == other.label and _lines(one.text) != _lines(other.text)


def _name_of(file: Path) -> str | None:
    """The name of the layer in `file`; None when it cannot be read."""
    layer = read_layer(file, Faults())
    return layer.head.name if layer else None


def _lines(text: str) -> str:
    """The text with the line ends of one system: a browser changes those of what it sends."""
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"


def _write(place: Path, text: str) -> None:
    """All of the file or nothing, also when the power fails."""
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".aturan-")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o644)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(place.parent)
