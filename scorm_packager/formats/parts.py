"""Cuts a course into the parts that an LMS launches: one for the whole course, or one for each page."""

from collections.abc import Sequence

import msgspec

from scorm_packager.archive import Entry
from scorm_packager.content import INDEX, course_content
from scorm_packager.course import Asset, Course, Page
from scorm_packager.options import BuildOptions


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What an LMS launches: a SCO, or an assignable unit of cmi5.

    `iri` is its own, `launch` the file that starts it, `files` those it needs (`launch` first). `mastery` is the pass
    mark in percent, None without questions. `weight` is its share of the points of the course, from 0 to 1.
    """

    id: str
    iri: str
    title: str
    launch: str
    files: tuple[str, ...]
    mastery: int | None
    weight: float


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a package, what is in it, and the names of the files that more than one part needs."""

    parts: tuple[Part, ...]
    entries: tuple[Entry, ...]
    shared: tuple[str, ...] = ()


def cut_course(course: Course, assets: Sequence[Asset], transport: str, options: BuildOptions) -> Cut:
    """The parts of `course` with all their files: its pages with `options.multi_sco`, else the whole as one part."""
    if not options.multi_sco or len(course.pages) == 1:
        entries = course_content(course, assets, transport, options)
        names = tuple(entry.name for entry in entries)
        return Cut(parts=(_whole(course, names),), entries=tuple(entries))
    files = dict.fromkeys(Entry(asset.path, asset.source) for asset in assets)  # in order, each once
    parts: list[Part] = []
    for page in course.pages:
        alone = page_alone(course, page)
        content = course_content(alone, (), transport, options)
        launch = f"{page.id}.html"
        own = [Entry(launch if entry.name == INDEX else entry.name, entry.content) for entry in content]
        files |= dict.fromkeys(own)
        parts.append(_page(course, alone, launch, tuple(entry.name for entry in own)))
    return _share(parts, tuple(files))


def page_alone(course: Course, page: Page) -> Course:
    """`page` as a course of its own: its questions and media, the pass mark of the whole, an IRI of its own, and no JP.

    The JP belong to the whole: if each page declared them, an LRS would count them once for each.
    """
    questions = {name: course.questions[name] for name in page.questions}
    pools = tuple(pool for pool in course.pools if set(pool.questions) <= set(page.questions))
    alone = msgspec.structs.replace(
        course,
        iri=page_iri(course, page),
        title=page.title,
        jp=0,
        pages=(page,),
        questions=questions,
        pools=pools,
        media=tuple(medium for medium in course.media if f' data-medium="{medium.id}"' in page.html),
    )
    return alone if points_of(alone) else msgspec.structs.replace(alone, mastery=None)


def points_of(course: Course) -> float:
    """The most points that a learner of `course` can earn; of a pool each draws some, which are worth the same here."""
    pooled = {name for pool in course.pools for name in pool.questions}
    points = sum(question.points for name, question in course.questions.items() if name not in pooled)
    drawn = (
        pool.draw * sum(course.questions[name].points for name in pool.questions) / len(pool.questions)
        for pool in course.pools
    )
    return points + sum(drawn)


def page_iri(course: Course, page: Page) -> str:
    """The IRI of `page` alone, below that of its course."""
    return f"{course.iri.rstrip('/')}/{page.id}"


def _whole(course: Course, names: tuple[str, ...]) -> Part:
    mastery = course.mastery if points_of(course) else None  # without points there is nothing to pass
    return Part(id="1", iri=course.iri, title=course.title, launch=INDEX, files=names, mastery=mastery, weight=1.0)


def _page(course: Course, alone: Course, launch: str, names: tuple[str, ...]) -> Part:
    points = points_of(course)
    return Part(
        id=alone.pages[0].id,
        iri=alone.iri,
        title=alone.title,
        launch=launch,
        files=names,
        mastery=alone.mastery,
        weight=points_of(alone) / points if points else 0.0,
    )


def _share(parts: Sequence[Part], entries: Sequence[Entry]) -> Cut:
    """Files that one part alone needs stay with it; the others, and the course's own files, are shared."""
    owners: dict[str, int] = {}
    for part in parts:
        for name in part.files:
            owners[name] = owners.get(name, 0) + 1
    shared = tuple(sorted(entry.name for entry in entries if owners.get(entry.name) != 1))
    trimmed = tuple(
        msgspec.structs.replace(part, files=tuple(name for name in part.files if owners[name] == 1)) for part in parts
    )
    return Cut(parts=trimmed, entries=tuple(entries), shared=shared)
