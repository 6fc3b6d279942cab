"""Each rung of the cookie ladder in a real browser, on two sites with TLS, through to the grade."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM_ARGS
from tests.e2e.solver import answer, course_of
from tests.e2e.two_sites import LMS_HOST, TOOL_HOST, TwoSites
from tests.ports import free_ports

pytestmark = pytest.mark.e2e
BLOCK, THIRD_PARTY = 2, {"cookie_controls_mode": 1, "block_third_party_cookies": True}
TOOL_SITE, LMS_SITE = "[*.]" + TOOL_HOST.split(".", 1)[1], "[*.]" + LMS_HOST.split(".", 1)[1]


@pytest.fixture
def sites(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TwoSites]:
    port = free_ports()
    found = TwoSites(tmp_path, (port, port + 1), **getattr(request, "param", {}))
    yield found
    found.close()


@pytest.fixture
def browser(playwright: Playwright, require: Callable[[str], str], tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """`browser(blocked)` is a page in a browser that blocks third-party cookies, and all cookies of the pattern
    `blocked` besides."""
    contexts: list[BrowserContext] = []

    def start(blocked: str = "") -> Page:
        folder = tmp_path / f"profil-{len(contexts)}"
        (folder / "Default").mkdir(parents=True)
        exceptions = {"cookies": {blocked: {"setting": BLOCK}}} if blocked else {}
        profile = {**THIRD_PARTY, "content_settings": {"exceptions": exceptions}}
        (folder / "Default" / "Preferences").write_text(json.dumps({"profile": profile}))
        context = playwright.chromium.launch_persistent_context(
            str(folder), executable_path=require("chromium"), ignore_https_errors=True, locale="id-ID",
            args=[*CHROMIUM_ARGS, "--host-resolver-rules=MAP *.test 127.0.0.1"],
        )  # fmt: skip
        contexts.append(context)
        return context.new_page()

    yield start
    for context in contexts:
        context.close()


def enter(page: Page, sites: TwoSites, name: str = "Pak Pegawai") -> None:
    page.goto(sites.lms)
    page.get_by_role("button", name=name).click()


def tool_frame(page: Page) -> Frame:
    frame = page.wait_for_selector("iframe[name=tool]").content_frame()
    assert frame is not None
    return frame


def learn_to_the_end(page: Page, open_player: Callable[[], Any], sites: TwoSites) -> None:
    """The first page with its answer, the module once more from the LMS, and on from where it was to the grade."""
    player = open_player()
    course = course_of(player)
    first, second = course["pages"][-2:]
    for part in course["pages"][:-1]:
        learn(player, course, part)
    player.wait_for_selector(f"[data-page='{second['id']}']")
    page.wait_for_timeout(1000)
    player = open_player()
    player.wait_for_selector(f"[data-page='{second['id']}']")
    assert player.locator(f"[data-page='{first['id']}']").count() == 0
    learn(player, course, second)
    expect(player.locator(".jp-result")).to_contain_text("100")
    for _ in range(100):
        if sites.grade() == 100:
            break
        page.wait_for_timeout(100)
    assert sites.grade() == 100


def learn(player: Any, course: dict[str, Any], part: dict[str, Any]) -> None:
    player.wait_for_selector(f"[data-page='{part['id']}']")
    for name in part["questions"]:
        answer(player, name)
    player.locator(".jp-steps .jp-primary").click()


def cookies_of_tool(page: Page) -> list[str]:
    return [cookie["name"] for cookie in page.context.cookies() if cookie["domain"].endswith(TOOL_HOST)]


def in_frame(page: Page, sites: TwoSites) -> Frame:
    page.goto(f"{sites.lms}/kegiatan/{sites.link}")
    frame = tool_frame(page)
    frame.wait_for_selector(".jp-page h1, .jp-page h2", timeout=20_000)
    return frame


def test_the_partitioned_cookie_is_enough_where_third_party_cookies_are_blocked(sites, browser) -> None:
    page = browser()
    plain = []
    page.on("request", lambda request: plain.append(request.url) if "/lti/" in request.url else None)
    enter(page, sites)
    learn_to_the_end(page, lambda: in_frame(page, sites), sites)
    logins = [url for url in plain if url.startswith(f"{sites.tool}/lti/login")]
    launches = [url for url in plain if url.startswith(f"{sites.tool}/lti/launch")]
    assert len(launches) == len(logins) == 2


def test_a_cookie_without_partition_does_not_come_back_in_this_browser(sites, browser) -> None:
    """The browser of these tests really blocks third-party cookies: the same cookie, not partitioned, is lost."""
    page, inner = browser(), sites.app.wsgi_app

    def unpartitioned(environ, start):
        strip = lambda headers: [(name, value.replace("; Partitioned", "")) for name, value in headers]  # noqa: E731
        return inner(environ, lambda status, headers, *rest: start(status, strip(headers), *rest))

    sites.app.wsgi_app = unpartitioned
    enter(page, sites)
    page.goto(f"{sites.lms}/kegiatan/{sites.link}")
    expect(page.frame_locator("iframe[name=tool]").locator("body")).to_contain_text("launch.cookie_missing")


@pytest.mark.parametrize("sites", [{"storage": True}], indirect=True)
def test_the_platform_keeps_the_value_where_the_browser_keeps_no_cookie(sites, browser) -> None:
    page = browser(f"{TOOL_SITE},*")
    enter(page, sites)
    learn_to_the_end(page, lambda: in_frame(page, sites), sites)
    assert cookies_of_tool(page) == []


@pytest.mark.parametrize("sites", [{"storage": True}], indirect=True)
def test_a_teacher_chooses_modules_where_the_browser_keeps_no_cookie(sites, browser) -> None:
    page = browser(f"{TOOL_SITE},*")
    enter(page, sites, "Bu Guru")
    page.goto(f"{sites.lms}/kursus/k1/tambah")
    frame = tool_frame(page)
    frame.wait_for_selector("input[name=modules]", timeout=20_000)
    frame.locator("input[name=modules]").check()
    frame.get_by_role("button", name="Tambahkan ke kursus").click()
    page.wait_for_url("**/kursus/k1?ditambah=1")
    assert len(sites.platform.store.links("k1")) == 2
    assert cookies_of_tool(page) == []


@pytest.mark.parametrize("sites", [{"lasting_hints": True}], indirect=True)
def test_a_tab_of_its_own_opens_where_nothing_is_kept_in_a_frame(sites, browser) -> None:
    page = browser(f"{TOOL_SITE},{LMS_SITE}")
    enter(page, sites)

    def in_tab() -> Page:
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.goto(f"{sites.lms}/kegiatan/{sites.link}")
        frame = page.frame_locator("iframe[name=tool]")
        expect(frame.locator("h2")).to_have_text("Supaya lain kali terbuka di sini")
        expect(frame.locator("body")).to_contain_text("Cookie pihak ketiga")
        with page.context.expect_page() as opened:
            frame.get_by_role("link", name="Buka di tab baru").click()
        tab = opened.value
        tab.wait_for_selector(".jp-page h1, .jp-page h2", timeout=20_000)
        return tab

    learn_to_the_end(page, in_tab, sites)
