"""Measures how long a learner on a slow link waits for the first page, in a real Chromium with the link of the browser.

    python -m bench.first_screen                         # the example modules and one of 200 pages
    python -m bench.first_screen --kilobits 256 --latency 600

The link gives 512 kbit/s with 300 ms of latency; the server packs nothing, as many an LMS does not. Beside it stands
the floor: two round trips (the page, then what it names) and the bytes alone. The target is 4 s and 100 KB.
"""

import argparse
import contextlib
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
from playwright.sync_api import Browser, sync_playwright

from scorm_packager.archive import Entry
from scorm_packager.content import course_content
from scorm_packager.course import Course, Page
from scorm_packager.formats.web import write_entries
from scorm_packager.options import PLAIN
from scorm_packager.source.module import Module, read_module

ROOT = Path(__file__).parent.parent
TRANSPORTS = ("scorm12", "scorm2004", "cmi5", "tincan", "web")
MOST_SECONDS, MOST_BYTES = 4.0, 100 * 1024
PAGES, QUESTIONS = 200, 150
WATCH = """
new MutationObserver(() => {
    const title = document.querySelector('.jp-page:not([hidden]) h1');
    if (title) requestAnimationFrame(() => { window.readable = window.readable || performance.now(); });
}).observe(document, {childList: true, subtree: true, attributes: true});
"""


ARRIVED = """() => [window.readable / 1000, performance.getEntries()
    .filter(one => one.encodedBodySize && one.responseEnd <= window.readable)
    .reduce((sum, one) => sum + one.encodedBodySize, 0)]"""


class Quiet(SimpleHTTPRequestHandler):
    """Files as they are, over connections that stay open."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which `folder` is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def of_many_pages(module: Module, count: int) -> Course:
    """`module` with its pages again and again, and as many questions, each with a name of its own."""
    pages: list[Page] = []
    questions = {}
    for number in range(count):
        page = module.course.pages[number % len(module.course.pages)]
        html, names = page.html, []
        for name in page.questions[: QUESTIONS - len(questions)]:
            names.append(f"{name}-{number}")
            html = html.replace(f'data-question="{name}"', f'data-question="{names[-1]}"')
            questions[names[-1]] = msgspec.structs.replace(module.course.questions[name], id=names[-1])
        page = msgspec.structs.replace(page, id=f"p-{number + 1:03}", html=html, questions=tuple(names))
        pages.append(page)
    return msgspec.structs.replace(module.course, pages=tuple(pages), questions=questions)


def measure(browser: Browser, address: str, kilobits: int, latency: int) -> tuple[float, int]:
    """Seconds until the first page can be read, and bytes that had come by then."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    rate = kilobits * 1000 / 8
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate},
    )
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => window.readable", timeout=120_000)
    seconds, size = page.evaluate(ARRIVED)
    context.close()
    return float(seconds), int(size)


def courses() -> Iterator[tuple[str, Course, Sequence[Entry]]]:
    """What is measured: its name, the course and its files."""
    modules = [read_module(path.parent) for path in sorted((ROOT / "examples" / "modul").glob("*/modul.toml"))]
    for module in modules:
        yield module.course.id, module.course, [Entry(asset.path, asset.source) for asset in module.assets]
    assets = [Entry(asset.path, asset.source) for asset in modules[0].assets]
    yield f"{PAGES} pages, {QUESTIONS} questions", of_many_pages(modules[0], PAGES), assets


def main() -> int:
    """Prints one line for each module and transport; exit 1 when one is slower or larger than the target."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kilobits", type=int, default=512)
    options.add_argument("--latency", type=int, default=300, help="milliseconds")
    given = options.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("needs chromium: apt-get install chromium", file=sys.stderr)
        return 3
    missed = 0
    print("| module | transport | first page after | bytes | floor of the link | ratio |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="jampel-") as room, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, course, assets in courses():
            for transport in TRANSPORTS:
                folder = Path(room) / f"{course.id}-{len(course.pages)}-{transport}"
                write_entries(folder, [*course_content(course, (), transport, PLAIN), *assets])
                with serving(folder) as address:
                    seconds, size = measure(browser, f"{address}/index.html", given.kilobits, given.latency)
                floor = 2 * given.latency / 1000 + size * 8 / (given.kilobits * 1000)
                print(f"| {name} | {transport} | {seconds:.2f} s | {size:,} | {floor:.2f} s | {seconds / floor:.2f} |")
                missed += seconds > MOST_SECONDS or size > MOST_BYTES
        browser.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
