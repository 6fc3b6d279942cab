"""Each interaction of QTI 2.1 that one of our kinds of question can be."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from scorm_packager.source.banks.draft import Answer, Draft
from scorm_packager.source.banks.numbers import number_text, plain_number
from scorm_packager.source.banks.qti_item import Item, Response, words
from scorm_packager.source.banks.texts import from_plain

NUMBERS = ("integer", "float")


def _response(item: Item, interaction: Any) -> Response:
    return item.response(interaction.get("responseIdentifier") or "")


def _bare(item: Item, element: Any) -> str:
    """The text of a choice of a kind whose choices have no feedback."""
    for note in element.iterchildren("{*}feedbackInline"):
        item.warning("bank.feedback", note, what=words(note)[:60])
    return item.inline(element, without=("feedbackInline",))


def _note_weights(item: Item, interaction: Any, response: Response) -> None:
    """Points for a part of the answer, and points that are taken away, are not kept: a question is all or nothing."""
    for value, points in response.mapping.items():
        if points < 0 or (response.right and points > 0 and value not in response.right):
            item.warning("bank.weight", interaction, weight=f"{points}", what=value[:60])


def _choice(item: Item, interaction: Any, draft: Draft) -> None:
    response = _response(item, interaction)
    choices = list(interaction.iterchildren("{*}simpleChoice"))
    several = response.cardinality == "multiple" or interaction.get("maxChoices", "1") != "1"
    right = set(response.best)
    if not right and not several:
        draft.kind = "skala"  # nothing is right: a survey
        draft.answers = [Answer(_bare(item, choice)) for choice in choices]
        return
    draft.kind = "pilihan-jamak" if several and response.cardinality == "multiple" else "pilihan"
    draft.shuffle = interaction.get("shuffle") == "true" and not any(one.get("fixed") == "true" for one in choices)
    for choice in choices:
        notes = [item.block(note) for note in choice.iterchildren("{*}feedbackInline")]
        text = item.inline(choice, without=("feedbackInline",))
        draft.answers.append(
            Answer(text, choice.get("identifier") in right, "\n\n".join(note for note in notes if note))
        )
    _note_weights(item, interaction, response)
    _need_right(item, interaction, draft)


def _need_right(item: Item, interaction: Any, draft: Draft) -> None:
    count = sum(answer.right for answer in draft.answers)
    if count == 0 or (draft.kind == "pilihan" and count > 1):
        item.finding("bank.right_count", interaction, count=count)


def _inline_choice(item: Item, interaction: Any, draft: Draft) -> None:
    response = _response(item, interaction)
    draft.kind = "pilihan"
    for choice in interaction.iterchildren("{*}inlineChoice"):
        draft.answers.append(Answer(_bare(item, choice), choice.get("identifier") in response.best))
    _note_weights(item, interaction, response)
    _need_right(item, interaction, draft)


def _order(item: Item, interaction: Any, draft: Draft) -> None:
    choices = {one.get("identifier"): one for one in interaction.iterchildren("{*}simpleChoice")}
    right = _response(item, interaction).right
    draft.kind = "urutkan"
    if not right or sorted(right) != sorted(filter(None, choices)):
        item.finding("bank.right_unclear", interaction)
        return
    draft.answers = [Answer(_bare(item, choices[name])) for name in right]


def _match(item: Item, interaction: Any, draft: Draft) -> None:
    sets = list(interaction.iterchildren("{*}simpleMatchSet"))
    if len(sets) != 2:
        item.finding("bank.right_unclear", interaction)
        return
    left, right = ({one.get("identifier") or "": one for one in group} for group in sets)
    _pairs(item, interaction, draft, (left, right))


def _associate(item: Item, interaction: Any, draft: Draft) -> None:
    choices = {one.get("identifier") or "": one for one in interaction.iterchildren("{*}simpleAssociableChoice")}
    _pairs(item, interaction, draft, (choices, choices))


def _pairs(item: Item, interaction: Any, draft: Draft, sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Each left side with its one partner; right sides without a partner stay as false tracks."""
    response = _response(item, interaction)
    pairs = [value.split() for value in response.best]
    draft.kind = "jodohkan"
    firsts, seconds = [pair[0] for pair in pairs if pair], [pair[-1] for pair in pairs if pair]
    clear = (
        all(len(pair) == 2 and pair[0] in sides[0] and pair[1] in sides[1] for pair in pairs)
        and len(set(firsts)) == len(firsts)
        and (sides[0] is not sides[1] or len({*firsts, *seconds}) == 2 * len(pairs))
        and bool(pairs)
    )
    lone = set(sides[0]) - set(firsts) if sides[0] is not sides[1] else set(sides[0]) - set(firsts) - set(seconds)
    if not clear or lone:
        item.finding("bank.right_unclear", interaction)
        return
    draft.answers = [Answer(_bare(item, sides[0][a]), partner=_bare(item, sides[1][b])) for a, b in pairs]
    if sides[0] is not sides[1]:
        draft.extra = [_bare(item, one) for name, one in sides[1].items() if name not in seconds]
    _note_weights(item, interaction, response)


def _text_entry(item: Item, interaction: Any, draft: Draft) -> None:
    response = _response(item, interaction)
    if response.base in NUMBERS:
        _number(item, interaction, draft, response)
        return
    best = max(response.mapping.values(), default=Decimal(0))
    whole = [value for value, points in response.mapping.items() if points == best and points > 0]
    accepted = list(dict.fromkeys(" ".join(value.split()) for value in [*response.right, *whole] if value.strip()))
    for value, points in response.mapping.items():
        if " ".join(value.split()) not in accepted:
            item.warning("bank.weight", interaction, weight=f"{points}", what=value[:60])
    if not accepted:
        item.finding("bank.right_count", interaction, count=0)
        return
    draft.kind = "isian"
    draft.case_sensitive = bool(response.exact)
    folded = dict.fromkeys(accepted) if draft.case_sensitive else {value.casefold(): value for value in accepted}
    draft.answers = [
        Answer(value, right=True) for value in (folded if draft.case_sensitive else folded.values()) if value
    ]


def _number(item: Item, interaction: Any, draft: Draft, response: Response) -> None:
    """The right number; its tolerance stands in the processing (`equal`, toleranceMode absolute)."""
    if len(response.best) != 1:
        item.finding("bank.right_count", interaction, count=len(response.best))
        return
    equal = next((one for one in item.root.iter("{*}equal") if one.get("toleranceMode") == "absolute"), None)
    ends = (equal.get("tolerance") or "0").split() if equal is not None else ["0"]
    try:
        widths = [plain_number(end) for end in ends]
        if len(set(widths)) != 1:
            item.warning("bank.tolerance", equal, value=" ".join(ends)[:40])
        text = number_text(plain_number(response.best[0]), min(widths))
    except (ValueError, ArithmeticError):
        item.finding("bank.number", interaction, value=response.best[0][:40])
        return
    draft.kind, draft.answers = "angka", [Answer(text, right=True)]


def _extended_text(item: Item, interaction: Any, draft: Draft) -> None:
    from_author = _response(item, interaction).right
    draft.kind, draft.model = "uraian", "\n\n".join(map(from_plain, from_author))


KINDS: dict[str, Callable[[Item, Any, Draft], None]] = {
    "choiceInteraction": _choice,
    "inlineChoiceInteraction": _inline_choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "textEntryInteraction": _text_entry,
    "extendedTextInteraction": _extended_text,
}
