"""Texts of GIFT: escapes, the marks of their format, and what becomes of them in our Markdown."""

import re
from html import unescape

from scorm_packager.source.banks.draft import Log
from scorm_packager.source.banks.texts import CONTROL, DeepHtml, from_html, from_plain, looks_like_html, one_line, tidy
from scorm_packager.source.nesting import MOST_OPEN

FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
ESCAPES = "~=#{}:\\"
HIDDEN = {letter: chr(0x10FF00 + ord(letter)) for letter in ESCAPES}  # letters of private use that no text holds
SHOWN = str.maketrans({hidden: letter for letter, hidden in HIDDEN.items()})
ESCAPE = re.compile(r"\\([~=#{}:\\n])")
PICTURES = frozenset(("img", "video", "audio", "object", "embed", "iframe", "svg", "math", "source"))


def hide_escapes(text: str) -> str:
    """`text` in which escaped letters no longer look like marks of the format."""
    return ESCAPE.sub(lambda match: "\n" if match.group(1) == "n" else HIDDEN[match.group(1)], text)


def show(text: str) -> str:
    """Hidden letters as themselves again."""
    return text.translate(SHOWN)


class GiftText:
    """Turns the texts of one question into Markdown. `refused` tells that a text cannot be kept."""

    def __init__(self, log: Log, line: int, mark: re.Match[str] | None = None) -> None:
        self.log = log
        self.line = line
        self.refused = False
        self._format = mark.group(1).lower() if mark else "moodle"

    def block(self, text: str) -> str:
        """Markdown of a text that may have a format mark of its own; else the question's holds."""
        mark = FORMAT.match(text)
        form = mark.group(1).lower() if mark else self._format
        plain = show(text[mark.end() :] if mark else text)
        if form == "markdown":
            return tidy_markdown(plain)
        if form == "plain" or not (form == "html" or looks_like_html(plain)):
            return from_plain(plain)
        try:
            markdown, lost = from_html(plain.strip().replace("\n", "<br>" if form == "moodle" else "\n"))
        except DeepHtml:
            self.finding("bank.html_deep", most=MOST_OPEN)
            return ""
        self.note_lost(lost)
        return markdown

    def line_of(self, text: str) -> str:
        """The same for a text that must fit on one line."""
        return one_line(self.block(text))

    def raw(self, text: str) -> str:
        """The letters alone, for what a learner must type."""
        mark = FORMAT.match(text)
        plain = show(text[mark.end() :] if mark else text)
        if looks_like_html(plain):
            plain = unescape(re.sub(r"<[^<>]*>", " ", plain))
        return " ".join(tidy(plain).split())

    def note_lost(self, names: list[str]) -> None:
        """Elements of HTML that a question cannot keep; without its pictures a question is another one."""
        for name in names:
            if name in PICTURES:
                self.refused = True
                self.log.finding("bank.picture", self.line, what=f"<{name}>")
            else:
                self.log.warning("bank.element", self.line, what=f"<{name}>")

    def finding(self, code: str, **params: str | int) -> None:
        """The question cannot be kept, for the reason `code`."""
        self.refused = True
        self.log.finding(code, self.line, **params)

    def warning(self, code: str, **params: str | int) -> None:
        """Something of the question is left out."""
        self.log.warning(code, self.line, **params)


def tidy_markdown(text: str) -> str:
    """Markdown as its author wrote it, without control characters and blanks at its ends."""
    return "\n".join(CONTROL.sub("", line).rstrip() for line in text.split("\n")).strip("\n ")
