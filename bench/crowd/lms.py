"""The LMS of the crowd: signs launches, gives out access tokens, and keeps a gradebook, on loopback in this process."""

import asyncio
import json
import socket
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.launch_profile import LIS
from lti_tool.claims import CUSTOM, RESOURCE_LINK
from lti_tool.testing import FakePlatform


class Grade(NamedTuple):
    """A score that arrived: the share of full marks, when it was given, and when it came."""

    share: float
    timestamp: str
    came: datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Lms(FakePlatform):
    """A platform whose services answer at a port of this machine; every grade that arrives stays in `grades`, by the
    learner and the resource link."""

    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    clock: Any = _now
    listening: socket.socket = field(default_factory=socket.socket)
    grades: dict[tuple[str, str], list[Grade]] = field(default_factory=lambda: defaultdict(list))
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listening.bind(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.listening.getsockname()[1]}"

    @property
    def issuer(self) -> str:
        """Over plain http, which the tool allows for hosts that its operator lists."""
        return f"http://{self.host}"

    def launch_token(self, nonce: str, subject: str, nip: str, module: str) -> str:
        """The signed message with which `subject`, an employee with `nip`, opens `module` in its one course."""
        link = f"tautan-{module}"
        changes = {
            "sub": subject,
            "name": f"Peserta {subject}",
            LIS: {"person_sourcedid": nip},
            RESOURCE_LINK: {"id": link, "title": module},
            CUSTOM: {"jampel_module": module},
            **self.ags(lineitem=f"{self.issuer}/ags/{link}/lineitem", lineitems=f"{self.issuer}/ags/lineitems"),
        }
        return self.token(self.claims(nonce) | changes)

    async def open(self) -> asyncio.Server:
        """Begins to answer."""
        return await asyncio.start_server(self._serve, sock=self.listening)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            status, answer = self._answer(*first.split(" ")[:2], body)
            told = json.dumps(answer).encode()
            writer.write(
                b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
                % (status, len(told), told)
            )
            await writer.drain()
        except (OSError, EOFError, ValueError) as error:
            if not isinstance(error, ConnectionResetError | asyncio.IncompleteReadError):  # a killed worker hangs up
                self.problems.append(type(error).__name__)
        finally:
            writer.close()

    def _answer(self, method: str, target: str, body: bytes) -> tuple[int, dict[str, Any]]:
        path = urlsplit(target).path
        if path == "/token":
            scope = parse_qs(body.decode()).get("scope", [""])[0]
            return 200, {"access_token": "sekali", "token_type": "Bearer", "expires_in": 3600, "scope": scope}
        if method == "POST" and path.startswith("/ags/") and path.endswith("/lineitem/scores"):
            score = json.loads(body)
            share = score["scoreGiven"] / score["scoreMaximum"]
            self.grades[score["userId"], path.split("/")[2]].append(Grade(share, score["timestamp"], _now()))
            return 200, {}
        self.problems.append(f"{method} {path}")
        return 404, {}
