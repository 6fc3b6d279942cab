"""The short way to the database: few statements, no lost waits, and nothing lost when the process is killed."""

import gc
import re
import sqlite3
import subprocess
import sys
import threading
import time
import weakref

import pytest

from lti_tool.claims import CUSTOM
from lti_tool.flow import FlowStore
from lti_tool.store import launches
from xapi.database import migrate, open_database
from xapi.quick_database import Quick

KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from lti_tool.flow import FlowStore
from lti_tool.store import launches
from xapi.database import open_database
place, act, *of = sys.argv[1:]
place = place if place.startswith("postgresql") else Path(place)
flows = FlowStore(open_database(place, durability="NORMAL", schema="jampel_flow"), "a" * 32)
now = datetime(2026, 11, 23, tzinfo=UTC)
if act == "open":
    flow = flows.open("p", "7", now)
    print(flow.state, flow.browser, flush=True)
else:
    print(flows.take(*of, now) is not None, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(place, *arguments: str) -> list[str]:
    """What a process says that kills itself right after its work."""
    command = [sys.executable, "-c", KILLED, str(place), *arguments]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == -9, found.stderr
    return found.stdout.split()


def test_a_flow_outlives_the_kill_of_its_process_and_so_does_its_end(place) -> None:
    engine = open_database(place, durability="NORMAL", schema="jampel_flow")
    migrate(engine, "lti_tool.flow")
    state, browser = killed(place, "open")
    assert killed(place, "take", state, browser) == ["True"]
    assert killed(place, "take", state, browser) == ["False"]
    assert FlowStore(engine, "a" * 32).open_flows() == 0
    engine.dispose()


@pytest.fixture
def file(tmp_path):
    engine = open_database(tmp_path / "uji.db")
    Quick(engine).change("CREATE TABLE number (n INTEGER PRIMARY KEY)", {})
    yield engine
    engine.dispose()


def test_a_write_waits_for_another_writer_and_is_done(file, tmp_path) -> None:
    other = sqlite3.connect(tmp_path / "uji.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, lambda: other.execute("COMMIT")).start()
    begun = time.monotonic()
    assert Quick(file).change("INSERT INTO number VALUES (:n) RETURNING n", {"n": 7}) == (7,)
    assert time.monotonic() - begun >= 0.15
    other.close()


def test_what_one_statement_writes_is_there_for_every_other_connection(file, tmp_path) -> None:
    assert Quick(file).change("INSERT INTO number VALUES (:n) RETURNING n", {"n": 7}, durable=False) == (7,)
    with sqlite3.connect(tmp_path / "uji.db") as other:
        assert other.execute("SELECT n FROM number").fetchall() == [(7,)]
    other.close()


def test_a_failed_transaction_leaves_nothing_and_the_connection_usable(file) -> None:
    quick = Quick(file)
    with pytest.raises(sqlite3.IntegrityError), quick.writing() as run:
        [run("INSERT INTO number VALUES (:n)", {"n": 1}) for _ in range(2)]
    assert quick.first("SELECT count(*) FROM number", {}) == (0,)
    assert quick.change("INSERT INTO number VALUES (:n) RETURNING n", {"n": 1}) == (1,)


def test_the_stores_over_one_database_share_the_connection_of_a_thread(file) -> None:
    assert Quick(file)._connection() is Quick(file)._connection()
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(Quick(file)._connection()))
    thread.start()
    thread.join()
    assert found[0] is not Quick(file)._connection()


def test_a_database_that_nobody_uses_any_more_is_forgotten_with_its_connections(tmp_path) -> None:
    engine = open_database(tmp_path / "uji.db")
    Quick(engine).first("SELECT 1", {})
    gone = weakref.ref(engine)
    engine.dispose()
    del engine
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_learner_who_comes_back_costs_one_consume_and_one_small_write(bench) -> None:
    ours = {CUSTOM: {"jampel_module": "arsip"}}
    for _ in range(2):
        bench.launch(**ours)
    state, nonce, cookies = bench.login()
    token = bench.fake.token(bench.fake.claims(nonce, **ours))
    written: list[str] = []
    for quick in (bench.flows._quick, bench.store.launches._quick):
        quick._connection().set_trace_callback(lambda text: written.append(text.split()[0]))
    bench.lti.receiver.receive({"state": state, "id_token": token}, cookies)
    assert [word for word in written if word != "SELECT"] == ["DELETE", "BEGIN", "UPDATE", "INSERT", "COMMIT"]
    assert (
        written.count("SELECT") == 1
    )  # the platform with the deployment: what an administrator decides counts at once


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_learner_who_comes_back_is_found_by_the_key_of_the_link(bench) -> None:
    names = set(re.findall(r":(\w+)", launches._TOUCH))
    plan = bench.store.launches._quick._connection().execute(
        f"EXPLAIN QUERY PLAN {launches._TOUCH}", dict.fromkeys(names, "x")
    )
    (found,) = [row[3] for row in plan if "lti_link" in row[3]]
    assert "USING PRIMARY KEY" in found
    assert "subject=?" in found
