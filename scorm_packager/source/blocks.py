"""The `:::` blocks of our Markdown: questions and admonitions, as a markdown-it rule that keeps line numbers."""

import difflib
import re
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from scorm_packager.findings import Finding

QUESTION = "jampel_question"
OWN = "jampel_html"  # a token of HTML that we wrote ourselves
OPEN = re.compile(r":::+(?:\s*(\S+)(?:\s+(.*))?)?\s*$")
CLOSE = re.compile(r":::+\s*$")
ADMONITIONS = {
    "catatan": {"id": "Catatan", "en": "Note"},
    "penting": {"id": "Penting", "en": "Important"},
    "contoh": {"id": "Contoh", "en": "Example"},
    "tips": {"id": "Tips", "en": "Tip"},
    "peringatan": {"id": "Peringatan", "en": "Warning"},
}
LOOKS = {"tips": "tips contoh", "peringatan": "peringatan penting"}  # classes, where a kind looks like another
KINDS = ("soal", *ADMONITIONS)


def jampel_blocks(md: MarkdownIt) -> None:
    """Adds the rule to `md`. The environment of a parse holds `context` (file, language, findings) and `offset`."""
    md.block.ruler.before("fence", "jampel_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _close(state: StateBlock, start: int, end: int) -> int | None:
    """The line that closes the block opened before `start`; that there is none is remembered, so it is sought once."""
    if state.env.get("unclosed") == end:
        return None
    for number in range(start, end):
        if CLOSE.match(_line(state, number)) and not state.is_code_block(number):
            return number
    state.env["unclosed"] = end
    return None


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _raw_line(state: StateBlock, number: int) -> str:
    """The line with its own indentation, less that of the block it stands in."""
    return state.getLines(number, number + 1, state.blkIndent, False)


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    match = OPEN.match(_line(state, start))
    if not match:
        return False
    if silent:
        return True
    context, place = state.env["context"], start + state.env["offset"]
    kind, title = match.group(1), (match.group(2) or "").strip()
    close = _close(state, start + 1, end)
    if kind is None or kind not in KINDS:
        meant = difflib.get_close_matches((kind or "").lower(), KINDS, 1, cutoff=0.4)
        context.findings.add(
            Finding(
                "block.unknown" if kind else "block.stray_end",
                file=context.file,
                line=place,
                params={"kind": kind[:40], "meant": meant[0] if meant else "catatan"} if kind else {},
            )
        )
    elif close is None:
        context.findings.add(Finding("block.not_closed", file=context.file, line=place, params={"kind": kind}))
    elif kind == "soal":
        _push_question(state, start, close, title)
    else:
        _push_admonition(state, start, close, (kind, title))
    state.line = end if close is None and kind in KINDS else (close if close is not None and kind else start) + 1
    return True


def _push_question(state: StateBlock, start: int, close: int, header: str) -> None:
    token = state.push(QUESTION, "", 0)
    token.map = [start, close + 1]
    token.info = header
    token.meta = {"body": [_raw_line(state, number) for number in range(start + 1, close)]}
    token.block = True


def _push_admonition(state: StateBlock, start: int, close: int, words: tuple[str, str]) -> None:
    _push_html(state, start, admonition_open(*words, state.env["context"].language))
    old_parent, old_line_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "jampel_block", close
    state.md.block.tokenize(state, start + 1, close)
    state.parentType, state.lineMax = old_parent, old_line_max
    _push_html(state, close, "</aside>\n")


def admonition_open(kind: str, title: str, language: str) -> str:
    """The beginning of a box of `kind` with `title`, or with the name of its kind; `</aside>` ends it."""
    label = escape(title or ADMONITIONS[kind]["en" if language.startswith("en") else "id"])
    return f'<aside class="{LOOKS.get(kind, kind)}"><p class="judul"><strong>{label}</strong></p>\n'


def _push_html(state: StateBlock, line: int, html: str) -> None:
    token = state.push(OWN, "", 0)
    token.map = [line, line + 1]
    token.content = html
    token.block = True
