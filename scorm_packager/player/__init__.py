"""The one JavaScript player: which scripts and styles a page needs, in loading order.

The files lie beside this module and are copied as they are, without a build step. A page holds `<div id="jampel">`,
the course and the configuration as JSON (`#jampel-course`, `#jampel-config`), the stylesheets, and then the scripts of
one transport, all as classic scripts.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
STYLES: tuple[str, ...] = ("player.css",)
TRANSPORTS: tuple[str, ...] = ("scorm12", "web", "xapi")
_BEFORE = ("words.js", "bits.js", "draw.js", "watched.js", "course.js", "state.js", "session.js")
_AFTER = ("questions.js", "review.js", "player.js")


def script_names(transport: str) -> tuple[str, ...]:
    """The scripts of a page in loading order, names of files in `FOLDER`, for `transport`, one of `TRANSPORTS`.

    Raises ValueError for a transport that the player does not have.
    """
    if transport not in TRANSPORTS:
        raise ValueError(f"the player has no transport {transport!r}; it has {', '.join(TRANSPORTS)}")
    return (*_BEFORE, f"transport-{transport}.js", *_AFTER)
