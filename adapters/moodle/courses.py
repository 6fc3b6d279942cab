"""The courses of a Moodle, and what each is worth: by a table or by fields of the course, never guessed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from adapters.cells import hundredths_of_jp
from adapters.errors import AdapterError
from adapters.moodle.answers import Row, fields_of, is_true, moment, plain, rows, whole
from adapters.moodle.mapping import MappedCourse
from adapters.moodle.options import MoodleOptions, slug_of
from adapters.moodle.service import Moodle
from adapters.remote import OwnModule
from xapi.errors import JampelError
from xapi.identity import contains_nip

COURSES = "core_course_get_courses_by_field"
_SITE_FORMAT = "site"
_OF_NUMBER_FIELD = re.compile(r"(?P<whole>[0-9]+)(?P<part>[.,](?:[0-9]{5}|0+))")
"""As the database keeps a number, with five decimals; `1.250` may mean a thousand and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What completing something counts for: `jp` in hundredths and `form`, a slug, both or neither."""

    jp: int | None = None
    form: str = ""
    organiser: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One course: its `number` in Moodle, `title`, the IRI under which it counts (`activity`) and its own (`page`).

    `open`: the account of the token may enter it. `completion`: Moodle tracks its completion. `pass_mark` as in
    `MappedCourse`. `problem` says why it counts for nothing, or not as what it should. `module` is the
    module of ours that it is.
    """

    number: int
    title: str
    page: str
    activity: str
    worth: Worth
    open: bool
    completion: bool
    starts: int = 0
    pass_mark: float | None = None
    problem: JampelError | None = None
    module: str = ""

    @property
    def place(self) -> str:
        """Where an administrator finds it."""
        return f"{self.title} ({self.page})"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Where the worth of courses is found: the settings, the table, the modules of the library, the known forms."""

    options: MoodleOptions
    mapping: Mapping[str, MappedCourse]
    modules: Mapping[str, OwnModule]
    forms: frozenset[str]

    def course(self, row: Row, home: str) -> Course:
        """The course that Moodle at `home` describes by `row`."""
        number = whole(row.get("id"))
        page = course_page(home, number)
        names = (f"id:{number}", plain(row.get("idnumber")).casefold(), plain(row.get("shortname")).casefold())
        mapped = next((self.mapping[name] for name in names if name in self.mapping), None)
        module = self._module(mapped, plain(row.get("idnumber")))
        worth, problem = self._worth(row, mapped, module)
        if mapped and mapped.activity and module is None and ":" not in mapped.activity:
            problem = AdapterError("moodle.no_module", "not in the library", module=mapped.activity[:60])
        return Course(
            number=number,
            title=plain(row.get("fullname")) or f"Kursus {number}",
            page=page,
            activity=module.iri if module else self._iri(mapped) or page,
            worth=worth,
            open="enablecompletion" in row,
            completion=is_true(row.get("enablecompletion")),
            starts=moment(row.get("startdate")),
            pass_mark=mapped.pass_mark if mapped else None,
            problem=problem,
            module=module.iri if module else "",
        )

    def wanted(self, row: Row) -> bool:
        """Whether the settings ask for this course."""
        if not self.options.courses:
            return True
        names = {plain(row.get(name)).casefold() for name in ("idnumber", "shortname")}
        return not self.options.courses.isdisjoint(names | {str(whole(row.get("id")))})

    def _module(self, mapped: MappedCourse | None, idnumber: str) -> OwnModule | None:
        for name in (mapped.activity if mapped else "", idnumber):
            if name and (found := self.modules.get(name)) is not None:
                return found
        return None

    def _iri(self, mapped: MappedCourse | None) -> str:
        return mapped.activity if mapped and ":" in mapped.activity else ""

    def _worth(
        self, row: Row, mapped: MappedCourse | None, module: OwnModule | None
    ) -> tuple[Worth, JampelError | None]:
        """The worth of a course, and why it has none: the table first, then the course's fields, then the module."""
        said = fields_of(row.get("customfields"))
        organiser = (mapped.organiser if mapped else "") or said.get(self.options.organiser_field, "")
        organiser = "" if contains_nip(organiser) else organiser
        try:
            jp = mapped.jp if mapped else _jp(said.get(self.options.jp_field, ""))
            if jp is None and mapped is None and module is not None:
                return Worth(jp=module.jp, form=module.form, organiser=organiser), None
            if jp is None:
                return Worth(organiser=organiser), None if mapped else AdapterError("moodle.no_jp", "no JP")
            form = self._form(mapped, said, module)
        except JampelError as problem:
            return Worth(organiser=organiser), problem
        return Worth(jp=jp, form=form, organiser=organiser), None

    def _form(self, mapped: MappedCourse | None, said: Mapping[str, str], module: OwnModule | None) -> str:
        if mapped and mapped.form:
            return mapped.form
        written = said.get(self.options.bentuk_field, "")
        if written:
            slug = slug_of(written, self.forms)
            if slug is None:
                raise AdapterError("spreadsheet.form_unknown", "unknown form", value=written[:50])
            return slug
        found = self.options.bentuk or (module.form if module else "")
        if not found:
            raise AdapterError("moodle.no_form", "JP without a form")
        return found


def _jp(written: str) -> int | None:
    """JP in a field of a course; None where it is empty or 0."""
    text = written.upper().removesuffix("JP").strip()
    if match := _OF_NUMBER_FIELD.fullmatch(text):
        text = match["whole"] + match["part"].rstrip("0").rstrip(".,")
    return None if text in ("", "0") else hundredths_of_jp(text)


def course_page(home: str, number: int) -> str:
    """The address of a course, which is its IRI too: the plugin logstore_xapi names it so."""
    return f"{home}/course/view.php?id={number}"


def read_courses(moodle: Moodle, catalogue: Catalogue, home: str) -> list[Course]:
    """The courses that the account may see, by number; not the front page. Raises MoodleError, AdapterError."""
    return sorted(_courses(moodle, catalogue, home), key=lambda course: course.number)


def _courses(moodle: Moodle, catalogue: Catalogue, home: str) -> Iterator[Course]:
    answer = moodle.ask(COURSES)
    listed = rows(cast("Row", answer).get("courses")) if isinstance(answer, Mapping) else []
    for row in listed:
        if whole(row.get("id")) > 0 and row.get("format") != _SITE_FORMAT and catalogue.wanted(row):
            yield catalogue.course(row, home)
