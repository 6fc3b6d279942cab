"""What stands between the braces of a GIFT question, and which of our kinds it is."""

import re
from decimal import Decimal, InvalidOperation

import msgspec

from scorm_packager.source.banks.draft import Answer, Draft
from scorm_packager.source.banks.gift_text import GiftText
from scorm_packager.source.banks.numbers import number_text, plain_number

ANSWER = re.compile(r"([=~])\s*(?:%(-?\d{1,3}(?:\.\d{1,6})?)%)?")
TRUTH = re.compile(r"\s*(TRUE|FALSE|T|F)\s*(#.*)?", re.IGNORECASE | re.DOTALL)
WILDCARD = re.compile(r"(?<!\\)\*")
FULL = Decimal(100)


class Given(msgspec.Struct):
    """One answer as it stands: `weight` in percent, None when it has none; `note` is its feedback."""

    right: bool
    weight: Decimal | None
    text: str
    note: str

    @property
    def value(self) -> Decimal:
        """How much of the points it brings, in percent."""
        if self.weight is not None:
            return self.weight
        return FULL if self.right else Decimal(0)


def answer_draft(inside: str, gift: GiftText, draft: Draft) -> Draft | None:
    """`draft` with its kind and answers, or None when they cannot be told. Faults are noted by `gift`."""
    inside, general = _general(inside)
    note = gift.block(general) if general.strip() else ""
    if not inside.strip():
        draft.kind, draft.model = "uraian", note
        return draft
    if match := TRUTH.fullmatch(inside):
        found: Draft | None = _true_false(match, gift, draft)
    elif inside.lstrip().startswith("#"):
        found = _numeric(inside.lstrip()[1:], gift, draft)
    else:
        found = _listed(_answers(inside, gift), gift, draft)
    if found is not None and note:
        found.right_note = "\n\n".join(part for part in (found.right_note, note) if part)
        found.wrong_note = "\n\n".join(part for part in (found.wrong_note, note) if part)
    return found


def _general(inside: str) -> tuple[str, str]:
    """The answers, and the feedback to all of them that stands behind `####`."""
    answers, _mark, general = inside.partition("####")
    return answers, general


def _true_false(match: re.Match[str], gift: GiftText, draft: Draft) -> Draft:
    """`{T#read after a wrong answer#read after a right one}`."""
    notes = (match.group(2) or "").split("#")[1:]
    if len(notes) > 2:
        gift.warning("bank.feedback", what=" # ".join(notes[2:])[:60])
    draft.kind = "benar-salah"
    draft.answers = [Answer("benar" if match.group(1)[0].upper() == "T" else "salah", right=True)]
    draft.wrong_note = gift.block(notes[0]) if notes else ""
    draft.right_note = gift.block(notes[1]) if len(notes) > 1 else ""
    return draft


def _answers(inside: str, gift: GiftText) -> list[Given]:
    """The answers, each behind its `=` or `~`; a mark counts anywhere, as in Moodle."""
    marks = list(re.finditer(r"[=~]", inside))
    if not marks or inside[: marks[0].start()].strip():
        gift.finding("bank.answers_unclear")
        return []
    given = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        piece = inside[mark.start() : following.start() if following else len(inside)]
        head = ANSWER.match(piece)
        if head is None:  # cannot be: each piece begins with its mark
            continue
        text, _hash, note = piece[head.end() :].partition("#")
        weight = Decimal(head.group(2)) if head.group(2) else None
        given.append(Given(head.group(1) == "=", weight, text.strip(), note.strip()))
    return given


def _listed(given: list[Given], gift: GiftText, draft: Draft) -> Draft | None:
    if not given:
        return None
    if all(one.right and "->" in one.text for one in given):
        return _matching(given, gift, draft)
    if all(one.right for one in given):
        return _short_answer(given, gift, draft)
    if any(one.right for one in given):
        return _choice(given, gift, draft)
    return _multiple(given, gift, draft)


def _options(given: list[Given], gift: GiftText) -> list[Answer]:
    return [
        Answer(gift.line_of(one.text), right=one.value > 0, note=gift.block(one.note) if one.note else "")
        for one in given
    ]


def _choice(given: list[Given], gift: GiftText, draft: Draft) -> Draft | None:
    full = [one for one in given if one.value >= FULL]
    if len(full) != 1:
        gift.finding("bank.right_count", count=len(full))
        return None
    draft.kind, draft.answers = "pilihan", _options(given, gift)
    for one, answer in zip(given, draft.answers, strict=True):
        answer.right = one is full[0]
        if one.weight is not None and one is not full[0] and one.weight != 0:
            gift.warning("bank.weight", weight=f"{one.weight}%", what=answer.text[:60])
    return draft


def _multiple(given: list[Given], gift: GiftText, draft: Draft) -> Draft | None:
    """Wrong answers only, with weights: several are right, and together they are the whole."""
    if not any(one.value > 0 for one in given):
        gift.finding("bank.right_count", count=0)
        return None
    draft.kind, draft.answers = "pilihan-jamak", _options(given, gift)
    for one, answer in zip(given, draft.answers, strict=True):
        if one.value < 0 or 0 < one.value < FULL:
            gift.warning("bank.weight", weight=f"{one.weight}%", what=answer.text[:60])
    return draft


def _matching(given: list[Given], gift: GiftText, draft: Draft) -> Draft:
    draft.kind = "jodohkan"
    for one in given:
        left, _arrow, right = one.text.partition("->")
        if one.note:
            gift.warning("bank.feedback", what=one.note[:60])
        if left.strip():
            draft.answers.append(Answer(gift.line_of(left), partner=gift.line_of(right)))
        else:
            draft.extra.append(gift.line_of(right))
    return draft


def _short_answer(given: list[Given], gift: GiftText, draft: Draft) -> Draft | None:
    kept = []
    for one in given:
        if one.value < FULL:
            gift.warning("bank.weight", weight=f"{one.weight}%", what=one.text[:60])
        elif WILDCARD.search(one.text):
            gift.warning("bank.wildcard", what=one.text[:60])
        else:
            kept.append(one)
    if not kept:
        gift.finding("bank.right_count", count=0)
        return None
    draft.kind = "isian"
    draft.answers = [
        Answer(text, right=True) for text in dict.fromkeys(gift.raw(one.text).replace("\\*", "*") for one in kept)
    ]
    _shared_note(kept, gift, draft)
    for one in given:
        if one.note and one not in kept:
            gift.warning("bank.feedback", what=one.note[:60])
    return draft


def _shared_note(kept: list[Given], gift: GiftText, draft: Draft) -> None:
    """Typed answers have one feedback for all; of several, the first is kept."""
    notes = list(dict.fromkeys(one.note for one in kept if one.note))
    if notes:
        draft.right_note = gift.block(notes[0])
    for note in notes[1:]:
        gift.warning("bank.feedback", what=note[:60])


def _numeric(inside: str, gift: GiftText, draft: Draft) -> Draft | None:
    """`3:2`, `1..5`, or several behind `=`, of which one brings everything; `~` starts what answers all others."""
    marked = re.match(r"\s*[=~]", inside) is not None
    given = _answers(inside, gift) if marked else _lone_number(inside, gift)
    wrong = [one for one in given if not one.right or one.value < FULL]
    right = [one for one in given if one.right and one.value >= FULL]
    if len(right) != 1:
        gift.finding("bank.right_count", count=len(right))
        return None
    number = _number(right[0].text, gift)
    if number is None:
        return None
    draft.kind, draft.answers = "angka", [Answer(number, right=True)]
    draft.right_note = gift.block(right[0].note) if right[0].note else ""
    for one in wrong:
        caught_all = not one.right and not one.text  # `~ # feedback` answers every other number
        if caught_all:
            draft.wrong_note = gift.block(one.note) if one.note else ""
        else:
            gift.warning("bank.weight", weight=f"{one.value}%", what=one.text[:60])
            if one.note:
                gift.warning("bank.feedback", what=one.note[:60])
    return draft


def _lone_number(inside: str, gift: GiftText) -> list[Given]:
    """A number that needs no `=`, its feedback, and behind `~` the feedback to every other number."""
    lone, mark, others = inside.partition("~")
    text, _hash, note = lone.partition("#")
    number = Given(right=True, weight=None, text=text.strip(), note=note.strip())
    return [number, *(_answers(mark + others, gift) if mark else [])]


def _number(text: str, gift: GiftText) -> str | None:
    """`value:tolerance` or `from..to` as the answer line of our kind."""
    low, dots, high = text.partition("..")
    value, _colon, tolerance = text.partition(":")
    try:
        if dots:
            ends = (plain_number(low), plain_number(high))
            written = number_text((ends[0] + ends[1]) / 2, abs(ends[1] - ends[0]) / 2)
        else:
            written = number_text(plain_number(value), plain_number(tolerance or "0"))
    except (ValueError, InvalidOperation):
        gift.finding("bank.number", value=gift.raw(text)[:40])
        return None
    return written
