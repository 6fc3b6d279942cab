"""How deep the tags of a text lie: one look before the cleaner, which pays for every open element again at every tag.

The look never finds less than a parser of HTML would have open (HTML Standard 13.2.6): where tags are closed in a wrong
order it takes the element for open. So a text that passes costs the cleaner time in proportion to its length.
"""

import re

MOST_OPEN = 100
#: Open `<b>`, `<i>` …, summed over all tags, and what each tag adds to that: a parser opens those that were not closed
#: anew in every paragraph.
MOST_FORMATTING, FORMATTING_A_TAG = 400_000, 8
# fmt: off
VOID = frozenset({
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr",
})
FORMATTING = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})
TEXT_ALONE = frozenset({
    "iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp",
})
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "details", "div", "dl", "fieldset", "figcaption", "figure",
    "footer", "header", "main", "nav", "ol", "pre", "section", "summary", "ul",
})
# fmt: on
STRANGE = frozenset({"frameset", "math", "select", "svg", "template"})  # in which TEXT_ALONE may be read as tags
ITEMS = frozenset({"dd", "dt", "li", "optgroup", "option", "rb", "rp", "rt", "rtc"})
PARAGRAPH, CELLS, ROWS = frozenset({"p"}), frozenset({"p", "td", "th"}), frozenset({"p", "td", "th", "tr"})
GROUPS = ROWS | {"caption", "colgroup", "tbody", "tfoot", "thead"}
#: What a start tag closes, and what may stand open above it.
CLOSED_BY_START: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "p": (PARAGRAPH, frozenset()),
    "li": (frozenset({"li"}), PARAGRAPH),
    **dict.fromkeys(("dd", "dt"), (frozenset({"dd", "dt"}), PARAGRAPH)),
    **dict.fromkeys(("td", "th"), (frozenset({"td", "th"}), PARAGRAPH)),
    "tr": (frozenset({"tr"}), CELLS),
    **dict.fromkeys(("tbody", "tfoot", "thead"), (frozenset({"tbody", "tfoot", "thead"}), ROWS)),
}
#: What an end tag closes besides its own element and formatting.
CLOSED_BY_END = {
    **dict.fromkeys(BLOCKS, PARAGRAPH | ITEMS),
    **dict.fromkeys(("dd", "dt", "li"), PARAGRAPH),
    "tr": CELLS,
    **dict.fromkeys(("tbody", "tfoot", "thead"), ROWS),
    "table": GROUPS,
}
SPACE = r"\t\n\f\r "
ATTRIBUTE = (
    rf"[^{SPACE}/>][^{SPACE}/>=]*+"
    rf"(?:[{SPACE}]*+=[{SPACE}]*+(?:\"[^\"]*+\"|'[^']*+'|[^{SPACE}>\"'][^{SPACE}>]*+)?+)?+"
)
TAG = re.compile(rf"<(/?)([a-zA-Z][^{SPACE}/>]*+)(?:[{SPACE}/]++|{ATTRIBUTE})*+>")
COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>)", re.DOTALL)
HEAD, START = re.compile("</?[a-zA-Z]"), re.compile("<[a-zA-Z]")


class Nesting:
    """What is open after the texts fed so far. `steps` counts what was looked at, for who doubts that it is little."""

    def __init__(self, most: int = MOST_OPEN) -> None:
        self.most = most
        self.steps = 0
        self._open: list[str] = []
        self._left = 0
        self._formatting = 0
        self._cost = 0
        self._strange = False

    def feed(self, text: str) -> int | None:
        """Where in `text` the first tag stands that lies too deep; None when there is none."""
        at = 0
        while (at := text.find("<", at)) >= 0:
            self.steps += 1
            end = self._one(text, at)
            if self._too_much():
                return at
            if end is None:  # a tag or comment without its end: a parser drops all that follows
                return None
            at = end
        return None

    def _too_much(self) -> bool:
        return len(self._open) + self._left > self.most or self._cost > MOST_FORMATTING

    def _one(self, text: str, at: int) -> int | None:
        """Takes what begins with the `<` at `at`; where the next text begins."""
        if text.startswith("<!--", at):
            comment = COMMENT.match(text, at)
            return comment.end() if comment else None
        if not HEAD.match(text, at):
            return self._no_tag(text, at)
        tag = TAG.match(text, at)
        if tag is None:
            return None
        name = tag.group(2).lower()
        self._cost += self._formatting - FORMATTING_A_TAG
        if tag.group(1):
            self._end(name)
            return tag.end()
        self._start(name)
        return self._past_text(name, text, tag.end()) if name in TEXT_ALONE else tag.end()

    def _no_tag(self, text: str, at: int) -> int | None:
        """A sign that is only text, or a declaration, which ends at the next `>`."""
        if text[at + 1 : at + 2] not in ("!", "?", "/"):
            return at + 1
        if self._strange and text.startswith("<![CDATA[", at):
            return self._count_all(text, at)
        end = text.find(">", at)
        return end + 1 if end >= 0 else None

    def _past_text(self, name: str, text: str, at: int) -> int | None:
        """Past what is only text in the element `name`."""
        if self._strange:
            return self._count_all(text, at)
        closer = re.compile(rf"</{name}(?=[{SPACE}/>])", re.IGNORECASE).search(text, at)
        return closer.start() if closer else len(text)

    def _count_all(self, text: str, at: int) -> int:
        """Where the next tag begins depends on what is open: all that could be one counts as open."""
        self._open += ["?"] * len(START.findall(text, at))
        return len(text)

    def _start(self, name: str) -> None:
        self._strange = self._strange or name in STRANGE
        if name in VOID:
            return
        if name in CLOSED_BY_START:
            self._close(*CLOSED_BY_START[name])
        self._open.append(name)
        self._formatting += name in FORMATTING

    def _end(self, name: str) -> None:
        if name not in FORMATTING:
            self._close(frozenset({name}), CLOSED_BY_END.get(name, frozenset()))
        elif not self._close(frozenset({name}), frozenset()):
            self._take_out(name)

    def _close(self, names: frozenset[str], over: frozenset[str]) -> bool:
        """Closes the last of `names` and all above it, if that is formatting or of `over`.

        Formatting and items that close so count on: a parser may still have them open, or open them again.
        """
        place = self._last(names, over)
        if place is None:
            return False
        self._formatting -= self._open[place] in FORMATTING
        self._left += sum(name in FORMATTING or name in ITEMS for name in self._open[place + 1 :])
        del self._open[place:]
        return True

    def _take_out(self, name: str) -> None:
        """Closes the formatting `name` below paragraphs and items that stay open."""
        place = self._last(frozenset({name}), frozenset({"dd", "dt", "li", "p"}))
        if place is not None:
            del self._open[place]
            self._formatting -= 1

    def _last(self, names: frozenset[str], over: frozenset[str]) -> int | None:
        for place in range(len(self._open) - 1, -1, -1):
            self.steps += 1
            if self._open[place] in names:
                return place
            if self._open[place] not in FORMATTING and self._open[place] not in over:
                return None
        return None


def too_deep(html: str) -> int | None:
    """The place in `html` of the first tag that lies too deep for the cleaner; None when it may be cleaned."""
    if html.count("<") <= MOST_OPEN:
        return None
    return Nesting().feed(html)
