"""Records statements so that they survive a power cut and a broken link, and sends them to an LRS.

    python examples/rekam_pernyataan.py [FOLDER]                       # to a small LRS on this machine
    python examples/rekam_pernyataan.py FOLDER https://lrs.example.go.id/xapi/ KEY FILE_WITH_SECRET

What is recorded is on the disk before `record` returns. It goes out whenever there is a link, from this process or from
another one tomorrow, and always under the same id: sending twice is harmless.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

from xapi import Recorder
from xapi.builders import account, activity, adl, score
from xapi.errors import StatementError
from xapi.words import explain

SITI = account("https://desa.example.go.id/", "7")  # a number of your own system, never a NIP
MODULE = activity("https://example.go.id/modul/es-dan-ikan", name="Es dan ikan")
Lrs = tuple[str, str, str]  # endpoint, key, secret


def main(folder: Path, lrs: Lrs | None = None) -> None:
    """Records into `folder`/outbox.db without any link, then sends to `lrs`, or to one made for this occasion."""
    folder.mkdir(parents=True, exist_ok=True)
    outbox = folder / "outbox.db"
    with Recorder.open(outbox) as recorder:
        record(recorder)
        print(recorder.status()["waiting"], "pernyataan menunggu di disk")
    if lrs:
        send(outbox, lrs)
    else:
        with small_lrs(folder) as here:
            send(outbox, here)


def record(recorder: Recorder) -> None:
    """Two statements; a repeated one, which is the same; and one that breaks the standard, which is never stored."""
    recorder.record(adl.completed(SITI, MODULE, spent=1500))
    passed = {"id": "5f0d2d3e-8a0b-4c55-9b1e-1d2f3a4b5c6d", **adl.passed(SITI, MODULE, score=score(0.85))}
    recorder.record(passed)
    recorder.record(passed)
    try:
        recorder.record({"actor": SITI, "verb": {"id": "lulus"}, "object": MODULE})
    except StatementError as error:
        print(f"Ditolak: {explain(error)} ({error.code})")


def send(outbox: Path, lrs: Lrs) -> None:
    """Sends what waits, and says what became of it."""
    endpoint, key, secret = lrs
    with Recorder.open(outbox, endpoint, key, secret) as recorder:
        told = recorder.flush()
        print(f"{told['done']} diterima LRS, {told['waiting']} menunggu, {told['quarantined']} ditolak LRS")
        if stopped := recorder.stopped():
            print(f"Berhenti: {stopped.reason}")


class Quiet(WSGIRequestHandler):
    """Says nothing about each request."""

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@contextmanager
def small_lrs(folder: Path) -> Iterator[Lrs]:
    """An LRS at a free port of this machine. `lrs_di_flask.py` tells how it is made."""
    from lrs_di_flask import create_app, new_credential

    app = create_app(folder / "lrs.db")
    known = new_credential(app, "contoh")
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/xapi/", known.key, known.secret
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="jampel-contoh-"))
    given = sys.argv[2:5]
    main(place, (given[0], given[1], Path(given[2]).read_text(encoding="utf-8").strip()) if len(given) == 3 else None)
