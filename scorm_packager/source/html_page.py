"""Turns a whole HTML file, from an editor or a word processor, into a page: clean, with its media collected."""

import re
from collections.abc import Callable
from html import escape

from lxml import etree, html

from scorm_packager.names import slug
from scorm_packager.source.context import Context
from scorm_packager.source.html import TAGS, clean
from scorm_packager.source.links import link_attributes
from scorm_packager.source.nesting import MOST_OPEN
from scorm_packager.source.recordings import Place

Embed = Callable[[str, str, int], str]
GONE = frozenset({"script", "style", "noscript", "template", "iframe", "object", "embed", "form", "input", "button"})
PLAIN = frozenset({"html", "head", "body", "title", "meta", "link", "main", "article", "header", "footer", "nav"})
DATA = "data:"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML tree can hold
BASE_LINE = 1


class HtmlPage:
    """One file's HTML while it becomes a page. `embed` writes the figure of a film, sound or document."""

    def __init__(self, context: Context, prefix: str, embed: Embed) -> None:
        self.context = context
        self.prefix = prefix
        self.embed = embed
        self.removed: dict[str, int] = {}
        self.kept_pictures: frozenset[str] = frozenset()

    def read(self, text: str) -> tuple[str, str]:
        """Title and clean HTML of the document `text`; the title is its first `h1`, else its `title`.

        Raises TooDeep.
        """
        root = parse(text)
        if root is None:
            return "", ""
        title = self._take_title(root)
        self.tidy(root)
        return title, clean(inner_html(root.find("body"))).strip()

    def tidy(self, root: html.HtmlElement) -> None:
        """Mends every element below `root`; what had to go is told once."""
        for element in list(root.iter()):
            if element is not root:
                self._mend(element)
        if self.removed:
            what = ", ".join(list(self.removed)[:8])
            line = min(self.removed.values())
            self.context.findings.add(Place(self.context.file, line).warning("html.removed", what=what))

    def _take_title(self, root: html.HtmlElement) -> str:
        heading = next(root.iter("h1"), None)
        if heading is not None:
            title = " ".join(heading.text_content().split())
            heading.drop_tree()
            return title
        named = root.find(".//title")
        return " ".join(named.text_content().split()) if named is not None else ""

    def _mend(self, element: html.HtmlElement) -> None:
        if not isinstance(element.tag, str):
            element.drop_tree()
            return
        if _inside_gone(element):
            return
        line = element.sourceline or BASE_LINE
        if element.tag in GONE:
            if element.tag != "style":
                self._remember(f"<{element.tag}>", line)
            element.drop_tree()
            return
        if element.tag not in TAGS and element.tag not in PLAIN:
            self._remember(f"<{element.tag}>", line)
        self._mend_attributes(element, line)
        self._mend_kind(element, line)

    def _mend_kind(self, element: html.HtmlElement, line: int) -> None:
        if element.tag == "h1":
            element.tag = "h2"
        elif element.tag == "img":
            self._picture(element, line)
        elif element.tag in ("video", "audio"):
            self._recording(element, line)
        elif element.tag == "a" and element.get("href") is not None:
            self._link(element, line)

    def _mend_attributes(self, element: html.HtmlElement, line: int) -> None:
        for name in list(element.attrib):
            if str(name).startswith("on"):
                self._remember(f"{name}=…", line)
            if str(name).startswith("data-"):
                del element.attrib[name]
        mark = element.get("id") or (element.get("name") if element.tag == "a" else None)
        if mark:
            element.set("id", self._anchor(mark))

    def _anchor(self, mark: str) -> str:
        return f"{self.prefix}-{slug(mark, 'x')}"

    def _picture(self, image: html.HtmlElement, line: int) -> None:
        source, place = image.get("src") or "", Place(self.context.file, line)
        if source in self.kept_pictures:
            image.set("loading", "lazy")
            return
        if source.startswith(DATA):
            self.context.findings.add(place.finding("media.data", kind=source[5:30].split(";")[0]))
            return
        if image.get("alt") is None:
            self.context.findings.add(place.finding("html.no_alt", path=source[:120]))
        image.set("src", self.context.media.picture(source, place) or "")
        image.set("loading", "lazy")

    def _recording(self, element: html.HtmlElement, line: int) -> None:
        inner = element.find("source")
        source = element.get("src") or (inner.get("src") if inner is not None else None) or ""
        title = element.get("title") or element.get("aria-label") or source.rsplit("/", 1)[-1]
        figure = html.fragment_fromstring(self.embed(source, title, line) or "<span></span>")
        figure.tail = element.tail
        parent = element.getparent()
        if parent is not None:
            parent.replace(element, figure)

    def _link(self, link: html.HtmlElement, line: int) -> None:
        target = link.get("href") or ""
        if target.startswith("#"):
            link.set("href", f"#{self._anchor(target[1:])}" if target[1:] else "#")
            return
        for name, value in link_attributes(target, self.context, line).items():
            link.set(name, value)

    def _remember(self, what: str, line: int) -> None:
        self.removed.setdefault(what, line)


class TooDeep(ValueError):
    """Elements stand in one another more than MOST_OPEN times; `line` is the first that does."""

    def __init__(self, line: int) -> None:
        super().__init__(f"too deep in line {line}")
        self.line = line


def parse(text: str) -> html.HtmlElement | None:
    """The document `text` as a tree, however broken; None when there is nothing in it; raises TooDeep."""
    source = CONTROL.sub("", text).encode("utf-8", "replace")
    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        root = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    body = root.find("body")
    if body is not None:
        _check_depth(body)
    return root if body is not None else None


def _check_depth(body: html.HtmlElement) -> None:
    """Raises TooDeep; the parser itself would leave out, without a word, what lies below its own limit."""
    depth = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MOST_OPEN:
            raise TooDeep(element.sourceline or BASE_LINE)


def inner_html(element: html.HtmlElement) -> str:
    """What stands between the tags of `element`."""
    return escape(element.text or "") + "".join(
        str(etree.tostring(child, encoding="unicode", method="html")) for child in element
    )


def _inside_gone(element: html.HtmlElement) -> bool:
    """Whether an ancestor was taken out already, so that `element` hangs on nothing."""
    top = element
    while (parent := top.getparent()) is not None:
        top = parent
    return top.tag != "html"
