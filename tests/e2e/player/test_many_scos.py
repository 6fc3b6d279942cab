"""A package with a SCO for each page: each page alone reports itself, and together they report what one SCO does."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.build import build_package
from scorm_packager.options import BuildOptions
from tests.e2e.player.hands import Hands
from tests.e2e.player.places import gathered
from tests.e2e.player.scorm_host import Lms, errors, misspelt, write_host
from tests.e2e.player.whole_module import RIGHT, TITLES, write_whole_module

pytestmark = [pytest.mark.e2e, pytest.mark.npm, pytest.mark.thorough]


def test_each_page_alone_is_played_to_its_own_result(
    browser: Any, require: Callable[[str], str], tmp_path: Path, serve: str
) -> None:
    source = write_whole_module(tmp_path / "sumber")
    built = build_package(source, output=tmp_path / "modul.zip", options=BuildOptions(multi_sco=True))
    with zipfile.ZipFile(built.path) as package:
        package.extractall(tmp_path / "modul")
    launches = [f"{page.id}.html" for page in built.course.pages]
    write_host(tmp_path, Path(require("node_modules")), launches)
    context = browser.new_context()
    lms = Lms(context.new_page(), serve, Hands)
    answers: dict[str, list[tuple[str, bool | None]]] = {}
    ends = []
    for launch, title in zip(launches, TITLES, strict=True):
        hands = lms.launch(f"host-{launch}")
        assert hands.where() == (title, {})
        assert len(hands.frame.evaluate("Jampel.player.course.pages")) == 1
        hands.answer(RIGHT | {"benar": True, "asas": "tidak tahu"})
        if title == TITLES[-1]:
            hands.watch()
        hands.next_page()
        lms.leave()
        cmi = json.loads(lms.page.evaluate("name => localStorage.getItem(name)", f"cmi:/host-{launch}"))["cmi"]
        ends.append((cmi["core"]["lesson_status"], cmi["core"]["score"]["raw"]))
        answers |= gathered(
            (one["id"], one["type"], one["student_response"], one["result"]) for one in cmi["interactions"].values()
        )
    assert ends == [
        ("passed", "100"),
        ("passed", "80"),  # four of five points
        ("failed", "66.67"),  # two of three
        ("passed", "100"),
        ("completed", ""),
    ]
    assert {name: one[-1][1] for name, one in answers.items()} == {
        name: None if name in ("cerita", "skala") else name not in ("benar", "asas") for name in RIGHT
    }
    assert errors(lms.calls()) == []
    assert misspelt(lms.calls()) == []
    context.close()
