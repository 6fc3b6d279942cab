"""What reading any item of QTI 2.1 needs: its declarations, and its XHTML as our Markdown."""

from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any

import msgspec

from scorm_packager.source.banks.draft import Log
from scorm_packager.source.banks.texts import DeepHtml, from_html, one_line
from scorm_packager.source.nesting import MOST_OPEN

PICTURES = frozenset(("img", "object", "video", "audio", "math", "svg", "embed", "iframe"))
GAP = "_____"


class Response(msgspec.Struct):
    """What a responseDeclaration says: `mapping` has the points of each value, `exact` the values where case counts."""

    identifier: str = ""
    cardinality: str = "single"
    base: str = "identifier"
    right: list[str] = []
    mapping: dict[str, Decimal] = {}
    exact: set[str] = set()

    @property
    def best(self) -> list[str]:
        """The values that are right: those declared, or those that bring points."""
        return self.right or [value for value, points in self.mapping.items() if points > 0]


class Item:
    """An item while it is read: finds its parts, and turns its XHTML into Markdown."""

    def __init__(self, root: Any, log: Log) -> None:
        self.root = root
        self.log = log
        self.line: int = root.sourceline or 1
        self.refused = False

    def finding(self, code: str, element: Any = None, **params: str | int) -> None:
        """The item cannot be kept."""
        self.refused = True
        self.log.finding(code, line_of(element, self.line), **params)

    def warning(self, code: str, element: Any = None, **params: str | int) -> None:
        """Something of the item is left out."""
        self.log.warning(code, line_of(element, self.line), **params)

    def block(self, element: Any, *, without: tuple[str, ...] = ()) -> str:
        """The content of `element` as Markdown, without the elements named."""
        if element is None:
            return ""
        try:
            markdown, lost = from_html(inner(element, without))
        except DeepHtml:
            self.finding("bank.html_deep", element, most=MOST_OPEN)
            return ""
        for name in lost:
            if name in PICTURES:
                self.finding("bank.picture", element, what=f"<{name}>")
            else:
                self.warning("bank.element", element, what=f"<{name}>")
        return markdown

    def inline(self, element: Any, *, without: tuple[str, ...] = ()) -> str:
        """The same on one line."""
        return one_line(self.block(element, without=without))

    def response(self, identifier: str) -> Response:
        """What is declared for the interaction that answers to `identifier`."""
        for declared in self.root.iterchildren("{*}responseDeclaration"):
            if declared.get("identifier") == identifier:
                return self._declared(declared)
        return Response(identifier)

    def _declared(self, declared: Any) -> Response:
        found = Response(
            declared.get("identifier") or "",
            declared.get("cardinality") or "single",
            declared.get("baseType") or "identifier",
        )
        right = declared.find("{*}correctResponse")
        found.right = [words(value) for value in right.iterchildren("{*}value")] if right is not None else []
        for entry in declared.iterfind("{*}mapping/{*}mapEntry"):
            key, points = entry.get("mapKey") or "", _points(entry.get("mappedValue"))
            if points is None:
                self.warning("bank.weight", entry, weight=(entry.get("mappedValue") or "")[:20], what=key[:60])
            else:
                found.mapping[key] = points
            if entry.get("caseSensitive") == "true":
                found.exact.add(key)
        return found


def _points(text: str | None) -> Decimal | None:
    """The points that `text` says, or None when it says none that can be counted."""
    try:
        points = Decimal(text or "0")
    except InvalidOperation:
        return None
    return points if points.is_finite() else None


def local(element: Any) -> str:
    """The name of `element` without its namespace; what is no element has none."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def words(element: Any) -> str:
    """The letters inside `element`, blanks tidied."""
    return " ".join("".join(element.itertext()).split())


def line_of(element: Any, otherwise: int) -> int:
    """The line of `element`, where it has one."""
    return (element.sourceline if element is not None else None) or otherwise


def inner(element: Any, without: tuple[str, ...]) -> str:
    """The content of `element` as HTML; interactions that stand in a sentence show as a gap."""
    parts = [escape(element.text or "")]
    for child in element:
        name = local(child)
        if name.endswith("Interaction"):
            parts.append(GAP if name in ("textEntryInteraction", "inlineChoiceInteraction") else "")
        elif name and name not in without:
            kept = "".join(f' {key}="{escape(value)}"' for key, value in child.attrib.items() if "}" not in key)
            end = "" if name in ("br", "img", "hr") else f"</{name}>"
            parts.append(f"<{name}{kept}>{inner(child, without)}{end}")
        parts.append(escape(child.tail or ""))
    return "".join(parts)
