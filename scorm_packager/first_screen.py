"""What of a course the first screen needs, and what may come later, page by page, over a slow link.

A short course stands in its page whole. Of a long one the page holds an outline: the text of the first page, the
titles, and of each question the numbers alone. The rest comes as classic scripts (`isi/1.js` with the questions of the
first page, `isi/2.js`, …), which a browser also loads from a disk, where it refuses every other way.
"""

import re
from typing import Any

import msgspec

from scorm_packager.course import Course, encode_course

FOLDER = "isi"
#: Bytes of a course that may stand in its page whole: with the player, the first screen stays below 100 KB.
SHORT = 10_000
CALL = b"Jampel.page"
MEDIUM = re.compile(r' data-medium="([^"]+)"')


class Split(msgspec.Struct, frozen=True):
    """A course in parts.

    `outline` is the JSON in the page of the course, `later` the scripts of the pages after the first, or none, and
    `first` the script of the questions on the first page, empty where there is none.
    """

    outline: bytes
    later: tuple[bytes, ...] = ()
    first: bytes = b""

    def scripts(self) -> dict[int, bytes]:
        """The scripts by the number of their page, counted from 1."""
        return ({1: self.first} if self.first else {}) | dict(enumerate(self.later, 2))


def split_course(course: Course) -> Split:
    """The course as the player gets it, the same bytes for the same course."""
    whole = encode_course(course)
    if len(whole) <= SHORT or (len(course.pages) == 1 and not course.pages[0].questions):
        return Split(whole)
    raw = msgspec.json.decode(whole)
    first, *others = raw["pages"]
    later = tuple(_script(raw, number) for number in range(1, len(raw["pages"])))
    shapes: list[dict[str, Any]] = []
    questions = {name: _place(shape(question), shapes) for name, question in raw["questions"].items()}
    pages = [first, *(_title(page) for page in others)]
    outline = {**raw, "later": f"{FOLDER}/", "pages": pages, "questions": questions, "shapes": shapes}
    return Split(msgspec.json.encode(outline), later, _script(raw, 0) if first["questions"] else b"")


def script_name(number: int) -> str:
    """Where the script of page `number`, counted from 1, lies in a package."""
    return f"{FOLDER}/{number}.js"


def shape(question: dict[str, Any]) -> dict[str, Any]:
    """Of a question what scores and saved answers need: its kind, its numbers, and how long its lists are, as `[n]`.

    One point is what a question has unless it says otherwise, and is left out.
    """
    kept: dict[str, Any] = {"kind": question["kind"]}
    for name, value in question.items():
        if isinstance(value, int | float) and (name, value) != ("points", 1):
            kept[name] = value
        elif isinstance(value, list):
            kept[name] = [len(value)]
    return kept


def _place(one: dict[str, Any], shapes: list[dict[str, Any]]) -> int:
    """Where `one` stands in `shapes`: the questions of a course have a few shapes between them."""
    if one not in shapes:
        shapes.append(one)
    return shapes.index(one)


def _title(page: dict[str, Any]) -> list[Any]:
    """A page without its text: id, title, questions, and the media it shows, for what a learner still misses."""
    parts = [page["id"], page["title"], page["questions"], MEDIUM.findall(page["html"])]
    while not parts[-1]:
        parts.pop()
    return parts


def _script(raw: dict[str, Any], index: int) -> bytes:
    """The script that hands one page to the player; the digest tells it from a page of another version."""
    page = raw["pages"][index]
    text = {"html": page["html"]} if index else {}  # that of the first page stands in the page of the course
    body = text | {"questions": {name: raw["questions"][name] for name in page["questions"]}}
    return b'%s("%s",%d,%s);\n' % (CALL, raw["digest"].encode(), index, _in_a_script(msgspec.json.encode(body)))


def _in_a_script(body: bytes) -> bytes:
    """JSON as JavaScript of every age: two characters once ended a line there."""
    return body.replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")
