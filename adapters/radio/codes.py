"""The code of a form: eight characters that people copy by hand, of which the last finds a slip of the pen."""

import hashlib
from collections.abc import Sequence

from xapi.sheet import plain_name

ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""31 characters: no zero, I, L, O and U, which are read as others. With a prime number of them, a wrong character and
two that changed places always change the last one."""
CHARACTERS = 8
MODULUS = len(ALPHABET)
_SEEN_AS = str.maketrans("IL", "11")


def code_of(*names: str) -> str:
    """The code of a form, `7K3M-Q9TX`: the same wherever and whenever a form of these `names` is printed."""
    number = int.from_bytes(hashlib.sha256("\n".join(map(plain_name, names)).encode()).digest())
    found = []
    for _ in range(CHARACTERS - 1):
        number, place = divmod(number, MODULUS)
        found.append(place)
    return _written([*found, _last(found)])


def read_code(text: str) -> str | None:
    """The code that someone wrote, in any case, with or without signs; None when a character of it must be wrong."""
    plain = "".join(letter for letter in text.upper().translate(_SEEN_AS) if letter.isalnum())
    if len(plain) != CHARACTERS or not set(plain) <= set(ALPHABET):
        return None
    *places, last = map(ALPHABET.index, plain)
    return _written([*places, last]) if last == _last(places) else None


def _last(places: Sequence[int]) -> int:
    return sum(weight * place for weight, place in enumerate(places, 2)) % MODULUS


def _written(places: Sequence[int]) -> str:
    text = "".join(ALPHABET[place] for place in places)
    return f"{text[:4]}-{text[4:]}"
