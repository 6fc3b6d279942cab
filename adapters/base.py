"""What an adapter can offer: how a system launches tools, how packages are written for it, and how records move.

An adapter is any object with the attributes of `Adapter`; a capability that a system lacks is None. Other code reads
the values found here and never the name of a product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from adapters.launch_profile import LIS, LaunchProfile, MediaTypes
from scorm_packager.preset import Preset
from xapi.sheet_rows import RefusedCell

if TYPE_CHECKING:  # with the databases, which nobody needs to pack for an LMS
    from adapters.records import LearningRecord
    from adapters.remote import (
        Connection,
        Door,
        IdentityMapping,
        Option,
        RecordPull,
        RecordPush,
        StatementReader,
        SystemCheck,
        UploadSteps,
    )
    from xapi.intake import Intake
    from xapi.recorder import Recorder

__all__ = [
    "CAPABILITIES",
    "LIS",
    "Adapter",
    "Desk",
    "Exchange",
    "FileRecords",
    "LaunchProfile",
    "MediaTypes",
    "System",
    "capabilities",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where records are put: the institution (id), its intake and its recorder."""

    institution: str
    intake: "Intake"
    recorder: "Recorder"


@dataclass(frozen=True, slots=True)
class FileRecords:
    """What a file holds: its `records`, and the cells that are `refused`."""

    records: Sequence["LearningRecord"]
    refused: Sequence[RefusedCell] = ()


class Exchange(Protocol):
    """Reads files in the layout of one system."""

    extensions: tuple[str, ...]
    source: str
    """The source of evidence of all its records: `sheet` or `lms_record` (DESIGN 3.6)."""

    def read(self, path: Path, connection: "Connection") -> FileRecords:
        """The records of the file at `path`; records nothing. Raises AdapterError or SheetError when it is no such
        file."""
        ...


@runtime_checkable
class Adapter(Protocol):
    """One system: its `name` (as typed), `title` (as read), and what it can do; None where it cannot.

    `product_families` are the values of `tool_platform.product_family_code` (LTI 1.3 section 5.4.5) that it knows.
    `options` are its settings, `doors` the ways into it, those included that only its owner can open.
    """

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def product_families(self) -> tuple[str, ...]: ...

    @property
    def launch_profile(self) -> LaunchProfile | None: ...

    @property
    def package_preset(self) -> Preset | None: ...

    @property
    def pull(self) -> "RecordPull | None": ...

    @property
    def push(self) -> "RecordPush | None": ...

    @property
    def exchange(self) -> Exchange | None: ...

    @property
    def identity(self) -> "IdentityMapping | None": ...

    @property
    def check(self) -> "SystemCheck | None": ...

    @property
    def options(self) -> "tuple[Option, ...]": ...

    @property
    def doors(self) -> "tuple[Door, ...]": ...


CAPABILITIES = ("launch_profile", "package_preset", "pull", "push", "exchange", "identity", "check")


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """An adapter put together from its capabilities."""

    name: str
    title: str
    product_families: tuple[str, ...] = ()
    launch_profile: LaunchProfile | None = None
    package_preset: Preset | None = None
    pull: "RecordPull | None" = None
    push: "RecordPush | None" = None
    exchange: Exchange | None = None
    identity: "IdentityMapping | None" = None
    check: "SystemCheck | None" = None
    options: "tuple[Option, ...]" = ()
    doors: "tuple[Door, ...]" = ()
    statements: "StatementReader | None" = None
    """What completes the statements that the system sends to our LRS itself."""
    upload_steps: "UploadSteps | None" = None
    """How a person puts a package into the system, where no program can."""


def capabilities(adapter: Adapter) -> tuple[str, ...]:
    """The names of what `adapter` can do, in the order of `CAPABILITIES`."""
    return tuple(name for name in CAPABILITIES if getattr(adapter, name) is not None)
