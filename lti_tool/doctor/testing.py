"""A way to a platform for tests: answers as the platform's network and services would."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lti_tool.doctor.model import Certificate
from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.store import Platform


@dataclass
class FakeWay:
    """Stands for `Way`: `answers` maps `METHOD url` (without a query) to a Reply or an error; what `refused` maps a
    scope to is raised when its token is asked for; `hosts` gives addresses, `shown` the certificate or an error."""

    answers: dict[str, Reply | ToolError] = field(default_factory=dict)
    refused: dict[str, ToolError] = field(default_factory=dict)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    shown: Certificate | ToolError = field(
        default_factory=lambda: Certificate(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=90), "Contoh CA")
    )
    calls: list[tuple[str, str, bytes, str]] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of `host`; a host nobody listed has none."""
        if host not in self.hosts:
            raise ToolError("http.unresolved", "no address", host=host)
        return self.hosts[host]

    def certificate(self, url: str) -> Certificate:
        """What the host of `url` shows."""
        if isinstance(self.shown, ToolError):
            raise self.shown
        return self.shown

    def token(self, platform: Platform, scope: str) -> str:
        """A token for `scope`, unless it is refused."""
        if scope in self.refused:
            raise self.refused[scope]
        return f"token-{scope.rsplit('/', 1)[-1]}"

    def get(self, url: str, *, accept: str, token: str = "") -> Reply:
        """GET."""
        return self._answer("GET", url, b"", token)

    def post(self, url: str, body: bytes, *, media: str, token: str) -> Reply:
        """POST."""
        return self._answer("POST", url, body, token)

    def delete(self, url: str, *, token: str) -> Reply:
        """DELETE."""
        return self._answer("DELETE", url, b"", token)

    def _answer(self, method: str, url: str, body: bytes, token: str) -> Reply:
        self.calls.append((method, url, body, token))
        lost: Any = ToolError("http.unreachable", "nobody answers", host="lms.example.go.id")
        answer = self.answers.get(f"{method} {url.partition('?')[0]}", lost)
        if isinstance(answer, ToolError):
            raise answer
        return answer
