"""Killing the forwarding worker at any moment (SIGKILL), and having two of them, loses no statement and doubles none.

SOAK_KILLS and SOAK_SEED as in test_kill.py.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from xapi.clock import random_ids, system_clock
from xapi.database import migrate, open_database
from xapi.lrs.forwarding import ForwardDesk, ForwardStore, NewTarget, Sealer
from xapi.lrs.service import Lrs
from xapi.lrs.store import StatementStore
from xapi.testing import encoded, make_principal, make_statement

KILLS = int(os.environ.get("SOAK_KILLS", "20"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
HERE = "a" * 32
FOLDER = Path(__file__).parent
BATCH = 60
pytestmark = [pytest.mark.e2e, pytest.mark.soak, pytest.mark.timeout(120 + KILLS * 15)]


def start(database: Path, owner: str) -> subprocess.Popen[str]:
    """A worker that has begun."""
    command = [sys.executable, str(FOLDER / "forward_process.py"), str(database), owner]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "siap"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_a_forwarding_worker_killed_at_any_moment_loses_and_doubles_nothing(lrs, tmp_path):
    rng = random.Random(SEED)
    database = tmp_path / "provinsi.db"
    engine = open_database(database, durability="NORMAL")
    migrate(engine, "xapi.lrs")
    statements = StatementStore(engine)
    here = Lrs(statements, system_clock, random_ids)
    desk = ForwardDesk(ForwardStore(engine, HERE), statements, Sealer(b"k" * 32), system_clock, random_ids)
    lrs.start()
    credential = lrs.credential
    target = desk.add(
        NewTarget(name="nasional", endpoint=lrs.endpoint, key=credential.key, secret=credential.secret, version="2.0.0")
    )
    second = start(database, "pekerja-tetap")
    recorded: list[str] = []
    for number in range(KILLS):
        recorded += here.post_statements(make_principal(HERE), encoded([make_statement() for _ in range(BATCH)]))
        process = start(database, f"pekerja-{number}")
        threading.Event().wait(rng.uniform(0.0, 0.3))
        if number % 2:
            kill(second)
            second = process
        else:
            kill(process)
        if number % 5 == 4:
            lrs.kill()
            lrs.start()
    deadline = time.monotonic() + 60
    while (waiting := desk.waiting(target := desk.named("nasional")).count) and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    kill(second)
    assert waiting == 0
    assert desk.held(target) == []
    assert lrs.stored() == Counter(recorded)
    assert len(recorded) == KILLS * BATCH
    engine.dispose()
