"""Parts of one module for an LMS that takes small uploads only: each part is a whole module, in the order of pages."""

import hashlib
import re
from collections.abc import Callable, Sequence

import msgspec

from scorm_packager.course import Asset, Course, Page
from scorm_packager.errors import PackagerError
from scorm_packager.size.amount import megabytes
from scorm_packager.size.course_pages import page_text, references
from scorm_packager.source.module import Module

LONGEST_ID = 64
LINK = re.compile(r'<a\b[^>]*\bdata-page="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
WORDS = {"id": ("bagian {n} dari {all}", "ada di bagian {n}"), "en": ("part {n} of {all}", "is in part {n}")}
#: The bytes of a package that holds these pages: what decides where one part ends.
Weigh = Callable[[Course, Sequence[Asset]], int]


def split_module(module: Module, cap: int, weigh: Weigh) -> tuple[Module, ...]:
    """The parts of `module`, none of which weighs more than `cap` bytes; the module itself when it fits whole.

    Pages stay in order and each goes with its files; a file that two parts use is in both. Each part has an id, an IRI,
    a digest and a title of its own; JP and minutes are divided by the length of the parts, and their sums are exact.
    Raises PackagerError `split.page_too_large` naming the page, or `split.jp_too_small`.
    """
    if weigh(module.course, module.assets) <= cap:
        return (module,)
    groups = _groups(module, cap, weigh)
    if module.course.jp < len(groups):
        raise PackagerError("split.jp_too_small", f"{module.course.jp} hundredths", parts=len(groups))
    lengths = [sum(len(page_text(module.course, page)) for page in group) for group in groups]
    jp = shares(module.course.jp, lengths)
    minutes = shares(max(module.course.minutes, len(groups)), lengths)
    place = {page.id: number for number, group in enumerate(groups, 1) for page in group}
    return tuple(
        _part(module, group, (number, len(groups)), place=place, worth=(jp[number - 1], minutes[number - 1]))
        for number, group in enumerate(groups, 1)
    )


def shares(whole: int, weights: Sequence[int]) -> list[int]:
    """`whole` divided by `weights` into integers of at least 1 whose sum is exact; the largest remainders round up."""
    free, total = whole - len(weights), sum(weights) or len(weights)
    exact = [free * (weight if sum(weights) else 1) / total for weight in weights]
    found = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: (found[index] - exact[index], index))
    for index in by_remainder[: free - sum(found)]:
        found[index] += 1
    return [share + 1 for share in found]


def _groups(module: Module, cap: int, weigh: Weigh) -> list[list[Page]]:
    groups: list[list[Page]] = []
    for page in module.course.pages:
        if groups and _weight(module, [*groups[-1], page], weigh) <= cap:
            groups[-1].append(page)
            continue
        size = _weight(module, [page], weigh)
        if size > cap:
            params = {"page": page.title, "size": megabytes(size), "most": megabytes(cap)}
            raise PackagerError("split.page_too_large", page.id, **params)
        groups.append([page])
    return groups


def _weight(module: Module, pages: Sequence[Page], weigh: Weigh) -> int:
    course = _with_pages(module.course, pages)
    return weigh(course, _assets(module, course))


def _with_pages(course: Course, pages: Sequence[Page]) -> Course:
    """`course` with these pages alone, their questions and what takes time on them."""
    named = [name for page in pages for name in page.questions]
    text = "".join(page.html for page in pages)
    questions = {name: course.questions[name] for name in named if name in course.questions}
    return msgspec.structs.replace(
        course,
        pages=tuple(pages),
        questions=questions,
        mastery=course.mastery if questions else None,
        media=tuple(medium for medium in course.media if f'data-medium="{medium.id}"' in text),
    )


def _assets(module: Module, course: Course) -> tuple[Asset, ...]:
    named = {path for page in course.pages for path in references(course, page)}
    return tuple(asset for asset in module.assets if asset.path in named)


def _part(
    module: Module, pages: Sequence[Page], which: tuple[int, int], *, place: dict[str, int], worth: tuple[int, int]
) -> Module:
    """Part `which` (number, of how many), with links into other parts turned into words, and its JP and minutes."""
    number, count = which
    title, elsewhere = WORDS["en" if module.course.language.startswith("en") else "id"]
    suffix = f"-bagian-{number}"

    def told(link: re.Match[str]) -> str:
        there = place.get(link[1], number)
        return link[0] if there == number else f"{link[2]} ({elsewhere.format(n=there)})"

    own = [msgspec.structs.replace(page, html=LINK.sub(told, page.html)) for page in pages]
    course = msgspec.structs.replace(
        _with_pages(module.course, own),
        id=module.course.id[: LONGEST_ID - len(suffix)] + suffix,
        iri=f"{module.course.iri}/bagian-{number}",
        title=f"{module.course.title} ({title.format(n=number, all=count)})",
        digest=hashlib.sha256(f"{module.course.digest}  {number}/{count}\n".encode()).hexdigest(),
        jp=worth[0],
        minutes=worth[1],
    )
    return Module(course, _assets(module, course), module.warnings if number == 1 else ())
