"""Killing the LRS, or PostgreSQL under it, at any moment: what was acknowledged is there, and nothing is there half.

Four clients send batches, statements with attachments, and documents. SOAK_KILLS sets how often: 4 kills on each
database in the normal tests, 150 by `make soak`.
"""

import base64
import hashlib
import json
import os
import random
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conftest import PostgresServer
from tests.soak.lrs_server import LrsProcess
from tests.soak.test_kill import HERE, STATEMENT
from xapi.database import open_database
from xapi.lrs.store import StatementStore

KILLS = max(int(os.environ.get("SOAK_KILLS", "20")) // 2, 10) * 2 // 5
SEED = int(os.environ.get("SOAK_SEED", "1"))
CLIENTS, BATCH = 4, 15
pytestmark = [pytest.mark.e2e, pytest.mark.soak, pytest.mark.timeout(120 + KILLS * 20)]


class Sender:
    """A client that goes on whatever happens to the server, and remembers what it was told."""

    def __init__(self, lrs: LrsProcess, number: int) -> None:
        pair = f"{lrs.credential.key}:{lrs.credential.secret}".encode()
        self._headers = {
            "Authorization": "Basic " + base64.b64encode(pair).decode(),
            "X-Experience-API-Version": "1.0.3",
        }
        self._port = lrs.port
        self._random = random.Random(SEED * 100 + number)
        agent = json.dumps({"mbox": f"mailto:orang{number}@example.com"})
        query = {"activityId": "https://a.example/", "agent": agent, "stateId": "jampel"}
        self.state = f"/xapi/activities/state?{urlencode(query)}"
        self.tried: list[list[str]] = []
        self.whole: list[list[str]] = []
        self.contents: dict[str, str] = {}  # acknowledged: statement id -> SHA-256
        self.written = self.kept = 0  # the last number sent, and the last acknowledged

    def step(self) -> None:
        """Sends something."""
        self._random.choice([self._batch, self._attachment, self._document])()

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """Status and body of the answer, 0 when there was none."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request(method, path, body, {**self._headers, **({"Content-Type": kind} if body else {})})
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException):
            return 0, b""
        finally:
            connection.close()

    def _batch(self) -> None:
        ids = [str(uuid.UUID(int=self._random.getrandbits(128), version=4)) for _ in range(BATCH)]
        self.tried.append(ids)
        batch = [{**STATEMENT, "id": one} for one in ids]
        if self.ask("POST", "/xapi/statements", json.dumps(batch).encode())[0] == 200:
            self.whole.append(ids)

    def _attachment(self) -> None:
        content = self._random.randbytes(20_000)
        sha2, one = hashlib.sha256(content).hexdigest(), str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        described: dict[str, Any] = {
            "usageType": "https://a.example/x", "display": {}, "contentType": "a/b", "length": len(content),
            "sha2": sha2,
        }  # fmt: skip
        statement = json.dumps({**STATEMENT, "id": one, "attachments": [described]}).encode()
        head = f"Content-Type: a/b\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {sha2}".encode()
        body = b"--j\r\nContent-Type: application/json\r\n\r\n%b\r\n--j\r\n%b\r\n\r\n%b\r\n--j--\r\n"
        self.tried.append([one])
        sent = body % (statement, head, content)
        if self.ask("POST", "/xapi/statements", sent, "multipart/mixed; boundary=j")[0] == 200:
            self.contents[one] = sha2

    def _document(self) -> None:
        self.written += 1
        if self.ask("PUT", self.state, document(self.written), "text/plain")[0] == 204:
            self.kept = self.written


def document(number: int) -> bytes:
    """A document that tells whether it is whole."""
    return f"{number} ".encode() * 2000


@pytest.fixture
def lrs(place: Path | str) -> Iterator[LrsProcess]:
    process = LrsProcess(place, "all")
    yield process
    process.kill()


def test_whatever_is_killed_nothing_acknowledged_is_lost_and_nothing_is_half(
    lrs: LrsProcess, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(SEED)
    stop = threading.Event()
    senders = [Sender(lrs, number) for number in range(CLIENTS)]
    lrs.start()

    def send(sender: Sender) -> None:
        while not stop.wait(0.002):
            sender.step()

    threads = [threading.Thread(target=send, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for turn in range(KILLS):
        threading.Event().wait(chance.uniform(0.2, 1.0))
        if turn % 2 and isinstance(lrs.database, str):
            postgres: PostgresServer = request.getfixturevalue("postgres")
            postgres.crash()
        else:
            lrs.kill()
            lrs.start()
    threading.Event().wait(1.0)  # it works again after the last kill
    stop.set()
    for thread in threads:
        thread.join()

    check_statements(lrs, senders)
    for sender in senders:
        check_document(sender)


def check_statements(lrs: LrsProcess, senders: list[Sender]) -> None:
    """Batches are whole or not there; acknowledged ones are there once, and so are contents of attachments."""
    stored = lrs.stored()
    assert max(stored.values()) == 1
    for sender in senders:
        assert sender.whole, "nothing was acknowledged"
        assert sender.contents, "nothing was acknowledged"
        for ids in sender.tried:
            assert Counter(one in stored for one in ids).most_common(1)[0][1] == len(ids), "half of a batch"
        assert all(one in stored for ids in sender.whole for one in ids), "an acknowledged batch is gone"
        assert sender.contents.keys() <= stored.keys(), "an acknowledged statement is gone"
    engine = open_database(lrs.database)
    wanted = {sha2 for sender in senders for sha2 in sender.contents.values()}
    found = StatementStore(engine).contents(HERE, wanted)
    engine.dispose()
    assert {sha2: hashlib.sha256(content).hexdigest() for sha2, content in found.items()} == {
        one: one for one in wanted
    }


def check_document(sender: Sender) -> None:
    """The document is the last acknowledged one, or one that was sent after it without an answer."""
    status, body = sender.ask("GET", sender.state)
    assert status == 200
    number = int(body.split(b" ")[0])
    assert body == document(number), "half of a document"
    assert sender.kept <= number <= sender.written
