"""The application of the tool for a server process, as WSGI and as ASGI: the data folder comes from the environment."""

import gc
import os
import threading

from lti_tool.logs import init_logging
from lti_tool.logs.setup import log_crashes
from lti_tool.services import open_services
from lti_tool.settings import load_settings, shared_figures
from lti_tool.watch.tally import Tally
from lti_tool.web.app import create_app, gateway_of
from xapi.lrs.beside import Beside
from xapi.lrs.prepare import prepare_body

GARBAGE = (2_000, 10, 20)
"""Allocations between two looks for garbage in circles; a batch of statements allocates much and leaves none."""

_settings = load_settings()
init_logging(_settings, "web")
log_crashes()
_tally = Tally(shared_figures())
_tally.keep_sharing(threading.Event())
_several = len(os.sched_getaffinity(0)) > 1  # with one processor nothing is done side by side
_beside = Beside()
_services = open_services(_settings, prepare_large=_beside.prepare_body if _several else prepare_body)
if not _services.statements.is_local:
    _beside.niceness = 5  # several servers write in turn there, and whose turn it is goes first
application = create_app(_services, tally=_tally)
gateway = gateway_of(application, _services)
gc.collect()
gc.freeze()  # what has been loaded stays for good; looking at it again and again would slow every request
gc.set_threshold(*GARBAGE)
