"""Experience API for Jampel: statements, a durable recorder, an embedded LRS and the JP audit."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xapi.recorder import Recorder

__all__ = ["Recorder"]


def __getattr__(name: str) -> object:
    """`from xapi import Recorder` works, and `import xapi` alone loads nothing."""
    if name == "Recorder":
        from xapi.recorder import Recorder

        return Recorder
    raise AttributeError(f"module 'xapi' has no attribute {name!r}")
