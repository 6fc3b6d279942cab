"""Pages of a platform's answers: the Link header (RFC 8288), followed with its case kept and only so far."""

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from lti_tool.errors import ToolError
from lti_tool.http import Reply

MOST_PAGES = 100
#: What is asked for on one page: some platforms send everything at once else, more than one answer may hold.
PAGE_SIZE = "200"
NEXT, DIFFERENCES = "next", "differences"
_LINK = re.compile(r"<([^<>]*)>\s*((?:;[^,<]*)*)")
_REL = re.compile(r';\s*rel\s*=\s*["“”\']?([^"“”\';]+)["“”\']?', re.IGNORECASE)


def linked(header: str, relation: str, base: str = "") -> str:
    """The target of `relation` (lower case) in a Link header, its case kept; empty when there is none.

    A relative target is meant from `base`. Typographic quotes and `&amp;` are seen in the field and understood.
    """
    for target, parameters in _LINK.findall(header):
        relations = _REL.search(parameters)
        if relations and relation in relations.group(1).lower().split():
            return urljoin(base, html.unescape(target.strip()))
    return ""


def pages(get: Callable[[str], Reply], url: str) -> Iterator[tuple[str, Reply]]:
    """The page at `url` and those after it, each with its own address; `get` fetches one.

    Raises ToolError when there are more pages than make sense, or one leads back to an earlier one.
    """
    seen: set[str] = set()
    while url:
        if url in seen or len(seen) >= MOST_PAGES:
            raise ToolError("services.too_many_pages", "more pages than allowed", most=MOST_PAGES)
        seen.add(url)
        reply = get(url)
        yield url, reply
        url = linked(reply.headers.get("link", ""), NEXT, base=url)
