"""The one JavaScript player: which scripts and styles a page needs, in loading order.

The sources lie beside this module as people write them, `packed` what `tools.player` made of them, and `player_files`
joins those to one script and one style sheet. A page holds `<div id="jampel">`, the course and the configuration as
JSON (`#jampel-course`, `#jampel-config`), the style sheet, and then the script with one transport, as a classic script.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
PACKED = FOLDER / "packed"
WORDS = "words.js"
LANGUAGES = ("id", "en")
STYLES: tuple[str, ...] = ("player.css",)
TRANSPORTS: tuple[str, ...] = ("scorm12", "web", "xapi")
_BEFORE = (WORDS, "bits.js", "draw.js", "watched.js", "course.js", "state.js", "session.js", "pages.js")
_AFTER = ("questions.js", "review.js", "player.js", "result.js", "status.js", "media.js", "start.js")


def script_names(transport: str) -> tuple[str, ...]:
    """The scripts of a page in loading order, names of files in `FOLDER`, for `transport`, one of `TRANSPORTS`.

    Raises ValueError for a transport that the player does not have.
    """
    if transport not in TRANSPORTS:
        raise ValueError(f"the player has no transport {transport!r}; it has {', '.join(TRANSPORTS)}")
    return (*_BEFORE, f"transport-{transport}.js", *_AFTER)
