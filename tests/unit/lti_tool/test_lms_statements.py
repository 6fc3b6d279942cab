"""Statements that an LMS sends to the LRS itself: they become a credit of a person, by the table of courses."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lti_tool.services import Services, open_services
from lti_tool.settings import load_settings
from xapi.errors import LrsError
from xapi.intake import Identity
from xapi.testing import FixedClock

HOME = "https://lms.contoh.go.id"
NIP = "198501012099031001"
TABLE = "Kursus;JP;Bentuk;Penyelenggara\nid:5;3;E-learning;BPSDM\n"


@pytest.fixture
def services(tmp_path: Path):
    (tmp_path / "kursus.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "jampel.toml").write_text(
        f'[adapters.moodle]\nurl = "{HOME}"\ntoken = "x"\nmapping = "{tmp_path}/kursus.csv"\n', encoding="utf-8"
    )
    clock = FixedClock(datetime(2026, 3, 3, tzinfo=UTC))
    with open_services(load_settings(tmp_path, {}), clock) as opened:
        yield opened


def completed(course: int, name: str = "8") -> dict:
    return {
        "actor": {"name": "Siti Contoh", "account": {"homePage": HOME, "name": name}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"id": "completed"}},
        "object": {"id": f"{HOME}/course/view.php?id={course}", "definition": {"name": {"id": "Pelayanan"}}},
        "timestamp": "2026-03-02T02:00:00+00:00",
        "context": {"platform": "Moodle", "extensions": {"http://lrs.learninglocker.net/define/extensions/info": {}}},
    }


def send(services: Services, *statements: dict) -> None:
    new = services.credentials.add(services.institution.id, "Moodle", ["statements/write"], "lms_record")
    principal = services.credentials.authenticate(new.key, new.secret)
    assert principal is not None
    services.lrs.post_statements(principal, json.dumps(statements).encode())


def accepted(services: Services) -> list[tuple[str, int]]:
    services.bring_ledger_up_to_date()
    return [(row["person"], row["accepted"]) for row in services.ledger.accepted_of(2026)]


def test_a_completed_course_counts_for_the_person_of_the_account(services: Services) -> None:
    person = services.intake.person(Identity(nip=NIP, issuer=HOME, subject="8"))

    send(services, completed(5), completed(6))

    assert accepted(services) == [(person, 300)]


def test_a_table_that_cannot_be_read_keeps_statements_with_the_lms(services: Services) -> None:
    Path(services.settings.adapters.shared("moodle")["mapping"]).write_text("Kursus;JP\nid:5;tiga\n")

    with pytest.raises(LrsError) as caught:
        send(services, completed(5))

    assert (caught.value.code, caught.value.status) == ("lrs.not_ready", 503)
    assert accepted(services) == []
