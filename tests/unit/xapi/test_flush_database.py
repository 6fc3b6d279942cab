"""Waiting for the disk together: nobody goes on too early, and a crowd does not wait in line."""

import os
import threading
import time

import pytest
from sqlalchemy import text

from xapi.database import open_database, reading, writing
from xapi.flush_database import Flush, flush_of, owing, pay, writing_together

PATIENCE = 20


@pytest.fixture
def log(tmp_path) -> str:
    (tmp_path / "uji.db-wal").write_bytes(b"x")
    return str(tmp_path / "uji.db-wal")


class Disk:
    """A disk that answers when it is told to."""

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Semaphore(0), threading.Semaphore(0)
        self.times = 0

    def sync(self, _file: int) -> None:
        self.times += 1
        self.asked.release()
        assert self.may_answer.acquire(timeout=PATIENCE)


def started(work) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_who_commits_while_the_disk_works_waits_for_its_next_turn_and_all_of_them_for_one(log) -> None:
    disk = Disk()
    flush = Flush(log, disk.sync)
    first = started(flush.wait)
    assert disk.asked.acquire(timeout=PATIENCE)
    crowd = [started(flush.wait) for _ in range(10)]
    end = time.monotonic() + PATIENCE
    while len(flush._changed._waiters) < len(crowd):  # type: ignore[attr-defined]
        assert time.monotonic() < end
    disk.may_answer.release()
    first.join(PATIENCE)
    assert disk.asked.acquire(timeout=PATIENCE)
    assert all(thread.is_alive() for thread in crowd)
    disk.may_answer.release()
    for thread in crowd:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in crowd)
    assert disk.times == 2


def test_a_disk_that_refuses_is_an_error_and_the_next_one_asks_again(log) -> None:
    answers = [OSError(5, "refused"), None]

    def sync(_file: int) -> None:
        answer = answers.pop(0)
        if answer:
            raise answer

    flush = Flush(log, sync)
    with pytest.raises(OSError, match="refused"):
        flush.wait()
    flush.wait()
    assert answers == []


def test_a_log_that_is_gone_needs_no_wait(tmp_path) -> None:
    Flush(str(tmp_path / "nothing-wal")).wait()


def test_all_engines_over_one_file_wait_together(tmp_path) -> None:
    one, two = open_database(tmp_path / "uji.db"), open_database(tmp_path / "." / "uji.db")
    assert flush_of(one) is flush_of(two)


def test_a_transaction_is_asked_of_the_disk_after_its_commit_and_settings_stay(place, monkeypatch) -> None:
    engine = open_database(place)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY)"))
    asked: list[int] = []
    monkeypatch.setattr(Flush, "_ask", lambda _self: asked.append(_count(engine)))
    with writing_together(engine) as connection:
        connection.execute(text("INSERT INTO number VALUES (1)"))
    assert _count(engine) == 1
    if engine.dialect.name == "sqlite":
        assert asked == [1]
        with reading(engine) as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
    engine.dispose()


def test_a_transaction_that_fails_asks_nothing_of_the_disk(tmp_path, monkeypatch) -> None:
    engine = open_database(tmp_path / "uji.db")
    monkeypatch.setattr(Flush, "_ask", lambda _self: os._exit(1))
    with pytest.raises(ZeroDivisionError), writing_together(engine):
        raise ZeroDivisionError
    engine.dispose()


def _count(engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM number")).scalar() or 0)


def test_what_is_owed_is_waited_for_once_and_later_by_all_who_owe_it(log) -> None:
    times: list[int] = []
    flush = Flush(log, times.append)
    bills = []
    for _ in range(5):
        with owing() as owed:
            flush.wait()
            flush.wait()
        bills.append(owed)
    assert times == []
    for owed in bills:
        pay(owed)
    assert len(times) == 1


def test_a_debt_is_not_paid_by_a_wait_that_began_before_the_commit(log) -> None:
    disk = Disk()
    flush = Flush(log, disk.sync)
    earlier = started(flush.wait)
    assert disk.asked.acquire(timeout=PATIENCE)
    with owing() as owed:
        flush.wait()
    paying = started(lambda: pay(owed))
    disk.may_answer.release()
    assert disk.asked.acquire(timeout=PATIENCE)
    assert paying.is_alive()
    disk.may_answer.release()
    for thread in (earlier, paying):
        thread.join(PATIENCE)
    assert (disk.times, paying.is_alive()) == (2, False)


def test_after_owing_a_commit_waits_again_even_when_the_block_failed(log) -> None:
    times: list[int] = []
    flush = Flush(log, times.append)
    with pytest.raises(ValueError, match="rusak"), owing():
        raise ValueError("rusak")
    flush.wait()
    assert len(times) == 1
