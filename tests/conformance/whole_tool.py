"""The whole tool with its real pages, and one platform that signs: for what only a browser would see."""

import json
import uuid
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.http import Reply
from lti_tool.platform_keys import PlatformKeys
from lti_tool.testing import TOOL, FakeHttp, FakePlatform, state_and_nonce
from lti_tool.web.testing import PASSWORD, Site, send

MODULE = "pelayanan-publik"


class WholeTool:
    """A `Site` at the address `TOOL` whose platform `fake` is registered, with one module in the library."""

    def __init__(self, folder: Path, key: RSAPrivateKey, url: str = "") -> None:
        self.site = Site(folder / "data", base_url=TOOL, url=url)
        self.services, self.clock = self.site.services, self.site.clock
        self.fake = FakePlatform(key, self.clock)
        store = self.services.lti
        self.platform = store.platforms.add(self.fake.registration(), uuid.uuid4().hex, self.clock())
        store.deployments.approve(self.platform.id, self.fake.deployment, self.clock())
        http: Any = FakeHttp({f"GET {self.fake.issuer}/certs": Reply(200, self.fake.jwks(), {})})
        keys = PlatformKeys(http, store.platforms, self.clock)
        self.services.lti_parts.receiver.keys = self.services.lti_parts.notices.keys = keys
        self.site.publish(folder / "modul")

    def browser(self) -> FlaskClient:
        """A browser without any cookie."""
        return self.site.browser()

    def staff(self) -> FlaskClient:
        """A browser logged in as an administrator."""
        browser = self.browser()
        browser.environ_base["HTTP_REFERER"] = "https://localhost/"  # as browsers say where a form comes from
        self.site.accounts.create("admin", "Petugas", "admin", PASSWORD)
        send(browser, "/masuk", "/masuk", username="admin", password=PASSWORD)
        return browser

    def login(self, browser: FlaskClient, **changes: str) -> TestResponse:
        """The tool's answer to a login of this browser."""
        return browser.post("/lti/login", data=self.fake.login_form(**changes), base_url=TOOL)

    def form(self, browser: FlaskClient, *, deep_linking: bool = False, **claims: Any) -> dict[str, str]:
        """The form that the platform posts after a login of `browser`; a claim changed to `...` is left out."""
        state, nonce = state_and_nonce(self.login(browser, lti_deployment_id="").headers["Location"])
        usual = self.fake.deep_linking_claims(nonce) if deep_linking else self.fake.claims(nonce)
        changed = {name: value for name, value in (usual | claims).items() if value is not ...}
        return {"state": state, "id_token": self.fake.token(changed)}

    def launch(self, browser: FlaskClient | None = None, **claims: Any) -> TestResponse:
        """The page of a launch in `browser` (or a new one)."""
        browser = browser or self.browser()
        return browser.post("/lti/launch", data=self.form(browser, **claims), base_url=TOOL)

    def kept(self) -> tuple[int, int, int]:
        """How many launches and people there are, and how many deployments wait or not."""
        store = self.services.lti
        return len(store.launches.last(10_000)), len(self.services.people.waiting()), len(store.deployments.list())


def config_of(page: str) -> dict[str, Any]:
    """The configuration of the player in a page."""
    found: dict[str, Any] = json.loads(page.split('id="jampel-config">')[1].split("</script>")[0])
    return found
