"""What in the HTML of a page would run or fetch, read with a parser of its own."""

from html.parser import HTMLParser

RUNS = frozenset({"script", "style", "iframe", "object", "embed", "base", "link", "meta", "form", "template", "svg"})
FETCHES = frozenset({"src", "srcset", "poster", "background", "action", "formaction", "data", "style", "xlink:href"})


class _Dangers(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            target = (value or "").strip().lower()
            outside = name in FETCHES and target and not target.startswith("aset/")
            runs = name == "href" and not target.startswith(("#", "aset/", "http://", "https://", "mailto:", "tel:"))
            if name.startswith("on") or outside or (runs and target):
                self.found.append(f"<{tag} {name}={target}>")


def dangers(html: str) -> list[str]:
    """Elements that run or bring in others, handlers, and addresses that a page would fetch by itself."""
    parser = _Dangers()
    parser.feed(html)
    parser.close()
    return parser.found
