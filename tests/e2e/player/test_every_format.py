"""One module, one learner's day with two power cuts and two lost links, and the same end in every format."""

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from scorm_packager.build import build_package
from scorm_packager.options import BuildOptions
from tests.e2e.player import scorm2004_host, scorm_host
from tests.e2e.player.answering import answering
from tests.e2e.player.cmi5_host import ACTOR, Cmi5Lms
from tests.e2e.player.places import DiskPlace, End, LaunchedPlace, LtiPlace, Place, ScormPlace
from tests.e2e.player.whole_module import RIGHT, TITLES, write_whole_module
from tests.e2e.two_sites import TOOL_HOST, TwoSites
from tests.ports import free_ports
from xapi.testing import embedded_lrs

pytestmark = [pytest.mark.e2e, pytest.mark.npm]
FORMATS = ("scorm12", "scorm2004-4", "cmi5", "lti")
#: Those that share their transport or most of it with one of the others.
NEAR_THEM = ("scorm2004-3", "tincan", "web")
#: The LMS on the site of the tool: a browser that forbids frames of other sites to keep anything keeps nothing there
#: until the link is back.
LMS_BESIDE = "lms." + TOOL_HOST.split(".", 1)[1]
#: What was answered until the learner had failed, question by question.
FAILED = {
    "pilih": [("a", False), ("b", True)],
    "jamak": [("b,c", True)],
    "benar": [("true", False)],
    "pasang": [("1.b,2.a", False)],
    "urut": [("c,a,b", False)],
    "isi": [("lupa", False)],
    "angka": [("20.8", True)],
    "asas": [("Transparansi, lalu akuntabilitas.", True)],
    "cerita": [("Antrean di loket terlalu lama.", None)],
    "skala": [("3", None)],
    "bank": [("true", True), ("true", True)],
}
PASSED = FAILED | {
    "urut": [*FAILED["urut"], ("a,b,c", True)],
    "isi": [*FAILED["isi"], ("standar pelayanan minimal", True)],
}


class TinCanLms(Cmi5Lms):
    """Launches as TinCan says, and takes everything."""

    def launch(self, address: str, **_changes: Any) -> str:
        asked = {
            "endpoint": f"{address}/xapi/",
            "auth": f"Basic {self.token}",
            "actor": json.dumps(ACTOR),
            "registration": self.registration,
        }
        return f"{address}/modul/index.html?{urlencode(asked)}"

    def _refusal(self, _batch: list[dict[str, Any]]) -> str:
        return ""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The module's folder."""
    return write_whole_module(tmp_path_factory.mktemp("sumber") / "modul")


@pytest.fixture(scope="module")
def first_read() -> dict[int, str]:
    """What each page said to the learner of the first format."""
    return {}


def unpack(source: Path, format_name: str, folder: Path, **options: Any) -> Path:
    """The module as `format_name`, unpacked into `folder`/modul."""
    target = folder / "modul"
    built = build_package(source, format_name, folder / "modul.zip", BuildOptions(**options))
    with zipfile.ZipFile(built.path) as package:
        package.extractall(target)
    return target


@pytest.fixture(params=[*FORMATS, *(pytest.param(name, marks=pytest.mark.thorough) for name in NEAR_THEM)])
def place(
    request: pytest.FixtureRequest,
    browser: Any,
    source: Path,
    tmp_path: Path,
    kill: Callable[[Any], None],
    require: Callable[[str], str],
) -> Iterator[Place]:
    """Where one format is played."""
    name = request.param
    with ExitStack() as stack:
        context = browser.new_context(locale="id-ID")
        stack.callback(context.close)
        if name == "lti":
            port = free_ports()
            sites = TwoSites(tmp_path, (port, port + 1), module=source, lms_host=LMS_BESIDE)
            stack.callback(sites.close)
            yield LtiPlace(context, kill, sites)
        elif name == "web":
            built = build_package(source, name, tmp_path / "modul")
            yield DiskPlace(context, kill, built.path / "index.html")
        elif name in ("cmi5", "tincan"):
            unpack(source, name, tmp_path)
            (tmp_path / "kembali.html").write_text("<title>Beranda</title>", encoding="utf-8")
            house = embedded_lrs(tmp_path / "lrs.db")
            lms = (Cmi5Lms if name == "cmi5" else TinCanLms)(house, tmp_path)
            yield LaunchedPlace(context, kill, stack.enter_context(answering(lms)), lms)
        else:
            unpack(source, name, tmp_path)
            host = scorm_host if name == "scorm12" else scorm2004_host
            host.write_host(tmp_path, Path(require("node_modules")))
            yield ScormPlace(context, kill, request.getfixturevalue("serve"), host)


def test_the_module_is_the_same_in_every_format(place: Place, first_read: dict[int, str]) -> None:
    read: dict[int, str] = {}

    # A morning: one page, half of the next, and the power fails.
    hands = place.open()
    assert hands.where() == (TITLES[0], {})
    read[0] = hands.text()
    hands.have_all()
    hands.answer({"pilih": 0})
    hands.answer({"pilih": 1})
    hands.study(10)
    hands.next_page()
    read[1] = hands.text()
    hands.answer({"jamak": [1, 2], "benar": True})
    place.kill()

    # Back; the link is lost and found, lost again, and the power fails without it.
    hands = place.open()
    assert hands.where() == (TITLES[1], {"jamak": True, "benar": False})
    hands.have_all()
    hands.study(7)
    hands.answer({"pasang": [1, 0]})
    place.cut()
    hands.answer({"urut": [2, 0, 1]})
    hands.next_page()
    read[2] = hands.text()
    hands.answer({"isi": "lupa", "angka": RIGHT["angka"]})
    if place.linked:
        hands.told_lost()
    place.restore()
    hands.answer({"asas": RIGHT["asas"]})
    if place.linked:
        hands.told_found()
    place.cut()
    hands.answer({"cerita": RIGHT["cerita"], "skala": RIGHT["skala"]})
    hands.next_page()
    read[3] = hands.text()
    hands.answer({"bank": True})
    drawn = hands.where()
    place.kill()
    place.restore()

    # Back to the same questions; the rest, to the end, which is not enough.
    hands = place.open()
    assert hands.where() == drawn
    assert list(drawn[1].values()) == [True, True]
    hands.next_page()
    read[4] = hands.text()
    hands.watch()
    hands.study(5)
    hands.next_page()
    assert hands.where()[0] == "Anda belum lulus"
    place.leave()
    assert place.end() == End(FAILED, 58.33, True, False, 22)

    # Another day the result is still there, and becomes a pass.
    hands = place.open()
    assert hands.where()[0] == "Anda belum lulus"
    hands.study(3)
    hands.go(2)
    assert hands.where()[1] == {"isi": False, "angka": True, "asas": True, "cerita": None, "skala": None}
    hands.answer({"isi": RIGHT["isi"]})
    hands.go(1)
    hands.answer({"urut": RIGHT["urut"]})
    hands.go(len(TITLES))
    assert hands.where()[0] == "Anda lulus"
    assert hands.best() == {"status": "passed", "score": 8333}
    place.leave()
    assert place.end() == End(PASSED, 83.33, True, True, 25)

    assert place.problems() == []
    for number, text in read.items():
        assert text.startswith(TITLES[number])
        assert text.endswith("#0"), "a picture is broken"
        assert text == first_read.setdefault(number, text)
