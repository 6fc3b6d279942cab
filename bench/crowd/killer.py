"""Kills a process of the server now and then, and looks how soon another is there in its place."""

import asyncio
import contextlib
import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from bench._server import descendants, role_of

ROLES = ("web", "worker")
PATIENCE = 60.0
_LISTENS = "0A"  # the state in /proc/net/tcp


@dataclass(frozen=True)
class Kill:
    """A process that was killed: its role, and seconds until another had its place (None: nobody came)."""

    role: str
    seconds: float | None


class Killer:
    """Kills a random web process or worker of the server whose first process is `first`, which listens at `port` with a
    socket for each of `sockets` web processes."""

    def __init__(self, first: int, port: int, sockets: int, rng: random.Random) -> None:
        self.kills: list[Kill] = []
        self._first = first
        self._port = port
        self._sockets = sockets
        self._rng = rng

    async def work(self, every: float, end: float) -> None:
        """Kills every `every` seconds until `end` (of time.monotonic)."""
        following = time.monotonic() + every
        while following < end:
            await asyncio.sleep(max(0.0, following - time.monotonic()))
            await self.kill()
            following += every

    async def kill(self) -> None:
        """Kills one, and returns when another has its place."""
        before = await asyncio.to_thread(self._living)
        pid = self._rng.choice(sorted(before))
        role = before.pop(pid)
        begun = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        while time.monotonic() - begun < PATIENCE:
            await asyncio.sleep(0.05)
            if await asyncio.to_thread(self._replaced, role, pid, set(before)):
                self.kills.append(Kill(role, time.monotonic() - begun))
                return
        self.kills.append(Kill(role, None))

    def _living(self) -> dict[int, str]:
        found = {}
        for pid in descendants(self._first):
            with contextlib.suppress(OSError):
                found[pid] = role_of(pid, self._first)
        return {pid: role for pid, role in found.items() if role in ROLES}

    def _replaced(self, role: str, killed: int, before: set[int]) -> bool:
        new = {pid for pid, kind in self._living().items() if kind == role} - before - {killed}
        return bool(new) and (role == "worker" or self._listening() >= self._sockets)

    def _listening(self) -> int:
        """How many sockets are open to whoever connects: a process opens its own when it is ready."""
        wanted = f":{self._port:04X}"
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        fields = (line.split() for line in lines)
        return sum(one[1].endswith(wanted) and one[3] == _LISTENS for one in fields)
