"""Checks a whole set of rule files: national tables, layers above and layers of institutions, as they lie in folders.

A folder holds the tables and layers that go together. Each folder inside it is an institution, or the offices of one:
its files are laid over those of the folders above, and say nothing to the folders beside it.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from xapi.audit.rule_dates import after, in_order, written
from xapi.audit.rule_faults import Faults, rule_finding
from xapi.audit.rule_files import Layer, is_table, read_layer
from xapi.audit.rules import chosen_tables, combined, published_tables
from xapi.errors import AuditError

MOST_FILES = 500
#: The settings of an installation, beside which its adopted layers lie.
NO_RULES = "jampel.toml"
DEEPEST = 4  # folders: nation, province, institution, office
NAMED = ("file", "other", "file_of")  # what a fault calls a file


class CheckedSet(msgspec.Struct, frozen=True):
    """What was checked, and everything that is wrong, by file and line.

    `tables` and `layers` are `name version` of the files that could be read; `versions` are what the tables become with
    the layers of each folder, where nothing is wrong.
    """

    faults: tuple[AuditError, ...]
    tables: tuple[str, ...]
    layers: tuple[str, ...]
    versions: tuple[str, ...]


class _Folder(msgspec.Struct, frozen=True):
    """The files of one folder with those of the folders above it, as they are called in faults."""

    files: tuple[Path, ...]
    names: Mapping[Path, str]


def check_set(paths: Sequence[Path], *, base: str | None = None) -> CheckedSet:
    """Checks rule files and folders of them together.

    A file that gives most cells of a published table is a national table, any other a layer; where there is no table
    among them, the layers lie over the published ones, or over the one called `base`.
    """
    faults: dict[tuple[str, ...], AuditError] = {}
    tables, layers, versions = dict[str, None](), dict[str, None](), dict[str, None]()
    bases = published_tables()
    for folder in _folders(paths, faults):
        found, read, version = _checked(folder, bases, base)
        for error in found:
            known = tuple(f"{key}={value}" for key, value in sorted(error.params.items()))
            faults.setdefault((error.code, *known), error)
        tables |= dict.fromkeys(one.label for one in read if one.is_base)
        layers |= dict.fromkeys(one.label for one in read if not one.is_base)
        versions |= dict.fromkeys([version] if version else [])
    ordered = sorted(faults.values(), key=_place)
    return CheckedSet(tuple(ordered), tuple(tables), tuple(layers), tuple(versions))


def _checked(
    folder: _Folder, published: Sequence[Layer], base: str | None
) -> tuple[list[AuditError], list[Layer], str | None]:
    """The faults of one folder, the files that could be read, and what the table becomes."""
    faults = Faults()
    read = [one for path in folder.files if (one := read_layer(path, faults, is_base=is_table(path))) is not None]
    tables = [one for one in read if one.is_base]
    layers = [one for one in read if not one.is_base]
    _refuse_twice(tables, faults)
    _refuse_twice(layers, faults)
    for one in layers:
        _refuse_breaks([other for other in layers if other.head.name == one.head.name], faults)
    bases = chosen_tables(tables, None) if tables else chosen_tables(published, base)
    made = combined(bases, layers, faults)
    for table in tables:  # a version that a newer one replaces must be whole all the same
        combined([table], [], faults)
    version = made.editions[-1].version if made is not None and not faults.found else None
    return [_named(error, folder) for error in faults.found], read, version


def _refuse_twice(files: Sequence[Layer], faults: Faults) -> None:
    """A name and version say one thing: on a report nobody could tell two files of it apart."""
    seen: dict[str, Layer] = {}
    for file in files:
        first = seen.setdefault(file.label, file)
        if first is not file:
            faults.add(rule_finding("audit.rules_same_label", file, ("version",), label=file.label, other=_name(first)))


def _refuse_breaks(versions: Sequence[Layer], faults: Faults) -> None:
    """Layers of one name follow each other without a day between them and without a day in common."""
    ordered = sorted(in_order(versions), key=lambda one: one.days)
    for one, following in itertools.pairwise(ordered):
        last, begin = one.days[1], following.days[0]
        if begin <= last:
            faults.add(rule_finding("audit.rules_layer_overlap", following, _beginning(following), other=_name(one)))
        elif begin != after(last):
            gap = {"other": _name(one), "last": written(last)}
            faults.add(rule_finding("audit.rules_layer_gap", following, _beginning(following), **gap))


def _beginning(layer: Layer) -> tuple[str]:
    """Where a layer says from when it holds; one that says nothing is told by its version."""
    return ("version",) if layer.head.valid_from is None else ("valid_from",)


def _folders(paths: Sequence[Path], faults: dict[tuple[str, ...], AuditError]) -> Iterator[_Folder]:
    """The files given by name, as one folder, with the folders given below it."""
    files = [path for path in paths if not path.is_dir()]
    together = _Folder(tuple(files), {path: path.name for path in files})
    given = [path for path in paths if path.is_dir()]
    if files or not given:
        yield together
    left = MOST_FILES
    for top in given:
        for folder in _walk(top, top, together, DEEPEST):
            left -= len(folder.files)
            if left < 0:
                many = AuditError("audit.rules_many", "too many files", folder=top.name, most=MOST_FILES)
                faults[many.code, top.name] = many
                return
            yield folder


def _walk(top: Path, here: Path, above: _Folder, depth: int) -> Iterator[_Folder]:
    inside = sorted(path for path in here.iterdir() if not path.name.startswith("."))
    mine = [path for path in inside if path.suffix == ".toml" and path.name != NO_RULES and path.is_file()]
    names = {path: path.relative_to(top).as_posix() for path in mine}
    together = _Folder((*above.files, *mine), {**above.names, **names})
    below = [path for path in inside if path.is_dir() and not path.is_symlink()] if depth else []
    if mine or here == top:
        yield together
    for folder in below:
        yield from _walk(top, folder, together, depth - 1)


def _named(error: AuditError, folder: _Folder) -> AuditError:
    """The fault with files called by their place below the folder that is checked."""
    called = {path.name: name for path, name in folder.names.items()}
    params = {key: called.get(str(value), value) if key in NAMED else value for key, value in error.params.items()}
    return AuditError(error.code, error.detail, **params)


def _name(file: Layer) -> str:
    return file.path.name


def _place(error: AuditError) -> tuple[str, int, str]:
    line = error.params.get("line")
    return str(error.params.get("file", "")), line if isinstance(line, int) else 0, str(error.params.get("path", ""))
