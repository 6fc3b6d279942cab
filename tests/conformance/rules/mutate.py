"""Breaks statements in every way that comes to mind, from a seed: most become invalid, some stay valid."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
Change = Callable[[random.Random, Any, Path], Path | None]
_FOLDER = FilePath(__file__).parent
_POOLS = json.loads((_FOLDER / "pools.json").read_text())
KEYS, ODD, VALUES = _POOLS["keys"], _POOLS["odd"], _POOLS["values"]
NUMBERS = [*_POOLS["numbers"], "1" + "0" * 400, "0." + "1" * 400]
TEXTS: dict[str, list[str]] = json.loads((_FOLDER / "texts.json").read_text())
TEXTS["iri"].append("http://a/" + "x" * 3000)
TEXTS["mbox"].append("mailto:" + "a" * 3000 + "@example.com")
TEXTS["time"].append("2026-03-02T08:00:00." + "1" * 400 + "Z")
TEXTS["duration"].append("PT" + "9" * 400 + "S")
KIND_OF = {
    "id": ["iri", "uuid"], "type": ["iri"], "moreInfo": ["iri"], "usageType": ["iri"], "fileUrl": ["iri"],
    "homePage": ["iri"], "openid": ["iri"], "registration": ["uuid"], "timestamp": ["time"], "stored": ["time"],
    "duration": ["duration"], "language": ["language"], "mbox": ["mbox"], "mbox_sha1sum": ["hash"], "sha2": ["hash"],
    "contentType": ["media"], "version": ["version"], "objectType": ["enum"], "interactionType": ["enum"],
}  # fmt: skip


class Literal(NamedTuple):
    """JSON text that goes out as it is."""

    text: str


class Again(NamedTuple):
    """An object in which `key` stands once more with `value`, written as `text`."""

    rest: dict[str, Any]
    text: str
    value: Any


class Mutant(NamedTuple):
    """A changed statement in bytes; what was done, and where."""

    body: bytes
    names: tuple[str, ...]
    places: tuple[Path, ...]


def mutant(source: random.Random, statement: dict[str, Any], changes: int, *, kind: str = "") -> Mutant:
    """`statement` after some changes, of the `kind` that is named or any; none leaves it valid."""
    holder = [copy.deepcopy(statement)]  # a list, so that the root can be replaced like anything else
    names: list[str] = []
    places: list[Path] = []
    for _ in range(changes):
        name = kind or source.choice(list(CHANGES))
        where = source.choice(list(nodes(holder[0])))
        changed = CHANGES[name](source, holder, where)
        if changed is not None:
            names.append(name)
            places.append(changed)
    body = written(holder[0], source).encode("utf-8", "surrogatepass")
    if changes and not kind and source.random() < 0.04:
        name = source.choice(list(_BYTES))
        body, names, places = _BYTES[name](source, body), [*names, name], [*places, ()]
    return Mutant(body, tuple(names), tuple(places))


def nodes(value: Any, path: Path = ()) -> Iterator[Path]:
    """The places of all values inside `value`, itself first."""
    yield path
    if isinstance(value, Again):
        value = value.rest
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from nodes(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from nodes(inner, (*path, place))


def at(holder: list[Any], path: Path) -> Any:
    """The value at `path` of what `holder` holds."""
    value = holder[0]
    for step in path:
        value = (value.rest if isinstance(value, Again) else value)[step]
    return value


def put(holder: list[Any], path: Path, value: Any) -> None:
    """Replaces the value at `path`."""
    inside, last = (holder, 0) if not path else (at(holder, path[:-1]), path[-1])
    (inside.rest if isinstance(inside, Again) else inside)[last] = value


def written(value: Any, source: random.Random) -> str:
    """JSON of `value`, with white space or not, escaped or not."""
    if isinstance(value, Literal):
        return value.text
    if isinstance(value, Again):
        once = written(value.rest, source)
        sign = "" if once == "{}" else ","
        return f"{once[:-1]}{sign}{value.text}:{written(value.value, source)}}}"
    space = source.choice(["", "", "", " ", "\n\t"]) if isinstance(value, dict | list) else ""
    if isinstance(value, dict):
        inner = (f"{_quoted(key, source)}{space}:{written(one, source)}" for key, one in value.items())
        return "{" + f",{space}".join(inner) + space + "}"
    if isinstance(value, list):
        return "[" + f",{space}".join(written(one, source) for one in value) + space + "]"
    if isinstance(value, str):
        return _quoted(value, source)
    return json.dumps(value)


def _quoted(text: str, source: random.Random) -> str:
    return json.dumps(text, ensure_ascii=source.random() < 0.3)


def _swap_type(source: random.Random, holder: list[Any], path: Path) -> Path:
    put(holder, path, copy.deepcopy(source.choice(VALUES)))
    return path


def _null(source: random.Random, holder: list[Any], path: Path) -> Path:
    put(holder, path, None)
    return path


def _number(source: random.Random, holder: list[Any], path: Path) -> Path:
    put(holder, path, Literal(source.choice(NUMBERS)))
    return path


def _format(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    """Another text of the format that belongs here, good or bad."""
    places = [
        place for place in nodes(holder[0]) if place and place[-1] in KIND_OF and isinstance(at(holder, place), str)
    ]
    if not places:
        return None
    place = source.choice(places)
    put(holder, place, source.choice(TEXTS[source.choice(KIND_OF[str(place[-1])])]))
    return place


def _sign(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    places = [place for place in nodes(holder[0]) if isinstance(at(holder, place), str)]
    if not places:
        return None
    place = source.choice(places)
    text: str = at(holder, place)
    spot, length = source.randint(0, len(text)), source.choice([0, 0, 1])
    put(holder, place, text[:spot] + source.choice([*ODD, ""]) + text[spot + length :])
    return place


def _score(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    result = holder[0].get("result") if isinstance(holder[0], dict) else None
    if not isinstance(result, dict):
        return None
    numbers = [Literal(one) for one in NUMBERS]
    result["score"] = {
        name: source.choice(numbers) for name in ("scaled", "raw", "min", "max") if source.random() < 0.6
    }
    return ("result", "score")


def _remove(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    inside = _inside(holder, path)
    if inside is None:
        return None
    del inside[path[-1]]
    return path


def _rename(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    inside = _inside(holder, path)
    if not isinstance(inside, dict):
        return None
    key = str(path[-1])
    bent = source.choice([key.upper(), key.capitalize(), key.swapcase(), key + " ", key + "s", "", key[:-1]])
    if bent == key:
        return None
    inside[bent] = inside.pop(key)
    return (*path[:-1], bent)


def _language_key(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    maps = ("display", "name", "description")
    places = [
        place for place in nodes(holder[0]) if place and place[-1] in maps and isinstance(at(holder, place), dict)
    ]
    if not places:
        return None
    place, tag = source.choice(places), source.choice(TEXTS["language"])
    at(holder, place)[tag] = "x"
    return (*place, tag)


def _extension_key(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    places = [
        place
        for place in nodes(holder[0])
        if place and place[-1] == "extensions" and isinstance(at(holder, place), dict)
    ]
    if not places:
        return None
    place, key = source.choice(places), source.choice(TEXTS["iri"])
    at(holder, place)[key] = copy.deepcopy(source.choice(VALUES))
    return (*place, key)


def _add(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    value = at(holder, path)
    if not isinstance(value, dict):
        return None
    key = source.choice(KEYS)
    value[key] = copy.deepcopy(source.choice(VALUES))
    return (*path, key)


def _transplant(source: random.Random, holder: list[Any], path: Path) -> Path:
    """What stands elsewhere, here."""
    other = source.choice(list(nodes(holder[0])))
    put(holder, path, copy.deepcopy(at(holder, other)))
    return path


def _transplant_key(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    """A property of another object, in this one too."""
    value, other = at(holder, path), source.choice(list(nodes(holder[0])))
    if not isinstance(value, dict) or not other or not isinstance(other[-1], str):
        return None
    value[other[-1]] = copy.deepcopy(at(holder, other))
    return (*path, other[-1])


def _item(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    value = at(holder, path)
    if not isinstance(value, list):
        return None
    value.append(copy.deepcopy(source.choice([*value, *VALUES])))
    return (*path, len(value) - 1)


def _twice(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    value = at(holder, path)
    if not isinstance(value, dict) or not value:
        return None
    key = source.choice(list(value))
    text = json.dumps(key)
    if key and source.random() < 0.3:
        text = '"' + "".join(f"\\u{ord(sign) & 0xFFFF:04x}" for sign in key) + '"' if key.isascii() else text
    again = source.choice([value[key], copy.deepcopy(source.choice(VALUES))])
    put(holder, path, Again(value, text, again))
    return (*path, key)


def _deep(source: random.Random, holder: list[Any], path: Path) -> Path:
    depth = source.choice([5, 30, 55, 62, 63, 64, 65, 66, 70, 100, 500])
    opening = source.choice(["[", '{"a":'])
    put(holder, path, Literal(opening * depth + "1" + ("]" if opening == "[" else "}") * depth))
    return path


def _surrogate(source: random.Random, holder: list[Any], path: Path) -> Path | None:
    if not isinstance(at(holder, path), str):
        return None
    put(
        holder,
        path,
        Literal(source.choice(['"\\ud800"', '"\\udc00x"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\u0000"', '"\\x"'])),
    )
    return path


def _inside(holder: list[Any], path: Path) -> Any:
    """The container of the value at `path`; None for the root, and for a key that is there twice."""
    inside = at(holder, path[:-1]) if path else None
    return None if isinstance(inside, Again) else inside


CHANGES: dict[str, Change] = {
    "another type": _swap_type,
    "null": _null,
    "a number": _number,
    "another text of the format": _format,
    "one sign": _sign,
    "a score": _score,
    "a property less": _remove,
    "a key in other case": _rename,
    "a key of a language map": _language_key,
    "a key of extensions": _extension_key,
    "a property more": _add,
    "a value from elsewhere": _transplant,
    "a property from elsewhere": _transplant_key,
    "an item more": _item,
    "a key twice": _twice,
    "deep": _deep,
    "an escape": _surrogate,
}


def _cut(source: random.Random, body: bytes) -> bytes:
    return body[: source.randrange(len(body))]


def _bad_byte(source: random.Random, body: bytes) -> bytes:
    spot = source.randrange(len(body))
    bad = source.choice([b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xe2\x82"])
    return body[:spot] + bad + body[spot:]


def _around(source: random.Random, body: bytes) -> bytes:
    before = source.choice([b"", b"\xef\xbb\xbf", b" \n", b"\x0b", b"\xc2\xa0", b"//x\n", b"[", b"x", b"\x00"])
    return before + body + source.choice([b"", b" \t\r\n", b",", b"{}", b"]", b"\x00", b"//x", b"\x0c"])


_BYTES: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "cut": _cut,
    "a bad byte": _bad_byte,
    "more around": _around,
}
