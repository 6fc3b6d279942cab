"""The rule tables in force: the published ones, the layers of an institution on top, and all that is wrong in them."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from xapi.audit.rule_dates import check_dates, check_layers, editions, spans_of
from xapi.audit.rule_edition import build_edition
from xapi.audit.rule_faults import Faults, line_of, rule_finding
from xapi.audit.rule_files import OPEN_NAMES, SECTIONS, Layer, read_layer, unknown_name
from xapi.audit.rule_set import Edition, RuleSet
from xapi.errors import AuditError

__all__ = ["check_rules", "line_of", "load_rules", "published"]


def load_rules(
    overrides: Sequence[Path] = (),
    *,
    time_zone: str | None = None,
    tables: Path | None = None,
    base: str | None = None,
) -> RuleSet:
    """The published tables with the `overrides` laid on top: the layers of the body above the institution (`induk`)
    first, then the institution's own.

    `time_zone` is the institution's own zone, in place of the tables' setting. `base` is `name version` of a published
    table to use instead of the newest of that name. `tables` is another folder of base tables. Raises AuditError with
    file, line and path for the first of the faults that `check_rules` lists, or `audit.rules_base` when there is no
    such table.
    """
    rules, faults = _read(overrides, tables, base)
    faults.raise_first()
    if rules is None:
        raise AuditError("audit.rules_missing", "no rule table", folder=str(tables))
    if time_zone is None:
        return rules
    zoned = tuple(edition.in_zone(time_zone) for edition in rules.editions)
    return RuleSet(editions=zoned, sources=rules.sources)


def check_rules(
    overrides: Sequence[Path], *, tables: Path | None = None, base: str | None = None
) -> tuple[AuditError, ...]:
    """Everything that is wrong with the `overrides` over the published tables, by file and line; empty when they can
    be used. Raises AuditError as `load_rules` does when there is no table to lay them on."""
    return _read(overrides, tables, base)[1].found


def published(tables: Path | None = None) -> tuple[str, ...]:
    """`name version` of every published table, by name, the oldest version first."""
    return tuple(layer.label for layer in sorted(_bases(tables, Faults()), key=_age))


def _read(overrides: Sequence[Path], tables: Path | None, base: str | None) -> tuple[RuleSet | None, Faults]:
    faults = Faults()
    bases = chosen_tables(_bases(tables, faults), base)
    layers = [layer for path in overrides if (layer := read_layer(path, faults)) is not None]
    return combined(bases, layers, faults), faults


def combined(bases: Sequence[Layer], layers: Sequence[Layer], faults: Faults) -> RuleSet | None:
    """The rule set of tables and layers; what is wrong goes to `faults`, and then there is none."""
    for layer in (*bases, *layers):
        check_dates(layer, faults)
    for layer in layers:
        _refuse_unknown_names(layer, bases, faults)
        _refuse_unknown_sources(layer, bases, faults)
    if faults.found:  # dates and names are wrong: what would be built of them is not what anyone meant
        _and_values(bases, layers, faults)
        return None
    spans = spans_of(bases, faults)
    check_layers(layers, spans, faults)
    made = [build_edition(files, first, last, faults) for files, (first, last) in editions(spans, layers)]
    whole = tuple(edition for edition in made if isinstance(edition, Edition))
    if faults.found or not whole:
        return None
    sources = {key: text for layer in (*bases, *layers) for key, text in layer.head.sources.items()}
    return RuleSet(editions=whole, sources=sources)


def _and_values(bases: Sequence[Layer], layers: Sequence[Layer], faults: Faults) -> None:
    """Adds to the faults those of the values of each layer, laid alone over the newest table."""
    for layer in layers:
        if bases:
            alone = Faults()
            build_edition([bases[-1], layer], *bases[-1].days, alone)
            known = tuple(f"{error.params['path']}." for error in faults.found if error.params.get("path"))
            for error in alone.found:
                if error.params["file"] == layer.path.name and not f"{error.params['path']}.".startswith(known):
                    faults.add(error)


def _bases(folder: Path | None, faults: Faults) -> list[Layer]:
    """The tables of `folder`, or the published ones."""
    if folder is not None:
        paths = sorted(folder.glob("*.toml"))
        return [layer for path in paths if (layer := read_layer(path, faults, is_base=True)) is not None]
    with resources.as_file(resources.files("xapi.audit") / "tables") as shipped:
        return _bases(shipped, faults)


def published_tables() -> list[Layer]:
    """The tables that come with this release, every version."""
    return _bases(None, Faults())


def chosen_tables(bases: Sequence[Layer], wanted: str | None) -> list[Layer]:
    """Of each name the newest version, or the one that is wanted; published tables are never edited."""
    newest = {layer.head.name: layer for layer in sorted(bases, key=_age)}
    if wanted is not None:
        found = next((layer for layer in bases if layer.label == wanted), None)
        if found is None:
            known = ", ".join(layer.label for layer in sorted(bases, key=_age))
            raise AuditError("audit.rules_base", f"no table {wanted}", table=wanted, known=known)
        newest[found.head.name] = found
    return sorted(newest.values(), key=lambda layer: layer.days)


def _age(layer: Layer) -> tuple[str, tuple[int, ...], str]:
    """Orders versions: `1.10.0` is newer than `1.9.0`."""
    parts = layer.head.version.split(".")
    return layer.head.name, tuple(int(part) if part.isdigit() else 0 for part in parts), layer.head.version


def _refuse_unknown_names(layer: Layer, bases: Sequence[Layer], faults: Faults) -> None:
    for section in SECTIONS.keys() - OPEN_NAMES:
        known = tuple(dict.fromkeys(name for base in bases for name in base.rows[section]))
        for name in layer.rows[section]:
            if name not in known and not faults.full:
                faults.add(unknown_name(layer, (section, name), known))


def _refuse_unknown_sources(layer: Layer, bases: Sequence[Layer], faults: Faults) -> None:
    """A source that no file explains is no source."""
    known = {key for file in (*bases, layer) for key in file.head.sources}
    for path, cell in layer.cells():
        for key in getattr(cell, "source", ()):
            if key not in known:
                faults.add(rule_finding("audit.rules_source_unknown", layer, path, source=key[:60]))
