"""Reads one item of QTI 2.1 as a question: its one interaction, its feedback, and how it is judged."""

import re
from typing import Any

from scorm_packager.source.banks.draft import Draft, Log
from scorm_packager.source.banks.qti_item import Item, local, words
from scorm_packager.source.banks.qti_kinds import KINDS

TEMPLATES = ("match_correct", "map_response")
WRONG = re.compile(r"incorrect|wrong|salah|\bnot\b", re.IGNORECASE)
RIGHT = re.compile(r"correct|right|benar", re.IGNORECASE)
ASIDE = ("feedbackInline", "feedbackBlock", "rubricBlock")


def read_item(root: Any, log: Log) -> Draft | None:
    """The draft of an `assessmentItem`, or None after a fault."""
    item = Item(root, log)
    body = root.find("{*}itemBody")
    interactions = [one for one in (body.iter() if body is not None else ()) if local(one).endswith("Interaction")]
    if len(interactions) != 1:
        item.finding("bank.interactions", body, count=len(interactions))
        return None
    interaction = interactions[0]
    make = KINDS.get(local(interaction))
    if make is None:
        item.finding("bank.interaction_unknown", interaction, what=local(interaction)[:60])
        return None
    draft = Draft(kind="", line=item.line, prompt="", name=_name(root))
    make(item, interaction, draft)
    texts = (item.block(body, without=ASIDE), item.block(interaction.find("{*}prompt")))
    draft.prompt = "\n\n".join(part for part in texts if part)
    if not draft.prompt:
        item.finding("bank.no_prompt", body)
    _feedback(item, interaction, draft)
    _note_aside(item, body, draft)
    _note_processing(item, draft)
    return None if item.refused else draft


def _name(root: Any) -> str:
    return (root.get("identifier") or root.get("title") or "")[:100]


def _feedback(item: Item, interaction: Any, draft: Draft) -> None:
    """Modal feedback belongs to an option that has its identifier, or to right and wrong answers by its name."""
    options = [one.get("identifier") for one in interaction.iter("{*}simpleChoice")]
    for feedback in item.root.iterchildren("{*}modalFeedback"):
        name = feedback.get("identifier") or ""
        text = item.block(feedback)
        if draft.kind in ("pilihan", "pilihan-jamak") and name in options:
            answer = draft.answers[options.index(name)]
            answer.note = "\n\n".join(part for part in (answer.note, text) if part)
        elif WRONG.search(name):
            draft.wrong_note = text
        elif RIGHT.search(name):
            draft.right_note = text
        else:
            item.warning("bank.feedback", feedback, what=words(feedback)[:60])


def _note_aside(item: Item, body: Any, draft: Draft) -> None:
    """Blocks that some people see at some times only; a rubric for candidates is part of the question."""
    for name in ASIDE[1:]:
        for block in body.iter("{*}" + name):
            if name == "rubricBlock" and "candidate" in (block.get("view") or "").split():
                draft.prompt = "\n\n".join(part for part in (item.block(block), draft.prompt) if part)
            else:
                item.warning("bank.feedback", block, what=words(block)[:60])


def _note_processing(item: Item, draft: Draft) -> None:
    """A question is judged by its right answer; other ways to judge are noted, for a person to look at."""
    processing = item.root.find("{*}responseProcessing")
    if processing is None or draft.kind in ("uraian", "skala"):
        return
    template = (processing.get("template") or "").rsplit("/", 1)[-1].removesuffix(".xml")
    known = template in TEMPLATES or (not template and not any(_own_rules(processing)))
    if not known:
        item.warning("bank.processing", processing)


def _own_rules(processing: Any) -> list[str]:
    """Rules that do more than compare with the right answer or its points."""
    plain = {
        "responseProcessing", "responseCondition", "responseIf", "responseElse", "responseElseIf", "match", "variable",
        "correct", "setOutcomeValue", "baseValue", "mapResponse", "isNull", "not", "sum", "equal", "stringMatch", "and",
    }  # fmt: skip
    return [name for name in map(local, processing.iter()) if name and name not in plain]
