"""A small course with every kind of question, played in a real browser by the shipped player."""

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Playwright

from scorm_packager.content import course_content
from scorm_packager.course import Course
from scorm_packager.formats.web import write_entries
from scorm_packager.options import PLAIN
from tests.e2e.player.hands import SHOWN

ARGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
    "--ignore-certificate-errors",  # of the sites above; also for what a page sends while it goes away
]
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="240">'
    '<rect width="640" height="240" fill="#0b5a68"/></svg>'
)
OPTIONS = [
    {"id": "a", "html": "Dimarahi", "correct": False, "feedback": "<p>Warga berhak dilayani dengan sopan.</p>"},
    {"id": "b", "html": "Didengar", "correct": True, "feedback": "<p>Mendengar adalah langkah pertama.</p>"},
    {"id": "c", "html": "Dicatat", "correct": True, "feedback": None},
]
QUESTIONS: dict[str, dict[str, Any]] = {
    "q-choice": {
        "kind": "choice",
        "prompt": "<p>Apa yang dilakukan dahulu bila warga mengadu?</p>",
        "points": 2,
        "options": [OPTIONS[0], OPTIONS[1]],
        "hint": "<p>Mulailah dari telinga.</p>",
        "feedback": {"correct": "<p>Tepat sekali.</p>", "incorrect": "<p>Baca lagi halaman pertama.</p>"},
    },
    "q-multiple": {"kind": "multiple", "prompt": "<p>Mana yang benar?</p>", "options": OPTIONS},
    "q-true": {"kind": "true-false", "prompt": "<p>Layanan boleh berbeda menurut kedudukan.</p>", "answer": False},
    "q-match": {
        "kind": "matching",
        "prompt": "<p>Jodohkan dasar hukum.</p>",
        "pairs": [
            {"id": "1", "left": "UU 25/2009", "right": "Pelayanan publik"},
            {"id": "2", "left": "UU 27/2022", "right": "Pelindungan data pribadi"},
            {"id": "3", "left": "UU 20/2023", "right": "Aparatur sipil negara"},
        ],
    },
    "q-order": {
        "kind": "ordering",
        "prompt": "<p>Urutkan penanganan pengaduan.</p>",
        "items": [{"id": "a", "html": "Terima"}, {"id": "b", "html": "Periksa"}, {"id": "c", "html": "Jawab"}],
    },
    "q-fill": {"kind": "fill-in", "prompt": "<p>Kepanjangan SPM?</p>", "accepted": ["Standar Pelayanan Minimal"]},
    "q-number": {"kind": "numeric", "prompt": "<p>Suhu simpan?</p>", "value": 20.5, "tolerance": 0.5, "unit": "°C"},
}
PAGES = [
    (
        "p-01",
        "Mendengar warga",
        "<p>Selamat <strong>belajar</strong>. Lihat <a href='#p-03' data-page='p-03'>data</a>.</p>"
        "<img src='aset/gambar.svg' alt='Loket pelayanan'>"
        "<aside class='catatan'><p class='judul'><strong>Catatan</strong></p><p>Dengar dulu.</p></aside>",
        ["q-choice"],
    ),
    (
        "p-02",
        "Asas dan aturan",
        "<table><thead><tr><th>Asas</th><th>Arti</th></tr></thead>"
        "<tbody><tr><td>Kesamaan</td><td>Tanpa beda</td></tr></tbody></table>",
        ["q-multiple", "q-true", "q-match"],
    ),
    (
        "p-03",
        "Langkah kerja",
        "<figure class='video'><video controls preload='none'><source src='aset/film.mp4' type='video/mp4'>"
        "<track src='aset/film.vtt' kind='captions' srclang='id' default></video>"
        "<figcaption>Film</figcaption><details class='transkrip'>"
        "<summary>Transkrip</summary><p>Isi film.</p></details></figure>",
        ["q-order", "q-fill", "q-number"],
    ),
]
RIGHT: dict[str, Any] = {
    "q-choice": 1,
    "q-multiple": [1, 2],
    "q-true": False,
    "q-match": [0, 1, 2],
    "q-order": [0, 1, 2],
    "q-fill": "standar  pelayanan minimal",
    "q-number": "20,8",
}


def course_json(**changes: Any) -> dict[str, Any]:
    """The course as a dictionary."""
    pages = [
        {
            "id": page,
            "title": title,
            "questions": questions,
            "html": html + "".join(f"<div class='soal' data-question='{name}'></div>" for name in questions),
        }
        for page, title, html, questions in PAGES
    ]
    questions = {name: {"id": name, **question} for name, question in QUESTIONS.items()}
    base = {
        "format": 1,
        "id": "uji-pemutar",
        "iri": "https://w3id.org/jampel/modul/uji/uji-pemutar",
        "version": "1.0.0",
        "digest": "0" * 64,
        "title": "Pelayanan yang Mendengar",
        "language": "id",
        "description": "Modul uji",
        "jp": 150,
        "bentuk": "e-learning",
        "mastery": 70,
        "competency": "Sosial kultural",
        "authors": ["Tim"],
        "institution": "Dinas Uji",
        "licence": "CC-BY-4.0",
        "minutes": 20,
        "pages": pages,
        "questions": questions,
    }
    return {**base, **changes}


def without_questions() -> dict[str, Any]:
    """The same pages with nothing to answer."""
    pages = [{"id": page, "title": title, "html": html, "questions": []} for page, title, html, _questions in PAGES]
    return course_json(pages=pages, questions={}, mastery=None)


@pytest.fixture
def write_module(tmp_path: Path) -> Callable[..., Path]:
    """`write_module(config, course)` is a folder with `index.html`, the player and the assets."""

    def write(config: dict[str, Any], course: dict[str, Any] | None = None, folder: str = "modul") -> Path:
        place = tmp_path / folder
        shutil.rmtree(place, ignore_errors=True)
        (place / "aset").mkdir(parents=True)
        (place / "aset" / "gambar.svg").write_text(PICTURE, encoding="utf-8")
        (place / "aset" / "film.mp4").write_bytes(b"\0" * 64)
        (place / "aset" / "film.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nHalo\n", encoding="utf-8")
        model = msgspec.convert(course or course_json(), Course)
        write_entries(place, course_content(model, (), str(config["transport"]), PLAIN, config))
        return place

    return write


class _Quiet(SimpleHTTPRequestHandler):
    """Files with the policy a strict site sends: nothing inline, nothing from elsewhere."""

    def log_message(self, *_: object) -> None:
        """Tests read no access log."""

    def do_GET(self) -> None:  # noqa: N802 (the name http.server asks for)
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
            return
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header(
            "Content-Security-Policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"
        )
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


@contextlib.contextmanager
def running(handler: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[str]:
    """The address at which `tmp_path` is served."""
    with running(partial(_Quiet, directory=str(tmp_path))) as address:
        yield address


@pytest.fixture(scope="module")
def browser(playwright: Playwright, require: Callable[[str], str]) -> Iterator[Browser]:
    """A real Chromium."""
    chromium = playwright.chromium.launch(executable_path=require("chromium"), args=ARGS)
    yield chromium
    chromium.close()


class Learner:
    """Does in the browser what a learner does. `frame` is the page or the frame that holds the player."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame

    def ready(self, *, whole: bool = True) -> "Learner":
        """The page is on the screen, and if `whole` its questions and media, which may come after its text, too."""
        self.frame.locator(".jp-page:visible h1").wait_for()
        if whole:
            self.frame.wait_for_function(SHOWN)
        return self

    def heading(self) -> str:
        return str(self.frame.locator(".jp-page:visible h1").inner_text())

    def next(self) -> None:
        self.frame.locator(".jp-steps .jp-primary").click()

    def open(self, number: int) -> None:
        self.frame.locator(".jp-list button").nth(number).evaluate("button => button.click()")

    def form(self, name: str) -> Any:
        return self.frame.locator(f"#jp-soal-{name}")

    def fill(self, name: str, response: Any) -> None:
        form, kind = self.form(name), QUESTIONS[name]["kind"]
        form.wait_for()
        if kind in ("choice", "multiple"):
            for box in form.locator("input").all():
                box.set_checked(False) if kind == "multiple" else None
            for index in response if isinstance(response, list) else [response]:
                form.locator("input").nth(index).check()
        elif kind == "true-false":
            form.locator("input").nth(0 if response else 1).check()
        elif kind == "matching":
            for left, right in enumerate(response):
                form.locator("select").nth(left).select_option(str(right))
        elif kind == "ordering":
            self._order(form, [QUESTIONS[name]["items"][index]["html"] for index in response])
        else:
            form.locator("input").fill(response)

    def _order(self, form: Any, wanted: list[str]) -> None:
        for place, text in enumerate(wanted):
            while (shown := form.locator(".jp-order-text").all_inner_texts()).index(text) > place:
                form.locator("li").nth(shown.index(text)).locator("[data-step='-1']").click()

    def answer(self, name: str, response: Any) -> str:
        self.fill(name, response)
        self.form(name).locator("[type=submit]").click()
        return str(self.form(name).locator(".jp-verdict").inner_text())

    def play(self, wrong: dict[str, Any] | None = None) -> None:
        """From the page that is open to the result, every question answered once."""
        responses = {**RIGHT, **(wrong or {})}
        for page in PAGES:
            for name in page[3]:
                self.answer(name, responses[name])
            self.next()

    def best(self) -> dict[str, Any]:
        return dict(self.frame.evaluate("Jampel.player.session.state.best"))


def _kill(page: Any) -> None:
    """Ends the page's process as a power cut does: no event fires, nothing is saved on the way out."""
    with page.expect_event("crash"), contextlib.suppress(Exception):
        page.goto("chrome://crash", timeout=5000)
    page.close()


@pytest.fixture
def kill() -> Callable[[Any], None]:
    """`kill(page)` is the power cut."""
    return _kill


@pytest.fixture
def learner() -> Callable[..., Learner]:
    """`learner(page)` is a learner once the first page is on the screen, as in `Learner.ready`."""
    return lambda frame, **how: Learner(frame).ready(**how)


@pytest.fixture
def sample() -> Callable[..., dict[str, Any]]:
    """`sample(mastery=50)` is the course with changes."""
    return course_json


@pytest.fixture
def sample_without_questions() -> dict[str, Any]:
    """The course with pages alone."""
    return without_questions()


@pytest.fixture
def right() -> dict[str, Any]:
    """A right response to every question."""
    return dict(RIGHT)


@pytest.fixture
def serving() -> Callable[..., contextlib.AbstractContextManager[str]]:
    """`with serving(handler) as address` runs a server of the test's own."""
    return running
