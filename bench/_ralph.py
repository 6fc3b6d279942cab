"""Ralph 5 from PyPI beside us: the same rows at 100 thousand stored statements, through its file backend.

Its other backends need servers that a plain machine does not have. Each request reads the whole file, so few are made.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from bench import _corpus as corpus
from bench._measure import Measured, Plan, measure
from bench._rows import Row
from bench._server import BenchError, Server
from tools.ralph_server import INSTALLED, PYTHON, RalphServer

PLAN = Plan(seconds=20, repeats=1, warm=0, looks=2)
FILE = "statements/fs_lrs.jsonl"
Say = Callable[[str], None]
_AUTHORITY = json.dumps({"account": {"homePage": "https://w3id.org/jampel/", "name": "perekam"}}).encode()


def measure_ralph(
    rows: Iterable[Row], size: str, count: int, folder: Path, say: Say, *, plan: Plan = PLAN, python: Path = PYTHON
) -> dict[str, Measured]:
    """What Ralph shows in `rows` by name, readers first, on a file of `count` statements in `folder`.

    `python` is the one of the environment where Ralph is. Raises BenchError when it is not installed or does not start.
    """
    if python == PYTHON and not INSTALLED.exists():
        raise BenchError("Ralph is not installed: make ralph")
    _seed(folder / FILE, count)
    try:
        with RalphServer(folder, python) as ralph:
            server = Server(f"http://127.0.0.1:{ralph.port}", ralph.key, ralph.secret, None, "/xAPI/statements")
            found = {}
            for row in sorted(rows, key=lambda row: row.writes):
                say(f"Ralph: {row.title}")
                (folder / "history.json").unlink(missing_ok=True)  # it grows with each request and slows the next
                found[row.name] = _one(row, size, count, server, plan, folder)
            return found
    except RuntimeError as cause:
        raise BenchError(str(cause)) from cause


def _one(row: Row, size: str, count: int, server: Server, plan: Plan, folder: Path) -> Measured:
    try:
        return measure(row, size, count, server, plan, folder)
    except BenchError as problem:
        return Measured(row, size, problems=[str(problem)])


def _seed(path: Path, count: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for number in range(count):
            body = corpus.statement(number)
            file.write(
                b'%b,"stored":"2025-01-01T00:00:00.000000+00:00","authority":%b,"version":"1.0.0"}\n'
                % (body[:-1], _AUTHORITY)
            )
