"""Foreign packages played as they were and converted: the LMS's record is the same, also after a kill."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from scorm_packager.convert.convert import convert_package
from scorm_packager.extract import extract_safely
from tests.e2e.player import scorm2004_host, scorm_host
from tests.e2e.player.cmi5_host import Cmi5Lms, faults, verb
from tests.e2e.player.foreign import write_foreign
from xapi.testing import embedded_lrs

pytestmark = [pytest.mark.e2e, pytest.mark.npm, pytest.mark.thorough]
HOSTS = {"12": scorm_host, "2004": scorm2004_host}
FORMATS = {"12": "scorm12", "2004": "scorm2004-4", "cmi5": "cmi5"}
BRIDGE, CONTENT = "jembatan/1.html", "isi/index.html?bab=1"


class Played:
    """A package in an LMS that speaks `kind`, in a folder of its own, as `launch` opens it."""

    def __init__(self, page: Any, address: str, folder: Path, kind: str, node_modules: Path) -> None:
        self.page, self.address, self.kind = page, f"{address}/{folder.name}", kind
        HOSTS[kind].write_host(folder, node_modules)
        self.launch = BRIDGE if (folder / "modul" / "jembatan").exists() else CONTENT
        host = (folder / "host.html").read_text().replace("modul/index.html", f"modul/{self.launch}")
        (folder / "host.html").write_text(host)

    def open(self) -> Any:
        """The frame of the content, once it has looked for its API."""
        self.page.goto(f"{self.address}/host.html")
        return ready(self.page)

    def record(self) -> dict[str, Any]:
        kept = self.page.evaluate("JSON.parse(localStorage.getItem('cmi')).cmi")
        return dict(kept)

    def calls(self) -> list[list[str]]:
        return list(self.page.evaluate("JSON.parse(localStorage.getItem('calls') || '[]')"))

    def leave(self) -> None:
        self.page.goto(f"{self.address}/empty.html")


def ready(page: Any) -> Any:
    for _ in range(400):
        for frame in page.frames:
            if "isi/index.html" in frame.url and frame.evaluate("typeof whole === 'function' && !!window.found"):
                return frame
        page.wait_for_timeout(25)
    raise AssertionError("the content did not open")


def playing(tmp_path: Path, name: str, kind: str, target: str) -> Path:
    """The unpacked package of `kind`, converted when `target` is another."""
    folder = tmp_path / name
    folder.mkdir()
    package = write_foreign(folder / "lama.zip", kind)
    if target != kind:
        convert_package(package, folder / "baru.zip", FORMATS[target])
        package = folder / "baru.zip"
    extract_safely(package, folder / "modul")
    return folder


def story(played: Played, kill: Callable[[Any], None]) -> dict[str, Any]:
    """Half of it, a power cut, the rest, and the way out: what the content saw, and what the LMS was left with."""
    first = played.open()
    seen = [first.evaluate("found"), first.evaluate("half()")]
    context = played.page.context
    kill(played.page)
    played.page = context.new_page()
    second = played.open()
    seen += [second.evaluate("found"), second.evaluate("whole()"), second.evaluate("wrong")]
    played.leave()
    return {"seen": seen, "record": played.record(), "calls": played.calls()}


@pytest.mark.parametrize(("kind", "target"), [("12", "2004"), ("2004", "12")])
def test_content_sees_and_leaves_the_same_in_an_lms_of_the_other_scorm(
    browser: Any, require: Callable[[str], str], tmp_path: Path, serve: str, kill: Callable[[Any], None],
    kind: str, target: str,
) -> None:  # fmt: skip
    told, outside, errors = [], [], []
    for name, speaks in (("asli", kind), ("pindah", target)):
        context = browser.new_context()
        context.on(
            "request", lambda request: outside.append(request.url) if not request.url.startswith(serve) else None
        )
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        folder = playing(tmp_path, name, kind, speaks)
        told.append(story(Played(page, serve, folder, speaks, Path(require("node_modules"))), kill))
        context.close()
    old, new = told
    assert new["seen"] == old["seen"]
    assert new["seen"][2]["data"].startswith("jawab=ab")
    assert new["seen"][4] == []
    assert (outside, errors) == ([], [])
    assert HOSTS[target].errors(new["calls"]) == []
    assert [call[0] for call in new["calls"]].count("LMSFinish" if target == "12" else "Terminate") == 1
    rows = {name: record_of(one["record"], speaks) for name, one, speaks in (("old", old, kind), ("new", new, target))}
    assert rows["new"] == rows["old"]


def record_of(cmi: dict[str, Any], kind: str) -> dict[str, Any]:
    """What an LMS shows to a teacher, in the words of SCORM 2004."""
    if kind == "2004":
        answers = cmi["interactions"]["0"] if isinstance(cmi["interactions"], dict) else cmi["interactions"][0]
        return {
            "status": (cmi["completion_status"], cmi["success_status"]),
            "score": float(cmi["score"]["raw"]),
            "answer": (answers["type"], answers["learner_response"].replace("[,]", ","), answers["result"]),
        }
    answers = cmi["interactions"]["0"] if isinstance(cmi["interactions"], dict) else cmi["interactions"][0]
    status = {"passed": ("completed", "passed")}[cmi["core"]["lesson_status"]]
    return {
        "status": status,
        "score": float(cmi["core"]["score"]["raw"]),
        "answer": (answers["type"], answers["student_response"], answers["result"].replace("wrong", "incorrect")),
    }


def test_each_of_several_scos_keeps_a_record_of_its_own(
    browser: Any, require: Callable[[str], str], tmp_path: Path, serve: str
) -> None:
    """From SCORM 2004 to 1.2, whose host here keeps one record for each page that it has."""
    package = convert_package(write_foreign(tmp_path / "lama.zip", "2004", scos=2), tmp_path / "baru.zip", "scorm12")
    assert (package.parts, package.after.findings) == (2, ())
    extract_safely(package.target, tmp_path / "modul")
    scorm_host.write_host(tmp_path, Path(require("node_modules")))
    host = (tmp_path / "host.html").read_text()
    for number in (1, 2):
        (tmp_path / f"sco-{number}.html").write_text(host.replace("index.html", f"jembatan/{number}.html"))
    page, errors = browser.new_context().new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def record(number: int) -> dict[str, Any]:
        place = f"cmi:/sco-{number}.html"
        return dict(page.evaluate("place => JSON.parse(localStorage.getItem(place)).cmi", place))

    def visit(number: int, act: str) -> dict[str, Any]:
        page.goto(f"{serve}/sco-{number}.html")
        frame = ready(page)
        found = dict(frame.evaluate("found"))
        frame.evaluate(act)
        page.goto(f"{serve}/empty.html")
        return found

    assert [visit(1, "half()")["bab"], visit(2, "whole()")["bab"]] == ["?bab=1", "?bab=2"]
    assert [record(number)["core"]["lesson_status"] for number in (1, 2)] == ["incomplete", "passed"]
    again = visit(1, "whole()")
    assert again["data"].startswith("jawab=ab")
    assert again["place"] == "hal-2"
    assert [record(number)["core"]["lesson_status"] for number in (1, 2)] == ["passed", "passed"]
    assert (scorm_host.errors(page.evaluate("JSON.parse(localStorage.getItem('calls'))")), errors) == ([], [])
    page.context.close()


def test_content_that_forgets_its_last_call_is_ended_once_by_the_bridge(
    browser: Any, require: Callable[[str], str], tmp_path: Path, serve: str
) -> None:
    context = browser.new_context()
    played = Played(
        context.new_page(), serve, playing(tmp_path, "lupa", "12", "2004"), "2004", Path(require("node_modules"))
    )
    frame = played.open()
    frame.evaluate("half(); location.hash = '#lupa'")
    played.leave()
    calls = [call[0] for call in played.calls()]
    assert calls.count("Terminate") == 1
    assert calls[-1] == "Terminate"
    assert played.open().evaluate("found.data").startswith("jawab=ab")
    context.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[[Path], tuple[Cmi5Lms, str]]]:
    """`house(folder)` is a cmi5 LMS for the package in it, and its address."""
    running = []

    def start(folder: Path) -> tuple[Cmi5Lms, str]:
        lms = Cmi5Lms(embedded_lrs(tmp_path / f"{folder.name}.db"), folder)
        server = make_server("127.0.0.1", 0, lms, threaded=True)
        server.log = lambda *_: None  # type: ignore[method-assign]
        server.RequestHandlerClass.log_request = lambda *_: None  # type: ignore[method-assign]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        running.append((server, thread))
        return lms, f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("kind", ["12", "2004"])
def test_content_of_scorm_keeps_every_rule_of_cmi5_and_resumes_after_a_kill(
    browser: Any, house: Any, tmp_path: Path, kill: Callable[[Any], None], kind: str
) -> None:
    folder = playing(tmp_path, "pindah", kind, "cmi5")
    (folder / "kembali.html").write_text("<title>Beranda</title>")
    lms, address = house(folder)
    context = browser.new_context()

    def launch() -> tuple[Any, Any]:
        page = context.new_page()
        page.goto(lms.launch(address, moveOn="CompletedOrPassed").replace("modul/index.html", f"modul/{BRIDGE}"))
        return page, ready(page)

    page, frame = launch()
    assert frame.evaluate("half()") == "true"
    wait_for(lambda: "answered" in [verb(one) for one in lms.statements()])
    page.wait_for_timeout(300)
    kill(page)
    page, frame = launch()
    seen = frame.evaluate("found")
    assert seen["data"].startswith("jawab=ab")
    assert (seen["status"], seen["place"], seen["learner"]) == ("incomplete", "hal-2", "murid-1")
    assert frame.evaluate("whole()") == "true"
    page.goto(f"{address}/kembali.html")
    wait_for(lambda: "terminated" in [verb(one) for one in lms.statements()])
    told = lms.statements()
    assert faults(told, lms) == []
    assert [verb(one) for one in told] == [
        "initialized",
        "answered",
        "initialized",
        "completed",
        "passed",
        "terminated",
    ]
    assert told[1]["result"] == {"response": "a[,]b", "success": False}
    assert told[4]["result"]["score"] == {"scaled": 0.85, "raw": 85, "min": 0, "max": 100}
    assert told[5]["result"]["duration"] == "PT150S"
    context.close()


def wait_for(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 15
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)
