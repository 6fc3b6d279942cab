"""Boxes as GitHub and Obsidian write them: a quotation whose first line is `[!NOTE]` or `[!CATATAN] Judul`."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from scorm_packager.source.blocks import ADMONITIONS, OWN, admonition_open

KINDS = {
    "note": "catatan",
    "info": "catatan",
    "tip": "tips",
    "important": "penting",
    "warning": "peringatan",
    "caution": "peringatan",
    "example": "contoh",
    **{kind: kind for kind in ADMONITIONS},
}
FIRST = re.compile(r"\[!([A-Za-z]+)\][ \t]*([^\n]*)(?:\n|$)")


def alerts(md: MarkdownIt) -> None:
    """Adds the rule to `md`; the environment of a parse holds `context`, as for `jampel_blocks`."""
    md.core.ruler.before("inline", "jampel_alert", _rule)


def _rule(state: StateCore) -> None:
    tokens, open_boxes = state.tokens, []
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            open_boxes.append(_begin(state, index))
        elif token.type == "blockquote_close" and open_boxes.pop():
            _own(token, "</aside>\n")
    state.tokens = [token for token in tokens if token.type != "jampel_gone"]


def _begin(state: StateCore, index: int) -> bool:
    """Whether the quotation at `index` is a box; its first line then becomes the box's title."""
    first = state.tokens[index + 1 : index + 4]
    if [token.type for token in first[:2]] != ["paragraph_open", "inline"]:
        return False
    inline = first[1]
    match = FIRST.match(inline.content)
    kind = KINDS.get(match.group(1).lower()) if match else None
    if match is None or kind is None:
        return False
    _own(state.tokens[index], admonition_open(kind, match.group(2).strip(), state.env["context"].language))
    inline.content = inline.content[match.end() :]
    if inline.map:
        inline.map = [inline.map[0] + 1, inline.map[1]]
    if not inline.content.strip():
        for token in first:
            token.type = "jampel_gone"
    return True


def _own(token: Token, html: str) -> None:
    token.type, token.tag, token.content = OWN, "", html
