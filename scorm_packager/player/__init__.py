"""The one JavaScript player: which scripts and styles a page needs, in loading order.

The sources lie beside this module as people write them, `packed` what `tools.player` made of them, and `player_files`
joins those to one script and one style sheet. A page holds `<div id="jampel">`, the course and the configuration as
JSON (`#jampel-course`, `#jampel-config`), the style sheet, and then the script with one transport, as a classic script.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
PACKED = FOLDER / "packed"
#: Files of words: a package holds one language of them.
WORDS: tuple[str, ...] = ("words.js", "words-later.js", "words-export.js")
LANGUAGES = ("id", "en")
STYLES: tuple[str, ...] = ("player.css",)
_BEFORE = (
    "words.js",
    "element.js",
    "bits.js",
    "draw.js",
    "watched.js",
    "course.js",
    "state.js",
    "session.js",
    "pages.js",
)
_SCREEN = ("player.js", "status.js")
#: What reading does without: questions, media and the result come after the first screen.
LATER: tuple[str, ...] = (
    "words-later.js",
    "judge.js",
    "answers.js",
    "questions.js",
    "review.js",
    "result.js",
    "media.js",
)
#: What belongs to the screen of one transport alone.
_OWN: dict[str, tuple[str, ...]] = {"web": ("words-export.js", "export.js")}
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
    spoken = (*_BEFORE, *_SHARED[transport], *beside, f"transport-{transport}.js")
    return (*spoken, *_SCREEN, *_OWN.get(transport, ()), "start.js", *LATER)
