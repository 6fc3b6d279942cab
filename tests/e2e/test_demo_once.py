"""`jampel demo --once` goes the whole loop over HTTP, prints the audit, and names the step that fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lti_tool.demo.once import run_steps
from lti_tool.errors import ToolError
from tests.ports import free_ports

pytestmark = pytest.mark.e2e


def demo_once(data: Path, *more: str, url: str = "", **further: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lti_tool.cli", "demo", "--once", "--data", str(data), *more]
    environment = os.environ | {"JAMPEL_LANG": "id"} | ({"JAMPEL_DATABASE__URL": url} if url else {}) | further
    return subprocess.run(command, capture_output=True, text=True, timeout=150, env=environment, check=False)


def test_once_goes_the_loop_and_prints_the_audit_with_the_new_jp(tmp_path: Path, place: Path | str) -> None:
    done = demo_once(tmp_path, "--port", str(free_ports()), url=place if isinstance(place, str) else "")
    assert done.returncode == 0, done.stderr
    assert "beres: JP masuk audit" in done.stderr
    gained = next(line for line in done.stderr.splitlines() if "+0,70 JP" in line)
    learner = gained.split(":")[0]
    assert any(learner in line and "0,70" in line for line in done.stdout.splitlines())


def test_the_loop_goes_round_in_english_with_an_lms_like_moodle_wherever_the_environment_would_serve(
    tmp_path: Path,
) -> None:
    elsewhere = {"JAMPEL_SERVER__PORT": str(free_ports()), "JAMPEL_SERVER__BASE_URL": "https://jampel.example.go.id"}
    done = demo_once(tmp_path, "--port", str(free_ports()), "--lms", "moodle", JAMPEL_LANG="en", **elsewhere)
    assert done.returncode == 0, done.stderr
    assert "+0.70 JP" in done.stderr


def test_a_folder_of_a_real_installation_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "jampel.toml").write_text("[server]\nport = 8123\n")
    done = demo_once(tmp_path)
    assert done.returncode == 1
    assert "jampel.toml" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["jampel.toml"]


def test_the_step_that_fails_is_named_and_ends_the_round(capsys: pytest.CaptureFixture[str]) -> None:
    after = []

    def fail() -> None:
        raise ToolError("demo.step_failed", "no answer", reason="tidak ada jawaban")

    assert run_steps([("membuka modul", fail), ("belajar", lambda: after.append(1))]) == 1
    assert "membuka modul" in capsys.readouterr().err
    assert after == []
