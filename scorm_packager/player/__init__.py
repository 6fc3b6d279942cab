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
_BEFORE = (
    WORDS,
    "element.js",
    "bits.js",
    "draw.js",
    "watched.js",
    "course.js",
    "state.js",
    "session.js",
    "pages.js",
    "answers.js",
)
_AFTER = ("player.js", "status.js", "start.js")
#: What a page without questions and media does without: it comes after the first screen.
LATER: tuple[str, ...] = ("questions.js", "review.js", "result.js", "export.js", "media.js")
_STATEMENTS = ("statements.js", "outbox.js")
_SHARED: dict[str, tuple[str, ...]] = {
    "scorm12": ("scorm.js",),
    "scorm2004": ("scorm.js",),
    "cmi5": ("mirror.js", *_STATEMENTS, "transport-xapi.js"),
    "tincan": ("mirror.js", *_STATEMENTS, "transport-xapi.js"),
    "web": ("mirror.js", "statements.js"),
    "xapi": ("mirror.js", *_STATEMENTS),
}
TRANSPORTS: tuple[str, ...] = tuple(_SHARED)
#: Transports of an LMS's own data, which can send statements to an LRS beside it.
WITH_RECORDS: tuple[str, ...] = ("scorm12", "scorm2004")


def script_names(transport: str, *, records: bool = False) -> tuple[str, ...]:
    """The scripts of a page in loading order, names of files in `FOLDER`, for `transport`, one of `TRANSPORTS`.

    With `records` the page also sends statements to an LRS, where the transport is one of `WITH_RECORDS`.
    Raises ValueError for a transport that the player does not have.
    """
    if transport not in TRANSPORTS:
        raise ValueError(f"the player has no transport {transport!r}; it has {', '.join(TRANSPORTS)}")
    beside = (*_STATEMENTS, "records.js") if records and transport in WITH_RECORDS else ()
    return (*_BEFORE, *_SHARED[transport], *beside, f"transport-{transport}.js", *_AFTER, *LATER)
