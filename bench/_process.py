"""Runs a whole program once and tells what it cost, its start included."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

JAMPEL = """
import json, re, resource, sys
from pathlib import Path
cost = sys.argv.pop()
from lti_tool.cli import main
try:
    main(prog_name="jampel")
finally:
    peak = int(re.search("VmHWM:\\\\s*(\\\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
    Path(cost).write_text(json.dumps({"peak": peak}))
"""
"""The command as it is installed; it leaves the peak of its own memory, which the parent's would hide."""


def run_program(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> dict[str, float]:
    """What `command` took: `seconds` on the clock and `cpu` seconds. Raises CalledProcessError when it fails."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=cwd, env={**os.environ, **(environment or {})})
    seconds, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"seconds": seconds, "cpu": cpu}


def run_jampel(*arguments: str, cache: Path) -> dict[str, float]:
    """What `jampel` with `arguments` took, and the `peak` of its memory in MB; its notes are kept in `cache`.

    Its modules are compiled once and kept beside `cache`, as an installation keeps them, whatever the environment says.
    """
    with tempfile.TemporaryDirectory() as place:
        cost = Path(place) / "cost.json"
        command = [sys.executable, "-c", JAMPEL, *arguments, str(cost)]
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(cache.with_name("bytecode"))}
        found = run_program(command, environment={"XDG_CACHE_HOME": str(cache), **compiled})
        return found | json.loads(cost.read_text())


def least(name: str, found: Sequence[Mapping[str, float]]) -> float:
    """The smallest value called `name`."""
    return min(one[name] for one in found)
