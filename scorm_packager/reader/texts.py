"""Small questions to an element, asked by local name: its children, its attributes, its text."""

from collections.abc import Iterator

from lxml import etree


def local(name: object) -> str:
    """A tag or attribute name without its namespace; "" for comments and instructions."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def space(name: object) -> str:
    """The namespace of a tag or attribute name, or "" (a broken document may hold names that lxml refuses)."""
    return name[1:].rpartition("}")[0] if isinstance(name, str) and name.startswith("{") else ""


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """The children with one of `names`; none when there is no element."""
    if element is not None:
        yield from (each for each in element if local(each.tag) in names)


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first child with one of `names`."""
    return next(children(element, *names), None)


def attribute(element: etree._Element | None, name: str) -> str:
    """The value of the attribute called `name` in any namespace, or ""."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if local(key) == name), "")


def text(element: etree._Element | None) -> str:
    """All text in `element`, blanks at the ends left out."""
    return "" if element is None else "".join(element.itertext()).strip()


def number(value: str) -> float | None:
    """`value` as a number, None when it is none."""
    try:
        found = float(value)
    except ValueError:
        return None
    return found if -1e9 < found < 1e9 else None


def by_language(element: etree._Element | None) -> dict[str, str]:
    """The texts of `langstring` children by their language, `und` when they name none."""
    return {attribute(each, "lang") or "und": text(each) for each in children(element, "langstring")}
