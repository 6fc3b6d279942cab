"""A PostgreSQL server of one's own, for tests and measures: made, started and thrown away on this machine."""

import getpass
import os
import shutil
import subprocess
from itertools import count
from pathlib import Path

import psycopg

from tools.parked_schemas import tidy

OTHERS_OUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
THROWN_AWAY = ("fsync=off", "full_page_writes=off")
"""Settings of a server whose data nobody needs after a crash."""


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, of the newest version here; Debian keeps them out of the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    folders = [*([Path(found).parent] if found else []), *folders]
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


class PostgresServer:
    """A running server on a socket in `folder`, whose path must be short: a socket's may have about 100 characters.

    `programs` is the folder of PostgreSQL's programs, `settings` go to the server as `name=value`.
    """

    def __init__(self, programs: Path, folder: Path, settings: tuple[str, ...] = THROWN_AWAY) -> None:
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
        given = " ".join(f"-c {setting}" for setting in ("listen_addresses=''", "max_connections=200", *settings))
        options = f"-k {folder} {given}"
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
            tidy(connection)
        return self._shared

    def log(self) -> str:
        """What the server has written."""
        return (self._folder / "log").read_text(errors="replace")

    def crash(self) -> None:
        """Ends the server without letting it put anything in order, and starts it again."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "restart")

    def restart(self) -> None:
        """Restarts the server: every connection breaks."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "fast", "-w", "restart")

    def stop(self) -> None:
        """Stops the server at once."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")  # noqa: S603
