"""Writes and reads what a sandbox LMS starts from: its address, its tool, its courses and its people."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from lti_tool.sandbox.client import fetch_jwks, post_notices
from lti_tool.sandbox.model import Course, Tool, User
from lti_tool.sandbox.personality import load_personality
from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.store import SandboxStore
from xapi.database import migrate, open_database

FOLDER = "sandbox"
Lms = Literal["strict", "moodle"]


class SandboxConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`issuer` is the base URL of the sandbox, `lms` its personality; the rest is put into its store at the start.

    `storage` offers tools that it keeps values for them (LTI Platform Storage); its address must then be https.
    `lasting_hints` lets a launch be authenticated more than once in ten minutes, as many systems do; without it, once.
    """

    issuer: str
    tool: Tool
    courses: tuple[Course, ...]
    users: tuple[User, ...]
    lms: Lms = "strict"
    storage: bool = False
    lasting_hints: bool = False


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
    platform = Platform(config.issuer, config.tool, store, lambda: datetime.now(UTC), fetch_jwks, personality)
    platform.storage, platform.lasting_hints = config.storage, config.lasting_hints
    platform.notices.send = post_notices
    return platform
