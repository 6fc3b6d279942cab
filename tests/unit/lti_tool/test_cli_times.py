"""Times that commands show have their zone, for programs and for people; yes and no are said in Indonesian."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner

import lti_tool.cli
from lti_tool.cli.agreement import agreed
from lti_tool.cli.times import local_time, time_in
from lti_tool.click_words import spoken
from lti_tool.console import print_json

JAYAPURA = ZoneInfo("Asia/Jayapura")
MOMENT = datetime(2026, 11, 26, 2, 30, tzinfo=UTC)


@click.command()
def question() -> None:
    """Says what was answered."""
    click.echo(agreed("Simpan?"))


@pytest.mark.parametrize("moment", [MOMENT, int(MOMENT.timestamp())], ids=["moment", "second"])
def test_a_command_shows_a_time_on_the_clocks_of_the_institution(moment: datetime | int) -> None:
    assert local_time(moment, JAYAPURA) == "26 Nov 2026 11.30 WIT"


def test_no_time_is_a_dash() -> None:
    assert local_time(None, JAYAPURA) == "–"


@pytest.mark.parametrize(
    ("text", "shown"), [("2026-11-26T02:30:00Z", "26 Nov 2026 11.30 WIT"), ("kemarin", "kemarin"), ("", "")]
)
def test_a_time_in_a_file_is_shown_the_same_way_and_anything_else_as_it_is(text: str, shown: str) -> None:
    assert time_in(text, JAYAPURA) == shown


def test_no_command_writes_the_time_of_a_clock_by_itself() -> None:
    own = [path.name for path in Path(lti_tool.cli.__file__).parent.glob("*.py")
           if re.search(r"%H|strftime", path.read_text(encoding="utf-8"))]  # fmt: skip
    assert own == [], "use lti_tool.cli.times.local_time: it names the zone"


def test_json_has_iso_times_with_their_offset(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"at": MOMENT, "day": date(2026, 11, 26)})
    assert json.loads(capsys.readouterr().out) == {"at": "2026-11-26T02:30:00+00:00", "day": "2026-11-26"}


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("y", "True"), ("Ya", "True"), ("yes", "True"), ("", "False"), ("t", "False"), ("Tidak", "False"), ("n", "False")],
)
def test_yes_and_no_are_understood_in_both_languages(typed: str, answer: str) -> None:
    shown = CliRunner().invoke(question, input=f"{typed}\n")
    assert shown.stdout.split() == [answer]
    assert shown.stderr.startswith("Simpan? [y/T]: ")


def test_any_other_answer_is_asked_again() -> None:
    with spoken():
        shown = CliRunner().invoke(question, input="mungkin\nya\n")
    assert "Kesalahan: Jawab dengan ya atau tidak." in shown.stderr
    assert shown.stdout.split() == ["True"]


def test_whoever_breaks_off_has_said_nothing() -> None:
    with spoken():
        shown = CliRunner().invoke(question, input="")
    assert (shown.stdout, shown.exit_code) == ("", 1)
    assert "Dibatalkan." in shown.stderr
