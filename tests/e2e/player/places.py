"""The places where a module is played, all with one face: open, cut, restore, kill, leave, and what is recorded there.

A place notes by itself what must not happen in it: an error of the API, an error in the console, a request to another
host, and whatever breaks the rules of its standard.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tests.e2e.player import scorm_host
from tests.e2e.player.cmi5_host import Cmi5Lms, faults
from tests.e2e.player.hands import Hands
from tests.e2e.two_sites import TwoSites
from xapi.lrs.query import StatementQuery
from xapi.statement import decode

OFFLINE = "ERR_INTERNET_DISCONNECTED"
WAIT, TRIES = 20, 1000  # ms between two looks at what has arrived, and how many
#: How a status may rise.
STATUSES = {
    "cmi.core.lesson_status": ["incomplete", "failed", "passed"],
    "cmi.completion_status": ["incomplete", "completed"],
    "cmi.success_status": ["unknown", "failed", "passed"],
}
VERDICTS = ("cmi.core.lesson_status", "cmi.success_status")
Answers = dict[str, list[tuple[str, bool | None]]]


class End(NamedTuple):
    """What a place has in the end.

    `answers` lists for each question every response as one text with its verdict (None: not judged). `score` is in
    percent, `minutes` the whole minutes of study.
    """

    answers: Answers
    score: float | None
    completed: bool
    passed: bool
    minutes: int


class Place(ABC):
    """What all places share: a browser of its own that is watched. `linked` tells whether anything is sent at all."""

    linked = True

    def __init__(self, context: Any, kill: Callable[[Any], None], *own: str) -> None:
        self.context, self._kill, self._own = context, kill, (*own, "data:", "blob:")
        self._seen: list[str] = []
        self._cut = False
        self.page = context.new_page()
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._seen.append(f"script: {error.error}"))

    @abstractmethod
    def open(self) -> Hands:
        """The module as the place launches it, once a page is on the screen."""

    @abstractmethod
    def leave(self) -> None:
        """Closes the module as a learner does, and waits until the place has heard of it."""

    def cut(self) -> None:
        """Nothing arrives from now on."""
        self._cut = True
        self.context.set_offline(True)

    def restore(self) -> None:
        """The link is there again."""
        self.context.set_offline(False)
        self._cut = False

    def kill(self) -> None:
        """The power fails: no event, no last word."""
        killed, self.page = self.page, self.context.new_page()
        self._kill(killed)

    @abstractmethod
    def end(self) -> End:
        """What is recorded of everything so far."""

    def problems(self) -> list[str]:
        """What must not have happened."""
        return list(self._seen)

    def expects(self, _text: str, _url: str) -> bool:
        """Whether the browser says an answer of the server in the console that the standard asks for."""
        return False

    def _request(self, request: Any) -> None:
        if not request.url.startswith(self._own):
            self._seen.append(f"request to {request.url}")

    def _console(self, message: Any) -> None:
        if message.type != "error" or (self._cut and OFFLINE in message.text):
            return
        if not self.expects(message.text, message.location["url"]):
            self._seen.append(f"console: {message.text} {message.location['url']}")


class ScormPlace(Place):
    """SCORM 1.2 or 2004 on an independent runtime; `host` holds the words and rules of the edition."""

    def __init__(self, context: Any, kill: Callable[[Any], None], address: str, host: Any) -> None:
        super().__init__(context, kill, address)
        self.host, self.old = host, host is scorm_host
        self.lms = scorm_host.Lms(self.page, address, Hands, "LMSSetValue" if self.old else "SetValue")

    def open(self) -> Hands:
        self.lms.page = self.page
        hands: Hands = self.lms.launch()
        return hands

    def leave(self) -> None:
        self.lms.leave()

    def cut(self) -> None:
        super().cut()
        self.page.evaluate("window.refuse = true")

    def restore(self) -> None:
        super().restore()
        self.page.evaluate("window.refuse = false")

    def end(self) -> End:
        self.page.goto(f"{self.lms.address}/empty.html")
        cmi = self.page.evaluate("JSON.parse(localStorage.getItem('cmi')).cmi")
        status = cmi["core"]["lesson_status"] if self.old else cmi["success_status"]
        done = status in ("passed", "failed") if self.old else cmi["completion_status"] == "completed"
        score = (cmi["core"] if self.old else cmi)["score"]
        said = "student_response" if self.old else "learner_response"
        answers = gathered((one["id"], one["type"], one[said], one["result"]) for one in cmi["interactions"].values())
        raw = float(score["raw"]) if score["raw"] != "" else None
        if not self.old and raw is not None:
            assert float(score["scaled"]) == round(raw / 100, 4)
        return End(answers, raw, done, status == "passed", int(sum(self._sittings()) // 60))

    def _sittings(self) -> list[float]:
        """The seconds that the LMS saved of each sitting."""
        saved: list[float] = []
        told = 0.0
        for name, *given, result, _error in self.lms.calls():
            if name.endswith("Initialize"):
                saved.append(0.0)
                told = 0.0
            elif name.endswith("SetValue") and given[0].endswith("session_time"):
                told = seconds(given[1])
            elif name.endswith(("Commit", "Finish", "Terminate")) and result == "true":
                saved[-1] = told
        return saved

    def problems(self) -> list[str]:
        calls = self.lms.calls()
        wrong = [call for call in self.host.errors(calls) if call[-1] != "391"]  # the cut link's
        names = [call[0] for call in calls]
        ended = [name for name in names if name.endswith(("Finish", "Terminate"))]
        if names[-1:] != ended[-1:]:
            wrong.append(["the last call is", names[-1]])
        return [*super().problems(), *(f"API: {one}" for one in [*wrong, *self.host.misspelt(calls)]), *self._falls()]

    def _falls(self) -> list[str]:
        """A status that sinks, and a score beside a status that is not final, which an LMS takes for a failure."""
        found, last, scored = [], "", False
        for call in self.lms.calls():
            if call[0] == self.lms.setter:
                last = call[2] if call[1] in VERDICTS else last
                scored = scored or call[1].endswith("score.raw")
            elif call[0].endswith("Commit") and scored and last not in ("passed", "failed"):
                found.append(f"a score while the status is {last}")
        for element, rises in STATUSES.items():
            said = [rises.index(value) for value in self.lms.written(element)]
            if said != sorted(said) or said[:1] not in ([], [0]):
                found.append(f"{element} went by {said}")
        return found


class XapiPlace(Place):
    """A place with an LRS; `statements` gives what the LRS has, in the order of storage."""

    @abstractmethod
    def statements(self) -> list[dict[str, Any]]:
        """Every statement of the LRS."""

    def end(self) -> End:
        return end_of(self.statements())

    def problems(self) -> list[str]:
        found = self.statements()
        registrations = {one["context"]["registration"] for one in found}
        said = [f"{len(registrations)} registrations"] if len(registrations) > 1 else []
        said += ["a statement twice"] if len({one["id"] for one in found}) != len(found) else []
        return [*super().problems(), *said]

    def _heard(self, leaving: Callable[[], object]) -> None:
        """Does `leaving` and waits until one more sitting is said to be over."""
        before = self._terminated()
        leaving()
        for _ in range(TRIES):
            if self._terminated() > before:
                return
            self.page.wait_for_timeout(WAIT)
        raise AssertionError("the end of the sitting never arrived")

    def _terminated(self) -> int:
        return sum(one["verb"]["id"].endswith("/terminated") for one in self.statements())


class LaunchedPlace(XapiPlace):
    """cmi5 or TinCan: launched by a small LMS with our LRS."""

    def __init__(self, context: Any, kill: Callable[[Any], None], address: str, lms: Cmi5Lms) -> None:
        super().__init__(context, kill, address)
        self.address, self.lms = address, lms

    def open(self) -> Hands:
        self.page.goto(self.lms.launch(self.address))
        return Hands(self.page)

    def leave(self) -> None:
        self._heard(lambda: self.page.goto(f"{self.address}/kembali.html"))

    def statements(self) -> list[dict[str, Any]]:
        return self.lms.statements()

    def expects(self, text: str, url: str) -> bool:
        """404 says that there is no document (xAPI Communication 2.2, cmi5 11) or no statement yet; 403 is a strict
        LMS's word to a session that a power cut left open."""
        nothing = "status of 404" in text and any(
            name in url for name in ("/activities/state", "/agents/profile", "?st")
        )
        return nothing or ("status of 403" in text and url.endswith("/statements") and bool(self.lms.refusals))

    def problems(self) -> list[str]:
        found = super().problems()
        found += [one for one in self.lms.refusals if one != "another session than the open one"]
        return found + (faults(self.statements(), self.lms) if self.lms.sessions else [])


class LtiPlace(XapiPlace):
    """Our tool in the frame of the sandbox LMS, with TLS."""

    def __init__(self, context: Any, kill: Callable[[Any], None], sites: TwoSites) -> None:
        super().__init__(context, kill, sites.lms, sites.tool)
        self.sites = sites
        self.page.goto(sites.lms)
        self.page.get_by_role("button", name="Pak Pegawai").click()

    def open(self) -> Hands:
        self.page.goto(f"{self.sites.lms}/kegiatan/{self.sites.link}")
        frame = self.page.wait_for_selector("iframe[name=tool]").content_frame()
        return Hands(frame)

    def leave(self) -> None:
        self._heard(lambda: self.page.goto(self.sites.lms))

    def statements(self) -> list[dict[str, Any]]:
        services = self.sites.services
        query = StatementQuery(ascending=True, limit=200)
        return [msgspec.json.decode(one) for one in services.lrs.query(services.principal("foreign"), query).bodies]

    def end(self) -> End:
        found = super().end()
        given = round(self.sites.grade() or 0, 2)
        assert given == found.score, f"{given} in the gradebook, {found.score} in the LRS"
        return found


class DiskPlace(Place):
    """A folder on a disk, without any server: what was done is taken out as a file."""

    linked = False

    def __init__(self, context: Any, kill: Callable[[Any], None], index: Path) -> None:
        super().__init__(context, kill, "file:")
        self.index = index.as_uri()

    def open(self) -> Hands:
        self.page.goto(self.index)
        return Hands(self.page)

    def leave(self) -> None:
        self.page.goto("about:blank")

    def end(self) -> End:
        """By the form on the result page, as the learner gives it to their institution."""
        self.open()
        self.page.locator(".jp-review summary", has_text="catatan").last.click()
        self.page.locator("#jp-siapa").fill("198501012099031001")
        with self.page.expect_download() as download:
            self.page.locator(".jp-export [type=submit]").click()
        lines = download.value.path().read_text(encoding="utf-8").splitlines()
        for line in lines:
            decode(line.encode())
        return end_of([msgspec.json.decode(line) for line in lines])


def seconds(text: str) -> float:
    """The seconds of a time in the form of SCORM 1.2 (0000:00:00.00), or of ISO 8601 without days."""
    if ":" in text:
        hours, minutes, rest = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(rest)
    parts = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", text)
    assert parts is not None, text
    hours, minutes, rest = (float(one or 0) for one in parts.groups())
    return hours * 3600 + minutes * 60 + rest


def gathered(records: Iterable[tuple[str, str, str, bool | str | None]]) -> Answers:
    """Answers (id, type, response, verdict) in one notation, for each question in their order.

    What a pool gave is named `bank`: which of its questions a learner gets follows from who they are.
    """
    verdicts = {"correct": True, "wrong": False, "incorrect": False, "neutral": None}
    found: Answers = {}
    for name, kind, response, verdict in records:
        text = re.sub(r"^(\{\w+=\w+\})+", "", response).replace("[,]", ",").replace("[.]", ".")
        if kind == "true-false":
            text = {"t": "true", "f": "false"}.get(text, text)
        right = verdicts[verdict] if isinstance(verdict, str) else verdict
        found.setdefault("bank" if name.startswith("bank") else name, []).append((" ".join(text.split()), right))
    return found


def end_of(statements: list[dict[str, Any]]) -> End:
    """What statements, in the order of learning, say of a module."""
    named = [(one["verb"]["id"].rsplit("/", 1)[-1], one) for one in statements]
    answered = [one for verb, one in named if verb == "answered"]
    verdicts = [(verb, one["result"]) for verb, one in named if verb in ("passed", "failed")]
    verb, result = verdicts[-1] if verdicts else ("", {})
    answers = gathered(
        (
            one["object"]["id"].rsplit("#", 1)[-1],
            one["object"]["definition"]["interactionType"],
            one["result"]["response"],
            one["result"].get("success"),
        )
        for one in answered
    )
    completed = any(verb == "completed" for verb, _one in named)
    minutes = int(seconds(result.get("duration", "PT0S")) // 60)
    return End(answers, result.get("score", {}).get("raw"), completed, verb == "passed", minutes)
