"""The first screen is small in every format; a long course comes page by page, and nothing of it is lost on the way."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scorm_packager.content import course_content
from scorm_packager.course import Course, encode_course
from scorm_packager.first_screen import split_course
from scorm_packager.index_page import embed, read_embedded
from scorm_packager.options import PLAIN, BuildOptions, RecordTarget
from scorm_packager.player import LANGUAGES, PACKED, PARTS, TRANSPORTS, WITH_RECORDS, script_names
from scorm_packager.player_files import LATER_STYLE, player_entries, player_script
from scorm_packager.source.module import read_module

ROOT = Path(__file__).parent.parent.parent.parent
EXAMPLES = sorted(path.parent for path in (ROOT / "examples" / "modul").glob("*/modul.toml"))
MOST = 100 * 1024
SPARE = 5 * 1024
TO_LRS = BuildOptions(lrs=RecordTarget(endpoint="https://lrs.example/xapi/", key="k" * 20, secret="s" * 40))
BASE: dict[str, Any] = {
    "id": "panjang", "iri": "https://w3id.org/jampel/modul/uji/panjang", "version": "1.0.0", "digest": "d" * 64,
    "title": "Modul panjang", "language": "id", "description": "", "jp": 100, "bentuk": "e-learning", "mastery": 70,
    "competency": "", "authors": [], "institution": "", "licence": "", "minutes": 60,
}  # fmt: skip


def long_course(pages: int = 200, questions: int = 150) -> Course:
    """A module as large as the player must bear: pages of four kilobytes, most of them with a question."""
    asked = {f"s-{number}": _question(number) for number in range(1, questions + 1)}
    texts = [
        {
            "id": f"p-{number:03}",
            "title": f"Halaman {number}: pelayanan yang mendengar warga",
            "html": "<p>Teks \u2028 </script> halaman.</p>" * 130,
            "questions": [f"s-{number}"] if 0 < number <= questions else [],
        }
        for number in range(pages)
    ]
    return msgspec.convert({**BASE, "pages": texts, "questions": asked}, Course)


def _question(number: int) -> dict[str, Any]:
    options = [{"id": letter, "html": f"Pilihan {letter}", "correct": letter == "b"} for letter in "abcd"]
    return {"kind": "choice", "id": f"s-{number}", "prompt": "<p>Mana yang tepat?</p>", "options": options}


def asking_first(course: Course, count: int = 12) -> Course:
    """The course with a film and `count` of its questions on its first page."""
    film = '<figure><video data-medium="film-1"><source src="film.mp4"></video></figure>'
    asked = tuple(list(course.questions)[:count])
    first = msgspec.structs.replace(course.pages[0], html=film + course.pages[0].html, questions=asked)
    others = (msgspec.structs.replace(page, questions=()) for page in course.pages[1 : count + 1])
    return msgspec.structs.replace(course, pages=(first, *others, *course.pages[count + 1 :]))


def first_screen(course: Course, transport: str, options: BuildOptions = PLAIN) -> int:
    """Bytes without compression that must arrive before the first page can be read."""
    content = course_content(course, (), transport, options)
    page = next(entry.content for entry in content if entry.name == "index.html")
    assert isinstance(page, bytes)
    wanted = {"index.html", *re.findall(r'(?:src|href)="(player/[^"]+)"', page.decode())}
    return sum(len(entry.content) for entry in content if entry.name in wanted and isinstance(entry.content, bytes))


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_the_first_screen_of_a_module_is_at_most_a_hundred_kilobytes(folder: Path, transport: str) -> None:
    assert first_screen(read_module(folder).course, transport) <= MOST


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_two_hundred_pages_and_a_hundred_and_fifty_questions_begin_as_small(transport: str) -> None:
    assert first_screen(long_course(), transport) <= MOST - SPARE


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_questions_and_a_film_on_the_first_page_cost_its_reader_nothing(transport: str) -> None:
    """They come after its words, also when a module has one page alone."""
    asking = asking_first(long_course())
    assert first_screen(asking, transport) <= MOST - SPARE
    assert first_screen(long_course(1, 0), transport) <= MOST - SPARE
    crowded = asking_first(long_course(150, 149), 149)
    assert first_screen(msgspec.structs.replace(crowded, pages=crowded.pages[:1]), transport) <= MOST - SPARE


@pytest.mark.parametrize("transport", WITH_RECORDS)
def test_a_package_that_also_sends_records_begins_as_small(transport: str) -> None:
    assert first_screen(asking_first(long_course()), transport, TO_LRS) <= MOST - SPARE


#: Those that send nothing to an LRS.
ALONE = ("scorm12", "scorm2004", "web")
ALL = [*((name, False) for name in TRANSPORTS), *((name, True) for name in WITH_RECORDS)]


def sizes(transport: str, records: bool, measure: Callable[[bytes], int]) -> dict[str, int]:
    """By name, how large each file of the player is."""
    entries = player_entries(script_names(transport, records=records))
    return {entry.name: measure(entry.content) for entry in entries if isinstance(entry.content, bytes)}


@pytest.mark.parametrize(("transport", "records"), ALL)
def test_the_player_opens_with_at_most_sixty_kilobytes_of_style_and_script(transport: str, records: bool) -> None:
    """Without compression; what questions, media and the result need comes later."""
    found = sizes(transport, records, len)
    assert found["player/player.js"] + found["player/player.css"] <= 60_000


@pytest.mark.parametrize(("transport", "records"), ALL)
def test_the_whole_player_is_small_when_it_is_compressed(transport: str, records: bool) -> None:
    """Thirty kilobytes with all its parts, two more where statements go to an LRS."""
    found = sizes(transport, records, lambda content: len(gzip.compress(content, 9)))
    assert sum(found.values()) <= (30 if transport in ALONE and not records else 32) * 1024


def test_every_part_of_the_player_is_a_file_that_its_loader_knows() -> None:
    """The names stand in `pages.js` too."""
    loader = (PACKED.parent / "pages.js").read_text(encoding="utf-8")
    known = re.search(r"var PARTS = \{(.*?)\n  \};", loader, re.DOTALL)
    assert known
    assert set(re.findall(r"^    (\w+):", known.group(1), re.MULTILINE)) == {*PARTS, LATER_STYLE.removesuffix(".css")}


def test_the_outline_and_the_later_pages_hold_the_whole_course() -> None:
    course = asking_first(long_course(30, 20), 3)
    split = split_course(course)
    whole, raw = json.loads(encode_course(course)), json.loads(split.outline)
    assert raw.pop("later") == "isi/"
    assert len(raw.pop("shapes")) == 1
    assert list(split.scripts()) == list(range(1, 31))
    raw["questions"] |= json.loads(split.first.decode().partition(",0,")[2].removesuffix(");\n"))["questions"]
    for index, script in enumerate(split.later, 1):
        text = script.decode()
        assert text.startswith(f'Jampel.page("{course.digest}",{index},{{')
        assert "\u2028" not in text
        body = json.loads(text.removeprefix(f'Jampel.page("{course.digest}",{index},').removesuffix(");\n"))
        name, title, *rest = raw["pages"][index]
        questions = rest[0] if rest else []
        raw["pages"][index] = {"id": name, "title": title, "html": body["html"], "questions": questions}
        raw["questions"] |= body["questions"]
    assert raw == whole


def test_what_a_saved_answer_needs_stays_in_the_outline() -> None:
    raw = json.loads(split_course(long_course(30, 20)).outline)
    assert raw["shapes"][raw["questions"]["s-1"]] == {"kind": "choice", "options": [4]}


def test_a_page_that_comes_later_still_says_which_media_it_shows() -> None:
    course = long_course(30, 20)
    film = '<figure><video data-medium="film-1"></video></figure>'
    pages = [*course.pages[:9], msgspec.structs.replace(course.pages[9], html=film + "x" * 9000), *course.pages[10:]]
    raw = json.loads(split_course(msgspec.structs.replace(course, pages=tuple(pages))).outline)
    assert [page[3:] for page in raw["pages"][8:11]] == [[], [["film-1"]], []]


def test_a_short_course_stands_in_its_page_whole() -> None:
    split = split_course(long_course(2, 1))
    assert split.later == ()
    assert split.outline == encode_course(long_course(2, 1))


def test_nothing_in_a_course_ends_the_element_it_stands_in() -> None:
    body = msgspec.json.encode({"html": "</script><!--<script>alert(1)</script> 1 < 2 <p>"})
    written = embed(body)
    assert not any(part in written.lower() for part in ("</", "<!--", "<script"))
    assert read_embedded(f'<script id="x">{written}</script>', "x") == json.loads(body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_package_holds_the_words_of_its_language_alone(language: str) -> None:
    words = {"id": "Mengapa belum selesai?", "en": "Why is it not complete yet?"}
    script = player_script(script_names("web"), language).decode()
    assert [name for name in LANGUAGES if words[name] in script] == [language]
