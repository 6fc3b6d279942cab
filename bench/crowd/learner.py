"""A person who learns: opens a module from the LMS, reads, answers, goes on to the next; as fast as people do."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from bench.crowd.browser import FORM, Browser, CutOff, Unwanted
from bench.crowd.lms import Lms
from bench.crowd.modules import MASTERY, Course
from bench.crowd.outbox import Outbox
from bench.crowd.statements import Writer
from lti_tool.testing import state_and_nonce
from scorm_packager.index_page import read_embedded

T = TypeVar("T")
#: Seconds on a page, on a question, and before a broken page is tried again.
READING, ANSWERING, PATIENCE = (5.0, 40.0), (4.0, 15.0), (2.0, 5.0)
MOST_TRIES = 30
#: Seconds after the end until which the player goes on sending.
LAST_WORDS = 120.0
RIGHT, LOOKS_AT_JP = 0.85, 0.5


class Pace(NamedTuple):
    """How long people go on: until `end` (of time.monotonic), learners also until they have been through `least`
    modules; `hurry` divides all times."""

    end: float
    hurry: float = 1.0
    least: int = 0


class Learner:
    """One learner, an employee with `nip`, who opens `modules` in an own order, at `pace`.

    What they did is in `outboxes`, by module; what they were shown wrongly in `problems`.
    """

    def __init__(self, number: int, nip: str, *, lms: Lms, browser: Browser, modules: list[str], pace: Pace) -> None:
        self.subject = f"peserta-{number}"
        self.outboxes: dict[str, Outbox] = {}
        self.problems: list[str] = []
        self.finished = 0
        self._nip = nip
        self._lms = lms
        self._browser = browser
        self._rng = random.Random(number)
        self._modules = self._rng.sample(modules, len(modules))
        self._pace = pace
        self._visits = 0
        self._courses: dict[str, Course] = {}
        self._best: dict[str, float] = {}

    async def learn(self) -> None:
        """One module after the other until the end; then nothing waits in this browser any more."""
        while not self._over:
            await self._visit(self._modules[self._visits % len(self._modules)])
            self._visits += 1
        with suppress(TimeoutError):  # what then still waits is found afterwards
            async with asyncio.timeout(LAST_WORDS):
                for outbox in self.outboxes.values():
                    await outbox.empty()
        self._browser.close()

    @property
    def _over(self) -> bool:
        return time.monotonic() >= self._pace.end and self._visits >= self._pace.least

    async def _visit(self, module: str) -> None:
        config = await self._again(lambda: self._open(module))
        course, outbox = self._courses[module], self.outboxes[module]
        writer, begun, right = Writer(config, course), time.monotonic(), 0
        outbox.put(writer.module("initialized"))
        for index in range(course.length):
            await self._turn_to(config, course, index)
            outbox.put(writer.experienced(index))
            outbox.put_state(20 + 10 * index)
            await self._think(READING)
            for question in course.questions(index):
                await self._think(ANSWERING)
                correct = self._rng.random() < RIGHT
                right += correct
                outbox.put(writer.answered(question, correct=correct))
                outbox.put_state(24 + 10 * index)
            if self._over:
                break
        else:
            self._report(module, writer, right, time.monotonic() - begun)
        outbox.put_state(60)
        outbox.put(writer.module("terminated", {"duration": f"PT{time.monotonic() - begun:.2f}S"}))
        if self._rng.random() < LOOKS_AT_JP:
            await self._again(lambda: self._look_at_jp(config["token"]))

    def _report(self, module: str, writer: Writer, right: int, seconds: float) -> None:
        """What the player tells at the end, when it is better than before."""
        course, outbox = self._courses[module], self.outboxes[module]
        share = round(right / sum(len(course.questions(index)) for index in range(course.length)), 4)
        if share <= self._best.get(module, -1.0):
            return
        self._best[module], self.finished = share, self.finished + 1
        score = {"scaled": share, "raw": share * 100, "min": 0, "max": 100}
        result = {"completion": True, "duration": f"PT{seconds:.2f}S", "score": score}
        passed = share * 100 >= MASTERY
        outbox.put(writer.module("completed", result))
        outbox.put(writer.module("passed" if passed else "failed", {**result, "success": passed}, credit=passed))

    async def _open(self, module: str) -> dict[str, Any]:
        """Launches `module` in the LMS, and loads what a browser loads; returns the settings of the player."""
        form = {"Content-Type": FORM, "Origin": self._lms.issuer}
        body = urlencode(self._lms.login_form(login_hint=self.subject)).encode()
        answer = await self._browser.ask("login", "POST", "/lti/login", body=body, headers=form, good=(302,))
        state, nonce = state_and_nonce(answer.headers["location"])
        token = self._lms.launch_token(nonce, self.subject, self._nip, module)
        body = urlencode({"state": state, "id_token": token}).encode()
        page = (await self._browser.ask("launch", "POST", "/lti/launch", body=body, headers=form)).body.decode()
        config: dict[str, Any] = read_embedded(page, "jampel-config")  # type: ignore[assignment]
        course = self._courses.setdefault(module, Course(page))
        self._take_up(module, config)
        for address in course.files:
            await self._browser.cached("file", address)
        return config

    def _take_up(self, module: str, config: dict[str, Any]) -> None:
        """The player goes on with what it kept; what the page says about the last visit must not be older."""
        known = self.outboxes.get(module)
        if known is None:
            known = self.outboxes[module] = Outbox(self._browser, config["activity"], self._rng, self._pace.hurry)
        elif known.registration != config["registration"]:
            self.problems.append(f"{module}: another registration at the next launch")
        elif int((config["state"] or "0").partition(".")[0]) < known.state_acked:
            self.problems.append(f"{module}: the page shows older progress than was acknowledged")
        known.begin(config)

    async def _turn_to(self, config: dict[str, Any], course: Course, index: int) -> None:
        for address in config["parts"].values():
            await self._again(lambda address=address: self._browser.cached("file", address))  # type: ignore[misc]
        if course.wants(index):
            address = f"{config['later']}{index + 1}.js"
            course.take((await self._again(lambda: self._browser.get("file", address))).body)
        for address in course.pictures(index):
            await self._again(lambda address=address: self._browser.cached("file", address))  # type: ignore[misc]

    async def _look_at_jp(self, token: str) -> None:
        await self._browser.post_form("my JP", "/saya/masuk?lang=id", {"token": token}, good=(303,))
        await self._browser.get("my JP", "/saya/")

    async def _again(self, act: Callable[[], Awaitable[T]]) -> T:
        """What `act` gives; when it broke, the person waits a little and tries again."""
        for _ in range(MOST_TRIES):
            try:
                return await act()
            except (CutOff, Unwanted):
                await self._think(PATIENCE)
        raise CutOff("given up")

    async def _think(self, seconds: tuple[float, float]) -> None:
        await asyncio.sleep(self._rng.uniform(*seconds) / self._pace.hurry)
