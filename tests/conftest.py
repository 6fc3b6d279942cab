"""Fixtures shared by the tests of two packages or more."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NODE_MODULES = ROOT / "tests" / "js" / "node_modules"


def _which(*names: str) -> Callable[[], str | None]:
    return lambda: next((found for name in names if (found := shutil.which(name))), None)


PARTS: dict[str, tuple[Callable[[], str | None], str]] = {
    "chromium": (_which("chromium", "chromium-browser"), "apt-get install chromium"),
    "node": (_which("node", "nodejs"), "apt-get install nodejs npm"),
    "node_modules": (
        lambda: str(NODE_MODULES) if (NODE_MODULES / ".installed").exists() else None,
        "apt-get install nodejs npm, then make test",
    ),
    "ffprobe": (_which("ffprobe"), "apt-get install ffmpeg"),
}


@pytest.fixture(scope="session")
def require() -> Callable[[str], str]:
    """`require("chromium")` is its path; without it the test skips and says how to get it, or fails in CI."""

    def find(part: str) -> str:
        locate, remedy = PARTS[part]
        if found := locate():
            return found
        message = f"needs {part}: {remedy}"
        if os.environ.get("JAMPEL_REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)

    return find
