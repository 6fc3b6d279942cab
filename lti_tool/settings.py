"""Settings: `jampel.toml` in the data folder, overridden by environment variables `JAMPEL_SECTION__KEY`."""

import json
import os
import tomllib
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from lti_tool.adapter_settings import SECTION as ADAPTERS
from lti_tool.adapter_settings import AdapterSettings, read_adapters
from lti_tool.errors import SettingsError
from lti_tool.setting_sections import (
    CompetencySettings,
    Database,
    Health,
    Institution,
    Limits,
    Log,
    LrsSettings,
    Lti,
    Metrics,
    Oidc,
    Privacy,
    ReportSettings,
    Retention,
    Server,
)
from xapi.words import DEFAULT_LANGUAGE, LANGUAGES

DEFAULT_DATA = "jampel-data"
FILE_NAME = "jampel.toml"
PREFIX = "JAMPEL_"
KEPT = "kept"
OWN_HOSTS = ("localhost", "127.0.0.1", "::1")
BY_OPTION, BY_ENVIRONMENT, BY_DEFAULT = "--data", "JAMPEL_DATA", "bawaan"
#: Environment variables of ours that are not settings.
NOT_SETTINGS = frozenset(
    {"JAMPEL_DATA", "JAMPEL_LANG", "JAMPEL_REQUIRE_ALL", "JAMPEL_FIGURES", "JAMPEL_ARTIFACTS", "JAMPEL_TABLES"}
)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything an operator can set; every part has a working default except secrets, which have none.

    `data_from` says who chose the data folder: `--data`, `JAMPEL_DATA` or `bawaan`, the default.
    """

    data: Path
    data_from: str = BY_OPTION
    server: Server = Server()
    database: Database = Database()
    institution: Institution = Institution()
    lti: Lti = Lti()
    oidc: Oidc = Oidc()
    lrs: LrsSettings = LrsSettings()
    limits: Limits = Limits()
    log: Log = Log()
    metrics: Metrics = Metrics()
    health: Health = Health()
    report: ReportSettings = ReportSettings()
    privacy: Privacy = Privacy()
    retention: Retention = Retention()
    competency: CompetencySettings = CompetencySettings()
    adapters: AdapterSettings = AdapterSettings()

    @property
    def base_url(self) -> str:
        """The public address of this installation."""
        return self.server.base_url.rstrip("/") or f"http://{self.server.host}:{self.server.port}"

    def oidc_secret(self) -> str:
        """The client secret of the single sign-on, empty when the client is a public one. Raises SettingsError."""
        path = self.oidc.client_secret_file
        return _one_line(self.data / path) if path else ""


SECTIONS: dict[str, type[msgspec.Struct]] = {
    name: kind for name, kind in get_type_hints(Settings).items() if name not in ("data", "data_from", ADAPTERS)
}


def load_settings(data: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the data folder `data` (default: `JAMPEL_DATA`, then `./jampel-data`).

    Raises SettingsError for a file that cannot be read, broken TOML (file and line), an unknown section or key, a
    value of the wrong type, or a URL that is given both here and in a file.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("JAMPEL_DATA")
    folder = Path(data or named or DEFAULT_DATA).resolve()
    chosen_by = BY_OPTION if data else BY_ENVIRONMENT if named else BY_DEFAULT
    values = _read_file(folder / FILE_NAME)
    adapters = read_adapters(values.pop(ADAPTERS, {}), _adapter_texts(environ), where=FILE_NAME)
    for section, key, text in _environment(environ):
        values.setdefault(section, {})[key] = text
    sections = {name: _section(name, values.get(name, {})) for name in values}
    if "database" in sections:
        sections["database"] = _with_files(sections["database"], folder)
    return Settings(data=folder, data_from=chosen_by, adapters=adapters, **sections)


def sources_of(settings: Settings, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Where each setting comes from, by `section.key`: `bawaan` (the default), `jampel.toml`, the environment variable,
    or the file that holds it; and by `data`, who chose the data folder."""
    environ = os.environ if environ is None else environ
    found = {"data": settings.data_from}
    found |= {f"{name}.{key}": BY_DEFAULT for name, kind in SECTIONS.items() for key in kind.__struct_fields__}
    in_file = _read_file(settings.data / FILE_NAME)
    found |= {f"{name}.{key}": FILE_NAME for name, table in in_file.items() if name != ADAPTERS for key in table}
    found |= {f"{name}.{key}": f"{PREFIX}{name}__{key}".upper() for name, key, _ in _environment(environ)}
    for key in ("url", "people_url"):
        if path := getattr(settings.database, f"{key}_file"):
            found[f"database.{key}"] = path
    return found


def file_without_secrets(settings: Settings, is_open: Callable[[str, str], bool] = lambda _system, _name: False) -> str:
    """`jampel.toml` of the data folder without addresses of databases, which may hold passwords, or files that hold
    one, and without comments; empty when there is none. Of the options of adapters those are given of which
    `is_open` (system, option) says so."""
    values = _read_file(settings.data / FILE_NAME)
    systems = read_adapters(values.pop(ADAPTERS, {}), (), where=FILE_NAME).systems
    lines = []
    for section, content in values.items():
        lines += _table(section, {key: value for key, value in content.items() if not _is_secret(section, key)})
    for system, options in systems.items():
        named = {name: value for name, value in options.items() if isinstance(value, dict)}
        places: dict[str, Mapping[str, object]] = {"": options, **named}
        for name, table in places.items():
            path = ".".join((ADAPTERS, *map(_toml, filter(None, (system, name)))))
            lines += _table(path, {k: v for k, v in table.items() if is_open(system, k) and _may_be_shown(v)})
    return "\n".join(lines) + "\n" if lines else ""


def _table(section: str, content: Mapping[str, object]) -> list[str]:
    return [f"[{section}]", *(f"{key} = {_toml(value)}" for key, value in content.items())]


def _may_be_shown(value: object) -> bool:
    """Whether it is a text, and no address with a password."""
    return isinstance(value, str) and not ("://" in value and "@" in value)


def _is_secret(section: str, key: str) -> bool:
    if section == "database" and "url" in key:  # also of a file: elsewhere it would lead to the data of this machine
        return True
    if key.endswith("_file"):  # where a secret lies is none
        return False
    return any(word in key for word in ("secret", "password"))


def _toml(value: Any) -> str:
    """A plain value or a list of them as TOML, whose strings are written as in JSON."""
    return json.dumps(value, ensure_ascii=False)


def preferred_language(environ: Mapping[str, str] | None = None) -> str:
    """The language of commands: `JAMPEL_LANG` (`id` or `en`), else Indonesian whatever the machine's locale says."""
    chosen = (os.environ if environ is None else environ).get("JAMPEL_LANG", DEFAULT_LANGUAGE)
    return chosen if chosen in LANGUAGES else DEFAULT_LANGUAGE


def cache_folder(environ: Mapping[str, str] | None = None) -> Path | None:
    """Where this person's programs keep what they can make again; None when the person has no home."""
    environ = os.environ if environ is None else environ
    chosen = Path(environ.get("XDG_CACHE_HOME") or "~/.cache")
    try:
        folder = chosen.expanduser()
    except RuntimeError:
        return None
    return folder / "jampel" if folder.is_absolute() else None


def child_environment(settings: Settings, *, from_file: Collection[str] = ()) -> dict[str, str]:
    """The environment for a process of ours: this one's, with the data folder that is in use.

    It says nothing of the sections `from_file`: there the process shall have what stands in the file of that folder.
    """
    silent = tuple(f"{PREFIX}{section.upper()}__" for section in from_file)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(silent)}
    return {**kept, "JAMPEL_DATA": str(settings.data)}


def export_data(settings: Settings) -> None:
    """Tells the server processes that this process will start which data folder is in use, and that they find its
    tables as they must be: one that is of another release must not change them while the others serve."""
    os.environ["JAMPEL_DATA"] = str(settings.data)
    os.environ["JAMPEL_TABLES"] = KEPT
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # threads that share their memory need less of it


def reach_this_machine_directly() -> None:
    """Tells this process and those it starts that no proxy of the office stands between programs of this machine."""
    named = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (named, *OWN_HOSTS)))


def tables_are_kept() -> bool:
    """Whether this process was started by a server, which alone changes tables, before it serves."""
    return os.environ.get("JAMPEL_TABLES") == KEPT


def taken_notify_socket() -> str:
    """Where the service manager waits to hear that this process serves, or nothing; no process of ours inherits it."""
    return os.environ.pop("NOTIFY_SOCKET", "")


def taken_watchdog() -> float:
    """Within how many seconds the service manager wants to hear that this process lives; 0 when it does not watch it
    (sd_watchdog_enabled(3)). No process of ours inherits it."""
    named, watched = os.environ.pop("WATCHDOG_USEC", ""), os.environ.pop("WATCHDOG_PID", "")
    if not named.isascii() or not named.isdigit() or watched not in ("", str(os.getpid())):
        return 0.0
    return int(named) / 1_000_000


def export_figures(folder: Path) -> None:
    """Tells the processes that this process will start in which folder they share their figures."""
    os.environ["JAMPEL_FIGURES"] = str(folder)


def shared_figures() -> Path | None:
    """The folder in which the processes of one server share their figures; None when there is only this process."""
    folder = os.environ.get("JAMPEL_FIGURES", "")
    return Path(folder) if folder and Path(folder).is_dir() else None


def _read_file(path: Path) -> dict[str, dict[str, Any]]:
    if path.parent.exists() and not path.parent.is_dir():
        raise SettingsError("settings.data_no_folder", str(path.parent), folder=path.parent)
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise SettingsError("settings.toml_broken", str(cause), file=path.name, problem=str(cause)) from cause
    except OSError as cause:
        raise SettingsError("settings.unreadable", str(cause), file=path.name) from cause
    for section, content in values.items():
        _check_known(section, (*SECTIONS, ADAPTERS), where=path.name)
        if section == ADAPTERS:  # its options are known to the adapters alone
            continue
        if not isinstance(content, dict):
            raise SettingsError("settings.not_a_section", section, key=section, where=path.name)
        for key in content:
            _check_known(key, SECTIONS[section].__struct_fields__, where=f"{path.name} [{section}]")
    return values


def _with_files(database: Database, folder: Path) -> Database:
    """`database` with the URLs that stand in files of their own."""
    found = {}
    for key in ("url", "people_url"):
        path = getattr(database, f"{key}_file")
        if path and getattr(database, key):
            raise SettingsError("settings.said_twice", key, key=key)
        if path:
            found[key] = _one_line(folder / path)
    return msgspec.structs.replace(database, **found)


def _one_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise SettingsError("settings.unreadable", type(cause).__name__, file=path) from cause


def _environment(environ: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The settings in the environment as (section, key, text); an unknown one is an error, not silence."""
    found = []
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        if section == ADAPTERS and key:
            continue
        _check_known(section, SECTIONS, where=name)
        _check_known(key, SECTIONS[section].__struct_fields__, where=name)
        found.append((section, key, text))
    return found


def _adapter_texts(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """The options of adapters in the environment."""
    prefix = f"{PREFIX}{ADAPTERS.upper()}__"
    return [(name.removeprefix(prefix), text) for name, text in sorted(environ.items()) if name.startswith(prefix)]


def _check_known(key: str, known: Any, *, where: str) -> None:
    if key not in known:
        near = get_close_matches(key, list(known), n=1)
        if near:
            raise SettingsError("settings.unknown_key_near", key, key=key, where=where, near=near[0])
        raise SettingsError("settings.unknown_key", key, key=key, where=where)


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
