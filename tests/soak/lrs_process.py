"""A real LRS in a process of its own, to be killed: python lrs_process.py DATABASE PORT (made and migrated before).

DATABASE is the path of a file, or the URL of a PostgreSQL database.
"""

import sys
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from xapi.clock import random_ids, system_clock
from xapi.database import open_database
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.service import Lrs
from xapi.lrs.store import StatementStore
from xapi.lrs.web import blueprint


def make_app() -> Flask:
    """The LRS on the database named on the command line."""
    engine = open_database(sys.argv[1])
    app = Flask("lrs")
    lrs = Lrs(StatementStore(engine), system_clock, random_ids)
    app.register_blueprint(blueprint(lrs, CredentialStore(engine), system_clock))
    return app


if __name__ == "__main__":
    Granian(
        "lrs_process:make_app", factory=True, interface=Interfaces.WSGI, address="127.0.0.1", port=int(sys.argv[2]),
        workers=1, blocking_threads=4, log_enabled=False, working_dir=Path(__file__).parent,
    ).serve()  # fmt: skip
