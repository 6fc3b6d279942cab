"""Goes the whole loop once without a browser, over HTTP, naming each step; the first one that fails ends it."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import click

from lti_tool.console import DONE, FINDINGS, TALK, decimal, say, words
from lti_tool.demo.client import Browser, Form, Page, read_statements
from lti_tool.demo.learner import Learner
from lti_tool.demo.places import Places, example_modules
from lti_tool.errors import ToolError
from lti_tool.sandbox.config import read_config
from lti_tool.sandbox.model import LEARNER, TEACHER
from lti_tool.services import Services, open_services
from lti_tool.settings import Settings, preferred_language
from scorm_packager.build import build_package
from scorm_packager.checker import check_package
from xapi import vocabulary
from xapi.audit.report import report
from xapi.audit.report_formats import table_text
from xapi.errors import JampelError
from xapi.words import explain

WAIT_SECONDS = 30


class Loop:
    """One round through the loop; every step leaves what the next one needs."""

    def __init__(self, settings: Settings, places: Places, services: Services) -> None:
        self._settings = settings
        self._places = places
        self._services = services
        users = read_config(settings.data).users
        self._teacher = next(user for user in users if user.role == TEACHER)
        self._learner = next(user for user in users if user.role == LEARNER and user.nip)
        self._module = services.library.list()[0]
        self._before = self._accepted()
        self._course = ""
        self._activity = ""
        self._run: Learner | None = None

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """The steps with their names, in order."""
        return [
            (words("mengemas modul menjadi SCORM 1.2"), self.pack),
            (words("pengajar memasang modul (deep linking)"), self.deep_link),
            (words("pegawai membuka modul (launch)"), self.launch),
            (words("pegawai belajar sampai selesai"), self.learn),
            (words("pernyataan tersimpan di LRS"), self.statements),
            (words("nilai masuk buku nilai LMS"), self.gradebook),
            (words("JP masuk audit"), self.audit),
        ]

    def pack(self) -> None:
        """Builds and checks the SCORM package of the first example module."""
        with TemporaryDirectory() as folder:
            built = build_package(example_modules()[0], output=Path(folder) / "modul.zip")
            if found := [finding for finding in check_package(built.path) if finding.level == "error"]:
                _fail(found[0].sentence(preferred_language()))

    def deep_link(self) -> None:
        """The teacher chooses the module and finds it in the course."""
        browser = self._enter(self._teacher.id)
        self._course = _only(browser.get(f"{self._places.sandbox}/kursus").links, "/kursus/")
        picker = _follow(browser, browser.get(f"{self._course}/tambah").frames[0])
        form = next(form for form in picker.forms if form.action.endswith("/lti/deep-link"))
        answer = browser.submit(form, **{MODULE_FIELD: self._module.course_id})
        _follow_forms(browser, answer)
        self._activity = _only(browser.get(self._course).links, "/kegiatan/")

    def launch(self) -> None:
        """The learner opens the activity and gets the player."""
        browser = self._enter(self._learner.id)
        page = _follow(browser, browser.get(self._activity).frames[0])
        if "jampel-config" not in page.data:
            _fail(f"HTTP {page.status} {page.url}")
        self._run = Learner(browser, page, self._services.clock)

    def learn(self) -> None:
        """Every page and answer, then the end."""
        self._learning().learn()

    def statements(self) -> None:
        """The LRS gives back what the learner did, to a reader with a credential."""
        institution = self._services.institution.id
        reader = self._services.credentials.add(institution, "demo-once", frozenset({"all/read"}), "foreign")
        try:
            filters = {"registration": self._learning().registration, "verb": vocabulary.PASSED}
            found = read_statements(f"{self._places.tool}/xapi/", reader.key, reader.secret, filters)
        finally:
            self._services.credentials.revoke(institution, reader.key)
        if len(found) != 1:
            _fail(f"{len(found)} passed")

    def gradebook(self) -> None:
        """The score is in the LMS, sent by the worker; the LMS writes it as its language does."""
        browser = self._enter(self._teacher.id)
        _wait(lambda: "100,00 / 100" in browser.get(self._course).text.replace(".", ","))

    def audit(self) -> None:
        """The learner's accepted JP grew by the module's JP; prints the table per employee."""
        _wait(lambda: self._accepted() > self._before)
        made = report(self._services.ledger, self._services.people, self._services.today.year, "pegawai")
        click.echo(table_text(made, preferred_language()))
        gained = decimal((self._accepted() - self._before) / 100, 2)
        say("%(name)s: +%(jp)s JP dari %(title)s", name=self._learner.name, jp=gained, title=self._module.title)

    def _accepted(self) -> int:
        services = self._services
        services.bring_ledger_up_to_date()
        rows: Any = report(services.ledger, services.people, services.today.year, "pegawai").rows
        return sum(row["accepted"] for row in rows if row["nip"] == self._learner.nip)

    def _enter(self, user: str) -> Browser:
        browser = Browser()
        browser.submit(Form(f"{self._places.sandbox}/masuk", "post"), user=user)
        return browser

    def _learning(self) -> Learner:
        if self._run is None:
            _fail("launch")
        return self._run


MODULE_FIELD = "modules"


def go_round(settings: Settings, places: Places) -> int:
    """All steps; 0 when every one was done, 1 with the name of the step that failed."""
    with open_services(settings) as services:
        return run_steps(Loop(settings, places, services).steps())


def run_steps(steps: Iterable[tuple[str, Callable[[], None]]]) -> int:
    """Runs the named steps in order; the first that fails is named with its reason, and 1 is returned."""
    for name, step in steps:
        try:
            step()
        except (JampelError, LookupError, StopIteration) as problem:
            reason = explain(problem, preferred_language()) if isinstance(problem, JampelError) else repr(problem)
            TALK.print(words("GAGAL: %(step)s. %(reason)s", step=name, reason=reason), markup=False, soft_wrap=True)
            return FINDINGS
        say("  beres: %(step)s", step=name)
    return DONE


def _follow(browser: Browser, url: str) -> Page:
    return _follow_forms(browser, browser.get(url))


def _follow_forms(browser: Browser, page: Page) -> Page:
    """Sends the forms that a page's script would send by itself, as far as they go."""
    while len(page.forms) == 1 and page.forms[0].method == "post" and _sends_itself(page):
        page = browser.submit(page.forms[0])
    return page


def _sends_itself(page: Page) -> bool:
    return {"JWT", "id_token", "lti_message_hint", "error"} & page.forms[0].fields.keys() != set()


def _only(links: list[str], part: str) -> str:
    return [link for link in links if part in link][-1]


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not done():
        if time.monotonic() > deadline:
            _fail(words("tidak terjadi dalam %(n)s detik", n=WAIT_SECONDS))
        time.sleep(0.5)


def _fail(reason: str) -> NoReturn:
    raise ToolError("demo.step_failed", reason, reason=reason)
