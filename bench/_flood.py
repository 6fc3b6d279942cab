"""Many launches at once over real sockets: a platform that signs, learners who all press the button together."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import rsa

from lti_tool.claims import CUSTOM, RESOURCE_LINK
from lti_tool.services import open_services
from lti_tool.settings import FILE_NAME, load_settings
from lti_tool.testing import TOOL, FakePlatform, state_and_nonce
from lti_tool.web.testing import write_module

HOST = TOOL.removeprefix("https://")
MODULE = "pelayanan-publik"
#: A launch that takes longer than this has failed, in seconds.
PATIENCE = 60.0


@dataclass(frozen=True)
class Flood:
    """What came of a flood: the status of each launch (0: no answer), and the seconds from its first byte to the last
    of its page, connecting included."""

    statuses: list[int]
    seconds: list[float]

    @property
    def failed(self) -> int:
        """How many launches did not end in a page."""
        return sum(status != 200 for status in self.statuses)

    def percentile(self, percent: float) -> float:
        """The seconds within which `percent` of the launches had their page."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)]


def prepare(data: Path, sources: Path) -> FakePlatform:
    """A data folder `data` with one module and one platform, whose key set is known already: nothing is fetched."""
    data.mkdir(parents=True, exist_ok=True)
    (data / FILE_NAME).write_text(f'[server]\nbase_url = "{TOOL}"\n', encoding="utf-8")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    platform = FakePlatform(key, lambda: datetime.now(UTC))
    with open_services(load_settings(data, {})) as services:
        services.library.publish(write_module(sources))
        added = services.lti.platforms.add(platform.registration(), "1" * 32, services.clock())
        services.lti.deployments.approve(added.id, platform.deployment, services.clock())
        services.lti.platforms.save_jwks(added.id, platform.jwks().decode(), services.clock())
    return platform


def launches(port: int, platform: FakePlatform, count: int, first: int = 0) -> list[bytes]:
    """Logs `count` learners in, one after the other, and returns the requests that launch them."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    found = [_launch(connection, platform, f"peserta-{first + number}") for number in range(count)]
    connection.close()
    return found


def flood(port: int, requests: list[bytes]) -> Flood:
    """Sends all `requests` at once, each over a connection of its own."""
    with ThreadPoolExecutor(1) as thread:  # which surely has no loop yet
        return thread.submit(asyncio.run, _all_at_once(port, requests)).result()


def _launch(connection: HTTPConnection, platform: FakePlatform, subject: str) -> bytes:
    kind = {"Host": HOST, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/lti/login", urlencode(platform.login_form(login_hint=subject)), kind)
    answer = connection.getresponse()
    answer.read()
    state, nonce = state_and_nonce(answer.headers["Location"])
    cookie: SimpleCookie = SimpleCookie(str(answer.headers["Set-Cookie"]).split(";")[0])
    jar = "; ".join(f"{name}={morsel.value}" for name, morsel in cookie.items())
    changes = {"sub": subject, RESOURCE_LINK: {"id": "tautan-1", "title": "Modul"}, CUSTOM: {"jampel_module": MODULE}}
    body = urlencode({"state": state, "id_token": platform.token(platform.claims(nonce) | changes)})
    head = {**kind, "Cookie": jar, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"{name}: {value}" for name, value in head.items()]
    return "\r\n".join(["POST /lti/launch HTTP/1.1", *lines, "", body]).encode()


async def _all_at_once(port: int, requests: list[bytes]) -> Flood:
    found = await asyncio.gather(*(_one(port, request) for request in requests))
    return Flood([status for status, _ in found], [seconds for _, seconds in found])


async def _one(port: int, request: bytes) -> tuple[int, float]:
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            answer = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        answer = b""
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0
    return status, time.perf_counter() - begun
