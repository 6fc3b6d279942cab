"""Database files: what a new one lets others see, and how its tables come to the newest version."""

import sys
from pathlib import Path

import pytest

from xapi import database
from xapi.database import migrate, open_database, reading, writing


def test_a_new_database_is_its_owners_alone_whatever_the_folder_allows(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    engine = open_database(tmp_path / "people.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE person (nip TEXT)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    engine.dispose()
    assert modes == {"people.db": 0o600, "people.db-wal": 0o600, "people.db-shm": 0o600}


@pytest.mark.parametrize(
    "store",
    ["xapi.lrs", "xapi.people", "xapi.audit", "xapi.queue", "lti_tool.store", "lti_tool.house", "lti_tool.flow"],
)
def test_the_newest_version_is_told_by_the_name_of_its_file(tmp_path, store: str) -> None:
    engine = open_database(tmp_path / "uji.db")
    migrate(engine, store)
    with reading(engine) as connection:
        assert database._version(connection, store) == database.newest_version(store)


def test_what_is_up_to_date_is_left_alone(tmp_path, monkeypatch) -> None:
    engine = open_database(tmp_path / "uji.db")
    migrate(engine, "xapi.people")
    monkeypatch.setitem(sys.modules, "xapi.migrations_database", None)  # whoever loads migrations fails
    migrate(engine, "xapi.people")
