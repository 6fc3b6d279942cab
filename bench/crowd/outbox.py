"""What the player keeps in the browser until the LRS has it: statements and one state, as in `outbox.js`."""

import asyncio
import json
import random
import time
from collections import deque
from typing import Any
from urllib.parse import urlencode

from bench.crowd.browser import PLAYER_PATIENCE, Browser, CutOff, Unwanted

BATCH = 25
#: Seconds until the first and at most until a later attempt, as in the player.
SOONEST, SLOWEST = 2.0, 60.0
ACKNOWLEDGED = "until acknowledged"


class Outbox:
    """Sends what one learner did in one module; `hurry` shortens the waits between attempts.

    `acked` holds the ids of statements that were acknowledged, `sent` of all that were tried. The state is a text that
    begins with a number, which rises: `state_acked` is the last that was acknowledged, `state_sent` the last tried.
    """

    def __init__(self, browser: Browser, activity: str, rng: random.Random, hurry: float) -> None:
        self._browser = browser
        self._rng = rng
        self._hurry = hurry
        self.activity = activity
        self.registration = ""
        self.actor: dict[str, Any] = {}
        self.acked: set[str] = set()
        self.sent: set[str] = set()
        self.state_acked = self.state_sent = 0
        self._headers: dict[str, str] = {}
        self._waiting: deque[tuple[float, dict[str, Any]]] = deque()
        self._document: bytes | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self, config: dict[str, Any]) -> None:
        """What a new launch brings: actor, registration, permission."""
        self.actor, self.registration = config["actor"], config["registration"]
        self._headers = {
            "Authorization": f"Bearer {config['token']}",
            "X-Experience-API-Version": "1.0.3",
            "Content-Type": "application/json",
        }

    def put(self, statement: dict[str, Any]) -> None:
        """Keeps a statement and sends it as soon as it can."""
        self._waiting.append((time.perf_counter(), statement))
        self._pump()

    def put_state(self, length: int) -> None:
        """Keeps a new state of about `length` characters, in the place of one that still waits."""
        self.state_sent += 1
        self._document = json.dumps({"state": f"{self.state_sent}.{'A' * length}"}).encode()
        self._pump()

    async def empty(self) -> None:
        """Returns when nothing waits any more."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    @property
    def waits(self) -> int:
        """How much has not been acknowledged."""
        return len(self._waiting) + (self._document is not None)

    def _pump(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        delay = 0.0
        while self.waits:
            try:
                await (self._send_statements() if self._waiting else self._send_state())
                delay = 0.0
            except (CutOff, Unwanted):
                delay = min(SLOWEST, max(SOONEST, delay * 2))
                await asyncio.sleep(delay * self._rng.uniform(0.75, 1.25) / self._hurry)

    async def _send_statements(self) -> None:
        batch = [self._waiting[number] for number in range(min(BATCH, len(self._waiting)))]
        ids = [statement["id"] for _, statement in batch]
        self.sent.update(ids)
        body = json.dumps([statement for _, statement in batch]).encode()
        await self._ask("statements", "POST", "/xapi/statements", body, 200)
        self.acked.update(ids)
        now = time.perf_counter()
        for born, _ in batch:
            self._waiting.popleft()
            self._browser.book.seconds[ACKNOWLEDGED].append(now - born)

    async def _send_state(self) -> None:
        sending, number = self._document or b"", self.state_sent
        query = {"activityId": self.activity, "agent": json.dumps(self.actor), "registration": self.registration}
        await self._ask(
            "state", "PUT", f"/xapi/activities/state?{urlencode(query | {'stateId': 'jampel'})}", sending, 204
        )
        self.state_acked = number
        if self._document is sending:
            self._document = None

    async def _ask(self, kind: str, method: str, path: str, body: bytes, good: int) -> None:
        await self._browser.ask(
            kind, method, path, body=body, headers=self._headers, good=(good,), patience=PLAYER_PATIENCE
        )
