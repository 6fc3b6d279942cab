"""Writes and reads what a sandbox LMS starts from: its address, its tool, its courses and its people."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from lti_tool.sandbox.client import fetch_jwks
from lti_tool.sandbox.model import Course, Tool, User
from lti_tool.sandbox.personality import load_personality
from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.store import SandboxStore
from xapi.database import migrate, open_database

FOLDER = "sandbox"
Lms = Literal["strict", "moodle"]


class SandboxConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`issuer` is the base URL of the sandbox, `lms` its personality; the rest is put into its store at the start."""

    issuer: str
    tool: Tool
    courses: tuple[Course, ...]
    users: tuple[User, ...]
    lms: Lms = "strict"


def write_config(data: Path, config: SandboxConfig) -> None:
    """Keeps `config` in the data folder `data`."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sandbox.json").write_bytes(msgspec.json.encode(config))


def read_config(data: Path) -> SandboxConfig:
    """The configuration kept in the data folder `data`."""
    return msgspec.json.decode((data / FOLDER / "sandbox.json").read_bytes(), type=SandboxConfig)


def open_platform(data: Path) -> Platform:
    """The sandbox LMS of the data folder `data`, with its courses and people in place."""
    folder = data / FOLDER
    config = read_config(data)
    engine = open_database(folder / "sandbox.db")
    migrate(engine, "lti_tool.sandbox.store")
    store = SandboxStore(engine)
    store.fill(config.courses, config.users)
    personality = load_personality(config.lms)
    return Platform(config.issuer, config.tool, store, lambda: datetime.now(UTC), fetch_jwks, personality)
