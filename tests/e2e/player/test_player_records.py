"""Records from inside a package: a page of an LMS, our LRS at another origin, and a link or a right that is missing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from lti_tool.store.platforms import NewPlatform
from lti_tool.web.testing import Site
from scorm_packager.content import course_content
from scorm_packager.course import Course
from scorm_packager.formats.web import write_entries
from scorm_packager.options import BuildOptions, RecordTarget
from scorm_packager.records import declared
from tests.e2e.player.answering import answering
from tests.e2e.player.scorm_host import Lms, errors, misspelt, write_host
from xapi.lrs.credentials import Limits
from xapi.lrs.query import StatementQuery
from xapi.vocabulary import EXT_JP

pytestmark = [pytest.mark.e2e, pytest.mark.npm, pytest.mark.thorough]
ADL = "http://adlnet.gov/expapi/verbs/"


class Quiet(SimpleHTTPRequestHandler):
    """The pages of an LMS, without a policy that forbids other addresses."""

    def log_message(self, *_: object) -> None:
        """Tests read no access log."""


class World:
    """An LMS with the package, and the tool with its LRS at another origin."""

    def __init__(self, site: Site, lms: Lms, key: str) -> None:
        self.site, self.lms, self.key = site, lms, key

    def register(self) -> None:
        """Makes the LMS one of ours."""
        here = self.lms.address
        platform = NewPlatform(
            name="LMS", issuer=here, client_id="k", auth_url=here, token_url=here, jwks_url=here, service_hosts=()
        )
        self.site.services.lti.platforms.add(platform, uuid4().hex, self.site.clock())
        self.site.clock.now += timedelta(seconds=11)

    def stored(self) -> list[dict[str, Any]]:
        services = self.site.services
        found = services.lrs.query(services.principal("foreign"), StatementQuery(ascending=True, limit=200))
        return [msgspec.json.decode(body) for body in found.bodies]

    def verbs(self) -> list[str]:
        return [one["verb"]["id"].removeprefix(ADL) for one in self.stored()]

    def waiting(self) -> list[str]:
        """The ids of what waits in the browser."""
        return list(
            self.lms.page.evaluate("""() => Object.keys(localStorage)
                .filter(key => /^jampel:paket:.*:q:/.test(key)).sort()
                .map(key => JSON.parse(localStorage.getItem(key)).id)""")
        )

    def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(150):
            if holds():
                return
            self.lms.page.wait_for_timeout(20)
        raise AssertionError(f"never: stored {self.verbs()}, waiting {len(self.waiting())}")


@pytest.fixture
def world(
    browser: Any,
    require: Callable[[str], str],
    sample: Callable[..., dict[str, Any]],
    tmp_path: Path,
    serving: Callable[..., AbstractContextManager[str]],
    learner: Callable[[Any], Any],
) -> Iterator[World]:
    site = Site(tmp_path / "data")
    course = msgspec.convert(sample(), Course)
    limits = Limits(module=course.iri, extensions=declared(course))
    new = site.services.credentials.add(site.services.institution.id, "paket", ["module"], "package", limits=limits)
    write_host(tmp_path, Path(require("node_modules")))
    context = browser.new_context()
    with answering(site.app) as address, serving(partial(Quiet, directory=str(tmp_path))) as lms:
        target = RecordTarget(endpoint=f"{address}/xapi/", key=new.key, secret=new.secret)
        content = course_content(course, (), "scorm12", BuildOptions(lrs=target))
        write_entries(tmp_path / "modul", [entry for entry in content if not entry.name.startswith("aset/")])
        yield World(site, Lms(context.new_page(), lms, learner), new.key)
        context.close()
    site.close()


def test_what_is_learned_in_an_lms_reaches_the_lrs_under_one_person(world: World) -> None:
    world.register()
    world.lms.launch().play({"q-true": True})
    world.until(lambda: "passed" in world.verbs())
    world.lms.leave()
    world.until(lambda: "terminated" in world.verbs())
    found = world.stored()
    assert world.verbs().count("answered") == 7
    (waiting,) = world.site.services.people.waiting()
    assert (waiting.issuer, waiting.subject) == (world.lms.address, "murid-1")
    assert {one["actor"]["account"]["name"] for one in found} == {waiting.person}
    assert [verb for verb, one in zip(world.verbs(), found, strict=True) if EXT_JP in one["context"]["extensions"]] == [
        "passed"
    ]
    assert errors(world.lms.calls()) == []
    assert misspelt(world.lms.calls()) == []


def test_an_lms_that_is_not_registered_loses_nothing_and_the_learner_notices_nothing(world: World) -> None:
    someone = world.lms.launch()
    someone.play({"q-true": True})
    assert someone.heading() == "Anda lulus"
    assert someone.frame.locator(".jp-notice").count() == 0
    kept = world.waiting()
    assert len(kept) == 13
    world.lms.leave()
    assert world.stored() == []
    assert errors(world.lms.calls()) == []
    assert world.lms.written("cmi.core.lesson_status") == ["incomplete", "passed"]

    world.register()
    world.lms.launch()
    world.until(lambda: not world.waiting())
    assert set(kept) <= {one["id"] for one in world.stored()}
    assert world.verbs().count("passed") == 1


def test_a_revoked_credential_and_a_killed_page_disturb_no_lesson(world: World, kill: Callable[[Any], None]) -> None:
    world.register()
    someone = world.lms.launch()
    world.until(lambda: not world.waiting())
    world.site.services.credentials.revoke(world.site.services.institution.id, world.key)
    someone.answer("q-choice", 1)
    someone.next()
    assert someone.frame.locator(".jp-notice").count() == 0
    kept = world.waiting()
    assert len(kept) == 2
    kill(world.lms.page)
    world.lms.reopen()
    back = world.lms.launch()
    assert back.heading() == "Asas dan aturan"
    assert set(kept) < set(world.waiting())
    assert errors(world.lms.calls()) == []
