"""A recorder in a process of its own, to be killed: python recorder_process.py OUTBOX ENDPOINT KEY SECRET.

Prints each id after `record` has returned it, and sends what waits after every few statements.
"""

import itertools
import sys

from xapi import Recorder

OUTBOX, ENDPOINT, KEY, SECRET = sys.argv[1:]
STATEMENT = {
    "actor": {"account": {"homePage": "https://w3id.org/jampel/instansi/" + "a" * 32, "name": "b" * 32}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
    "object": {"id": "https://example.go.id/modul/a"},
}

with Recorder.open(OUTBOX, ENDPOINT, KEY, SECRET, lease_seconds=1.0) as recorder:
    for number in itertools.count():
        print(recorder.record(STATEMENT), flush=True)
        if number % 5 == 4:
            recorder.flush()
