"""Every table of every store belongs to an institution: rows of one can never be taken for rows of another."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lti_tool.services import open_services
from lti_tool.settings import load_settings

#: Tables that name no institution, and why that is right.
EXEMPT = {"institution": "is the list of institutions itself"}


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The columns of every table, by `database.table`."""
    data = tmp_path_factory.mktemp("data")
    open_services(load_settings(data, {})).close()
    return dict(found for path in sorted(data.glob("*.db")) for found in tables(path))


def tables(path: Path) -> Iterator[tuple[str, set[str]]]:
    connection = sqlite3.connect(path)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if not name.startswith(("sqlite_", "version_")):
                yield f"{path.stem}.{name}", {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
    finally:
        connection.close()


def test_there_are_tables_to_look_at(columns: dict[str, set[str]]) -> None:
    assert len(columns) > 25


def test_every_table_names_its_institution(columns: dict[str, set[str]]) -> None:
    without = {name for name, found in columns.items() if "institution" not in found}
    assert {name.split(".")[1] for name in without} - set(EXEMPT) == set()
