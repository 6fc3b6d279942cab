"""Takes the pictures of the documents from a running demo: `python -m tools.screenshots`."""

import base64
import shutil
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from lti_tool.demo.data import prepare
from lti_tool.demo.places import Places, demo_settings, places_of, write_settings
from lti_tool.demo.run import processes
from lti_tool.settings import load_settings

IMAGES = Path(__file__).parent.parent / "docs" / "images"
ARGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run", "--disable-sync"]
SIZE = {"width": 1320, "height": 900}
#: A picture for each guide: its name and the page that it shows.
GUIDES = {"peran-admin-lms": "/admin/", "peran-penyusun": "/pustaka/", "peran-auditor": "/audit/pegawai"}
FRAME = """<!doctype html><body style="margin:0;padding:36px;background:#dfe7e6;display:grid;gap:28px;
grid-template-columns:1fr 1fr;width:1400px;box-sizing:border-box">{}</body>"""
PICTURE = '<img style="width:100%;border-radius:10px;box-shadow:0 6px 24px #0003" src="data:image/png;base64,{}">'


def main() -> None:
    """Writes docs/images/jampel.png, a learner in the LMS beside the audit, and the pages of the guides by role.

    The pictures of Moodle (moodle-*.png) are taken by hand: they need a Moodle.
    """
    with TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        settings = demo_settings(load_settings(Path(folder), {}), port)
        write_settings(settings)
        places = places_of(settings)
        link = prepare(settings, places)
        with processes(settings, places), sync_playwright() as playwright:
            executable = shutil.which("chromium") or shutil.which("chromium-browser")
            if executable is None:
                raise SystemExit("The pictures need Chromium (Debian: sudo apt-get install chromium).")
            browser = playwright.chromium.launch(executable_path=executable, args=ARGS)
            IMAGES.mkdir(exist_ok=True)
            pictures = [learner(browser, places), auditor(browser, places, link)]
            sheet = browser.new_page(viewport={"width": 1400, "height": 560})
            sheet.set_content(FRAME.format("".join(map(_embedded, pictures))))
            sheet.screenshot(path=IMAGES / "jampel.png", full_page=True)
            browser.close()


def learner(browser: Browser, places: Places) -> bytes:
    """A learner on the second page of a module, inside the LMS."""
    teacher = _person(browser)
    teacher.goto(places.sandbox)
    teacher.get_by_role("button", name="Widyaiswara Contoh").click()
    teacher.get_by_role("link", name="Pengembangan Kompetensi ASN").click()
    teacher.get_by_role("link", name="Tambah modul dari Jampel").click()
    picker = teacher.frame_locator("iframe[name=tool]")
    for choice in range(3):
        picker.locator("input[name=modules]").nth(choice).check()
    picker.get_by_role("button", name="Tambahkan ke kursus").click()
    teacher.wait_for_url("**ditambah=3")
    page = _person(browser)
    page.goto(places.sandbox)
    page.locator("button", has_text="Pegawai").nth(3).click()
    page.get_by_role("link", name="Pengembangan Kompetensi ASN").click()
    page.locator("ul.cards a", has_text="hasil laut").click()
    player = page.frame_locator("iframe[name=tool]")
    player.locator(".jp-steps .jp-primary").click()
    page.wait_for_timeout(800)
    return page.screenshot()


def auditor(browser: Browser, places: Places, link: str) -> bytes:
    """The audit's first page; on the way, the pages of the guides by role, which the same account may see."""
    page = _person(browser)
    page.goto(link)
    page.get_by_label("Nama lengkap").fill("Inspektur Contoh")
    page.get_by_label("Nama pengguna").fill("inspektur")
    page.get_by_label("Kata sandi").fill("kuda-laut-menari-di-teluk")
    page.get_by_role("button", name="Buat akun dan masuk").click()
    for name, path in GUIDES.items():
        page.goto(f"{places.tool}{path}")
        page.screenshot(path=IMAGES / f"{name}.png")
    page.goto(f"{places.tool}/audit/")
    return page.screenshot()


def _person(browser: Browser) -> Page:
    return browser.new_context(locale="id-ID", viewport=SIZE).new_page()


def _embedded(picture: bytes) -> str:
    return PICTURE.format(base64.b64encode(picture).decode())


if __name__ == "__main__":
    main()
