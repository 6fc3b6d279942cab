"""The doctor says when this machine's clock is wrong, and blames it only when the clocks of LMSs agree."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.doctor.network import MOST_SKEW
from lti_tool.doctor.own_clock import is_synchronised, own_error
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from lti_tool.store import NewPlatform

LMS = "https://lms{}.contoh.go.id"


@pytest.mark.parametrize(
    ("ahead", "error"),
    [
        ([], 0),
        ([900], 0),
        ([900, 0], 0),
        ([900, -900], 0),
        ([MOST_SKEW, MOST_SKEW], 0),
        ([61, 63], 62),
        ([-300, -310, -305], -305),
    ],
)
def test_only_clocks_that_agree_blame_ours(ahead: list[int], error: int) -> None:
    assert own_error(ahead) == error


def test_the_kernel_tells_or_says_nothing() -> None:
    assert is_synchronised() in (True, False, None)


def seen(data: Path, *ahead: int) -> None:
    """LMSs whose clocks were so far ahead when they were last seen."""
    with open_services(load_settings(data, {})) as services:
        for number, seconds in enumerate(ahead):
            address = LMS.format(number)
            new = NewPlatform(
                name=f"LMS {number}",
                issuer=address,
                client_id="abc",
                auth_url=f"{address}/auth",
                token_url=f"{address}/token",
                jwks_url=f"{address}/jwks",
            )
            made = services.lti.platforms.add(new, f"{number:032x}", services.clock())
            services.lti.observed.note(made.id, seconds, services.clock())


def doctor(data: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["doctor", "--data", str(data)], env={"JAMPEL_LANG": "en"})
    return done.exit_code, done.output


def test_a_clock_that_all_others_contradict_is_a_finding(tmp_path: Path) -> None:
    seen(tmp_path, 300, 302)
    code, said = doctor(tmp_path)
    assert code == 1
    assert "301" in said


@pytest.mark.parametrize(("kept", "sentence"), [(False, "NTP"), (True, "kept right"), (None, "kept right")])
def test_one_lms_alone_and_a_machine_without_ntp_are_warnings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool | None, sentence: str
) -> None:
    monkeypatch.setattr("lti_tool.cli.doctor_clock.is_synchronised", lambda: kept)
    seen(tmp_path, 300)
    code, said = doctor(tmp_path)
    assert code == 0
    assert "LMS 0" in said
    assert sentence in said
