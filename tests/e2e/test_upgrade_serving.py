"""A release that changes tables, installed beside a server that serves: nothing is changed until it is started anew."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.single_server import ROOT, Server

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
PACKAGES = ("xapi", "scorm_packager", "adapters", "lti_tool")
STORE = "xapi/queue/migrations/versions"
NEXT = "9999"
MIGRATION = """\"\"\"A table that the release before does not know.\"\"\"

from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.execute("CREATE TABLE later_release (x INTEGER)")
"""


def installed(folder: Path, *, changes_tables: bool) -> Path:
    """A release in `folder`: this one, or one that follows it and has a migration more."""
    folder.mkdir()
    for name in PACKAGES:
        (folder / name).symlink_to(ROOT / name)
    if changes_tables:
        place = folder
        for part in Path(STORE).parts:  # the folders on the way are its own, what lies beside them is not
            known = ROOT / (place / part).relative_to(folder)
            (place / part).unlink(missing_ok=True)
            (place / part).mkdir()
            for one in known.iterdir():
                (place / part / one.name).symlink_to(one)
            place = place / part
        before = max(path.name.split("_")[0] for path in place.glob("[0-9]*.py"))
        (place / f"{NEXT}_later.py").write_text(MIGRATION.format(before=before), encoding="utf-8")
    return folder


def version(data: Path) -> str:
    """How far the tables of the queue are."""
    with closing(sqlite3.connect(data / "queue.db")) as connection:
        return str(connection.execute("SELECT version_num FROM version_xapi_queue").fetchone()[0])


def test_a_reload_into_a_release_that_changes_tables_changes_nothing_and_a_start_makes_a_backup_first(
    tmp_path: Path,
) -> None:
    here, old = tmp_path / "release", installed(tmp_path / "old", changes_tables=False)
    new = installed(tmp_path / "new", changes_tables=True)
    here.symlink_to(old)
    (tmp_path / "data").mkdir()
    server = Server(tmp_path / "data", tmp_path / "log", release=here)
    try:
        before = version(server.data)
        assert server.send().status_code == 200
        here.unlink()
        here.symlink_to(new)
        os.kill(server.process.pid, signal.SIGHUP)
        assert server.waits_until(lambda: "was not ready" in server.log.read_text())
        assert "upgrade.restart_needed" in server.log.read_text()
        assert version(server.data) == before
        assert server.send().status_code == 200
        assert server.ask("/healthz/siap").status_code == 200
        assert server.stop() == 0
        server.start()
        assert version(server.data) == NEXT
        assert len(list((server.data / "backups").glob("pra-*.jampel"))) == 1
        assert server.send().status_code == 200
        assert server.lost() == []
        assert server.stop() == 0
        here.unlink()
        here.symlink_to(old)
        refused = server.command("serve")
        assert refused.returncode == 3
        assert "Pasang Jampel versi itu" in refused.stderr
    finally:
        server.stop()
