"""Cutting a course into the parts that an LMS launches."""

import zipfile
from pathlib import Path

import msgspec
from lxml import etree

from scorm_packager.build import build_package
from scorm_packager.checker import check_package
from scorm_packager.course import Course, Medium, Page, Pool, Question, TrueFalse
from scorm_packager.formats.parts import cut_course, page_alone
from scorm_packager.index_page import read_embedded
from scorm_packager.options import PLAIN, BuildOptions
from scorm_packager.source.module import read_module

MODULE = Path(__file__).parent.parent.parent.parent / "examples" / "modul" / "pelayanan-publik-prima"
EACH_PAGE = BuildOptions(multi_sco=True)


def test_without_the_choice_the_course_is_one_part_with_all_files() -> None:
    module = read_module(MODULE)
    cut = cut_course(module.course, module.assets, "scorm12", PLAIN)
    assert [(part.iri, part.launch, part.mastery) for part in cut.parts] == [
        (module.course.iri, "index.html", module.course.mastery)
    ]
    assert set(cut.parts[0].files) == {entry.name for entry in cut.entries}


def test_a_course_of_one_page_stays_one_part() -> None:
    course = read_module(MODULE).course
    alone = msgspec.structs.replace(course, pages=course.pages[:1], questions={}, mastery=None)
    assert cut_course(alone, (), "scorm12", EACH_PAGE) == cut_course(alone, (), "scorm12", PLAIN)


def test_each_page_becomes_a_part_and_the_player_and_files_lie_there_once() -> None:
    module = read_module(MODULE)
    cut = cut_course(module.course, module.assets, "scorm12", EACH_PAGE)
    names = [entry.name for entry in cut.entries]
    assert len(names) == len(set(names))
    assert [part.id for part in cut.parts] == [page.id for page in module.course.pages]
    assert len({part.iri for part in cut.parts} | {module.course.iri}) == len(cut.parts) + 1
    own = [name for part in cut.parts for name in part.files]
    assert sorted([*own, *cut.shared]) == sorted(names)
    assert {asset.path for asset in module.assets} <= set(cut.shared)
    assert "player/player.js" in cut.shared
    assert abs(sum(part.weight for part in cut.parts) - 1) < 1e-9


def test_a_page_alone_keeps_its_own_media_and_pools() -> None:
    """A page that asked for a film of another page could never be complete."""
    course = msgspec.structs.replace(
        course_with({"p-1": [1, 1, 1], "p-2": [3], "p-3": []}),
        pools=(Pool(id="kolam", draw=2, questions=("p-1-0", "p-1-1", "p-1-2")),),
        media=(Medium(id="m-1", kind="video", seconds=9.0), Medium(id="m-3", kind="audio", seconds=9.0)),
        watch=80,
    )
    first, second, third = (page_alone(course, page) for page in course.pages)
    assert [[medium.id for medium in one.media] for one in (first, second, third)] == [["m-1"], [], ["m-3"]]
    assert [len(one.pools) for one in (first, second, third)] == [1, 0, 0]
    assert [one.mastery for one in (first, second, third)] == [70, 70, None]
    cut = cut_course(course, (), "scorm12", EACH_PAGE)
    assert [part.weight for part in cut.parts] == [0.4, 0.6, 0.0]


def test_questions_without_points_are_nothing_to_pass() -> None:
    course = course_with({"p-1": [0, 0], "p-2": [0]})
    for options in (PLAIN, EACH_PAGE):
        assert {part.mastery for part in cut_course(course, (), "scorm12", options).parts} == {None}


def course_with(pages: dict[str, list[int]]) -> Course:
    """A course with these pages, and on each a question for each number of points; m-1 and m-3 stand on p-1 and p-3."""
    questions: dict[str, Question] = {
        f"{page}-{number}": TrueFalse(id=f"{page}-{number}", prompt="<p>?</p>", points=worth, answer=True)
        for page, worths in pages.items()
        for number, worth in enumerate(worths)
    }
    return msgspec.structs.replace(
        read_module(MODULE).course,
        mastery=70,
        questions=questions,
        pages=tuple(
            Page(
                id=page,
                title=page,
                html=f'<video data-medium="m-{page[2:]}"></video>',
                questions=tuple(name for name in questions if name.startswith(page)),
            )
            for page in pages
        ),
    )


def test_a_package_with_a_sco_for_each_page_is_sound_and_each_page_plays_its_own_questions(tmp_path: Path) -> None:
    built = build_package(MODULE, output=tmp_path / "a.zip", options=EACH_PAGE)
    assert check_package(built.path) == []
    with zipfile.ZipFile(built.path) as package:
        root = etree.fromstring(package.read("imsmanifest.xml"))
        launches = [one.get("href") for one in root.iter("{*}resource") if one.get("href")]
        courses = [
            msgspec.convert(read_embedded(package.read(name).decode(), "jampel-course"), Course) for name in launches
        ]
    assert [course.pages[0].id for course in courses] == [page.id for page in built.course.pages]
    assert all(set(course.questions) == set(course.pages[0].questions) for course in courses)
    assert {course.jp for course in courses} == {0}  # else an LRS would count the JP once for each page
    assert all((course.mastery is None) == (not course.questions) for course in courses)
