"""The one JavaScript player: which scripts and styles a page needs, in loading order, and which come later.

The sources lie beside this module as people write them, `packed` what `tools.player` made of them, and `player_files`
joins those to one script and one style sheet, and to the parts that come later. A page holds `<div id="jampel">`, the
course and the configuration as JSON (`#jampel-course`, `#jampel-config`), the style sheet, and then the script with
one transport, as a classic script.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
PACKED = FOLDER / "packed"
#: Files of words: a package holds one language of them.
WORDS: tuple[str, ...] = (
    "words.js",
    "words-questions.js",
    "words-media.js",
    "words-result.js",
    "words-export.js",
)
LANGUAGES = ("id", "en")
STYLES: tuple[str, ...] = ("player.css",)
#: The look of what the parts below draw.
LATER_STYLES: tuple[str, ...] = ("later.css",)
#: Like beside like: a compressed script finds what it repeats.
_BEFORE = ("bits.js", "state.js", "draw.js", "watched.js", "session.js", "course.js")
_SCREEN = ("element.js", "pages.js", "player.js", "status.js", "words.js", "start.js")
#: What reading does without, by the name of its file: each part comes after the first screen, where a course needs it.
PARTS: dict[str, tuple[str, ...]] = {
    "soal": (
        "answers.js",
        "judge.js",
        "statements-answers.js",
        "session-answers.js",
        "review.js",
        "questions.js",
        "words-questions.js",
    ),
    "media": ("words-media.js", "session-media.js", "statements-media.js", "media.js"),
    "hasil": ("words-result.js", "result.js", "words-export.js", "export.js"),
}
LATER: tuple[str, ...] = tuple(name for names in PARTS.values() for name in names)
#: Of these scripts the ones that only some pages have: those with another script.
_ONLY_WITH = {
    "statements-answers.js": "statements.js",
    "statements-media.js": "statements.js",
    "words-export.js": "transport-web.js",
    "export.js": "transport-web.js",
}
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
    later = (name for name in LATER if name not in _ONLY_WITH or _ONLY_WITH[name] in spoken)
    return (*spoken, *_SCREEN, *later)
