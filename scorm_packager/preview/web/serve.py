"""Runs the preview on this computer until it is stopped: a server for the browser and a look at the folder."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from scorm_packager.errors import PackagerError
from scorm_packager.preview.desk import Desk

HOST = "127.0.0.1"
LOOK_SECONDS = 0.5


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests: the author looks at the browser."""

    def log(self, type: str, message: str, *args: object) -> None:
        return


@contextmanager
def serving(app: Flask, desk: Desk, port: int) -> Iterator[int]:
    """The port on which `app` answers while the block runs (`port`, or a free one for 0); raises PackagerError.

    `desk` looks at its folder every half second. All threads have ended when the block has.
    """
    listener = _listen(port)
    server = make_server(HOST, port, app, threaded=True, request_handler=_Quiet, fd=listener.fileno())
    stop = threading.Event()
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True),
        threading.Thread(target=_watch, args=(desk, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        server.shutdown()
        for thread in threads:
            thread.join()
        server.server_close()
        listener.close()


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen()
    except OSError as cause:
        listener.close()
        raise PackagerError("preview.port_taken", str(cause), port=port) from cause
    return listener


def _watch(desk: Desk, stop: threading.Event) -> None:
    while not stop.wait(LOOK_SECONDS):
        desk.look()
