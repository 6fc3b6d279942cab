"""The office that these people share: a running demo with a short module, accounts of the staff, and pictures."""

import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from playwright.sync_api import Error as PlaywrightError
from pypdfium2 import PdfDocument

from lti_tool.accounts import Accounts
from lti_tool.cli import main
from lti_tool.house.model import Role
from lti_tool.sandbox.config import open_platform
from lti_tool.sandbox.model import LEARNER, LineItem, ResourceLink, User
from lti_tool.services import Services, open_services
from lti_tool.settings import load_settings
from lti_tool.web.testing import CHEAP, write_module
from tests.e2e.conftest import Demo, Watch
from tests.e2e.hands import Finger, Keyboard, Mouse

PASSWORD = "kuda-laut-menari-di-teluk"  # noqa: S105 - of accounts that live for one test
UNKNOWN = "Peserta Baru Tanpa Nomor"
REFUSED = (400, 401, 403, 422, 429)
MODULE, COURSE = "Pelayanan publik", "bangkom"
HANDS: dict[str, type[Mouse]] = {"mouse": Mouse, "keyboard": Keyboard, "finger": Finger}
SECOND_PAGE = """# Latihan

Satu dari tiap jenis soal.

::: soal pilihan #sp-02
Siapa yang dilayani?

- [ ] Hanya kenalan
- [x] Semua warga
:::

::: soal pilihan-jamak #sp-03
Apa yang diumumkan?

- [x] Biaya
- [ ] Kata sandi
- [x] Waktu
:::

::: soal jodohkan #sp-04
Pasangkan.

- Aduan => Dijawab
- Antrean => Diatur
:::

::: soal urutkan #sp-05
Urutkan.

1. Dengar
2. Catat
3. Jawab
:::

::: soal angka #sp-06
Berapa hari dalam seminggu?

= 7
:::
"""


@dataclass
class Office:
    """The demo, with a short module in its course; `learners` are names of people of the LMS with a NIP."""

    demo: Demo
    link: str
    learners: list[str]
    _accounts: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def services(self) -> Iterator[Services]:
        """What lies on the disk of the running tool."""
        with open_services(load_settings(self.demo.data, {})) as services:
            yield services

    def account(self, username: str, role: Role) -> str:
        """Makes a member of the staff, once; returns the name by which they sign in."""
        if username not in self._accounts:
            with self.services() as services:
                made = Accounts(services.house, services.clock, services.ids, CHEAP)
                made.create(username, f"Petugas {username.capitalize()}", role, PASSWORD)
            self._accounts[username] = role
        return username


@pytest.fixture(scope="session")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The demo with the short module published and linked in the course of the LMS."""
    folder = write_module(tmp_path_factory.mktemp("modul"))
    (folder / "isi" / "02-latihan.md").write_text(SECOND_PAGE, encoding="utf-8")
    with open_services(load_settings(demo.data, {})) as services:
        module = services.library.publish(folder)[0].course_id
    store = open_platform(demo.data).store
    store.fill([], [User("uji-tanpa-nip", UNKNOWN, LEARNER)])
    link = store.add_link(
        ResourceLink("", COURSE, MODULE, {"jampel_module": module}), LineItem("", COURSE, MODULE, 100)
    )
    names = [one.name for one in store.users() if one.role == LEARNER and one.nip]
    return Office(demo, link, [name for name in names if names.count(name) == 1])


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go: JAMPEL_ARTIFACTS, or a folder that the next runs of the tests throw away."""
    wanted = os.environ.get("JAMPEL_ARTIFACTS")
    return Path(wanted) if wanted else tmp_path_factory.mktemp("artefak")


class Album:
    """The pictures of one test, numbered in the order in which they were taken."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)  # those of an earlier run
        folder.mkdir(parents=True)
        self.folder = folder
        self._taken = 0

    def __call__(self, page: Page, name: str) -> None:
        """Takes a picture of what is on the screen."""
        self._taken += 1
        file = self.folder / f"{self._taken:02d}-{name}.png"
        try:
            page.screenshot(path=file)
        except PlaywrightError:  # Chromium gives up on a picture now and then while the machine is busy
            page.screenshot(path=file)

    def files(self) -> Path:
        """Where the files go that the person got."""
        place = self.folder / "berkas"
        place.mkdir(exist_ok=True)
        return place


@pytest.fixture
def album(request: pytest.FixtureRequest, artifacts: Path) -> Album:
    name = request.node.name.removeprefix("test_").translate(str.maketrans("[]", "--")).strip("-")
    return Album(artifacts / request.path.stem.removeprefix("test_") / name)


@dataclass
class Room:
    """Browsers for the people of one test; what must not happen in any of them is watched."""

    browser: Browser
    watch: Watch
    album: Album
    contexts: list[BrowserContext] = field(default_factory=list)

    def person(self, hand: str = "mouse", **options: Any) -> Mouse:
        """Somebody with a browser of their own, where nobody is signed in; a finger comes with a telephone."""
        size = {"width": 360, "height": 740} if hand == "finger" else {"width": 1280, "height": 900}
        wanted = {"locale": "id-ID", "viewport": size, "has_touch": hand == "finger", "accept_downloads": True}
        context = self.browser.new_context(**(wanted | options))
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        context.on("request", self.watch.request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.watch.problems.append(f"script: {error.error}"))
        return HANDS[hand](context.new_page())

    def _console(self, message: ConsoleMessage) -> None:
        """A form that is refused is an answer like another; the browser notes it as an error."""
        if not any(f"a status of {status}" in message.text for status in REFUSED):
            self.watch.console(message)

    def leave(self, *, failed: bool) -> None:
        """Closes all browsers; of a test that failed, with a last picture of each page."""
        for context in self.contexts:
            for page in context.pages if failed else []:
                self.album(page, "gagal")
            context.close()


@pytest.fixture
def room(chromium: Browser, watch: Watch, album: Album, request: pytest.FixtureRequest) -> Iterator[Room]:
    found = Room(chromium, watch, album)
    yield found
    found.leave(failed=getattr(request.node, "failed", False))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Keeps with a test that it failed, for the last pictures."""
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report


def sign_in(hand: Mouse, office: Office, username: str, role: Role) -> None:
    """From the start page to one's own, as anybody of the staff does."""
    office.account(username, role)
    page = hand.page
    page.goto(office.demo.tool)
    hand.press(page.locator(".who").get_by_role("link", name="Masuk"))
    hand.fill(page.get_by_label("Nama pengguna"), username)
    hand.fill(page.get_by_label("Kata sandi"), PASSWORD)
    hand.press(page.locator("main").get_by_role("button", name="Masuk"))
    page.get_by_role("link", name=f"Petugas {username.capitalize()}").wait_for()


def admin_part(hand: Mouse, name: str) -> None:
    """Goes to a part of the administration by its links; beside the name may stand how much waits there."""
    hand.press(hand.page.get_by_role("navigation", name="Utama").get_by_role("link", name="Admin"))
    parts = hand.page.get_by_role("navigation", name="Bagian admin")
    hand.press(parts.get_by_role("link", name=re.compile(f"^{name}")))


def until(page: Page, done: Callable[[], bool], seconds: int = 30) -> None:
    """Loads the page anew until `done`: the worker needs a moment."""
    for _ in range(seconds * 4):
        if done():
            return
        page.wait_for_timeout(250)
        page.reload()
    pytest.fail(f"did not happen within {seconds} s: {page.inner_text('main')[:500]}")


def jampel(office: Office, *arguments: str | Path) -> Result:
    """A command on the data of the running tool, as its operator gives it."""
    environment = {"JAMPEL_DATA": str(office.demo.data), "JAMPEL_LANG": "id"}
    return CliRunner().invoke(main, [str(one) for one in arguments], env=environment)


def in_content(page: Page) -> bool:
    """Whether the keyboard goes on in the content, after something was told there, and the top is still in sight.

    The focus moves a moment after the page can be read, so it gets that moment.
    """
    for _ in range(200):
        if page.evaluate("() => document.activeElement.closest('main') !== null && scrollY === 0"):
            return True
        page.wait_for_timeout(50)
    return False


def text_of(paper: Path) -> str:
    """What can be read in a PDF."""
    with PdfDocument(paper) as opened:
        return " ".join(page.get_textpage().get_text_range() for page in opened)


def new_name() -> str:
    """A name that nobody has yet: people of several tests share the office."""
    return f"uji-{uuid.uuid4().hex[:8]}"
