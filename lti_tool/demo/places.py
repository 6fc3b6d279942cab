"""Addresses and example files of the demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

import msgspec

from lti_tool.databases import HOUSE, OpenDatabases, servers
from lti_tool.errors import ToolError
from lti_tool.house.store import House
from lti_tool.settings import FILE_NAME, Institution, Lti, Server, Settings, load_settings

HOST = "127.0.0.1"
MARK = "# Written by jampel demo."
SECTIONS = ("server", "institution", "lti")
"""What the demo sets itself, and lets no variable of the environment change."""
EXAMPLES = Path(__file__).parent / "modul"
"""In the repository a link to `examples/modul`; an installation has the files themselves."""


class Places(msgspec.Struct, frozen=True):
    """The tool is one site (127.0.0.1), the sandbox LMS another (localhost), as in real life."""

    tool: str
    sandbox: str


def places_of(settings: Settings) -> Places:
    """The two addresses of a demo."""
    return Places(settings.base_url, f"http://localhost:{sandbox_port(settings)}")


def sandbox_port(settings: Settings) -> int:
    """The sandbox LMS listens on the next port."""
    return settings.server.port + 1


def demo_settings(settings: Settings, port: int) -> Settings:
    """`settings` for a demo on `port` and the next one. The sandbox's private address is allowed here and only here."""
    return msgspec.structs.replace(
        settings,
        server=Server(host=HOST, port=port, base_url=f"http://{HOST}:{port}"),
        institution=Institution(name="Pemerintah Provinsi Contoh", slug="provinsi-contoh"),
        lti=Lti(private_hosts=(f"localhost:{port + 1}",)),
    )


def address_before(folder: Path) -> str | None:
    """Where an earlier demo in `folder` listened, or still does; None in a new folder.

    Raises ToolError when the folder belongs to a real installation.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return None
    if not path.read_text(encoding="utf-8").startswith(MARK):
        raise ToolError("demo.folder_in_use", str(folder), folder=folder)
    return load_settings(folder, {}).base_url


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keeps other demos out of `folder`, which has room for the addresses of one, until the block ends or this process.

    Raises ToolError when one runs there, or when the folder belongs to a real installation.
    """
    before = address_before(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "demo.lock").open("a", encoding="utf-8") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError as cause:
            raise ToolError("demo.folder_running", str(folder), url=before or folder) from cause
        yield


def write_settings(settings: Settings) -> None:
    """Keeps the demo's settings in its data folder, so that every process and every later command reads the same."""
    lines = [
        MARK,
        "[server]",
        f'host = "{settings.server.host}"',
        f"port = {settings.server.port}",
        f'base_url = "{settings.server.base_url}"',
        "[institution]",
        f'name = "{settings.institution.name}"',
        f'slug = "{settings.institution.slug}"',
        "[lti]",
        f'private_hosts = ["{settings.lti.private_hosts[0]}"]',
    ]
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.data / FILE_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")


def check_database(settings: Settings) -> None:
    """Raises ToolError when the database server of `settings` holds the data of somebody else."""
    if servers(settings):
        databases = OpenDatabases(settings)
        try:
            known = House(databases.open(HOUSE), "").institutions.list()
        finally:
            databases.close()
        if any(one.slug != settings.institution.slug for one in known):
            raise ToolError("demo.database_in_use", "another institution is in it")


def example_modules() -> list[Path]:
    """The folders of the example modules; raises ToolError when Jampel was installed without them."""
    folders = sorted(path.parent for path in EXAMPLES.glob("*/modul.toml"))
    if not folders:
        raise ToolError("demo.no_examples", str(EXAMPLES), folder=EXAMPLES)
    return folders
