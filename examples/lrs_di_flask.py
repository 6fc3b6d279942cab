"""Puts the LRS into a Flask application that you have already, beside its own pages.

    python examples/lrs_di_flask.py [FOLDER]                                   # tries it and ends
    flask --app "examples/lrs_di_flask.py:create_app('lrs.db')" run            # Flask's server is for trying only

The LRS needs one database: the path of a SQLite file, or `postgresql://user:password@host/name` with the extra
`jampel[postgres]`. It answers under `/xapi`, in xAPI 1.0.3 and 2.0.0.
"""

import sys
import tempfile
from pathlib import Path

from flask import Flask

from xapi.builders import account, activity, adl
from xapi.clock import random_ids, system_clock
from xapi.database import migrate, open_database
from xapi.lrs.credentials import CredentialStore, NewCredential
from xapi.lrs.service import Lrs
from xapi.lrs.store import StatementStore
from xapi.lrs.web import blueprint

INSTITUTION = "c" * 32  # 32 hex digits, chosen once: every statement and credential belongs to an institution
VERSION = {"X-Experience-API-Version": "1.0.3"}


def create_app(where: Path | str) -> Flask:
    """Your application, with the LRS on the database `where`."""
    app = Flask(__name__)

    @app.get("/")
    def home() -> str:
        return "Halaman aplikasi ini tetap seperti semula."

    mount_lrs(app, where)
    return app


def mount_lrs(app: Flask, where: Path | str) -> None:
    """All that your application needs to add. A second start finds what the first one stored."""
    engine = open_database(where)
    migrate(engine, "xapi.lrs")
    credentials = CredentialStore(engine, system_clock)
    lrs = Lrs(StatementStore(engine), system_clock, random_ids)
    app.register_blueprint(blueprint(lrs, credentials, system_clock))
    app.extensions["xapi"] = credentials


def new_credential(app: Flask, name: str) -> NewCredential:
    """A key and a secret for the program `name`; the secret can be shown this once only."""
    credentials: CredentialStore = app.extensions["xapi"]
    return credentials.add(INSTITUTION, name, ["statements/write", "statements/read"], "foreign")


def main(folder: Path) -> None:
    """Stores a statement as another program would, reads it back, and shows who is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(folder / "lrs.db")
    known = new_credential(app, "portal belajar")
    browser = app.test_client()
    print("/:", browser.get("/").text)

    made = adl.completed(account("https://portal.example.go.id", "7"), activity("https://portal.example.go.id/es"))
    sent = browser.post("/xapi/statements", json=made, headers=VERSION, auth=(known.key, known.secret))
    (statement_id,) = sent.get_json()
    print("POST /xapi/statements:", sent.status_code)

    asked = {"statementId": statement_id}
    found = browser.get("/xapi/statements", query_string=asked, headers=VERSION, auth=(known.key, known.secret))
    print("GET /xapi/statements:", found.status_code, found.get_json()["verb"]["id"])
    print("Tanpa kredensial:", browser.get("/xapi/statements", headers=VERSION).status_code)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="jampel-contoh-")))
