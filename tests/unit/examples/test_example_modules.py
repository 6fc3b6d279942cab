"""The example modules keep what they promise: sources, honest JP, questions, pictures and videos for everyone."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scorm_packager.source.module import Module, read_module

ROOT = Path(__file__).parents[3]
MODULES = ROOT / "examples" / "modul"
NAMES = sorted(folder.name for folder in MODULES.iterdir() if folder.is_dir())
BLOCK = re.compile(r"^::: soal .*?^:::$", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"[^\W\d_][\w-]*")
MINUTES_PER_JP = 45
CITATION = re.compile(r"\[(\d(?:, \d)*)\]")


@pytest.fixture(params=NAMES)
def folder(request: pytest.FixtureRequest) -> Path:
    return MODULES / request.param


@pytest.fixture
def module(folder: Path) -> Module:
    return read_module(folder)


def pages(folder: Path) -> list[Path]:
    return sorted((folder / "isi").glob("*.md"))


def test_the_three_subjects_are_there() -> None:
    assert NAMES == ["berakhlak-adaptif", "pelayanan-publik-prima", "penanganan-hasil-laut"]


def test_the_module_is_read_without_a_warning(folder: Path, module: Module) -> None:
    assert module.course.id == folder.name
    assert module.warnings == ()


def test_seven_to_ten_pages_end_with_sources(module: Module) -> None:
    assert 7 <= len(module.course.pages) <= 10
    last = module.course.pages[-1]
    assert last.title == "Sumber"
    assert last.html.count("Mendukung:") >= 4


def test_every_citation_has_its_source(folder: Path) -> None:
    *texts, sources = [page.read_text(encoding="utf-8") for page in pages(folder)]
    listed = set(re.findall(r"^(\d+)\. \*", sources, re.MULTILINE))
    cited = {number for text in texts for group in CITATION.findall(text) for number in group.split(", ")}
    assert cited
    assert cited <= listed


def test_at_least_eight_questions_of_four_kinds_teach_by_feedback(module: Module) -> None:
    questions = module.course.questions.values()
    assert len(questions) >= 8
    assert len({type(question) for question in questions}) >= 4
    for question in questions:
        options = getattr(question, "options", ())
        told = question.feedback.correct and question.feedback.incorrect
        assert told or (options and all(option.feedback for option in options)), question.id


def test_right_choices_do_not_always_stand_in_the_same_place(module: Module) -> None:
    places = [
        [option.correct for option in question.options].index(True)
        for question in module.course.questions.values()
        if type(question).__name__ == "Choice"
    ]
    assert len(set(places)) >= 3
    assert max(places.count(place) for place in places) * 2 <= len(places) + 1


def test_study_takes_twenty_to_forty_five_minutes_and_pays_for_the_jp(folder: Path, module: Module) -> None:
    text = "\n".join(BLOCK.sub("", page.read_text(encoding="utf-8")) for page in pages(folder))
    films = sum(
        float(found)
        for found in re.findall(
            r"tanpa suara, (\d+) detik",
            "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("video/*.md")),
        )
    )
    minutes = len(WORD.findall(text)) / 180 + films / 60 + len(module.course.questions) * 0.75
    assert 20 <= minutes <= 45
    assert 20 <= module.course.minutes <= 45
    assert module.course.jp / 100 * MINUTES_PER_JP <= minutes


def test_every_picture_has_a_text_alternative_and_every_drawing_a_title(folder: Path, module: Module) -> None:
    images = [image for page in module.course.pages for image in re.findall(r"<img[^>]*>", page.html)]
    assert len(images) >= 3
    for image in images:
        alternative = re.search(r'alt="([^"]*)"', image)
        assert alternative, image
        assert len(alternative[1].split()) >= 5, image
    for drawing in folder.glob("gambar/*.svg"):
        text = drawing.read_text(encoding="utf-8")
        assert "<title" in text
        sizes = [int(size) for size in re.findall(r'font-size="(\d+)"', text)]
        assert min(sizes) >= 20, f"{drawing.name}: too small on a phone (600 units across)"


def test_the_video_is_short_light_and_captioned(folder: Path, require: Callable[[str], str]) -> None:
    films = list(folder.glob("video/*.mp4"))
    assert len(films) == 1
    film = films[0]
    assert film.stat().st_size <= 1_500_000
    assert film.with_suffix(".md").read_text(encoding="utf-8").count("Gambar:") >= 5
    captions = film.with_suffix(".vtt").read_text(encoding="utf-8")
    cues = re.findall(r"^00:\d\d:\d\d\.\d{3} --> 00:(\d\d):(\d\d\.\d{3})", captions, re.M)
    ends = [60 * float(minutes) + float(seconds) for minutes, seconds in cues]
    assert ends == sorted(ends)
    answer = subprocess.run(
        [
            require("ffprobe"),
            "-v",
            "error",
            "-show_entries",
            "stream=codec_name,pix_fmt,width,height:format=duration",
            "-of",
            "json",
            str(film),
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    shown = json.loads(answer.stdout)
    assert shown["streams"] == [{"codec_name": "h264", "width": 854, "height": 480, "pix_fmt": "yuv420p"}]
    assert ends[-1] <= float(shown["format"]["duration"]) <= 60
