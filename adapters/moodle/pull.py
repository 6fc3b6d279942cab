"""Pulls what people completed in a Moodle: course after course, a hundred people at a time, only what is new."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from adapters.errors import AdapterError
from adapters.moodle import certificates, completions, site, told
from adapters.moodle.client import open_moodle
from adapters.moodle.contents import Contents, contents_of
from adapters.moodle.courses import Catalogue, Course, read_courses
from adapters.moodle.mapping import read_mapping
from adapters.moodle.memory import CourseMemory, Known, Memory, read_memory
from adapters.moodle.options import MoodleOptions, options_of
from adapters.moodle.people import Member, members
from adapters.moodle.reading import Reader, Told, cannot_read
from adapters.moodle.service import Moodle, MoodleError
from adapters.recording import RefusedRecord
from adapters.records import LearningRecord
from adapters.remote import Connection, Page
from xapi.errors import JampelError

PEOPLE_A_PAGE = 100
QUIET_COURSES = 20  # pages of nothing are put together
DAY = 86_400
MARGIN = 2 * DAY
"""Who opened the course so long before the last run is read again: clocks differ, and Moodle's cron completes later."""
MOST_CRASHES = 20


class MoodlePull:
    """Reads a Moodle through its web services."""

    source = "lms_record"

    def pages(self, connection: Connection, cursor: str) -> Iterator[Page]:
        """As in `RecordPull`. Raises AdapterError, among them `moodle.functions`: the service lacks what is needed."""

        options = options_of(connection)
        moodle = open_moodle(connection, options)
        found = site.site_of(moodle)
        if missing := found.missing():
            raise AdapterError("moodle.functions", "functions missing", names=", ".join(missing))
        home = options.home or found.home
        memory = read_memory(cursor, home)
        memory.begin(int(connection.clock().timestamp()), options.whole_after * DAY)
        mapping = read_mapping(options.mapping, connection.forms) if options.mapping else {}
        catalogue = Catalogue(options, mapping, connection.modules, connection.forms)
        courses = read_courses(moodle, catalogue, home)
        given = _certificates(moodle, found, memory)
        yield from Run(moodle, found, connection, options, memory, given).all(courses)


def _certificates(moodle: Moodle, found: site.Site, memory: Memory) -> certificates.Issued:
    """None where there is no such plugin, or the account may not list them: a number is no part of what counts."""
    if not found.functions.issuperset(site.OF_PLUGINS):
        return {}
    try:
        return certificates.certificates(moodle, max(0, memory.before - MARGIN))
    except MoodleError as error:
        if error.whole:
            raise
        return {}


@dataclass(slots=True)
class Run:
    """One run over the courses."""

    moodle: Moodle
    site: site.Site
    connection: Connection
    options: MoodleOptions
    memory: Memory
    certificates: certificates.Issued
    crashes: int = 0
    _records: list[LearningRecord] = field(default_factory=list)
    _refused: list[RefusedRecord] = field(default_factory=list)

    def all(self, courses: list[Course]) -> Iterator[Page]:
        """The pages of all `courses`; goes on where the memory says."""
        quiet = 0
        for index, course in enumerate(courses):
            if course.number < self.memory.course:
                continue
            if course.number > self.memory.course:
                self.memory.course, self.memory.after = course.number, 0
            for _ in self._course(course):
                yield self._page(index, len(courses))
                quiet = 0
            self.memory.course, self.memory.after = course.number + 1, 0
            quiet += 1
            if self._records or self._refused or quiet >= QUIET_COURSES:
                yield self._page(index + 1, len(courses))
                quiet = 0
        self.memory.end()
        yield self._page(len(courses), len(courses))

    def _page(self, done: int, total: int) -> Page:
        page = Page(records=self._records, cursor=self.memory.write(), refused=self._refused, done=done, total=total)
        self._records, self._refused = [], []
        return page

    def _course(self, course: Course) -> Iterator[None]:
        """Reads a course; each yield is the place for a page."""
        memory = self.memory.of(course.number)
        contents = Contents()
        try:
            if course.open:
                course, contents = contents_of(self.moodle, course, self.site.functions, self.connection.modules)
            self._weigh(course, memory)
            if reader := self._reader(course, contents, memory):
                self._tell_worth(reader, memory)
                yield from self._people(reader, memory)
        except MoodleError as error:
            if error.whole:
                raise
            self._tell_once(memory, course.place, error)
        memory.again = False

    def _weigh(self, course: Course, memory: CourseMemory) -> None:
        """A course that has become worth something is read anew; one that is worth something else is told."""
        worth = f"{course.worth.jp} {course.worth.form}" if course.worth.jp is not None else ""
        if worth and not memory.worth and memory.people:
            memory.people = {person: Known(digest=known.digest) for person, known in memory.people.items()}
            memory.again = True
        elif worth != memory.worth and memory.worth:
            jp, before = _jp(worth), _jp(memory.worth)
            self._refuse(course.place, AdapterError("moodle.worth_changed", worth, before=before, now=jp))
        memory.worth = worth
        if worth:
            memory.told = [code for code in memory.told if not told.is_of_worth(code)]

    def _tell_worth(self, reader: Reader, memory: CourseMemory) -> None:
        """Why the course counts for nothing, unless the modules of ours in it do."""
        problem = reader.course.problem
        if problem is not None and not (problem.code == "moodle.no_jp" and reader.contents.ours):
            self._tell_once(memory, reader.course.place, problem)

    def _reader(self, course: Course, contents: Contents, memory: CourseMemory) -> Reader | None:
        """What reads the people of `course`; None when there is nothing to read."""
        if not course.open:
            self._tell_once(memory, course.place, AdapterError("moodle.course", "the account may not enter"))
            return None
        by_mark = course.pass_mark is not None and completions.GRADES in self.site.functions
        if not (course.completion or by_mark or contents.ours):
            self._tell_once(memory, course.place, AdapterError("moodle.no_completion", "completion is off"))
            return None
        given = {person: code for (number, person), code in self.certificates.items() if number == course.number}
        return Reader(
            moodle=self.moodle,
            home=self.memory.home,
            course=course,
            contents=contents,
            functions=self.site.functions,
            certificates=given,
            zone=self.connection.zone,
            activities=self.options.activities and course.completion,
            criteria=course.completion,
        )

    def _people(self, reader: Reader, memory: CourseMemory) -> Iterator[None]:
        listed = members(self.moodle, reader.course.number, self.memory.home, self.options.nip_fields,
                         after=self.memory.after)  # fmt: skip
        while batch := list(islice(listed, PEOPLE_A_PAGE)):
            seen = Told()
            for member in batch:
                if self._is_due(member, memory):
                    reader = self._member(reader, member, memory, seen)
            self._refused += told.changes(reader.course.place, seen)
            for problem in seen.problems:
                self._tell_once(memory, reader.course.place, problem)
            self.memory.after = batch[-1].number
            yield

    def _is_due(self, member: Member, memory: CourseMemory) -> bool:
        if self.memory.everybody or memory.again or member.hidden:
            return True
        return member.seen >= self.memory.before - MARGIN

    def _member(self, reader: Reader, member: Member, memory: CourseMemory, seen: Told) -> Reader:
        """Reads one person; returns the reader, which may have learnt that the course has no criteria."""
        place = f"{reader.course.title} · {member.number}"
        known = memory.people.get(member.number, Known())
        try:
            records, memory.people[member.number] = reader.read(member, known, seen)
        except MoodleError as error:
            if error.says == completions.NO_CRITERIA and reader.criteria:
                return self._without_criteria(reader, member, memory, seen)
            if error.whole or not error.person:
                raise
            self._refuse(place, error)
        except AdapterError as error:
            if not cannot_read(error) or self.crashes >= MOST_CRASHES or not self.moodle.alive():
                raise
            self.crashes += 1
            self._refuse(place, AdapterError("moodle.crashed", error.detail))
        else:
            self._records += records
        return reader

    def _without_criteria(self, reader: Reader, member: Member, memory: CourseMemory, seen: Told) -> Reader:
        """Moodle follows the activities of the course, and nobody has said which of them complete it."""
        if reader.course.pass_mark is None:
            self._tell_once(memory, reader.course.place, AdapterError("moodle.no_criteria", "no criteria"))
        return self._member(replace(reader, criteria=False), member, memory, seen)

    def _tell_once(self, memory: CourseMemory, place: str, error: JampelError) -> None:
        """A problem of a course is told in the first run that meets it, not in each."""
        if error.code not in memory.told:
            memory.told.append(error.code)
            self._refuse(place, error)

    def _refuse(self, place: str, error: JampelError) -> None:
        self._refused.append(RefusedRecord(place, error))


def _jp(worth: str) -> str:
    jp, _, form = worth.partition(" ")
    return f"{int(jp) / 100:g} JP {form}".strip() if jp else "0 JP"
