"""Two auditors and an admin at work while others learn: they log in, look at pages and fetch files."""

import asyncio
import contextlib
import json
import random
import re
import time
from collections.abc import Sequence

from bench.crowd.browser import Browser, CutOff, Unwanted
from bench.crowd.learner import Pace

PASSWORD = "kalimat sandi untuk beban"
#: Seconds between two pages of one person.
LOOKING = (2.0, 6.0)
AUDIT, FILE, ADMIN = "audit page", "audit file", "admin page"
#: The page of a report that the worker makes, and how long it took until it could be fetched.
TASK, READY = "task page", "until a report is ready"
LOOK_AGAIN = 2.0  # seconds, as the script of that page does
#: What auditors and the admin open, with the kind it counts as; `{year}` is the present one.
ROUNDS: dict[str, Sequence[tuple[str, str]]] = {
    "auditor": (
        (AUDIT, "/audit/?tahun={year}"),
        (AUDIT, "/audit/?tahun={year}&status=PNS&triwulan=2"),
        (AUDIT, "/audit/pegawai?tahun={year}&capaian=0"),
        (AUDIT, "/audit/pegawai?tahun={year}"),
        (AUDIT, "person"),
        (FILE, "/audit/unduh/opd.xlsx?tahun={year}"),
        (AUDIT, "/audit/temuan/?tahun={year}"),
        (AUDIT, "/audit/tinjauan?tahun={year}"),
        (FILE, "/audit/unduh/pegawai.csv?tahun={year}"),
        (AUDIT, "/audit/kompetensi/?tahun={year}"),
        (AUDIT, "person"),
        (FILE, "/audit/unduh/pegawai.xlsx?tahun={year}"),
    ),
    "admin": (
        (ADMIN, "/admin/"),
        (ADMIN, "/admin/peluncuran"),
        (ADMIN, "/admin/nilai/"),
        (ADMIN, "/admin/pernyataan/"),
        (ADMIN, "/admin/pegawai/"),
        (ADMIN, "/admin/antrean"),
        (ADMIN, "/admin/catatan"),
        (ADMIN, "/pustaka/"),
    ),
}
_PERSON = re.compile(r'href="(/audit/orang/[^"]+)"')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Officer:
    """An account `username` with a `role` of ROUNDS, who opens one page after another, at `pace`."""

    def __init__(self, username: str, role: str, *, browser: Browser, year: int, pace: Pace) -> None:
        self._username = username
        self._round = ROUNDS[role]
        self._browser = browser
        self._year = year
        self._pace = pace
        self._rng = random.Random(username)
        self._people: list[str] = []

    async def work(self) -> None:
        """Logs in, then goes round; each begins somewhere else."""
        await self._log_in()
        turn = self._rng.randrange(len(self._round))
        while time.monotonic() < self._pace.end:
            kind, path = self._round[turn % len(self._round)]
            turn += 1
            with contextlib.suppress(CutOff, Unwanted):  # it is in the book; a person goes on
                await self._open(kind, path)
            await asyncio.sleep(self._rng.uniform(*LOOKING) / self._pace.hurry)
        self._browser.close()

    async def _open(self, kind: str, path: str) -> None:
        if path == "person":
            path = self._rng.choice(self._people or ["/audit/"])
        if kind == FILE:
            await self._fetch(path.format(year=self._year))
            return
        page = (await self._browser.get(kind, path.format(year=self._year))).body
        self._people = _PERSON.findall(page.decode()) if "/audit/pegawai?" in path else self._people

    async def _fetch(self, path: str) -> None:
        """A report as a file: at once, or, of many people, from the page of the work when the worker has made it."""
        begun = time.perf_counter()
        answer = await self._browser.ask(FILE, "GET", path, good=(200, 303))
        if answer.status == 200:
            return
        page = answer.headers["location"]
        while not json.loads((await self._browser.get(TASK, f"{page}.json")).body)["ended"]:
            await asyncio.sleep(LOOK_AGAIN / self._pace.hurry)
        self._browser.book.seconds[READY].append(time.perf_counter() - begun)
        await self._browser.get(FILE, f"{page}/berkas")

    async def _log_in(self) -> None:
        while time.monotonic() < self._pace.end:
            try:
                page = (await self._browser.get("log in", "/masuk")).body.decode()
                form = {"csrf_token": _TOKEN.findall(page)[0], "username": self._username, "password": PASSWORD}
                await self._browser.post_form("log in", "/masuk", form, good=(303,))
                return
            except (CutOff, Unwanted):
                await asyncio.sleep(self._rng.uniform(*LOOKING) / self._pace.hurry)
