"""What the schemas of the standards demand, as tables: which children in which order, which attributes, which values.

A table has one line for each kind of element: its name, its content, its attributes.

    item: title? item* metadata? any*  @identifier=id! @href=uri @*lax

Content is a sequence of children (`?` none or one, `*` any number, `+` at least one, `(a|b)+` a choice); `name:Kind`
when the element's line has another name than the element; `any` stands for elements of other namespaces, checked when
they are known, and `any!` for the same when they must be known. `~` before the children: in any order. `#text` is a
value of that type, and `mixed` lets text stand between the children. Behind `@` stand attributes with their types; `!`
makes one required; `@*lax` and `@*strict` let attributes of other namespaces in.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from scorm_packager.check.values import Type, type_named

OTHER = "any"
_TOKEN = re.compile(r"\(|\)[?*+]?|\||[\w.:]+!?[?*+]?")


class Part(msgspec.Struct, frozen=True):
    """A piece of a content model: one child, or `parts` after each other or as a choice, `least` to `most` times."""

    name: str = ""
    parts: tuple["Part", ...] = ()
    choice: bool = False
    least: int = 1
    most: int | None = 1


NOTHING = Part()


class Kind(msgspec.Struct, frozen=True):
    """One kind of element. `order` is None when it holds a value; `counts` is set when its children may stand anyhow.

    `kinds` maps the names of children to the line that describes them. `other` says how elements of other namespaces
    are taken ("", "lax" or "strict"), `foreign` the same for attributes.
    """

    name: str
    order: Part | None
    counts: Mapping[str, tuple[int, int | None]] | None
    kinds: Mapping[str, str]
    value: Type | None
    mixed: bool
    attributes: Mapping[str, tuple[Type, bool]]
    ids: frozenset[str]
    other: str
    foreign: str


class Vocabulary(msgspec.Struct, frozen=True):
    """The kinds of one namespace, those that may stand anywhere (`roots`) and its attributes for other elements."""

    namespace: str
    kinds: Mapping[str, Kind]
    roots: frozenset[str]
    attributes: Mapping[str, Type]


def read_table(namespace: str, table: str, roots: str = "", attributes: str = "") -> Vocabulary:
    """The vocabulary that `table` describes; without `roots` each of its kinds may stand anywhere."""
    kinds = {kind.name: kind for line in table.strip().splitlines() if line.strip() for kind in [_kind(line)]}
    names = frozenset(roots.split()) or frozenset(kinds)
    anywhere = {name: type_named(kind) for name, kind in (pair.split("=") for pair in attributes.split())}
    return Vocabulary(namespace, kinds, names, anywhere)


def _kind(line: str) -> Kind:
    name, rest = line.strip().split(":", 1)
    content, *marks = re.split(r"\s@", " " + rest)
    content = content.strip()
    mixed, content = content.startswith("mixed"), content.removeprefix("mixed").strip()
    value = type_named(content[1:]) if content.startswith("#") else None
    unordered, content = content.startswith("~"), content.removeprefix("~").strip()
    order = None if value else _parse(content)
    leaves = list(_leaves(order)) if order else []
    others = [leaf for leaf in leaves if leaf.name.startswith(OTHER)]
    foreign = next((mark[1:] for mark in marks if mark.startswith("*")), "")
    pairs = dict(mark.split("=", 1) for mark in marks if not mark.startswith("*"))
    return Kind(
        name=name,
        order=_plain(order) if order else None,
        counts={_child(leaf.name): (leaf.least, leaf.most) for leaf in leaves} if unordered else None,
        kinds={_child(leaf.name): leaf.name.rpartition(":")[2] for leaf in leaves},
        value=value,
        mixed=mixed,
        attributes={key: (type_named(kind.rstrip("!")), kind.endswith("!")) for key, kind in pairs.items()},
        ids=frozenset(key for key, kind in pairs.items() if kind.rstrip("!") == "id"),
        other="" if not others else "strict" if others[0].name.endswith("!") else "lax",
        foreign=foreign,
    )


def _child(name: str) -> str:
    return name.partition(":")[0].rstrip("!")


def _plain(part: Part) -> Part:
    """The same without the names of the lines, so that only the names of elements are compared."""
    return msgspec.structs.replace(part, name=_child(part.name), parts=tuple(_plain(each) for each in part.parts))


def _leaves(part: Part) -> Iterator[Part]:
    if part.name:
        yield part
    for each in part.parts:
        yield from _leaves(each)


def _parse(content: str) -> Part:
    tokens = iter(_TOKEN.findall(content))
    return _group(tokens)[0]


def _group(tokens: Iterator[str]) -> tuple[Part, str]:
    parts: list[Part] = []
    choice = False
    for word in tokens:
        if word == "(":
            inner, end = _group(tokens)
            parts.append(_times(inner, end[1:]))
        elif word.startswith(")"):
            return Part(parts=tuple(parts), choice=choice), word
        elif word == "|":
            choice = True
        else:
            parts.append(_times(Part(word.rstrip("?*+")), word[-1]))
    return Part(parts=tuple(parts), choice=choice), ")"


def _times(part: Part, mark: str) -> Part:
    least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(mark, (1, 1))
    return msgspec.structs.replace(part, least=least, most=most)


@lru_cache(maxsize=4096)
def after(part: Part, name: str) -> Part | None:
    """What may follow when a child `name` has been read where `part` was expected; None when it may not stand there.

    (The derivative of the content model: Brzozowski 1964.)
    """
    if part.most == 0:
        return None
    rest = msgspec.structs.replace(
        part, least=max(part.least - 1, 0), most=None if part.most is None else part.most - 1
    )
    once = _after_once(part, name)
    if once is None:
        return None
    return rest if once == NOTHING else _joined(once, rest)


def _joined(once: Part, rest: Part) -> Part:
    """`once` and then `rest`."""
    return once if rest.most == 0 else Part(parts=(once, rest))


def _after_once(part: Part, name: str) -> Part | None:
    if part.name:
        return NOTHING if part.name == name else None
    if part.choice:
        return next((found for each in part.parts if (found := after(each, name)) is not None), None)
    for index, each in enumerate(part.parts):
        found = after(each, name)
        if found is not None:
            tail = part.parts[index + 1 :]
            return Part(parts=(found, *tail)) if tail else found
        if not may_end(each):
            return None
    return None


@lru_cache(maxsize=4096)
def may_end(part: Part) -> bool:
    """Whether nothing more is needed where `part` is expected."""
    if part.least == 0:
        return True
    if part.name:
        return False
    return (any if part.choice else all)(may_end(each) for each in part.parts)


def expected(part: Part) -> list[str]:
    """The names that may come next where `part` is expected."""
    if part.most == 0:
        return []
    if part.name:
        return [part.name]
    names: list[str] = []
    for each in part.parts:
        names += [name for name in expected(each) if name not in names]
        if not part.choice and not may_end(each):
            break
    return names
