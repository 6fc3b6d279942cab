"""A browser without a screen: keeps cookies, follows forms and frames, reads the data a page carries."""

import json
from html.parser import HTMLParser
from http.cookiejar import Cookie, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin
from urllib.request import Request

import requests

from lti_tool.errors import ToolError

SECONDS = 20


class Form:
    """A form of a page: where it goes and what it sends when nobody changes anything."""

    def __init__(self, action: str, method: str) -> None:
        self.action = action
        self.method = method
        self.fields: dict[str, str] = {}


class Page(HTMLParser):
    """What a person would find in an HTML page: `forms`, `frames` (addresses), `links`, and `data` of JSON scripts."""

    def __init__(self, url: str, status: int, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url = url
        self.status = status
        self.text = text
        self.forms: list[Form] = []
        self.frames: list[str] = []
        self.links: list[str] = []
        self.data: dict[str, Any] = {}
        self._script: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collects forms with their fields, frames, links and JSON scripts."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(urljoin(self.url, values.get("action", "")), values.get("method", "get").lower()))
        elif tag in ("input", "button") and values.get("name") and self.forms:
            checked = values.get("type") not in ("checkbox", "radio", "submit") and tag == "input"
            if checked or "checked" in values:
                self.forms[-1].fields[values["name"]] = values.get("value", "")
        elif tag == "iframe":
            self.frames.append(urljoin(self.url, values.get("src", "")))
        elif tag == "a":
            self.links.append(urljoin(self.url, values.get("href", "")))
        elif tag == "script" and values.get("type") == "application/json":
            self._script = values.get("id")

    def handle_data(self, data: str) -> None:
        """Reads the JSON of a data script."""
        if self._script:
            self.data[self._script] = json.loads(data)

    def handle_endtag(self, tag: str) -> None:
        """Ends a data script."""
        if tag == "script":
            self._script = None


class _LoopbackPolicy(DefaultCookiePolicy):
    """Keeps Secure cookies of loopback sites usable over http: browsers trust loopback as they trust https."""

    def set_ok(self, cookie: Cookie, request: Request) -> bool:
        cookie.secure = False
        return super().set_ok(cookie, request)


class Browser:
    """One person's browser. Secure cookies travel over http to loopback too, as in real browsers."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.cookies.set_policy(_LoopbackPolicy())

    def get(self, url: str) -> Page:
        """Opens an address, following redirects; raises ToolError when nobody answers."""
        return self._page(self._ask("GET", url))

    def submit(self, form: Form, **changed: object) -> Page:
        """Sends a form with some fields changed, following redirects; a list sends a field several times."""
        fields = {**form.fields, **changed}
        if form.method == "post":
            return self._page(self._ask("POST", form.action, data=fields))
        return self._page(self._ask("GET", form.action, params=fields))

    def send_json(
        self, method: str, url: str, body: object, headers: dict[str, str], params: dict[str, str] | None = None
    ) -> requests.Response:
        """A request as a script of the page would make it."""
        return self._ask(method, url, json=body, headers=headers, params=params)

    def _ask(self, method: str, url: str, **parts: Any) -> requests.Response:
        try:
            return self._session.request(method, url, timeout=SECONDS, **parts)
        except requests.RequestException as cause:
            raise ToolError("demo.no_answer", type(cause).__name__, url=url) from cause

    @staticmethod
    def _page(answer: requests.Response) -> Page:
        return Page(answer.url, answer.status_code, answer.text)


def reachable(url: str) -> bool:
    """True when something answers at `url` with success."""
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def read_statements(endpoint: str, key: str, secret: str, params: dict[str, str]) -> list[dict[str, Any]]:
    """The statements that the LRS at `endpoint` gives for `params`; raises ToolError when it does not."""
    try:
        answer = requests.get(
            endpoint + "statements",
            params=params,
            auth=(key, secret),
            headers={"X-Experience-API-Version": "1.0.3"},
            timeout=SECONDS,
        )
        answer.raise_for_status()
    except requests.RequestException as cause:
        raise ToolError("demo.no_answer", type(cause).__name__, url=endpoint) from cause
    return answer.json()["statements"]
