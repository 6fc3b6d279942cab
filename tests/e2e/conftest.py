"""The demo as real processes, and real browsers for the people in it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from tests.ports import free_ports

CHROMIUM_ARGS = [
    "--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
START_SECONDS = 120
#: How long a page may take to say what is expected of it, in milliseconds: a busy machine is no fault of the page.
expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Demo:
    """A running demo: the tool's and the sandbox's address, the link for the first admin, and its data folder."""

    tool: str
    sandbox: str
    admin_link: str
    data: Path


@dataclass
class Watch:
    """What must not happen in any browser of the loop: requests to other hosts, console errors, failing pages."""

    hosts: set[str]
    problems: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        """Notes a request that leaves the two sites of the demo."""
        if request.url.startswith("http") and not any(request.url.startswith(host) for host in self.hosts):
            self.problems.append(f"request to {request.url}")

    def console(self, message: ConsoleMessage) -> None:
        """Notes an error in the console."""
        if message.type == "error":
            self.problems.append(f"console: {message.text}")


@contextlib.contextmanager
def running_demo(data: Path) -> Iterator[Demo]:
    """`jampel demo` in the folder `data` on two free ports, until the end of the block."""
    port = free_ports()
    command = [sys.executable, "-m", "lti_tool.cli", "demo", "--port", str(port), "--data", str(data)]
    environment = os.environ | {"JAMPEL_LANG": "id"}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    lines: Queue[str] = Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in process.stderr or []], daemon=True).start()
    try:
        link, said = "", ""
        while not link:
            try:
                said += lines.get(timeout=START_SECONDS)
            except Empty:
                pytest.fail(f"the demo did not start:\n{said}")
            link = next(iter(re.findall(r"http://\S+/awal/\S+", said)), "")
        yield Demo(f"http://127.0.0.1:{port}", f"http://localhost:{port + 1}", link, data)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo that tests share: what they leave in it, an LMS or a tool more, is there for the next."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="module")
def playwright(require: Callable[[str], str]) -> Iterator[Playwright]:
    require("chromium")
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, require: Callable[[str], str]) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=require("chromium"), args=CHROMIUM_ARGS)
    yield browser
    browser.close()


@pytest.fixture
def watch(demo: Demo) -> Watch:
    return Watch({demo.tool, demo.sandbox})


@pytest.fixture
def new_person(chromium: Browser, watch: Watch) -> Iterator[Callable[[], Page]]:
    """`new_person()` is a page in a browser of its own, with nobody logged in."""
    contexts: list[BrowserContext] = []

    def make() -> Page:
        context = chromium.new_context(locale="id-ID", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        context.on("request", watch.request)
        context.on("console", watch.console)
        context.on("weberror", lambda error: watch.problems.append(f"script: {error.error}"))
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
