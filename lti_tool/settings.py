"""Settings: `jampel.toml` in the data folder, overridden by environment variables `JAMPEL_SECTION__KEY`."""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_type_hints

import msgspec

from lti_tool.errors import SettingsError
from xapi.words import DEFAULT_LANGUAGE, LANGUAGES

DEFAULT_DATA = "jampel-data"
FILE_NAME = "jampel.toml"
PREFIX = "JAMPEL_"
#: Environment variables of ours that are not settings.
NOT_SETTINGS = frozenset({"JAMPEL_DATA", "JAMPEL_LANG", "JAMPEL_REQUIRE_ALL", "JAMPEL_FIGURES"})


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[server]`: `base_url` is the address people and platforms reach, without a trailing slash;
    `worker_pause` is how many seconds an idle worker waits before it looks again."""

    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    workers: int = 1
    worker_pause: float = 0.5


class Database(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[database]`: `url` is a PostgreSQL database (`postgresql://user:password@host/name`) instead of the SQLite files
    of the data folder; `people_url` keeps who the people are in a database of its own (without it, in a schema of its
    own)."""

    url: str = ""
    people_url: str = ""


class Institution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[institution]`: the name and slug of the first institution, its time zone, and its conversion-table layers."""

    name: str = "Instansi"
    slug: str = "instansi"
    time_zone: str = "Asia/Jakarta"
    rules: tuple[str, ...] = ()


class Lti(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[lti]`: `private_hosts` lists `host:port` of platforms on a private network that may be called."""

    private_hosts: tuple[str, ...] = ()


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[limits]`, in bytes: one request to the LRS, and one uploaded module."""

    lrs_body: int = 8 * 1024 * 1024
    upload: int = 200 * 1024 * 1024


class Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[log]`: `format` of the lines on stderr (`auto`: text on a terminal, else JSON), the least `level` that is
    written, and with `access` a line for each request."""

    format: Literal["auto", "json", "text"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"
    access: bool = False


class Metrics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[metrics]`: who may read `/metrics` and the details of `/healthz/siap`: `local` is this machine or the token in
    `secrets/metrics.token`, `token` only the token, `off` nobody; `auto` is `token` behind an https address, where a
    proxy brings everyone from this machine, and `local` without one."""

    access: Literal["auto", "local", "token", "off"] = "auto"


class Health(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[health]`: the worker is late after `worker_seconds` without a sign of life, stuck after `part_seconds` at one
    piece of work; the disk of the data folder is full below `disk_floor` free bytes."""

    worker_seconds: float = 60.0
    part_seconds: float = 1800.0
    disk_floor: int = 256 * 1024 * 1024


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything an operator can set; every part has a working default except secrets, which have none."""

    data: Path
    server: Server = Server()
    database: Database = Database()
    institution: Institution = Institution()
    lti: Lti = Lti()
    limits: Limits = Limits()
    log: Log = Log()
    metrics: Metrics = Metrics()
    health: Health = Health()

    @property
    def base_url(self) -> str:
        """The public address of this installation."""
        return self.server.base_url.rstrip("/") or f"http://{self.server.host}:{self.server.port}"


SECTIONS: dict[str, type[msgspec.Struct]] = {
    name: kind for name, kind in get_type_hints(Settings).items() if name != "data"
}


def load_settings(data: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the data folder `data` (default: `JAMPEL_DATA`, then `./jampel-data`).

    Raises SettingsError for a file that cannot be read, broken TOML (file and line), an unknown section or key, or a
    value of the wrong type.
    """
    environ = os.environ if environ is None else environ
    folder = Path(data or environ.get("JAMPEL_DATA") or DEFAULT_DATA).resolve()
    values = _read_file(folder / FILE_NAME)
    for section, key, text in _environment(environ):
        values.setdefault(section, {})[key] = text
    return Settings(data=folder, **{name: _section(name, values.get(name, {})) for name in values})


def preferred_language(environ: Mapping[str, str] | None = None) -> str:
    """The language of commands: `JAMPEL_LANG` (`id` or `en`), else Indonesian whatever the machine's locale says."""
    chosen = (os.environ if environ is None else environ).get("JAMPEL_LANG", DEFAULT_LANGUAGE)
    return chosen if chosen in LANGUAGES else DEFAULT_LANGUAGE


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment for a process of ours: this one's, with the data folder that is in use."""
    return {**os.environ, "JAMPEL_DATA": str(settings.data)}


def export_data(settings: Settings) -> None:
    """Tells the server processes that this process will start which data folder is in use."""
    os.environ["JAMPEL_DATA"] = str(settings.data)


def export_figures(folder: Path) -> None:
    """Tells the processes that this process will start in which folder they share their figures."""
    os.environ["JAMPEL_FIGURES"] = str(folder)


def shared_figures() -> Path | None:
    """The folder in which the processes of one server share their figures; None when there is only this process."""
    folder = os.environ.get("JAMPEL_FIGURES", "")
    return Path(folder) if folder and Path(folder).is_dir() else None


def _read_file(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise SettingsError("settings.toml_broken", str(cause), file=path.name, problem=str(cause)) from cause
    except OSError as cause:
        raise SettingsError("settings.unreadable", str(cause), file=path.name) from cause
    for section, content in values.items():
        _check_known(section, SECTIONS, where=path.name)
        if not isinstance(content, dict):
            raise SettingsError("settings.not_a_section", section, key=section, where=path.name)
        for key in content:
            _check_known(key, SECTIONS[section].__struct_fields__, where=f"{path.name} [{section}]")
    return values


def _environment(environ: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The settings in the environment as (section, key, text); an unknown one is an error, not silence."""
    found = []
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        _check_known(section, SECTIONS, where=name)
        _check_known(key, SECTIONS[section].__struct_fields__, where=name)
        found.append((section, key, text))
    return found


def _check_known(key: str, known: Any, *, where: str) -> None:
    if key not in known:
        near = get_close_matches(key, list(known), n=1)
        raise SettingsError("settings.unknown_key", key, key=key, where=where, near=near[0] if near else "-")


def _section(name: str, values: dict[str, Any]) -> Any:
    kind = SECTIONS[name]
    hints = get_type_hints(kind)
    ready = {
        key: tuple(part.strip() for part in value.split(",") if part.strip())
        if isinstance(value, str) and hints[key] == tuple[str, ...]
        else value
        for key, value in values.items()
    }
    try:
        return msgspec.convert(ready, kind, strict=False)
    except msgspec.ValidationError as cause:
        raise SettingsError("settings.wrong_type", str(cause), section=name, problem=str(cause)) from cause
