"""The WSGI application of the tool, for a server process: the data folder comes from the environment."""

import threading

from lti_tool.logs import init_logging
from lti_tool.logs.setup import log_crashes
from lti_tool.services import open_services
from lti_tool.settings import load_settings, shared_figures
from lti_tool.watch.tally import Tally
from lti_tool.web.app import create_app

_settings = load_settings()
init_logging(_settings, "web")
log_crashes()
_tally = Tally(shared_figures())
_tally.keep_sharing(threading.Event())
application = create_app(open_services(_settings), tally=_tally)
