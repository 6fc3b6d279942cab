"""The composition of all parts: one clock, one calendar, and a data folder that opens again as it was."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from lti_tool.services import Services, open_services
from lti_tool.settings import Institution, Settings
from xapi.intake import Identity


@pytest.fixture
def opened(tmp_path: Path, clock):
    """`opened(time_zone=…)` opens the same data folder with these settings of the institution."""
    found: list[Services] = []

    def call(**changes: object) -> Services:
        institution = msgspec.structs.replace(Institution("Provinsi Contoh", "contoh"), **changes)
        found.append(open_services(Settings(data=tmp_path, institution=institution), clock))
        return found[-1]

    yield call
    for services in found:
        services.close()


def test_every_part_has_the_clock_that_was_given(opened, clock) -> None:
    services = opened()
    services.intake.person(Identity(issuer="https://lms.example.go.id", subject="7"))
    assert [one.first_seen for one in services.people.waiting()] == [clock()]
    assert services.institution.created == clock()


def test_a_new_year_begins_when_it_begins_at_the_institution(opened, clock) -> None:
    clock.now = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert opened(time_zone="Asia/Jakarta").today == date(2026, 12, 31)
    assert opened(time_zone="Asia/Jayapura").today == date(2027, 1, 1)


def test_days_and_rules_have_one_time_zone_after_the_settings_changed(opened) -> None:
    first = opened(time_zone="Asia/Jakarta")
    later = opened(time_zone="Asia/Jayapura")
    assert later.institution.id == first.institution.id
    assert str(later.zone) == later.rules.editions[-1].settings.time_zone == "Asia/Jayapura"


def test_a_process_that_runs_for_long_takes_over_a_changed_layer_instead_of_undoing_it(opened, tmp_path) -> None:
    layer = tmp_path / "lapisan.toml"
    layer.write_text('format = 1\nname = "a"\nversion = "1"\n', encoding="utf-8")
    old = opened(rules=("lapisan.toml",))
    old.bring_ledger_up_to_date()
    layer.write_text(
        'format = 1\nname = "a"\nversion = "2"\n[bentuk.seminar]\nnational = { jp = 3 }\n', encoding="utf-8"
    )
    assert opened(rules=("lapisan.toml",)).bring_ledger_up_to_date().rebuilt
    assert not old.bring_ledger_up_to_date().rebuilt
    assert old.rules.version.endswith("a 2")


def test_a_layer_that_is_broken_meanwhile_changes_nothing(opened, tmp_path) -> None:
    layer = tmp_path / "lapisan.toml"
    layer.write_text('format = 1\nname = "a"\nversion = "1"\n', encoding="utf-8")
    services = opened(rules=("lapisan.toml",))
    layer.write_text("rusak", encoding="utf-8")
    services.bring_ledger_up_to_date()
    assert services.ledger.rules().version.endswith("a 1")
