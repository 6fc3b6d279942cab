"""Renders a page's Markdown to clean HTML and notes every fault with its line."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import render_footnote_anchor

from scorm_packager.course import Medium, Question
from scorm_packager.findings import Finding
from scorm_packager.names import slug
from scorm_packager.source.alerts import alerts
from scorm_packager.source.blocks import OWN, QUESTION, jampel_blocks
from scorm_packager.source.context import Context
from scorm_packager.source.figures import picture_figure, recording_figure, texts
from scorm_packager.source.html import clean, refused_parts
from scorm_packager.source.links import link_attributes
from scorm_packager.source.maths import MathFault, mathml
from scorm_packager.source.nesting import MOST_OPEN, Nesting, too_deep
from scorm_packager.source.question_bank import BankReader
from scorm_packager.source.question_block import BANK
from scorm_packager.source.questions import QuestionReader
from scorm_packager.source.recordings import Place, Recording
from scorm_packager.source.sheets import document_figure

LOST_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
DECORATION = ("hiasan", "decorative")


def make_markdown() -> MarkdownIt:
    """CommonMark with tables, lists of terms, footnotes, maths and our blocks."""
    md = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(jampel_blocks).use(alerts)
    md.use(deflist_plugin).use(footnote_plugin).use(
        dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True
    )
    md.add_render_rule(OWN, lambda _self, tokens, index, _options, _env: tokens[index].content)
    md.add_render_rule("footnote_anchor", _footnote_back)
    return md


def _footnote_back(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """The way back from a footnote, with words for those who hear the page."""
    html = str(render_footnote_anchor(renderer, tokens, index, options, env))
    label = escape(texts(env["context"].language)["back"])
    return html.replace('class="footnote-backref"', f'class="footnote-backref" aria-label="{label}"', 1)


MARKDOWN = make_markdown()


class Renderer:
    """Renders texts of one file. `block` and `inline` take the file's line of the text's first line."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._raw = Nesting()
        self._deep: int | None = None  # the line in which tags were found to lie too deep

    def block(self, text: str, line: int) -> str:
        """`text` as block HTML."""
        env: dict[str, Any] = {"context": self.context, "offset": line, "docId": f"{slug(self.context.file)}-{line}"}
        self._raw = Nesting()
        tokens = self._walk(MARKDOWN.parse(text, env), line)
        return self._clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env), line)

    def inline(self, text: str, line: int) -> str:
        """`text` as inline HTML."""
        env: dict[str, Any] = {"context": self.context, "offset": line}
        self._raw = Nesting()
        tokens = MARKDOWN.parseInline(text, env)
        for token in tokens:
            self._check_children(token, line)
        return self._clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env), line)

    def _clean(self, html: str, line: int) -> str:
        """`html` as a page may hold it; a text whose tags lie too deep becomes a finding, in `line` if nowhere else."""
        if self._deep is None and too_deep(html) is not None:
            self._add(self._place(line).finding("page.html_deep", most=MOST_OPEN))
        return clean(html).strip()

    def _walk(self, tokens: list[Token], first: int) -> list[Token]:
        line, kept, index = first, [], 0
        while index < len(tokens):
            token = tokens[index]
            line = token.map[0] + first if token.map else line
            picture = _lone_picture(tokens[index : index + 3])
            if picture is not None and (html := self._figure(picture, line)) is not None:
                kept.append(Token(OWN, "", 0, content=html))
                index += 3
                continue
            kept.append(self._check(token, line))
            index += 1
        return kept

    def _check(self, token: Token, line: int) -> Token:
        if token.type == QUESTION:
            return Token(OWN, "", 0, content=self._question(token, line))
        if token.type == "math_block":
            return Token(
                OWN, "", 0, content=f'<div class="rumus">{self._math(token.content, line, block=True)}</div>\n'
            )
        if token.type == "html_block":
            self._check_raw(token.content, line)
        elif token.type == "heading_open" and token.tag == "h1":
            self.context.findings.add(Finding("page.second_title", file=self.context.file, line=line))
        elif token.type == "inline":
            self._check_children(token, line)
        return token

    def _question(self, token: Token, line: int) -> str:
        context = self.context
        if not context.allow_questions:
            context.findings.add(Finding("question.place", file=context.file, line=line))
            return ""
        if token.info.split()[:1] == [BANK]:
            return self._bank(token, line)
        reader = QuestionReader(context.file, line, context.findings, self._within(context.file))
        question = reader.read(token.info, token.meta["body"])
        context.questions.append((question, self._place(line)))
        return _question_mark(question) if question else ""

    def _bank(self, token: Token, line: int) -> str:
        context = self.context
        reader = BankReader(self._place(line), context.media, self._within, context.findings)
        bank = reader.read(token.info, token.meta["body"])
        context.questions += bank.questions
        context.pools += [(bank.pool, self._place(line))] if bank.pool else []
        return "".join(_question_mark(question) for question, _place in bank.questions)

    def _within(self, file: str) -> "Renderer":
        """Renders the texts of a question in `file`; no other question may stand in them."""
        context = self.context
        inner = Context(file, context.language, context.findings, context.media, context.pages)
        inner.allow_questions = False
        return Renderer(inner)

    def _check_children(self, token: Token, line: int) -> None:
        for child in token.children or []:
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type == "html_inline":
                self._check_raw(child.content, line)
                line += child.content.count("\n")
            elif child.type == "image":
                self._image(child, line)
            elif child.type == "link_open":
                self._link(child, line)
            elif child.type in ("math_inline", "math_inline_double"):
                block = child.type == "math_inline_double"
                child.content, child.type = self._math(child.content, line, block=block), OWN
            elif child.type == "text" and (lost := LOST_FOOTNOTE.search(child.content)):
                self._add(self._place(line).warning("footnote.missing", name=lost.group()[:60]))

    def _math(self, latex: str, line: int, *, block: bool) -> str:
        try:
            return mathml(latex, block=block)
        except MathFault as fault:
            self._add(self._place(line).finding(fault.code, what=fault.what))
            return ""

    def _check_raw(self, html: str, line: int) -> None:
        deep = self._raw.feed(html) if self._deep is None else None
        if deep is not None:
            self._deep = line + html.count("\n", 0, deep)
            self._add(self._place(self._deep).finding("page.html_deep", most=MOST_OPEN))
        for offset, what in refused_parts(html):
            self.context.findings.add(
                Finding("page.html_refused", file=self.context.file, line=line + offset, params={"what": what[:60]})
            )

    def _image(self, token: Token, line: int) -> None:
        source = str(token.attrGet("src") or "")
        if self.context.media.kind(source) is not None:
            self._add(self._place(line).finding("video.place", path=unquote(source)[:120]))
            return
        path = self._picture_path(token, line)
        if token.attrGet("title") in DECORATION:
            del token.attrs["title"]
        token.attrSet("src", path or "")
        token.attrSet("loading", "lazy")

    def _picture_path(self, token: Token, line: int) -> str | None:
        self._need_words(token, line)
        return self.context.media.picture(str(token.attrGet("src") or ""), self._place(line))

    def _need_words(self, token: Token, line: int) -> None:
        """What stands between the square brackets: the text instead of a picture, or the title of a film.

        A picture that only decorates says so by the title `hiasan`.
        """
        if not token.content.strip() and token.attrGet("title") not in DECORATION:
            path = unquote(str(token.attrGet("src") or ""))[:120]
            self._add(self._place(line).finding("media.no_alt", path=path))

    def _figure(self, token: Token, line: int) -> str | None:
        """A film or recording, or a picture with a caption, that stands alone; None for a plain picture."""
        source = str(token.attrGet("src") or "")
        kind = self.context.media.kind(source)
        if kind == "document":
            return self._document(source, token, line)
        if kind is not None:
            self._need_words(token, line)
            found = self.context.media.recording(source, self._place(line))
            return self._recording(found, token.content) if found else ""
        caption = str(token.attrGet("title") or "")
        if not caption or caption in DECORATION:
            return None
        return picture_figure(self._picture_path(token, line) or "", token.content, caption)

    def _document(self, source: str, token: Token, line: int) -> str:
        self._need_words(token, line)
        found = self.context.media.document(source, self._place(line))
        return document_figure(found[1], found[0], token.content, self.context.language) if found else ""

    def _recording(self, found: tuple[Medium, Recording], title: str) -> str:
        transcript = found[1].transcript
        text = self.transcript(transcript) if transcript else ""
        return recording_figure(found, title, self.context.language, transcript=text)

    def transcript(self, file: str) -> str:
        """The transcript in `file` as HTML, without its first heading."""
        context = self.context
        text = context.media.files.read_text(file, context.findings) or ""
        if not text.strip():
            self._add(Finding("video.transcript_empty", level="warning", file=file, line=1))
        inner = Context(file, context.language, context.findings, context.media, context.pages)
        inner.allow_questions = False
        title_line, _newline, rest = text.partition("\n")
        start = 2 if title_line.startswith("# ") else 1
        return Renderer(inner).block(rest if start == 2 else text, start)

    def _place(self, line: int) -> Place:
        return Place(self.context.file, line)

    def _add(self, finding: Finding) -> None:
        self.context.findings.add(finding)

    def _link(self, token: Token, line: int) -> None:
        for name, value in link_attributes(str(token.attrGet("href") or ""), self.context, line).items():
            token.attrSet(name, value)


def _question_mark(question: Question) -> str:
    """Where the player puts a question."""
    return f'<div class="soal" data-question="{escape(question.id)}"></div>\n'


def _lone_picture(tokens: list[Token]) -> Token | None:
    """The picture when `tokens` are a paragraph with nothing else in it."""
    if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
        return None
    children = [child for child in tokens[1].children or [] if child.type != "text" or child.content.strip()]
    return children[0] if len(children) == 1 and children[0].type == "image" else None
