"""`jampel lrs forward`: targets by command, secrets never as arguments and never shown."""

import json

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.errors import ForwardError
from xapi.lrs.forwarding.store import Result

URL = "https://lrs.pusat.example.go.id/xapi/"
SECRET = "rahasia-sangat-panjang"
NUMBER = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def run(tmp_path):
    runner = CliRunner()

    def call(*arguments: str, language: str = "id", **more):
        environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": language}
        return runner.invoke(main, ["lrs", "forward", *arguments], env=environment, **more)

    return call


@pytest.fixture
def added(run, tmp_path):
    (tmp_path / "rahasia.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    arguments = ("add", URL, "--name", "pusat", "--key", "kunci", "--secret-file", str(tmp_path / "rahasia.txt"))
    answer = run(*arguments, "--source", "launch", "--since", "2026-01-01T07:00:00+07:00", "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def work(tmp_path, **result) -> None:
    """What a worker would have written."""
    with open_services(load_settings(tmp_path / "data", {})) as services:
        store, now = services.forward_store, services.clock()
        leased = store.lease(services.forwards.named("pusat").id, "pekerja", now, 60)
        assert store.settle(leased, Result(**{"position": 0, **result}), now)


def test_a_target_is_added_and_listed_without_its_secret(run, added):
    assert added["selection"] == {"sources": ["launch"], "since": "2026-01-01T00:00:00.000000Z"}
    listed = run("list", "--json")
    assert [one["name"] for one in json.loads(listed.stdout)] == ["pusat"]
    assert SECRET not in listed.output + run("list").output + json.dumps(added)
    assert URL in run("list").stdout


def test_a_secret_can_be_typed_or_piped(run):
    typed = run("add", URL, "--name", "a", "--key", "k", input=f"{SECRET}\n")
    piped = run("add", URL, "--name", "b", "--key", "k", "--secret-file", "-", input=f"{SECRET}\n")
    assert (typed.exit_code, piped.exit_code) == (0, 0)
    assert SECRET not in typed.output + piped.output


@pytest.mark.parametrize(
    "wrong",
    [
        ("http://lrs.pusat.example.go.id/", "--key", "k"),
        (URL, "--key", "k", "--verb", "selesai"),
        (URL, "--key", "k", "--agent", "{"),
        (URL, "--key", "k", "--agent", "{}"),
        (URL, "--key", "k", "--since", "kemarin"),
        (URL, "--key", "a:b"),
    ],
)
@pytest.mark.usefixtures("prepared")
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_kept(run, wrong):
    answer = run("add", *wrong, "--name", "pusat", "--secret-file", "-", input=SECRET)
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output
    assert len(answer.stderr.strip()) > 20
    assert json.loads(run("list", "--json").stdout) == []


def test_status_is_quiet_when_all_is_well_and_names_the_remedy_when_not(run, added, tmp_path):
    assert run("status").exit_code == 0
    work(tmp_path, error=ForwardError("forward.credential", status=403))
    failed = run("status", "pusat")
    assert failed.exit_code == 1
    assert "Minta kredensial yang berlaku" in failed.stderr
    assert "Ask its administrator" in run("status", language="en").stderr
    assert json.loads(run("status", "--json").stdout)[0]["state"] == "stopped"


def test_a_held_statement_is_shown_retried_and_skipped(run, added, tmp_path):
    work(tmp_path, refused=[(7, NUMBER, "HTTP 400 no")])
    assert "HTTP 400 no" in run("status").stderr
    assert run("retry", "pusat", "--statement", NUMBER).exit_code == 0
    assert json.loads(run("status", "--json").stdout)[0]["held"][0]["again"] is True
    assert run("skip", "pusat", "--statement", NUMBER.upper()).exit_code == 0
    assert run("status").exit_code == 0
    assert run("skip", "pusat", "--statement", NUMBER).exit_code == 1


def test_pause_resume_and_remove_say_what_they_did(run, added, tmp_path):
    assert run("pause", "pusat").exit_code == 0
    assert json.loads(run("list", "--json").stdout)[0]["state"] == "paused"
    assert run("resume", "pusat", "--key", "baru", "--secret-file", str(tmp_path / "rahasia.txt")).exit_code == 0
    found = json.loads(run("list", "--json").stdout)[0]
    assert (found["state"], found["key"]) == ("on", "baru")
    assert run("remove", "pusat").exit_code == 0
    assert run("remove", "pusat").exit_code == 1
    assert json.loads(run("list", "--json").stdout) == []
