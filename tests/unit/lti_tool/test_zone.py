"""The institution's time zone: unknown is wrong, elsewhere than in Indonesia or without the system's data is told."""

import sys
import zoneinfo
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.watch.readiness import Readiness
from lti_tool.watch.zone import INDONESIAN, zone_fault, zone_warning
from lti_tool.web.testing import Site


@pytest.fixture
def no_system_data() -> Iterator[None]:
    zoneinfo.reset_tzpath(())
    yield
    zoneinfo.reset_tzpath()


@pytest.mark.parametrize("zone", INDONESIAN)
def test_a_zone_of_indonesia_is_known(zone: str) -> None:
    assert zone_fault(zone) == ""


@pytest.mark.parametrize("zone", ["Asia/Jakarte", "WIB", "", "/etc/passwd", "../Asia/Jakarta", "Asia"])
def test_what_names_no_zone_is_unknown(zone: str) -> None:
    assert zone_fault(zone) == "unknown"


def test_a_zone_of_elsewhere_is_told() -> None:
    assert (zone_fault("Europe/Berlin"), zone_warning("Europe/Berlin")) == ("", "not_indonesian")


@pytest.mark.usefixtures("no_system_data")
def test_without_the_systems_data_the_zones_of_the_python_package_are_told_of() -> None:
    assert (zone_fault("Asia/Makassar"), zone_warning("Asia/Makassar")) == ("", "no_system_data")


@pytest.mark.usefixtures("no_system_data")
def test_without_any_data_no_zone_is_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tzdata", "tzdata.zoneinfo", "tzdata.zoneinfo.Asia"):
        monkeypatch.setitem(sys.modules, name, None)
    assert zone_fault("Asia/Jakarta") == "no_data"


@pytest.mark.parametrize(
    ("zone", "code", "sentence"),
    [
        ("Asia/Jakarte", 1, "SALAH zona waktu Asia/Jakarte tidak dikenal"),
        pytest.param(
            *("Asia/Singapore", 0, "PERINGATAN zona waktu Asia/Singapore bukan zona Indonesia"),
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_the_doctor_says_what_is_with_the_zone(prepared: Path, zone: str, code: int, sentence: str) -> None:
    (prepared / "jampel.toml").write_text(f'[institution]\ntime_zone = "{zone}"\n', encoding="utf-8")
    done = CliRunner().invoke(main, ["doctor", "--data", str(prepared)], env={"JAMPEL_LANG": "id"})
    assert done.exit_code == code
    assert sentence in done.stderr
    assert ", ".join(INDONESIAN) in done.stderr


def test_readiness_warns_of_a_zone_and_fails_only_when_it_cannot_be_told(tmp_path: Path, monkeypatch) -> None:
    site = Site(tmp_path / "data")
    readiness = Readiness(site.services)
    monkeypatch.setattr("lti_tool.watch.readiness.zone_warning", lambda _zone: "not_indonesian")
    assert (readiness.state().parts["zone"], readiness.state().warnings) == ("ok", {"zone": "not_indonesian"})
    site.clock.advance(seconds=3)
    monkeypatch.setattr("lti_tool.watch.readiness.zone_fault", lambda _zone: "no_data")
    state = readiness.state()
    readiness.close()
    site.close()
    assert (state.ready, state.parts["zone"], state.warnings) == (False, "no_data", {})
