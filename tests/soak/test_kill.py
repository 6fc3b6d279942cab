"""Killing the LRS or the recorder at any moment (SIGKILL) loses no acknowledged statement and doubles none.

SOAK_KILLS sets how often: 20 in the normal tests, hundreds by hand (SOAK_KILLS=300 make soak). SOAK_SEED
sets another course of events.
"""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from xapi import Recorder
from xapi.database import open_database

KILLS = int(os.environ.get("SOAK_KILLS", "20"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
HERE = "a" * 32
FOLDER = Path(__file__).parent
STATEMENT = {
    "actor": {"account": {"homePage": f"https://w3id.org/jampel/instansi/{HERE}", "name": "b" * 32}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
    "object": {"id": "https://example.go.id/modul/a"},
}
pytestmark = [pytest.mark.e2e, pytest.mark.soak, pytest.mark.timeout(60 + KILLS * 15)]


def test_an_lrs_killed_at_any_moment_loses_and_doubles_nothing(lrs, tmp_path):
    rng = random.Random(SEED)
    recorded: list[str] = []
    acknowledged: set[str] = set()
    errors: list[BaseException] = []
    stop = threading.Event()
    outbox = tmp_path / "outbox.db"

    def watch(work) -> threading.Thread:
        def run() -> None:
            try:
                with Recorder.open(outbox, lrs.endpoint, lrs.credential.key, lrs.credential.secret) as recorder:
                    while not stop.wait(0.005):
                        work(recorder)
            except BaseException as error:  # noqa: BLE001 - whatever ends a thread fails the test
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    lrs.start()
    threads = [watch(lambda recorder: recorded.append(recorder.record(STATEMENT))), watch(Recorder.flush)]
    survived = 0
    for _ in range(KILLS):
        stop.wait(rng.uniform(0.02, 0.5))
        lrs.kill()
        stored = lrs.stored()
        assert max(stored.values(), default=1) == 1
        assert acknowledged <= set(stored), "an acknowledged statement is gone"
        survived += 1
        lrs.start()
        acknowledged |= done_ids(outbox)
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []

    with Recorder.open(outbox, lrs.endpoint, lrs.credential.key, lrs.credential.secret) as recorder:
        status = recorder.flush()
    assert status == {"waiting": 0, "leased": 0, "done": len(recorded), "quarantined": 0}
    assert lrs.stored() == Counter(recorded)
    assert survived == KILLS
    assert len(recorded) > KILLS


def test_a_recorder_killed_at_any_moment_loses_no_id_that_it_gave(lrs, tmp_path):
    rng = random.Random(SEED)
    outbox = tmp_path / "outbox.db"
    given: list[str] = []
    lrs.start()
    arguments = [str(outbox), lrs.endpoint, lrs.credential.key, lrs.credential.secret]
    for _ in range(KILLS):
        command = [sys.executable, str(FOLDER / "recorder_process.py"), *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        given.append(process.stdout.readline().strip())
        timer = threading.Timer(rng.uniform(0.0, 0.3), process.send_signal, [signal.SIGKILL])
        timer.start()
        lines = process.stdout.read().splitlines(keepends=True)
        given += [line.strip() for line in lines if line.endswith("\n")]
        process.wait()
        timer.join()
        process.stdout.close()

    def later() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=5)  # every lease of a killed process has ended by then

    with Recorder.open(outbox, lrs.endpoint, lrs.credential.key, lrs.credential.secret, clock=later) as recorder:
        status = recorder.flush()
    stored = lrs.stored()
    assert set(given) <= set(stored)
    assert len(given) == len(set(given)) >= KILLS
    assert max(stored.values()) == 1
    assert status["done"] == len(stored)
    assert status["waiting"] == status["leased"] == status["quarantined"] == 0


def done_ids(outbox: Path) -> set[str]:
    """The statements that the outbox holds for acknowledged."""
    engine = open_database(outbox)
    with engine.connect() as connection, connection.begin():
        rows = connection.exec_driver_sql("SELECT key FROM job WHERE state = 'done'").fetchall()
    engine.dispose()
    return {row[0] for row in rows}
