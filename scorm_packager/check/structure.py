"""Checks a document against the tables of `grammar`: elements, their order, attributes, values and identifiers."""

from collections.abc import Callable, Sequence

from lxml import etree

from scorm_packager.check.grammar import OTHER, Kind, Part, Vocabulary, after, expected, may_end
from scorm_packager.check.values import ANYTHING, ID
from scorm_packager.findings import Finding
from scorm_packager.namespaces import XSI

HINTS = frozenset({f"{{{XSI}}}schemaLocation", f"{{{XSI}}}noNamespaceSchemaLocation"})
XML_PREFIX = "{http://www.w3.org/XML/1998/namespace}"
UNIQUE_NAME = "uniqueElementName"
BLANKS = " \t\r\n"
SHOWN = 60
Report = Callable[[Finding], None]


def show(text: str, most: int = SHOWN) -> str:
    """`text` for a sentence: on one line, short, and without anything a terminal would obey."""
    plain = "".join(letter if letter.isprintable() else "·" for letter in " ".join(text.split()))
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def local(element: etree._Element) -> str:
    """The name of `element` without namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def space(element: etree._Element) -> str:
    """The namespace of `element`, or empty."""
    tag = element.tag
    return tag[1:].rpartition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def called(element: etree._Element) -> str:
    """The name of `element` as it stands in the file, with its prefix."""
    return f"{element.prefix}:{local(element)}" if element.prefix else local(element)


class Structure:
    """One check of one document; findings go to `report`, with `file` as their place."""

    def __init__(self, vocabularies: Sequence[Vocabulary], file: str, report: Report) -> None:
        self._known = {vocabulary.namespace: vocabulary for vocabulary in vocabularies}
        self._file = file
        self._report = report
        self._ids: dict[str, int] = {}

    def check(self, root: etree._Element) -> None:
        """Check `root`, which must be one of the known roots, and everything in it, without recursion in Python."""
        waiting: list[tuple[etree._Element, Kind | None]] = [(root, self._kind(root))]
        while waiting:
            element, kind = waiting.pop()
            if kind is None or kind.value is ANYTHING:
                children = [(child, self._kind(child)) for child in element.iterchildren("*")]
            else:
                self._attributes(element, kind)
                children = self._content(element, kind)
            waiting.extend(reversed(children))

    def _kind(self, element: etree._Element) -> Kind | None:
        vocabulary = self._known.get(space(element))
        return vocabulary.kinds[local(element)] if vocabulary and local(element) in vocabulary.roots else None

    def _add(self, code: str, element: etree._Element, **params: str | int) -> None:
        params = {"element": called(element), **params}
        self._report(Finding(code, file=self._file, line=element.sourceline or 1, params=params))

    def _content(self, element: etree._Element, kind: Kind) -> list[tuple[etree._Element, Kind | None]]:
        children = list(element.iterchildren("*"))
        if kind.value is not None:
            self._value(element, kind, children)
            return []
        if not kind.mixed:
            self._no_text(element, kind)
        namespace = space(element)
        found: list[tuple[etree._Element, Kind | None]] = []
        for child in children:
            if space(child) == namespace:
                name = kind.kinds.get(local(child))
                described = self._known[namespace].kinds.get(name) if name else None
                if described is not None:
                    found.append((child, described))
            elif self._foreign_child(child, kind):
                found.append((child, self._kind(child)))
        names = [local(child) if space(child) == namespace else self._other(child) for child in children]
        (self._counts if kind.counts is not None else self._order)(element, kind, children, names)
        return found

    def _other(self, child: etree._Element) -> str:
        return OTHER if space(child) else ""  # an element without a namespace is never "other" (XML Schema 3.10)

    def _foreign_child(self, child: etree._Element, kind: Kind) -> bool:
        if not space(child) or not kind.other:
            return False
        if self._kind(child) is None and (kind.other == "strict"):
            self._add("check.element_unknown", child, namespace=show(space(child), 120))
            return False
        if self._kind(child) is None and space(child) in self._known and kind.other == "lax":
            self._report(
                Finding(
                    "check.element_misplaced",
                    level="warning",
                    file=self._file,
                    line=child.sourceline or 1,
                    params={"element": called(child)},
                )
            )
        return True

    def _order(self, element: etree._Element, kind: Kind, children: list[etree._Element], names: list[str]) -> None:
        part = kind.order or Part(most=0)
        for child, name in zip(children, names, strict=True):
            rest = after(part, name)
            if rest is None:
                wanted = ", ".join(expected(part)) or "–"
                self._add("check.child_unexpected", child, parent=called(element), wanted=wanted)
                return
            part = rest
        if not may_end(part):
            self._add("check.child_missing", element, wanted=" | ".join(expected(part)))

    def _counts(self, element: etree._Element, kind: Kind, children: list[etree._Element], names: list[str]) -> None:
        counts = kind.counts or {}
        seen: dict[str, int] = {}
        for child, name in zip(children, names, strict=True):
            seen[name] = seen.get(name, 0) + 1
            most = counts[name][1] if name in counts else 0
            if name not in counts:
                self._add("check.child_unexpected", child, parent=called(element), wanted=", ".join(counts))
            elif most is not None and seen[name] > most:
                self._add("check.child_repeated", child, parent=called(element))
        for name, (least, _most) in counts.items():
            if seen.get(name, 0) < least:
                self._add("check.child_missing", element, wanted=name)

    def _value(self, element: etree._Element, kind: Kind, children: list[etree._Element]) -> None:
        if kind.value is None:
            return
        for child in children:
            self._add("check.child_unexpected", child, parent=called(element), wanted="–")
        text = text_of(element)
        if not kind.value.holds(text):
            self._add("check.value", element, name=called(element), found=show(text), wanted=kind.value.wanted)

    def _no_text(self, element: etree._Element, kind: Kind) -> None:
        """Text between elements, which the standards know nowhere outside the mixed ones; blanks are no text."""
        texts = [element.text, *(child.tail for child in element)]
        stray = "".join(text for text in texts if text)
        empty = kind.order is None or kind.order.most == 0 or not kind.kinds
        if stray.strip(BLANKS) or (stray and empty):
            self._add("check.text_stray", element, found=show(stray))

    def _attributes(self, element: etree._Element, kind: Kind) -> None:
        present: set[str] = set()
        for raw, raw_value in element.attrib.items():
            key, value = str(raw), str(raw_value)
            name = key.replace(XML_PREFIX, "xml:")
            present.add(name)
            if name in kind.attributes:
                self._attribute(element, name, value, kind)
            elif key not in HINTS:
                self._foreign_attribute(element, key, value, kind)
        for name, (_type, required) in kind.attributes.items():
            if required and name not in present:
                self._add("check.attribute_missing", element, name=name)

    def _attribute(self, element: etree._Element, name: str, value: str, kind: Kind) -> None:
        type_ = kind.attributes[name][0]
        if name in kind.ids:
            self._identifier(element, value)
        elif not type_.holds(value):
            self._add("check.value", element, name=name, found=show(value), wanted=type_.wanted)

    def _identifier(self, element: etree._Element, raw: str) -> None:
        value = raw.strip(BLANKS)
        if not ID.holds(value):
            self._add("check.id_bad", element, id=show(value, 80))
        elif value in self._ids:
            self._add("check.id_twice", element, id=show(value, 80), other=self._ids[value])
        self._ids.setdefault(value, element.sourceline or 1)

    def _foreign_attribute(self, element: etree._Element, key: str, value: str, kind: Kind) -> None:
        namespace, _, name = key[1:].rpartition("}") if key.startswith("{") else ("", "", key)
        if not namespace and name == UNIQUE_NAME and space(element).endswith("/LOM") and value == local(element):
            return
        vocabulary = self._known.get(namespace)
        type_ = vocabulary.attributes.get(name) if vocabulary else None
        barred = not namespace or not kind.foreign or namespace in (space(element), XSI)
        if barred or (type_ is None and kind.foreign == "strict"):
            self._add("check.attribute_unknown", element, name=show(name))
        elif type_ is not None and not type_.holds(value):
            self._add("check.value", element, name=name, found=show(value), wanted=type_.wanted)


def text_of(element: etree._Element) -> str:
    """All text directly in `element`, comments left out."""
    return (element.text or "") + "".join(child.tail or "" for child in element)
