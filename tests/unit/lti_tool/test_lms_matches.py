"""A package sends its own record, and the LMS has one too: they are about one person and one module, and count once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.moodle import ADAPTER
from adapters.recording import take_each
from lti_tool.credential_terms import given_by
from lti_tool.services import Services, open_services
from lti_tool.settings import load_settings
from lti_tool.systems.connections import own_modules
from lti_tool.systems.pull import desk_of
from lti_tool.web.testing import write_module
from lti_tool.worker import Work
from tests.unit.adapters.moodle_site import HOME, MARCH, FakeMoodle, connection, person
from xapi.lrs.credentials import Limits
from xapi.testing import FixedClock

ORIGIN = "https://lms.contoh.go.id"


@pytest.fixture
def services(tmp_path: Path):
    with open_services(load_settings(tmp_path, {}), FixedClock(datetime(2026, 3, 3, tzinfo=UTC))) as opened:
        opened.library.publish(write_module(tmp_path / "modul"))
        yield opened


def sent_by_the_package(services: Services, username: str) -> None:
    module = services.library.list()[0]
    limits = Limits(module=module.iri, extensions=given_by(module))
    new = services.credentials.add(services.institution.id, "paket", ["module"], "package", limits=limits)
    principal = services.credentials.authenticate(new.key, new.secret)
    statement = {
        "actor": {"account": {"homePage": ORIGIN, "name": username}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
        "object": {"id": module.iri},
        "timestamp": "2026-03-02T02:00:00Z",
        "context": {"extensions": given_by(module)},
    }
    assert principal is not None
    services.lrs.post_statements(principal, json.dumps(statement).encode())


def pulled(services: Services) -> None:
    module = services.library.list()[0]
    site = FakeMoodle()
    site.add_course(5, "Kelas", [person(8, username="siti")], customfields=[])
    site.add_package(5, 70, 3, manifest=f"jampel-{module.course_id}")
    site.states[(5, 8)] = [{"cmid": 70, "modname": "scorm", "state": 2, "timecompleted": MARCH, "tracking": 2}]
    reached = connection(site, modules=own_modules(services.library))
    for page in ADAPTER.pull.pages(reached, ""):
        take_each(page.records, desk_of(services), "lms_record")
    Work(services).run_once()


@pytest.mark.parametrize("order", ["package first", "pull first"])
def test_the_record_of_the_lms_counts_and_that_of_the_package_is_matched(services: Services, order: str) -> None:
    steps = [lambda: sent_by_the_package(services, "siti"), lambda: pulled(services)]
    for step in steps if order == "package first" else reversed(steps):
        step()

    services.bring_ledger_up_to_date()

    module = services.library.list()[0]
    rows = services.ledger.accepted_of(2026)
    assert [(row["source"], row["accepted"]) for row in rows if row["accepted"]] == [("lms_record", module.jp)]
    assert (
        services.people.resolve(ORIGIN, "siti", now=services.clock()).person
        == services.people.resolve(HOME, "8", now=services.clock()).person
    )
