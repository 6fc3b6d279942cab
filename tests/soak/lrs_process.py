"""A real LRS in a process of its own, to be killed: python lrs_process.py DATABASE PORT (made and migrated before).

DATABASE is the path of a file, or the URL of a PostgreSQL database.
"""

import sys

import uvicorn
from flask import Flask

from lti_tool.web.asgi import Gateway
from xapi.clock import random_ids, system_clock
from xapi.database import open_database
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.service import Lrs
from xapi.lrs.store import StatementStore
from xapi.lrs.web import blueprint
from xapi.lrs.web.exchange import BodyLimits


def make_app() -> Gateway:
    """The LRS on the database named on the command line, in the threads of the server that Jampel runs."""
    engine = open_database(sys.argv[1])
    app = Flask("lrs")
    lrs = Lrs(StatementStore(engine), system_clock, random_ids)
    app.register_blueprint(blueprint(lrs, CredentialStore(engine), system_clock))
    return Gateway(app, lambda _environ: True, BodyLimits().parts, in_loop=False)


if __name__ == "__main__":
    uvicorn.run(make_app(), host="127.0.0.1", port=int(sys.argv[2]), lifespan="off", ws="none", log_config=None)
