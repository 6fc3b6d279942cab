"""A certified OpenID provider (npm's oidc-provider) as a process, and a person's browser that logs in there."""

import json
import re
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

import requests

PROGRAM = Path(__file__).parent.parent / "js" / "oidc_provider.mjs"


class CertifiedProvider:
    """The provider; `token` and `userinfo` are its two issuers, named by where their claims are."""

    def __init__(self, node: str, people: dict[str, Any], clients: list[dict[str, Any]]) -> None:
        self._process = subprocess.Popen(
            [node, str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        issuers = json.loads(self._told(json.dumps({"people": people, "clients": clients})))
        self.token: str = issuers["token"]
        self.userinfo: str = issuers["userinfo"]

    def _told(self, line: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def rotate(self) -> None:
        """New keys sign from now on; the old ones stay published."""
        assert self._told("rotate") == "rotate"

    def replace(self) -> None:
        """New keys sign from now on, and the old ones are gone."""
        assert self._told("replace") == "replace"

    def __enter__(self) -> "CertifiedProvider":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()


class Person:
    """A browser at the provider."""

    def __init__(self, login: str) -> None:
        self.login = login
        self._session = requests.Session()

    def authorize(self, address: str, *, gives_up: bool = False) -> str:
        """The address that the provider sends the browser back to, after a login there, or after leaving its form."""
        answer = self._session.get(address, allow_redirects=False, timeout=20)
        while answer.is_redirect:
            onward = urljoin(answer.url, answer.headers["Location"])
            if onward.startswith("http://localhost/"):
                return onward
            answer = self._session.get(onward, allow_redirects=False, timeout=20)
            if answer.status_code == 200:
                answer = self._leave(answer.text) if gives_up else self._log_in(answer)
        raise AssertionError(f"the provider stopped at {answer.status_code}")

    def _log_in(self, form: requests.Response) -> requests.Response:
        (action,) = re.findall(r'action="([^"]+)"', form.text)
        fields = {"prompt": "login", "login": self.login, "password": "apa saja"}
        return self._session.post(urljoin(form.url, action), fields, allow_redirects=False, timeout=20)

    def _leave(self, page: str) -> requests.Response:
        (address,) = re.findall(r'href="([^"]+/abort)"', page)
        return self._session.get(address, allow_redirects=False, timeout=20)

    def log_out(self, address: str) -> requests.Response:
        """What the provider answers to a logout that began here, once it was confirmed there."""
        page = self._session.get(address, timeout=20)
        (action,) = re.findall(r'action="([^"]+)"', page.text)
        (secret,) = re.findall(r'name="xsrf" value="([^"]+)"', page.text)
        return self._session.post(action, {"xsrf": secret, "logout": "yes"}, allow_redirects=False, timeout=20)
