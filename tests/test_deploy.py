"""What is shipped for operators is what their programs accept: units of systemd, log rotation, the board of Grafana."""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lti_tool.cli import main
from lti_tool.watch.figures import written
from lti_tool.watch.tally import Tally
from lti_tool.web.testing import Site
from lti_tool.worker import Work

DEPLOY = Path(__file__).parent.parent / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
#: Of no use as a line over time.
NOT_SHOWN = {"jampel_ledger_projected_timestamp_seconds", "jampel_lrs_newest_statement_timestamp_seconds"}
EXPOSURE = 20  # of systemd's 100, where 100 is a service that may do all


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a program that is there in the place of the one that an operator installs."""
    program = tmp_path / "jampel"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for path in UNITS:
        text = path.read_text(encoding="utf-8").replace("/opt/jampel/bin/jampel", str(program))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    return tmp_path


def test_systemd_understands_every_line_of_the_units(units: Path, require: Callable[[str], str]) -> None:
    command = [require("systemd-analyze"), "verify", "--man=no", *(str(units / path.name) for path in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "jampel" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_may_do_little_beside_its_work(units: Path, path: Path, require: Callable[[str], str]) -> None:
    options = ["security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", str(units / path.name)]
    done = subprocess.run([require("systemd-analyze"), *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_units_call_commands_that_there_are() -> None:
    for path in SERVICES:
        for name in re.findall(r"bin/jampel (\w+)", path.read_text(encoding="utf-8")):
            assert main.get_command(None, name) is not None, (path.name, name)


def called(path: Path) -> dict[str, str]:
    """What a unit runs, by the name of the setting, as the program gets it."""
    found = re.findall(r"^(Exec\w+)=(.+)$", path.read_text(encoding="utf-8"), re.M)
    return {name: line.replace("$$", "$").replace("%%", "%") for name, line in found}


def test_a_reload_asks_the_server_for_a_restart_without_a_gap() -> None:
    assert called(DEPLOY / "systemd" / "jampel.service")["ExecReload"] == "/bin/sh -c 'kill -HUP $MAINPID'"


def test_the_worker_of_its_own_goes_with_the_server_and_leaves_the_tables_alone() -> None:
    """Else a stop and a start of the server leave it stopped, and it changes tables under an older server."""
    lines = (DEPLOY / "systemd" / "jampel-worker.service").read_text(encoding="utf-8").splitlines()
    server = "jampel.service"
    assert {f"PartOf={server}", f"ReloadPropagatedFrom={server}", f"WantedBy={server}"} <= set(lines)
    assert "Environment=JAMPEL_TABLES=kept" in lines
    assert f"After=network-online.target postgresql.service {server}" in lines


def test_the_units_need_no_program_that_an_empty_debian_lacks() -> None:
    """`/bin/kill`, for one, comes with procps, which is not there."""
    programs = {line.split()[0] for path in SERVICES for line in called(path).values()}
    assert programs == {"/opt/jampel/bin/jampel", "/bin/sh"}


def test_the_server_has_as_many_processes_as_the_settings_say() -> None:
    """An option here would beat `[server] workers` without a word."""
    assert called(DEPLOY / "systemd" / "jampel.service")["ExecStart"] == "/opt/jampel/bin/jampel serve"


def test_a_night_s_backup_is_checked_joined_by_the_erasures_and_takes_the_place_of_the_old(tmp_path: Path) -> None:
    data, kept, heard = tmp_path / "data", tmp_path / "cadangan", tmp_path / "heard"
    program = tmp_path / "jampel"
    program.write_text(f'#!/bin/sh\necho "$1 $2" >> {heard}\n[ "$2" = --verify ] || echo isi > "$2"\n')
    program.chmod(0o755)
    for folder in (data, kept):
        folder.mkdir()
    (data / "erasures.jsonl").write_text("{}\n")
    (kept / "jampel-lama.jampel").touch()
    os.utime(kept / "jampel-lama.jampel", (0, 0))
    line = called(DEPLOY / "systemd" / "jampel-backup.service")["ExecStart"].replace(
        "/opt/jampel/bin/jampel", str(program)
    )
    subprocess.run(shlex.split(line), cwd=tmp_path, env={**os.environ, "JAMPEL_DATA": str(data)}, check=True)
    names = sorted(path.name for path in kept.iterdir())
    assert [re.sub(r"\d+T\d+", "N", name) for name in names] == ["erasures.jsonl", "jampel-N.jampel"]
    assert (kept / "erasures.jsonl").read_text() == "{}\n"
    assert heard.read_text() == f"backup cadangan/{names[1]}\nbackup --verify\n"


def test_logs_rotate_without_a_line_lost_or_a_process_told(tmp_path: Path, require: Callable[[str], str]) -> None:
    program = require("logrotate")
    text = (DEPLOY / "logrotate" / "jampel").read_text(encoding="utf-8")
    (tmp_path / "conf").write_text(text.replace("/var/log/jampel", str(tmp_path)), encoding="utf-8")
    (tmp_path / "conf").chmod(0o644)
    with (tmp_path / "jampel.log").open("a") as log:
        log.write("before\n")
        log.flush()
        command = [program, "-f", "-s", str(tmp_path / "state"), str(tmp_path / "conf")]
        subprocess.run(command, check=True, capture_output=True)
        log.write("after\n")
    assert (tmp_path / "jampel.log").read_text() == "after\n"
    assert [path.read_text() for path in tmp_path.glob("jampel.log-*")] == ["before\n"]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all series that an installation shows; those of a histogram too."""
    site = Site(tmp_path_factory.mktemp("site") / "data")
    Work(site.services).run_once()
    _type, text = written(site.services, Tally())
    site.close()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text.decode(), re.M))
    ends = {"histogram": ("_bucket", "_count", "_sum")}
    return {name + end for name, kind in kinds.items() for end in ends.get(kind, ("",))}


def named(text: str) -> set[str]:
    """The series of ours that an expression or a document names."""
    return set(re.findall(r"jampel_[a-z_]+", text))


def test_every_series_of_the_board_exists_and_every_series_has_a_place_on_it(figures: set[str]) -> None:
    board = json.loads((DEPLOY / "grafana" / "jampel.json").read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    shown = set().union(*map(named, expressions))
    assert shown - figures == set()
    assert figures - shown - NOT_SHOWN == set()


def test_no_two_panels_of_the_board_lie_on_each_other() -> None:
    board = json.loads((DEPLOY / "grafana" / "jampel.json").read_text(encoding="utf-8"))
    taken = [
        (place["x"] + column, place["y"] + row)
        for place in (panel["gridPos"] for panel in board["panels"])
        for column in range(place["w"])
        for row in range(place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(column for column, _row in taken) < 24


@pytest.mark.parametrize("path", ["deploy/grafana/peringatan.yml", "docs/how-to/pemantauan.md"])
def test_every_series_of_an_alert_exists(figures: set[str], path: str) -> None:
    text = (DEPLOY.parent / path).read_text(encoding="utf-8")
    expressions = re.findall(r"expr: (.+)", text)
    assert expressions
    assert set().union(*map(named, expressions)) - figures == set()
