"""How an upload is shown while it is built, on whatever page its author looks: its step, its document, its time."""

import re
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from lti_tool.house.model import Build
from lti_tool.upload_reading import Reading
from lti_tool.web.context import services

STEPS = ("waiting", "reading", "checking", "media", "done")
#: A result is told in the library for so long; afterwards it stands in the list of uploads alone.
NEWS = timedelta(days=1)
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, and whether it is `done`, `now` or still to come (empty)."""

    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Progress:
    """An upload that is being built: `at` is its step's number of `last`, `elapsed` its time so far, in words.

    `document` says which document is being read and how far it is, empty where none is; `share` is that as a part, 0-1.
    """

    build: Build
    words: str
    at: int
    last: int
    steps: tuple[Step, ...]
    elapsed: str
    document: str
    share: float


def progress_of(build: Build) -> Progress:
    """How far `build` is now."""
    at = STEPS.index(build.state) if build.state in STEPS else 0
    states = {True: "done", False: ""}
    steps = tuple(
        Step(step_name(name), "now" if number == at else states[number < at])
        for number, name in enumerate(STEPS)
        if number
    )
    reading = services().uploads.reading(build)
    document, share = (_document(reading), reading.share) if reading else ("", 0.0)
    return Progress(build, step_name(build.state), at, len(STEPS) - 1, steps, _elapsed(build), document, share)


def _document(reading: Reading) -> str:
    if not reading.whole:
        return _("Membaca %(file)s", file=reading.file)
    return _("%(file)s: halaman %(done)s dari %(whole)s", file=reading.file, done=reading.done, whole=reading.whole)


def _elapsed(build: Build) -> str:
    minutes = int((services().clock() - build.created).total_seconds()) // MINUTE
    if minutes < 1:
        return _("baru mulai")
    return ngettext("berjalan %(num)s menit", "berjalan %(num)s menit", minutes)


def under_way(account: str) -> Progress | None:
    """The upload of `account` that is being built."""
    newest = next(iter(services().house.builds.of(account, 1)), None)
    return progress_of(newest) if newest is not None and newest.is_open else None


def news_of(account: str) -> Build | None:
    """The last upload of `account`, when it has ended lately and there is still something to do about it."""
    newest = next(iter(services().house.builds.of(account, 1)), None)
    if newest is None or newest.is_open or newest.changed < services().clock() - NEWS:
        return None
    module = services().library.by_digest(newest.digest) if newest.digest else None
    return newest if newest.state == "failed" or (module is not None and module.draft) else None


def with_code(sentence: str) -> Markup:
    """`sentence` with what stands between backticks, words to type or to look for, set as such."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 - escaped before


def step_name(state: str) -> str:
    """A step of a build in words."""
    names = {
        "waiting": _("Menunggu giliran"),
        "reading": _("Membuka zip"),
        "checking": _("Memeriksa halaman, soal, dan dokumen"),
        "media": _("Menyalin gambar dan video"),
        "done": _("Draf siap"),
        "failed": _("Gagal"),
    }
    return names[state]
