"""Database files: what a new one lets others see."""

from pathlib import Path

from xapi.database import open_database, writing


def test_a_new_database_is_its_owners_alone_whatever_the_folder_allows(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    engine = open_database(tmp_path / "people.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE person (nip TEXT)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    engine.dispose()
    assert modes == {"people.db": 0o600, "people.db-wal": 0o600, "people.db-shm": 0o600}
