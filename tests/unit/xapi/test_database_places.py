"""What holds for a database holds on SQLite and on PostgreSQL."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from lti_tool.house.store import InstitutionStore
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


def test_text_sorts_by_bytes_whatever_the_locale_of_the_server(postgres) -> None:
    place = postgres.new_database("LOCALE_PROVIDER icu ICU_LOCALE 'id'")
    engine = open_database(place)
    migrate(engine, "lti_tool.house")
    now = datetime(2026, 3, 2, tzinfo=UTC)
    store = InstitutionStore(engine)
    for slug in ("a", "B", "_"):
        store.ensure(id=slug, slug=slug, name=slug, time_zone="Asia/Jakarta", now=now)
    assert [one.id for one in store.list()] == ["B", "_", "a"]
    engine.dispose()


def test_a_server_that_restarts_is_found_again(postgres) -> None:
    engine = open_database(postgres.new_database())
    with writing(engine) as connection:
        connection.execute(text(MAKE))
    add(engine, "sebelum")
    postgres.restart()
    add(engine, "sesudah")
    assert words(engine) == ["sebelum", "sesudah"]
    engine.dispose()


def test_a_server_that_is_not_there_is_told_with_its_address_and_without_its_password() -> None:
    engine = open_database("postgresql://jampel:rahasia@127.0.0.1:1/jampel")
    with pytest.raises(DatabaseError) as caught:
        migrate(engine, "xapi.queue")
    assert caught.value.code == "database.unreachable"
    assert "127.0.0.1" in str(caught.value)
    assert "rahasia" not in str(caught.value)


def test_the_schemas_of_one_database_share_their_connections(postgres) -> None:
    place = postgres.new_database()
    engines = [open_database(place, schema=f"jampel_{number}") for number in range(6)]
    for engine in engines:
        with writing(engine) as connection:
            connection.execute(text("SELECT 1"))
    with reading(engines[0]) as connection:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert connection.execute(query).scalar_one() == 1
    engines[0].dispose()


@pytest.mark.parametrize("url", ["mysql://user:rahasia@host/x", "sqlite:///jampel.db"])
def test_the_url_of_another_kind_of_database_is_not_taken_for_a_file(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"database\.bad_url") as caught:
        open_database(url)
    assert "rahasia" not in str(caught.value)


def test_a_malformed_url_is_told_without_its_password() -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database("postgresql://user:rahasia@host:not-a-port/x")
    assert caught.value.code == "database.bad_url"
    assert "rahasia" not in str(caught.value)
