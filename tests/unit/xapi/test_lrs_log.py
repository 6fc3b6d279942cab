"""The write-ahead log of SQLite: moved beside the writer, begun anew, and never in the way of what is written."""

import logging
import sqlite3
import threading
from pathlib import Path

import pytest

from xapi.database import migrate, open_database
from xapi.lrs.store import log_keeper
from xapi.lrs.store.group import Busy
from xapi.lrs.store.log_keeper import LogKeeper
from xapi.lrs.store.sqlite import SqliteSessions
from xapi.testing import embedded_lrs, encoded, make_principal, make_statement

ADMIN = make_principal()


def finish_moving() -> None:
    for thread in threading.enumerate():
        if thread.name == "lrs-log":
            thread.join()


@pytest.mark.parametrize(("long", "is_short"), [(400, True), (1_000_000, False)])
def test_the_log_stays_short_beside_a_writer_that_never_rests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long: int, *, is_short: bool
) -> None:
    monkeypatch.setattr(log_keeper, "LONG", long)
    house = embedded_lrs(tmp_path)

    for _ in range(120):
        house.lrs.post_statements(ADMIN, encoded([make_statement() for _ in range(20)]))
        finish_moving()

    assert ((tmp_path / "lrs.db-wal").stat().st_size < 1_500_000) == is_short
    assert len(house.statements.after(ADMIN.institution, 0, 10_000)) == 2400


def test_all_that_was_written_is_there_when_the_file_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_keeper, "LONG", 100)
    house = embedded_lrs(tmp_path)
    for _ in range(50):
        house.lrs.post_statements(ADMIN, encoded([make_statement() for _ in range(10)]))
    finish_moving()

    again = embedded_lrs(tmp_path)

    assert len(again.statements.after(ADMIN.institution, 0, 1000)) == 500
    with sqlite3.connect(tmp_path / "lrs.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_who_may_not_wait_is_told_while_the_log_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_keeper, "LONG", 0)
    engine = open_database(tmp_path / "lrs.db")
    migrate(engine, "xapi.lrs")
    sessions = SqliteSessions(engine)
    with sessions.write() as session:
        session.run("INSERT INTO institution (institution) VALUES ('a')")
    finish_moving()

    with pytest.raises(Busy), sessions.write(wait=False):
        pass
    with sessions.write() as session:
        session.run("INSERT INTO institution (institution) VALUES ('b')")

    with sessions.peek() as session:
        assert session.all("SELECT institution FROM institution ORDER BY 1") == [("a",), ("b",)]


def test_a_log_that_cannot_be_moved_beside_is_moved_by_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(log_keeper, "LONG", 0)
    writer = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE a (b)")

    def broken() -> sqlite3.Connection:
        raise sqlite3.OperationalError("disk I/O error")

    keeper = LogKeeper(broken)
    with caplog.at_level(logging.WARNING):
        keeper.committed(writer)
        finish_moving()

    assert keeper.nearly_moved
    assert "could not be moved" in caplog.text
    keeper.end(writer)
    assert not keeper.nearly_moved
    _, pages, moved = writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    assert pages == moved
