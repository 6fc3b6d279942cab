"""Numbers as people type them into a table, with a comma or a dot as the decimal sign; nothing is guessed."""

from decimal import Decimal, InvalidOperation


def decimal_of(text: str) -> Decimal | None:
    """The number in `text`, None when it is none.

    One comma or one dot is the decimal sign; both together are too ambiguous to guess.
    """
    if text.count(",") + text.count(".") > 1 or not set(text) <= set("-0123456789.,"):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
