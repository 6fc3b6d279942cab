"""The player's own long names, which a package holds as two letters: methods, fields and the keys of its words.

They stand in `player_names.txt`. None may be known outside the player's sources: not to a browser, a course, the
settings of a page, a saved record or a standard; `test_player_packed.py` and `test_player_names.py` look after
that, except for what a browser is handed, like `preventScroll`.

A name is as short by its line, for good: a browser may still hold a part of the player from an older package. So new
names come at the end, and one that the player no longer has gives its line to `GONE`.
"""

from itertools import product
from pathlib import Path
from string import ascii_letters, digits

GONE = "-"
LINES = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split()
NAMES = [name for name in LINES if name != GONE]
#: "h1" is a tag already.
LETTERS = ascii_letters.replace("h", "")


def short_names() -> dict[str, str]:
    """By each name what stands for it: a letter and a digit."""
    letters = ("".join(pair) for pair in product(LETTERS, digits))
    return {name: short for name, short in zip(LINES, letters, strict=False) if name != GONE}
