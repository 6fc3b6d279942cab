"""Breaks manifests in every way that comes to mind, from a seed: elements, attributes, values, order, namespaces."""

import copy
import random
from collections.abc import Callable

from lxml import etree

WORDS = (
    "", " ", "x", "1", "0", "-1", "2", "0.5", "1.5", "true", "TRUE", "false", "a b", "1abc", "a:b", "ä", "%", "a%20b",
    "a%zz", "http://[", "//x:y", "a#b#c", "../a", "PT1H", "P", "P1D2H", "2026-13-01", "2026-01-31T08:00:00Z", "sco",
    "SCO", "exit,message", "satisfied", "x" * 300, "x" * 2100, "id", "id_ID", "1e3", "+1", " 1 ", "NaN", "\n1.2\n",
    "1.2", "2004 3rd Edition", "2004 4th Edition", "CompletedOrPassed", "LOMv1.0", "any", "continue", "\u00a0", "R-1",
    "a\\b", "a{b}", "a|b", ":", "a:", "é/ü", "urn:x", "M-1", "O-1",
)  # fmt: skip
NAMES = ("x", "title", "item", "metadata", "file", "resource", "objective", "identifier", "href", "lang", "type")
PREFIX = "{http://www.w3.org/XML/1998/namespace}"


def mutant(manifest: etree._Element, rng: random.Random) -> etree._Element:
    """A copy of `manifest` with one to three changes."""
    root = copy.deepcopy(manifest)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        rng.choice(CHANGES)(root, rng)
    return root


def _any(root: etree._Element, rng: random.Random) -> etree._Element:
    return rng.choice(list(root.iter("*")))


def _inner(root: etree._Element, rng: random.Random) -> etree._Element:
    return rng.choice([element for element in root.iter("*") if element is not root] or [root])


def _spaces(root: etree._Element) -> list[str]:
    return ["", "urn:x", *sorted({etree.QName(element).namespace or "" for element in root.iter("*")})]


def _tag(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


def drop(root: etree._Element, rng: random.Random) -> None:
    element = _inner(root, rng)
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def double(root: etree._Element, rng: random.Random) -> None:
    element = _inner(root, rng)
    if (parent := element.getparent()) is not None:
        parent.insert(rng.randrange(len(parent) + 1), copy.deepcopy(element))


def reorder(root: etree._Element, rng: random.Random) -> None:
    element = _any(root, rng)
    children = list(element)
    rng.shuffle(children)
    element[:] = children


def move(root: etree._Element, rng: random.Random) -> None:
    element, target = _inner(root, rng), _any(root, rng)
    if element is not root and element not in target.iterancestors() and element is not target:
        target.insert(rng.randrange(len(target) + 1), element)


def graft(root: etree._Element, rng: random.Random) -> None:
    target = _any(root, rng)
    target.insert(rng.randrange(len(target) + 1), copy.deepcopy(_inner(root, rng)))


def rename(root: etree._Element, rng: random.Random) -> None:
    element = _inner(root, rng)
    names = [etree.QName(other).localname for other in root.iter("*")]
    name = rng.choice([*NAMES, rng.choice(names), etree.QName(element).localname.swapcase()])
    element.tag = _tag(etree.QName(element).namespace or "", name)


def resettle(root: etree._Element, rng: random.Random) -> None:
    element = _inner(root, rng)
    element.tag = _tag(rng.choice(_spaces(root)), etree.QName(element).localname)


def add(root: etree._Element, rng: random.Random) -> None:
    target = _any(root, rng)
    child = etree.Element(_tag(rng.choice(_spaces(root)), rng.choice(NAMES)))
    child.text = rng.choice(WORDS)
    target.insert(rng.randrange(len(target) + 1), child)


def text(root: etree._Element, rng: random.Random) -> None:
    element = _any(root, rng)
    if rng.random() < 0.2:
        element.tail = rng.choice(WORDS) if element is not root else None
    else:
        element.text = rng.choice(WORDS)


def value(root: etree._Element, rng: random.Random) -> None:
    element = rng.choice([one for one in root.iter("*") if one.attrib] or [root])
    if element.attrib:
        element.set(rng.choice(sorted(map(str, element.attrib))), rng.choice(WORDS))


def drop_attribute(root: etree._Element, rng: random.Random) -> None:
    element = rng.choice([one for one in root.iter("*") if one.attrib] or [root])
    if element.attrib:
        del element.attrib[rng.choice(sorted(map(str, element.attrib)))]


def add_attribute(root: etree._Element, rng: random.Random) -> None:
    donor = _any(root, rng)
    names = [*map(str, donor.attrib), *(PREFIX + name for name in ("lang", "base", "space")), *NAMES]
    names += [_tag(rng.choice(_spaces(root)), rng.choice(NAMES)) for _ in range(2)]
    _any(root, rng).set(rng.choice(names), rng.choice(WORDS))


def rename_attribute(root: etree._Element, rng: random.Random) -> None:
    element = rng.choice([one for one in root.iter("*") if one.attrib] or [root])
    if not element.attrib:
        return
    old = rng.choice(sorted(map(str, element.attrib)))
    kept = element.attrib.pop(old)
    name = etree.QName(old).localname
    space = rng.choice(_spaces(root))
    element.set(_tag(space, rng.choice([name, name.swapcase(), name.capitalize()])), kept)


CHANGES: tuple[Callable[[etree._Element, random.Random], None], ...] = (
    drop, double, reorder, move, graft, rename, resettle, add, text, text, value, value, value, drop_attribute,
    add_attribute, rename_attribute,
)  # fmt: skip
