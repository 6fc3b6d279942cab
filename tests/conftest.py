"""Fixtures shared by the tests of two packages or more."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

import xapi.database
from tools.compiled_templates import CompiledTemplates
from tools.postgres_server import PostgresServer, programs
from tools.recorded_migrations import RecordedMigrations
from tools.spark_cluster import programs as spark_programs

#: How long an example takes says more about the machine's other work than about the code.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

#: Databases of a test stay open until its objects are gone, hundreds at a time, and an ordinary user's usual limit is
#: 1024 files; the system lets everybody raise it this far.
_soft, _most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_most_files, _most_files))

ROOT = Path(__file__).parent.parent
NODE_MODULES = ROOT / "tests" / "js" / "node_modules"
RALPH = ROOT / ".venv-ralph" / "bin" / "python"


def _which(*names: str) -> Callable[[], str | None]:
    return lambda: next((found for name in names if (found := shutil.which(name))), None)


def _driver_node() -> Path | None:
    """The Node that playwright brings along: newer than Debian's, but it needs a library that a bare machine lacks."""
    driver = find_spec("playwright")
    return Path(driver.origin).parent / "driver" / "node" if driver and driver.origin else None


def _node_version(node: Path | str) -> int:
    """The first number of its version; 0 when it does not run here."""
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return int(told.stdout[1:].split(".")[0]) if told.returncode == 0 else 0


def _browser() -> str | None:
    """Chromium, when the program that drives it runs here too."""
    chromium = _which("chromium", "chromium-browser")()
    node = _driver_node()
    return chromium if node and _node_version(node) else None


def _oidc_provider() -> str | None:
    """A Node that is new enough for npm's oidc-provider, when that is there."""
    if not (NODE_MODULES / "oidc-provider").is_dir():
        return None
    nodes = (_which("node", "nodejs")(), _driver_node())
    return next((str(node) for node in nodes if node and _node_version(node) >= 20), None)


def _index() -> str | None:
    """A word when pip reaches a package index; nothing is installed."""
    asked = ["install", "--dry-run", "--quiet", "--no-deps", "--ignore-installed", "--retries", "0", "--timeout", "10"]
    done = subprocess.run([sys.executable, "-m", "pip", *asked, "tzdata"], capture_output=True, check=False)
    return "index" if done.returncode == 0 else None


PARTS: dict[str, tuple[Callable[[], Path | str | None], str]] = {
    "chromium": (cache(_browser), "apt-get install chromium libatomic1"),
    "index": (cache(_index), "a way to a package index"),
    "node": (_which("node", "nodejs"), "apt-get install nodejs npm"),
    "node_modules": (
        lambda: str(NODE_MODULES) if (NODE_MODULES / ".installed").exists() else None,
        "apt-get install nodejs npm, then make test",
    ),
    "oidc-provider": (cache(_oidc_provider), "apt-get install nodejs npm libatomic1, then make test"),
    "nginx": (
        lambda: shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"),
        "apt-get install nginx",
    ),
    "logrotate": (
        lambda: shutil.which("logrotate", path=f"{os.environ.get('PATH', '')}:/usr/sbin"),
        "apt-get install logrotate",
    ),
    "systemd-analyze": (_which("systemd-analyze"), "apt-get install systemd"),
    "postgresql": (cache(programs), "apt-get install postgresql"),
    "ralph": (lambda: str(RALPH) if (RALPH.parent.parent / ".installed").exists() else None, "make ralph"),
    "spark": (cache(spark_programs), "make spark, and apt-get install default-jre-headless"),
    "wrk": (_which("wrk"), "apt-get install wrk"),
    "ffprobe": (_which("ffprobe"), "apt-get install ffmpeg"),
}


@pytest.fixture(scope="session", autouse=True)
def _recorded_migrations() -> Iterator[None]:
    """Tables are made as the migrations made the first ones of this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xapi.database, "upgrade", RecordedMigrations())
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates() -> Iterator[None]:
    """All apps of this process share their compiled templates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()})
        yield


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Commands under test keep their notes in a folder of the tests, not in that of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is thorough, unless everything is required or it is asked for by its file or mark."""
    asked = config.getoption("markexpr") or config.getoption("file_or_dir")
    if asked or os.environ.get("JAMPEL_REQUIRE_ALL") == "1":
        return
    left_out = [item for item in items if _is_thorough(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not _is_thorough(item)]


def _is_thorough(item: pytest.Item) -> bool:
    """Whether a shorter test says the same: on PostgreSQL what is told on SQLite, beside the contracts of ports."""
    places = getattr(getattr(item, "callspec", None), "params", {})
    on_server = "postgresql" in (places.get("place"), places.get("lasting_place"))
    return "thorough" in item.keywords or (on_server and item.path.parent != ROOT / "tests" / "contract")


@pytest.fixture(scope="session")
def require() -> Callable[[str], str]:
    """`require("chromium")` is its path; without it the test skips and says how to get it, or fails in CI."""

    def find(part: str) -> str:
        locate, remedy = PARTS[part]
        if found := locate():
            return str(found)
        message = f"needs {part}: {remedy}"
        if os.environ.get("JAMPEL_REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)

    return find


@pytest.fixture(scope="session")
def postgres(require: Callable[[str], str]) -> Iterator[PostgresServer]:
    """A PostgreSQL server for the session."""
    folder = Path(tempfile.mkdtemp(prefix="jampel-pg-"))  # short: the path of a socket has about 100 characters
    server = PostgresServer(Path(require("postgresql")), folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lasting_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path | str:
    """As `place`, for all tests of a module together."""
    if request.param == "sqlite":
        return tmp_path_factory.mktemp("place") / "uji.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a test's database is, for `open_database`: each test that asks runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return tmp_path / "uji.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.emptied_database()
