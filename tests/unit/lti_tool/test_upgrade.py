"""An older release's data are in a backup before a table of theirs is changed, or nothing is changed at all."""

import json
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from lti_tool.backup.check import check_backup
from lti_tool.backup.upgrade import KEPT, back_up_before_upgrade
from lti_tool.errors import ToolError
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.testing import FixedClock

RELEASE = Path(__file__).parents[2] / "data" / "releases" / "0.1.0"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A copy of an old release's data folder, whose institution is in its settings."""
    data = tmp_path / "data"
    shutil.copytree(RELEASE, data)
    said = json.loads((data / "expected.json").read_text())["institution"]
    (data / "jampel.toml").write_text(f'[institution]\nname = "{said["name"]}"\nslug = "{said["slug"]}"\n')
    return data


def versions(data: Path) -> dict[str, set[str]]:
    """How far the tables in each file are."""
    found = {}
    for path in data.glob("*.db"):
        with closing(sqlite3.connect(path)) as connection:
            named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'version%'"
            tables = [row[0] for row in connection.execute(named)]
            found[path.name] = {f"{one} {connection.execute(f'SELECT * FROM {one}').fetchone()}" for one in tables}
    return found


def test_an_upgrade_leaves_a_whole_backup_of_the_tables_as_they_were(old: Path) -> None:
    before = versions(old)
    open_services(load_settings(old, {})).close()
    assert versions(old) != before
    (made,) = (old / "backups").iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    manifest = check_backup(made, lambda _rows: lambda _done: None)
    held = {f"{part.name}.db": set(part.versions.values()) for part in manifest.databases}
    assert held == {name: {"0001"} for name in before}
    open_services(load_settings(old, {})).close()
    assert len(list((old / "backups").iterdir())) == 1, "a folder of this release needs none"


def test_without_room_for_a_backup_nothing_is_changed(old: Path) -> None:
    before = versions(old)
    (old / "backups").write_text("in the way")
    with pytest.raises(ToolError) as error:
        open_services(load_settings(old, {}))
    assert error.value.code == "upgrade.no_backup"
    assert versions(old) == before


def test_an_operator_with_backups_of_their_own_may_say_so(old: Path) -> None:
    open_services(load_settings(old, {"JAMPEL_DATABASE__BACKUP_BEFORE_UPGRADE": "false"})).close()
    assert not (old / "backups").exists()


def test_a_new_folder_needs_no_backup(tmp_path: Path) -> None:
    open_services(load_settings(tmp_path / "new", {})).close()
    assert not (tmp_path / "new" / "backups").exists()


def test_the_newest_few_stay(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.backup.upgrade.make_backup", lambda _settings, target, *_, **_more: target.touch())
    for _ in range(KEPT + 2):
        newest = back_up_before_upgrade(load_settings(old, {}), FixedClock())
    assert len(list((old / "backups").iterdir())) == KEPT
    assert newest.exists()


def test_the_first_run_makes_keys_that_only_their_owner_can_read(tmp_path: Path) -> None:
    data = tmp_path / "new"
    open_services(load_settings(data, {})).close()
    made = list((data / "secrets").iterdir())
    assert made
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (data, data / "secrets")} == {0o700}
