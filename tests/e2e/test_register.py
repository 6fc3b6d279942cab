"""Registration in the frame of an LMS on another site, in a real browser that lets no cookie into frames."""

import dataclasses
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from lti_tool.registration.desk import RegistrationDesk
from lti_tool.registration.request import SCOPES, TOOL_CONFIGURATION, Addresses
from lti_tool.testing import FakeHttp, json_reply, moodle_configuration
from lti_tool.web.app import create_app
from lti_tool.web.testing import CHEAP, Site
from tests.ports import free_ports

pytestmark = pytest.mark.e2e
TOKEN = "undangan-uji"  # noqa: S105 - of an invite that lives for one test


class Quiet(WSGIRequestHandler):
    """Writes no line for a request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Lms:
    """The tool and an LMS on another site; the LMS's page shows the invite in a frame and tells what it is told."""

    def __init__(self, folder: Path) -> None:
        port = free_ports()
        self.tool, self.address = f"http://alat.localhost:{port}", f"http://lms.localhost:{port + 1}"
        self.site = Site(folder, base_url=self.tool)
        self.http = FakeHttp({f"GET {self.address}/c": json_reply(moodle_configuration(self.address))})
        self.http.check = lambda _url: None  # the LMS of this test has neither https nor a public address
        services = self.site.services
        desk = RegistrationDesk(
            services.lti_parts.store, self.http, secret=b"k" * 32, ours=Addresses(self.tool),
            profiles=lambda name: services.adapters.get(name).launch_profile, clock=self.site.clock, ids=uuid.uuid4,
        )  # fmt: skip
        services.lti_parts = dataclasses.replace(services.lti_parts, registration=desk)
        services.lti.invites.add("Provinsi Contoh", TOKEN, uuid.uuid4().hex, self.site.clock())
        self._servers = [
            make_server("127.0.0.1", port, create_app(services, CHEAP), threaded=True, request_handler=Quiet),
            make_server("127.0.0.1", port + 1, self._page, threaded=True, request_handler=Quiet),
        ]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def answers(self, *replies: object) -> None:
        self.http.answers[f"POST {self.address}/mod/lti/openid-registration.php"] = list(replies)

    def _page(self, _environ: object, start: object) -> list[bytes]:
        frame = f"{self.tool}/lti/register/{TOKEN}?openid_configuration={self.address}/c&registration_token=abc"
        page = f"""<!doctype html><p id="told"></p><iframe src="{frame}" width=900 height=900></iframe>
        <script>addEventListener("message", e => {{
          document.getElementById("told").textContent = `${{e.data.subject}} ${{e.origin}}`;
          document.querySelector("iframe").remove(); }})</script>"""
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])  # type: ignore[operator]
        return [page.encode()]

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self.site.close()


@pytest.fixture
def lms(tmp_path: Path) -> Iterator[Lms]:
    found = Lms(tmp_path / "data")
    yield found
    found.close()


@pytest.fixture
def page(chromium: Browser, lms: Lms) -> Iterator[Page]:
    context = chromium.new_context(locale="id-ID")
    found = context.new_page()
    found.goto(lms.address)
    yield found
    assert context.cookies() == []
    context.close()


def registered(client: str) -> object:
    value = {"client_id": client, "scope": " ".join(SCOPES), TOOL_CONFIGURATION: {"deployment_id": "7"}}
    return json_reply(value)


def test_an_admin_previews_installs_and_closes_the_page_in_the_frame_of_the_lms(lms: Lms, page: Page) -> None:
    lms.answers(json_reply({"error": "token_already_used"}, 401), registered("klien"))
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Pasang").click()
    frame.get_by_text("token_already_used").wait_for()
    assert lms.site.services.lti.platforms.list() == []
    frame.get_by_role("button", name="Coba lagi").click()
    frame.get_by_text("Menunggu Jampel dibuka pertama kali").wait_for()
    (platform,) = lms.site.services.lti.platforms.list()
    lms.site.services.lti.platforms.save_jwks(platform.id, "{}", lms.site.clock())
    frame.get_by_text("Aktif: LMS ini sudah membuka Jampel.").wait_for()
    frame.get_by_role("button", name="Selesai").click()
    page.get_by_text(f"org.imsglobal.lti.close {lms.tool}").wait_for()


def test_a_page_of_another_site_cannot_show_the_preview(chromium: Browser, lms: Lms) -> None:
    context = chromium.new_context()
    page = context.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"{lms.address.replace('lms.', 'lain.')}/")
    context.close()
