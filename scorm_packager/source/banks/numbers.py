"""Numbers of other programs as the answer line of our numeric questions."""

import re
from decimal import Decimal

SHAPE = re.compile(r"[-+]?(\d{1,15}(\.\d{0,12})?|\.\d{1,12})([eE][-+]?\d{1,2})?")
MOST_DIGITS, MOST_DECIMALS = 15, 12


def plain_number(text: str) -> Decimal:
    """The number that `text` is, with a point for decimals; raises ValueError for anything else."""
    if not SHAPE.fullmatch(text.strip()):
        raise ValueError(text)
    return Decimal(text.strip())


def number_text(value: Decimal, tolerance: Decimal) -> str:
    """`20.5 ± 0.5`; raises ValueError when it has more digits than a question can have."""
    if tolerance < 0:
        raise ValueError(str(tolerance))
    return f"{_written(value)} ± {_written(tolerance)}" if tolerance else _written(value)


def _written(number: Decimal) -> str:
    text = f"{number.normalize():f}"
    whole, _point, decimals = text.lstrip("-").partition(".")
    if len(whole) > MOST_DIGITS or len(decimals) > MOST_DECIMALS:
        raise ValueError(text)
    return f"{text}0" if len(decimals) == 3 else text  # `1.125` could be read as a thousand and more
