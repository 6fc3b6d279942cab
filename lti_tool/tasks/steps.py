"""The steps of long work, and how work tells which one it is at."""

from typing import Protocol

READ, RECKON, WRITE, SEAL = "read", "reckon", "write", "seal"
COMPARE, APPLY, GATHER = "compare", "apply", "gather"


class Tell(Protocol):
    """Says how far work is: `done` of `whole` in `step`. Raises Cancelled when it shall end."""

    def __call__(self, step: str, done: int = 0, whole: int = 0) -> None:
        """Tells it."""
        ...
