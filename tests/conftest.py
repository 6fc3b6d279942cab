"""Fixtures shared by the tests of two packages or more."""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parent.parent
NODE_MODULES = ROOT / "tests" / "js" / "node_modules"
RALPH = ROOT / ".venv-ralph" / "bin" / "python"


def _which(*names: str) -> Callable[[], str | None]:
    return lambda: next((found for name in names if (found := shutil.which(name))), None)


def _browser() -> str | None:
    """Chromium, when the program that drives it runs here too: it needs a library that a bare machine lacks."""
    chromium = _which("chromium", "chromium-browser")()
    driver = find_spec("playwright")
    if chromium is None or driver is None or driver.origin is None:
        return None
    node = Path(driver.origin).parent / "driver" / "node"
    runs = subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0
    return chromium if runs else None


def _postgresql() -> str | None:
    """The folder of PostgreSQL's programs; Debian keeps them out of the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    folders = [*([Path(found).parent] if found else []), *folders]
    return next((str(folder) for folder in reversed(folders) if (folder / "initdb").exists()), None)


PARTS: dict[str, tuple[Callable[[], str | None], str]] = {
    "chromium": (cache(_browser), "apt-get install chromium libatomic1"),
    "node": (_which("node", "nodejs"), "apt-get install nodejs npm"),
    "node_modules": (
        lambda: str(NODE_MODULES) if (NODE_MODULES / ".installed").exists() else None,
        "apt-get install nodejs npm, then make test",
    ),
    "postgresql": (cache(_postgresql), "apt-get install postgresql"),
    "ralph": (lambda: str(RALPH) if (RALPH.parent.parent / ".installed").exists() else None, "make ralph"),
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


OTHERS_OUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"


class PostgresServer:
    """A PostgreSQL of the tests' own, on a socket in `folder`; durable settings are off, because it dies with them."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._numbers = count(1)
        self._shared = ""
        self._as: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self._as = ["runuser", "-u", "postgres", "--"]
            shutil.chown(folder, "postgres")
        self._user = "postgres" if self._as else getpass.getuser()
        self._run("initdb", "-D", str(folder / "data"), "-U", self._user, "--auth=trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200"
        self._run("pg_ctl", "-D", str(folder / "data"), "-l", str(folder / "log"), "-w", "-o", options, "start")

    def new_database(self, options: str = "") -> str:
        """The URL of a new, empty database, made with `options`."""
        name, server = f"uji_{next(self._numbers)}", f"host={self._folder} user={self._user}"
        with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        return f"postgresql://{self._user}@/{name}?host={self._folder}"

    def emptied_database(self) -> str:
        """The URL of the one database that tests use in turn, with nothing and nobody in it: quicker than a new one."""
        self._shared = self._shared or self.new_database()
        with psycopg.connect(self._shared, autocommit=True) as connection:
            connection.execute(OTHERS_OUT)
            for (name,) in connection.execute(SCHEMAS).fetchall():
                connection.execute(f'DROP SCHEMA "{name}" CASCADE')
            connection.execute("CREATE SCHEMA public")
        return self._shared

    def restart(self) -> None:
        """Restarts the server: every connection breaks."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "fast", "-w", "restart")

    def stop(self) -> None:
        """Stops the server at once."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")


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
