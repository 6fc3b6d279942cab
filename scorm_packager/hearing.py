"""How far the reading of a module is, told to whoever waits for it."""

from collections.abc import Callable

#: Hears of a file by its path in the module, of how many of its pages are done, and of how many in all: 0 while nobody
#: knows. It is called between two pieces of work and must come back soon; what it raises ends the reading.
Hear = Callable[[str, int, int], None]


def nobody(_file: str, _done: int, _whole: int) -> None:
    """Nobody listens."""
