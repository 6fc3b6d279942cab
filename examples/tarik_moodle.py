"""Pulls completions from a Moodle into the audit: from the answers of a web service to one line for each employee.

    python examples/tarik_moodle.py [FOLDER]

The Moodle is a small server on this machine that gives the answers in `examples/moodle/jawaban`, in the shapes of a
Moodle 4.5.6; everything behind it is the real thing. People and courses are invented. For a Moodle of your own, write
its address and token into `[adapters.moodle]` of your jampel.toml and run the commands that are printed here.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

from lti_tool.cli import main as jampel

HERE = Path(__file__).parent / "moodle"
TOKEN = "token-contoh-bukan-rahasia"


class Moodle(BaseHTTPRequestHandler):
    """Answers a function by course and person, as a file of `jawaban` says: `6/21`, `6`, or else what is without."""

    def do_POST(self) -> None:
        """One call of a web service."""
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        answer = self._answer({name: values[0] for name, values in form.items()})
        body = json.dumps(answer).replace("{HOME}", "http://" + self.headers["Host"]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, form: dict[str, str]) -> object:
        if form.get("wstoken") != TOKEN:
            return {"exception": "core\\exception\\moodle_exception", "errorcode": "invalidtoken", "message": ""}
        if form.get("options[2][value]", "0") != "0":
            return []  # the people all fit into the first part
        known = json.loads((HERE / "jawaban" / f"{form['wsfunction']}.json").read_text(encoding="utf-8"))
        course, person = form.get("courseid", ""), form.get("userid", "")
        return known.get(f"{course}/{person}", known.get(course, known.get("", [])))

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@contextmanager
def moodle() -> Iterator[str]:
    """The address of the server, while it runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Moodle)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def run(folder: Path, *arguments: str) -> None:
    """Runs a command of Jampel as it would be typed; a finding of it does not end the example."""
    print("\n$ jampel", *arguments, flush=True)
    try:
        jampel([*arguments, "--data", str(folder)], standalone_mode=True)
    except SystemExit as end:
        if end.code not in (0, 1):
            raise


def main(folder: Path) -> None:
    """The whole way, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "moodle.token").write_text(TOKEN, encoding="utf-8")
    with moodle() as address:
        section = f'[adapters.moodle]\nurl = "{address}"\ntoken_file = "moodle.token"\npause = "0"\n'
        (folder / "jampel.toml").write_text(section, encoding="utf-8")
        run(folder, "people", "import", str(HERE / "pegawai.csv"), "--date", "2026-01-01")
        run(folder, "adapter", "check", "moodle")
        run(folder, "adapter", "pull", "moodle")
        run(folder, "adapter", "pull", "moodle")
    run(folder, "outbox", "flush")
    run(folder, "audit", "report", "--year", "2026", "--by", "pegawai")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="jampel-moodle-")))
