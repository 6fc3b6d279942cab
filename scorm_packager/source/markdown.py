"""Renders a page's Markdown to clean HTML and notes every fault with its line."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from scorm_packager.course import Question
from scorm_packager.findings import Finding, Findings
from scorm_packager.source.blocks import OWN, QUESTION, jampel_blocks
from scorm_packager.source.html import clean, refused_parts
from scorm_packager.source.media import Media, Video
from scorm_packager.source.questions import QuestionReader

OUTSIDE = ("http://", "https://", "mailto:", "tel:")
WORDS = {"id": ("Transkrip", "Teks"), "en": ("Transcript", "Captions")}


class Context:
    """What rendering one file needs to know. `pages` maps page files to page ids; `questions` grows."""

    def __init__(self, file: str, language: str, findings: Findings, media: Media, pages: Mapping[str, str]) -> None:
        self.file = file
        self.language = language
        self.findings = findings
        self.media = media
        self.pages = pages
        self.questions: list[tuple[Question | None, int]] = []
        self.allow_questions = True


def make_markdown() -> MarkdownIt:
    """CommonMark with tables and our blocks."""
    md = MarkdownIt("commonmark", {"html": True}).enable("table").use(jampel_blocks)
    md.add_render_rule(OWN, lambda _self, tokens, index, _options, _env: tokens[index].content)
    return md


MARKDOWN = make_markdown()


class Renderer:
    """Renders texts of one file. `block` and `inline` take the file's line of the text's first line."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def block(self, text: str, line: int) -> str:
        """`text` as block HTML."""
        env: dict[str, Any] = {"context": self.context, "offset": line}
        tokens = self._walk(MARKDOWN.parse(text, env), line)
        return clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env)).strip()

    def inline(self, text: str, line: int) -> str:
        """`text` as inline HTML."""
        env: dict[str, Any] = {"context": self.context, "offset": line}
        tokens = MARKDOWN.parseInline(text, env)
        for token in tokens:
            self._check_children(token, line)
        return clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env)).strip()

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
        inner = Context(context.file, context.language, context.findings, context.media, context.pages)
        inner.allow_questions = False
        reader = QuestionReader(context.file, line, context.findings, Renderer(inner))
        question = reader.read(token.info, token.meta["body"])
        context.questions.append((question, line))
        return f'<div class="soal" data-question="{escape(question.id)}"></div>\n' if question else ""

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

    def _check_raw(self, html: str, line: int) -> None:
        for offset, what in refused_parts(html):
            self.context.findings.add(
                Finding("page.html_refused", file=self.context.file, line=line + offset, params={"what": what[:60]})
            )

    def _image(self, token: Token, line: int) -> None:
        source = str(token.attrGet("src") or "")
        if self.context.media.is_video(source):
            self.context.findings.add(
                Finding("video.place", file=self.context.file, line=line, params={"path": unquote(source)[:120]})
            )
            return
        path = self._picture_path(token, line)
        token.attrSet("src", path or "")
        token.attrSet("loading", "lazy")

    def _picture_path(self, token: Token, line: int) -> str | None:
        source = str(token.attrGet("src") or "")
        if not token.content.strip():
            self.context.findings.add(
                Finding("media.no_alt", file=self.context.file, line=line, params={"path": unquote(source)[:120]})
            )
        return self.context.media.picture(source, self.context.file, line)

    def _figure(self, token: Token, line: int) -> str | None:
        """A video, or a picture with a caption, that stands alone; None for a plain picture."""
        source = str(token.attrGet("src") or "")
        if self.context.media.is_video(source):
            if not token.content.strip():
                self.context.findings.add(
                    Finding("media.no_alt", file=self.context.file, line=line, params={"path": unquote(source)[:120]})
                )
            video = self.context.media.video(source, self.context.file, line)
            return self._video(video, token.content) if video else ""
        caption = str(token.attrGet("title") or "")
        if not caption:
            return None
        path = self._picture_path(token, line)
        return (
            f'<figure><img src="{escape(path or "")}" alt="{escape(token.content)}" loading="lazy">'
            f"<figcaption>{escape(caption)}</figcaption></figure>\n"
        )

    def _video(self, video: Video, title: str) -> str:
        language = "en" if self.context.language.startswith("en") else "id"
        transcript_word, captions_word = WORDS[language]
        text = self.context.media.files.read_text(video.transcript, self.context.findings) or ""
        if not text.strip():
            self.context.findings.add(Finding("video.transcript_empty", file=video.transcript, line=1))
        inner = Context(
            video.transcript, self.context.language, self.context.findings, self.context.media, self.context.pages
        )
        inner.allow_questions = False
        title_line, _newline, rest = text.partition("\n")
        start = 2 if title_line.startswith("# ") else 1
        transcript = Renderer(inner).block(rest if start == 2 else text, start)
        return (
            f'<figure class="video"><video controls preload="none" playsinline title="{escape(title)}">'
            f'<source src="{escape(video.film)}" type="video/mp4">'
            f'<track src="{escape(video.captions)}" kind="captions" srclang="{escape(self.context.language)}"'
            f' label="{captions_word}" default></video><figcaption>{escape(title)}</figcaption>'
            f'<details class="transkrip"><summary>{transcript_word}</summary>{transcript}</details></figure>\n'
        )

    def _link(self, token: Token, line: int) -> None:
        target = unquote(str(token.attrGet("href") or ""))
        if target.lower().startswith(OUTSIDE):
            token.attrSet("target", "_blank")
            token.attrSet("rel", "noopener noreferrer")
        elif target in self.context.pages:
            page = self.context.pages[target]
            token.attrSet("href", f"#{page}")
            token.attrSet("data-page", page)
        else:
            self.context.findings.add(
                Finding("link.broken", file=self.context.file, line=line, params={"target": target[:120]})
            )


def _lone_picture(tokens: list[Token]) -> Token | None:
    """The picture when `tokens` are a paragraph with nothing else in it."""
    if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
        return None
    children = [child for child in tokens[1].children or [] if child.type != "text" or child.content.strip()]
    return children[0] if len(children) == 1 and children[0].type == "image" else None
