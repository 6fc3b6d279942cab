"""The model of a course: what a module folder means, the same for every format and for the player.

The structs encode to the JSON that the player reads (`format` 1). Questions are a tagged union on `kind`.
JP is an integer in hundredths. Paths of pictures and videos inside `html` are relative and begin with `aset/`.
"""

from pathlib import Path
from typing import Literal

import msgspec

COURSE_FORMAT = 1
ASSET_FOLDER = "aset"


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """What a learner reads after an answer, as HTML, or None."""

    correct: str | None = None
    incorrect: str | None = None


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One option of a choice question; `html` is inline, `feedback` is block HTML or None."""

    id: str
    html: str
    correct: bool
    feedback: str | None = None


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One pair of a matching question, both sides inline HTML."""

    id: str
    left: str
    right: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an ordering question, inline HTML; the items stand in the right order."""

    id: str
    html: str


class QuestionBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every question has. `prompt` and `hint` are block HTML; a question earns `points` or 0.

    With 0 points it is not judged: its answer is neither right nor wrong. `attempts` is how often it may be tried in
    one round, None without a limit.
    """

    id: str
    prompt: str
    points: int = 1
    feedback: Feedback = Feedback()
    hint: str | None = None
    attempts: int | None = None


class Choice(QuestionBase, frozen=True, kw_only=True, tag="choice"):
    """One right option; the player shuffles the options when `shuffle` says so."""

    options: tuple[Option, ...]
    shuffle: bool | None = None


class Multiple(QuestionBase, frozen=True, kw_only=True, tag="multiple"):
    """One or more right options, all or nothing."""

    options: tuple[Option, ...]
    shuffle: bool | None = None


class TrueFalse(QuestionBase, frozen=True, kw_only=True, tag="true-false"):
    """A statement that is true or false."""

    answer: bool


class Matching(QuestionBase, frozen=True, kw_only=True, tag="matching"):
    """Pairs to find, all or nothing; `extra` are right sides without a partner, inline HTML."""

    pairs: tuple[Pair, ...]
    extra: tuple[str, ...] = ()


class Ordering(QuestionBase, frozen=True, kw_only=True, tag="ordering"):
    """Items to bring into order, all or nothing; the player shuffles them."""

    items: tuple[Item, ...]


class FillIn(QuestionBase, frozen=True, kw_only=True, tag="fill-in"):
    """A short text; any of `accepted` is right."""

    accepted: tuple[str, ...]
    case_sensitive: bool = False


class Numeric(QuestionBase, frozen=True, kw_only=True, tag="numeric"):
    """A number; right when it is within `tolerance` of `value`."""

    value: float
    tolerance: float = 0.0
    unit: str | None = None


class ShortText(QuestionBase, frozen=True, kw_only=True, tag="short-text"):
    """An open answer of at least `least_words` words.

    With `keywords` it is right when it holds each of them in one of its spellings; without them it has no points and is
    not judged. `model` is an answer to compare with, block HTML, shown afterwards.
    """

    keywords: tuple[tuple[str, ...], ...] = ()
    least_words: int = 0
    model: str | None = None


class Likert(QuestionBase, frozen=True, kw_only=True, tag="likert"):
    """A statement with a scale, from one end to the other; it has no points and no right answer."""

    options: tuple[Option, ...]


Question = Choice | Multiple | TrueFalse | Matching | Ordering | FillIn | Numeric | ShortText | Likert


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """Questions of one page of which each learner gets `draw`, chosen anew in each round."""

    id: str
    draw: int
    questions: tuple[str, ...]


Review = Literal["full", "own", "none"]
MediumKind = Literal["video", "audio", "document"]


class Medium(msgspec.Struct, frozen=True, kw_only=True):
    """Something that takes time on a page: a film, a recording, or a document shown page by page.

    The element in the page's HTML carries `data-medium` with this `id`: the `video` or `audio` element itself, or the
    `figure` of a document, whose pages carry `data-lembar` with their number from 1. `seconds` is how long a film or a
    recording plays, from its container, or None when that cannot be told; `pages` counts those of a document. A medium
    that stands on several pages is one medium.
    """

    id: str
    kind: MediumKind
    seconds: float | None = None
    pages: int = 0


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page; `questions` are ids in the order they stand in `html`."""

    id: str
    title: str
    html: str
    questions: tuple[str, ...] = ()


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A whole module. `jp` is in hundredths, `mastery` in percent (None without questions), `minutes` of study time.

    `rounds` is how often all questions may be done, None without a limit. `review` is what a learner sees at the end:
    answers and right answers (`full`), answers only (`own`), or nothing.
    `media` stand in the order in which they first appear. `watch` is how much (percent) of every film and recording
    must be played, and of every document be seen, before the module is complete; None asks nothing.
    `digest` is the SHA-256 (hex) of all sources, so two courses with one digest are the same course.
    """

    format: int = COURSE_FORMAT
    id: str
    iri: str
    version: str
    digest: str
    title: str
    language: str
    description: str
    jp: int
    bentuk: str
    mastery: int | None
    competency: str
    authors: tuple[str, ...]
    institution: str
    licence: str
    minutes: int
    rounds: int | None = None
    review: Review = "full"
    pools: tuple[Pool, ...] = ()
    pages: tuple[Page, ...]
    questions: dict[str, Question]
    media: tuple[Medium, ...] = ()
    watch: int | None = None
    competency_code: str = ""
    standard: str = ""


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to a course: `path` inside the package (`aset/…`), `source` on disk, size in bytes."""

    path: str
    source: Path
    size: int
    sha256: str


def encode_course(course: Course) -> bytes:
    """The course as JSON in UTF-8, the same bytes for the same course."""
    return msgspec.json.encode(course)


def decode_course(body: bytes) -> Course:
    """The course in `body`; raises `msgspec.ValidationError` when it is not one."""
    return msgspec.json.decode(body, type=Course)
