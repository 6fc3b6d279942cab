"""Reads GIFT, Moodle's text format of questions, into drafts (docs.moodle.org, "GIFT format")."""

import re

import msgspec

from scorm_packager.source.banks.draft import Draft, Log
from scorm_packager.source.banks.gift_answers import answer_draft
from scorm_packager.source.banks.gift_text import FORMAT, GiftText, hide_escapes, show

COMMENT = re.compile(r"\s*//")
CATEGORY = re.compile(r"\s*\$CATEGORY\s*:", re.IGNORECASE)
NAME = re.compile(r"\s*::(.*?)::", re.DOTALL)
BLANK = "_____"
LONGEST_NAME = 250
LONGEST_QUESTION = 50_000


class Block(msgspec.Struct):
    """The lines of one question: `line` is the first in the file; escapes are hidden already."""

    line: int
    text: str


def read_gift(text: str, log: Log) -> list[Draft]:
    """The questions in `text`, which stand between empty lines; what cannot be kept is noted in `log` with its line."""
    drafts = []
    for block in _blocks(text):
        draft = _question(block, log)
        if draft is not None:
            drafts.append(draft)
    return drafts


def _blocks(text: str) -> list[Block]:
    """The questions, without comments and the lines that name a category."""
    blocks: list[Block] = []
    lines: list[str] = []
    start = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if COMMENT.match(line):
            lines += [""] if lines else []  # keeps the lines below at their number
            continue
        if line.strip() and not CATEGORY.match(line):
            start = start if lines else number
            lines.append(line)
        elif lines:
            blocks.append(Block(start, hide_escapes("\n".join(lines))))
            lines = []
    return blocks


def _question(block: Block, log: Log) -> Draft | None:
    text, name = block.text, ""
    if len(text) > LONGEST_QUESTION:
        log.finding("bank.question_long", block.line, most=LONGEST_QUESTION // 1000)
        return None
    if found := NAME.match(text):
        name, text = " ".join(show(found.group(1)).split())[:LONGEST_NAME], text[found.end() :]
    opened, closed = text.find("{"), text.find("}")
    if opened < 0 and closed < 0:
        log.warning("bank.description", block.line, text=show(text).strip()[:60])
        return None
    if opened < 0 or closed < opened:
        log.finding("bank.braces", block.line)
        return None
    if re.search(r"[{}]", text[closed + 1 :]) or "{" in text[opened + 1 : closed]:
        log.finding("bank.many_answers", block.line)
        return None
    stem = _stem(text[:opened], text[closed + 1 :])
    gift = GiftText(log, block.line, FORMAT.match(stem))
    prompt = gift.block(stem)
    if not prompt:
        log.finding("bank.no_prompt", block.line)
        return None
    line = block.line + text[:opened].count("\n")
    draft = answer_draft(text[opened + 1 : closed], gift, Draft(kind="", line=block.line, prompt=prompt, name=name))
    if draft is None and not gift.refused:
        log.finding("bank.answers_unclear", line)
    return None if gift.refused else draft


def _stem(before: str, after: str) -> str:
    """The text of a question; where words follow the answers, a gap shows where they belong."""
    return f"{before.rstrip()} {BLANK} {after.lstrip()}" if re.search(r"\w", after) else before + after
