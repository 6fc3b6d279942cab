"""A forwarding worker in a process of its own, to be killed: python forward_process.py DATABASE OWNER."""

import sys
import time
from pathlib import Path
from random import Random

from xapi.clock import system_clock
from xapi.database import open_database
from xapi.lrs.forwarding import Forwarder, ForwardStore, Sealer
from xapi.lrs.forwarding.client import connect_http
from xapi.lrs.store import StatementStore
from xapi.queue import Backoff

DATABASE, OWNER = sys.argv[1:]
engine = open_database(Path(DATABASE))
forwarder = Forwarder(
    ForwardStore(engine, "a" * 32), StatementStore(engine), Sealer(b"k" * 32), connect_http,
    clock=system_clock, owner=OWNER, backoff=Backoff(Random(1), first=0.05), lease_seconds=0.3,
)  # fmt: skip
print("siap", flush=True)
while True:
    if not forwarder.run_once():
        time.sleep(0.01)
