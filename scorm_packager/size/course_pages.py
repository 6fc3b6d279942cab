"""Which files each page of a course uses, read from the page and its questions."""

import re
from collections.abc import Mapping

import msgspec

from scorm_packager.course import Course, Page
from scorm_packager.size.report import PageSize

REFERENCE = re.compile(r"aset/[A-Za-z0-9._/-]+")
#: What loads only when the learner starts it.
ON_DEMAND = (".mp4", ".webm", ".mov", ".mp3", ".m4a", ".ogg", ".opus", ".wav", ".vtt")


def page_text(course: Course, page: Page) -> str:
    """All that a page says, its questions included, as text in which files are named."""
    asked = [course.questions[name] for name in page.questions if name in course.questions]
    return page.html + msgspec.json.encode(asked).decode()


def references(course: Course, page: Page) -> tuple[str, ...]:
    """The package paths of the files of a page, sorted."""
    return tuple(sorted(set(REFERENCE.findall(page_text(course, page)))))


def page_sizes(course: Course, sizes: Mapping[str, int]) -> tuple[PageSize, ...]:
    """The pages with the bytes of their text and files; `sizes` is by package path."""
    return tuple(
        PageSize(
            page.title,
            len(page_text(course, page).encode()) + sum(sizes.get(path, 0) for path in references(course, page)),
            references(course, page),
        )
        for page in course.pages
    )


def first_files(course: Course) -> frozenset[str]:
    """The files that the first page shows at once: not those that a learner starts."""
    paths = references(course, course.pages[0]) if course.pages else ()
    return frozenset(path for path in paths if not path.lower().endswith(ON_DEMAND))
