"""Asks the person at the terminal a question that is answered with ya or tidak, in the language of the command."""

import click

from lti_tool.console import words

#: What counts in either language: whoever works with English programs types y and n without looking.
_YES = frozenset({"y", "ya", "yes"})
_NO = frozenset({"", "t", "tidak", "n", "no"})


def agreed(question: str) -> bool:
    """Whether the person says yes to `question`, on stderr; an empty answer is no, and anything else is asked again.

    Raises click.Abort when they break off.
    """
    answers = words("[y/T]")
    asked = f"{question} {answers}"
    return bool(click.prompt(asked, default="", show_default=False, value_proc=_yes_or_no, err=True))


def _yes_or_no(answer: str) -> bool:
    said = answer.strip().casefold()
    if said not in _YES | _NO:
        raise click.BadParameter(words("Jawab dengan ya atau tidak."))
    return said in _YES
