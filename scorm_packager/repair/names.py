"""Repairs of prefixes and spelling: literal prefixes, names in the right letters, children in their order."""

from lxml import etree

from scorm_packager.check.grammar import OTHER, Kind, Part, after, may_end
from scorm_packager.check.scorm import PREFIXES
from scorm_packager.check.structure import called, local, space
from scorm_packager.namespaces import XML
from scorm_packager.repair.work import Work


def spell_names(work: Work) -> None:
    """Elements and attributes whose letters alone are wrong, such as `metametadata`, get those of the standard."""
    for element in list(work.root.iter("*")):
        _spell_root(work, element)
    for element, kind in work.described():
        for child in element.iterchildren("*"):
            if space(child) == space(element) and local(child) not in kind.kinds:
                _spell(work, child, list(kind.kinds))
        for key in [str(key) for key in element.attrib if "}" not in str(key)]:
            if key not in kind.attributes:
                _spell_attribute(work, element, key, kind)


def _spell_root(work: Work, element: etree._Element) -> None:
    """An element that stands under one of another namespace is known by its own table."""
    parent, table = element.getparent(), work.tables.get(space(element))
    if parent is not None and space(parent) != space(element) and table and local(element) not in table.roots:
        _spell(work, element, sorted(table.roots))


def _spell(work: Work, element: etree._Element, names: list[str]) -> None:
    close = [name for name in names if name.lower() == local(element).lower()]
    if len(close) == 1:
        work.note("repair.spelling", element, old=local(element), new=close[0])
        element.tag = f"{{{space(element)}}}{close[0]}"


def _spell_attribute(work: Work, element: etree._Element, key: str, kind: Kind) -> None:
    close = [name for name in kind.attributes if name.lower() == key.lower()]
    if len(close) == 1 and ":" not in close[0] and element.get(close[0]) is None:
        work.note("repair.spelling", element, old=key, new=close[0])
        element.set(close[0], str(element.attrib.pop(key)))


def order_children(work: Work) -> None:
    """Children in the order of the schemas, where ordering them is all that is needed."""
    for element, kind in list(work.described()):
        if kind.order is None or kind.counts is not None or _fits(element, kind, list(element)):
            continue
        places = _places(kind.order)
        elements = [child for child in element if isinstance(child.tag, str)]
        if places is None or any(_name(child, element) not in places for child in elements):
            continue
        ordered = _ordered(element, places)
        if _fits(element, kind, ordered):
            work.note("repair.order", element, name=called(element))
            element[:] = ordered


def _name(child: etree._Element, element: etree._Element) -> str:
    return local(child) if space(child) == space(element) else OTHER


def _places(order: Part) -> dict[str, int] | None:
    """The place of each child in a plain sequence; None when the content is a choice."""
    parts = order.parts if order.parts else (order,)
    return {part.name: at for at, part in enumerate(parts)} if all(part.name for part in parts) else None


def _ordered(element: etree._Element, places: dict[str, int]) -> list[etree._Element]:
    """The children by their places; comments stay before what they stand before."""
    keyed: list[tuple[int, etree._Element]] = []
    for child in reversed(list(element)):
        is_element = isinstance(child.tag, str)
        keyed.append((places[_name(child, element)] if is_element else keyed[-1][0] if keyed else len(places), child))
    keyed.reverse()
    return [child for _place, child in sorted(keyed, key=lambda pair: pair[0])]


def _fits(element: etree._Element, kind: Kind, children: list[etree._Element]) -> bool:
    part: Part | None = kind.order
    for child in children:
        if isinstance(child.tag, str):
            part = after(part, _name(child, element)) if part is not None else None
    return part is not None and may_end(part)


def write_prefixes(work: Work) -> None:
    """The prefixes that readers without namespaces know: a new tree whose root declares them all."""
    wrong = [each for each in work.root.iter("*") if _is_wrong(each)]
    attribute = [
        each
        for each in work.root.iter("*")
        if any(str(key).startswith(f"{{{work.adlcp}}}") for key in each.attrib)
        and each.nsmap.get("adlcp") != work.adlcp
    ]
    if not wrong and not attribute:
        return
    first = (wrong or attribute)[0]
    work.note("repair.prefix", first, name=called(first))
    work.root = _rebuilt(work.root)


def _is_wrong(element: etree._Element) -> bool:
    wanted = PREFIXES.get(space(element))
    return wanted is not None and (element.prefix or "") != wanted


def _rebuilt(old: etree._Element) -> etree._Element:
    spaces = _spaces(old)
    root = etree.Element(str(old.tag), nsmap=spaces)
    pairs = [(old, root)]
    while pairs:
        source, copy = pairs.pop()
        copy.text, copy.tail = source.text, source.tail
        for key, value in source.attrib.items():
            copy.set(str(key), str(value))
        for child in source:
            if isinstance(child.tag, str):
                pairs.append((child, etree.SubElement(copy, child.tag)))
            else:
                twin = etree.Comment(child.text) if child.tag is etree.Comment else None
                if twin is not None:
                    twin.tail = child.tail
                    copy.append(twin)
    return root


def _spaces(root: etree._Element) -> dict[str | None, str]:
    """The prefixes for all namespaces in use: ours for those we know, their own for others as far as they are free."""
    spaces: dict[str | None, str] = {None: space(root)} if space(root) else {}
    used: dict[str, str | None] = {}
    for element in root.iter("*"):
        used.setdefault(space(element), element.prefix)
        for key in element.attrib:
            uri = str(key)[1:].rpartition("}")[0] if str(key).startswith("{") else ""
            used.setdefault(uri, next((p for p, u in element.nsmap.items() if u == uri and p), None))
    for uri in [uri for uri in used if PREFIXES.get(uri)]:
        spaces.setdefault(PREFIXES[uri], uri)
    for uri, prefix in used.items():
        if uri and uri != XML and uri not in spaces.values():
            free = prefix if prefix and prefix not in spaces else f"ns{len(spaces)}"
            spaces[free] = uri
    return spaces
