"""What earlier runs have read of a Moodle, kept as the cursor of a pull: a few bytes for each person of a course.

Moodle tells hardly anything "since": the memory is what makes a second run quick, and what notices that a completion
was withdrawn. A statement's id makes a repetition harmless, so a lost memory costs time and nothing else.
"""

import base64
import binascii
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from adapters.errors import AdapterError

VERSION = 1
NO_SCORE = -1
_ENTRY = struct.Struct("<IIhI")
_MOST_PACKED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Known:
    """What was last read of a person in a course: `done`, when it was completed (0: not), `score` in thousandths, and
    a `digest` of the activities."""

    done: int = 0
    score: int = NO_SCORE
    digest: int = 0


@dataclass(slots=True)
class CourseMemory:
    """One course: the `worth` it had, codes of problems that were `told`, its people by number; `again`: all of them
    have to be read once more, because the course has become worth something."""

    worth: str = ""
    told: list[str] = field(default_factory=list)
    again: bool = False
    people: dict[int, Known] = field(default_factory=dict)


class _Kept(msgspec.Struct, omit_defaults=True):
    w: str = ""
    t: list[str] = []
    a: bool = False
    p: str = ""


class _Cursor(msgspec.Struct, omit_defaults=True):
    v: int
    home: str
    begun: int = 0
    before: int = 0
    whole: int = 0
    all: bool = False
    running: bool = False
    course: int = 0
    after: int = 0
    courses: dict[str, _Kept] = {}


@dataclass(slots=True)
class Memory:
    """All of it. Times are seconds since 1970.

    `begun`: when this run began, `before` the run before it, `whole` the last that read everybody. `everybody`: this
    one does. `running`: it has not come to its end; it goes on in `course` with the people `after` a number.
    """

    home: str
    begun: int = 0
    before: int = 0
    whole: int = 0
    everybody: bool = True
    running: bool = False
    course: int = 0
    after: int = 0
    _courses: dict[int, CourseMemory] = field(default_factory=dict)
    _packed: dict[int, _Kept] = field(default_factory=dict)

    def of(self, course: int) -> CourseMemory:
        """The memory of a course, which the caller may change."""
        if course not in self._courses:
            self._courses[course] = _unpacked(self._packed.get(course, _Kept()))
        return self._courses[course]

    def begin(self, now: int, whole_after: int) -> None:
        """Begins a run, unless one is to be gone on with. `whole_after` is in seconds."""
        if self.running:
            return
        self.before, self.begun = self.begun, now
        self.everybody = not self.whole or now - self.whole >= whole_after
        self.running, self.course, self.after = True, 0, 0

    def end(self) -> None:
        """Everything was read."""
        if self.everybody:
            self.whole = self.begun
        self.running, self.course, self.after = False, 0, 0

    def write(self) -> str:
        """The cursor."""
        for number, course in self._courses.items():
            self._packed[number] = _packed(course)
        for number in [one for one in self._courses if one != self.course]:
            del self._courses[number]
        kept = {str(number): one for number, one in self._packed.items() if one != _Kept()}
        return msgspec.json.encode(
            _Cursor(VERSION, self.home, self.begun, self.before, self.whole, self.everybody, self.running,
                    self.course, self.after, kept)
        ).decode()  # fmt: skip


def read_memory(cursor: str, home: str) -> Memory:
    """The memory in `cursor`, of the Moodle at `home`.

    Raises AdapterError `moodle.cursor` when it is none of ours, `moodle.moved` when it is of another address.
    """
    if not cursor:
        return Memory(home)
    try:
        found = msgspec.json.decode(cursor, type=_Cursor)
        packed = {int(number): kept for number, kept in found.courses.items()}
    except (msgspec.DecodeError, ValueError, RecursionError) as cause:
        raise AdapterError("moodle.cursor", "no cursor of ours") from cause
    if found.v != VERSION:
        raise AdapterError("moodle.cursor", "a cursor of another version")
    if found.home != home:
        raise AdapterError("moodle.moved", "another address", now=home, before=found.home[:200])
    return Memory(home, found.begun, found.before, found.whole, found.all, found.running, found.course, found.after,
                  _packed=packed)  # fmt: skip


def _packed(course: CourseMemory) -> _Kept:
    return _Kept(course.worth, course.told, course.again, _people(course.people))


def _people(people: Mapping[int, Known]) -> str:
    """Sorted by number and written as differences, so that it packs well."""
    last, entries = 0, []
    for number in sorted(people):
        one = people[number]
        if one != Known():
            entries.append(_ENTRY.pack(number - last, one.done, one.score, one.digest))
            last = number
    return base64.b85encode(zlib.compress(b"".join(entries), 6)).decode() if entries else ""


def _unpacked(kept: _Kept) -> CourseMemory:
    people: dict[int, Known] = {}
    try:
        packer = zlib.decompressobj()
        plain = packer.decompress(base64.b85decode(kept.p), _MOST_PACKED) if kept.p else b""
        if kept.p and not packer.eof:
            raise ValueError("cut short, or far too large")
        last = 0
        for step, done, score, digest in _ENTRY.iter_unpack(plain):
            last += step
            people[last] = Known(done, score, digest)
    except (ValueError, binascii.Error, zlib.error, struct.error) as cause:
        raise AdapterError("moodle.cursor", "a broken cursor") from cause
    return CourseMemory(kept.w, list(kept.t), kept.a, people)
