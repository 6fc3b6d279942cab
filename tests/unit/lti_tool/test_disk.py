"""A disk that is full or read-only: a page says so, the log has a line, and what was there stays whole."""

import errno
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from lti_tool.library import Library
from lti_tool.watch.disk import disk_fault
from lti_tool.watch.store import WatchedDatabase
from lti_tool.web.testing import Site
from xapi.database import database_error, open_database, reading, writing
from xapi.testing import make_statement


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site with its databases in files."""
    found = Site(tmp_path / "data")
    yield found
    found.close()


def let_grow_no_more(database: WatchedDatabase) -> None:
    """Lets the file of `database` grow by no page, on the connections that are opened from now on."""

    def hold(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(database.engine, "connect", hold)
    database.engine.dispose()


def test_a_full_database_is_told_apart_and_what_was_there_stays(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "uji.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x TEXT)")
        connection.exec_driver_sql("INSERT INTO t VALUES ('before')")
    with pytest.raises(Exception) as failed, writing(engine) as connection:  # noqa: PT012 - one act
        connection.exec_driver_sql("PRAGMA max_page_count = 2")
        connection.exec_driver_sql("INSERT INTO t VALUES ('half')")
        connection.exec_driver_sql("INSERT INTO t VALUES (hex(zeroblob(1000000)))")
    assert database_error(failed.value).code == "database.full"
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT x FROM t").all() == [("before",)]
    engine.dispose()


def test_a_read_only_database_is_told_apart(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "uji.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (x TEXT)")
    with pytest.raises(Exception) as failed, engine.connect() as connection:  # noqa: PT012 - one act
        connection.exec_driver_sql("PRAGMA query_only = 1")
        connection.exec_driver_sql("INSERT INTO t VALUES ('x')")
    assert database_error(failed.value).code == "database.read_only"
    engine.dispose()


def test_a_disk_that_the_kernel_has_closed_is_told_apart() -> None:
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorcode = 778  # SQLITE_IOERR_WRITE: what EROFS and EIO look like to SQLite
    assert database_error(failed).code == "database.disk"


@pytest.mark.parametrize(
    ("error", "word"), [(errno.EROFS, "read_only"), (errno.EIO, "broken"), (errno.ENOSPC, "full"), (0, "")]
)
def test_the_disk_is_judged_by_what_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, word: str
) -> None:
    def refused(*_args: object, **_options: object) -> int:
        raise OSError(error, "refused")

    if error:
        monkeypatch.setattr("lti_tool.watch.disk.os.open", refused)
    assert disk_fault(tmp_path, 0) == word
    assert disk_fault(tmp_path, 2**62) == "full"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("state", "code"), [("53100", "database.full"), ("25006", "database.read_only"), ("58030", "database.disk")]
)
def test_the_states_of_postgresql_say_the_same(state: str, code: str) -> None:
    class Refused(Exception):
        sqlstate = state

    assert database_error(Refused()).code == code


def test_a_page_on_a_full_disk_says_so_in_507_and_the_log_has_a_line(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    admin = site.staff()

    def refused(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/srv/rahasia")

    monkeypatch.setattr(Library, "versions", refused)
    with caplog.at_level(logging.ERROR):
        answer = admin.get("/pustaka/")
    assert answer.status_code == 507
    assert "Disk server penuh" in answer.text
    assert "the disk failed: No space left on device" in caplog.text
    assert "rahasia" not in answer.text + caplog.text


def test_the_lrs_on_a_full_disk_asks_to_send_again_and_keeps_no_part_of_a_batch(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    made = site.services.credentials.add(site.services.institution.id, "uji", ["all"], "package")
    let_grow_no_more(next(one for one in site.services.databases if one.name == "lrs"))
    long = {"extensions": {"https://contoh.go.id/x": "a" * 300_000}}
    batch = [make_statement(), make_statement(context=long)]
    options = {"auth": (made.key, made.secret), "headers": {"X-Experience-API-Version": "1.0.3"}}
    with caplog.at_level(logging.ERROR):
        answer = site.browser().post("/xapi/statements", json=batch, **options)
    assert (answer.status_code, answer.json["error"]) == (503, "lrs.unavailable")
    assert answer.headers["Retry-After"]
    assert "database.full" in caplog.text
    assert site.browser().get("/xapi/statements", **options).json["statements"] == []
