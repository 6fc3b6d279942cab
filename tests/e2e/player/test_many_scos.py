"""A package with a SCO for each page: a page alone plays, is passed or completed, and reports only itself."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.build import build_package
from scorm_packager.options import BuildOptions
from tests.e2e.player.scorm_host import Lms, errors, misspelt, write_host
from tests.e2e.solver import answer

pytestmark = [pytest.mark.e2e, pytest.mark.npm]
MODULE = Path(__file__).parent.parent.parent.parent / "examples" / "modul" / "pelayanan-publik-prima"


@pytest.mark.parametrize(("launch", "status"), [("p-02-asas.html", "passed"), ("p-10-sumber.html", "completed")])
def test_a_page_alone_is_played_to_its_own_result(
    browser: Any,
    require: Callable[[str], str],
    tmp_path: Path,
    serve: str,
    learner: Callable[[Any], Any],
    launch: str,
    status: str,
) -> None:
    built = build_package(MODULE, output=tmp_path / "modul.zip", options=BuildOptions(multi_sco=True))
    with zipfile.ZipFile(built.path) as package:
        package.extractall(tmp_path / "modul")
    shutil.copyfile(tmp_path / "modul" / launch, tmp_path / "modul" / "index.html")  # what the host launches
    write_host(tmp_path, Path(require("node_modules")))
    context = browser.new_context()
    lms = Lms(context.new_page(), serve, learner)
    frame = lms.launch().frame
    course = json.loads(frame.locator("#jampel-course").text_content())
    assert len(course["pages"]) == 1
    frame.wait_for_selector(f"[data-page='{course['pages'][0]['id']}']")
    for name in course["pages"][0]["questions"]:
        answer(frame, name)
    frame.locator(".jp-steps .jp-primary").click()
    lms.leave()
    assert lms.written("cmi.core.lesson_status")[-1] == status
    assert lms.written("cmi.core.score.raw")[-1:] == (["100"] if status == "passed" else [])
    assert errors(lms.calls()) == []
    assert misspelt(lms.calls()) == []
    context.close()
