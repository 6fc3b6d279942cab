"""What holds for a database holds on SQLite and on PostgreSQL."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from xapi.database import database_error, migrate, open_database, reading, writing
from xapi.errors import DatabaseError

MAKE = "CREATE TABLE note (word TEXT PRIMARY KEY)"


@pytest.fixture
def engine(place: Path | str):
    made = open_database(place)
    with writing(made) as connection:
        connection.execute(text(MAKE))
    yield made
    made.dispose()


def words(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [row[0] for row in connection.execute(text("SELECT word FROM note ORDER BY word"))]


def add(engine: Engine, word: str) -> None:
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO note VALUES (:word)"), {"word": word})


def test_an_error_takes_the_whole_transaction_back(engine: Engine) -> None:
    add(engine, "b")

    def add_two() -> None:
        with writing(engine) as connection:
            for word in ("a", "b"):
                connection.execute(text("INSERT INTO note VALUES (:word)"), {"word": word})

    with pytest.raises(DBAPIError):
        add_two()
    assert words(engine) == ["b"]


def test_a_reader_sees_one_moment(engine: Engine) -> None:
    with reading(engine) as connection:
        before = connection.execute(text("SELECT count(*) FROM note")).scalar_one()
        add(engine, "a")
        assert connection.execute(text("SELECT count(*) FROM note")).scalar_one() == before
    assert words(engine) == ["a"]


def test_writers_take_turns_so_what_one_has_read_stays_true(engine: Engine) -> None:
    def count_up(_: int) -> None:
        with writing(engine) as connection:
            number = connection.execute(text("SELECT count(*) FROM note")).scalar_one()
            connection.execute(text("INSERT INTO note VALUES (:word)"), {"word": f"{number:03}"})

    threads = [threading.Thread(target=count_up, args=(n,)) for n in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert words(engine) == [f"{n:03}" for n in range(16)]


def test_an_error_never_quotes_a_row(engine: Engine) -> None:
    add(engine, "209901012099011001")
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each driver has its own
        add(engine, "209901012099011001")
    assert "209901012099011001" not in str(database_error(caught.value))


def test_migrating_twice_from_two_processes_at_once_is_harmless(place: Path | str) -> None:
    problems: list[Exception] = []

    def run() -> None:
        engine = open_database(place, schema="jampel_queue")
        try:
            migrate(engine, "xapi.queue")
        except Exception as error:  # noqa: BLE001
            problems.append(error)
        engine.dispose()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert problems == []


def test_a_malformed_url_is_told_without_its_password() -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database("postgresql://user:rahasia@host:not-a-port/x")
    assert caught.value.code == "database.bad_url"
    assert "rahasia" not in str(caught.value)
