"""A newcomer's path: a fresh clone, what README.md says, each step as written, in under ten minutes."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.ports import free_ports
from tools.shown_commands import ROOT, shown_in

pytestmark = [pytest.mark.e2e, pytest.mark.thorough, pytest.mark.timeout(660)]
MINUTES = 10
#: Commands that go on until somebody ends them, and the words by which they say that they are there.
ENDLESS = {"make run": "Jampel berjalan", "jampel modul preview": "http://127.0.0.1:", "jampel serve": ""}
#: What a checkout holds only once it has been used.
MADE = (".git", ".venv", "node_modules", "__pycache__", ".*_cache", "*.egg-info", "jampel-data")
OURS = ("PYTHONPATH", "VIRTUAL_ENV", "JAMPEL_")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What is committed here, as a newcomer gets it; where these files are no repository, the files as they are."""
    place = tmp_path / "jampel"
    cloned = subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place)], capture_output=True)
    if cloned.returncode != 0:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(ROOT, place, symlinks=True, ignore=shutil.ignore_patterns(*MADE))
    return place


def environment(clone: Path, port: int) -> dict[str, str]:
    """A newcomer's shell after `source .venv/bin/activate`; `make run` takes a port that is free."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    path = f"{clone}/.venv/bin:{plain['PATH']}"
    return {**plain, "PATH": path, "PORT": str(port), "LANG": "id_ID.UTF-8"}


def test_a_newcomer_gets_from_the_clone_to_a_proven_report(clone: Path) -> None:
    begun = time.monotonic()
    done = []
    for shown in shown_in((clone / "README.md").read_text(encoding="utf-8")):
        command = shown.text.partition(" #")[0].strip().removesuffix("&").strip()
        if command == "make test" or command.startswith("curl"):
            continue
        port = free_ports()
        if command.startswith(("jampel demo", "jampel serve")):
            command += f" --port {port}"
        endless = next((start for start in ENDLESS if command.startswith(start)), None)
        if endless:
            with running(command, clone, environment(clone, port)) as output:
                wait_for(output, ENDLESS[endless], port, answers=endless != "jampel modul preview")
        else:
            ended = subprocess.run(
                ["bash", "-c", command], cwd=clone, env=environment(clone, port), capture_output=True, text=True
            )
            assert ended.returncode == 0, f"{command}\n{ended.stdout[-1000:]}{ended.stderr[-2000:]}"
        done.append(command.split()[:3])
    assert {"demo", "pack", "audit"} <= {words[1] for words in done}
    assert (clone / "rekap.xlsx.seal.json").is_file()
    assert time.monotonic() - begun < MINUTES * 60


@contextmanager
def running(command: str, clone: Path, env: dict[str, str]) -> Iterator[Path]:
    """The command in a group of its own, ended at the end; yields the file with what it says."""
    output = clone.parent / "keluaran.txt"
    with output.open("w") as file:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=clone, env=env, stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield output
            assert process.poll() is None, output.read_text()
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def wait_for(output: Path, said: str, port: int, *, answers: bool) -> None:
    """Until the command says so and, when it serves the tool, its pages answer."""
    until = time.monotonic() + MINUTES * 60
    while time.monotonic() < until:
        if said in output.read_text() and (not answers or is_there(port)):
            return
        time.sleep(0.5)
    pytest.fail(output.read_text()[-2000:])


def is_there(port: int) -> bool:
    try:
        return all(
            requests.get(f"http://127.0.0.1:{port}{path}", timeout=5).ok for path in ("/healthz/siap", "/pustaka/")
        )
    except requests.ConnectionError:
        return False
